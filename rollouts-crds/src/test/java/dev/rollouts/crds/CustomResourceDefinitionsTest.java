package dev.rollouts.crds;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rollouts.codec.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CustomResourceDefinitionsTest {
  private static final Path FOLDER = Path.of("src/main/resources/dev/rollouts/crds");
  private static final CrdGenerator GENERATOR = new CrdGenerator();

  /** What kubectl apply can keep in its annotation is 262,144 bytes at most. */
  private static final int BYTES_MAX = 250_000;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void areWhatTheModelSays(Kind kind) throws IOException {
    Path file = FOLDER.resolve(kind.crdName() + ".yaml");
    String generated = GENERATOR.yaml(kind);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, generated);
    }

    assertThat(file).as("run with -Dgolden.update=true to write it").exists();
    assertThat(generated).isEqualTo(Files.readString(file));
    assertThat(CustomResourceDefinitions.names()).contains(kind.crdName());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void fitIntoTheAnnotationThatKubectlApplyKeeps(Kind kind) {
    String yaml = GENERATOR.yaml(kind);
    String json = Json.write(GENERATOR.definition(kind));

    assertThat(yaml.getBytes(StandardCharsets.UTF_8).length).isLessThan(BYTES_MAX);
    assertThat(json.getBytes(StandardCharsets.UTF_8).length).isLessThan(BYTES_MAX);
  }

  @Test
  void canBeHadByName() {
    for (String name : CustomResourceDefinitions.names()) {
      assertThat(CustomResourceDefinitions.yaml(name)).contains("\n  name: " + name + "\n");
    }
    assertThat(CustomResourceDefinitions.names()).hasSize(Kind.values().length);
    assertThatThrownBy(() -> CustomResourceDefinitions.yaml("../pom"))
        .hasMessageContaining("no definition is called ../pom; there are rollouts.argoproj.io");
  }

  static Stream<Arguments> facts() {
    String pod = "spec.template.spec.";
    return Stream.of(
        arguments(
            Kind.ROLLOUT, "spec.strategy.canary.maxSurge", "{\"x-kubernetes-int-or-string\":true}"),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.blueGreen.maxUnavailable",
            "{\"x-kubernetes-int-or-string\":true}"),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.steps[].pause.duration",
            "{\"x-kubernetes-int-or-string\":true}"),
        arguments(Kind.ROLLOUT, "spec.strategy.canary.steps[].plugin.config", Facts.OPEN_OBJECT),
        arguments(Kind.ROLLOUT, "spec.strategy.canary.trafficRouting.plugins", Facts.OPEN_OBJECT),
        arguments(Kind.ROLLOUT, "status.canary.stepPluginStatuses[].status", Facts.OPEN_OBJECT),
        arguments(Kind.ROLLOUT, "spec.restartAt", "{\"type\":\"string\",\"format\":\"date-time\"}"),
        arguments(Kind.ROLLOUT, "spec.replicas", "{\"type\":\"integer\",\"format\":\"int32\"}"),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.trafficRouting.istio.virtualService.tcpRoutes[].port",
            "{\"type\":\"integer\",\"format\":\"int64\"}"),
        arguments(Kind.ROLLOUT, "status.observedGeneration", "{\"type\":\"string\"}"),
        arguments(Kind.ROLLOUT, "status.phase", "{\"type\":\"string\"}"),
        arguments(Kind.ROLLOUT, "spec.template.metadata", Facts.METADATA),
        arguments(Kind.ROLLOUT, pod + "volumes", Facts.OPEN),
        arguments(Kind.ROLLOUT, pod + "containers[].resources.limits", Facts.OPEN),
        arguments(Kind.ROLLOUT, pod + "initContainers[].resources.requests", Facts.OPEN),
        arguments(Kind.ROLLOUT, pod + "ephemeralContainers[].resources.limits", Facts.OPEN),
        arguments(
            Kind.ROLLOUT,
            pod + "containers[].ports[].protocol",
            "{\"type\":\"string\",\"default\":\"TCP\"}"),
        arguments(
            Kind.ROLLOUT,
            pod + "containers[].livenessProbe.grpc.service",
            "{\"type\":\"string\",\"default\":\"\"}"),
        arguments(
            Kind.ROLLOUT,
            pod + "containers[].livenessProbe.httpGet.port",
            "{\"x-kubernetes-int-or-string\":true}"),
        arguments(Kind.EXPERIMENT, "spec.templates[].template.metadata", Facts.METADATA),
        arguments(Kind.EXPERIMENT, "spec.templates[].template.spec.volumes", Facts.OPEN),
        arguments(
            Kind.ANALYSIS_RUN, "spec.metrics[].count", "{\"x-kubernetes-int-or-string\":true}"),
        arguments(
            Kind.ANALYSIS_RUN, "spec.args[].value", "{\"type\":\"string\",\"nullable\":true}"),
        arguments(Kind.ANALYSIS_RUN, "spec.metrics[].provider.plugin", Facts.OPEN_OBJECT),
        arguments(Kind.ANALYSIS_RUN, "spec.metrics[].provider.web.jsonBody", Facts.OPEN_OBJECT),
        arguments(
            Kind.ANALYSIS_RUN, "spec.metrics[].provider.job.metadata", Facts.METADATA_LABELS_FIRST),
        arguments(
            Kind.ANALYSIS_RUN,
            "spec.metrics[].provider.job.spec.template.metadata",
            Facts.METADATA),
        arguments(
            Kind.ANALYSIS_RUN,
            "spec.metrics[].provider.job.spec.template.spec.volumes",
            Facts.OPEN),
        arguments(
            Kind.ANALYSIS_TEMPLATE,
            "spec.metrics[].provider.datadog.apiVersion",
            "{\"type\":\"string\",\"default\":\"v1\",\"enum\":[\"v1\",\"v2\"]}"),
        arguments(
            Kind.CLUSTER_ANALYSIS_TEMPLATE,
            "spec.metrics[].provider.datadog.interval",
            "{\"type\":\"string\",\"default\":\"5m\"}"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("facts")
  void describeFields(Kind kind, String path, String schema) {
    assertThat(Json.write(at(kind, path))).isEqualTo(schema);
  }

  static Stream<Arguments> required() {
    return Stream.of(
        arguments(Kind.ROLLOUT, "", List.of("spec")),
        arguments(Kind.ROLLOUT, "spec", null),
        arguments(Kind.ROLLOUT, "status", null),
        arguments(Kind.ROLLOUT, "spec.strategy.canary", null),
        arguments(Kind.ROLLOUT, "spec.strategy.blueGreen", List.of("activeService")),
        arguments(
            Kind.ROLLOUT, "spec.strategy.canary.pingPong", List.of("pingService", "pongService")),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.replicaProgressThreshold",
            List.of("type", "value")),
        arguments(Kind.ROLLOUT, "spec.strategy.canary.trafficRouting.alb", List.of("servicePort")),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.trafficRouting.alb.stickinessConfig",
            List.of("enabled", "durationSeconds")),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.trafficRouting.istio.destinationRule",
            List.of("name", "canarySubsetName", "stableSubsetName")),
        arguments(
            Kind.ROLLOUT, "spec.strategy.canary.trafficRouting.ambassador", List.of("mappings")),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.trafficRouting.traefik",
            List.of("weightedTraefikServiceName")),
        arguments(
            Kind.ROLLOUT, "spec.strategy.canary.trafficRouting.apisix.route", List.of("name")),
        arguments(
            Kind.ROLLOUT, "spec.strategy.canary.trafficRouting.managedRoutes[]", List.of("name")),
        arguments(Kind.ROLLOUT, "spec.strategy.canary.steps[].setHeaderRoute", null),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.steps[].setHeaderRoute.match[]",
            List.of("headerName", "headerValue")),
        arguments(Kind.ROLLOUT, "spec.strategy.canary.steps[].setMirrorRoute", List.of("name")),
        arguments(Kind.ROLLOUT, "spec.strategy.canary.steps[].plugin", List.of("name")),
        arguments(Kind.ROLLOUT, "spec.strategy.canary.steps[].experiment", List.of("templates")),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.steps[].experiment.templates[]",
            List.of("name", "specRef")),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.steps[].experiment.analyses[]",
            List.of("name", "templateName")),
        arguments(Kind.ROLLOUT, "spec.strategy.canary.analysis.args[]", List.of("name")),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.analysis.measurementRetention[]",
            List.of("metricName", "limit")),
        arguments(
            Kind.ROLLOUT,
            "spec.strategy.canary.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution",
            List.of("weight")),
        arguments(
            Kind.ROLLOUT,
            "status.conditions[]",
            List.of("type", "status", "lastUpdateTime", "lastTransitionTime", "reason", "message")),
        arguments(Kind.ROLLOUT, "spec.template.spec", List.of("containers")),
        arguments(Kind.EXPERIMENT, "spec", List.of("templates")),
        arguments(Kind.EXPERIMENT, "spec.templates[]", List.of("name", "selector", "template")),
        arguments(Kind.EXPERIMENT, "spec.analyses[]", List.of("name", "templateName")),
        arguments(Kind.ANALYSIS_RUN, "spec", List.of("metrics")),
        arguments(Kind.ANALYSIS_RUN, "status", List.of("phase")),
        arguments(Kind.ANALYSIS_RUN, "spec.metrics[]", List.of("name", "provider")),
        arguments(Kind.ANALYSIS_RUN, "spec.metrics[].provider.job", List.of("spec")),
        arguments(Kind.ANALYSIS_RUN, "spec.metrics[].provider.job.spec", List.of("template")),
        arguments(Kind.ANALYSIS_TEMPLATE, "spec", null));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("required")
  void requireFields(Kind kind, String path, List<String> required) {
    assertThat(at(kind, path).get("required")).isEqualTo(required);
  }

  @Test
  void refuseAnotherSelector() {
    assertThat(Json.write(at(Kind.ROLLOUT, "spec.selector").get("x-kubernetes-validations")))
        .isEqualTo("[{\"rule\":\"self == oldSelf\",\"message\":\".spec.selector is immutable\"}]");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void describeEveryValueAndPromiseNoMore(Kind kind) {
    each(
        "",
        at(kind, ""),
        (path, schema) -> {
          assertThat(schema.keySet())
              .as(path)
              .containsAnyOf(
                  "type", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields")
              .doesNotContain(
                  "$ref",
                  "allOf",
                  "oneOf",
                  "description",
                  "minimum",
                  "maximum",
                  "x-kubernetes-list-type",
                  "x-kubernetes-list-map-keys");
          boolean isOurs =
              !path.startsWith("spec.template.")
                  && !path.contains(".template.")
                  && !path.contains(".datadog.")
                  && !path.contains(".job.spec.");
          if (isOurs) {
            assertThat(schema.keySet()).as(path).doesNotContain("default", "enum", "pattern");
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ROLLOUT | rollouts rollout ro RolloutList Namespaced"
            + "| Desired integer .spec.replicas, Current integer .status.replicas,"
            + " Up-to-date integer .status.updatedReplicas,"
            + " Available integer .status.availableReplicas, Age date .metadata.creationTimestamp",
        "EXPERIMENT | experiments experiment exp ExperimentList Namespaced"
            + "| Status string .status.phase, Age date .metadata.creationTimestamp",
        "ANALYSIS_RUN | analysisruns analysisrun ar AnalysisRunList Namespaced"
            + "| Status string .status.phase, Age date .metadata.creationTimestamp",
        "ANALYSIS_TEMPLATE | analysistemplates analysistemplate at AnalysisTemplateList Namespaced"
            + "| Age date .metadata.creationTimestamp",
        "CLUSTER_ANALYSIS_TEMPLATE | clusteranalysistemplates clusteranalysistemplate cat"
            + " ClusterAnalysisTemplateList Cluster | Age date .metadata.creationTimestamp",
      })
  void nameKindsAndColumns(Kind kind, String names, String columns) {
    Map<String, Object> spec = Trees.cast(GENERATOR.definition(kind).get("spec"));
    Map<String, Object> is = Trees.cast(spec.get("names"));

    assertThat(spec.get("group")).isEqualTo("argoproj.io");
    assertThat(
            "%s %s %s %s %s"
                .formatted(
                    is.get("plural"),
                    is.get("singular"),
                    kind.shortName,
                    is.get("listKind"),
                    spec.get("scope")))
        .isEqualTo(names);
    assertThat(is.get("shortNames")).isEqualTo(List.of(kind.shortName));
    assertThat(
            kind.columns().stream()
                .map(it -> it.get("name") + " " + it.get("type") + " " + it.get("jsonPath"))
                .collect(joining(", ")))
        .isEqualTo(columns);
  }

  @Test
  void onlyRolloutsHaveSubresources() {
    assertThat(version(Kind.ROLLOUT).get("subresources"))
        .isEqualTo(
            Map.of(
                "status",
                Map.of(),
                "scale",
                Map.of(
                    "specReplicasPath", ".spec.replicas",
                    "statusReplicasPath", ".status.HPAReplicas",
                    "labelSelectorPath", ".status.selector")));
    for (Kind kind : EnumSet.complementOf(EnumSet.of(Kind.ROLLOUT))) {
      assertThat(version(kind).get("subresources")).isEqualTo(Map.of());
    }
  }

  private static Map<String, Object> version(Kind kind) {
    Map<String, Object> spec = Trees.cast(GENERATOR.definition(kind).get("spec"));
    return Trees.cast(((List<?>) spec.get("versions")).get(0));
  }

  private static Map<String, Object> at(Kind kind, String path) {
    Map<String, Object> here =
        Trees.cast(Trees.cast(version(kind).get("schema")).get("openAPIV3Schema"));
    for (String key : path.split("\\.")) {
      if (!key.isEmpty()) {
        String name = key.replace("[]", "");
        here = Trees.cast(Trees.cast(here.get("properties")).get(name));
        here = key.endsWith("[]") ? Trees.cast(here.get("items")) : here;
      }
    }
    return here;
  }

  private static void each(
      String path, Map<String, Object> schema, BiConsumer<String, Map<String, Object>> visitor) {
    visitor.accept(path, schema);
    if (schema.get("properties") != null) {
      Trees.cast(schema.get("properties"))
          .forEach(
              (key, inner) ->
                  each(path.isEmpty() ? key : path + "." + key, Trees.cast(inner), visitor));
    }
    if (schema.get("items") != null) {
      each(path + "[]", Trees.cast(schema.get("items")), visitor);
    }
    if (schema.get("additionalProperties") != null) {
      each(path + ".*", Trees.cast(schema.get("additionalProperties")), visitor);
    }
  }

  private static final class Facts {
    static final String OPEN = "{\"x-kubernetes-preserve-unknown-fields\":true}";
    static final String OPEN_OBJECT =
        "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}";
    private static final String STRINGS =
        "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}";
    static final String METADATA =
        "{\"type\":\"object\",\"properties\":{\"annotations\":%s,\"labels\":%s}}"
            .formatted(STRINGS, STRINGS);
    static final String METADATA_LABELS_FIRST =
        "{\"type\":\"object\",\"properties\":{\"labels\":%s,\"annotations\":%s}}"
            .formatted(STRINGS, STRINGS);
  }
}
