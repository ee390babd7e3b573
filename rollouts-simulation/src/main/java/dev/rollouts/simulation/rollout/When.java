package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPause;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.wire.GoDuration;
import java.time.Duration;
import java.util.List;

/**
 * When somebody does something. A moment comes by itself; a condition is looked at once everything
 * before it in the scenario has happened.
 *
 * @param condition what must hold
 * @param value the moment in milliseconds, the step, the weight, or the turn
 * @param delay milliseconds from then to the act
 * @param again whether it happens each time that the condition has become true, or each time that
 *     so much time has passed
 */
public record When(Condition condition, long value, long delay, boolean again) {
  /** What must hold. */
  public enum Condition {
    MOMENT("at"),
    PAUSED("when paused"),
    WAITING("when waiting for somebody"),
    HEALTHY("when healthy"),
    DEGRADED("when degraded"),
    STEP("at step"),
    WEIGHT("at weight"),
    TURN("after turn");

    private final String words;

    Condition(String words) {
      this.words = words;
    }
  }

  /** So long after the start. */
  public static When at(Duration elapsed) {
    return new When(Condition.MOMENT, elapsed.toMillis(), 0, false);
  }

  /** Each time that so much time has passed, from the start to the end. */
  public static When every(Duration period) {
    return new When(Condition.MOMENT, period.toMillis(), 0, true);
  }

  /** When the controller has paused. */
  public static When paused() {
    return new When(Condition.PAUSED, 0, 0, false);
  }

  /** Each time that the controller has paused. */
  public static When everyPause() {
    return new When(Condition.PAUSED, 0, 0, true);
  }

  /** When a pause lasts until somebody promotes. */
  public static When waiting() {
    return new When(Condition.WAITING, 0, 0, false);
  }

  /** Each time that a pause lasts until somebody promotes. */
  public static When everyWait() {
    return new When(Condition.WAITING, 0, 0, true);
  }

  /** When the phase is Healthy and the current spec was seen. */
  public static When healthy() {
    return new When(Condition.HEALTHY, 0, 0, false);
  }

  /** When the phase is Degraded. */
  public static When degraded() {
    return new When(Condition.DEGRADED, 0, 0, false);
  }

  /** When the update has got to this step; 0 is the first. */
  public static When step(int index) {
    return new When(Condition.STEP, index, 0, false);
  }

  /** When the routers send at least so much to the canary. */
  public static When weight(int weight) {
    return new When(Condition.WEIGHT, weight, 0, false);
  }

  /** After so many decisions. */
  public static When turn(int turns) {
    return new When(Condition.TURN, turns, 0, false);
  }

  /** The same, that much later. */
  public When later(Duration span) {
    return new When(condition, value, delay + span.toMillis(), again);
  }

  /** The same, each time that the condition has become true. */
  public When eachTime() {
    return new When(condition, value, delay, true);
  }

  /** Whether it happens at a moment, whatever else happens. */
  public boolean isMoment() {
    return condition == Condition.MOMENT;
  }

  /**
   * Whether the condition holds; a moment never does.
   *
   * @param turns decisions so far
   */
  public boolean holds(Rollout rollout, long turns) {
    RolloutStatus status = rollout.statusOrEmpty();
    Integer index = status.currentStepIndex();
    TrafficWeights weights = status.canary().weights();
    return switch (condition) {
      case MOMENT -> false;
      case PAUSED -> !status.pauseConditions().isEmpty();
      case WAITING -> isWaiting(rollout, status);
      case HEALTHY ->
          status.phase() == RolloutPhase.HEALTHY
              && status.observedGeneration().equals(Long.toString(rollout.metadata().generation()));
      case DEGRADED -> status.phase() == RolloutPhase.DEGRADED;
      case STEP ->
          index != null && index == value && !status.currentPodHash().equals(status.stableRS());
      case WEIGHT -> weights != null && weights.canary().weight() >= value;
      case TURN -> turns >= value;
    };
  }

  private static boolean isWaiting(Rollout rollout, RolloutStatus status) {
    BlueGreenStrategy blueGreen = rollout.spec().strategy().blueGreen();
    if (status.isPausedFor(PauseCondition.BLUE_GREEN_PAUSE)) {
      return blueGreen != null && blueGreen.autoPromotionSeconds() == 0;
    }
    if (!status.isPausedFor(PauseCondition.CANARY_PAUSE_STEP)) {
      return false;
    }
    List<CanaryStep> steps = EffectiveRollout.of(rollout.spec()).steps();
    Integer index = status.currentStepIndex();
    if (index == null || index >= steps.size()) {
      return false;
    }
    RolloutPause pause = steps.get(index).pause();
    return pause != null && EffectiveRollout.pauseDuration(pause).isEmpty();
  }

  @Override
  public String toString() {
    String what =
        switch (condition) {
          case MOMENT -> (again ? "every " : "at ") + GoDuration.format(Duration.ofMillis(value));
          case PAUSED -> again ? "at every pause" : condition.words;
          case WAITING -> again ? "whenever waiting for somebody" : condition.words;
          case HEALTHY, DEGRADED -> condition.words;
          case STEP, WEIGHT, TURN -> condition.words + " " + value;
        };
    return delay == 0 ? what : what + " + " + GoDuration.format(Duration.ofMillis(delay));
  }
}
