package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.testcluster.AuditLog;
import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two controllers of one namespace, of which one acts. */
@Tag("it")
class LeaderTest {
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        strategy: {canary: {}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
      """;

  /** With a Lease that outlasts the test: nobody takes over before it is given back. */
  private static Settings elected(Settings of, String identity) {
    return new Settings(
        of.controllerNamespace(),
        of.watchedNamespace(),
        of.instanceId(),
        of.analysisOnly(),
        of.resync(),
        of.threads(),
        of.callsPerProvider(),
        of.qps(),
        of.burst(),
        of.healthPort(),
        of.metricsPort(),
        Optional.of(
            new Settings.LeaderElection(
                identity, Duration.ofMinutes(20), Duration.ofMinutes(10), Duration.ofMillis(500))),
        of.routers(),
        of.providers(),
        of.pluginFolder());
  }

  private static List<AuditLog.Request> writes(String user) {
    return TestCluster.shared().controlPlane().audit().writes(user);
  }

  private static String get(int port, String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  @DisplayName(
      "O-030, O-031, O-032, O-033, O-086 One of two acts and tells of objects; when it ends it stops, then gives the Lease back, and the other takes over at once")
  void oneActs() throws IOException, InterruptedException {
    try (Live live = new Live()) {
      live.controller().close();
      Controller first = live.start(elected(live.settings(), "first"), "leader-one");
      live.apply(ROLLOUT);
      live.await("web", RolloutPhase.HEALTHY, "");
      try (Controller second = live.start(elected(live.settings(), "second"))) {
        assertThat(get(second.healthPort(), "/healthz")).isEqualTo("ok");
        assertThat(get(second.metricsPort(), "/metrics"))
            .contains("argo_rollouts_controller_info")
            .doesNotContain("rollout_info");
        assertThat(get(first.metricsPort(), "/metrics"))
            .contains("rollout_info{", "phase=\"Completed\"", "rollout_reconcile_bucket");

        live.image("web", "web:2");
        first.close();
        assertThat(writes("leader-one").get(writes("leader-one").size() - 1).resource())
            .as("the last write of the first")
            .isEqualTo("leases");
        int written = writes("leader-one").size();
        live.await(
            "web",
            it ->
                it.statusOrEmpty().phase() == RolloutPhase.HEALTHY
                    && live.sizes().equals("1=0 2=2"));
        Live.await(
            () -> live.events("web").contains("RolloutCompleted"),
            () -> live.events("web").toString());
        assertThat(Collections.frequency(live.events("web"), "NewReplicaSetCreated")).isEqualTo(2);
        assertThat(writes("leader-one")).hasSize(written);
      }
    }
  }
}
