package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes a new revision, and what then starts over: docs/spec/rollout.md#revisions. */
class NewRevisionTest {
  private static final String CANARY =
      """
      replicas: 5
      strategy:
        canary:
          steps:
          - setWeight: 20
          - pause: {}
      """;

  private static World basic() {
    return new World(Manifests.rollout(CANARY));
  }

  private static RolloutSpec spec(String text) {
    return Manifests.rollout(text).spec();
  }

  static List<Arguments> changesElsewhere() {
    return List.of(
        Arguments.of("R-030", "replicas", edit(spec -> spec.withReplicas(8))),
        Arguments.of("R-030", "paused", edit(spec -> spec.withPaused(true))),
        Arguments.of("R-030", "restartAt", edit(spec -> spec.withRestartAt(World.START))),
        Arguments.of(
            "R-030",
            "surge",
            edit(
                spec ->
                    spec.withStrategy(
                        spec(CANARY.replace("canary:\n", "canary:\n    maxSurge: 3\n"))
                            .strategy()))),
        Arguments.of(
            "R-033",
            "steps",
            edit(spec -> spec.withStrategy(spec(CANARY.replace("20", "40")).strategy()))),
        Arguments.of(
            "R-039",
            "strategy",
            edit(
                spec ->
                    spec.withStrategy(
                        spec("strategy: {blueGreen: {activeService: web}}").strategy()))));
  }

  private static UnaryOperator<RolloutSpec> edit(UnaryOperator<RolloutSpec> edit) {
    return edit;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("changesElsewhere")
  void onlyTheTemplateMakesARevision(String rule, String what, UnaryOperator<RolloutSpec> edit) {
    World world = basic().service("web").settle();
    world.edit(edit).settle();
    assertThat(world.sets).as(rule).hasSize(1);
    assertThat(world.update("web:2").sets).hasSize(2);
  }

  @Test
  @DisplayName("R-031, R-237 Another template clears pauses, abort and full promotion")
  void startsOver() {
    World world = basic().settle().update("web:2");
    world.patch(status -> status.abort(true)).settle();
    assertThat(world.status().abortedAt()).isNotNull();
    world.image("web:3").turns(2);

    assertThat(world.status().abort()).isFalse();
    assertThat(world.status().abortedAt()).isNull();
    assertThat(world.status().pauseConditions()).isEmpty();
    assertThat(world.status().controllerPause()).isFalse();
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.status().currentPodHash()).isEqualTo(world.revision(3).hash());
    assertThat(world.settle().phase()).isEqualTo("PAUSED CanaryPauseStep");

    world.holdPods().patch(status -> status.promoteFull(true)).turn();
    assertThat(world.status().promoteFull()).isTrue();
    world.image("web:4").turns(2);
    assertThat(world.status().promoteFull()).isFalse();
  }

  @Test
  @DisplayName("R-031, R-426 A restart that was asked for goes on through another template")
  void keepsTheRestart() {
    World world = basic().settle();
    var at = world.now.plusSeconds(30);
    world.edit(spec -> spec.withRestartAt(at)).settle();
    assertThat(world.status().restartedAt()).isNull();
    world.image("web:2").turns(2);
    assertThat(world.status().restartedAt()).isNull();
    world.pass(Duration.ofMinutes(1)).settle();
    assertThat(world.status().restartedAt()).isEqualTo(at);
  }

  @Test
  @DisplayName("R-032, R-057, R-237 Back to the stable template the steps are skipped")
  void backToStable() {
    World world = basic().settle().update("web:2");
    world.events.clear();
    world.update("web:1");

    assertThat(world.told("SkipSteps")).containsExactly("Rollback to stable ReplicaSets");
    assertThat(world.phase()).isEqualTo("HEALTHY");
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    assertThat(world.sizes(3, 2)).isEqualTo("5/0");
    assertThat(world.told()).doesNotContain("RolloutPaused", "RolloutStepCompleted");
  }

  @Test
  @DisplayName("R-033 Other steps in the middle of an update start over, at the end they do not")
  void otherSteps() {
    World world = basic().settle().update("web:2");
    UnaryOperator<RolloutSpec> steps =
        spec -> spec.withStrategy(spec(CANARY.replace("20", "40")).strategy());
    world.edit(steps).turn();
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.settle().sizes(2, 1)).isEqualTo("2/3");

    World over = basic().settle();
    over.patch(status -> status.abort(true));
    over.edit(steps).settle();
    assertThat(over.status().currentStepIndex()).isEqualTo(2);
    assertThat(over.status().abort()).isFalse();
    assertThat(over.phase()).isEqualTo("HEALTHY");
    assertThat(over.told("SkipSteps")).containsExactly("Rollback to stable ReplicaSets");
  }

  @Test
  @DisplayName("R-035 A name that somebody else has is passed by with another hash")
  void collision() {
    World world = basic();
    World elsewhere = basic();
    elsewhere.turn();
    ReplicaSet same = elsewhere.revision(1);
    ReplicaSet foreign =
        same.withMetadata(
            same.metadata()
                .with(
                    same.metadata().labels(),
                    Map.of(),
                    List.of(
                        new ObjectMeta.OwnerReference(
                            "argoproj.io/v1alpha1", "Rollout", "x", "uid-x", true, true))));
    world.sets.put(foreign.name(), foreign);
    world.settle();

    assertThat(world.status().collisionCount()).isEqualTo(1);
    assertThat(world.revision(1).name()).isNotEqualTo(foreign.name());
    assertThat(world.phase()).isEqualTo("HEALTHY");
    assertThat(world.sets.get(foreign.name())).isEqualTo(foreign);
  }

  @Test
  @DisplayName("R-035 One that was made and not seen yet is waited for, not counted as taken")
  void notSeenYet() {
    World world = basic();
    world.refuse(ClusterEffect.CreateReplicaSet.class, Refusal.ALREADY_EXISTS).turns(4);
    assertThat(world.status().collisionCount()).isNull();
    assertThat(world.decisions)
        .anySatisfy(
            each ->
                assertThat(each.effects()).hasAtLeastOneElementOfType(ClusterEffect.Retry.class));
    world.refuse(ClusterEffect.CreateReplicaSet.class, null).settle();
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-036 Any other refusal is told, and tried again")
  void refused() {
    World world = basic();
    world.refuse(ClusterEffect.CreateReplicaSet.class, Refusal.OTHER).turns(2);
    String message =
        ((ClusterEffect.CreateReplicaSet) world.decisions.get(0).effects().get(0))
            .replicaSet()
            .name();
    message = "Failed to create new replica set \"" + message + "\": refused";
    assertThat(world.condition("Progressing")).isEqualTo("False ReplicaSetCreateError " + message);
    assertThat(world.told("ReplicaSetCreateError")).containsExactly(message);
    assertThat(world.events.get(world.events.size() - 1).warning()).isTrue();
    assertThat(world.told()).doesNotContain("NewReplicaSetCreated");

    var known = world.status();
    world.turns(4);
    assertThat(world.status()).as("it does not flap").isEqualTo(known);
    world.refuse(ClusterEffect.CreateReplicaSet.class, null).settle();
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-038, R-090 A superseded revision is drained like any old one")
  void superseded() {
    World world = basic().settle().update("web:2");
    world.update("web:3");
    assertThat(world.sizes(3, 2, 1)).isEqualTo("1/0/4");
  }

  @Test
  @DisplayName("R-039 From blue-green to canary the update starts over, with the same ReplicaSets")
  void otherStrategy() {
    World world =
        new World(Manifests.rollout("replicas: 5\nstrategy: {blueGreen: {activeService: web}}"))
            .service("web")
            .settle();
    world.edit(spec -> spec.withStrategy(spec(CANARY).strategy())).settle();
    assertThat(world.sets).hasSize(1);
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }
}
