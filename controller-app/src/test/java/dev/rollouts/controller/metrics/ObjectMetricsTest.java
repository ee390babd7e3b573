package dev.rollouts.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.controller.kube.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectMetricsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Stores stores = Stores.empty();
  private boolean leads = true;

  @BeforeEach
  void register() {
    registry.register(
        new ObjectMetrics(
            stores,
            new ControllerMetrics(new PrometheusRegistry(), Clock.systemUTC()),
            () -> leads,
            "v1+abc"));
  }

  private static <T extends Record> T read(Class<T> type, String yaml) {
    return Wire.decode(type, Codec.standard().read("test.yaml", yaml).get(0).tree()).value();
  }

  private void rollout(String strategy, String condition) {
    stores
        .rollouts()
        .put(
            read(
                Rollout.class,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: {name: web, namespace: shop, uid: u, resourceVersion: "1"}
                spec: {strategy: {%s}}
                status: {replicas: 5, availableReplicas: 3, updatedReplicas: 2, conditions: [%s]}
                """
                    .formatted(strategy, condition)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "NewReplicaSetAvailable, Completed",
    "RolloutPaused, Paused",
    "ReplicaSetCreateError, Error",
    "ProgressDeadlineExceeded, Timeout",
    "RolloutAborted, Abort",
    "ReplicaSetUpdated, Progressing",
  })
  @DisplayName(
      "O-081 The phase is told by the reason of the condition Progressing, not by status.phase")
  void phases(String reason, String phase) {
    rollout("canary: {}", "{type: Progressing, status: 'True', reason: %s}".formatted(reason));
    assertThat(Page.of(registry))
        .contains(
            "rollout_info{name=\"web\",namespace=\"shop\",phase=\"%s\",strategy=\"canary\",traffic_router=\"\"} 1"
                .formatted(phase),
            "rollout_phase{name=\"web\",namespace=\"shop\",phase=\"%s\",strategy=\"canary\"} 1.0"
                .formatted(phase));
    assertThat(Page.of(registry).stream().filter(line -> line.startsWith("rollout_phase")))
        .as("the deprecated one has six series")
        .hasSize(6);
  }

  @Test
  @DisplayName("O-081 InvalidSpec overrides, and has no series of the deprecated metric")
  void invalid() {
    rollout(
        "canary: {}",
        "{type: InvalidSpec, status: 'True', reason: InvalidSpec}, {type: Progressing, status: 'True', reason: RolloutPaused}");
    assertThat(Page.of(registry))
        .anyMatch(line -> line.startsWith("rollout_info{") && line.contains("\"InvalidSpec\""))
        .noneMatch(line -> line.startsWith("rollout_phase{") && line.endsWith(" 1.0"));
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "blueGreen: {activeService: a} | blueGreen | ''",
        "canary: {trafficRouting: {alb: {ingress: i}, nginx: {stableIngress: i}}} | canary | Nginx",
        "canary: {trafficRouting: {appMesh: {}, smi: {}}} | canary | AppMesh",
        "canary: {trafficRouting: {smi: {}, ambassador: {mappings: [m]}}} | canary | SMI",
        "canary: {trafficRouting: {istio: {virtualService: {name: v}}}} | canary | Istio",
        "canary: {trafficRouting: {traefik: {weightedTraefikServiceName: t}}} | canary | ''",
        "canary: {trafficRouting: {plugins: {acme/edge: {}}}} | canary | ''",
        "'' | none | ''",
      })
  @DisplayName("O-080 Strategy and router, of several the last in the order of the list")
  void routers(String strategy, String name, String router) {
    rollout(strategy, "");
    assertThat(Page.of(registry))
        .contains(
            "rollout_info{name=\"web\",namespace=\"shop\",phase=\"Progressing\",strategy=\"%s\",traffic_router=\"%s\"} 1"
                .formatted(name, router));
  }

  @Test
  @DisplayName("Section 11: replicas of a Rollout; those that are wanted are 1 unless said")
  void replicas() {
    rollout("canary: {}", "");
    assertThat(Page.of(registry))
        .contains(
            "rollout_info_replicas_available{name=\"web\",namespace=\"shop\"} 3.0",
            "rollout_info_replicas_unavailable{name=\"web\",namespace=\"shop\"} 2.0",
            "rollout_info_replicas_desired{name=\"web\",namespace=\"shop\"} 1.0",
            "rollout_info_replicas_updated{name=\"web\",namespace=\"shop\"} 2.0");
  }

  @Test
  @DisplayName("Section 11: phases of Experiments, Failed missing from the deprecated metric")
  void experiments() {
    stores
        .experiments()
        .put(
            read(
                Experiment.class,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Experiment
                metadata: {name: e, namespace: shop, uid: u, resourceVersion: "1"}
                spec: {templates: []}
                status: {phase: Failed}
                """));
    List<String> page = Page.of(registry);
    assertThat(page).contains("experiment_info{name=\"e\",namespace=\"shop\",phase=\"Failed\"} 1");
    assertThat(page.stream().filter(line -> line.startsWith("experiment_phase{")))
        .hasSize(5)
        .allMatch(line -> line.endsWith(" 0.0"));
  }

  @Test
  @DisplayName("O-083 Runs and templates: phases and types of their metrics")
  void analyses() {
    String metrics =
        """
        - {name: ok, provider: {prometheus: {address: "http://p", query: up}}}
        - {name: sky, provider: {skywalking: {address: "http://s", query: q}}}
        - {name: own, provider: {plugin: {acme/queue: {}}}}
        - {name: none, provider: {}}
        """
            .indent(2);
    stores
        .analysisRuns()
        .put(
            read(
                AnalysisRun.class,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisRun
                metadata: {name: r, namespace: shop, uid: u, resourceVersion: "1"}
                spec:
                  metrics:
                %sstatus: {phase: Running, metricResults: [{name: ok, phase: Failed, dryRun: true}]}
                """
                    .formatted(metrics)));
    String template =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: t, namespace: shop, uid: t, resourceVersion: "1"}
        spec:
          metrics:
        %s"""
            .formatted(metrics);
    stores.templates().put(read(AnalysisTemplate.class, template));
    stores
        .clusterTemplates()
        .put(
            read(
                ClusterAnalysisTemplate.class,
                template
                    .replace("kind: Analysis", "kind: ClusterAnalysis")
                    .replace(" namespace: shop,", "")));
    List<String> page = Page.of(registry);
    assertThat(page)
        .contains(
            "analysis_run_info{name=\"r\",namespace=\"shop\",phase=\"Running\"} 1",
            "analysis_run_phase{name=\"r\",namespace=\"shop\",phase=\"Running\"} 1.0",
            "analysis_run_metric_type{metric=\"ok\",name=\"r\",namespace=\"shop\",type=\"Prometheus\"} 1.0",
            "analysis_run_metric_type{metric=\"sky\",name=\"r\",namespace=\"shop\",type=\"skywalking\"} 1.0",
            "analysis_run_metric_type{metric=\"own\",name=\"r\",namespace=\"shop\",type=\"RPCPlugin\"} 1.0",
            "analysis_run_metric_type{metric=\"none\",name=\"r\",namespace=\"shop\",type=\"Unknown Provider\"} 1.0",
            "analysis_run_metric_phase{dry_run=\"true\",metric=\"ok\",name=\"r\",namespace=\"shop\",phase=\"Failed\",type=\"Prometheus\"} 1.0",
            "analysis_run_metric_phase{dry_run=\"false\",metric=\"own\",name=\"r\",namespace=\"shop\",phase=\"Pending\",type=\"RPCPlugin\"} 1.0",
            "analysis_template_info{name=\"t\",namespace=\"shop\"} 1",
            "analysis_template_info{name=\"t\",namespace=\"\"} 1",
            "analysis_template_metric_info{metric=\"ok\",name=\"t\",namespace=\"\",type=\"Prometheus\"} 1");
    assertThat(page.stream().filter(line -> line.startsWith("analysis_run_phase{"))).hasSize(6);
  }

  @Test
  @DisplayName("O-086 Who does not lead tells nothing of objects, but who it is")
  void follower() {
    rollout("canary: {}", "");
    leads = false;
    assertThat(Page.of(registry))
        .noneMatch(line -> line.startsWith("rollout_"))
        .contains("argo_rollouts_controller_info{version=\"v1+abc\"} 1")
        .anyMatch(
            line ->
                line.startsWith("build_info{commit=\"abc\",goarch=")
                    && line.contains("goversion=\"java"));
  }

  @Test
  @DisplayName("O-084 Objects that are gone have no series at the next scrape")
  void gone() {
    rollout("canary: {}", "");
    stores.rollouts().remove("shop", "web", "u");
    assertThat(Page.of(registry)).noneMatch(line -> line.startsWith("rollout_"));
  }
}
