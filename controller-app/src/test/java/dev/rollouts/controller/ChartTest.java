package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rollouts.testcluster.HelmProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart, rendered by the real helm and applied to a real API server. */
@Tag("it")
class ChartTest {
  private static final Path CHART = Manifests.DEPLOY.resolve("helm/rollouts-for-java");
  private static final Set<String> HELMS_LABELS =
      Set.of(
          "helm.sh/chart",
          "app.kubernetes.io/instance",
          "app.kubernetes.io/version",
          "app.kubernetes.io/managed-by",
          "helm.sh/resource-policy");

  /** Everything that can be set, at once. */
  private static final String EVERYTHING =
      """
      fullnameOverride: shop-rollouts
      crdAnnotations: {team: shop}
      imagePullSecrets: [{name: pull}]
      podAnnotations: {all: "1"}
      podLabels: {pod: all}
      serviceAnnotations: {service: all}
      serviceAccount: {name: shop, annotations: {role: shop}}
      global: {deploymentAnnotations: {global: "1"}, deploymentLabels: {global: "1"}, revisionHistoryLimit: 0}
      providerRBAC:
        providers: {istio: false, apisix: false}
        additionalRules:
        - {apiGroups: [example.com], resources: [routes], verbs: [get, update]}
      extraObjects:
      - apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ .Release.Name }}-extra"}
        data: {a: b}
      controller:
        replicas: 2
        image: {registry: registry.example, repository: own/controller, tag: "1.2", pullPolicy: Always}
        instanceID: shop
        logging: {level: debug, format: json, kloglevel: "4"}
        extraArgs: [--rollout-resync=60]
        extraEnv: [{name: A, value: b}]
        resources: {requests: {cpu: 1}}
        nodeSelector: {kubernetes.io/os: linux}
        tolerations: [{key: a, operator: Exists}]
        affinity:
          podAntiAffinity:
            preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {a: b}}}
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {a: b}}}
        priorityClassName: system-cluster-critical
        terminationGracePeriodSeconds: 10
        deploymentAnnotations: {own: "1"}
        deploymentLabels: {own: "1"}
        podAnnotations: {own: "1"}
        podLabels: {own: "1"}
        volumes: [{name: v, emptyDir: {}}]
        volumeMounts: [{name: v, mountPath: /v}]
        initContainers: [{name: i, image: "i:1"}]
        extraContainers: [{name: e, image: "e:1"}]
        containerPorts: {metrics: 9090, healthz: 9080}
        pdb: {enabled: true, minAvailable: 1, labels: {p: "1"}, annotations: {p: "1"}}
        metrics:
          service: {port: 9091, portName: prom, annotations: {s: "1"}, labels: {s: "1"}}
          serviceMonitor:
            enabled: true
            namespace: default
            interval: 15s
            additionalLabels: {release: prometheus}
            additionalAnnotations: {m: "1"}
            relabelings: [{action: labeldrop, regex: pod}]
            metricRelabelings: [{action: drop, sourceLabels: [__name__], regex: jvm_.*}]
          prometheusRule: {enabled: true, additionalLabels: {release: prometheus}}
          dashboard: {enabled: true}
      """;

  @TempDir Path folder;

  private Program helm(String command, String namespace, String values, String... more)
      throws IOException {
    Path file = folder.resolve("values.yaml");
    Files.writeString(file, values);
    List<String> line = new ArrayList<>(List.of(HelmProgram.find().toString(), command));
    if (command.equals("template")) {
      line.add("argo-rollouts");
    }
    line.addAll(List.of(CHART.toString(), "-n", namespace, "-f", file.toString()));
    line.addAll(List.of(more));
    return Program.run("", line);
  }

  private Map<String, JsonNode> render(String values) throws IOException {
    return Manifests.objects(helm("template", "argo-rollouts", values).good());
  }

  /** Without what only Helm knows of an object. */
  private static Map<String, JsonNode> plain(Map<String, JsonNode> objects) {
    Map<String, JsonNode> plain = new TreeMap<>();
    objects.forEach(
        (key, object) -> {
          ObjectNode copy = object.deepCopy();
          ObjectNode metadata = (ObjectNode) copy.get("metadata");
          metadata.remove("namespace");
          for (String each :
              List.of("/metadata/labels", "/spec/selector", "/spec/selector/matchLabels")) {
            strip(copy.at(each));
          }
          strip(copy.at("/spec/template/metadata/labels"));
          if (copy.path("kind").asText().equals("CustomResourceDefinition")) {
            strip(metadata.path("annotations"));
            if (metadata.path("annotations").isEmpty()) {
              metadata.remove("annotations");
            }
          }
          plain.put(key, copy);
        });
    return plain;
  }

  private static void strip(JsonNode labels) {
    if (labels instanceof ObjectNode map) {
      map.remove(HELMS_LABELS);
    }
  }

  /** The chart selects by component, too, as the community's does. */
  private static void stripComponent(JsonNode object) {
    for (String each :
        List.of("/spec/selector", "/spec/selector/matchLabels", "/spec/template/metadata/labels")) {
      if (object.at(each) instanceof ObjectNode map) {
        map.remove("app.kubernetes.io/component");
      }
    }
  }

  private static void same(Map<String, JsonNode> chart, String file) throws IOException {
    Map<String, JsonNode> rendered = plain(chart);
    rendered.values().forEach(ChartTest::stripComponent);
    Map<String, JsonNode> expected =
        plain(Manifests.objects(Files.readString(Manifests.DEPLOY.resolve(file))));
    expected
        .values()
        .forEach(
            each -> {
              // The chart says it in every case.
              if (each.at("/subjects/0") instanceof ObjectNode subject) {
                subject.put("namespace", "argo-rollouts");
              }
            });
    assertThat(rendered.keySet()).isEqualTo(expected.keySet());
    expected.forEach((key, object) -> assertThat(rendered.get(key)).as(key).isEqualTo(object));
  }

  @Test
  @DisplayName("O-050, O-054 The chart installs what install.yaml installs")
  void likeInstall() throws IOException {
    same(render("controller: {image: {tag: latest, pullPolicy: Always}}"), "install.yaml");
  }

  @Test
  @DisplayName("O-042, O-050 The chart for one namespace installs what namespace-install.yaml does")
  void likeNamespaceInstall() throws IOException {
    same(
        render(
            "{clusterInstall: false, installCRDs: false, controller: {image: {tag: latest, pullPolicy: Always}}}"),
        "namespace-install.yaml");
  }

  @Test
  @DisplayName("Helm finds no fault with the chart")
  void lint() throws IOException {
    for (String values : List.of("{}", EVERYTHING)) {
      assertThat(helm("lint", "argo-rollouts", values, "--strict").good())
          .contains("0 chart(s) failed");
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"{}", "clusterInstall: false", EVERYTHING})
  @DisplayName("O-050 The API server takes the chart, strictly")
  void accepted(String values) throws IOException {
    Manifests.defineMonitoring();
    String rendered = helm("template", "argo-rollouts-chart", values).good();
    // Namespaces stand in the objects, as helm's users have them.
    Manifests.create("argo-rollouts-chart");
    assertThat(Manifests.apply("", rendered).good()).contains("serverside-applied");
  }

  @Test
  @DisplayName("Every value arrives where it belongs")
  void values() throws IOException {
    Map<String, JsonNode> objects = render(EVERYTHING);
    JsonNode deployment = objects.get("Deployment shop-rollouts");
    JsonNode pod = deployment.at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    assertThat(container.path("image").asText()).isEqualTo("registry.example/own/controller:1.2");
    assertThat(container.path("args"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "--instance-id=shop",
            "--loglevel=debug",
            "--logformat=json",
            "--metricsPort=9090",
            "--healthzPort=9080",
            "--rollout-resync=60");
    assertThat(container.at("/env/1/name").asText()).isEqualTo("A");
    assertThat(container.at("/volumeMounts/1/mountPath").asText()).isEqualTo("/v");
    assertThat(container.at("/resources/requests/cpu").asText()).isEqualTo("1");
    assertThat(pod.path("containers")).hasSize(2);
    assertThat(pod.path("initContainers")).hasSize(1);
    assertThat(pod.at("/nodeSelector/kubernetes.io~1os").asText()).isEqualTo("linux");
    assertThat(pod.at("/tolerations/0/key").asText()).isEqualTo("a");
    assertThat(pod.at("/affinity").isEmpty()).isFalse();
    assertThat(pod.at("/topologySpreadConstraints/0/topologyKey").asText()).isEqualTo("zone");
    assertThat(pod.at("/priorityClassName").asText()).isEqualTo("system-cluster-critical");
    assertThat(pod.at("/terminationGracePeriodSeconds").asInt()).isEqualTo(10);
    assertThat(pod.at("/imagePullSecrets/0/name").asText()).isEqualTo("pull");
    assertThat(pod.at("/serviceAccountName").asText()).isEqualTo("shop");
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(deployment.at("/spec/revisionHistoryLimit").asInt(-1)).isZero();
    for (String label : List.of("global", "own")) {
      assertThat(deployment.at("/metadata/labels").has(label)).isTrue();
      assertThat(deployment.at("/metadata/annotations").has(label)).isTrue();
    }
    assertThat(deployment.at("/spec/template/metadata/labels").has("pod")).isTrue();
    assertThat(deployment.at("/spec/template/metadata/annotations").has("all")).isTrue();
    assertThat(objects.get("ServiceAccount shop").at("/metadata/annotations/role").asText())
        .isEqualTo("shop");
    assertThat(objects.get("PodDisruptionBudget shop-rollouts").at("/spec/minAvailable").asInt())
        .isEqualTo(1);
    JsonNode service = objects.get("Service shop-rollouts-metrics");
    assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(9091);
    assertThat(service.at("/spec/ports/0/targetPort").asInt()).isEqualTo(9090);
    JsonNode monitor = objects.get("ServiceMonitor shop-rollouts");
    assertThat(monitor.at("/metadata/namespace").asText()).isEqualTo("default");
    assertThat(monitor.at("/spec/namespaceSelector/matchNames/0").asText())
        .isEqualTo("argo-rollouts");
    assertThat(monitor.at("/spec/endpoints/0/port").asText()).isEqualTo("prom");
    assertThat(service.at("/metadata/labels/app.kubernetes.io~1name"))
        .isEqualTo(monitor.at("/spec/selector/matchLabels/app.kubernetes.io~1name"));
    assertThat(objects.get("PrometheusRule shop-rollouts").path("spec"))
        .isEqualTo(
            Manifests.documents(
                    Files.readString(Manifests.DEPLOY.resolve("monitoring/alerts.yaml")))
                .get(0)
                .path("spec"));
    assertThat(objects.get("ConfigMap shop-rollouts-dashboard").at("/data/rollouts.json").asText())
        .isEqualToIgnoringNewLines(
            Files.readString(Manifests.DEPLOY.resolve("monitoring/dashboard.json")));
    assertThat(objects).containsKey("ConfigMap argo-rollouts-extra");
    assertThat(objects.get("ClusterRole shop-rollouts").toString())
        .contains("example.com", "traefikservices")
        .doesNotContain("virtualservices\",\"destinationrules", "apisix");
    objects.forEach(
        (key, object) -> {
          if (key.startsWith("CustomResourceDefinition")) {
            assertThat(object.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                .isEqualTo("keep");
            assertThat(object.at("/metadata/annotations/team").asText()).isEqualTo("shop");
          }
        });
  }

  @Test
  @DisplayName("Definitions go with the release when that is wished, or are somebody else's")
  void definitions() throws IOException {
    assertThat(
            render("keepCRDs: false")
                .get("CustomResourceDefinition rollouts.argoproj.io")
                .at("/metadata/annotations")
                .toString())
        .doesNotContain("resource-policy");
    assertThat(render("installCRDs: false").keySet())
        .noneMatch(each -> each.startsWith("CustomResourceDefinition"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "dashboard: {enabled: true} | dashboard.enabled",
        "notifications: {notifiers: {service.slack: token}} | notifications:",
        "controller: {trafficRouterPlugins: [{name: a/b}]} | controller.trafficRouterPlugins",
        "controller: {repliccas: 2} | repliccas",
        "controller: {logging: {format: xml}} | format",
        "metrics: {enabled: true} | metrics"
      })
  @DisplayName("What cannot be had, or does not exist, is refused and named")
  void refused(String values, String named) throws IOException {
    Program rendered = helm("template", "argo-rollouts", values);
    assertThat(rendered.exitCode()).isNotZero();
    assertThat(rendered.err()).contains(named);
  }

  @Test
  @DisplayName("Chart and project have the same version")
  void version() throws IOException {
    JsonNode chart = Manifests.documents(Files.readString(CHART.resolve("Chart.yaml"))).get(0);
    String pom = Files.readString(Path.of("../pom.xml"));
    assertThat(pom).contains("<version>" + chart.path("version").asText() + "</version>");
    assertThat(chart.path("appVersion")).isEqualTo(chart.path("version"));
  }
}
