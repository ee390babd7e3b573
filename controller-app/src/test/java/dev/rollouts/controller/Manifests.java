package dev.rollouts.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Manifests as objects, and {@code kubectl} for them. */
final class Manifests {
  static final Path DEPLOY = Path.of("deploy");
  private static final YAMLMapper YAML = new YAMLMapper();

  private Manifests() {}

  /** The objects of a stream of documents by kind and name; two of the same are an error. */
  static Map<String, JsonNode> objects(String yaml) throws IOException {
    Map<String, JsonNode> objects = new TreeMap<>();
    for (JsonNode each : documents(yaml)) {
      String key = each.path("kind").asText() + " " + each.path("metadata").path("name").asText();
      if (objects.put(key, each) != null) {
        throw new AssertionError(key + " is there twice");
      }
    }
    return objects;
  }

  static List<JsonNode> documents(String yaml) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      while (all.hasNext()) {
        JsonNode each = all.next();
        if (!each.isNull() && !each.isMissingNode()) {
          documents.add(each);
        }
      }
    }
    return documents;
  }

  static String yaml(JsonNode tree) throws IOException {
    return YAML.writeValueAsString(tree);
  }

  /** What {@code kubectl kustomize} makes of a folder. */
  static String kustomize(String folder) throws IOException {
    return Program.run("kubectl", "kustomize", DEPLOY.resolve(folder).toString()).good();
  }

  /**
   * Applies server-side; a field nobody knows is an error.
   *
   * @param namespace of objects that name none, and which exists then; empty for the default one
   */
  static Program apply(String namespace, String yaml) throws IOException {
    TestCluster cluster = TestCluster.shared();
    List<String> command =
        new ArrayList<>(
            List.of(
                "kubectl",
                "--kubeconfig",
                cluster.controlPlane().kubeconfig().toString(),
                "apply",
                "--server-side",
                "--force-conflicts",
                "--validate=strict",
                "-f",
                "-"));
    if (!namespace.isEmpty()) {
      create(namespace);
      command.addAll(List.of("-n", namespace));
    }
    return Program.run(yaml, command);
  }

  /** Makes sure that there is a namespace. */
  static void create(String namespace) {
    TestCluster.shared()
        .client()
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
  }

  /** Defines as much of the Prometheus operator's kinds as is used. */
  static void defineMonitoring() throws IOException {
    try (var in = Manifests.class.getResourceAsStream("/deploy/monitoring-definitions.yaml")) {
      if (in == null) {
        throw new AssertionError("no monitoring-definitions.yaml");
      }
      apply("default", new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .good();
    }
    Program.run(
            "kubectl",
            "--kubeconfig",
            TestCluster.shared().controlPlane().kubeconfig().toString(),
            "wait",
            "--for=condition=Established",
            "--timeout=60s",
            "crd/servicemonitors.monitoring.coreos.com",
            "crd/prometheusrules.monitoring.coreos.com")
        .good();
  }
}
