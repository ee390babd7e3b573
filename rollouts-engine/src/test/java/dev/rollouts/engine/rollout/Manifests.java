package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import java.util.List;
import java.util.Map;

/** Rollouts for tests, written as users write them. */
final class Manifests {
  private Manifests() {}

  /**
   * A rollout named {@code web} with image {@code web:1}.
   *
   * @param spec lines under {@code spec} beside selector and template, indented from column 0
   */
  static Rollout rollout(String spec) {
    String text =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata:
          name: web
          namespace: default
        spec:
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - {name: web, image: "web:1"}
        """
            + spec.stripIndent().indent(2);
    return Codec.standard().readOne(Rollout.class, "rollout.yaml", text);
  }

  static JsonObject template(String image) {
    return JsonObject.of(
        Map.of(
            "metadata",
            Map.of("labels", Map.of("app", "web")),
            "spec",
            Map.of("containers", List.of(Map.of("name", "web", "image", image)))));
  }
}
