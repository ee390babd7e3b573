package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.client.ClientPatches;
import dev.rollouts.simulation.Checks;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Set-ups in which troubles of Argo Rollouts' users are played again, and questions to traces. */
final class Pains {
  static final Duration LENGTH = Duration.ofHours(3);
  static final Act UPDATE = Act.setImage("web", "shop:2");

  /** The strategy part of a canary that Istio divides traffic for. */
  static final String ISTIO =
      """
      canary:
        stableService: shop-stable
        canaryService: shop-canary
        trafficRouting: {istio: {virtualService: {name: shop}}}
      """;

  /** A template with one metric that is measured once, of which 0.5 to 0.95 tells nothing. */
  static final String CHECK =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: check}
      spec:
        metrics:
        - name: check
          successCondition: result[0] >= 0.95
          failureCondition: result[0] < 0.5
          provider: {prometheus: {address: "http://prometheus:9090", query: up}}
      """;

  private Pains() {}

  /** A rollout called shop; Services, routers' objects and what else it names are made up. */
  static RolloutSimulation shop(int replicas, String strategy, String... others) {
    return shop("replicas: %d\n".formatted(replicas), strategy, others);
  }

  /** The same with more in its spec. */
  static RolloutSimulation shop(String spec, String strategy, String... others) {
    String rollout =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: shop}
        spec:
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: shop}}
            spec: {containers: [{name: web, image: "shop:1", ports: [{containerPort: 8080}]}]}
        """
            + spec.indent(2)
            + "  strategy:\n"
            + strategy.indent(4);
    return of(rollout, others);
  }

  /** The only Rollout of some manifests. */
  static RolloutSimulation of(String rollout, String... others) {
    String all =
        String.join("---\n", Stream.concat(Stream.of(rollout), Stream.of(others)).toList());
    return RolloutManifests.parse("shop.yaml", all).simulation(1).checking(Checks.ALL);
  }

  /** A pod template with another image. */
  static JsonObject withImage(JsonObject template, String image) {
    return ClientPatches.withImage(template, "*", image).orElseThrow();
  }

  /** A part of an object that is an object itself. */
  static JsonObject object(Map<?, ?> part) {
    Map<String, Object> fields = new LinkedHashMap<>();
    part.forEach((key, value) -> fields.put(String.valueOf(key), value));
    return JsonObject.of(fields);
  }

  /** What happened, in the words of the trace. */
  static List<String> told(RolloutTrace trace, String source) {
    return trace.rows().stream()
        .flatMap(row -> row.happenings().stream())
        .filter(each -> each.source().equals(source))
        .map(RolloutTrace.Happening::text)
        .toList();
  }

  /** Rows from a moment on. */
  static List<RolloutTrace.Row> since(RolloutTrace trace, Duration moment) {
    return trace.rows().stream().filter(row -> row.elapsed().compareTo(moment) >= 0).toList();
  }

  /** When something first held. */
  static Duration first(RolloutTrace trace, Predicate<RolloutTrace.Row> what) {
    return trace.rows().stream()
        .filter(what)
        .findFirst()
        .orElseThrow(() -> new AssertionError("it never came to that:\n" + trace.timeline()))
        .elapsed();
  }

  /** Whether it ended with that version Healthy and alone. */
  static boolean isAllOn(RolloutTrace trace, String image) {
    return trace.phase() == RolloutPhase.HEALTHY
        && trace.status().stableRS().equals(trace.status().currentPodHash())
        && Rollouts.image(trace.rollout()).equals(image)
        && trace.end().sizes().keySet().equals(Set.of(trace.status().stableRS()));
  }
}
