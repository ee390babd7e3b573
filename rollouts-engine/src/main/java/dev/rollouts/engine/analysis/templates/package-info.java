/**
 * Building a run from templates. Start with {@link
 * dev.rollouts.engine.analysis.templates.TemplateMerge}.
 *
 * <pre>{@code
 * MergedTemplates merged = TemplateMerge.of(lookup)
 *     .merge(List.of(new TemplateRef("success-rate", false)), Supplied.args(Argument.of("service", "shop")));
 * AnalysisSpec spec = merged.orThrow();
 * }</pre>
 */
@NullMarked
package dev.rollouts.engine.analysis.templates;

import org.jspecify.annotations.NullMarked;
