package dev.rollouts.engine.rollout.validation;

import dev.rollouts.engine.hash.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the API server says about the containers of a pod. */
final class ContainerRules {
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  private static final List<String> MESSAGE_POLICIES = List.of("FallbackToLogsOnError", "File");
  private static final List<String> PROBES =
      List.of("livenessProbe", "readinessProbe", "startupProbe");
  private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");
  private static final List<String> SOURCES =
      List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");
  private static final Set<String> RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");
  private static final String QUANTITY_FORMAT =
      "quantities must match the regular expression"
          + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  private static final String PORT_RANGE = "must be between 1 and 65535, inclusive";

  private final Set<String> volumes;
  private final FieldErrors errors;
  private final Set<String> names = new HashSet<>();

  /**
   * Rules for the containers of one pod.
   *
   * @param volumes names that mounts may refer to
   */
  ContainerRules(Set<String> volumes, FieldErrors errors) {
    this.volumes = volumes;
    this.errors = errors;
  }

  void check(List<Tree> containers, boolean init) {
    Set<String> hostPorts = new HashSet<>();
    for (Tree container : containers) {
      check(container, hostPorts);
      String name = container.text("name");
      if (!names.add(name) && !name.isEmpty()) {
        errors.duplicate(container.at("name"), name);
      }
      String restart = container.text("restartPolicy");
      if (!restart.isEmpty() && !init) {
        errors.forbidden(container.at("restartPolicy"), "may not be set for non-init containers");
      }
      if (!init || restart.equals("Always")) {
        checkProbes(container);
      } else {
        refuseProbes(container);
      }
    }
  }

  private void check(Tree container, Set<String> hostPorts) {
    String name = container.requireText("name");
    if (!name.isEmpty()) {
      Names.label(name).forEach(each -> errors.invalid(container.at("name"), name, each));
    }
    container.requireText("image");
    container.oneOf("terminationMessagePolicy", MESSAGE_POLICIES);
    checkPorts(container.objects("ports"), hostPorts);
    for (Tree variable : container.objects("env")) {
      checkVariable(variable);
    }
    for (Tree source : container.objects("envFrom")) {
      checkSource(source);
    }
    checkMounts(container.objects("volumeMounts"));
    container.oneOf("imagePullPolicy", PULL_POLICIES);
    checkResources(container.object("resources"));
  }

  private void checkPorts(List<Tree> ports, Set<String> hostPorts) {
    Set<String> portNames = new HashSet<>();
    for (Tree port : ports) {
      String name = port.text("name");
      if (!name.isEmpty()) {
        List<String> problems = Names.portName(name);
        problems.forEach(each -> errors.invalid(port.at("name"), name, each));
        if (problems.isEmpty() && !portNames.add(name)) {
          errors.duplicate(port.at("name"), name);
        }
      }
      Long number = port.number("containerPort");
      if (port.get("containerPort") == null || Long.valueOf(0).equals(number)) {
        errors.required(port.at("containerPort"), "");
      } else if (number != null) {
        checkPort(port.at("containerPort"), number);
      }
      Long hostPort = port.number("hostPort");
      if (hostPort != null && hostPort != 0) {
        checkPort(port.at("hostPort"), hostPort);
        String protocol = port.text("protocol").isEmpty() ? "TCP" : port.text("protocol");
        if (!hostPorts.add(protocol + "/" + port.text("hostIP") + "/" + hostPort)) {
          errors.duplicate(
              port.at("hostPort"), protocol + "/" + port.text("hostIP") + "/" + hostPort);
        }
      }
      port.oneOf("protocol", PROTOCOLS);
    }
  }

  private void checkPort(Place place, long number) {
    if (number < 1 || number > 65535) {
      errors.invalid(place, number, PORT_RANGE);
    }
  }

  private void checkVariable(Tree variable) {
    String name = variable.requireText("name");
    if (name.contains("=") || name.chars().anyMatch(c -> c < ' ' || c > '~')) {
      errors.invalid(
          variable.at("name"),
          name,
          "a valid environment variable name must consist only of printable ASCII characters other"
              + " than '='");
    }
    if (variable.get("value") != null && !(variable.get("value") instanceof String)) {
      errors.invalid(variable.at("value"), "", "must be a string");
    }
    if (variable.get("valueFrom") == null) {
      return;
    }
    Tree from = variable.object("valueFrom");
    List<String> set = SOURCES.stream().filter(each -> from.get(each) != null).toList();
    if (set.isEmpty()) {
      errors.invalid(
          from.place(),
          "",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or"
              + " `secretKeyRef`");
    } else if (!variable.text("value").isEmpty()) {
      errors.invalid(from.place(), "", "may not be specified when `value` is not empty");
    } else if (set.size() > 1) {
      errors.invalid(from.place(), "", "may not have more than one field specified at a time");
    }
    for (String each : List.of("configMapKeyRef", "secretKeyRef")) {
      if (from.get(each) != null) {
        from.object(each).requireText("name");
        from.object(each).requireText("key");
      }
    }
    if (from.get("fieldRef") != null) {
      from.object("fieldRef").requireText("fieldPath");
    }
  }

  private void checkSource(Tree source) {
    boolean configMap = source.get("configMapRef") != null;
    boolean secret = source.get("secretRef") != null;
    if (configMap && secret) {
      errors.invalid(source.place(), "", "may not have more than one field specified at a time");
    } else if (!configMap && !secret) {
      errors.invalid(source.place(), "", "must specify one of: `configMapRef` or `secretRef`");
    }
    if (configMap) {
      source.object("configMapRef").requireText("name");
    }
    if (secret) {
      source.object("secretRef").requireText("name");
    }
  }

  private void checkMounts(List<Tree> mounts) {
    Set<String> paths = new HashSet<>();
    for (Tree mount : mounts) {
      String name = mount.requireText("name");
      if (!name.isEmpty() && !volumes.contains(name)) {
        errors.notFound(mount.at("name"), name);
      }
      String path = mount.requireText("mountPath");
      if (!path.isEmpty() && !paths.add(path)) {
        errors.invalid(mount.at("mountPath"), path, "must be unique");
      }
      String inside = mount.text("subPath");
      if (inside.startsWith("/")) {
        errors.invalid(mount.at("subPath"), inside, "must be a relative path");
      }
      if (List.of(inside.split("/", -1)).contains("..")) {
        errors.invalid(mount.at("subPath"), inside, "must not contain '..'");
      }
      if (!inside.isEmpty() && !mount.text("subPathExpr").isEmpty()) {
        errors.invalid(
            mount.at("subPathExpr"),
            mount.text("subPathExpr"),
            "subPathExpr and subPath are mutually exclusive");
      }
    }
  }

  private void checkResources(Tree resources) {
    Tree limits = resources.object("limits");
    Tree requests = resources.object("requests");
    limits.fields().keySet().forEach(key -> checkAmount(limits, String.valueOf(key)));
    for (Object key : requests.fields().keySet()) {
      String name = String.valueOf(key);
      Optional<BigDecimal> request = checkAmount(requests, name);
      Object given = limits.get(name);
      Optional<BigDecimal> limit = given == null ? Optional.empty() : amount(given);
      boolean extended = name.contains("/") || name.startsWith("hugepages-");
      if (request.isPresent() && limit.isPresent()) {
        int comparison = request.get().compareTo(limit.get());
        if (extended && comparison != 0) {
          errors.invalid(
              requests.place(),
              String.valueOf(requests.get(name)),
              "must be equal to %s limit of %s".formatted(name, given));
        } else if (comparison > 0) {
          errors.invalid(
              requests.place(),
              String.valueOf(requests.get(name)),
              "must be less than or equal to %s limit of %s".formatted(name, given));
        }
      } else if (extended && given == null) {
        errors.required(limits.place(), "Limit must be set for non overcommitable resources");
      }
    }
  }

  private Optional<BigDecimal> checkAmount(Tree amounts, String name) {
    Place place = amounts.place().entry(name);
    Object value = amounts.get(name);
    if (!RESOURCES.contains(name) && !name.startsWith("hugepages-")) {
      Names.qualified(name).forEach(each -> errors.invalid(place, name, each));
      if (!name.contains("/")) {
        errors.invalid(place, name, "must be a standard resource for containers");
      }
    }
    Optional<BigDecimal> amount = amount(value);
    if (amount.isEmpty()) {
      errors.invalid(place, value, QUANTITY_FORMAT);
    } else if (amount.get().signum() < 0) {
      errors.invalid(place, String.valueOf(value), "must be greater than or equal to 0");
    } else if (name.contains("/") && amount.get().stripTrailingZeros().scale() > 0) {
      errors.invalid(place, String.valueOf(value), "must be an integer");
    }
    return amount;
  }

  private static Optional<BigDecimal> amount(@Nullable Object value) {
    return Optional.ofNullable(Quantity.parse(String.valueOf(value))).map(Quantity::amount);
  }

  private void refuseProbes(Tree container) {
    List<String> refused = new ArrayList<>(PROBES);
    refused.add(0, "lifecycle");
    for (String each : refused) {
      if (container.get(each) != null) {
        errors.forbidden(
            container.at(each), "may not be set for init containers without restartPolicy=Always");
      }
    }
  }

  private void checkProbes(Tree container) {
    for (String each : PROBES) {
      if (container.get(each) != null) {
        checkProbe(container.object(each), !each.equals("readinessProbe"));
      }
    }
  }

  private void checkProbe(Tree probe, boolean onceIsEnough) {
    List<String> set = HANDLERS.stream().filter(each -> probe.get(each) != null).toList();
    if (set.isEmpty()) {
      errors.required(probe.place(), "must specify a handler type");
    }
    for (int i = 1; i < set.size(); i++) {
      errors.forbidden(probe.at(set.get(i)), "may not specify more than 1 handler type");
    }
    if (probe.get("httpGet") != null) {
      checkPortReference(probe.object("httpGet"));
      probe.object("httpGet").oneOf("scheme", List.of("HTTP", "HTTPS"));
    }
    if (probe.get("tcpSocket") != null) {
      checkPortReference(probe.object("tcpSocket"));
    }
    if (probe.get("exec") != null
        && PodTemplateRules.isEmpty(probe.object("exec").get("command"))) {
      errors.required(probe.object("exec").at("command"), "");
    }
    for (String each :
        List.of(
            "initialDelaySeconds",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold")) {
      probe.nonNegative(each);
    }
    Object threshold = probe.get("successThreshold");
    if (onceIsEnough && threshold instanceof Number number && number.longValue() > 1) {
      errors.invalid(probe.at("successThreshold"), threshold, "must be 1");
    }
  }

  private void checkPortReference(Tree handler) {
    Object port = handler.get("port");
    if (port instanceof String name) {
      Names.portName(name).forEach(each -> errors.invalid(handler.at("port"), name, each));
    } else if (port instanceof Number number) {
      checkPort(handler.at("port"), number.longValue());
    } else {
      errors.invalid(handler.at("port"), 0, PORT_RANGE);
    }
  }
}
