package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which revisions the Services of a canary point at. docs/spec/canary.md#services. */
class CanaryServicesTest {
  private static final String PAUSED_AT_HALF = "- setWeight: 50\n- pause: {}";

  private static World basic(String steps) {
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 10
                strategy:
                  canary:
                    stableService: web-stable
                    canaryService: web-canary
                    steps: %s
                """
                    .formatted(steps)));
    return world.service("web-stable").service("web-canary");
  }

  private static String managedBy(World world, String service) {
    return String.valueOf(
        ClusterObjects.of(world.objects).service("default", service).orElseThrow().managedBy());
  }

  @Test
  @DisplayName(
      "R-140, R-141, R-143 Services follow their roles; what is right is not written again")
  void followTheirRoles() {
    World world = basic("[{setWeight: 50}, {pause: {}}]").settle();
    world.events.clear();
    world.image("web:2").settle();
    assertThat(world.selected("web-stable")).isEqualTo(world.revision(1).hash());
    assertThat(world.selected("web-canary")).isEqualTo(world.revision(2).hash());
    assertThat(managedBy(world, "web-canary")).isEqualTo("web");
    assertThat(world.events)
        .filteredOn(each -> each.reason().equals("SwitchService"))
        .extracting(Event::message)
        .containsExactly(
            "Switched selector for service 'web-canary' from '%s' to '%s'"
                .formatted(world.revision(1).hash(), world.revision(2).hash()));
    assertThat(world.turn().effects()).isEmpty();
  }

  @Test
  @DisplayName("R-140, R-229 Without routing an aborted canary gives its Service to stable")
  void basicAbort() {
    World world = basic("[{setWeight: 50}, {pause: {}}]").settle();
    world.image("web:2").settle();
    world.patch(status -> status.abort(true)).settle();
    assertThat(world.selected("web-canary")).isEqualTo(world.revision(1).hash());
    assertThat(world.revision(2).replicas()).isZero();
    assertThat(world.revision(1).replicas()).isEqualTo(10);
  }

  @Test
  @DisplayName("R-140, R-515 A Service that is gone stops the turn, is named, and looked for again")
  void missingService() {
    World world = basic("[{setWeight: 50}, {pause: {}}]").settle();
    world.image("web:2").turn();
    world.objects.remove(ObjectKey.service("default", "web-canary"));
    var decision = world.turn();
    assertThat(decision.effects()).noneMatch(ClusterEffect.UpdateReplicaSet.class::isInstance);
    assertThat(decision.status().message()).contains("web-canary").contains("not found");
    assertThat(decision.wakeUp()).contains(world.now.plusSeconds(20));
  }

  @ParameterizedTest(name = "{0}: managed {1}, {2} of {3} pods")
  @CsvSource({
    "R-142, false, 9, 10, false",
    "R-142, false, 10, 10, true",
    "R-142, true, 0, 10, false",
    "R-142, true, 1, 10, true",
  })
  void aServiceIsSwitchedWhenPodsAreThere(
      String rule, boolean managed, int available, int wanted, boolean switches) {
    RoutedWorld routed = RoutedWorld.deployed("", PAUSED_AT_HALF).begin();
    if (!managed) {
      routed.world.service("web-canary");
    }
    routed.pods(2, wanted, available).at(1);
    assertThat(
            routed.decide().effects().stream()
                .filter(ClusterEffect.UpdateService.class::isInstance)
                .map(each -> ((ClusterEffect.UpdateService) each).after())
                .anyMatch(
                    each ->
                        each.name().equals("web-canary")
                            && each.hash().equals(routed.world.revision(2).hash())))
        .isEqualTo(switches);
  }

  @ParameterizedTest(name = "{0}: aborted {1}, {2} of 10 pods")
  @CsvSource({"R-142, false, 9, false", "R-142, true, 0, false", "R-142, true, 1, true"})
  void aStableServiceThatSelectsAllVersionsLeavesAnAbortedOne(
      String rule, boolean aborted, int available, boolean switches) {
    RoutedWorld routed = RoutedWorld.deployed("", PAUSED_AT_HALF).begin();
    routed.world.service("web-stable");
    routed.pods(1, 10, available).pods(2, 5, 5).at(1);
    if (aborted) {
      routed.abort();
    }
    assertThat(
            routed.decide().effects().stream()
                .filter(ClusterEffect.UpdateService.class::isInstance)
                .map(each -> ((ClusterEffect.UpdateService) each).after())
                .anyMatch(each -> each.name().equals("web-stable")))
        .isEqualTo(switches);
  }

  @Test
  @DisplayName("R-140 No Service is pointed at an aborted version, not even while that retreats")
  void retreating() {
    RoutedWorld routed = RoutedWorld.deployed("dynamicStableScale: true", PAUSED_AT_HALF).begin();
    routed.world.service("web-canary");
    routed.pods(1, 5, 5).pods(2, 5, 5).at(0).sent(50, 2).abort();
    assertThat(routed.decide().effects())
        .noneMatch(ClusterEffect.UpdateService.class::isInstance)
        .isNotEmpty();
  }

  @Test
  @DisplayName("R-143 A Service that somebody made anew is taken over again")
  void madeAnew() {
    World world = basic("[{setWeight: 50}, {pause: {}}]").settle();
    ObjectKey key = ObjectKey.service("default", "web-stable");
    world.service("web-stable");
    world.settle();
    assertThat(managedBy(world, "web-stable")).isEqualTo("web");
    assertThat(world.selected("web-stable")).isEqualTo(world.revision(1).hash());
    assertThat(world.objects.get(key).at("spec", "selector", "app")).isEqualTo("web");
  }

  @Test
  @DisplayName("R-144 After promotion both Services are on the new version")
  void afterPromotion() {
    RoutedWorld routed = RoutedWorld.deployed("", PAUSED_AT_HALF).update().resume();
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.revision(2).hash());
    assertThat(routed.world.selected("web-stable")).isEqualTo(routed.world.revision(2).hash());
    assertThat(routed.world.selected("web-canary")).isEqualTo(routed.world.revision(2).hash());
  }

  @Test
  @DisplayName("R-144 After an abort the canary Service is moved once, without waiting for pods")
  void seen61_theCanaryServiceDoesNotFlap() {
    RoutedWorld routed = RoutedWorld.deployed("", PAUSED_AT_HALF).update().abort();
    // Stable is short of pods, which would gate any other switch.
    routed.pods(1, 10, 0);
    routed.world.broken.put(routed.world.revision(1).name(), 10);
    routed.world.events.clear();
    routed.world.settle();
    routed.world.breakPods(routed.world.revision(1), 0).settle();
    routed.world.pass(Duration.ofSeconds(10)).settle();
    assertThat(routed.world.selected("web-canary")).isEqualTo(routed.world.revision(1).hash());
    assertThat(routed.world.told()).filteredOn("SwitchService"::equals).hasSize(1);
    assertThat(routed.world.revision(2).replicas()).isEqualTo(5);
    assertThat(routed.world.turn().effects()).isEmpty();
  }

  @Test
  @DisplayName("R-145 At weight 0 the canary Service stays on stable")
  void atWeightZero() {
    RoutedWorld routed = RoutedWorld.deployed("", "- setWeight: 0\n- pause: {}").update();
    assertThat(routed.world.revision(2).replicas()).isZero();
    assertThat(routed.world.selected("web-canary")).isEqualTo(routed.world.revision(1).hash());
  }

  // --- ping and pong ---

  private static RoutedWorld pingPong(String more) {
    RoutedWorld routed =
        RoutedWorld.deployed(
            "pingPong: {pingService: ping, pongService: pong}" + more,
            "{plugins: {test/route: {}}}",
            PAUSED_AT_HALF);
    return routed;
  }

  @Test
  @DisplayName("R-146, T-912 Ping and pong take turns, and the stable one is never re-pointed")
  void takeTurns() {
    RoutedWorld routed = pingPong("");
    World world = routed.world;
    assertThat(world.selected("ping")).isEqualTo(world.revision(1).hash());
    assertThat(world.selected("pong")).isEmpty();
    assertThat(world.status().canary().stablePingPong()).isEqualTo("ping");

    routed.update();
    assertThat(world.selected("ping")).isEqualTo(world.revision(1).hash());
    assertThat(world.selected("pong")).isEqualTo(world.revision(2).hash());
    routed.resume();
    assertThat(world.status().canary().stablePingPong()).isEqualTo("pong");
    assertThat(world.selected("pong")).isEqualTo(world.revision(2).hash());
    assertThat(routed.weight()).isZero();
    assertThat(
            world.events.stream()
                .filter(each -> each.reason().equals("SwitchService"))
                .map(Event::message)
                .filter(text -> text.contains("'ping'")))
        .isEmpty();

    world.image("web:3").pass(Duration.ofMinutes(5)).settle();
    assertThat(world.selected("ping")).isEqualTo(world.revision(3).hash());
    assertThat(world.selected("pong")).isEqualTo(world.revision(2).hash());
    routed.resume();
    assertThat(world.status().canary().stablePingPong()).isEqualTo("ping");
  }

  @Test
  @DisplayName("R-146 The Service in the canary role moves before there are pods; not on an abort")
  void pingPongWithoutGate() {
    RoutedWorld routed = pingPong("").begin();
    routed.world.turn();
    assertThat(routed.world.selected("pong")).isEqualTo(routed.world.revision(2).hash());
    routed.world.settle();
    routed.abort().world.settle();
    assertThat(routed.world.selected("pong")).isEqualTo(routed.world.revision(2).hash());
    assertThat(routed.world.selected("ping")).isEqualTo(routed.world.revision(1).hash());
    assertThat(routed.weight()).isZero();
  }

  @Test
  @DisplayName("R-146, R-194 Roles change only when the Service that becomes stable leads there")
  void rolesWait() {
    RoutedWorld routed = pingPong("").begin();
    World world = routed.world;
    world.refuse(ClusterEffect.UpdateService.class, ClusterAnswer.Refusal.BLOCKED);
    world.patch(status -> status.promoteFull(true)).turns(20);
    assertThat(world.revision(2).available()).isEqualTo(10);
    assertThat(world.selected("pong")).isEmpty();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(1).hash());

    world.refuse(ClusterEffect.UpdateService.class, null).settle();
    assertThat(world.selected("pong")).isEqualTo(world.revision(2).hash());
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
    assertThat(world.status().canary().stablePingPong()).isEqualTo("pong");
  }

  @Test
  @DisplayName("R-146, R-258 A full promotion takes over what an earlier canary still gets")
  void fullPromotionOverAnEarlierCanary() {
    RoutedWorld routed = pingPong("").update();
    World world = routed.world;
    assertThat(routed.weight()).isEqualTo(50);
    world.breakPods(world.revision(1), 9);
    world.image("web:3").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.selected("pong")).isEqualTo(world.revision(2).hash());

    world.patch(status -> status.promoteFull(true)).settle();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(3).hash());
    assertThat(world.selected("pong")).isEqualTo(world.revision(3).hash());
  }

  @Test
  @DisplayName("R-146 Both pairs are kept when both are there")
  void bothPairs() {
    RoutedWorld routed =
        pingPong("\nstableService: web-stable\ncanaryService: web-canary").update();
    World world = routed.world;
    assertThat(List.of(world.selected("web-stable"), world.selected("ping")))
        .containsOnly(world.revision(1).hash());
    assertThat(List.of(world.selected("web-canary"), world.selected("pong")))
        .containsOnly(world.revision(2).hash());
  }

  @Test
  @DisplayName("R-286 What ping or pong points at keeps its pods while it may get traffic")
  void pingPongIsAReference() {
    RoutedWorld routed = pingPong("").update();
    World world = routed.world;
    world.image("web:3").turn();
    // The third version is there without pods, and pong still points at the second.
    world.breakPods(world.revision(3), 10);
    assertThat(world.selected("pong")).isEqualTo(world.revision(2).hash());
    assertThat(world.revision(2).replicas()).isEqualTo(5);
    world.settle();
    assertThat(world.selected("pong")).isEqualTo(world.revision(3).hash());
    assertThat(world.revision(2).replicas()).isZero();
  }

  @Test
  @DisplayName("R-286, R-282 The last version goes after its delay although ping points at it")
  void pingPongLetsGo() {
    RoutedWorld routed = pingPong("").update().resume();
    World world = routed.world;
    assertThat(world.selected("ping")).isEqualTo(world.revision(1).hash());
    assertThat(world.revision(1).replicas()).isEqualTo(10);
    world.pass(Duration.ofSeconds(31)).settle();
    assertThat(world.revision(1).replicas()).isZero();
    assertThat(world.revision(1).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNull();
  }
}
