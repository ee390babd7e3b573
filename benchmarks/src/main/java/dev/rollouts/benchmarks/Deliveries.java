package dev.rollouts.benchmarks;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.ClusterSettings;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Canaries behind Istio with background analysis, to be delivered by a simulation. */
final class Deliveries {
  static final String IMAGE = "registry.test/shop:";

  private static final List<String> OBJECTS =
      List.of(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: shop-stable, namespace: shops}
          spec: {selector: {app: shop}, ports: [{port: 80}]}
          """,
          """
          apiVersion: v1
          kind: Service
          metadata: {name: shop-canary, namespace: shops}
          spec: {selector: {app: shop}, ports: [{port: 80}]}
          """,
          """
          apiVersion: networking.istio.io/v1alpha3
          kind: VirtualService
          metadata: {name: shop, namespace: shops}
          spec:
            hosts: [shop]
            http:
            - name: primary
              route:
              - {destination: {host: shop-stable}, weight: 100}
              - {destination: {host: shop-canary}, weight: 0}
          """);

  private Deliveries() {}

  /**
   * A canary of ten pods with that many steps, a weight and a pause in turn.
   *
   * @param metrics each measured every minute for as long as the update lasts
   */
  static RolloutSimulation canary(int steps, Duration pause, int metrics, long seed) {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < steps; i++) {
      list.append(
          i % 2 == 0
              ? "- setWeight: %d%n".formatted(100 * (i + 1) / steps)
              : "- pause: {duration: %ds}%n".formatted(pause.toSeconds()));
    }
    Rollout rollout =
        Codec.standard()
            .readOne(
                Rollout.class,
                "rollout.yaml",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: {name: shop, namespace: shops}
                spec:
                  replicas: 10
                  selector: {matchLabels: {app: shop}}
                  template:
                    metadata: {labels: {app: shop}}
                    spec: {containers: [{name: web, image: "registry.test/shop:1"}]}
                  strategy:
                    canary:
                      stableService: shop-stable
                      canaryService: shop-canary
                      trafficRouting: {istio: {virtualService: {name: shop}}}
                      analysis: {templates: [{templateName: check}]}
                      steps:
                %s
                """
                    .formatted(list.toString().indent(6)));
    List<JsonObject> objects = new ArrayList<>();
    OBJECTS.forEach(
        yaml ->
            objects.add(JsonObject.of(Codec.standard().read("object.yaml", yaml).get(0).tree())));
    return RolloutSimulation.of(rollout, seed)
        .objects(objects)
        .cluster(settings -> measured(settings, metrics))
        .recorded(false);
  }

  private static ClusterSettings measured(ClusterSettings settings, int metrics) {
    List<Metric> all = new ArrayList<>();
    for (int i = 0; i < metrics; i++) {
      all.add(
          Metric.named("metric-" + i)
              .interval(Duration.ofMinutes(1))
              .failureLimit(3)
              .successCondition("result[0] >= 0.95")
              .provider(PrometheusQuery.of("http://prometheus:9090", "up"))
              .build());
    }
    return settings
        .template(
            new TemplateRef("check", false), AnalysisTemplateSpec.of(all.toArray(Metric[]::new)))
        .otherMetrics(TrafficScript.of(Script.constant(0.99)));
  }
}
