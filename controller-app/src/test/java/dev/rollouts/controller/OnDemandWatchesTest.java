package dev.rollouts.controller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.testcluster.AuditLog;
import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kinds that come and go, and what idle rollouts cost, on a real API server. */
@Tag("it")
class OnDemandWatchesTest {
  private static final String DEFINITION = "traefikservices.traefik.io";
  private static final RouterCase TRAEFIK =
      RouterCase.ALL.stream()
          .filter(each -> each.name().equals("Traefik"))
          .findFirst()
          .orElseThrow();
  private static final RouterCase ISTIO =
      RouterCase.ALL.stream()
          .filter(each -> each.name().equals("Istio by subset"))
          .findFirst()
          .orElseThrow();
  private static final int RESTING = 100;
  private static final String STEPS = "[{setWeight: 20}, {pause: {}}]";

  private final TestCluster cluster = TestCluster.shared();
  private Live live;

  @BeforeEach
  void start() {
    RouterDefinitions.install(cluster.client());
  }

  @AfterEach
  void stop() {
    live.close();
    RouterDefinitions.install(cluster.client());
  }

  private static String plain(String name) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: %1$s}
        spec:
          replicas: 1
          selector: {matchLabels: {app: %1$s}}
          strategy: {canary: {}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
        .formatted(name);
  }

  private static String without(String yaml, String kind) {
    int at = yaml.indexOf("---\napiVersion: traefik.io/v1alpha1\nkind: " + kind);
    return yaml.substring(0, at);
  }

  @Test
  @DisplayName(
      "T-009 A kind that is not served is told and holds up nobody else; it is used once it is there, told when it goes, and used when it is there again")
  void definitionsComeAndGo() {
    RouterDefinitions.remove(cluster.client(), DEFINITION);
    live = new Live();
    live.apply(without(TRAEFIK.yaml(STEPS), "TraefikService"));
    live.await(
        "web",
        it ->
            it.statusOrEmpty().condition("Progressing").isPresent()
                && live.events("web").contains("TrafficRoutingError"));
    assertThat(TRAEFIK.weights(live)).isEqualTo("none");
    live.apply(plain("other"));
    live.await("other", RolloutPhase.HEALTHY, "");

    RouterDefinitions.install(cluster.client(), DEFINITION);
    new Kubectl(live.namespace).ok(RouterCase.TRAEFIK, "create", "-f", "-");
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    Live.await(() -> TRAEFIK.weights(live).equals("20/80"), () -> TRAEFIK.weights(live));

    RouterDefinitions.remove(cluster.client(), DEFINITION);
    live.apply(plain("another"));
    live.await("another", RolloutPhase.HEALTHY, "");
    RouterDefinitions.install(cluster.client(), DEFINITION);
    new Kubectl(live.namespace).ok(RouterCase.TRAEFIK, "create", "-f", "-");
    Live.await(() -> TRAEFIK.weights(live).equals("20/80"), () -> TRAEFIK.weights(live));
    live.promote("web");
    live.await("web", RolloutPhase.HEALTHY, "");
  }

  @Test
  @DisplayName(
      "R-020, T-009 Rollouts that rest cause no writes, no reads and no lists, routers or not")
  void restingCostsNothing() throws InterruptedException {
    live = new Live();
    String user = "controller";
    for (int i = 0; i < RESTING; i++) {
      live.apply(
          ISTIO
              .yaml(STEPS)
              .replace("replicas: 2", "replicas: 1")
              .replace("name: web}", "name: web" + i + "}")
              .replace("app: web}", "app: web" + i + "}")
              .replace("{virtualService: {name: web}", "{virtualService: {name: web" + i + "}")
              .replace("destinationRule: {name: web,", "destinationRule: {name: web" + i + ","));
    }
    for (int i = 0; i < RESTING; i++) {
      live.await("web" + i, RolloutPhase.HEALTHY, "");
    }
    List<AuditLog.Request> before = List.of();
    List<AuditLog.Request> after = requests(user);
    for (int calm = 0; calm < 3; ) { // late events, and answers to own writes
      before = after;
      Thread.sleep(1000);
      after = requests(user);
      calm = after.size() == before.size() ? calm + 1 : 0;
    }
    Thread.sleep(8000); // what looks after watches runs meanwhile
    assertThat(requests(user).subList(after.size(), requests(user).size())).isEmpty();
    live.image("web3", "web:2");
    live.await("web3", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(requests(user).subList(after.size(), requests(user).size()))
        .as("what is known need not be read")
        .noneMatch(each -> Set.of("get", "list").contains(each.verb()));
  }

  @Test
  @DisplayName("O-010 Everything is looked at again each --rollout-resync seconds")
  void looksAgain() throws Exception {
    live = new Live();
    live.apply(plain("web"));
    live.await("web", RolloutPhase.HEALTHY, "");
    try (Controller other =
        live.start(live.settings("--rollout-resync=1", "--metricsPort=0"), "other")) {
      URI metrics = URI.create("http://127.0.0.1:" + other.metricsPort() + "/metrics");
      Live.await(() -> looks(metrics) > 0, () -> "seen at all");
      double before = looks(metrics);
      Live.await(() -> looks(metrics) >= before + 3, () -> "seen again");
    }
  }

  private static double looks(URI metrics) {
    try (InputStream in = metrics.toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith("rollout_reconcile_count{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<AuditLog.Request> requests(String user) {
    return cluster.controlPlane().audit().requests().stream()
        .filter(each -> each.user().equals(user) && each.namespace().equals(live.namespace))
        .filter(each -> !each.verb().equals("watch"))
        .toList();
  }
}
