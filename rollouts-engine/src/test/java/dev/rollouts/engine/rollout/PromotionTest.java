package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a new version becomes the stable one: docs/spec/rollout.md#promotion. */
class PromotionTest {
  private static World basic(String options) {
    return new World(
            Manifests.rollout(
                """
                replicas: 4
                strategy:
                  canary:
                    %s
                    steps: [{setWeight: 25}, {pause: {}}]
                """
                    .formatted(options)))
        .settle();
  }

  private static World paused(String options) {
    World world = basic(options).update("web:2");
    world.events.clear();
    return world;
  }

  @ParameterizedTest(name = "{0} full {1}, aborted {2}, resumed {3}, broken {4}: {5}")
  @CsvSource({
    "R-190, false, false, false, 0, ",
    "R-190, false, false, true,  0, Completed all 2 canary steps",
    "R-190, false, false, true,  1, ",
    "R-190, false, true,  false, 0, ",
    "R-190, true,  false, false, 0, Full promotion requested",
    "R-190, true,  false, false, 1, ",
    "R-239, true,  true,  false, 0, ",
  })
  void theReason(
      String rule, boolean full, boolean aborted, boolean resumed, int broken, String why) {
    World world = paused("");
    world.breakPods(world.revision(2), broken);
    world.patch(status -> status.promoteFull(full).abort(aborted));
    if (resumed) {
      world.resume();
    }
    world.settle();
    if (why == null) {
      assertThat(world.told("RolloutCompleted")).as(rule).isEmpty();
      assertThat(world.status().stableRS()).isEqualTo(world.revision(1).hash());
    } else {
      assertThat(world.told("RolloutCompleted"))
          .as(rule)
          .containsExactly(
              "Rollout completed update to revision 2 (%s): %s"
                  .formatted(world.revision(2).hash(), why));
      assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
    }
  }

  @Test
  @DisplayName("R-239 A full promotion ends an abort in the turn that finds it")
  void fullPromotionAfterAnAbort() {
    World world = paused("").patch(status -> status.abort(true)).settle();
    assertThat(world.status().abortedAt()).isNotNull();
    world.holdPods().patch(status -> status.promoteFull(true));
    world.turns(2);
    assertThat(world.status().abort()).isFalse();
    assertThat(world.status().promoteFull()).isTrue();
    world.releasePods().settle();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
  }

  @Test
  @DisplayName("R-226, R-239 An abort ends a full promotion")
  void abortOfAFullPromotion() {
    World byHand = paused("").holdPods().patch(status -> status.promoteFull(true)).settle();
    byHand.patch(status -> status.abort(true)).releasePods().settle();
    assertThat(byHand.status().abort()).isTrue();
    assertThat(byHand.status().promoteFull()).isFalse();
    assertThat(byHand.sizes(2, 1)).isEqualTo("0/4");
  }

  @Test
  @DisplayName("R-194 An index that was overwritten after the promotion comes back, with a reason")
  void indexOfAFinishedUpdate() {
    World world = paused("").resume().settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    world.patch(status -> status.currentStepIndex(1));
    var decision = world.turn();
    assertThat(decision.status().currentStepIndex()).isEqualTo(2);
    assertThat(decision.reasons()).extracting(Reason::rule).contains("R-194");
  }

  @Test
  @DisplayName("R-190 Without steps the reason counts none")
  void withoutSteps() {
    World world = new World(Manifests.rollout("replicas: 4\nstrategy: {canary: {}}")).settle();
    assertThat(world.status().currentStepIndex()).isNull();
    world.update("web:2");
    assertThat(world.told("RolloutCompleted"))
        .last()
        .asString()
        .endsWith(": Completed all 0 canary steps");
  }

  @ParameterizedTest(name = "{0} threshold {1}, {2} broken of 4: promoted {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-191|{type: Percent, value: 75}|1|true",
        "R-191|{type: Percent, value: 75}|2|false",
        "R-191|{type: Pod, value: 2}|2|true",
      })
  void threshold(String rule, String threshold, int broken, boolean promoted) {
    World world = RoutedCanaryTest.istio("replicaProgressThreshold: " + threshold, "- pause: {}");
    world.edit(spec -> spec.withReplicas(4)).settle().update("web:2");
    world.breakPods(world.revision(2), broken).resume().settle();
    assertThat(world.status().stableRS().equals(world.revision(2).hash()))
        .as(rule)
        .isEqualTo(promoted);
  }

  @Test
  @DisplayName("R-191 More pods than wanted are enough")
  void moreThanEnough() {
    World world = paused("");
    world.holdPods().resume().settle();
    world.releasePods();
    var fresh = world.revision(2);
    world.sets.put(fresh.name(), fresh.withReplicas(9));
    world.run(world.revision(2));
    world.turns(1);
    world.settle();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
  }

  @Test
  @DisplayName("R-192, R-258 A full promotion ends pauses first, then waits for the pods")
  void fullPromotion() {
    World world = paused("").holdPods();
    world.patch(status -> status.promoteFull(true)).settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    assertThat(world.status().pauseConditions()).isEmpty();
    assertThat(world.status().promoteFull()).isTrue();
    assertThat(world.told()).doesNotContain("RolloutStepCompleted");
    world.releasePods().settle();
    assertThat(world.status().promoteFull()).isFalse();
    assertThat(world.status().duration().completionStatus()).isEqualTo("FastPromoted");
    assertThat(world.sizes(2, 1)).isEqualTo("4/0");
  }

  @Test
  @DisplayName("R-192 Routed, a full promotion moves the weight back only when it is over")
  void fullPromotionRouted() {
    World world =
        RoutedCanaryTest.istio("", "- setWeight: 20\n- pause: {}").settle().update("web:2");
    world.holdPods().patch(status -> status.promoteFull(true)).settle();
    assertThat(RoutedCanaryTest.weight(world, 1)).isEqualTo(20);
    assertThat(world.sizes(2, 1)).isEqualTo("10/10");
    world.releasePods().settle();
    assertThat(RoutedCanaryTest.weight(world, 1)).isZero();
    assertThat(world.selected("web-stable")).isEqualTo(world.revision(2).hash());
  }

  @Test
  @DisplayName("R-193 In a steady state it is seen each time and nothing is told")
  void steady() {
    World world = basic("");
    world.events.clear();
    world.turns(5);
    assertThat(world.events).isEmpty();
  }

  @Test
  @DisplayName("R-194, R-195 A promotion clears pauses and moves the index to the end")
  void promotes() {
    World world = paused("").resume().settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    assertThat(world.status().pauseConditions()).isEmpty();
    assertThat(world.status().controllerPause()).isFalse();
    assertThat(world.status().abort()).isFalse();
    assertThat(world.status().duration().completionStatus()).isEqualTo("Promoted");
    assertThat(world.condition("Completed")).startsWith("True");
  }

  @Test
  @DisplayName("R-194, R-146 With ping and pong each promotion swaps their roles, and only it")
  void swapsPingAndPong() {
    RoutedWorld routed =
        RoutedWorld.deployed(
            "pingPong: {pingService: ping, pongService: pong}",
            "{plugins: {test/route: {}}}",
            "- setWeight: 20\n- pause: {}");
    World world = routed.world;
    assertThat(world.status().canary().stablePingPong()).isEqualTo("ping");
    assertThat(world.selected("ping")).isEqualTo(world.revision(1).hash());
    assertThat(world.selected("pong")).isEmpty();

    String[] stable = {"ping", "pong"};
    for (int revision = 2; revision <= 4; revision++) {
      String was = stable[revision % 2];
      String next = stable[(revision + 1) % 2];
      world.update("web:" + revision);
      assertThat(world.status().canary().stablePingPong()).isEqualTo(was);
      assertThat(world.selected(was)).isEqualTo(world.revision(revision - 1).hash());
      assertThat(world.selected(next)).isEqualTo(world.revision(revision).hash());
      assertThat(routed.weight()).isEqualTo(20);

      routed.resume();
      assertThat(world.status().canary().stablePingPong()).isEqualTo(next);
      assertThat(world.selected(next)).isEqualTo(world.revision(revision).hash());
      assertThat(routed.weight()).isZero();
    }

    world.update("web:5").patch(status -> status.abort(true)).settle();
    assertThat(world.status().canary().stablePingPong()).isEqualTo("pong");
    world.update("web:4");
    assertThat(world.status().canary().stablePingPong()).isEqualTo("pong");
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-196 No status ever has an index behind the end")
  void neverBehindTheEnd() {
    World world = basic("");
    for (String image : new String[] {"web:2", "web:1", "web:3"}) {
      world.image(image).turns(4);
      world.patch(status -> status.promoteFull(true)).settle();
    }
    for (var decision : world.decisions) {
      Integer index = decision.status().currentStepIndex();
      assertThat(index == null ? 0 : index).isLessThanOrEqualTo(2);
    }
  }

  @Test
  @DisplayName("R-257 A full promotion of what is promoted has no lasting effect")
  void fullPromotionOfNothing() {
    World world = basic("");
    world.events.clear();
    var before = world.status();
    world.patch(status -> status.promoteFull(true)).settle();
    assertThat(world.status()).isEqualTo(before);
    assertThat(world.decisions.get(world.decisions.size() - 1).effects())
        .noneMatch(ClusterEffect.UpdateReplicaSet.class::isInstance);
    assertThat(world.events).isEmpty();
  }
}
