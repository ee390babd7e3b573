package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;
import java.time.Instant;

/**
 * Why the controller has paused.
 *
 * @param reason one of the constants
 * @param startTime since when
 */
public record PauseCondition(@Required String reason, @Required Instant startTime) {

  /** A pause step. */
  public static final String CANARY_PAUSE_STEP = "CanaryPauseStep";

  /** Waiting for promotion of a blue-green update. */
  public static final String BLUE_GREEN_PAUSE = "BlueGreenPause";

  /** A run could not tell. */
  public static final String INCONCLUSIVE_ANALYSIS = "InconclusiveAnalysisRun";

  /** An experiment could not tell. */
  public static final String INCONCLUSIVE_EXPERIMENT = "InconclusiveExperiment";
}
