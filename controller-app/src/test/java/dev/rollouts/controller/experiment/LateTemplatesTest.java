package dev.rollouts.controller.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.LateObjects;
import dev.rollouts.controller.kube.ReplicaSetTree;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.turns.Alone;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An experiment errs once and for all, so not for what a watch is late to tell. */
@Tag("it")
class LateTemplatesTest {
  private static final String VERSION = "argoproj.io/v1alpha1";
  private static final String YAML =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Experiment
      metadata: {name: trial}
      spec:
        templates:
        - name: one
          selector: {matchLabels: {app: one}}
          template:
            metadata: {labels: {app: one}}
            spec: {containers: [{name: web, image: "web:1"}]}
        analyses:
        - {name: check, templateName: late}
        - {name: other, templateName: later, clusterScope: true}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: late}
      spec: {metrics: [{name: errors, interval: 1h, provider: {web: {url: "https://example.invalid"}}}]}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: ClusterAnalysisTemplate
      metadata: {name: later}
      spec: {metrics: [{name: latency, interval: 1h, provider: {web: {url: "https://example.invalid"}}}]}
      """;

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.namespace();
  private final Alone alone =
      new Alone(cluster.client(), cluster.client(), namespace, Alone.open());
  private final Stores stores = Stores.empty();

  @AfterEach
  void end() throws ApiException {
    alone.close();
    alone.api().delete(new ObjectKey(VERSION, "ClusterAnalysisTemplate", "", "later"), "");
    cluster.client().namespaces().withName(namespace).delete();
  }

  private ObjectKey key(String kind, String name) {
    return new ObjectKey(VERSION, kind, kind.startsWith("Cluster") ? "" : namespace, name);
  }

  private Experiment experiment() throws ApiException {
    JsonObject tree = alone.api().get(key("Experiment", "trial")).orElseThrow();
    return Wire.decode(Experiment.class, tree.fields()).value();
  }

  private void create() throws ApiException {
    create(YAML);
  }

  private void create(String yaml) throws ApiException {
    for (Document each : Codec.standard().read("trial.yaml", yaml)) {
      JsonObject tree = JsonObject.of(each.tree());
      alone.api().create(key(String.valueOf(tree.at("kind")), each.name()), tree);
    }
    stores.experiments().put(experiment());
  }

  private void takeTurns() throws ApiException {
    ExperimentTurns turns =
        new ExperimentTurns(alone.surroundings(stores, Clock.systemUTC()), alone.objects(stores));
    turns.take(experiment().metadata());
  }

  /** Takes turns that know of ReplicaSets until its analyses have begun, or it has ended. */
  private void awaitAnalyses() throws ApiException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    ObjectKey sets = new ObjectKey("apps/v1", "ReplicaSet", namespace, "*");
    while (experiment().statusOrEmpty().analysisRuns().size() < 2) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      for (JsonObject each : alone.api().list(sets, Map.of())) {
        stores.replicaSets().put(ReplicaSetTree.read(each));
      }
      takeTurns();
      Thread.sleep(100);
    }
  }

  private List<AnalysisRun> runs() throws ApiException {
    return alone.api().list(key("AnalysisRun", "*"), Map.of()).stream()
        .map(tree -> Wire.decode(AnalysisRun.class, tree.fields()).value())
        .toList();
  }

  @Test
  @DisplayName(
      "E-030, E-033 Templates and runs that no watch has told of are looked for before an Experiment errs")
  void looksBeforeItErrs() throws Exception {
    create();
    awaitAnalyses();
    ExperimentStatus started = experiment().statusOrEmpty();
    assertThat(started.phase()).as(started::toString).isEqualTo(AnalysisPhase.RUNNING);
    assertThat(runs()).hasSize(2);

    Stores fresh = Stores.empty(); // of a successor with an old list
    stores.replicaSets().in(namespace).forEach(fresh.replicaSets()::put);
    fresh.experiments().put(experiment());
    new ExperimentTurns(alone.surroundings(fresh, Clock.systemUTC()), alone.objects(fresh))
        .take(experiment().metadata());
    assertThat(experiment().statusOrEmpty().phase()).isEqualTo(AnalysisPhase.RUNNING);
    assertThat(fresh.analysisRuns().in(namespace)).hasSize(2);
  }

  @Test
  @DisplayName("E-030 What is not there when it is looked for, either, is an error")
  void errs() throws Exception {
    create(YAML.substring(0, YAML.indexOf("---")));
    awaitAnalyses();
    ExperimentStatus ended = experiment().statusOrEmpty();
    for (int i = 0; i < 20 && ended.phase() != AnalysisPhase.ERROR; i++) {
      takeTurns();
      ended = experiment().statusOrEmpty();
    }
    assertThat(ended.phase()).isEqualTo(AnalysisPhase.ERROR);
    assertThat(ended.message()).contains("AnalysisTemplate 'late' not found");
    assertThat(runs()).isEmpty();
  }

  @Test
  @DisplayName(
      "O-040, O-042 Nobody looks for templates of other instances, or for those of the cluster with one namespace")
  void othersStayOut() throws Exception {
    create();
    List<ObjectKey> both =
        List.of(key("AnalysisTemplate", "late"), key("ClusterAnalysisTemplate", "later"));
    Stores known = Stores.empty();
    LateObjects ofAnother = new LateObjects(alone.api(), known, alone.watches(), "another", true);
    assertThat(ofAnother.arrive(both)).isFalse();
    LateObjects ofOneNamespace = new LateObjects(alone.api(), known, alone.watches(), "", false);
    assertThat(ofOneNamespace.arrive(both)).isTrue();
    assertThat(known.templates().get(namespace, "late")).isPresent();
    assertThat(known.clusterTemplates().get("", "later")).isEmpty();
    assertThat(ofOneNamespace.arrive(both)).as("once more").isFalse();
  }
}
