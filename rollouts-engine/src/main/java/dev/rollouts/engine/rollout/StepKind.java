package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.CanaryStep;
import org.jspecify.annotations.Nullable;

/**
 * One kind of canary step: how it is told, and when it is done. A new kind is a class and a line in
 * {@link StepKinds#IN_ORDER}.
 */
interface StepKind {
  /** Whether a step has this action. */
  boolean isIn(CanaryStep step);

  /** The step in the words of the event. */
  String text(CanaryStep step);

  /** Whether the step, which is the current one, is done. */
  boolean isDone(CanaryStep step, Progress progress);

  /** Id of the rule that says when such a step is done. */
  String rule();

  /**
   * What a turn has found out about the current step.
   *
   * @param stepRun phase of the step's analysis run; null without one
   * @param experiment phase of the current experiment; null without one
   * @param isPluginDone whether the step's plugin has finished
   */
  record Progress(
      Turn turn,
      CanaryScale scale,
      CanaryTraffic.Outcome traffic,
      @Nullable AnalysisPhase stepRun,
      @Nullable AnalysisPhase experiment,
      boolean isPluginDone) {}
}
