package dev.rollouts.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R-002 What of a status may wait for more, and what may not. */
class FiguresTest {
  private static final Instant THEN = Instant.parse("2026-05-01T10:00:00Z");
  private static final Condition AVAILABLE = condition("Available", "True", "AvailableReason", 0);
  private static final RolloutStatus BEFORE =
      RolloutStatus.empty().toBuilder()
          .phase(RolloutPhase.PROGRESSING)
          .message("more replicas need to be updated")
          .currentStepIndex(1)
          .observedGeneration("2")
          .replicas(3)
          .conditions(List.of(AVAILABLE, progressing("NewReplicaSetCreated", 0)))
          .build();

  private static Condition condition(String type, String status, String reason, int seconds) {
    return new Condition(type, status, THEN.plusSeconds(seconds), THEN, reason, "");
  }

  private static Condition progressing(String reason, int seconds) {
    return condition("Progressing", "True", reason, seconds);
  }

  private static Named<UnaryOperator<RolloutStatus.Builder>> change(
      String name, UnaryOperator<RolloutStatus.Builder> change) {
    return Named.of(name, change);
  }

  static List<Named<UnaryOperator<RolloutStatus.Builder>>> figures() {
    return List.of(
        change("nothing", it -> it),
        change("counts", it -> it.replicas(4).updatedReplicas(1).readyReplicas(4)),
        change("counts for clients", it -> it.availableReplicas(4).HPAReplicas(4)),
        change("the words of progress", it -> it.message("old replicas are pending termination")),
        change(
            "why it progresses, and the order of conditions",
            it -> it.conditions(List.of(progressing("ReplicaSetUpdated", 7), AVAILABLE))));
  }

  static List<Named<UnaryOperator<RolloutStatus.Builder>>> news() {
    Condition lost = condition("Available", "False", "AvailableReason", 1);
    Condition late = condition("Progressing", "False", "ProgressDeadlineExceeded", 1);
    return List.of(
        change("step", it -> it.currentStepIndex(2)),
        change("phase", it -> it.phase(RolloutPhase.HEALTHY)),
        change(
            "why it is degraded",
            it -> it.phase(RolloutPhase.DEGRADED).message("RolloutAborted: somebody")),
        change("generation", it -> it.observedGeneration("3")),
        change(
            "pause",
            it -> it.pauseConditions(List.of(new PauseCondition("CanaryPauseStep", THEN)))),
        change("abort", it -> it.abort(true)),
        change("stable", it -> it.stableRS("abc")),
        change(
            "availability",
            it -> it.conditions(List.of(lost, progressing("NewReplicaSetCreated", 0)))),
        change("deadline", it -> it.conditions(List.of(AVAILABLE, late))),
        change(
            "a condition more",
            it ->
                it.conditions(
                    List.of(
                        AVAILABLE,
                        progressing("NewReplicaSetCreated", 0),
                        condition("Paused", "True", "RolloutPaused", 0)))),
        change("a condition less", it -> it.conditions(List.of(AVAILABLE))));
  }

  @DisplayName("R-002 what follows from the ReplicaSets alone may wait")
  @ParameterizedTest(name = "R-002 {0} may wait")
  @MethodSource("figures")
  void figuresMayWait(UnaryOperator<RolloutStatus.Builder> change) {
    RolloutStatus after = change.apply(BEFORE.toBuilder()).build();
    assertThat(Figures.areAllThatIsNew(BEFORE, after)).isTrue();
  }

  @DisplayName("R-002 anything else is saved at once")
  @ParameterizedTest(name = "R-002 {0} is saved at once")
  @MethodSource("news")
  void anythingElseIsSavedAtOnce(UnaryOperator<RolloutStatus.Builder> change) {
    RolloutStatus after = change.apply(BEFORE.toBuilder()).build();
    assertThat(Figures.areAllThatIsNew(BEFORE, after)).isFalse();
  }
}
