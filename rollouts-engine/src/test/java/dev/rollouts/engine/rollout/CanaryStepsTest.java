package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a step is done, and how it is told: docs/spec/canary.md#steps. */
class CanaryStepsTest {
  private static World basic(String steps) {
    return new World(Manifests.rollout("replicas: 5\nstrategy: {canary: {steps: [" + steps + "]}}"))
        .template("smoke")
        .settle();
  }

  private static CanaryStep step(String text) {
    return Manifests.rollout("strategy: {canary: {steps: [" + text + "]}}")
        .spec()
        .strategy()
        .canary()
        .steps()
        .get(0);
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-151|{setWeight: 20}|setWeight: 20",
        "R-151|{pause: {}}|pause",
        "R-151|{pause: {duration: 10s}}|pause: 10s",
        "R-151|{pause: {duration: 10}}|pause: 10",
        "R-151|{experiment: {templates: [{name: a, specRef: canary}]}}|experiment",
        "R-151|{analysis: {templates: [{templateName: a}]}}|analysis",
        "R-151|{setCanaryScale: {weight: 25}}|setCanaryScale{weight: 25}",
        "R-151|{setCanaryScale: {matchTrafficWeight: true}}|setCanaryScale{matchTrafficWeight: true}",
        "R-151|{setCanaryScale: {replicas: 3}}|setCanaryScale{replicas: 3}",
        "R-151|{setCanaryScale: {}}|invalid",
        "R-151|{plugin: {name: org/check}}|plugin: org/check",
        "R-151|{setHeaderRoute: {name: early}}|setHeaderRoute: early",
        "R-151|{setMirrorRoute: {name: shadow}}|setMirrorRoute: shadow",
        "R-151|{}|invalid",
        "R-161|{setWeight: 20, pause: {}}|pause",
        "R-161|{setWeight: 20, setCanaryScale: {replicas: 1}}|setCanaryScale{replicas: 1}",
        "R-161|{setWeight: 20, experiment: {templates: []}}|setWeight: 20",
        "R-161|{analysis: {templates: []}, experiment: {templates: []}}|experiment",
        "R-161|{analysis: {templates: []}, setHeaderRoute: {name: a}}|analysis",
        "R-161|{setMirrorRoute: {name: b}, setHeaderRoute: {name: a}}|setHeaderRoute: a",
        "R-161|{setMirrorRoute: {name: b}, plugin: {name: org/p}}|setMirrorRoute: b",
      })
  void inWords(String rule, String step, String text) {
    assertThat(StepKinds.text(step(step))).as(rule).isEqualTo(text);
  }

  @Test
  @DisplayName("R-150 A step that is done is told, and its pause with it")
  void completes() {
    World world = basic("{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {}}");
    world.update("web:2");
    assertThat(world.told("RolloutStepCompleted"))
        .containsExactly("Rollout step 1/4 completed (setWeight: 20)");
    world.resume().settle();
    assertThat(world.told("RolloutStepCompleted"))
        .containsExactly(
            "Rollout step 1/4 completed (setWeight: 20)",
            "Rollout step 2/4 completed (pause)",
            "Rollout step 3/4 completed (setWeight: 60)");
    assertThat(world.status().pauseConditions()).hasSize(1);
  }

  @Test
  @DisplayName("R-150 Nothing is completed while somebody has paused")
  void notWhilePaused() {
    World world = basic("{setWeight: 20}, {setWeight: 40}, {pause: {}}");
    world.holdPods().update("web:2");
    world.edit(spec -> spec.withPaused(true)).releasePods().settle();
    assertThat(world.status().currentStepIndex()).isZero();
    world.edit(spec -> spec.withPaused(false)).settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-150 Nothing is completed while the update is aborted")
  void notWhileAborted() {
    World world = basic("{setWeight: 0}, {pause: {}}");
    world.image("web:2").turns(2);
    world.patch(status -> status.abort(true)).settle();
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.told()).doesNotContain("RolloutStepCompleted");
  }

  @Test
  @DisplayName("R-152 A weight is reached with its own pods, not with those of a bad version")
  void ownPods() {
    World world = basic("{setWeight: 40}, {pause: {}}");
    world.holdPods().update("web:2");
    assertThat(world.status().currentStepIndex()).isZero();
    world.image("web:3").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.status().currentStepIndex()).isZero();
    world.releasePods().settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(world.revision(3).available()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-152 Without routing it is also waited for that old versions are gone")
  void withoutOthers() {
    World world = basic("{setWeight: 20}, {pause: {}}").update("web:2");
    world.image("web:3").turns(2);
    for (int i = 0; i < 20; i++) {
      world.turn();
      if (world.status().currentStepIndex() == 1) {
        assertThat(world.revision(2).available()).isZero();
        return;
      }
    }
    throw new AssertionError("step 1 was never reached");
  }

  @Test
  @DisplayName("R-152 Pods that were counted before the size changed do not count")
  void ofItsSize() {
    World world = RoutedCanaryTest.istio("", "- setWeight: 50\n- pause: {}").settle();
    world.holdPods().update("web:2");
    countedBy(world, -1).turns(3);
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.status().canary().weights()).isNotNull();
    assertThat(world.status().canary().weights().canary().weight()).isZero();
    countedBy(world, 0).turns(3);
    assertThat(world.status().canary().weights().canary().weight()).isEqualTo(50);
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
  }

  /**
   * All pods of the canary are available by a status of a generation so much later than its own.
   */
  private static World countedBy(World world, int later) {
    ReplicaSet canary = world.revision(2);
    world.sets.put(
        canary.name(),
        canary.withStatus(
            new ReplicaSet.Status(
                canary.replicas(),
                canary.replicas(),
                canary.replicas(),
                canary.metadata().generation() + later,
                List.of())));
    return world;
  }

  @ParameterizedTest(name = "{0} {1}: with {2} of 5 pods done {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-153||4|false",
        "R-153||5|true",
        "R-153|{type: Percent, value: 80}|3|false",
        "R-153|{type: Percent, value: 80}|4|true",
        "R-153|{type: Percent, value: 100}|4|false",
        "R-153|{type: Pod, value: 3}|2|false",
        "R-153|{type: Pod, value: 3}|3|true",
        "R-153|{type: Pod, value: 7}|5|false",
      })
  void threshold(String rule, String threshold, int available, boolean done) {
    World world =
        RoutedCanaryTest.istio(
                threshold == null ? "" : "replicaProgressThreshold: " + threshold,
                "- setWeight: 50\n- pause: {}")
            .settle();
    world.image("web:2").turn();
    world.broken.put(world.revision(2).name(), 5 - available);
    world.settle();
    assertThat(world.revision(2).available()).isEqualTo(available);
    assertThat(world.status().currentStepIndex()).as(rule).isEqualTo(done ? 1 : 0);
  }

  @Test
  @DisplayName("R-154 setCanaryScale is done when the pods are there")
  void canaryScale() {
    World world =
        RoutedCanaryTest.istio("", "- setCanaryScale: {replicas: 3}\n- pause: {}").settle();
    world.holdPods().update("web:2");
    assertThat(world.sizes(2, 1)).isEqualTo("3/10");
    assertThat(world.status().currentStepIndex()).isZero();
    world.releasePods().settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(RoutedCanaryTest.weight(world, 1)).isZero();
  }

  @Test
  @DisplayName("R-155 setWeight is done when the pods are there and the routes in force")
  void weight() {
    World world = RoutedCanaryTest.istio("", "- setWeight: 20\n- pause: {}").settle();
    world.refuse(ClusterEffect.UpdateObject.class, Refusal.CONFLICT);
    world.image("web:2").turns(20);
    assertThat(world.revision(2).available()).isEqualTo(2);
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.status().canary().weights().canary().weight()).isZero();
    world.refuse(ClusterEffect.UpdateObject.class, null).settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} pause of {1}, after {2}: over {3}")
  @CsvSource({
    "R-156, 10, 10s, false",
    "R-156, 10, 11s, true",
    "R-156, 10s, 10s, false",
    "R-156, 10s, 11s, true",
    "R-156, 1m, 60s, false",
    "R-156, 1m, 61s, true",
    "R-206, 2h, 7200s, false",
    "R-206, 2h, 7201s, true",
    "R-156, , 90000s, false",
  })
  void pause(String rule, String duration, String elapsed, boolean over) {
    World world =
        basic(
            "{setWeight: 20}, {pause: {"
                + (duration == null ? "" : "duration: " + duration)
                + "}}, {setWeight: 40}, {pause: {}}");
    world.update("web:2");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    world.pass(Duration.parse("PT" + elapsed)).settle();
    assertThat(world.status().currentStepIndex()).as(rule).isEqualTo(over ? 3 : 1);
  }

  @ParameterizedTest(name = "{0} a step analysis that is {1}: {2}")
  @CsvSource({
    "R-157, RUNNING, PROGRESSING, 0",
    "R-157, SUCCESSFUL, PAUSED CanaryPauseStep, 1",
    "R-157, FAILED, DEGRADED, 0",
    "R-157, ERROR, DEGRADED, 0",
    "R-157, INCONCLUSIVE, PAUSED InconclusiveAnalysisRun, 0",
  })
  void analysis(String rule, AnalysisPhase run, String phase, int index) {
    World world = basic("{analysis: {templates: [{templateName: smoke}]}}, {pause: {}}");
    world.update("web:2");
    world.finish(world.runs.keySet().iterator().next(), run, "m").settle();
    assertThat(world.phase()).as(rule).startsWith(phase);
    assertThat(world.status().currentStepIndex()).isEqualTo(index);
  }

  @ParameterizedTest(name = "{0} an experiment that is {1}: {2}")
  @CsvSource({
    "R-158, RUNNING, PROGRESSING, 0",
    "R-158, SUCCESSFUL, PAUSED CanaryPauseStep, 1",
    "R-158, FAILED, DEGRADED, 0",
    "R-158, ERROR, DEGRADED, 0",
    "R-158, INCONCLUSIVE, PAUSED InconclusiveExperiment, 0",
  })
  void experiment(String rule, AnalysisPhase run, String phase, int index) {
    World world = basic("{experiment: {templates: [{name: a, specRef: canary}]}}, {pause: {}}");
    assertThat(world.experiments).isEmpty();
    world.update("web:2");
    world.experiment(world.experiments.keySet().iterator().next(), run, "m").settle();
    assertThat(world.phase()).as(rule).startsWith(phase);
    assertThat(world.status().currentStepIndex()).isEqualTo(index);
  }

  @Test
  @DisplayName("R-159 A route is done when it is there, and not while it waits for something")
  void headerRoute() {
    World world =
        RoutedCanaryTest.istio(
                "",
                "managedRoutes: [{name: early}]",
                """
                - setCanaryScale: {replicas: 1}
                - setHeaderRoute:
                    name: early
                    match: [{headerName: who, headerValue: {exact: me}}]
                - pause: {}
                """)
            .settle();
    world.image("web:2").turns(2);
    for (int i = 0; i < 20 && world.status().currentStepIndex() == 0; i++) {
      world.turn();
    }
    world.refuse(ClusterEffect.UpdateObject.class, Refusal.CONFLICT).turns(3);
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    world.refuse(ClusterEffect.UpdateObject.class, null).settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    assertThat(world.objects.toString()).contains("early");
  }

  @Test
  @DisplayName("R-162 During a pause for want of a verdict nothing is completed")
  void inconclusive() {
    World world =
        new World(
                Manifests.rollout(
                    """
                    replicas: 5
                    strategy:
                      canary:
                        analysis: {templates: [{templateName: smoke}]}
                        steps: [{setWeight: 20}, {setWeight: 40}, {pause: {}}]
                    """))
            .template("smoke")
            .settle();
    world.holdPods().update("web:2");
    world.finish(world.runs.keySet().iterator().next(), AnalysisPhase.INCONCLUSIVE, "").settle();
    world.releasePods().settle();
    assertThat(world.phase()).isEqualTo("PAUSED InconclusiveAnalysisRun");
    assertThat(world.status().currentStepIndex()).isZero();
    world.resume().settle();
    assertThat(world.runs).hasSize(2);
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
  }

  @Test
  @DisplayName("R-163 Steps that change nothing take a turn each")
  void sameWeights() {
    World world = basic("{setWeight: 20}, {setWeight: 20}, {setWeight: 20}, {pause: {}}");
    world.image("web:2");
    List<Integer> indexes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      world.turn();
      int index = world.status().currentStepIndex();
      if (indexes.isEmpty() || indexes.get(indexes.size() - 1) != index) {
        indexes.add(index);
      }
    }
    assertThat(indexes).endsWith(0, 1, 2, 3);
  }

  @Test
  @DisplayName(
      "R-164 After the last step everything goes to the new version, without a step for it")
  void afterTheLastStep() {
    World world = basic("{setWeight: 20}, {setWeight: 40}");
    world.holdPods().update("web:2");
    assertThat(world.status().stableRS()).isEqualTo(world.revision(1).hash());
    world.releasePods().settle();
    assertThat(world.sizes(2, 1)).isEqualTo("5/0");
    assertThat(world.told("RolloutCompleted"))
        .last()
        .asString()
        .endsWith(": Completed all 2 canary steps");
  }

  @Test
  @DisplayName("R-165 Another weight in a step starts the update over")
  void otherWeight() {
    World world = basic("{setWeight: 20}, {pause: {}}").update("web:2");
    var other = basic("{setWeight: 60}, {pause: {}}").rollout.spec().strategy();
    world.edit(spec -> spec.withStrategy(other)).turn();
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.settle().sizes(2, 1)).isEqualTo("3/2");
  }

  @Test
  @DisplayName("R-166 An index beyond the end means the end, a smaller one repeats steps")
  void indexByHand() {
    World world =
        basic("{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {}}").update("web:2");
    world.resume().settle();
    assertThat(world.sizes(2, 1)).isEqualTo("3/2");
    world
        .patch(
            status -> status.currentStepIndex(0).pauseConditions(List.of()).controllerPause(false))
        .settle();
    assertThat(world.sizes(2, 1)).isEqualTo("1/4");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    world
        .patch(
            status -> status.currentStepIndex(9).pauseConditions(List.of()).controllerPause(false))
        .settle();
    assertThat(world.phase()).isEqualTo("HEALTHY");
    assertThat(world.status().currentStepIndex()).isEqualTo(4);
  }
}
