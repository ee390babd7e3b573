package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard and alerts speak of metrics that there are. */
@Tag("it")
class MonitoringTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]");
  private static final Pattern NOT_A_METRIC =
      Pattern.compile(
          "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern METRIC =
      Pattern.compile("(?<![\\w:.$])([a-zA-Z_:][a-zA-Z0-9_:]*)\\b(?!\\s*\\()");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  private static final String OBJECTS =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        strategy:
          canary:
            steps:
            - setWeight: 50
            - experiment:
                duration: 3s
                templates: [{name: baseline, specRef: stable}]
                analyses: [{name: smoke, templateName: smoke}]
            - analysis: {templates: [{templateName: smoke}]}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: smoke}
      spec:
        metrics:
        - name: smoke
          provider:
            job:
              spec:
                template:
                  spec:
                    restartPolicy: Never
                    containers: [{name: smoke, image: "smoke:1"}]
      """;
  private static final String RUN =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisRun
      metadata: {name: run}
      spec:
        metrics:
        - name: smoke
          provider: {job: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: smoke, image: "smoke:1"}]}}}}}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: Experiment
      metadata: {name: experiment}
      spec:
        templates:
        - name: one
          selector: {matchLabels: {app: one}}
          template:
            metadata: {labels: {app: one}}
            spec: {containers: [{name: one, image: "one:1"}]}
      """;

  @Test
  @DisplayName("O-080 to O-087 Every metric of the dashboard and of the alerts is exported")
  void everyMetricExists() throws Exception {
    Set<String> exported = new TreeSet<>();
    try (Live live = new Live()) {
      live.apply(OBJECTS);
      live.await("web", RolloutPhase.HEALTHY, "");
      live.image("web", "web:2");
      live.await("web", RolloutPhase.HEALTHY, "");
      Live.await(() -> read(live, exported).contains("rollout_outcomes_total"), exported::toString);
    }
    readOnlyUser();
    try (Live live = new Live("reader")) {
      live.apply(OBJECTS + "---\n" + RUN);
      Live.await(
          () ->
              read(live, exported)
                  .containsAll(
                      Set.of(
                          "rollout_reconcile_error",
                          "experiment_reconcile_error",
                          "analysis_run_reconcile_error")),
          exported::toString);
    }

    Set<String> used = new TreeSet<>();
    JsonNode dashboard =
        JSON.readTree(Manifests.DEPLOY.resolve("monitoring/dashboard.json").toFile());
    dashboard.findValuesAsText("expr").forEach(each -> used.addAll(metrics(each)));
    assertThat(used).as("metrics of the dashboard").hasSizeGreaterThan(20);
    dashboard.findValuesAsText("definition").forEach(each -> used.addAll(queried(each)));
    alerts().findValuesAsText("expr").forEach(each -> used.addAll(metrics(each)));
    assertThat(exported).containsAll(used);
  }

  @Test
  @DisplayName("A metric is found wherever it stands in an expression, and nothing else is")
  void metricsOfAnExpression() {
    assertThat(
            metrics(
                "sum by (le, x) (rate(a_bucket{name=~\"$b\",y=\"z\"}[$__rate_interval])) / on (instance)"
                    + " group_left () b:c > 0.95 or vector(0) and 1e3 < d"))
        .containsExactlyInAnyOrder("a_bucket", "b:c", "d");
  }

  @Test
  @DisplayName("The alerts are valid for Prometheus and fire when they should")
  void alertsFire(@TempDir Path folder) throws IOException {
    Path rules = folder.resolve("alerts.yaml");
    Files.writeString(rules, Manifests.yaml(alerts()));
    Path test = folder.resolve("alerts-test.yaml");
    Files.copy(Path.of("src/test/resources/deploy/alerts-test.yaml"), test);
    assertThat(Program.run("promtool", "check", "rules", rules.toString()).good())
        .contains("SUCCESS");
    assertThat(Program.run("promtool", "test", "rules", test.toString()).good())
        .contains("SUCCESS");
  }

  /** The groups of the alerts, as Prometheus reads them. */
  private static JsonNode alerts() throws IOException {
    JsonNode rules =
        Manifests.documents(Files.readString(Manifests.DEPLOY.resolve("monitoring/alerts.yaml")))
            .get(0);
    ObjectNode file = JSON.createObjectNode();
    file.set("groups", rules.at("/spec/groups"));
    return file;
  }

  private static Set<String> metrics(String expression) {
    Set<String> found = new TreeSet<>();
    String rest = expression;
    for (String before = ""; !before.equals(rest); ) {
      before = rest;
      rest = NOT_A_METRIC.matcher(rest).replaceAll(" ");
    }
    Matcher matcher = METRIC.matcher(rest);
    while (matcher.find()) {
      if (!WORDS.contains(matcher.group(1))) {
        found.add(matcher.group(1));
      }
    }
    return found;
  }

  /** Of {@code label_values(metric{…}, label)}. */
  private static Set<String> queried(String variable) {
    Matcher matcher = Pattern.compile("label_values\\((\\w+)").matcher(variable);
    return matcher.find() ? Set.of(matcher.group(1)) : Set.of();
  }

  private static Set<String> read(Live live, Set<String> into) {
    URI page = URI.create("http://localhost:" + live.controller().metricsPort() + "/metrics");
    try {
      String text =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      Matcher samples = SAMPLE.matcher(text);
      while (samples.find()) {
        into.add(samples.group(1));
      }
      return into;
    } catch (IOException e) {
      throw new AssertionError(page.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Somebody who may write nothing, so that every turn of his controller fails. */
  private static void readOnlyUser() {
    KubernetesClient client = TestCluster.shared().client();
    client
        .rbac()
        .clusterRoles()
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName("reader")
                .endMetadata()
                .addNewRule()
                .withApiGroups("*")
                .withResources("*")
                .withVerbs("get", "list", "watch")
                .endRule()
                .build())
        .serverSideApply();
    client
        .rbac()
        .clusterRoleBindings()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("reader")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "reader")
                .addNewSubject("rbac.authorization.k8s.io", "User", "reader", null)
                .build())
        .serverSideApply();
  }
}
