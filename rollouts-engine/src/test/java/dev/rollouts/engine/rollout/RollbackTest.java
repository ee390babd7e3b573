package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rollbacks and the rollback window: docs/spec/rollout.md#rollback. */
class RollbackTest {
  private static World windowed(int revisions) {
    return new World(
            Manifests.rollout(
                """
                replicas: 4
                rollbackWindow: {revisions: %d}
                strategy:
                  canary:
                    steps:
                    - setWeight: 25
                    - pause: {}
                """
                    .formatted(revisions)))
        .settle();
  }

  /** Brings the images {@code web:2} to {@code web:n} out, one after the other. */
  private static World released(World world, int images) {
    for (int i = 2; i <= images; i++) {
      world.update("web:" + i).patch(status -> status.promoteFull(true)).settle();
    }
    world.events.clear();
    return world;
  }

  @ParameterizedTest(name = "{0} window {1}, from the 5th to {2}: fast {3}")
  @CsvSource({
    "R-060, 3, web:4, true",
    "R-061, 3, web:3, true",
    "R-061, 3, web:2, true",
    "R-061, 3, web:1, false",
    "R-060, 1, web:4, true",
    "R-060, 1, web:3, false",
    "R-058, 0, web:4, false",
  })
  void theWindow(String rule, int revisions, String image, boolean fast) {
    World world = released(windowed(revisions), 5);
    world.update(image);

    assertThat(world.phase()).as(rule).isEqualTo(fast ? "HEALTHY" : "PAUSED CanaryPauseStep");
    assertThat(world.told("RolloutStepCompleted")).hasSize(fast ? 0 : 1);
    if (fast) {
      assertThat(world.told("RolloutCompleted"))
          .singleElement()
          .asString()
          .endsWith(": Rollback within window");
      assertThat(world.status().currentStepIndex()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("R-060 Sets of experiments between the two do not count")
  void experimentsDoNotCount() {
    World world = released(windowed(1), 3);
    var second = world.revision(2);
    world.sets.put(
        second.name(),
        second.withAnnotation(
            dev.rollouts.api.rollout.RolloutKeys.EXPERIMENT_NAME, "web-experiment"));
    world.update("web:1");
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-032 Within the window, to a set that has pods, the steps are skipped at once")
  void skipsAtOnce() {
    World world = released(windowed(3), 2);
    world.holdPods().update("web:1").image("web:2").turns(2);
    world.events.clear();
    // web:2 is stable; web:3 is new, and web:1 still has the pod it got.
    world.image("web:1").turn();
    world.turn();
    assertThat(world.told("SkipSteps"))
        .containsExactly("Rollback to active ReplicaSets within RollbackWindow");
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-055, R-058 An older revision outside the window goes through every step")
  void ordinaryUpdate() {
    World world = released(windowed(0), 3);
    world.update("web:1");
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
    world.resume().settle();
    assertThat(world.told("RolloutCompleted"))
        .singleElement()
        .asString()
        .endsWith(": Completed all 2 canary steps");
  }

  @Test
  @DisplayName("R-063 Outside all steps at once, but not before all pods are available")
  void waitsForPods() {
    World world = released(windowed(3), 2).holdPods();
    world.update("web:1");
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    assertThat(world.told()).doesNotContain("RolloutCompleted");
    assertThat(world.revision(3).replicas()).isPositive();
    world.releasePods().settle();
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-063 Routed: no traffic before the pods are there (pain 18)")
  void routedWaitsForPods() {
    World world = RoutedCanaryTest.istio("", "- setWeight: 50\n- pause: {}").settle();
    world.edit(
        spec ->
            Manifests.rollout("rollbackWindow: {revisions: 3}\nstrategy: {canary: {}}")
                .spec()
                .withReplicas(10)
                .withStrategy(spec.strategy()));
    world.update("web:2").patch(status -> status.promoteFull(true)).settle();
    world.pass(Duration.ofMinutes(1)).settle();
    assertThat(world.revision(1).replicas()).isZero();

    world.image("web:1").holdPods().settle();
    assertThat(world.revision(3).replicas()).isEqualTo(10);
    world.breakPods(world.revision(3), 9).releasePods().settle();
    assertThat(world.revision(3).available()).isEqualTo(1);
    assertThat(RoutedCanaryTest.weight(world, 1)).isZero();
    world.breakPods(world.revision(3), 0).settle();
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-065 An abort within the window is cleared")
  void cannotBeAborted() {
    World world = released(windowed(3), 2).holdPods();
    world.update("web:1").patch(status -> status.abort(true)).settle();
    assertThat(world.status().abort()).isFalse();
    assertThat(world.told()).doesNotContain("RolloutAborted");
    world.releasePods().settle();
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-062 A set that the history limit removed is made anew and is no rollback")
  void historyLimit() {
    World world =
        released(
            new World(
                    Manifests.rollout(
                        """
                        replicas: 4
                        revisionHistoryLimit: 0
                        rollbackWindow: {revisions: 3}
                        strategy:
                          canary:
                            steps: [{setWeight: 25}, {pause: {}}]
                        """))
                .settle(),
            2);
    world.settle();
    assertThat(world.sets).hasSize(1);
    world.update("web:1");
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
  }

  private static World blueGreen(String more) {
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 3
                %s
                strategy:
                  blueGreen:
                    activeService: web-active
                    autoPromotionEnabled: false
                """
                    .formatted(more)));
    world.service("web-active").settle().update("web:2").resume().settle();
    world.events.clear();
    return world;
  }

  @Test
  @DisplayName("R-056, R-059 Blue-green: back to a version that still runs, without a pause")
  void blueGreenFastTrack() {
    World world = blueGreen("");
    assertThat(world.revision(1).replicas()).isEqualTo(3);
    world.image("web:1").pass(Duration.ofSeconds(5)).settle();
    assertThat(world.selected("web-active")).isEqualTo(world.revision(3).hash());
    assertThat(world.told()).doesNotContain("RolloutPaused");
    assertThat(world.told("RolloutCompleted"))
        .singleElement()
        .asString()
        .endsWith(": Fast rollback");
  }

  private static final String CHECKED =
      """
      replicas: 3
      strategy:
        blueGreen:
          activeService: web-active
          %s
          prePromotionAnalysis: {templates: [{templateName: smoke}]}
          postPromotionAnalysis: {templates: [{templateName: smoke}]}
          scaleDownDelaySeconds: 60
      """;

  private static World checked(String more) {
    World world = new World(Manifests.rollout(CHECKED.formatted(more)));
    world.service("web-active").template("smoke").settle().update("web:2");
    world.patch(status -> status.promoteFull(true)).settle();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
    return world;
  }

  @Test
  @DisplayName("R-059 Blue-green: a fast rollback is checked neither before nor after the switch")
  void blueGreenFastTrackIsNotChecked() {
    World world = checked("autoPromotionEnabled: true");
    int runs = world.runs.size();
    world.image("web:1").pass(Duration.ofSeconds(5)).settle();
    assertThat(world.runs).hasSize(runs);
    assertThat(world.status().stableRS()).isEqualTo(world.revision(3).hash());
    assertThat(world.phase()).isEqualTo("HEALTHY");
    assertThat(
            world.revision(3).annotation(dev.rollouts.api.rollout.RolloutKeys.SCALE_DOWN_DEADLINE))
        .isNull();
  }

  @Test
  @DisplayName("R-059 Blue-green: with previewReplicaCount the fast way is lost")
  void blueGreenPreviewIsChecked() {
    World world = checked("previewReplicaCount: 1");
    int runs = world.runs.size();
    world.image("web:1").pass(Duration.ofSeconds(5)).settle();
    assertThat(world.revision(3).replicas()).isEqualTo(1);
    assertThat(world.runs).hasSize(runs + 1);
    assertThat(world.selected("web-active")).isEqualTo(world.revision(2).hash());
  }

  @Test
  @DisplayName("R-059 Blue-green: once it has been scaled down it is an ordinary update")
  void blueGreenTooLate() {
    World world = blueGreen("");
    world.pass(Duration.ofMinutes(1)).settle();
    assertThat(world.revision(1).replicas()).isZero();
    world.update("web:1");
    assertThat(world.phase()).isEqualTo("PAUSED BlueGreenPause");
  }

  @Test
  @DisplayName("R-064 Blue-green within the window: no pause, even when it was scaled down")
  void blueGreenWindow() {
    World world = blueGreen("rollbackWindow: {revisions: 1}");
    world.pass(Duration.ofMinutes(1)).settle();
    world.update("web:1");
    assertThat(world.selected("web-active")).isEqualTo(world.revision(3).hash());
    assertThat(world.told()).doesNotContain("RolloutPaused");
  }
}
