/**
 * YAML and JSON text to the records of {@code rollouts-api} and back. Open {@link
 * dev.rollouts.codec.Codec} first, then {@link dev.rollouts.codec.Document}.
 *
 * <p>Reading never stops at a mistake: each document says what it holds as far as it can be told,
 * and lists what is wrong with line, column and path. A controller uses the object and leaves the
 * problems alone; lint prints the problems. YAML scalars mean what they mean to kubectl.
 *
 * <pre>{@code
 * for (Document document : Codec.standard().read(Path.of("template.yaml"))) {
 *   document.problems().forEach(System.err::println);  // template.yaml:7:15: spec.metrics[0].name: expected a string…
 *   AnalysisTemplate template = document.as(AnalysisTemplate.class);
 * }
 * }</pre>
 *
 * <p>May import: rollouts-api, jackson-core, SnakeYAML's parser.
 */
@NullMarked
package dev.rollouts.codec;

import org.jspecify.annotations.NullMarked;
