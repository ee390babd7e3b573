package dev.rollouts.simulation.rollout;

import static dev.rollouts.simulation.rollout.Pains.CHECK;
import static dev.rollouts.simulation.rollout.Pains.ISTIO;
import static dev.rollouts.simulation.rollout.Pains.LENGTH;
import static dev.rollouts.simulation.rollout.Pains.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Argo Rollouts was seen to do on a real API server, and what happens here instead. */
class ApiServerPainsTest {

  private static long count(RolloutTrace trace, Duration from, String what) {
    return Pains.since(trace, from).stream()
        .flatMap(row -> row.happenings().stream())
        .filter(each -> each.source().equals("effect") && each.text().startsWith(what))
        .count();
  }

  private static int wanted(RolloutTrace.Row row, String role) {
    return row.versions().stream()
        .filter(each -> each.role().equals(role))
        .mapToInt(RolloutTrace.Version::wanted)
        .sum();
  }

  @Test
  @DisplayName("Pain 61, R-140, R-144, T-903 After an abort the canary Service is moved once")
  void abortedServiceDoesNotFlap() {
    RolloutTrace trace =
        Pains.shop(4, ISTIO + "  steps: [{setWeight: 50}, {pause: {}}]\n")
            .act(When.healthy(), UPDATE)
            .act(When.paused(), Act.abort())
            .run(LENGTH);
    Duration aborted = Pains.first(trace, RolloutTrace.Row::aborted);
    assertThat(count(trace, aborted, "point Service shop-canary")).isEqualTo(1);
    assertThat(Pains.since(trace, aborted.plusSeconds(5)))
        .as("rows until the canary goes, and while it does")
        .hasSizeLessThan(12);
  }

  @Test
  @DisplayName("Pain 62, R-014, R-015, R-071 A size and a version in one write begin with step 0")
  void sizeAndVersionInOneWrite() {
    for (String strategy :
        List.of(
            "canary: {steps: [{setWeight: 25}, {pause: {}}]}",
            ISTIO + "  steps: [{setWeight: 25}, {pause: {}}]\n")) {
      RolloutTrace trace =
          Pains.shop(4, strategy)
              .act(
                  When.healthy(),
                  Act.editSpec(
                      "shop:2 with 8 replicas",
                      spec ->
                          spec.withReplicas(8)
                              .withTemplate(Pains.withImage(spec.template(), "shop:2"))))
              .run(LENGTH);
      assertThat(trace.phase()).isEqualTo(RolloutPhase.PAUSED);
      assertThat(trace.rows())
          .allSatisfy(row -> assertThat(wanted(row, "canary")).isLessThanOrEqualTo(2));
      assertThat(trace.rows().get(trace.rows().size() - 1).versions())
          .extracting(RolloutTrace.Version::wanted)
          .containsExactly(2, strategy.startsWith("canary: {steps") ? 6 : 8);
    }
  }

  @Test
  @DisplayName(
      "Pain 63, R-152 A step is not done while a bad old version has the place of its pods")
  void stepWithoutPods() {
    RolloutTrace trace =
        Pains.shop(4, "canary: {maxUnavailable: 0, steps: [{setWeight: 25}, {pause: {}}]}")
            .cluster(it -> it.version("shop:2", VersionModel.healthy().neverReady(1)))
            .act(When.healthy(), UPDATE)
            .act(When.step(0).later(Duration.ofMinutes(1)), Act.setImage("web", "shop:3"))
            .run(LENGTH);
    assertThat(trace.phase()).as(trace.timeline()).isEqualTo(RolloutPhase.PAUSED);
    String third = trace.status().currentPodHash();
    assertThat(trace.rows())
        .filteredOn(row -> row.newest().equals(third) && row.step() == 1)
        .isNotEmpty()
        .allSatisfy(
            row ->
                assertThat(row.versions())
                    .filteredOn(each -> each.role().equals("canary"))
                    .extracting(RolloutTrace.Version::available)
                    .containsExactly(1));
  }

  @ParameterizedTest(name = "reads lag from {0} ms")
  @ValueSource(longs = {0, 9_000, 15_000, 16_000, 17_000, 18_000, 20_000, 30_000, 75_000})
  @DisplayName("Pain 64, E-014, R-131, T-424 Whatever a read lacks, routes have hosts and add up")
  void routesOfAnExperiment(long lag) {
    Set<String> routes = new LinkedHashSet<>();
    List<PlannedFault> faults = new ArrayList<>();
    if (lag > 0) {
      faults.add(new PlannedFault(ClusterFault.STALE_READ, lag, 10_000));
      faults.add(new PlannedFault(ClusterFault.LOST_ANSWER, lag, 0));
    }
    RolloutTrace trace =
        Pains.shop(
                4,
                ISTIO
                    + """
                      steps:
                      - setWeight: 10
                      - experiment:
                          duration: 1m
                          templates:
                          - {name: a, specRef: stable, weight: 5}
                          - {name: b, specRef: canary, weight: 5}
                      - setWeight: 50
                      - pause: {duration: 30s}
                    """)
            .act(When.healthy(), UPDATE)
            .act(When.every(Duration.ofMillis(250)), Act.of("look", it -> routes.add(routes(it))))
            .faults(faults)
            .run(Duration.ofMinutes(15));
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    assertThat(routes).hasSizeBetween(4, 8).allSatisfy(each -> assertThat(each).endsWith("=100"));
    assertThat(routes).anyMatch(each -> each.contains("-a:5") && each.contains("-b:5"));
  }

  /** Destinations of the VirtualService with their weights, and what these add up to. */
  private static String routes(SimulatedCluster cluster) {
    JsonObject service =
        cluster.objects().asMap().entrySet().stream()
            .filter(each -> each.getKey().kind().equals("VirtualService"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow();
    StringBuilder text = new StringBuilder();
    long sum = 0;
    List<?> http = (List<?>) service.at("spec", "http");
    for (Object each : (List<?>) ((Map<?, ?>) http.get(0)).get("route")) {
      JsonObject route = Pains.object((Map<?, ?>) each);
      Object host = route.at("destination", "host");
      assertThat(host).asString().isNotEmpty();
      long weight = route.at("weight") instanceof Number number ? number.longValue() : 0;
      text.append(host).append(':').append(weight).append(' ');
      sum += weight;
    }
    return text + "=" + sum;
  }

  @Test
  @DisplayName("Pain 65, R-520, T-430 In subset mode no step takes longer than its pods")
  void subsetsWithoutStalls() {
    RolloutTrace trace =
        Pains.shop(
                10,
                """
                canary:
                  trafficRouting:
                    istio:
                      virtualService: {name: shop}
                      destinationRule: {name: shop, canarySubsetName: canary, stableSubsetName: stable}
                  steps: [{setWeight: 10}, {setWeight: 20}, {setWeight: 30}, {setWeight: 40}, {setWeight: 50}]
                """)
            .cluster(
                it ->
                    it.otherVersions(
                        VersionModel.healthy()
                            .readyIn(Duration.ofSeconds(2), Duration.ofSeconds(2))))
            .act(When.healthy(), UPDATE)
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    String hash = trace.status().stableRS();
    Duration begun = Pains.first(trace, row -> row.newest().equals(hash));
    Duration done = Pains.first(trace, row -> row.stable().equals(hash));
    // Six sizes, each of which takes its pods two seconds.
    assertThat(done.minus(begun)).isLessThan(Duration.ofSeconds(15));
  }

  @ParameterizedTest(name = "fault after {0} ms")
  @ValueSource(longs = {0, 10, 100, 3_000, 10_000, 20_000})
  @DisplayName("Pain 66, E-031 An analysis of an experiment is run once")
  void oneRunOfAnExperiment(long later) {
    List<PlannedFault> faults = new ArrayList<>();
    for (ClusterFault fault :
        List.of(ClusterFault.STALE_READ, ClusterFault.LOST_ANSWER, ClusterFault.RESTART)) {
      faults.add(new PlannedFault(fault, 9_500 + later, 5_000));
    }
    RolloutTrace trace =
        Pains.shop(
                2,
                """
                canary:
                  steps:
                  - experiment:
                      templates: [{name: a, specRef: canary}]
                      analyses: [{name: check, templateName: check, requiredForCompletion: true}]
                """,
                CHECK)
            .cluster(it -> it.otherMetrics(TrafficScript.of(Script.constant(1))))
            .act(When.healthy(), UPDATE)
            .faults(later == 0 ? List.of() : faults)
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    assertThat(trace.runs()).hasSize(1);
  }

  @Test
  @DisplayName("Pain 68, R-078 A size that changes twice at once costs no available pod")
  void sizeThatChangesTwice() {
    RolloutSimulation scaled =
        Pains.shop(4, "canary: {steps: [{setWeight: 50}, {pause: {}}]}")
            .act(When.healthy(), UPDATE)
            .act(When.paused(), Act.scale(2));
    for (int gap : new int[] {1, 10, 20, 30, 50, 100, 200}) {
      RolloutTrace trace =
          scaled
              .act(When.paused().later(Duration.ofMillis(gap)), Act.scale(1))
              .act(When.paused().later(Duration.ofMillis(gap)), Act.scale(8))
              .act(When.paused().later(Duration.ofMinutes(2)), Act.promote())
              .run(LENGTH);
      assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
      assertThat(trace.rows())
          .filteredOn(row -> row.elapsed().toSeconds() > 9)
          .allSatisfy(row -> assertThat(row.lost()).isZero());
    }
  }

  @Test
  @DisplayName("Pain 69, R-003, R-034 The spec of a fresh object stays as its user wrote it")
  void specOfAFreshObject() {
    RolloutSimulation fresh =
        Pains.of(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: shop}
            spec:
              replicas: 2
              selector: {matchLabels: {app: shop}}
              template:
                metadata: {labels: {app: shop}}
                spec: {containers: [{name: web, image: "shop:1", resources: {}, ports: []}], volumes: null}
              strategy: {canary: {steps: []}}
            """);
    RolloutTrace trace = fresh.run(LENGTH);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(trace.rollout().metadata().generation()).isEqualTo(1);
    assertThat(trace.rollout().spec()).isEqualTo(fresh.rollout().spec());
  }

  @Test
  @DisplayName("Pain 70, T-154 A header step passes on an Ingress that has no annotations")
  void ingressWithoutAnnotations() {
    RolloutTrace trace =
        Pains.shop(
                4,
                """
                canary:
                  stableService: shop-stable
                  canaryService: shop-canary
                  trafficRouting:
                    managedRoutes: [{name: beta}]
                    alb: {ingress: shop, servicePort: 80, rootService: shop-root}
                  steps:
                  - setCanaryScale: {replicas: 1}
                  - setHeaderRoute: {name: beta, match: [{headerName: x, headerValue: {exact: z}}]}
                  - pause: {duration: 1m}
                  - setWeight: 50
                """)
            .act(When.healthy(), UPDATE)
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    assertThat(Pains.told(trace, "event")).noneMatch(event -> event.contains("Error"));
  }

  @Test
  @DisplayName("Pain 71, R-031, R-267 Every preview begins small")
  void everyPreviewBeginsSmall() {
    RolloutTrace trace =
        Pains.shop(
                4,
                """
                blueGreen:
                  activeService: shop-active
                  previewService: shop-preview
                  previewReplicaCount: 1
                  autoPromotionEnabled: false
                """)
            .act(When.healthy(), UPDATE)
            .act(When.paused().later(Duration.ofMinutes(1)), Act.promote())
            .act(When.healthy().later(Duration.ofMinutes(1)), Act.setImage("web", "shop:3"))
            .act(When.paused().later(Duration.ofMinutes(1)), Act.setImage("web", "shop:4"))
            .act(When.paused().later(Duration.ofMinutes(1)), Act.promote())
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:4")).as(trace.timeline()).isTrue();
    for (String image : List.of("shop:2", "shop:3", "shop:4")) {
      List<Integer> sizes =
          trace.rows().stream()
              .flatMap(row -> row.versions().stream())
              .filter(each -> each.role().equals("preview") && each.image().equals(image))
              .map(RolloutTrace.Version::wanted)
              .distinct()
              .toList();
      assertThat(sizes).as(image).startsWith(1).isSubsetOf(1, 4);
    }
  }

  @ParameterizedTest(name = "{0} replicas")
  @ValueSource(ints = {1, 2, 4})
  @DisplayName("Pain 72, R-424 A restart that evicts the last pods in one turn is ended in time")
  void restartEnds(int replicas) {
    RolloutTrace trace =
        Pains.shop(replicas, "canary: {maxUnavailable: 100%}")
            .act(When.healthy().later(Duration.ofMinutes(1)), Act.restart())
            .run(LENGTH);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(trace.status().restartedAt()).isEqualTo(trace.rollout().spec().restartAt());
    Duration asked =
        Pains.first(trace, row -> row.happenings().toString().contains("text=restart"));
    Duration ended =
        Pains.first(
            trace,
            row ->
                row.elapsed().compareTo(asked.plusSeconds(2)) > 0
                    && row.phase() == RolloutPhase.HEALTHY);
    assertThat(ended.minus(asked)).isLessThan(Duration.ofMinutes(2));
  }
}
