package dev.rollouts.runner;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.analysis.AnalysisEffect;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a runner does. Calls about one run come one after the other, those about different
 * runs at the same time; they hold up the run, so they should be quick. What a listener throws is
 * logged and changes nothing. Nothing it hears holds a secret.
 */
public interface AnalysisListener {
  /**
   * A turn was decided and its status saved.
   *
   * @param run as saved
   * @param decision with the reasons
   */
  default void decided(AnalysisRun run, Decision<AnalysisRunStatus, AnalysisEffect> decision) {}

  /**
   * A measurement was taken, looked at again or stopped.
   *
   * @param run as saved
   * @param metric its name
   * @param measurement as judged; still in flight if its back-end takes longer
   */
  default void measured(AnalysisRun run, String metric, Measurement measurement) {}

  /** Something to tell the outside, in the words of the Kubernetes event. */
  default void announced(AnalysisRun run, Event event) {}

  /** The run has its verdict; once for each run, in the process that finds it. */
  default void completed(AnalysisRun run) {}

  /**
   * Something beside the measurements went wrong, such as a store that cannot be reached; the
   * runner tries again. Logged unless overridden.
   *
   * @param run name of the run
   * @param problem one line
   * @param cause null when the problem says it all
   */
  default void troubled(String run, String problem, @Nullable Throwable cause) {
    System.getLogger("dev.rollouts.runner")
        .log(System.Logger.Level.WARNING, "run \"" + run + "\": " + problem, cause);
  }
}
