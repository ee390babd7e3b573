/**
 * What a rollout makes of other objects and does to them, each as a pure function that the decision
 * calls: AnalysisRuns and Experiments, their traffic and their history, metadata and anti-affinity
 * of ReplicaSets, restarts. Start with {@link dev.rollouts.engine.rollout.children.RunBuilder}.
 *
 * <p>Rules: docs/spec/children.md.
 *
 * <pre>{@code
 * AnalysisRun wanted = RunBuilder.of(rollout, newHash, stableHash, revision)
 *     .build(RunType.STEP, index, step.analysis(), templates);
 * Claim<AnalysisRun> claim = Claim.ofRun(wanted, seen.analysisRuns());
 * if (!claim.exists()) {
 *   effects.add(new ClusterEffect.CreateAnalysisRun(claim.object()));
 * }
 * }</pre>
 */
@NullMarked
package dev.rollouts.engine.rollout.children;

import org.jspecify.annotations.NullMarked;
