package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much traffic a canary of ten pods gets. docs/spec/canary.md#traffic. */
class CanaryTrafficTest {
  private static final String MANAGED =
      "{managedRoutes: [{name: beta}], istio: {virtualService: {name: web}}}";
  private static final String STEPS =
      """
      - setHeaderRoute: {name: beta, match: [{headerName: x, headerValue: {exact: z}}]}
      - setWeight: 20
      - setWeight: 50
      - setWeight: 80
      """;

  @ParameterizedTest(name = "{0}: {1} at step {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # rule   | state            | step | stable | canary | sent | weight | routes
          R-120b   | promoted         | 4    | 10/10  | 10/10  | 80   | 0      | []
          R-120c   | aborted          | 0    | 10/10  | 5/5    | 50   | 0      | []
          R-120d   | updating         | 2    | 10/10  | 5/0    | 50   | 0      | []
          R-120d   | updating         | 0    | 10/10  | 0/0    | 0    | 0      | []
          R-120e   | promotedFully    | 1    | 10/10  | 10/7   | 50   | 50     | []
          R-120e   | dynamic fully    | 1    | 10/10  | 10/7   | 50   | 70     | []
          R-120f   | updating         | 2    | 10/10  | 5/3    | 20   | 20     | [beta]
          R-120f   | updating         | 2    | 10/10  | 2/2    | 20   | 20     | [beta]
          R-120f   | updating         | 3    | 10/10  | 8/3    | 0    | 0      | [beta]
          R-126    | updating         | 2    | 10/8/8 | 5/5    | 20   | 20     | [beta]
          R-126    | updating         | 2    | 8/8    | 5/5    | 20   | 20     | [beta]
          R-120f   | dynamic          | 2    | 8/8    | 5/4    | 20   | 20     | [beta]
          R-120g   | dynamic          | 2    | 8/8    | 5/5    | 20   | 50     | [beta]
          R-120g   | updating         | 1    | 10/10  | 2/2    | 0    | 20     | [beta]
          R-120g   | updating         | 2    | 10/10  | 5/5    | 20   | 50     | [beta]
          R-120h   | updating         | 4    | 10/10  | 10/10  | 80   | 100    | [beta]
          R-120h   | updating         | 9    | 10/10  | 10/10  | 80   | 100    | [beta]
          R-127    | aborted          | 0    | 10/1   | 5/5    | 50   | 0      | []
          R-127    | updating         | 2    | 10/1   | 5/0    | 50   | 0      | []
          R-127    | dynamic          | 2    | 5/5    | 5/0    | 50   | 0      | []
          R-127    | dynamic aborted  | 0    | 5/5    | 5/0    | 50   | 0      | []
          R-122    | dynamic aborted  | 0    | 2/2    | 8/8    | 80   | 80     | []
          R-122    | dynamic aborted  | 0    | 5/5    | 8/8    | 80   | 50     | []
          R-122    | dynamic aborted  | 0    | 8/8    | 5/5    | 50   | 20     | []
          R-122    | dynamic aborted  | 0    | 10/10  | 2/2    | 20   | 0      | []
          R-122    | dynamic aborted  | 0    | 9/9    | 2/2    | 20   | 10     | []
          """)
  void whichWeightIsWanted(
      String rule,
      String state,
      int step,
      String stable,
      String canary,
      int sent,
      int weight,
      String routes) {
    String dynamic = state.contains("dynamic") ? "dynamicStableScale: true" : "";
    RoutedWorld routed = RoutedWorld.deployed(dynamic, MANAGED, STEPS).begin();
    set(routed, 1, stable);
    set(routed, 2, canary);
    routed.at(step).sent(sent, 2);
    if (state.contains("aborted")) {
      routed.abort();
    } else if (state.contains("ully")) {
      routed.world.patch(status -> status.promoteFull(true));
    } else if (state.equals("promoted")) {
      routed.world.patch(status -> status.stableRS(status.build().currentPodHash()));
    }

    JsonObject asked = routed.asked().orElseThrow();
    assertThat(asked.fields()).containsEntry("weight", weight);
    assertThat(asked.at("headers")).hasToString(routes);
    assertThat(asked.at("canary")).isEqualTo(routed.world.revision(2).hash());
  }

  /** Wanted, created if another number, available. */
  private static void set(RoutedWorld routed, long revision, String numbers) {
    String[] each = numbers.split("/");
    int wanted = Integer.parseInt(each[0]);
    int available = Integer.parseInt(each[each.length - 1]);
    int created = each.length == 3 ? Integer.parseInt(each[1]) : wanted;
    routed.pods(revision, wanted, created, available);
  }

  @Test
  @DisplayName(
      "R-120a, R-121a Back on the old template, a dynamic canary keeps what stable cannot serve yet")
  void rollsBackToStableByDegrees() {
    RoutedWorld routed =
        RoutedWorld.deployed("dynamicStableScale: true", "- setWeight: 50\n- pause: {}").update();
    assertThat(routed.tuple()).isEqualTo("(50,5,5)");
    String canary = routed.world.revision(2).hash();
    String stable = routed.world.revision(1).hash();

    routed.world.image("web:1").breakPods(routed.world.revision(1), 3);
    routed.world.settle();
    assertThat(routed.world.status().currentPodHash()).isEqualTo(stable);
    // Two of its first five pods and all later ones but those are there: seven.
    assertThat(routed.weight()).isEqualTo(30);
    assertThat(routed.route("canary")).isEqualTo(canary);

    routed.world.breakPods(set(routed, stable), 0).settle();
    assertThat(routed.weight()).isZero();
    assertThat(routed.route("canary")).isEqualTo(stable);
    assertThat(routed.world.sets.values())
        .filteredOn(each -> each.hash().equals(canary))
        .allMatch(each -> each.replicas() == 0);
  }

  private static dev.rollouts.engine.cluster.ReplicaSet set(RoutedWorld routed, String hash) {
    return routed.world.sets.values().stream()
        .filter(each -> each.hash().equals(hash))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("R-120i, R-121 Without steps no weight moves; the stable Service flips at the end")
  void withoutSteps() {
    RoutedWorld routed = RoutedWorld.deployed("", "").begin();
    routed.world.breakPods(routed.world.revision(2), 1).settle();
    assertThat(routed.tuple()).isEqualTo("(0,10,10)");
    assertThat(routed.world.selected("web-stable")).isEqualTo(routed.world.revision(1).hash());

    routed.world.breakPods(routed.world.revision(2), 0).settle();
    assertThat(routed.weight()).isZero();
    assertThat(routed.world.selected("web-stable")).isEqualTo(routed.world.revision(2).hash());
    assertThat(routed.world.events)
        .extracting(Event::message)
        .noneMatch(text -> text.matches("Traffic weight updated from .*"));
  }

  @Test
  @DisplayName("R-125 A step scales first and shifts when its pods are there")
  void scalesFirst() {
    RoutedWorld routed =
        RoutedWorld.deployed("", "- setWeight: 20\n- setWeight: 50\n- pause: {}").begin();
    routed.world.breakPods(routed.world.revision(2), 2).settle();
    assertThat(routed.tuple()).isEqualTo("(0,10,2)");
    routed.world.breakPods(routed.world.revision(2), 1).settle();
    assertThat(routed.tuple()).isEqualTo("(0,10,2)");
    routed.world.breakPods(routed.world.revision(2), 0);
    assertThat(routed.tuplesUntilSettled())
        .containsSubsequence("(20,10,2)", "(20,10,5)", "(50,10,5)");
  }

  @Test
  @DisplayName("R-125, R-153 A threshold says how many of the pods are enough")
  void threshold() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "replicaProgressThreshold: {type: Percent, value: 60}",
                "- setWeight: 50\n- pause: {}")
            .begin();
    routed.world.breakPods(routed.world.revision(2), 3).settle();
    assertThat(routed.tuple()).isEqualTo("(0,10,5)");
    routed.world.breakPods(routed.world.revision(2), 2).settle();
    assertThat(routed.tuple()).isEqualTo("(50,10,5)");
  }

  @ParameterizedTest(name = "{0}: {1} stable pods, step {2}, canary had {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          R-127 | 10 | 2 | 80 | true
          R-127 | 5  | 2 | 80 | true
          R-127 | 4  | 2 | 80 | false
          R-127 | 4  | 2 | 51 | false
          R-127 | 4  | 2 | 50 | true
          R-127 | 0  | 2 | 20 | true
          R-127 | 0  | 4 | 20 | true
          """)
  void stableMustServeWhatComesBack(
      String rule, int available, int step, int sent, boolean routes) {
    RoutedWorld routed = RoutedWorld.deployed("", MANAGED, STEPS).begin();
    int canary = step == 4 ? 10 : 5;
    routed.pods(1, 10, available).pods(2, canary, canary).at(step).sent(sent, 2);
    routed.world.objects.remove(routed.router.key());

    assertThat(routed.asked().isPresent()).isEqualTo(routes);
    if (!routes) {
      var decision = routed.decide();
      assertThat(decision.effects()).noneMatch(ClusterEffect.Retry.class::isInstance);
      assertThat(decision.status().canary().weights().canary().weight()).isEqualTo(sent);
      assertThat(decision.reasons()).anyMatch(each -> each.rule().equals("R-127"));
    }
  }

  @Test
  @DisplayName("R-127 The threshold counts for the share of stable, too; all routers wait")
  void stableShareByThreshold() {
    RouteObject second = new RouteObject("Second");
    RoutedWorld routed =
        RoutedWorld.of(
            "replicaProgressThreshold: {type: Percent, value: 50}",
            "{}",
            "- setWeight: 20\n- pause: {}",
            RolloutSettings.defaults(),
            second);
    routed.world.settle();
    routed.begin().pods(1, 10, 4).pods(2, 2, 2).at(0).sent(50, 2);
    assertThat(routed.asked()).isPresent();

    routed.pods(1, 10, 3);
    assertThat(routed.decide().effects()).noneMatch(ClusterEffect.UpdateObject.class::isInstance);
  }

  @Test
  @DisplayName(
      "R-128, T-906 A header route is wanted from its step on, until it is unset or aborted")
  void headerRoutes() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "",
                MANAGED,
                """
                - setWeight: 20
                - setHeaderRoute: {name: beta, match: [{headerName: x, headerValue: {exact: z}}]}
                - pause: {}
                - setHeaderRoute: {name: beta}
                - pause: {}
                """)
            .update();
    assertThat(routed.route("headers")).hasToString("[beta]");
    routed.resume();
    assertThat(routed.route("headers")).hasToString("[]");
    assertThat(routed.world.status().currentStepIndex()).isEqualTo(4);

    RoutedWorld again = RoutedWorld.deployed("", MANAGED, STEPS + "- pause: {}\n").update();
    assertThat(again.route("headers")).hasToString("[beta]");
    again.abort().world.settle();
    assertThat(again.route("headers")).hasToString("[]");
    assertThat(again.weight()).isZero();
  }

  @Test
  @DisplayName("T-905, R-192 A full promotion takes managed routes away and leaves the weight")
  void fullPromotionAndRoutes() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "",
                MANAGED,
                """
                - setWeight: 20
                - setHeaderRoute: {name: beta, match: [{headerName: x, headerValue: {exact: z}}]}
                - pause: {}
                """)
            .update();
    assertThat(routed.route("headers")).hasToString("[beta]");
    routed.world.broken.put(routed.world.revision(2).name(), 4);
    routed.world.patch(status -> status.promoteFull(true)).settle();
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.revision(1).hash());
    assertThat(routed.route("headers")).hasToString("[]");
    assertThat(routed.weight()).isEqualTo(20);

    routed.world.breakPods(routed.world.revision(2), 0).settle();
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.revision(2).hash());
    assertThat(routed.weight()).isZero();
  }

  @Test
  @DisplayName("R-159 A header step waits while its route cannot be there")
  void headerStepWaits() {
    RoutedWorld routed = RoutedWorld.deployed("", MANAGED, STEPS).begin();
    routed.pods(1, 10, 3).pods(2, 0, 0).at(0).sent(20, 2);
    routed.world.broken.put(routed.world.revision(1).name(), 7);
    routed.world.settle();
    assertThat(routed.world.status().currentStepIndex()).isZero();
    routed.world.breakPods(routed.world.revision(1), 0).settle();
    assertThat(routed.world.status().currentStepIndex()).isGreaterThan(0);
  }

  @Test
  @DisplayName("R-105, R-129 A shrunk stable version grows to take an earlier canary's weight back")
  void takesAnEarlierWeightBack() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "dynamicStableScale: true", "- setWeight: 20\n- setWeight: 60\n- pause: {}")
            .update();
    assertThat(routed.tuple()).isEqualTo("(60,4,6)");
    routed.world.image("web:3").pass(Duration.ofMinutes(1)).settle();
    assertThat(routed.world.status().canary().weights().canary().podTemplateHash())
        .isEqualTo(routed.world.revision(3).hash());
    assertThat(routed.weight()).isEqualTo(60);
  }

  @Test
  @DisplayName("R-125 A canary keeps its pods until a weight that was just sent is taken back")
  void sentAndNotRecorded() {
    RoutedWorld routed =
        RoutedWorld.deployed("dynamicStableScale: true", "- setWeight: 50\n- pause: {}").begin();
    routed.pods(2, 5, 5);
    World world = routed.world;
    world.turn();
    assertThat(routed.weight()).isEqualTo(50);
    assertThat(world.status().canary().weights().canary().weight()).isZero();
    routed.abort().world.turn();
    assertThat(routed.weight()).isZero();
    assertThat(world.revision(2).replicas()).isEqualTo(5);
    world.settle();
    assertThat(world.revision(2).replicas()).isZero();
  }

  @Test
  @DisplayName("R-107 Stable keeps the pods for a weight that comes back to it in this turn")
  void comesBackToStable() {
    RoutedWorld routed =
        RoutedWorld.deployed("dynamicStableScale: true", "- setWeight: 80\n- pause: {}").begin();
    World world = routed.world;
    routed.pods(1, 2, 2).pods(2, 10, 9).at(2).sent(100, 2);
    world.broken.put(world.revision(2).name(), 1);
    for (int i = 0; i < 4; i++) {
      world.turn();
      assertThat(world.revision(1).replicas()).isEqualTo(2);
    }
    assertThat(routed.weight()).isEqualTo(80);
  }

  @Test
  @DisplayName("R-107 A version that was just stable keeps the pods for what it still gets")
  void wasStableBefore() {
    RoutedWorld routed = RoutedWorld.deployed("", "- setWeight: 40\n- pause: {}").update();
    World world = routed.world;
    String first = world.revision(1).hash();
    String second = world.revision(2).hash();
    // Promoted, and taken back before a turn could move the routes.
    world.breakPods(world.revision(2), 0);
    routed.pods(2, 10, 10);
    world.patch(status -> status.stableRS(second).currentStepIndex(2).pauseConditions(List.of()));
    world.image("web:1");
    for (int i = 0; i < 4; i++) {
      world.turn();
      assertThat(set(routed, first).replicas()).isEqualTo(10);
    }
  }

  @Test
  @DisplayName("R-127 While stable has no pod at all, an aborted canary keeps what it gets")
  void nowhereToGo() {
    RoutedWorld routed = RoutedWorld.deployed("", MANAGED, STEPS).begin();
    routed.pods(1, 10, 0).pods(2, 5, 5).at(0).sent(50, 2).abort();
    assertThat(routed.asked()).isEmpty();
  }

  @Test
  @DisplayName("R-129, T-902 A canary that lost its pods loses its weight before hashes move")
  void weightBeforeHash() {
    RoutedWorld routed = RoutedWorld.deployed("", MANAGED, STEPS).begin();
    routed.pods(2, 5, 0).at(2).sent(50, 2);
    assertThat(routed.asked().orElseThrow().fields())
        .containsEntry("weightFirst", true)
        .containsEntry("weight", 0);
    routed.pods(2, 5, 5);
    assertThat(routed.asked().orElseThrow().fields()).containsEntry("weightFirst", false);
    routed.pods(2, 5, 0).sent(0, 2);
    assertThat(routed.asked().orElseThrow().fields()).containsEntry("weightFirst", false);
  }

  @ParameterizedTest(name = "{0}: error at {1}")
  @CsvSource({"R-129, weight, true", "T-911, weight, true", "R-129, hash, false"})
  void aRouterThatFailsStopsTheTurn(String rule, String where, boolean announced) {
    RoutedWorld routed = RoutedWorld.deployed("", "- setWeight: 20\n- pause: {}").begin();
    if (where.equals("weight")) {
      routed.router.weightError = "denied";
    } else {
      routed.router.hashError = "denied";
    }
    var before = routed.world.status();
    var decision = routed.decide();
    assertThat(decision.status()).isEqualTo(before);
    assertThat(decision.effects())
        .contains(new ClusterEffect.Retry("denied"))
        .noneMatch(ClusterEffect.UpdateReplicaSet.class::isInstance);
    assertThat(
            decision
                .effects()
                .contains(
                    new ClusterEffect.Announce(Event.warning("TrafficRoutingError", "denied"))))
        .isEqualTo(announced);

    routed.router.weightError = null;
    routed.router.hashError = null;
    routed.world.settle();
    assertThat(routed.weight()).isEqualTo(20);
  }

  @Test
  @DisplayName(
      "R-130 The status tells of weights that the routers show, and an event of each change")
  void recorded() {
    RoutedWorld routed =
        RoutedWorld.of(
            "",
            "{}",
            "- setWeight: 20\n- pause: {}\n- setWeight: 40\n- pause: {}",
            RolloutSettings.defaults());
    routed.world.settle();
    routed.update().resume();
    var weights = routed.world.status().canary().weights();
    assertThat(weights.canary().weight()).isEqualTo(40);
    assertThat(weights.canary().serviceName()).isEqualTo("web-canary");
    assertThat(weights.canary().podTemplateHash()).isEqualTo(routed.world.revision(2).hash());
    assertThat(weights.stable().weight()).isEqualTo(60);
    assertThat(weights.stable().serviceName()).isEqualTo("web-stable");
    assertThat(weights.stable().podTemplateHash()).isEqualTo(routed.world.revision(1).hash());
    assertThat(weights.additional()).isEmpty();
    assertThat(routed.world.events)
        .filteredOn(each -> each.reason().equals("TrafficWeightUpdated"))
        .extracting(Event::message)
        .filteredOn(text -> text.matches(".* [0-9]+"))
        .containsExactly(
            "Traffic weight updated to 0",
            "Traffic weight updated from 0 to 20",
            "Traffic weight updated from 20 to 40");
  }

  @Test
  @DisplayName("R-130 No weight is recorded that no router shows yet")
  void notRecordedBeforeItIsThere() {
    RoutedWorld routed = RoutedWorld.deployed("", "- setWeight: 20\n- pause: {}").begin();
    routed.router.waitingFor = "the mesh";
    routed.world.settle();
    assertThat(routed.world.status().canary().weights().canary().weight()).isZero();
    assertThat(routed.world.status().currentStepIndex()).isZero();
    routed.router.waitingFor = null;
    routed.world.settle();
    assertThat(routed.world.status().canary().weights().canary().weight()).isEqualTo(20);
    assertThat(routed.isPausedFor("CanaryPauseStep")).isTrue();
  }

  @Test
  @DisplayName("R-130 Without canary and stable Service the record names none")
  void pingPongHasNoServiceNames() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "pingPong: {pingService: ping, pongService: pong}",
                "{plugins: {test/route: {}}}",
                "- setWeight: 20\n- pause: {}")
            .update();
    var weights = routed.world.status().canary().weights();
    assertThat(weights.canary().serviceName()).isEmpty();
    assertThat(weights.canary().weight()).isEqualTo(20);
  }

  @Test
  @DisplayName("R-120 No routers, no weights")
  void noRouters() {
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 10
                strategy:
                  canary:
                    stableService: web-stable
                    canaryService: web-canary
                    trafficRouting: {}
                    steps: [{setWeight: 20}, {pause: {}}]
                """));
    world.service("web-stable").service("web-canary").settle();
    world.image("web:2").settle();
    assertThat(world.status().canary().weights()).isNull();
    assertThat(world.revision(2).replicas()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-132 Weights are in units of maxTrafficWeight as they are written")
  void maxTrafficWeight() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "",
                "{maxTrafficWeight: 1000, plugins: {test/route: {}}}",
                "- setWeight: 50\n- pause: {}")
            .update();
    assertThat(routed.tuple()).isEqualTo("(50,10,1)");
    assertThat(routed.world.status().canary().weights().stable().weight()).isEqualTo(950);
  }

  // --- verification ---

  private static RoutedWorld verifying(String steps) {
    RoutedWorld routed = RoutedWorld.of("", "{}", steps, RolloutSettings.defaults());
    routed.router.verifiable = true;
    return routed;
  }

  private static void answer(RoutedWorld routed, int weight, boolean verified, String error) {
    routed.world.answers.add(
        new ClusterAnswer.WeightVerified(
            "First", weight, verified, List.of(), List.of(), error.isEmpty() ? null : error));
  }

  @Test
  @DisplayName("R-133 A weight is asked about until somebody confirms it, every ten seconds")
  void verification() {
    RoutedWorld routed = verifying("- setWeight: 20\n- pause: {}");
    // What the first deploy asks is confirmed.
    for (int i = 0; i < 20; i++) {
      answer(routed, 0, true, "");
      routed.world.turn();
    }
    routed.begin();
    for (int i = 0; i < 10; i++) {
      routed.world.turn();
    }
    assertThat(routed.weight()).isEqualTo(20);
    assertThat(routed.world.status().canary().weights().verified()).isFalse();
    assertThat(routed.world.status().currentStepIndex()).isZero();
    assertThat(routed.decide().effects())
        .containsExactly(new ClusterEffect.VerifyWeight("First", 20, List.of()));

    answer(routed, 20, false, "");
    var decision = routed.decide();
    assertThat(decision.effects()).isEmpty();
    assertThat(decision.wakeUp()).contains(routed.world.now.plus(Duration.ofSeconds(10)));
    assertThat(decision.status().currentStepIndex()).isZero();

    routed.world.answers.clear();
    answer(routed, 20, false, "throttled");
    assertThat(routed.decide().effects())
        .containsExactly(
            new ClusterEffect.Announce(
                Event.warning("WeightVerifyError", "Failed to verify weight: throttled")));
    assertThat(routed.decide().wakeUp()).contains(routed.world.now.plus(Duration.ofSeconds(10)));

    routed.world.answers.clear();
    answer(routed, 10, true, ""); // about a weight that was
    assertThat(routed.decide().status().canary().weights().verified()).isFalse();

    routed.world.answers.clear();
    answer(routed, 20, true, "");
    routed.world.turn();
    assertThat(routed.world.status().currentStepIndex()).isEqualTo(1);
  }

  @Test
  @DisplayName("R-134 That a weight was confirmed is kept, also when nothing else changes")
  void verifiedIsKept() {
    RoutedWorld routed = verifying("- pause: {}");
    for (int i = 0; i < 20; i++) {
      routed.world.turn();
    }
    assertThat(routed.world.status().canary().weights().verified()).isFalse();
    answer(routed, 0, true, "");
    routed.world.turn();
    assertThat(routed.world.status().canary().weights().verified()).isTrue();
    assertThat(routed.decide().effects()).isEmpty();
  }

  @Test
  @DisplayName(
      "R-133, T-904 At the end nothing is scaled or promoted before all traffic is confirmed")
  void endIsVerified() {
    RoutedWorld routed = verifying("- setWeight: 50");
    for (int i = 0; i < 20; i++) {
      answer(routed, 0, true, "");
      routed.world.turn();
    }
    routed.begin();
    for (int i = 0; i < 30; i++) {
      answer(routed, 50, true, "");
      routed.world.turn();
    }
    assertThat(routed.tuple()).isEqualTo("(100,10,10)");
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.revision(1).hash());
    routed.world.pass(Duration.ofMinutes(5));
    answer(routed, 100, false, "");
    routed.world.turn();
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.revision(1).hash());

    answer(routed, 100, true, "");
    routed.world.turn();
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.revision(2).hash());
  }

  @Test
  @DisplayName("R-135 Several routers are all driven, in their order, and all must show the weight")
  void severalRouters() {
    RouteObject second = new RouteObject("Second");
    RoutedWorld routed =
        RoutedWorld.of(
            "", "{}", "- setWeight: 20\n- pause: {}", RolloutSettings.defaults(), second);
    routed.world.settle();
    routed.begin();
    second.weightError = "denied";
    for (int i = 0; i < 5; i++) {
      routed.world.turn();
    }
    // Nothing was scaled either: the turn ends at the error.
    assertThat(routed.weight()).isZero();
    second.weightError = null;
    second.waitingFor = "something";
    routed.world.settle();
    assertThat(routed.weight()).isEqualTo(20);
    assertThat(routed.world.status().canary().weights().canary().weight()).isZero();
    second.waitingFor = null;
    var effects =
        routed.decide().effects().stream()
            .filter(ClusterEffect.UpdateObject.class::isInstance)
            .map(each -> ((ClusterEffect.UpdateObject) each).key())
            .toList();
    assertThat(effects).containsExactly(second.key());
    routed.world.settle();
    assertThat(routed.world.status().canary().weights().canary().weight()).isEqualTo(20);
  }

  // --- dynamicStableScale, worked ---

  @Test
  @DisplayName("R-108 Stable shrinks when its traffic has gone, step by step")
  void dynamicUpdate() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "dynamicStableScale: true", "- setWeight: 20\n- setWeight: 50\n- setWeight: 80")
            .begin();
    assertThat(routed.tuplesUntilSettled())
        .containsSubsequence(
            "(0,10,2)",
            "(20,10,2)",
            "(20,8,2)",
            "(20,8,5)",
            "(50,8,5)",
            "(50,5,5)",
            "(50,5,8)",
            "(80,5,8)",
            "(80,2,8)",
            "(80,2,10)",
            "(100,2,10)");
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.revision(2).hash());
    assertThat(routed.world.revision(1).replicas()).isZero();
    assertThat(routed.weight()).isZero();
  }

  @Test
  @DisplayName("R-107, R-108 While the canary's pods are held back, stable keeps its own")
  void dynamicUpdateHeldBack() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "dynamicStableScale: true", "- setWeight: 20\n- setWeight: 50\n- setWeight: 80")
            .begin();
    for (String held : List.of("(0,10,2)", "(20,8,5)", "(50,5,8)", "(80,2,10)")) {
      routed.world.breakPods(routed.world.revision(2), 1).settle();
      assertThat(routed.tuple()).isEqualTo(held);
      int one = routed.world.revision(2).replicas();
      routed.world.broken.clear();
      routed.world.run(routed.world.revision(2));
      // One turn at a time, until the next size is wanted; its pods are held back again.
      for (int i = 0; i < 20 && routed.world.revision(2).replicas() == one; i++) {
        routed.world.turn();
      }
    }
    routed.world.settle();
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.revision(2).hash());
  }

  @Test
  @DisplayName("R-123 An abort grows stable first; the weight and the canary follow, step by step")
  void dynamicAbort() {
    RoutedWorld routed = dynamicAt80("").abort();
    assertThat(routed.tuplesUntilSettled())
        .containsSubsequence(
            "(80,2,8)", "(80,5,8)", "(50,5,5)", "(50,8,5)", "(20,8,2)", "(20,10,2)", "(0,10,0)");
    assertThat(routed.world.revision(2).annotation("scale-down-deadline")).isNull();
  }

  private static RoutedWorld dynamicAt80(String options) {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "dynamicStableScale: true\n" + options,
                "- setWeight: 20\n- setWeight: 50\n- setWeight: 80\n- pause: {}")
            .update();
    assertThat(routed.tuple()).isEqualTo("(80,2,8)");
    return routed;
  }

  @Test
  @DisplayName("R-123, R-231 While stable's pods are held back, neither weight nor canary shrink")
  void dynamicAbortHeldBack() {
    RoutedWorld routed = dynamicAt80("").abort();
    routed.world.turn();
    for (String held : List.of("(80,5,8)", "(50,8,5)", "(10,10,1)")) {
      routed.world.breakPods(routed.world.revision(1), 1).settle();
      assertThat(routed.tuple()).isEqualTo(held);
      int size = routed.world.revision(1).replicas();
      routed.world.broken.clear();
      routed.world.run(routed.world.revision(1));
      for (int i = 0; i < 20 && routed.world.revision(1).replicas() == size && size < 10; i++) {
        routed.world.turn();
      }
    }
    routed.world.settle();
    assertThat(routed.tuple()).isEqualTo("(0,10,0)");
  }

  @Test
  @DisplayName("R-124, R-231 With a delay the canary keeps its pods until all traffic has gone")
  void dynamicAbortWithDelay() {
    RoutedWorld routed = dynamicAt80("abortScaleDownDelaySeconds: 60").abort();
    List<String> tuples = routed.tuplesUntilSettled();
    assertThat(tuples)
        .containsSubsequence("(80,2,8)", "(80,5,8)", "(80,8,8)", "(20,10,8)", "(0,10,8)")
        .allMatch(each -> each.endsWith(",8)"));
    assertThat(routed.world.revision(2).annotation("scale-down-deadline"))
        .isEqualTo(routed.world.now.plusSeconds(60).toString());
    routed.world.pass(Duration.ofSeconds(60)).settle();
    assertThat(routed.tuple()).isEqualTo("(0,10,0)");
  }

  @Test
  @DisplayName("R-124 The deadline is set when stable has all its pods, not before")
  void deadlineWhenStableIsThere() {
    RoutedWorld routed = dynamicAt80("abortScaleDownDelaySeconds: 60").abort();
    routed.world.breakPods(routed.world.revision(1), 1).settle();
    assertThat(routed.world.revision(2).annotation("scale-down-deadline")).isNull();
    routed.world.breakPods(routed.world.revision(1), 0).settle();
    assertThat(routed.world.revision(2).annotation("scale-down-deadline")).isNotNull();
  }
}
