package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.traffic.TrafficRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A world with a canary of ten pods whose traffic one {@link RouteObject} or more divide. */
final class RoutedWorld {
  private static final ObjectKey VIRTUAL_SERVICE =
      new ObjectKey("networking.istio.io/v1alpha3", "VirtualService", "default", "web");

  /** What the checks of a spec that names Istio want to see; the routers of a test leave it. */
  private static final Map<String, Object> ISTIO =
      Map.of(
          "metadata",
          Map.of("name", "web", "namespace", "default"),
          "spec",
          Map.of(
              "http",
              List.of(Map.of("route", List.of(to("web-stable", 100), to("web-canary", 0))))));

  private static Map<String, Object> to(String host, int weight) {
    return Map.of("destination", Map.of("host", host), "weight", weight);
  }

  final World world;
  final RouteObject router;

  private RoutedWorld(World world, RouteObject router) {
    this.world = world;
    this.router = router;
  }

  /**
   * The first revision, fully deployed.
   *
   * @param options lines under {@code canary}, beside Services, traffic routing and steps
   * @param routing what {@code trafficRouting} holds, in braces
   * @param steps list of steps; empty for none
   */
  static RoutedWorld deployed(String options, String routing, String steps) {
    RoutedWorld routed = of(options, routing, steps, RolloutSettings.defaults());
    routed.world.settle();
    if (!routed.world.status().message().isEmpty()) {
      throw new AssertionError(routed.world.status().message());
    }
    routed.world.events.clear();
    return routed;
  }

  static RoutedWorld deployed(String options, String steps) {
    return deployed(options, "{}", steps);
  }

  static RoutedWorld of(
      String options, String routing, String steps, RolloutSettings settings, RouteObject... more) {
    RouteObject router = new RouteObject("First");
    List<TrafficRouter> routers = new ArrayList<>(List.of(router));
    routers.addAll(List.of(more));
    String text =
        """
        replicas: 10
        strategy:
          canary:
        """
            + (options + "\ntrafficRouting: " + routing + "\n" + steps(steps)).indent(4);
    if (!options.contains("pingPong") && !options.contains("stableService")) {
      text += "    stableService: web-stable\n    canaryService: web-canary\n";
    }
    World world = new World(Manifests.rollout(text), new RolloutEngine(settings, routers));
    world.service("web-stable").service("web-canary").service("ping").service("pong");
    world.template("smoke");
    world.objects.put(VIRTUAL_SERVICE, JsonObject.of(ISTIO));
    return new RoutedWorld(world, router);
  }

  private static String steps(String steps) {
    return steps.isEmpty() ? "" : "steps:\n" + steps;
  }

  /** An update to {@code web:2} that has just begun: its ReplicaSet is there, without pods. */
  RoutedWorld begin() {
    world.image("web:2").pass(Duration.ofMinutes(1));
    for (int i = 0; i < 5; i++) {
      world.turn();
      if (world.status().currentPodHash().equals(world.revision(2).hash())) {
        return this;
      }
    }
    throw new AssertionError("no update: " + world.status());
  }

  /** An update to {@code web:2}, as far as it gets by itself. */
  RoutedWorld update() {
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    return this;
  }

  /** Clears the pause, as a person does. */
  RoutedWorld resume() {
    world.patch(status -> status.pauseConditions(List.of())).settle();
    return this;
  }

  RoutedWorld abort() {
    world.patch(status -> status.abort(true));
    return this;
  }

  // --- a moment, put together by hand ---

  /** Sizes and available pods of a revision. */
  RoutedWorld pods(long revision, int wanted, int available) {
    return pods(revision, wanted, wanted, available);
  }

  RoutedWorld pods(long revision, int wanted, int created, int available) {
    ReplicaSet set = world.revision(revision);
    world.sets.put(
        set.name(),
        set.withReplicas(wanted)
            .withStatus(
                new ReplicaSet.Status(
                    created, available, available, set.metadata().generation(), List.of())));
    return this;
  }

  /** Stands at a step, neither paused nor with a condition that would be brought up to date. */
  RoutedWorld at(int step) {
    world.patch(
        status ->
            status
                .currentStepIndex(step)
                .pauseConditions(List.of())
                .controllerPause(false)
                .conditions(List.of()));
    return this;
  }

  /** Lets the status say that a revision gets this weight. */
  RoutedWorld sent(int weight, long revision) {
    CanaryStatus before = world.status().canary();
    TrafficWeights weights =
        new TrafficWeights(
            new WeightDestination(weight, "web-canary", world.revision(revision).hash()),
            new WeightDestination(100 - weight, "web-stable", world.status().stableRS()),
            List.of(),
            null);
    world.patch(
        status ->
            status.canary(
                new CanaryStatus(
                    before.currentStepAnalysisRunStatus(),
                    before.currentBackgroundAnalysisRunStatus(),
                    before.currentExperiment(),
                    weights,
                    before.stablePingPong(),
                    before.stepPluginStatuses())));
    return this;
  }

  /** What is asked of the router now; empty when nothing is. */
  Optional<JsonObject> asked() {
    world.objects.remove(router.key());
    return decide().effects().stream()
        .filter(ClusterEffect.UpdateObject.class::isInstance)
        .map(ClusterEffect.UpdateObject.class::cast)
        .filter(each -> each.key().equals(router.key()))
        .map(ClusterEffect.UpdateObject::after)
        .findFirst();
  }

  /** A decision that nobody acts on. */
  Decision<dev.rollouts.api.rollout.RolloutStatus, ClusterEffect> decide() {
    return world.engine.decide(world.rollout, world.observations(), world.now);
  }

  // --- what is ---

  /** Weight of the canary in the router's object; -1 without one. */
  int weight() {
    JsonObject live = world.objects.get(router.key());
    return live == null ? -1 : ((Number) live.fields().get("weight")).intValue();
  }

  @Nullable Object route(String field) {
    return world.objects.get(router.key()).fields().get(field);
  }

  /** Weight, size of the stable version, size of the canary. */
  String tuple() {
    return "(%d,%d,%d)"
        .formatted(weight(), world.revision(1).replicas(), world.revision(2).replicas());
  }

  /** Turns until nothing is left to do, and what {@link #tuple} was between them. */
  List<String> tuplesUntilSettled() {
    List<String> tuples = new ArrayList<>(List.of(tuple()));
    for (int i = 0; i < 100; i++) {
      var before = world.status();
      var decision = world.turn();
      if (!tuples.get(tuples.size() - 1).equals(tuple())) {
        tuples.add(tuple());
      }
      if (decision.effects().isEmpty() && decision.status().equals(before)) {
        return tuples;
      }
    }
    throw new AssertionError("no end of turns: " + tuples);
  }

  boolean isPausedFor(String reason) {
    return world.status().pauseConditions().stream()
        .map(PauseCondition::reason)
        .anyMatch(reason::equals);
  }
}
