package dev.rollouts.cli.lint;

import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Document;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which fields Services and Ingresses have: those of Kubernetes 1.34, and of the older Ingress. */
final class NeighbourFields {
  private NeighbourFields() {}

  record ServiceObject(JsonObject metadata, ServiceSpec spec, JsonObject status) {}

  record ServiceSpec(
      List<ServicePort> ports,
      Map<String, String> selector,
      String clusterIP,
      List<String> clusterIPs,
      String type,
      List<String> externalIPs,
      String sessionAffinity,
      String loadBalancerIP,
      List<String> loadBalancerSourceRanges,
      String externalName,
      String externalTrafficPolicy,
      @Nullable Integer healthCheckNodePort,
      boolean publishNotReadyAddresses,
      JsonObject sessionAffinityConfig,
      List<String> ipFamilies,
      String ipFamilyPolicy,
      @Nullable Boolean allocateLoadBalancerNodePorts,
      String loadBalancerClass,
      String internalTrafficPolicy,
      String trafficDistribution) {}

  record ServicePort(
      String name,
      String protocol,
      String appProtocol,
      int port,
      @Nullable IntOrString targetPort,
      @Nullable Integer nodePort) {}

  record IngressObject(JsonObject metadata, IngressSpec spec, JsonObject status) {}

  record IngressSpec(
      String ingressClassName,
      @Nullable Backend defaultBackend,
      List<JsonObject> tls,
      List<IngressRule> rules) {}

  record IngressRule(String host, @Nullable HttpRule http) {}

  record HttpRule(List<HttpPath> paths) {}

  record HttpPath(String path, String pathType, @Nullable Backend backend) {}

  record Backend(@Nullable ServiceBackend service, @Nullable JsonObject resource) {}

  record ServiceBackend(String name, @Nullable BackendPort port) {}

  record BackendPort(String name, @Nullable Integer number) {}

  /** Before networking.k8s.io/v1. */
  record OldIngressObject(JsonObject metadata, OldIngressSpec spec, JsonObject status) {}

  record OldIngressSpec(
      String ingressClassName,
      @Nullable OldBackend backend,
      List<JsonObject> tls,
      List<OldIngressRule> rules) {}

  record OldIngressRule(String host, @Nullable OldHttpRule http) {}

  record OldHttpRule(List<OldHttpPath> paths) {}

  record OldHttpPath(String path, String pathType, @Nullable OldBackend backend) {}

  record OldBackend(
      String serviceName, @Nullable IntOrString servicePort, @Nullable JsonObject resource) {}

  /** What does not fit the kind of a document, if it is one of these kinds. */
  static List<Problem> problems(Document document) {
    return type(document)
        .map(
            type -> {
              Map<String, @Nullable Object> content = new LinkedHashMap<>(document.tree());
              content.remove("apiVersion");
              content.remove("kind");
              return Wire.decode(type, content).problems();
            })
        .orElse(List.of());
  }

  /** The record that shows the fields of a document's kind. */
  static Optional<Class<? extends Record>> type(Document document) {
    String group = ObjectSet.groupOf(document.apiVersion());
    if (document.kind().equals("Service") && group.isEmpty()) {
      return Optional.of(ServiceObject.class);
    }
    if (!document.kind().equals("Ingress")) {
      return Optional.empty();
    }
    return switch (document.apiVersion()) {
      case "networking.k8s.io/v1" -> Optional.of(IngressObject.class);
      case "networking.k8s.io/v1beta1", "extensions/v1beta1" -> Optional.of(OldIngressObject.class);
      default -> Optional.empty();
    };
  }
}
