package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.routing.IstioRouting;
import dev.rollouts.api.rollout.routing.IstioVirtualService;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an IstioRouter refuses, and in which words. */
class IstioRouterTest {
  private static final String BOTH =
      "route: [{destination: {host: stable}, weight: 100}, {destination: {host: canary}}]";

  private static Rollout rollout(String virtualService, String more) {
    return Wire.decode(
            Rollout.class,
            RoutingCase.parse(
                    """
                    kind: Rollout
                    metadata: {name: shop, namespace: prod}
                    spec:
                      strategy:
                        canary:
                          canaryService: canary
                          stableService: stable
                          trafficRouting:
                            managedRoutes: [{name: beta}]
                            istio:
                              virtualService: {name: shop, %s}
                              %s
                    """
                        .formatted(virtualService, more))
                .get(0))
        .value();
  }

  private static JsonObject virtualService(String spec) {
    Map<String, Object> tree =
        RoutingCase.parse(
                """
                apiVersion: networking.istio.io/v1alpha3
                kind: VirtualService
                metadata: {name: shop, namespace: prod}
                spec: %s
                """
                    .formatted(spec.replace("BOTH", BOTH)))
            .get(0);
    return JsonObject.of(tree);
  }

  private static IstioRouting istio(Rollout rollout) {
    return Objects.requireNonNull(
        Objects.requireNonNull(
                Objects.requireNonNull(rollout.spec().strategy().canary()).trafficRouting())
            .istio());
  }

  private static IstioVirtualService settings(Rollout rollout) {
    return Objects.requireNonNull(istio(rollout).virtualService());
  }

  private static RoutingPlan plan(Rollout rollout, JsonObject live, String wanted) {
    var request = Wire.decode(RoutingCase.Wanted.class, RoutingCase.parse(wanted).get(0)).value();
    return new IstioRouter()
        .plan(RoutingCase.request(rollout, ClusterObjects.of(List.of(live)), request));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          T-410 | 'routes: [a, b]' | {http: [{name: a, BOTH}]} | HTTP | HTTP Route 'b' is not found in the defined Virtual Service.
          T-411 | '' | {http: [{name: a, BOTH}, {name: b, BOTH}]} | HTTP | spec.http[] should be set in VirtualService and it must have exactly one route when omitting spec.strategy.canary.trafficRouting.istio.virtualService.routes
          T-411 | '' | {http: []} | HTTP | spec.http[] should be set in VirtualService and it must have exactly one route when omitting spec.strategy.canary.trafficRouting.istio.virtualService.routes
          T-411 | '' | {http: [{name: beta, BOTH}, {name: a, BOTH}]} | | ok
          T-413 | 'tlsRoutes: [{port: 443}]' | {tls: [{match: [{port: 444}], BOTH}]} | TLS | No matching TLS routes found in the defined Virtual Service.
          T-413 | 'tlsRoutes: [{port: 443, sniHosts: [a]}]' | {tls: [{match: [{port: 443, sniHosts: [a, b]}], BOTH}]} | TLS | No matching TLS routes found in the defined Virtual Service.
          T-413 | 'tlsRoutes: [{sniHosts: [a, b]}]' | {tls: [{match: [{sniHosts: [b]}, {sniHosts: [a]}], BOTH}]} | | ok
          T-413 | '' | {tls: [{BOTH}, {BOTH}]} | TLS | spec.tls[] should be set in VirtualService and it must have exactly one route when omitting spec.strategy.canary.trafficRouting.istio.virtualService.tlsRoutes
          T-414 | 'tcpRoutes: [{port: 443}]' | {tcp: [{match: [{port: 443}, {port: 444}], BOTH}]} | TCP | No matching TCP routes found in the defined Virtual Service.
          T-414 | '' | {tcp: [{BOTH}, {BOTH}]} | TCP | spec.tcp[] should be set in VirtualService and it must have exactly one route when omitting spec.strategy.canary.trafficRouting.istio.virtualService.tcpRoutes
          T-415 | '' | {http: [{BOTH}], tls: [{route: [{destination: {host: stable}}]}]} | TLS | Canary Service 'canary' not found in route
          T-415 | '' | {http: [{BOTH}], tcp: [{route: [{destination: {host: db}}]}]} | | ok
          T-415 | '' | {tls: [{route: [{destination: {host: db}}]}]} | TLS | Canary Service 'canary' not found in route
          T-421 | '' | {http: [{route: [{destination: {host: stable}}]}]} | HTTP | Canary Service 'canary' not found in route
          T-421 | '' | {http: [{route: [{destination: {host: canary}}]}]} | HTTP | Stable Service 'stable' not found in route
          T-420 | '' | {http: [{route: [{destination: {host: .canary}}, {destination: {host: stable.prod}}]}]} | HTTP | Canary Service 'canary' not found in route
          T-421 | '' | {http: [{redirect: {uri: /}}]} | HTTP | Canary Service 'canary' not found in route
          T-421 | '' | {http: [{route: [{weight: 1}]}]} | HTTP | VirtualService `prod/shop`: spec.http[0].route[0].destination must be set; correct the object, until then its routes stay as they are
          T-421 | '' | {http: {a: 1}} | HTTP | VirtualService `prod/shop`: spec.http must be a list, was an object; correct the object, until then its routes stay as they are
          T-421 | '' | {http: [{route: [{destination: {host: 3}}]}]} | HTTP | VirtualService `prod/shop`: spec.http[0].route[0].destination.host must be a text, was 3; correct the object, until then its routes stay as they are
          """)
  @DisplayName("T-410…T-421 a VirtualService whose routes cannot be divided")
  void checks(String rule, String settings, String spec, String protocol, String error) {
    Rollout rollout = rollout(settings, "");
    JsonObject live = virtualService(spec);
    var checked = IstioRouter.check(rollout, settings(rollout), live);
    RoutingPlan plan = plan(rollout, live, "weight: 0");
    if (error.equals("ok")) {
      assertThat(checked).isEmpty();
      assertThat(plan.error()).isNull();
    } else {
      assertThat(checked)
          .contains(
              "Istio VirtualService has invalid %s routes. Error: %s".formatted(protocol, error));
      assertThat(plan.error()).startsWith(error).contains("VirtualService `prod/shop`");
      assertThat(plan.atWeight()).isTrue();
      assertThat(plan.effects()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {hosts: [a]} | Unable to get any of the HTTP, TCP or TLS routes for the Istio VirtualService
          {http: null} | Unable to get any of the HTTP, TCP or TLS routes for the Istio VirtualService
          null         | Unable to get any of the HTTP, TCP or TLS routes for the Istio VirtualService
          [a]          | VirtualService `prod/shop`: spec must be an object, was a list; correct the object, until then its routes stay as they are
          """)
  @DisplayName("T-416 a VirtualService without routes")
  void checksThatThereAreRoutes(String spec, String error) {
    Rollout rollout = rollout("", "");
    assertThat(IstioRouter.check(rollout, settings(rollout), virtualService(spec))).contains(error);
    assertThat(plan(rollout, virtualService(spec), "weight: 20").error())
        .startsWith(error)
        .contains("`prod/shop`");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          route: [{destination: {host: a, subset: v1}}] | Canary DestinationRule subset 'v2' not found in route
          route: [{destination: {host: a, subset: v2}}] | Stable DestinationRule subset 'v1' not found in route
          route: [{destination: {host: canary}}, {destination: {host: a, subset: v1}}] | Canary DestinationRule subset 'v2' not found in route
          """)
  @DisplayName("T-421 a route without one of the subsets")
  void checksSubsets(String route, String error) {
    Rollout rollout =
        rollout("", "destinationRule: {name: shop, canarySubsetName: v2, stableSubsetName: v1}");
    assertThat(
            IstioRouter.check(
                rollout, settings(rollout), virtualService("{http: [{" + route + "}]}")))
        .contains("Istio VirtualService has invalid HTTP routes. Error: " + error);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {weight: 101} | {http: [{BOTH}]} | canary weight must be between 0 and 100, was 101; correct the setWeight and experiment steps
          {weight: -1} | {http: [{BOTH}]} | canary weight must be between 0 and 100, was -1; correct the setWeight and experiment steps
          {weight: 60, additional: [{serviceName: x, weight: 41}]} | {http: [{BOTH}]} | canary and experiment weight must be between 0 and 100, was 101; correct the setWeight and experiment steps
          {weight: 60, additional: [{serviceName: '', weight: 5}]} | {http: [{BOTH}]} | an experiment destination with weight 5 names no Service; the routes stay as they are until its Experiment has one
          {weight: 20} | {http: [{route: [{destination: {host: stable}}, {destination: {host: canary}}, {destination: {host: stable.prod}}]}]} | VirtualService `prod/shop`: spec.http[0].route has the same version more than once, so that its weights would add up to 180 instead of 100; correct the object, until then its routes stay as they are
          {weight: 20} | {http: [{route: [{destination: {host: stable}, weight: '80'}, {destination: {host: canary}}]}]} | VirtualService `prod/shop`: spec.http[0].route[0].weight must be a whole number, was the text "80"; correct the object, until then its routes stay as they are
          """)
  @DisplayName("T-422 weights that do not add up, or lead nowhere, are not written")
  void refusesWeights(String wanted, String spec, String error) {
    RoutingPlan plan =
        plan(rollout("", ""), virtualService(spec.replace("'80'", "\"80\"")), wanted);
    assertThat(plan.error()).isEqualTo(error);
    assertThat(plan.atWeight()).isTrue();
    assertThat(plan.effects()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "reviews, prod, reviews",
    "reviews.web, web, reviews",
    "reviews.web.cluster.local, web, reviews",
    "reviews.web.svc.cluster.local, web, reviews",
    "reviews.web.svc, web, reviews",
    "a.b.web, web, a.b",
    "reviews.svc, svc, reviews",
  })
  @DisplayName("T-400 a VirtualService's name and namespace")
  void findsTheVirtualService(String name, String namespace, String plainName) {
    assertThat(
            IstioRouter.key(
                new IstioVirtualService(name, List.of(), List.of(), List.of()),
                "prod",
                RouterSettings.defaults()))
        .isEqualTo(
            new ObjectKey("networking.istio.io/v1alpha3", "VirtualService", namespace, plainName));
  }

  @Test
  @DisplayName("T-432 a DestinationRule that lacks a subset")
  void refusesARuleWithoutTheSubset() {
    Rollout rollout =
        rollout("", "destinationRule: {name: shop, canarySubsetName: v2, stableSubsetName: v1}");
    JsonObject rule =
        JsonObject.of(
            RoutingCase.parse(
                    """
                    apiVersion: networking.istio.io/v1alpha3
                    kind: DestinationRule
                    metadata: {name: shop, namespace: prod}
                    spec: {host: shop, subsets: [{name: v1}]}
                    """)
                .get(0));
    RoutingPlan plan = plan(rollout, rule, "weight: 20");
    assertThat(plan.error())
        .isEqualTo(
            "DestinationRule `prod/shop`: spec.subsets has no subset 'v2'; correct the object, until then its routes stay as they are");
    assertThat(plan.atWeight()).isFalse();
  }

  @Test
  @DisplayName("T-440 a header route must not take the place of a route that is divided")
  void refusesAStepThatNamesTheMainRoute() {
    RoutingPlan plan =
        plan(
            rollout("routes: [beta]", ""),
            virtualService("{http: [{name: beta, BOTH}]}"),
            "{weight: 0, headerRoutes: [{name: beta, match: [{headerName: a}]}]}");
    assertThat(plan.error())
        .isEqualTo(
            "setHeaderRoute 'beta' is no managed route; name it in managedRoutes, and no route whose weights are set (VirtualService `prod/shop`)");
    assertThat(plan.effects()).isEmpty();
  }

  @Test
  @DisplayName("T-401 neither virtualService nor virtualServices")
  void refusesSettingsWithoutAVirtualService() {
    Rollout rollout =
        Wire.decode(
                Rollout.class,
                RoutingCase.parse(
                        "{kind: Rollout, spec: {strategy: {canary: {trafficRouting: {istio: {}}}}}}")
                    .get(0))
            .value();
    assertThat(plan(rollout, virtualService("{}"), "weight: 0").error())
        .isEqualTo("either VirtualService or VirtualServices must be configured");
  }
}
