package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rollouts and objects for tests, from YAML. */
final class Rollouts {
  private Rollouts() {}

  /** A rollout called shop with that many replicas and that strategy, indented by four. */
  static Rollout rollout(int replicas, String strategy) {
    return Codec.standard()
        .readOne(
            Rollout.class,
            "rollout.yaml",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: shop, namespace: test}
            spec:
              replicas: %d
              selector: {matchLabels: {app: shop}}
              template:
                metadata: {labels: {app: shop}}
                spec: {containers: [{name: web, image: "shop:1"}]}
              strategy:
            %s
            """
                .formatted(replicas, strategy.indent(4)));
  }

  static String image(Rollout rollout) {
    List<?> containers = (List<?>) rollout.spec().template().at("spec", "containers");
    return String.valueOf(((Map<?, ?>) containers.get(0)).get("image"));
  }

  static JsonObject service(String name) {
    return JsonObject.of(
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Service",
            "metadata",
            Map.of("name", name, "namespace", "test"),
            "spec",
            Map.of("selector", Map.of("app", "shop"), "ports", List.of(Map.of("port", 80)))));
  }

  static List<JsonObject> services(String... names) {
    List<JsonObject> trees = new ArrayList<>();
    for (String name : names) {
      trees.add(service(name));
    }
    return trees;
  }

  static String yaml(JsonObject tree) {
    return Yaml.write(tree.fields());
  }
}
