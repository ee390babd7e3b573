package dev.rollouts.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests go where the live objects send them, and fail where nobody can serve them. */
class TrafficTest {
  private final VirtualTime time = new VirtualTime();

  private SimulatedCluster cluster(String strategy, ClusterSettings settings) {
    SimulatedCluster cluster = new SimulatedCluster(time, settings);
    cluster.apply(
        Codec.standard()
            .readOne(
                Rollout.class,
                "rollout.yaml",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: {name: shop, namespace: test}
                spec:
                  selector: {matchLabels: {app: shop}}
                  template: {metadata: {labels: {app: shop}}}
                  strategy:
                %s
                """
                    .formatted(strategy.indent(4))));
    cluster.editRollout(
        live ->
            live.withStatus(
                RolloutStatus.empty().toBuilder().stableRS("old").currentPodHash("new").build()));
    return cluster;
  }

  private static void apply(SimulatedCluster cluster, String yaml) {
    cluster.applyObject(JsonObject.of(Codec.standard().read("object.yaml", yaml).get(0).tree()));
  }

  private static void service(SimulatedCluster cluster, String name, String hash) {
    apply(
        cluster,
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: test}
        spec: {selector: {app: shop%s}}
        """
            .formatted(name, hash.isEmpty() ? "" : ", rollouts-pod-template-hash: " + hash));
  }

  private void pods(SimulatedCluster cluster, String hash, int replicas) {
    ObjectMeta rollout = cluster.rollout().metadata();
    Map<String, String> labels = Map.of("app", "shop", RolloutKeys.POD_TEMPLATE_HASH, hash);
    cluster.createReplicaSet(
        new ReplicaSet(
            ObjectMeta.named("shop-" + hash)
                .inNamespace("test")
                .with(
                    labels,
                    Map.of(),
                    List.of(
                        new ObjectMeta.OwnerReference(
                            "argoproj.io/v1alpha1", "Rollout", "shop", rollout.uid(), true, true))),
            replicas,
            0,
            LabelSelector.of(labels),
            JsonObject.of(
                Map.of(
                    "metadata",
                    Map.of("labels", labels),
                    "spec",
                    Map.of("containers", List.of(Map.of("image", "shop:" + hash))))),
            ReplicaSet.Status.empty()));
    run(Duration.ofMinutes(1));
  }

  private void run(Duration span) {
    long until = time.now() + span.toMillis();
    while (time.step(until)) {
      // Everything happens in there.
    }
  }

  @Test
  void withoutRoutingPodsShareTheRequests() {
    SimulatedCluster cluster = cluster("canary: {}", ClusterSettings.defaults());
    pods(cluster, "old", 3);
    pods(cluster, "new", 1);
    assertThat(cluster.traffic().share("new")).isEqualTo(0.25);
    assertThat(cluster.traffic().newest().requestsPerSecond()).isEqualTo(25);
  }

  @Test
  void aBlueGreenRolloutServesWhereTheActiveServicePoints() {
    SimulatedCluster cluster =
        cluster("blueGreen: {activeService: active}", ClusterSettings.defaults());
    pods(cluster, "old", 2);
    pods(cluster, "new", 2);
    service(cluster, "active", "old");
    assertThat(cluster.traffic().share("old")).isEqualTo(1);
    service(cluster, "active", "new");
    assertThat(cluster.traffic().share("new")).isEqualTo(1);
  }

  @Test
  void requestsToAVersionWithoutPodsFail() {
    SimulatedCluster cluster =
        cluster("blueGreen: {activeService: active}", ClusterSettings.defaults());
    pods(cluster, "new", 0);
    service(cluster, "active", "new");
    double before = failed(cluster, "new");
    run(Duration.ofMinutes(1));
    assertThat(failed(cluster, "new") - before).isCloseTo(6_000, within(1.0));
  }

  @Test
  void anOverloadedVersionLooksOverloaded() {
    SimulatedCluster cluster =
        cluster(
            "canary: {}",
            ClusterSettings.defaults().otherVersions(VersionModel.healthy().serving(20)));
    pods(cluster, "new", 4);
    VersionTraffic newest = cluster.traffic().newest();
    assertThat(newest.utilisation()).isCloseTo(1.25, within(1e-9));
    assertThat(newest.failureShare()).isCloseTo(0.2, within(1e-9));
  }

  private static double failed(SimulatedCluster cluster, String hash) {
    return cluster.traffic().minutes().stream()
        .filter(each -> each.hash().equals(hash))
        .mapToDouble(Traffic.Minute::failed)
        .sum();
  }

  private SimulatedCluster routed(String routing, ClusterSettings settings) {
    SimulatedCluster cluster =
        cluster(
            """
            canary:
              stableService: stable
              canaryService: canary
              trafficRouting: %s
            """
                .formatted(routing),
            settings);
    pods(cluster, "old", 2);
    pods(cluster, "new", 2);
    service(cluster, "stable", "old");
    service(cluster, "canary", "new");
    return cluster;
  }

  @ParameterizedTest(name = "T-004 {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{smi: {}} | split.smi-spec.io/v1alpha2, TrafficSplit, shop | backends: [{service: canary, weight: 30}, {service: stable, weight: 70}]",
        "{traefik: {weightedTraefikServiceName: w}} | traefik.io/v1alpha1, TraefikService, w | weighted: {services: [{name: stable, weight: 70}, {name: canary, weight: 30}]}",
        "{apisix: {route: {name: r}}} | apisix.apache.org/v2, ApisixRoute, r | http: [{name: r, backends: [{serviceName: stable, weight: 70}, {serviceName: canary, weight: 30}]}]",
        "{ambassador: {mappings: [m]}} | getambassador.io/v2, Mapping, m-canary | weight: 30",
        "{istio: {virtualService: {name: v}}} | networking.istio.io/v1alpha3, VirtualService, v | http: [{route: [{destination: {host: stable}, weight: 70}, {destination: {host: canary}, weight: 30}]}]",
        "{plugins: {argoproj-labs/gatewayAPI: {httpRoute: h}}} | gateway.networking.k8s.io/v1, HTTPRoute, h | rules: [{backendRefs: [{name: stable, weight: 70}, {name: canary, weight: 30}]}]"
      })
  void everyRoutersObjectSaysWhoGetsWhat(String routing, String object, String spec) {
    SimulatedCluster cluster = routed(routing, ClusterSettings.defaults());
    String[] key = object.split(", ");
    apply(
        cluster,
        """
        apiVersion: %s
        kind: %s
        metadata: {name: %s, namespace: test}
        spec: {%s}
        """
            .formatted(key[0], key[1], key[2], spec));
    assertThat(cluster.traffic().share("new")).isCloseTo(0.3, within(1e-9));
    assertThat(cluster.traffic().share("old")).isCloseTo(0.7, within(1e-9));
  }

  @Test
  void aLateRouterSendsRequestsWhereTheyWentBefore() {
    SimulatedCluster cluster =
        routed("{smi: {}}", ClusterSettings.defaults().routerDelay(Duration.ofSeconds(10), true));
    split(cluster, 0);
    run(Duration.ofMinutes(1));
    split(cluster, 40);
    assertThat(cluster.traffic().share("new")).isZero();
    assertThat(cluster.traffic().asked().get("new")).isCloseTo(0.4, within(1e-9));
    run(Duration.ofSeconds(6));
    assertThat(cluster.traffic().share("new")).isCloseTo(0.2, within(1e-9));
    run(Duration.ofSeconds(6));
    assertThat(cluster.traffic().share("new")).isCloseTo(0.4, within(1e-9));
  }

  private static void split(SimulatedCluster cluster, int weight) {
    apply(
        cluster,
        """
        apiVersion: split.smi-spec.io/v1alpha2
        kind: TrafficSplit
        metadata: {name: shop, namespace: test}
        spec: {backends: [{service: canary, weight: %d}, {service: stable, weight: %d}]}
        """
            .formatted(weight, 100 - weight));
  }

  @Test
  void anAutoscalerFollowsTheLoad() {
    SimulatedCluster cluster =
        cluster(
            "canary: {}",
            ClusterSettings.defaults()
                .otherVersions(VersionModel.healthy().serving(20))
                .autoscaler(Autoscaler.between(2, 10, 0.5)));
    cluster.editRollout(
        live ->
            live.withSpec(live.spec().withReplicas(4))
                .withStatus(live.statusOrEmpty().toBuilder().selector("app=shop").build()));
    pods(cluster, "new", 4);
    assertThat(cluster.rollout().spec().replicas()).isGreaterThan(6);
  }

  @Test
  void aDisruptionBudgetBlocksAnEviction() {
    SimulatedCluster cluster =
        cluster("canary: {}", ClusterSettings.defaults().disruptionBudget(2));
    pods(cluster, "new", 2);
    String pod = cluster.pods().get(0).name();
    assertThat(cluster.sets().evict(pod)).isNotNull();
    pods(cluster, "old", 1);
    assertThat(cluster.sets().evict(pod)).isNull();
  }

  @Test
  void aQuotaShowsAsReplicaFailure() {
    SimulatedCluster cluster = cluster("canary: {}", ClusterSettings.defaults().podQuota(2));
    pods(cluster, "new", 3);
    ReplicaSet set = cluster.replicaSets().get(0);
    assertThat(set.status().replicas()).isEqualTo(2);
    assertThat(set.status().conditions().get(0).type()).isEqualTo("ReplicaFailure");
  }
}
