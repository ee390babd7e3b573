package dev.rollouts.simulation.rollout;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scenarios that everybody knows, whose ends do not depend on moments. */
final class Corpus {
  private static final Act UPDATE = Act.setImage("web", "shop:2");

  private Corpus() {}

  static Map<String, RolloutSimulation> all() {
    Map<String, RolloutSimulation> all = new LinkedHashMap<>();
    all.put("basic canary, promoted", basic().act(When.paused(), Act.promote()));
    all.put("basic canary, aborted", basic().act(When.paused(), Act.abort()));
    all.put("basic canary, promoted fully", basic().act(When.step(1), Act.promoteFull()));
    all.put("basic canary, left paused", basic());
    all.put("Istio canary with good analysis", istio(""));
    all.put(
        "Istio canary with bad analysis",
        istio("").cluster(it -> it.version("shop:2", VersionModel.healthy().failing(0.2))));
    all.put("Istio canary, dynamic stable scale", istio("dynamicStableScale: true"));
    all.put(
        "Istio canary, dynamic, aborted at 40",
        istio("dynamicStableScale: true").act(When.weight(40), Act.abort()));
    all.put("Istio canary, undone at 40", istio("").act(When.weight(40), Act.undo(0)));
    all.put(
        "Istio canary, superseded at 40",
        istio("").act(When.weight(40), Act.setImage("web", "shop:3")));
    all.put("blue-green, promoted", blueGreen().act(When.paused(), Act.promote()));
    all.put("blue-green, aborted", blueGreen().act(When.paused(), Act.abort()));
    return all;
  }

  static RolloutSimulation basic() {
    return RolloutSimulation.of(
            Rollouts.rollout(
                5,
                """
                canary:
                  steps:
                  - setWeight: 20
                  - pause: {duration: 30s}
                  - setWeight: 50
                  - pause: {}
                """),
            1)
        .act(When.healthy(), UPDATE)
        .act(When.step(3), Act.of("look", cluster -> {}));
  }

  /** A canary with Istio weights and three metrics in the background. */
  static RolloutSimulation istio(String more) {
    List<JsonObject> objects = new ArrayList<>(Rollouts.services("shop-stable", "shop-canary"));
    objects.add(virtualService());
    return RolloutSimulation.of(
            Rollouts.rollout(
                5,
                """
                canary:
                  stableService: shop-stable
                  canaryService: shop-canary
                  trafficRouting: {istio: {virtualService: {name: shop}}}
                  analysis: {templates: [{templateName: check}]}
                  %s
                  steps:
                  - setWeight: 20
                  - pause: {duration: 3m}
                  - setWeight: 40
                  - pause: {duration: 3m}
                  - setWeight: 60
                  - pause: {duration: 3m}
                  - setWeight: 80
                  - pause: {duration: 3m}
                """
                    .formatted(more)),
            1)
        .objects(objects)
        .cluster(
            it ->
                it.template(
                        new TemplateRef("check", false),
                        AnalysisTemplateSpec.of(metric("a"), metric("b"), metric("c")))
                    .otherMetrics(TrafficScript.successRate()))
        .act(When.healthy(), UPDATE);
  }

  static RolloutSimulation blueGreen() {
    return RolloutSimulation.of(
            Rollouts.rollout(
                3,
                """
                blueGreen:
                  activeService: shop-active
                  previewService: shop-preview
                  autoPromotionEnabled: false
                """),
            1)
        .objects(Rollouts.services("shop-active", "shop-preview"))
        .act(When.healthy(), UPDATE);
  }

  private static Metric metric(String name) {
    return Metric.named(name)
        .interval(Duration.ofMinutes(1))
        .successCondition("result[0] >= 0.95")
        .provider(PrometheusQuery.of("http://prometheus", "up"))
        .build();
  }

  static JsonObject virtualService() {
    return JsonObject.of(
        Map.of(
            "apiVersion",
            "networking.istio.io/v1alpha3",
            "kind",
            "VirtualService",
            "metadata",
            Map.of("name", "shop", "namespace", "test"),
            "spec",
            Map.of(
                "hosts",
                List.of("shop"),
                "http",
                List.of(
                    Map.of(
                        "name",
                        "primary",
                        "route",
                        List.of(
                            Map.of("destination", Map.of("host", "shop-stable"), "weight", 100),
                            Map.of("destination", Map.of("host", "shop-canary"), "weight", 0)))))));
  }
}
