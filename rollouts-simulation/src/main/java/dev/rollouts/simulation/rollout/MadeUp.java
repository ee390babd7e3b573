package dev.rollouts.simulation.rollout;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.BackgroundAnalysis;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.rollout.routing.IstioDestinationRule;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Objects that a rollout names and nobody gave, as somebody would write them who has just read the
 * rollout.
 */
final class MadeUp {
  private final Rollout rollout;

  MadeUp(Rollout rollout) {
    this.rollout = rollout;
  }

  /** The object, or empty for one that a controller makes itself or of which nothing is known. */
  Optional<JsonObject> object(ObjectKey key) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    TrafficRouting routing = canary == null ? null : canary.trafficRouting();
    String stable = canary == null ? "" : stableService(canary);
    String other = canary == null ? "" : canaryService(canary);
    String kind = key.kind();
    if (kind.equals("Service")) {
      return of(
          key,
          "spec: {selector: %s, ports: [{name: http, port: 80, targetPort: 8080}]}",
          Json.write(labels()));
    }
    if (kind.equals("Deployment")) {
      return of(
          key,
          "spec: {replicas: %s, selector: {matchLabels: %s}, template: {metadata: {labels: %s},"
              + " spec: {containers: [{name: %s, image: %s}]}}}",
          String.valueOf(rollout.spec().replicas() == null ? 1 : rollout.spec().replicas()),
          Json.write(labels()),
          Json.write(labels()),
          Json.write(key.name()),
          Json.write(key.name() + ":1"));
    }
    if (routing == null) {
      return Optional.empty();
    }
    return switch (kind) {
      case "VirtualService" -> virtualService(key, routing, stable, other);
      case "DestinationRule" -> destinationRule(key, routing, stable);
      case "Ingress" -> ingress(key, routing, stable);
      case "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute" ->
          of(
              key,
              "spec: {rules: [{backendRefs: [{name: %s, port: 80, weight: 100}, {name: %s, port: 80,"
                  + " weight: 0}]}]}",
              Json.write(stable),
              Json.write(other));
      case "TraefikService" ->
          of(
              key,
              "spec: {weighted: {services: [{name: %s, port: 80}, {name: %s, port: 80}]}}",
              Json.write(stable),
              Json.write(other));
      case "ApisixRoute" ->
          of(
              key,
              "spec: {http: [{name: %s, match: {paths: [/*]}, backends: [{serviceName: %s,"
                  + " servicePort: 80}, {serviceName: %s, servicePort: 80}]}]}",
              Json.write(apisixRule(routing)),
              Json.write(stable),
              Json.write(other));
      case "Mapping" ->
          key.name().endsWith("-canary")
              ? Optional.empty()
              : of(key, "spec: {prefix: /, service: %s}", Json.write(stable + ":80"));
      default -> Optional.empty();
    };
  }

  private static String stableService(CanaryStrategy canary) {
    return canary.pingPong() == null ? canary.stableService() : canary.pingPong().pongService();
  }

  private static String canaryService(CanaryStrategy canary) {
    return canary.pingPong() == null ? canary.canaryService() : canary.pingPong().pingService();
  }

  private Map<String, String> labels() {
    LabelSelector selector = rollout.spec().selector();
    return selector == null || selector.matchLabels().isEmpty()
        ? Map.of("app", rollout.metadata().name())
        : selector.matchLabels();
  }

  private static String apisixRule(TrafficRouting routing) {
    if (routing.apisix() == null || routing.apisix().route() == null) {
      return "";
    }
    List<String> rules = routing.apisix().route().rules();
    return rules.isEmpty() ? routing.apisix().route().name() : rules.get(0);
  }

  private Optional<JsonObject> virtualService(
      ObjectKey key, TrafficRouting routing, String stable, String other) {
    if (routing.istio() == null) {
      return Optional.empty();
    }
    IstioDestinationRule rule = routing.istio().destinationRule();
    String name = rollout.metadata().name();
    if (rule == null) {
      return of(
          key,
          "spec: {hosts: [%s], http: [{name: %s, route: [{destination: {host: %s}, weight: 100},"
              + " {destination: {host: %s}, weight: 0}]}]}",
          Json.write(name),
          Json.write(istioRoute(routing)),
          Json.write(stable),
          Json.write(other));
    }
    String host = stable.isEmpty() ? name : stable;
    return of(
        key,
        "spec: {hosts: [%s], http: [{name: %s, route: [{destination: {host: %s, subset: %s}, weight:"
            + " 100}, {destination: {host: %s, subset: %s}, weight: 0}]}]}",
        Json.write(host),
        Json.write(istioRoute(routing)),
        Json.write(host),
        Json.write(rule.stableSubsetName()),
        Json.write(host),
        Json.write(rule.canarySubsetName()));
  }

  private static String istioRoute(TrafficRouting routing) {
    return routing.istio() == null
            || routing.istio().virtualService() == null
            || routing.istio().virtualService().routes().isEmpty()
        ? "primary"
        : routing.istio().virtualService().routes().get(0);
  }

  private Optional<JsonObject> destinationRule(
      ObjectKey key, TrafficRouting routing, String stable) {
    IstioDestinationRule rule = routing.istio() == null ? null : routing.istio().destinationRule();
    if (rule == null) {
      return Optional.empty();
    }
    return of(
        key,
        "spec: {host: %s, subsets: [{name: %s, labels: %s}, {name: %s, labels: %s}]}",
        Json.write(stable.isEmpty() ? rollout.metadata().name() : stable),
        Json.write(rule.stableSubsetName()),
        Json.write(labels()),
        Json.write(rule.canarySubsetName()),
        Json.write(labels()));
  }

  private static Optional<JsonObject> ingress(
      ObjectKey key, TrafficRouting routing, String stable) {
    if (routing.alb() != null) {
      String root = routing.alb().rootService().isEmpty() ? stable : routing.alb().rootService();
      return of(
          key,
          "spec: {ingressClassName: alb, rules: [{http: {paths: [{path: /, pathType: Prefix, backend:"
              + " {service: {name: %s, port: {name: use-annotation}}}}]}}]}",
          Json.write(root));
    }
    if (routing.nginx() == null || key.name().endsWith("-canary")) {
      return Optional.empty();
    }
    return of(
        key,
        "spec: {ingressClassName: nginx, rules: [{host: example.com, http: {paths: [{path: /,"
            + " pathType: Prefix, backend: {service: {name: %s, port: {number: 80}}}}]}}]}",
        Json.write(stable));
  }

  private static Optional<JsonObject> of(ObjectKey key, String spec, Object... names) {
    String text =
        "apiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: %s}\n"
                .formatted(
                    key.apiVersion(),
                    key.kind(),
                    Json.write(key.name()),
                    Json.write(key.namespace()))
            + spec.formatted(names)
            + "\n";
    return Optional.of(
        JsonObject.of(Codec.standard().read(key.kind() + " made up", text).get(0).tree()));
  }

  /**
   * A template with one metric: without end for a background analysis alone, else measured three
   * times.
   */
  AnalysisTemplateSpec template(TemplateRef ref) {
    String text =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: %s}
        spec:
          metrics:
          - name: %s
            interval: 30s
            %ssuccessCondition: result[0] >= 0.95
            provider: {prometheus: {address: "http://prometheus:9090", query: made-up}}
        """
            .formatted(
                Json.write(ref.templateName()),
                Json.write(ref.templateName()),
                isBackgroundOnly(ref) ? "" : "count: 3\n    ");
    return Codec.standard().readOne(AnalysisTemplate.class, "made up", text).spec();
  }

  private boolean isBackgroundOnly(TemplateRef ref) {
    RolloutSpec spec = rollout.spec();
    CanaryStrategy canary = spec.strategy().canary();
    BackgroundAnalysis background = canary == null ? null : canary.analysis();
    boolean inSteps =
        canary != null
            && canary.steps().stream()
                .anyMatch(
                    step ->
                        step.experiment() != null
                            || (step.analysis() != null
                                && step.analysis().templates().contains(ref)));
    return background != null && background.templates().contains(ref) && !inSteps;
  }
}
