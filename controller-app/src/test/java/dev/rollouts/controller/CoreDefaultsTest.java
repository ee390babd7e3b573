package dev.rollouts.controller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Yaml;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the API server makes of pod templates: the table after which the engine finds the
 * ReplicaSets of a rollout that another controller began.
 */
@Tag("it")
class CoreDefaultsTest {
  private static final Path FOLDER = Path.of("../rollouts-engine/src/test/resources/core-defaults");

  @Test
  @DisplayName("rollout-api 12.2: the table of core defaults is what the API server does")
  void theTableIsWhatTheServerDoes() throws Exception {
    Path stored = FOLDER.resolve("stored.yaml");
    String now = stored();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(stored, now, UTF_8);
    }
    assertThat(stored).as("run with -Dgolden.update=true to write it").exists();
    assertThat(now).isEqualTo(Files.readString(stored, UTF_8));
  }

  private static String stored() throws Exception {
    TestCluster cluster = TestCluster.shared();
    Api api = new Api(cluster.client());
    String namespace = cluster.namespace();
    List<Map<String, Object>> all = new ArrayList<>();
    int number = 0;
    for (Document written :
        Codec.standard()
            .read("written.yaml", Files.readString(FOLDER.resolve("written.yaml"), UTF_8))) {
      String name = "template-" + ++number;
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("apiVersion", "apps/v1");
      tree.put("kind", "ReplicaSet");
      tree.put("metadata", Map.of("name", name, "namespace", namespace));
      tree.put(
          "spec",
          Map.of(
              "replicas",
              0,
              "selector",
              Map.of("matchLabels", JsonObject.of(written.tree()).at("metadata", "labels")),
              "template",
              written.tree()));
      JsonObject answer =
          api.create(new ObjectKey("apps/v1", "ReplicaSet", namespace, name), JsonObject.of(tree));
      if (answer.at("spec", "template") instanceof Map<?, ?> template) {
        Map<String, Object> stored = new LinkedHashMap<>();
        template.forEach((key, value) -> stored.put((String) key, value));
        all.add(stored);
      }
    }
    return Yaml.writeAll(all);
  }
}
