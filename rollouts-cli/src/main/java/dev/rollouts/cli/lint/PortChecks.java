package dev.rollouts.cli.lint;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.routing.AlbRouting;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ports of the Services of a rollout, and of its pods. */
final class PortChecks {
  private final ObjectSet objects;
  private final Delivery delivery;

  private PortChecks(ObjectSet objects, Delivery delivery) {
    this.objects = objects;
    this.delivery = delivery;
  }

  static void check(ObjectSet objects, Delivery delivery) {
    PortChecks checks = new PortChecks(objects, delivery);
    List<Judged> services = checks.services();
    services.forEach(checks::checkTargets);
    new RoutePorts(objects, delivery, services).check();
    CanaryStrategy canary = delivery.canary();
    if (canary == null) {
      return;
    }
    checks.compare(canary);
    if (canary.trafficRouting() != null && canary.trafficRouting().alb() != null) {
      checks.checkAlb(canary, canary.trafficRouting().alb());
    }
  }

  private List<Judged> services() {
    List<String> names = new ArrayList<>();
    if (delivery.written().spec().strategy().blueGreen() != null) {
      names.add(delivery.written().spec().strategy().blueGreen().activeService());
      names.add(delivery.written().spec().strategy().blueGreen().previewService());
    }
    CanaryStrategy canary = delivery.canary();
    if (canary != null) {
      names.add(canary.stableService());
      names.add(canary.canaryService());
      if (canary.pingPong() != null) {
        names.add(canary.pingPong().pingService());
        names.add(canary.pingPong().pongService());
      }
    }
    return names.stream().flatMap(name -> service(name).stream()).distinct().toList();
  }

  private Optional<Judged> service(String name) {
    return name.isEmpty() ? Optional.empty() : objects.service(delivery.namespace(), name);
  }

  /** A targetPort by name must be a port of some container. */
  private void checkTargets(Judged service) {
    Set<String> declared = new LinkedHashSet<>();
    JsonObject template = delivery.resolved().spec().template();
    for (String list : List.of("containers", "initContainers")) {
      if (template.at("spec", list) instanceof List<?> containers) {
        for (Object container : containers) {
          declared.addAll(names(container));
        }
      }
    }
    List<?> ports = ports(service);
    for (int i = 0; i < ports.size(); i++) {
      if (delivery.isResolved()
          && ports.get(i) instanceof Map<?, ?> port
          && port.get("targetPort") instanceof String name
          && !name.matches("[0-9]+")
          && !declared.contains(name)) {
        service.report(
            Rule.PORT_MISMATCH,
            Severity.WARNING,
            Path.of("spec", "ports", i, "targetPort"),
            "no container of %s has a port named \"%s\"; requests are refused"
                .formatted(delivery.judged().named(), name),
            declared.isEmpty()
                ? "add the port to the container"
                : "its ports are " + String.join(", ", declared));
      }
    }
  }

  /** Whether any container declares a port. */
  static boolean hasPorts(JsonObject template) {
    return template.at("spec", "containers") instanceof List<?> containers
        && containers.stream()
            .anyMatch(
                each ->
                    each instanceof Map<?, ?> container
                        && container.get("ports") instanceof List<?> ports
                        && !ports.isEmpty());
  }

  private static List<String> names(@Nullable Object container) {
    List<String> names = new ArrayList<>();
    if (container instanceof Map<?, ?> map && map.get("ports") instanceof List<?> ports) {
      for (Object port : ports) {
        if (port instanceof Map<?, ?> fields && fields.get("name") instanceof String name) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static List<?> ports(Judged service) {
    return service.document().valueAt(Path.of("spec", "ports")) instanceof List<?> list
        ? list
        : List.of();
  }

  /** Numbers and names by which others refer to the ports of a Service. */
  static Set<String> references(Judged service, boolean names) {
    Set<String> references = new LinkedHashSet<>();
    for (Object each : ports(service)) {
      if (each instanceof Map<?, ?> port) {
        if (port.get("port") != null) {
          references.add(String.valueOf(port.get("port")));
        }
        if (names && port.get("name") != null) {
          references.add(String.valueOf(port.get("name")));
        }
      }
    }
    return references;
  }

  /** Routers send to the same port of both Services. */
  private void compare(CanaryStrategy canary) {
    Optional<Judged> stable = service(canary.stableService());
    Optional<Judged> other = service(canary.canaryService());
    if (stable.isEmpty() || other.isEmpty() || canary.trafficRouting() == null) {
      return;
    }
    Set<String> expected = references(stable.get(), false);
    Set<String> found = references(other.get(), false);
    if (!expected.equals(found)) {
      delivery.report(
          Rule.PORT_MISMATCH,
          Severity.WARNING,
          Delivery.CANARY.key("canaryService"),
          "Service \"%s\" has port %s, Service \"%s\" has port %s; routers send to the same port of both"
              .formatted(
                  canary.stableService(),
                  String.join(", ", expected),
                  canary.canaryService(),
                  String.join(", ", found)),
          "give both the same ports");
    }
  }

  private void checkAlb(CanaryStrategy canary, AlbRouting alb) {
    service(canary.stableService())
        .ifPresent(
            service -> {
              Set<String> ports = references(service, false);
              if (!ports.contains(String.valueOf(alb.servicePort()))) {
                delivery.report(
                    Rule.PORT_MISMATCH,
                    Severity.WARNING,
                    Delivery.CANARY.key("trafficRouting").key("alb").key("servicePort"),
                    "Service \"%s\" has no port %d"
                        .formatted(canary.stableService(), alb.servicePort()),
                    "its ports are " + String.join(", ", ports));
              }
            });
  }
}
