package dev.rollouts.engine.traffic;

import dev.rollouts.engine.cluster.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Paths of an Ingress and the Services behind them, in the spelling of {@code networking.k8s.io/v1}
 * and in that of the older {@code v1beta1}.
 */
final class IngressPaths {
  /** Name of the port of a Service that exists in annotations only. */
  static final String USE_ANNOTATION = "use-annotation";

  private static final String CURRENT = "networking.k8s.io/v1";

  private IngressPaths() {}

  /** The key of an Ingress. */
  static ObjectKey key(RouterSettings settings, String namespace, String name) {
    return new ObjectKey(settings.ingressApiVersion(), "Ingress", namespace, name);
  }

  /** Whether any path leads to the Service. */
  static boolean leadTo(LiveNode ingress, String service) throws LiveObjectException {
    for (LiveNode rule : ingress.object("spec").objects("rules")) {
      for (LiveNode path : rule.object("http").objects("paths")) {
        if (service(path).equals(service)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Name of the Service that a path leads to; empty when it leads to none. */
  static String service(LiveNode path) throws LiveObjectException {
    LiveNode backend = path.object("backend");
    return backend.has("service")
        ? backend.object("service").text("name")
        : backend.text("serviceName");
  }

  /** The same path, leading to another Service. */
  static LiveNode leadingTo(String service, LiveNode path) throws LiveObjectException {
    return path.object("backend").has("service")
        ? path.withAt(service, "backend", "service", "name")
        : path.withAt(service, "backend", "serviceName");
  }

  /** Whether a path leads to an action in an annotation rather than to a real Service. */
  static boolean isAction(LiveNode path, String action) throws LiveObjectException {
    LiveNode backend = path.object("backend");
    Object port =
        backend.has("service")
            ? backend.object("service").object("port").value("name")
            : backend.value("servicePort");
    return USE_ANNOTATION.equals(port) && service(path).equals(action);
  }

  /** A path that leads everything to an action in an annotation. */
  static Map<String, @Nullable Object> toAction(String apiVersion, String action) {
    Map<String, @Nullable Object> backend = new LinkedHashMap<>();
    if (apiVersion.equals(CURRENT)) {
      Map<String, @Nullable Object> service = new LinkedHashMap<>();
      service.put("name", action);
      service.put("port", Map.of("name", USE_ANNOTATION));
      backend.put("service", service);
    } else {
      backend.put("serviceName", action);
      backend.put("servicePort", USE_ANNOTATION);
    }
    Map<String, @Nullable Object> path = new LinkedHashMap<>();
    path.put("path", "/*");
    path.put("pathType", "ImplementationSpecific");
    path.put("backend", backend);
    return path;
  }
}
