package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.RolloutKeys;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The progress deadline: docs/spec/rollout.md#progress-deadline. */
class ProgressTest {
  private static final String TIMED_OUT =
      "DEGRADED ProgressDeadlineExceeded: ReplicaSet \"web-2\" has timed out progressing.";
  private static final String ABORTED =
      "DEGRADED RolloutAborted: Rollout aborted update to revision 2: ReplicaSet \"web-2\" has timed out progressing.";

  private static World world(String spec) {
    return new World(
            Manifests.rollout(
                """
                replicas: 5
                %s
                strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {}}]}}
                """
                    .formatted(spec)))
        .settle();
  }

  /** Names of ReplicaSets as revisions. */
  private static String named(World world, String text) {
    for (var set : world.sets.values()) {
      text = text.replace(set.name(), "web-" + set.revision());
    }
    return text;
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}, sizes {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-385||hold; web:2; +600s|PROGRESSING more replicas need to be updated|1/4",
        "R-385||hold; web:2; +601s|" + TIMED_OUT + "|1/4",
        "R-385|progressDeadlineSeconds: 30|hold; web:2; +30s|PROGRESSING more replicas need to be updated|1/4",
        "R-385|progressDeadlineSeconds: 30|hold; web:2; +31s|" + TIMED_OUT + "|1/4",
        "R-385|progressDeadlineSeconds: 30|hold; web:2; +31s; +1h|" + TIMED_OUT + "|1/4",
        "R-389|progressDeadlineSeconds: 30|hold; web:2; +31s; release|PAUSED CanaryPauseStep|1/4",
        "R-387|progressDeadlineSeconds: 30|hold; web:2; +20s; web:3; +20s|PROGRESSING more replicas need to be updated|1/0/4",
        "R-388|progressDeadlineSeconds: 30|web:2; +1h|PAUSED CanaryPauseStep|1/4",
        "R-388|progressDeadlineSeconds: 30|pause; web:2; +1h|PAUSED manually paused|0/5",
        "R-388|progressDeadlineSeconds: 30|web:2; abort; +1h|DEGRADED RolloutAborted: Rollout aborted update to revision 2|0/5",
        "R-390|'progressDeadlineSeconds: 30\\nprogressDeadlineAbort: true'|hold; web:2; +31s|"
            + ABORTED
            + "|0/5",
        "R-226|'progressDeadlineSeconds: 30\\nprogressDeadlineAbort: true'|hold; web:2; full; +31s; release|"
            + ABORTED
            + "|0/5",
        "R-390|'progressDeadlineSeconds: 30\\nprogressDeadlineAbort: true'|hold; web:2; +30s|PROGRESSING more replicas need to be updated|1/4",
        "R-390|'progressDeadlineSeconds: 30\\nprogressDeadlineAbort: true'|web:2; +1h|PAUSED CanaryPauseStep|1/4",
        "R-391|'progressDeadlineSeconds: 30\\nprogressDeadlineAbort: true'|break 1 2; +31s|DEGRADED ProgressDeadlineExceeded: ReplicaSet \"web-1\" has timed out progressing.|5",
        "R-391|'progressDeadlineSeconds: 30\\nprogressDeadlineAbort: true'|break 1 2; +31s; break 1 0|HEALTHY|5",
        "R-392||break 1 2|PROGRESSING updated replicas are still becoming available|5",
      })
  void deadline(String rule, String spec, String script, String phase, String sizes) {
    World world = world(spec == null ? "" : spec.replace("\\n", "\n"));
    Play.of(world, script);
    assertThat(named(world, world.phase()) + "|" + Play.sizes(world))
        .as(rule)
        .isEqualTo(phase + "|" + sizes);
  }

  @ParameterizedTest(name = "{0} {1}: restarts {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-386|hold; web:2; +20s; turn|false",
        "R-386|hold; web:2; +20s; release|true",
        "R-386|hold; web:2; +20s; break 1 1|false",
        "R-386|hold; web:2; +20s; skip|true",
        "R-386|web:2; +20s; resume|true",
        "R-386|break 1 1; +20s; break 1 2|false",
        "R-386|break 1 2; +20s; break 1 1|true",
      })
  void progress(String rule, String script, boolean restarts) {
    World world = Play.of(world(""), script);
    Condition progressing = world.status().condition("Progressing").orElseThrow();
    assertThat(progressing.lastUpdateTime().equals(world.now))
        .as(rule + " " + progressing)
        .isEqualTo(restarts);
  }

  @Test
  @DisplayName("R-387, R-474 Progress is noted each time; since when it holds stays")
  void lastUpdateTime() {
    World world = Play.of(world(""), "hold; web:2");
    Condition first = world.status().condition("Progressing").orElseThrow();
    Play.of(world, "+20s; release");
    // The pause has its own condition; look at what was written on the way to it.
    var written =
        world.decisions.stream()
            .map(each -> each.status().condition("Progressing").orElse(first))
            .filter(each -> each.reason().equals("ReplicaSetUpdated"))
            .reduce((a, b) -> b)
            .orElseThrow();
    assertThat(written.lastUpdateTime()).isEqualTo(world.now);
    assertThat(written.lastTransitionTime()).isEqualTo(first.lastTransitionTime());
  }

  @Test
  @DisplayName("R-524, R-389 The deadline wakes, and after it nothing does until something changes")
  void wakesAtTheDeadline() {
    World world = Play.of(world(""), "hold; web:2");
    Condition progressing = world.status().condition("Progressing").orElseThrow();
    assertThat(world.turn().wakeUp()).contains(progressing.lastUpdateTime().plusSeconds(601));
    world.pass(Duration.ofSeconds(601)).settle();
    var decision = world.turn();
    assertThat(decision.wakeUp()).isEmpty();
    assertThat(decision.effects()).isEmpty();
  }

  @Test
  @DisplayName("R-390 The abort is told with its message, then as every abort; once")
  void abortIsTold() {
    World world = world("progressDeadlineSeconds: 30\nprogressDeadlineAbort: true");
    Play.of(world, "hold; web:2; +31s; +1h");
    String message = "ReplicaSet \"" + world.revision(2).name() + "\" has timed out progressing.";
    assertThat(world.told("RolloutAborted"))
        .containsExactly(message, "Rollout aborted update to revision 2: " + message);
    assertThat(world.status().currentStepIndex()).isZero();
  }

  @Test
  @DisplayName("R-388 An old version that waits to be scaled down stops the clock of the next one")
  void waitingForAnOldVersion() {
    World world =
        RoutedCanaryTest.istio("scaleDownDelaySeconds: 3600", "- setWeight: 50\n- pause: {}")
            .settle();
    Play.of(world, "web:2; full");
    assertThat(world.revision(1).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNotNull();
    Play.of(world, "hold; web:3; +20m");
    assertThat(world.phase()).isEqualTo("PROGRESSING more replicas need to be updated");
    Play.of(world, "+40m");
    assertThat(world.revision(1).replicas()).isZero();
    Play.of(world, "+11m");
    assertThat(world.phase()).startsWith("DEGRADED ProgressDeadlineExceeded");
  }

  @Test
  @DisplayName("R-392 Lost pods: not healthy, and the clock starts")
  void lostPods() {
    World world = Play.of(world(""), "+1h; break 1 2");
    assertThat(world.condition("Healthy")).isEqualTo("False RolloutHealthy Rollout is not healthy");
    assertThat(world.condition("Progressing"))
        .isEqualTo("True ReplicaSetNotAvailable Rollout does not have minimum availability");
    assertThat(world.status().condition("Progressing").orElseThrow().lastUpdateTime())
        .isEqualTo(world.now);
  }
}
