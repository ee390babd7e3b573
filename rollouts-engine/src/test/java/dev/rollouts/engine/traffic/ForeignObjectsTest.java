package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.rollout.validation.RolloutValidation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignObjectsTest {
  private static final String VIRTUAL_SERVICE =
      """
      apiVersion: networking.istio.io/v1alpha3
      kind: VirtualService
      metadata: {name: web, namespace: mesh, annotations: {%s}}
      spec:
        http:
        - route:
          - {destination: {host: stable}, weight: 100}
          - {destination: {host: canary}, weight: 0}
      """;
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: web, namespace: mesh, labels: {app: web}, annotations: {%s}}
      spec:
        rules:
        - backendRefs: [{name: stable, port: 80, weight: 100}, {name: canary, port: 80, weight: 0}]
      """;
  private static final String REFUSED =
      "%s `mesh/web` is in another namespace, and does not say that Rollouts of `shop` may change it: annotate it with \"rollouts.argoproj.io/allow-rollouts-from: shop\", or have the controller started with --allow-cross-namespace-routes";

  private static Rollout rollout(String routing) {
    return Wire.decode(
            Rollout.class,
            RoutingCase.parse(
                    """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Rollout
                    metadata: {name: web, namespace: shop}
                    spec:
                      selector: {matchLabels: {app: web}}
                      strategy:
                        canary: {stableService: stable, canaryService: canary, trafficRouting: %s}
                      template:
                        metadata: {labels: {app: web}}
                        spec: {containers: [{name: web, image: "web:1"}]}
                    """
                        .formatted(routing))
                .get(0))
        .value();
  }

  private static JsonObject object(String yaml) {
    return JsonObject.of(RoutingCase.parse(yaml).get(0));
  }

  private static RoutingRequest request(Rollout rollout, JsonObject object, boolean allowsAll) {
    RoutingRequest plain =
        RoutingCase.request(
            rollout,
            ClusterObjects.of(List.of(object)),
            Wire.decode(RoutingCase.Wanted.class, Map.of("weight", 20, "stableHash", "a")).value());
    return new RoutingRequest(
        plain.rollout(),
        plain.objects(),
        plain.replicaSets(),
        plain.canaryHash(),
        plain.stableHash(),
        plain.weight(),
        plain.additional(),
        plain.headerRoutes(),
        plain.mirrorRoutes(),
        plain.weightBeforeHash(),
        plain.canaryHashFrozen(),
        RouterSettings.defaults().withCrossNamespace(allowsAll),
        plain.answers());
  }

  private static TrafficRouter router(Rollout rollout) {
    return TrafficRouters.builtIn().stream()
        .filter(each -> each.isConfigured(rollout))
        .findFirst()
        .orElseThrow();
  }

  private static void check(
      String routing, String yaml, String kind, String annotations, boolean all, boolean used) {
    Rollout rollout = rollout(routing);
    RoutingPlan plan =
        RoutingPlans.of(
            router(rollout), request(rollout, object(yaml.formatted(annotations)), all));
    if (used) {
      assertThat(plan.error()).isNull();
      assertThat(plan.effects()).isNotEmpty();
    } else {
      assertThat(plan.error()).isEqualTo(REFUSED.formatted(kind));
      assertThat(plan.atWeight()).isTrue();
      assertThat(plan.effects()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}, all: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                            | false | false
          rollouts.argoproj.io/allow-rollouts-from: other               | false | false
          rollouts.argoproj.io/allow-rollouts-from: "shop2, my-shop"    | false | false
          rollouts.argoproj.io/allow-rollouts-from: "*"                 | false | false
          rollouts.argoproj.io/allow-rollouts-from: "other , shop"      | false | true
          ''                                                            | true  | true
          """)
  @DisplayName(
      "T-400, T-800 An object of another namespace is changed only if it says so, or the operator lets all")
  void asksTheObject(String annotations, boolean all, boolean used) {
    check(
        "{istio: {virtualService: {name: web.mesh}}}",
        VIRTUAL_SERVICE,
        "VirtualService",
        annotations,
        all,
        used);
    check(
        "{plugins: {argoproj-labs/gatewayAPI: {httpRoute: web, namespace: mesh}}}",
        ROUTE,
        "HTTPRoute",
        annotations,
        all,
        used);
    check(
        "{plugins: {argoproj-labs/gatewayAPI: {httpRouteSelector: {matchLabels: {app: web}}, namespace: mesh}}}",
        ROUTE,
        "HTTPRoute",
        annotations,
        all,
        used);
  }

  @Test
  @DisplayName(
      "T-400 Validation says the same of a VirtualService that is not allowed and of one that is not there")
  void tellsNobodyWhatThereIs() {
    Rollout rollout = rollout("{istio: {virtualService: {name: web.mesh.svc.cluster.local}}}");
    for (ClusterObjects objects :
        List.of(
            ClusterObjects.none(),
            ClusterObjects.of(List.of(object(VIRTUAL_SERVICE.formatted("")))))) {
      assertThat(
              RolloutValidation.lookups(rollout, seen(objects), RouterSettings.defaults()).stream()
                  .map(Object::toString)
                  .filter(each -> each.contains("istio")))
          .singleElement()
          .asString()
          .endsWith(REFUSED.formatted("VirtualService"));
    }
    assertThat(
            RolloutValidation.lookups(
                    rollout,
                    seen(ClusterObjects.none()),
                    RouterSettings.defaults().withCrossNamespace(true))
                .stream()
                .map(Object::toString)
                .filter(each -> each.contains("istio")))
        .singleElement()
        .asString()
        .endsWith("virtualservices.networking.istio.io \"web\" not found");
  }

  @Test
  @DisplayName("T-403, T-402 What is missing for want of a definition names it, and the remedy")
  void namesTheDefinition() {
    Rollout rollout = rollout("{istio: {virtualService: {name: web}}}");
    ObjectKey key = new ObjectKey("networking.istio.io/v1alpha3", "VirtualService", "shop", "web");
    ClusterObjects objects = ClusterObjects.of(Map.of(), List.of(key));
    String remedy =
        ": this cluster serves no VirtualService in networking.istio.io/v1alpha3; install the CustomResourceDefinition virtualservices.networking.istio.io";
    assertThat(
            RolloutValidation.lookups(rollout, seen(objects), RouterSettings.defaults()).stream()
                .map(Object::toString)
                .filter(each -> each.contains("istio")))
        .singleElement()
        .asString()
        .endsWith("virtualservices.networking.istio.io \"web\" not found" + remedy);
    RoutingRequest request =
        RoutingCase.over(request(rollout, object(VIRTUAL_SERVICE.formatted("")), false), objects);
    assertThat(RoutingPlans.of(router(rollout), request).error())
        .isEqualTo("VirtualService `web` not found" + remedy);
  }

  private static RolloutObservations seen(ClusterObjects objects) {
    return new RolloutObservations(
        List.of(), List.of(), List.of(), List.of(), Map.of(), objects, List.of());
  }
}
