package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What everybody tries first, on a real API server. */
@Tag("it")
class WalkthroughTest {
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata:
        name: demo
      spec:
        replicas: 5
        strategy:
          canary:
            steps:
            - setWeight: 20
            - pause: {}
            - setWeight: 40
            - pause: {duration: 2}
            - setWeight: 60
            - pause: {duration: 2}
            - setWeight: 80
            - pause: {duration: 2}
        selector:
          matchLabels:
            app: demo
        template:
          metadata:
            labels:
              app: demo
          spec:
            containers:
            - name: demo
              image: demo:blue
      """;

  private Live live;

  @BeforeEach
  void start() {
    live = new Live();
    live.apply(ROLLOUT);
    live.await("demo", RolloutPhase.HEALTHY, "");
  }

  @AfterEach
  void stop() {
    live.close();
  }

  @Test
  @DisplayName(
      "R-040, R-150, R-205, R-248, R-490 The first deploy skips the steps; an update stops at its pause and goes on when promoted")
  void promotes() {
    assertThat(live.sizes()).isEqualTo("1=5");
    assertThat(live.rollout("demo").statusOrEmpty().currentStepIndex()).isEqualTo(8);

    live.image("demo", "demo:yellow");
    live.await("demo", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(live.sizes()).isEqualTo("1=4 2=1");

    live.promote("demo");
    live.await("demo", RolloutPhase.HEALTHY, "");
    assertThat(live.sizes()).isEqualTo("1=0 2=5");
    Live.await(
        () -> live.events("demo").contains("RolloutCompleted"),
        () -> live.events("demo").toString());
    assertThat(live.events("demo"))
        .contains(
            "RolloutUpdated", "NewReplicaSetCreated", "RolloutStepCompleted", "RolloutPaused");
  }

  @Test
  @DisplayName(
      "R-032, R-226, R-492 An abort leaves it Degraded on the stable version; the stable image again makes it Healthy without steps")
  void aborts() {
    live.image("demo", "demo:red");
    live.await("demo", RolloutPhase.PAUSED, "CanaryPauseStep");
    live.abort("demo");
    live.await("demo", RolloutPhase.DEGRADED, "RolloutAborted");
    live.await("demo", it -> live.sizes().equals("1=5 2=0"));

    live.image("demo", "demo:blue");
    live.await("demo", RolloutPhase.HEALTHY, "");
    assertThat(live.sizes()).isEqualTo("2=0 3=5");
    Live.await(
        () -> live.events("demo").contains("SkipSteps"), () -> live.events("demo").toString());
  }

  @Test
  @DisplayName("R-525, O-070 A controller that starts in the middle of an update goes on with it")
  void goesOnAfterARestart() {
    live.image("demo", "demo:yellow");
    live.await("demo", RolloutPhase.PAUSED, "CanaryPauseStep");
    live.restart();
    live.promote("demo");
    live.await("demo", RolloutPhase.HEALTHY, "");
    assertThat(live.sizes()).isEqualTo("1=0 2=5");
  }
}
