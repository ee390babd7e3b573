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
}
