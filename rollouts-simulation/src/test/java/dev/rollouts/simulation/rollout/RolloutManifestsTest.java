package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made up around a Rollout that comes alone is enough for it to be delivered. */
class RolloutManifestsTest {
  private static String rollout(String strategy) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: shop}
        spec:
          replicas: 3
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: shop}}
            spec: {containers: [{name: web, image: "shop:1"}]}
          strategy: {%s}
        """
        .formatted(strategy);
  }

  private static String routed(String router) {
    return "canary: {stableService: s, canaryService: c, steps: [{setWeight: 50}, {pause: {}}],"
        + " trafficRouting: {"
        + router
        + "}}";
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "istio     | istio: {virtualService: {name: v}}",
        "subsets   | istio: {virtualService: {name: v}, destinationRule: {name: d, canarySubsetName: next, stableSubsetName: last}}",
        "nginx     | nginx: {stableIngress: i}",
        "alb       | alb: {ingress: i, servicePort: 80}",
        "smi       | smi: {}",
        "ambassador| ambassador: {mappings: [m]}",
        "apisix    | apisix: {route: {name: r}}",
        "traefik   | traefik: {weightedTraefikServiceName: t}",
        "gateway   | plugins: {argoproj-labs/gatewayAPI: {httpRoute: h}}",
      })
  void everyRouterFindsItsObjects(String name, String router) {
    RolloutManifests manifests = RolloutManifests.parse("r", rollout(routed(router)));
    RolloutTrace trace =
        manifests.simulation(1).scenario(manifests.release()).run(Duration.ofHours(1));
    assertThat(trace.outcome()).as(trace.timeline()).isEqualTo(Outcome.PROMOTED);
    assertThat(manifests.madeUp()).contains("Service s", "Service c");
    assertThat(trace.rows()).anyMatch(row -> row.share() == 0.5);
  }

  @Test
  void templatesAndWorkloadsAreMadeUpToo() {
    RolloutManifests manifests =
        RolloutManifests.parse(
            "r",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: shop}
            spec:
              replicas: 2
              workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
              selector: {matchLabels: {app: shop}}
              strategy:
                canary:
                  analysis: {templates: [{templateName: behind}]}
                  steps:
                  - setWeight: 50
                  - analysis: {templates: [{templateName: between, clusterScope: true}]}
            """);
    assertThat(manifests.madeUp())
        .containsExactlyInAnyOrder(
            "Deployment shop", "AnalysisTemplate behind", "ClusterAnalysisTemplate between");
    assertThat(manifests.image()).isEqualTo("shop:1");
    RolloutTrace trace =
        manifests.simulation(1).scenario(manifests.release()).run(Duration.ofHours(1));
    assertThat(trace.outcome()).as(trace.timeline()).isEqualTo(Outcome.PROMOTED);
    assertThat(trace.runs()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "shop:1, shop:next",
    "registry:5000/shop, registry:5000/shop:next",
    "registry:5000/shop:1@sha256:00, registry:5000/shop:next",
    "shop:next, shop:next-2",
  })
  void theNextImageIsAnotherOne(String image, String next) {
    RolloutManifests manifests =
        RolloutManifests.parse("r", rollout("canary: {}").replace("shop:1", image));
    assertThat(manifests.nextImage()).isEqualTo(next);
  }

  @Test
  void objectsOfAnotherVersionOfTheirGroupAreFound() {
    RolloutManifests manifests =
        RolloutManifests.parse(
            "r",
            rollout(routed("istio: {virtualService: {name: v}}"))
                + """
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: v}
                spec:
                  hosts: [shop]
                  http:
                  - route:
                    - {destination: {host: s}, weight: 100}
                    - {destination: {host: c}, weight: 0}
                """);
    assertThat(manifests.madeUp()).containsExactlyInAnyOrder("Service s", "Service c");
  }

  @Test
  void readingIsStrict() {
    assertThatThrownBy(() -> RolloutManifests.parse("r", rollout("canary: {step: []}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("r:10:")
        .hasMessageContaining("spec.strategy.canary.step");
    assertThatThrownBy(() -> RolloutManifests.parse("r", "kind: Service\napiVersion: v1\n"))
        .hasMessage("there is no Rollout");
    String two =
        rollout("canary: {}") + "---\n" + rollout("canary: {}").replace("name: shop", "name: cart");
    assertThatThrownBy(() -> RolloutManifests.parse("r", two))
        .hasMessage("which Rollout is meant? there is: shop, cart");
  }
}
