package dev.rollouts.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which fields a pod template may have. */
class PodTemplateFieldsTest {
  @SuppressWarnings("unchecked")
  private static JsonObject template(String json) {
    return JsonObject.of((Map<String, Object>) Json.read("template", json));
  }

  @Test
  void fieldsThatDoNotExistAreFoundAtEveryDepth() {
    JsonObject template =
        template(
            """
            {"metadata": {"labels": {"anything": "x"}, "label": {}},
             "spec": {"containers": [
                {"name": "a", "imagee": "x", "env": [{"name": "A", "valeu": "b"}],
                 "resources": {"limits": {"any/thing": "1"}, "request": {}},
                 "readinessProbe": {"httpGet": {"port": 80, "url": "/"}}}],
              "volumes": [{"name": "v", "configMap": {"name": "c"}, "empty": {}}],
              "nodeSelector": {"any": "x"}, "replicas": 3}}
            """);
    assertThat(PodTemplateFields.unknown(template))
        .extracting(Path::toString)
        .containsExactly(
            "metadata.label",
            "spec.containers[0].imagee",
            "spec.containers[0].env[0].valeu",
            "spec.containers[0].resources.request",
            "spec.containers[0].readinessProbe.httpGet.url",
            "spec.volumes[0].empty",
            "spec.replicas");
  }

  @Test
  void theFieldsOfAPlaceAreKnown() {
    assertThat(PodTemplateFields.known(Path.of("spec", "containers", 0)))
        .contains("name", "image", "ports", "resources");
    assertThat(PodTemplateFields.known(Path.of("spec", "nodeSelector"))).isEmpty();
    assertThat(PodTemplateFields.known(Path.of("nothing"))).isEmpty();
  }
}
