package dev.rollouts.api.rollout;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.wire.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a rollout. Spec: docs/spec/rollout-api.md.
 *
 * @param replicas wanted number of pods; null means 1
 * @param selector which pods and ReplicaSets belong; null only with {@code workloadRef}
 * @param template the pod template, as the user wrote it; empty with {@code workloadRef}
 * @param workloadRef takes the template from another workload
 * @param minReadySeconds seconds that a pod must be ready before it counts as available
 * @param revisionHistoryLimit old ReplicaSets to keep, not counting new and stable; null means 10
 * @param paused stops the update where it is
 * @param progressDeadlineSeconds seconds without progress after which the rollout is Degraded; null
 *     means 600
 * @param progressDeadlineAbort whether it is then aborted, too
 * @param restartAt pods created before this moment are evicted once it has passed
 * @param analysis how many finished runs and experiments to keep
 */
public record RolloutSpec(
    @Nullable Integer replicas,
    @Nullable LabelSelector selector,
    JsonObject template,
    @Nullable WorkloadRef workloadRef,
    int minReadySeconds,
    @Nullable RollbackWindow rollbackWindow,
    RolloutStrategy strategy,
    @Nullable Integer revisionHistoryLimit,
    boolean paused,
    @Nullable Integer progressDeadlineSeconds,
    boolean progressDeadlineAbort,
    @Nullable Instant restartAt,
    @Nullable AnalysisRunStrategy analysis) {

  /** The same spec with another number of replicas. */
  public RolloutSpec withReplicas(@Nullable Integer count) {
    return new RolloutSpec(
        count,
        selector,
        template,
        workloadRef,
        minReadySeconds,
        rollbackWindow,
        strategy,
        revisionHistoryLimit,
        paused,
        progressDeadlineSeconds,
        progressDeadlineAbort,
        restartAt,
        analysis);
  }

  /** The same spec with another pod template. */
  public RolloutSpec withTemplate(JsonObject other) {
    return withWorkload(selector, other);
  }

  /** The same spec with selector and pod template as a workload has them. */
  public RolloutSpec withWorkload(@Nullable LabelSelector itsSelector, JsonObject itsTemplate) {
    return new RolloutSpec(
        replicas,
        itsSelector,
        itsTemplate,
        workloadRef,
        minReadySeconds,
        rollbackWindow,
        strategy,
        revisionHistoryLimit,
        paused,
        progressDeadlineSeconds,
        progressDeadlineAbort,
        restartAt,
        analysis);
  }

  /** The same spec with another strategy. */
  public RolloutSpec withStrategy(RolloutStrategy other) {
    return new RolloutSpec(
        replicas,
        selector,
        template,
        workloadRef,
        minReadySeconds,
        rollbackWindow,
        other,
        revisionHistoryLimit,
        paused,
        progressDeadlineSeconds,
        progressDeadlineAbort,
        restartAt,
        analysis);
  }

  /** The same spec, paused or not. */
  public RolloutSpec withPaused(boolean pause) {
    return new RolloutSpec(
        replicas,
        selector,
        template,
        workloadRef,
        minReadySeconds,
        rollbackWindow,
        strategy,
        revisionHistoryLimit,
        pause,
        progressDeadlineSeconds,
        progressDeadlineAbort,
        restartAt,
        analysis);
  }

  /** The same spec with a moment of restart. */
  public RolloutSpec withRestartAt(@Nullable Instant at) {
    return new RolloutSpec(
        replicas,
        selector,
        template,
        workloadRef,
        minReadySeconds,
        rollbackWindow,
        strategy,
        revisionHistoryLimit,
        paused,
        progressDeadlineSeconds,
        progressDeadlineAbort,
        at,
        analysis);
  }
}
