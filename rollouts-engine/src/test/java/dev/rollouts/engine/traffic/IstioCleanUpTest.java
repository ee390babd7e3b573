package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterObjects;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IstioCleanUpTest {
  private static final String RULE =
      """
      apiVersion: networking.istio.io/v1alpha3
      kind: DestinationRule
      metadata:
        name: shop
        namespace: prod
        annotations: {argo-rollouts.argoproj.io/managed-by-rollouts: shop, team: shop}
      spec:
        host: shop
        subsets:
        - {name: canary, labels: {app: shop, rollouts-pod-template-hash: 6f9c}, trafficPolicy: {}}
        - {name: stable, labels: {rollouts-pod-template-hash: 5d4b}}
        - {name: other, labels: {tier: gold}}
      """;

  private static JsonObject tree(String yaml) {
    return JsonObject.of(RoutingCase.parse(yaml).get(0));
  }

  private static Rollout rollout(String rule) {
    return Wire.decode(
            Rollout.class,
            RoutingCase.parse(
                    """
                    kind: Rollout
                    metadata: {name: shop, namespace: prod}
                    spec:
                      strategy:
                        canary:
                          trafficRouting:
                            istio:
                              destinationRule: {name: %s, canarySubsetName: canary, stableSubsetName: stable}
                    """
                        .formatted(rule))
                .get(0))
        .value();
  }

  @Test
  @DisplayName("T-435 annotation and revisions go when the rollout is gone or uses another rule")
  void forgetsTheRollout() {
    JsonObject clean =
        tree(
            """
            apiVersion: networking.istio.io/v1alpha3
            kind: DestinationRule
            metadata: {name: shop, namespace: prod, annotations: {team: shop}}
            spec:
              host: shop
              subsets:
              - {name: canary, labels: {app: shop}, trafficPolicy: {}}
              - {name: stable}
              - {name: other, labels: {tier: gold}}
            """);
    assertThat(IstioCleanUp.managedBy(tree(RULE))).contains("shop");
    assertThat(IstioCleanUp.cleanUp(tree(RULE), null)).isEqualTo(clean);
    assertThat(IstioCleanUp.cleanUp(tree(RULE), rollout("other"))).isEqualTo(clean);
    assertThat(IstioCleanUp.cleanUp(clean, null)).isEqualTo(clean);
  }

  @Test
  @DisplayName("T-435 nothing changes while the rollout uses the rule")
  void leavesARuleInUse() {
    assertThat(IstioCleanUp.cleanUp(tree(RULE), rollout("shop"))).isEqualTo(tree(RULE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spec: {subsets: 3}", "spec: [a]", "spec: {subsets: [{labels: 3}]}"})
  @DisplayName("T-435 a malformed rule stays as it is")
  void leavesWhatItCannotRead(String spec) {
    JsonObject malformed =
        tree(
            "metadata: {name: shop, annotations: {argo-rollouts.argoproj.io/managed-by-rollouts: a}}\n"
                + spec);
    assertThat(IstioCleanUp.cleanUp(malformed, null)).isEqualTo(malformed);
  }

  @Test
  @DisplayName("T-436 R-286 the revisions of all subsets are in use")
  void namesRevisionsInUse() {
    assertThat(
            new IstioRouter()
                .referencedHashes(
                    rollout("shop"),
                    ClusterObjects.of(List.of(tree(RULE))),
                    RouterSettings.defaults()))
        .containsExactly("6f9c", "5d4b");
    assertThat(
            new IstioRouter()
                .referencedHashes(
                    rollout("shop"), ClusterObjects.none(), RouterSettings.defaults()))
        .isEmpty();
  }
}
