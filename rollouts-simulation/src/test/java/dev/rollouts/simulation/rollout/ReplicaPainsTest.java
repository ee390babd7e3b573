package dev.rollouts.simulation.rollout;

import static dev.rollouts.simulation.rollout.Pains.ISTIO;
import static dev.rollouts.simulation.rollout.Pains.LENGTH;
import static dev.rollouts.simulation.rollout.Pains.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.simulation.cluster.Autoscaler;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Troubles of users of Argo Rollouts with numbers of pods, autoscalers, workload references and
 * objects that poison a controller; the numbers in brackets are those of the threads there.
 */
class ReplicaPainsTest {
  private static final String WORKLOAD =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: shop}
      spec:
        replicas: 3
        workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web, scaleDown: %s}
        strategy: {%s}
      """;

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "steps: [{setWeight: 25}, {pause: {duration: 10m}}, {setWeight: 50}, {pause: {duration: 10m}}]",
        "steps: [{setCanaryScale: {replicas: 4}}, {setWeight: 25}, {pause: {duration: 20m}}]",
        "dynamicStableScale: true\nsteps: [{setWeight: 50}, {pause: {duration: 20m}}]"
      })
  @DisplayName("Pain 33 (#2857, #3849), R-276, R-110 An autoscaler wants no more pods for a canary")
  void autoscalerDuringACanary(String steps) {
    RolloutTrace trace =
        Pains.shop(4, ISTIO + steps.indent(2))
            .cluster(
                it ->
                    it.load(millis -> millis > 600_000 && millis < 900_000 ? 300 : 200)
                        .otherVersions(VersionModel.healthy().serving(100))
                        .autoscaler(Autoscaler.between(2, 20, 0.5)))
            .act(When.healthy(), UPDATE)
            .run(Duration.ofHours(1));
    List<Integer> wanted =
        Pains.told(trace, "event").stream()
            .filter(event -> event.startsWith("SuccessfulRescale"))
            .map(event -> Integer.valueOf(event.replaceAll("\\D", "")))
            .toList();
    // Six is what the load of the third quarter of an hour needs, whatever the canary is doing.
    assertThat(wanted).as(trace.timeline()).containsExactly(6, 4);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    assertThat(trace.rollout().spec().replicas()).isEqualTo(4);
  }

  @Test
  @DisplayName(
      "Pain 34 (#4607, #4369), R-350 A canary that the average hides is measured by itself")
  void overloadedCanary() {
    RolloutTrace trace =
        Pains.shop(
                8,
                ISTIO
                    + """
                      analysis: {templates: [{templateName: load}]}
                      steps: [{setWeight: 10}, {pause: {duration: 10m}}, {setWeight: 50}, {pause: {duration: 10m}}]
                    """,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: load}
                spec:
                  metrics:
                  - name: utilisation
                    interval: 30s
                    failureLimit: 1
                    successCondition: result[0] <= 0.9
                    provider: {prometheus: {address: "http://prometheus:9090", query: up}}
                """)
            .cluster(
                it ->
                    it.load(millis -> 400)
                        .version("shop:1", VersionModel.healthy().serving(100))
                        .version("shop:2", VersionModel.healthy().serving(35))
                        .otherMetrics(TrafficScript.utilisation())
                        .autoscaler(Autoscaler.between(8, 20, 0.5)))
            .act(When.healthy(), UPDATE)
            .run(LENGTH);
    assertThat(trace.outcome()).as(trace.timeline()).isEqualTo(Outcome.ABORTED);
    assertThat(trace.status().message()).contains("\"utilisation\" assessed Failed");
    assertThat(trace.updates().get(0).peakShare()).isLessThanOrEqualTo(0.1);
    assertThat(Pains.told(trace, "event"))
        .noneMatch(event -> event.startsWith("SuccessfulRescale"));
    assertThat(trace.end().shares()).containsExactly(Map.entry(trace.status().stableRS(), 1000L));
  }

  @ParameterizedTest(name = "{0} replicas")
  @ValueSource(ints = {1, 2, 3, 4, 7})
  @DisplayName("Pain 36 (#1707, #2281), R-070, R-072 Where no pod may be added none ever is")
  void neverMorePods(int replicas) {
    RolloutTrace trace =
        Pains.shop(
                replicas,
                """
                canary:
                  maxSurge: 0
                  maxUnavailable: 1
                  steps:
                  - setWeight: 1
                  - setWeight: 33
                  - setWeight: 50
                  - setWeight: 75
                  - setWeight: 99
                """)
            .act(When.healthy(), UPDATE)
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    assertThat(trace.rows())
        .allSatisfy(
            row ->
                assertThat(row.versions().stream().mapToInt(RolloutTrace.Version::wanted).sum())
                    .isLessThanOrEqualTo(replicas));
  }

  private static @Nullable Object replicas(SimulatedCluster cluster) {
    var deployment = cluster.object(new ObjectKey("apps/v1", "Deployment", "default", "web"));
    return deployment == null ? null : deployment.at("spec", "replicas");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"onsuccess", "progressively"})
  @DisplayName(
      "Pain 37 (#4935, #4681), R-321, R-322, R-323 A Deployment that comes back goes again")
  void deploymentThatComesBack(String scaleDown) {
    for (String strategy :
        List.of(
            "canary: {steps: [{setWeight: 50}, {pause: {duration: 1m}}]}",
            "blueGreen: {activeService: a, postPromotionAnalysis: {templates: [{templateName: ok}]}}")) {
      List<@Nullable Object> sizes = new ArrayList<>();
      RolloutTrace trace =
          Pains.of(WORKLOAD.formatted(scaleDown, strategy))
              .act(When.healthy().later(Duration.ofMinutes(5)), look(sizes))
              .act(When.healthy(), Act.scaleDeployment("web", 3))
              .act(When.healthy().later(Duration.ofMinutes(5)), look(sizes))
              .act(When.healthy(), Act.setImage("web", "web:2"))
              .act(When.healthy().later(Duration.ofMinutes(5)), Act.scaleDeployment("web", 5))
              .act(When.healthy().later(Duration.ofMinutes(5)), look(sizes))
              .run(LENGTH);
      assertThat(trace.phase()).as(trace.timeline()).isEqualTo(RolloutPhase.HEALTHY);
      assertThat(sizes).as(strategy).containsExactly(0L, 0L, 0L);
    }
  }

  private static Act look(List<@Nullable Object> sizes) {
    return Act.of("look", cluster -> sizes.add(number(replicas(cluster))));
  }

  private static @Nullable Object number(@Nullable Object value) {
    return value instanceof Number number ? (Object) number.longValue() : value;
  }

  @Test
  @DisplayName("Pain 42 (#800, #4193), R-310, R-311, R-512 A workload that is missing is named")
  void missingWorkload() {
    RolloutSimulation alone =
        RolloutSimulation.of(
            Codec.standard()
                .readOne(
                    dev.rollouts.api.rollout.Rollout.class,
                    "shop.yaml",
                    WORKLOAD
                        .formatted("never", "canary: {}")
                        .replace("shop}", "shop, namespace: test}")),
            1);
    RolloutTrace missing = alone.run(LENGTH);
    assertThat(missing.phase()).isEqualTo(RolloutPhase.DEGRADED);
    assertThat(missing.status().message()).contains("web").contains("not found");
    assertThat(missing.decisions()).isLessThan(LENGTH.toSeconds() / 20 + 20);

    Document deployment =
        Codec.standard()
            .read(
                "web.yaml",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: test, generation: 1}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "web:1"}]}
                """)
            .get(0);
    RolloutTrace healed =
        alone
            .act(
                When.at(Duration.ofMinutes(10)),
                Act.applyObject(RolloutManifests.inNamespace(deployment, "test")))
            .run(LENGTH);
    assertThat(healed.phase()).as(healed.timeline()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "resources: {limits: {cpu: much}}",
        "resources: {requests: {memory: 1Gib}}",
        "resources: 7",
        "ports: [{containerPort: http}]",
        "env: {a: b}",
        "readinessProbe: {periodSeconds: -1}"
      })
  @DisplayName(
      "Pain 42 (#838, #1045, #1630), R-510, R-512 A poisoned template is refused, and mended")
  void poisonedTemplate(String poison) {
    String rollout =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: shop}
        spec:
          replicas: 2
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: shop}}
            spec:
              containers:
              - name: web
                image: "shop:1"
                %s
          strategy: {canary: {}}
        """;
    RolloutManifests good = RolloutManifests.parse("good.yaml", rollout.formatted(""));
    var bad =
        Codec.standard()
            .read("bad.yaml", rollout.formatted(poison))
            .get(0)
            .as(dev.rollouts.api.rollout.Rollout.class);
    RolloutTrace trace =
        good.simulation(1)
            .act(
                When.healthy(),
                Act.editSpec("poison", spec -> spec.withTemplate(bad.spec().template())))
            .act(When.at(Duration.ofHours(1)), UPDATE)
            .act(
                When.at(Duration.ofHours(2)),
                Act.editSpec("mend", spec -> spec.withTemplate(good.rollout().spec().template())))
            .run(LENGTH);
    assertThat(trace.rows())
        .filteredOn(row -> row.phase() == RolloutPhase.DEGRADED)
        .isNotEmpty()
        .allSatisfy(
            row ->
                assertThat(row.message())
                    .startsWith(
                        "InvalidSpec: The Rollout \"shop\" is invalid:"
                            + " spec.template.spec.containers[0]."));
    assertThat(Pains.isAllOn(trace, "shop:1")).as(trace.timeline()).isTrue();
  }
}
