/**
 * Why a run stands as it does, in plain words. Start with {@link
 * dev.rollouts.engine.analysis.explain.Explanation#of}.
 *
 * <p>Reads spec and status only, so it explains runs that Argo Rollouts wrote as well as our own:
 *
 * <pre>{@code
 * Explanation explanation = Explanation.of(run.spec(), run.statusOrPending(), now);
 * print(explanation.text());
 * }</pre>
 */
@NullMarked
package dev.rollouts.engine.analysis.explain;

import org.jspecify.annotations.NullMarked;
