package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rollouts.crds.CustomResourceDefinitions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the rendered manifests promise. */
class ManifestsTest {
  private static final YAMLMapper YAML = new YAMLMapper();

  private static String read(String file) throws IOException {
    return Files.readString(Path.of("deploy", file));
  }

  @Test
  @DisplayName("O-050, O-051 The rendered manifests hold the five definitions as they are now")
  void definitions() throws IOException {
    List<JsonNode> rendered = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(read("install.yaml"))) {
      while (documents.hasNext()) {
        JsonNode each = documents.next();
        if (each.path("kind").asText().equals("CustomResourceDefinition")) {
          rendered.add(each);
        }
      }
    }
    List<JsonNode> current = new ArrayList<>();
    for (String name : CustomResourceDefinitions.names()) {
      current.add(YAML.readTree(CustomResourceDefinitions.yaml(name)));
    }
    assertThat(rendered)
        .as("render again: kubectl kustomize controller-app/deploy/cluster-install")
        .containsExactlyInAnyOrderElementsOf(current);
    assertThat(read("namespace-install.yaml")).doesNotContain("CustomResourceDefinition");
  }

  @Test
  @DisplayName("O-061 The role reads Secrets by name only")
  void secretsByName() throws IOException {
    for (String file : List.of("install.yaml", "namespace-install.yaml")) {
      assertThat(read(file))
          .containsPattern("resources:\\n  - secrets\\n  verbs:\\n  - get\\n(?!  - )");
    }
  }

  @Test
  @DisplayName(
      "O-052, O-053 Objects carry the labels and names by which tools find those of Argo Rollouts")
  void labels() throws IOException {
    for (String file : List.of("install.yaml", "namespace-install.yaml")) {
      Map<String, JsonNode> objects =
          Manifests.objects(Files.readString(Manifests.DEPLOY.resolve(file)));
      assertThat(objects)
          .containsKeys(
              "ServiceAccount argo-rollouts",
              "ConfigMap argo-rollouts-config",
              "Service argo-rollouts-metrics",
              "Deployment argo-rollouts",
              "ClusterRole argo-rollouts-aggregate-to-admin",
              "ClusterRole argo-rollouts-aggregate-to-edit",
              "ClusterRole argo-rollouts-aggregate-to-view")
          .containsKey(
              file.startsWith("namespace") ? "Role argo-rollouts" : "ClusterRole argo-rollouts");
      objects.forEach(
          (name, object) -> {
            if (!name.startsWith("CustomResourceDefinition")) {
              JsonNode labels = object.at("/metadata/labels");
              assertThat(labels.path("app.kubernetes.io/part-of").asText())
                  .as(name)
                  .isEqualTo("argo-rollouts");
              assertThat(labels.path("app.kubernetes.io/name").asText())
                  .as(name)
                  .startsWith("argo-rollouts");
              assertThat(labels.path("app.kubernetes.io/component").asText())
                  .as(name)
                  .isIn("rollouts-controller", "server", "aggregate-cluster-role");
            }
          });
      JsonNode selector = objects.get("Deployment argo-rollouts").at("/spec/selector/matchLabels");
      assertThat(selector).hasSize(1);
      assertThat(selector.path("app.kubernetes.io/name").asText()).isEqualTo("argo-rollouts");
    }
  }
}
