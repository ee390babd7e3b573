/**
 * Finds what is wrong with analysis manifests before a cluster sees them. Open {@link
 * dev.rollouts.cli.lint.Linter} first; the rules are in {@link dev.rollouts.cli.lint.Rule} and in
 * docs/spec/lint.md.
 *
 * <p>A library: it reads documents and returns findings, it neither prints nor opens files. May
 * import: api, engine, codec, runner (for the providers of the class path).
 *
 * <pre>{@code
 * List<Finding> findings = Linter.standard().lint(Codec.standard().read(file));
 * System.out.print(LintReport.of(findings).text());
 * }</pre>
 */
@NullMarked
package dev.rollouts.cli.lint;

import org.jspecify.annotations.NullMarked;
