package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.testcluster.AuditLog;
import dev.rollouts.testcluster.TestCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The controller goes, and comes back, or another one in its place. */
@Tag("it")
class RestartsTest {
  private static final String USER = "the-next-controller";
  private static final RouterCase ISTIO =
      RouterCase.ALL.stream()
          .filter(each -> each.name().equals("Istio by subset"))
          .findFirst()
          .orElseThrow();

  private Live live;

  @BeforeEach
  void start() {
    RouterDefinitions.install(TestCluster.shared().client());
    live = new Live();
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private static String plain(String name) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: %1$s}
        spec:
          replicas: 2
          selector: {matchLabels: {app: %1$s}}
          strategy: {canary: {}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
        .formatted(name);
  }

  /** Everything of the rollout, with its version. */
  private Set<String> versions() {
    Set<String> versions = new TreeSet<>();
    for (String kind : List.of("Rollout", "ReplicaSet", "Pod", "Service")) {
      for (JsonObject each : live.list(kind)) {
        var meta = ClusterObjects.metadata(each);
        if (meta.name().startsWith("web")) {
          versions.add(kind + " " + meta.name() + " " + meta.resourceVersion());
        }
      }
    }
    JsonObject routes = live.find(ISTIO.key(live.namespace)).orElseThrow();
    versions.add("VirtualService " + ClusterObjects.metadata(routes).resourceVersion());
    return versions;
  }

  private List<AuditLog.Request> writes() {
    return live.cluster.controlPlane().audit().writes(USER).stream()
        .filter(each -> each.namespace().equals(live.namespace))
        .filter(each -> !each.resource().equals("events"))
        .toList();
  }

  @Test
  @DisplayName(
      "O-070, O-071 Without a controller workloads and traffic stay as they are; the next one writes nothing to what is as it should be")
  void nothingMoves() {
    live.apply(ISTIO.yaml("[{setWeight: 20}, {pause: {}}]"));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    live.await("web", it -> it.statusOrEmpty().availableReplicas() == 3);
    live.controller().close();
    Set<String> before = versions();

    try (Controller next = live.start(live.settings(), USER)) {
      assertThat(next).isNotNull();
      live.apply(plain("other"));
      live.await("other", RolloutPhase.HEALTHY, "");
      assertThat(writes()).isNotEmpty().allMatch(it -> !it.name().startsWith("web"));
      assertThat(versions()).isEqualTo(before);
      live.promote("web");
      live.await("web", RolloutPhase.HEALTHY, "");
    }
  }

  @Test
  @DisplayName(
      "O-074, R-030 A version that another controller has made, under a hash of its own, is taken over without a pod being touched")
  void anotherHash() throws ApiException {
    live.controller().close();
    live.apply(plain("web"));
    Rollout rollout = live.rollout("web");
    live.apply(
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata:
          name: web-0ther5ash
          labels: {app: web, rollouts-pod-template-hash: 0ther5ash}
          annotations: {rollout.argoproj.io/revision: "7", rollout.argoproj.io/desired-replicas: "2"}
          ownerReferences:
          - {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web, uid: %s, controller: true, blockOwnerDeletion: true}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web, rollouts-pod-template-hash: 0ther5ash}}
          template:
            metadata: {labels: {app: web, rollouts-pod-template-hash: 0ther5ash}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
            .formatted(rollout.metadata().uid()));
    live.api.patch(
        live.key("Rollout", "web"),
        "status",
        Map.of("status", Map.of("currentPodHash", "0ther5ash", "stableRS", "0ther5ash")));
    Live.await(
        () -> live.list("Pod").stream().filter(RestartsTest::isReady).count() == 2,
        () -> "no pods");
    List<String> pods = pods();

    try (Controller next = live.start(live.settings())) {
      assertThat(next).isNotNull();
      Rollout healthy = live.await("web", RolloutPhase.HEALTHY, "");
      assertThat(healthy.statusOrEmpty().stableRS()).isEqualTo("0ther5ash");
      assertThat(live.sizes()).isEqualTo("7=2");
      assertThat(pods()).isEqualTo(pods);
      live.image("web", "web:2");
      live.await("web", it -> live.sizes().equals("7=0 8=2"));
    }
  }

  private List<String> pods() {
    return live.list("Pod").stream()
        .map(each -> ClusterObjects.metadata(each).uid())
        .sorted()
        .toList();
  }

  private static boolean isReady(JsonObject pod) {
    return String.valueOf(pod.at("status", "conditions")).contains("type=Ready")
        && String.valueOf(pod.at("status", "phase")).equals("Running");
  }

  @Test
  @DisplayName("R-493 Each event about a Rollout counts in rollout_events_total, under its reason")
  void countsEvents() throws Exception {
    live.apply(plain("web"));
    live.await("web", RolloutPhase.HEALTHY, "");
    Live.await(
        () -> live.events("web").contains("RolloutCompleted"), () -> live.events("web").toString());
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:" + live.controller().metricsPort() + "/metrics"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    for (String reason : Set.copyOf(live.events("web"))) {
      assertThat(metrics)
          .containsPattern(
              "rollout_events_total\\{name=\"web\",namespace=\"%s\",reason=\"%s\",type=\"Normal\"\\} [1-9]"
                  .formatted(live.namespace, reason));
    }
  }
}
