package dev.rollouts.simulation.rollout;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.Seeds;
import dev.rollouts.simulation.cluster.Autoscaler;
import dev.rollouts.simulation.cluster.ClusterSettings;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Draws histories: up to 8 replicas, 3 to 6 steps, 2 or 3 acts beside the update itself, 2 to 4
 * faults, over all strategies and traffic routers, some with an autoscaler.
 */
final class HistoryDraw {
  private static final String NAMESPACE = "test";
  private static final long PLAY = Duration.ofMinutes(6).toMillis();

  private final long seed;
  private final SplittableRandom random;
  private final List<JsonObject> objects = new ArrayList<>();
  private final Set<String> foreign = new LinkedHashSet<>();
  private final List<ScenarioEvent> scenario = new ArrayList<>();
  private final List<PlannedFault> faults = new ArrayList<>();
  private ClusterSettings cluster;
  private int replicas;
  private boolean usesAnalysis;

  HistoryDraw(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(Seeds.mix(seed, 77));
    this.cluster = ClusterSettings.defaults().withSeed(seed);
  }

  History draw() {
    replicas = chance(0.05) ? 0 : 1 + random.nextInt(8);
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    if (replicas != 1 || seed % 2 == 0) {
      spec.put("replicas", replicas); // 1 is what an absent number means
    }
    spec.put("selector", Map.of("matchLabels", Map.of("app", "shop")));
    drawWorkload(spec);
    spec.put("strategy", drawStrategy());
    drawOptions(spec);
    drawVersions();
    drawAutoscaler();
    drawAnalyses();
    drawActs();
    drawFaults();
    addForeign();
    Rollout rollout =
        new Rollout(
            ObjectMeta.named("shop").inNamespace(NAMESPACE),
            Wire.decode(RolloutSpec.class, spec).value(),
            null);
    return new History(seed, rollout, objects, foreign, cluster, scenario, faults);
  }

  // -- the rollout

  private void drawWorkload(Map<String, @Nullable Object> spec) {
    Map<String, @Nullable Object> template = new LinkedHashMap<>();
    template.put("metadata", Map.of("labels", Map.of("app", "shop")));
    template.put("spec", Map.of("containers", List.of(Map.of("name", "web", "image", "shop:1"))));
    if (!chance(0.08)) {
      spec.put("template", template);
      return;
    }
    spec.put(
        "workloadRef",
        Map.of(
            "apiVersion",
            "apps/v1",
            "kind",
            "Deployment",
            "name",
            "shop",
            "scaleDown",
            pick("never", "onsuccess", "progressively")));
    objects.add(
        object(
            "apps/v1",
            "Deployment",
            "shop",
            Map.of(
                "replicas",
                replicas,
                "selector",
                Map.of("matchLabels", Map.of("app", "shop")),
                "template",
                template)));
  }

  private void drawOptions(Map<String, @Nullable Object> spec) {
    maybe(0.3, spec, "minReadySeconds", 1 + random.nextInt(8));
    spec.put("progressDeadlineSeconds", 60 + random.nextInt(240));
    maybe(0.3, spec, "progressDeadlineAbort", true);
    maybe(0.3, spec, "revisionHistoryLimit", random.nextInt(3));
    maybe(0.15, spec, "rollbackWindow", Map.of("revisions", 1 + random.nextInt(3)));
  }

  private Map<String, @Nullable Object> drawStrategy() {
    double kind = random.nextDouble();
    Map<String, @Nullable Object> strategy = new LinkedHashMap<>();
    if (kind < 0.3) {
      strategy.put("canary", drawCanary(false));
    } else if (kind < 0.75) {
      strategy.put("canary", drawCanary(true));
    } else {
      strategy.put("blueGreen", drawBlueGreen());
    }
    return strategy;
  }

  private Map<String, @Nullable Object> drawCanary(boolean routed) {
    Map<String, @Nullable Object> canary = new LinkedHashMap<>();
    boolean pingPong = routed && chance(0.15);
    if (pingPong) {
      canary.put("pingPong", Map.of("pingService", "shop-ping", "pongService", "shop-pong"));
      services("shop-ping", "shop-pong");
    } else if (routed || chance(0.3)) {
      canary.put("stableService", "shop-stable");
      canary.put("canaryService", "shop-canary");
      services("shop-stable", "shop-canary");
    }
    maybe(0.6, canary, "maxSurge", quantity());
    maybe(0.6, canary, "maxUnavailable", quantity());
    if (chance(0.4)) {
      canary.put("analysis", analysis(chance(0.3) ? 1 : 0));
    }
    HistoryRoutes routes = routed ? drawRouting(pingPong) : null;
    if (routes != null) {
      canary.put("trafficRouting", routes.routing());
      if (chance(0.35)) {
        canary.put("dynamicStableScale", true);
      } else {
        maybe(0.4, canary, "scaleDownDelaySeconds", 1 + random.nextInt(60));
      }
      maybe(0.2, canary, "scaleDownDelayRevisionLimit", 1 + random.nextInt(2));
      maybe(0.4, canary, "abortScaleDownDelaySeconds", random.nextInt(3) * 10);
      maybe(0.15, canary, "minPodsPerReplicaSet", 1 + random.nextInt(3));
    }
    if (chance(0.1)) {
      canary.put(
          "replicaProgressThreshold",
          Map.of("type", pick("Percent", "Pod"), "value", 1 + random.nextInt(100)));
    }
    if (chance(0.1)) {
      canary.put("canaryMetadata", Map.of("labels", Map.of("role", "canary")));
      canary.put("stableMetadata", Map.of("labels", Map.of("role", "stable")));
    }
    if (chance(0.1)) {
      canary.put(
          "antiAffinity", Map.of("requiredDuringSchedulingIgnoredDuringExecution", Map.of()));
    }
    if (!chance(0.08)) {
      canary.put("steps", drawSteps(routes));
    }
    return canary;
  }

  private HistoryRoutes drawRouting(boolean pingPong) {
    HistoryRoutes routes =
        pingPong
            ? HistoryRoutes.drawPingPong(random, NAMESPACE, "shop-ping", "shop-pong")
            : HistoryRoutes.draw(random, NAMESPACE, "shop-stable", "shop-canary");
    objects.addAll(routes.objects());
    if (chance(0.2)) {
      cluster = cluster.routerDelay(Duration.ofSeconds(1 + random.nextInt(10)), chance(0.5));
    }
    return routes;
  }

  private List<Object> drawSteps(@Nullable HistoryRoutes routes) {
    List<Object> steps = new ArrayList<>();
    int count = 3 + random.nextInt(4);
    int weight = 0;
    for (int i = 0; i < count; i++) {
      double kind = random.nextDouble();
      if (kind < 0.45) {
        weight = chance(0.1) ? random.nextInt(101) : Math.min(100, weight + 5 + random.nextInt(40));
        steps.add(Map.of("setWeight", weight));
      } else if (kind < 0.65) {
        steps.add(Map.of("pause", Map.of("duration", 1 + random.nextInt(40))));
      } else if (kind < 0.75) {
        steps.add(Map.of("pause", Map.of()));
      } else if (kind < 0.87) {
        steps.add(Map.of("analysis", analysis(-1)));
      } else if (kind < 0.91) {
        steps.add(Map.of("experiment", experiment()));
      } else if (kind < 0.94) {
        steps.add(Map.of("plugin", Map.of("name", HistoryPlugin.NAME)));
        cluster = cluster.stepPlugin(HistoryPlugin.NAME, HistoryPlugin.draw(random));
      } else if (routes != null && kind < 0.97 && (routes.hasHeaders() || routes.hasMirrors())) {
        steps.add(drawRoute(routes));
      } else if (routes != null) {
        steps.add(
            Map.of(
                "setCanaryScale",
                switch (random.nextInt(3)) {
                  case 0 -> Map.of("weight", random.nextInt(101));
                  case 1 -> Map.of("replicas", random.nextInt(replicas + 1));
                  default -> Map.of("matchTrafficWeight", true);
                }));
      } else {
        steps.add(Map.of("setWeight", Math.min(100, weight + 10)));
      }
    }
    return steps;
  }

  /** Sets a route of its own for some requests, or removes it. */
  private Map<String, Object> drawRoute(HistoryRoutes routes) {
    boolean removes = chance(0.3);
    if (routes.hasMirrors() && chance(0.4)) {
      Map<String, Object> mirror = new LinkedHashMap<>();
      mirror.put("name", HistoryRoutes.MIRROR_ROUTE);
      if (!removes) {
        mirror.put("match", List.of(Map.of("method", Map.of("exact", "GET"))));
        mirror.put("percentage", 50);
      }
      return Map.of("setMirrorRoute", mirror);
    }
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("name", HistoryRoutes.HEADER_ROUTE);
    if (!removes) {
      header.put(
          "match", List.of(Map.of("headerName", "x-beta", "headerValue", Map.of("exact", "1"))));
    }
    return Map.of("setHeaderRoute", header);
  }

  private Map<String, @Nullable Object> analysis(int startingStep) {
    usesAnalysis = true;
    Map<String, @Nullable Object> analysis = new LinkedHashMap<>();
    analysis.put("templates", List.of(Map.of("templateName", "check")));
    if (startingStep > 0) {
      analysis.put("startingStep", startingStep);
    }
    return analysis;
  }

  private Map<String, @Nullable Object> experiment() {
    Map<String, @Nullable Object> experiment = new LinkedHashMap<>();
    experiment.put("duration", (10 + random.nextInt(30)) + "s");
    experiment.put(
        "templates",
        List.of(
            Map.of("name", "old", "specRef", "stable"),
            Map.of("name", "new", "specRef", "canary")));
    if (chance(0.5)) {
      usesAnalysis = true;
      experiment.put("analyses", List.of(Map.of("name", "check", "templateName", "check")));
    }
    return experiment;
  }

  private Map<String, @Nullable Object> drawBlueGreen() {
    Map<String, @Nullable Object> blueGreen = new LinkedHashMap<>();
    blueGreen.put("activeService", "shop-active");
    services("shop-active");
    if (chance(0.8)) {
      blueGreen.put("previewService", "shop-preview");
      services("shop-preview");
    }
    maybe(0.3, blueGreen, "previewReplicaCount", 1 + random.nextInt(3));
    if (chance(0.5)) {
      blueGreen.put("autoPromotionEnabled", false);
    } else {
      maybe(0.4, blueGreen, "autoPromotionSeconds", 5 + random.nextInt(40));
    }
    maybe(0.4, blueGreen, "scaleDownDelaySeconds", 1 + random.nextInt(60));
    maybe(0.2, blueGreen, "scaleDownDelayRevisionLimit", 1 + random.nextInt(2));
    maybe(0.4, blueGreen, "abortScaleDownDelaySeconds", random.nextInt(3) * 10);
    if (chance(0.35)) {
      blueGreen.put("prePromotionAnalysis", analysis(-1));
    }
    if (chance(0.35)) {
      blueGreen.put("postPromotionAnalysis", analysis(-1));
    }
    return blueGreen;
  }

  // -- the cluster

  private void drawVersions() {
    if (chance(0.4)) {
      double kind = random.nextDouble();
      VersionModel healthy = VersionModel.healthy();
      VersionModel model =
          kind < 0.3
              ? healthy.neverReady(chance(0.5) ? 1 : 0.4)
              : kind < 0.6
                  ? healthy.crashing(
                      0.5, Duration.ofSeconds(40), chance(0.5) ? Duration.ofSeconds(10) : null)
                  : kind < 0.8
                      ? healthy.readyIn(Duration.ofSeconds(1), Duration.ofSeconds(70))
                      : healthy.terminatingIn(Duration.ofSeconds(60));
      cluster = cluster.version("shop:2", model);
    }
    if (chance(0.05)) {
      cluster = cluster.podQuota(replicas + random.nextInt(4));
    }
    if (chance(0.1)) {
      cluster = cluster.disruptionBudget(Math.max(1, replicas - 1));
    }
  }

  private void drawAutoscaler() {
    if (!chance(0.08)) {
      return;
    }
    double calm = 20 + random.nextInt(400);
    double busy = 20 + random.nextInt(800);
    long from = random.nextLong(PLAY);
    long to = from + random.nextLong(PLAY);
    cluster =
        cluster
            .load(millis -> millis >= from && millis < to ? busy : calm)
            .autoscaler(
                new Autoscaler(
                    1 + random.nextInt(2), 8, 0.6, Duration.ofSeconds(30 + random.nextInt(60))));
  }

  private void drawAnalyses() {
    if (!usesAnalysis) {
      return;
    }
    Metric metric =
        Metric.named("check")
            .interval(Duration.ofSeconds(5 + random.nextInt(15)))
            .count(1 + random.nextInt(3))
            .successCondition("result[0] >= 0.95")
            .failureCondition("result[0] < 0.5")
            .provider(PrometheusQuery.of("http://prometheus", "up"))
            .build();
    double kind = random.nextDouble();
    Script good = Script.constant(0.99);
    Duration turns = Duration.ofMillis(random.nextLong(PLAY));
    Script script =
        kind < 0.5
            ? good
            : kind < 0.7
                ? good.then(turns, Script.constant(0.1))
                : kind < 0.8
                    ? good.then(turns, Script.constant(0.7))
                    : kind < 0.9
                        ? good.sometimes(0.3, Script.error("no answer"))
                        : Script.always(Observation.verdict(AnalysisPhase.ERROR)).then(turns, good);
    cluster =
        cluster
            .template(new TemplateRef("check", false), AnalysisTemplateSpec.of(metric))
            .otherMetrics(TrafficScript.of(script.withLatency(Duration.ofMillis(50))));
  }

  private void services(String... names) {
    for (String name : names) {
      objects.add(
          object(
              "v1",
              "Service",
              name,
              Map.of("selector", Map.of("app", "shop"), "ports", List.of(Map.of("port", 80)))));
    }
  }

  /** Neighbours that look like the rollout's own and are not. */
  private void addForeign() {
    objects.add(
        object(
            "v1",
            "Service",
            "shop-neighbour",
            Map.of("selector", Map.of("app", "shop"), "ports", List.of(Map.of("port", 80)))));
    foreign.add("shop-neighbour");
  }

  private static JsonObject object(
      String apiVersion, String kind, String name, Map<String, ?> spec) {
    return HistoryRoutes.object(NAMESPACE, apiVersion, kind, name, spec);
  }

  // -- what happens

  private void drawActs() {
    long update = 20_000 + random.nextLong(40_000);
    at(update, Act.setImage("*", "shop:2"));
    int acts = 2 + random.nextInt(2);
    for (int i = 0; i < acts; i++) {
      drawAct(update);
    }
    if (chance(0.75)) {
      scenario.add(
          new ScenarioEvent(
              When.everyPause().later(Duration.ofSeconds(1 + random.nextInt(60))), Act.promote()));
    }
  }

  private void drawAct(long update) {
    long when = update + random.nextLong(PLAY - update);
    switch (random.nextInt(17)) {
      case 0, 1 -> at(when, Act.setImage("*", "shop:3"));
      case 2 -> at(when, Act.undo(0));
      case 3, 4 -> at(when, Act.abort());
      case 5 -> {
        at(when, Act.abort());
        at(when + random.nextLong(60_000), Act.retry());
      }
      case 6 -> at(when, Act.promote());
      case 7 -> at(when, Act.promoteFull());
      case 8 -> {
        at(when, Act.pause());
        at(when + random.nextLong(60_000), chance(0.5) ? Act.resume() : Act.promote());
      }
      case 9, 10 -> at(when, Act.scale(random.nextInt(9)));
      case 11 -> at(when, Act.restart());
      case 12 -> at(when, chance(0.5) ? Act.deletePod() : Act.deleteStablePod());
      case 13 -> at(when, Act.skipCurrentStep());
      case 14 -> at(when, Act.setImage("*", "shop:1"));
      case 15 -> at(when, Act.loseNode(random.nextInt(3), Duration.ofSeconds(90)));
      default -> at(when, Act.terminateAnalyses());
    }
  }

  private void at(long millis, Act act) {
    scenario.add(new ScenarioEvent(When.at(Duration.ofMillis(millis)), act));
  }

  private void drawFaults() {
    ClusterFault[] all = ClusterFault.values();
    int count = 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      ClusterFault fault = all[random.nextInt(all.length)];
      long extent =
          switch (fault) {
            case STALE_READ, STALE_ROLLOUT, LEADER_CHANGE -> random.nextLong(15_000);
            case RESTART -> random.nextLong(60_000);
            case CLOCK_STEP -> random.nextLong(120_000) - 60_000;
            case NODE_LOST -> random.nextInt(3);
            case LOST_WATCH_EVENT,
                REPEATED_WATCH_EVENT,
                CONFLICT,
                REFUSED,
                LOST_ANSWER,
                POD_LOST,
                STABLE_POD_LOST ->
                0;
          };
      faults.add(new PlannedFault(fault, random.nextLong(PLAY), extent));
    }
  }

  // -- luck

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }

  private void maybe(double share, Map<String, @Nullable Object> into, String key, Object value) {
    if (chance(share)) {
      into.put(key, value);
    }
  }

  private Object quantity() {
    return chance(0.5) ? (Object) random.nextInt(4) : random.nextInt(5) * 25 + "%";
  }

  private String pick(String... some) {
    return some[random.nextInt(some.length)];
  }
}
