/**
 * The AnalysisRun evaluator. Start with {@link dev.rollouts.engine.analysis.AnalysisEngine}.
 *
 * <p>One turn: fold observations, assess metrics, assess the run, plan effects. The caller owns the
 * loop:
 *
 * <pre>{@code
 * Decision<AnalysisRunStatus, AnalysisEffect> decision = engine.decide(spec, status, seen, now);
 * save(decision.status());
 * seen = perform(decision.effects());
 * waitUntil(decision.wakeUp());
 * }</pre>
 */
@NullMarked
package dev.rollouts.engine.analysis;

import org.jspecify.annotations.NullMarked;
