package dev.rollouts.cli.migrate;

import dev.rollouts.api.wire.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A Deployment that runs a controller of Rollouts.
 *
 * @param ours whether it is this project's
 */
record RunningController(
    String name,
    String namespace,
    boolean ours,
    String image,
    long replicas,
    List<ControllerFlags.Given> flags) {
  private static final String OURS = "rollouts-controller";
  private static final String ARGO = "argo-rollouts";

  /** The controller of a Deployment, if it runs one. */
  static Optional<RunningController> of(JsonObject deployment) {
    for (Map<?, ?> container : maps(deployment.at("spec", "template", "spec", "containers"))) {
      String image = Snapshot.text(container.get("image"));
      String repository = image.replaceFirst("@.*", "").replaceFirst(":[^/:]*$", "");
      String last = repository.substring(repository.lastIndexOf('/') + 1);
      if (last.equals(OURS) || last.equals(ARGO)) {
        List<String> line = new ArrayList<>(texts(container.get("command")));
        line.addAll(texts(container.get("args")));
        Object replicas = deployment.at("spec", "replicas");
        return Optional.of(
            new RunningController(
                Snapshot.name(deployment),
                Snapshot.text(deployment.at("metadata", "namespace")),
                last.equals(OURS),
                image,
                replicas instanceof Number number ? number.longValue() : 1,
                ControllerFlags.parse(line)));
      }
    }
    return Optional.empty();
  }

  /** The value of a flag, or nothing. */
  Optional<String> flag(String name) {
    return flags.stream()
        .filter(each -> each.name().equals(name))
        .map(ControllerFlags.Given::value)
        .reduce((first, last) -> last);
  }

  /** The Lease that decides who of several acts. */
  String lease() {
    String id = flag("--instance-id").orElse("");
    return namespace + "/argo-rollouts-controller-lock" + (id.isEmpty() ? "" : "-" + id);
  }

  String instanceId() {
    return flag("--instance-id").orElse("");
  }

  /** The only namespace that it looks at; empty for all. */
  String scope() {
    boolean one =
        flags.stream()
            .anyMatch(each -> each.name().equals("--namespaced") && !each.value().equals("false"));
    return one ? flag("--namespace").or(() -> flag("-n")).orElse(namespace) : "";
  }

  private static List<Map<?, ?>> maps(@org.jspecify.annotations.Nullable Object list) {
    List<Map<?, ?>> maps = new ArrayList<>();
    if (list instanceof List<?> all) {
      all.forEach(
          each -> {
            if (each instanceof Map<?, ?> map) {
              maps.add(map);
            }
          });
    }
    return maps;
  }

  private static List<String> texts(@org.jspecify.annotations.Nullable Object list) {
    return list instanceof List<?> all
        ? all.stream().filter(Objects::nonNull).map(String::valueOf).toList()
        : List.of();
  }
}
