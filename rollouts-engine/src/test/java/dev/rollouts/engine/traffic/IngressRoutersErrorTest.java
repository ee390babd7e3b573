package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.HeaderMatch;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that cannot be edited, and writes that the cluster refuses. */
class IngressRoutersErrorTest {
  @ParameterizedTest(name = "{0} {3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "absent",
      textBlock =
          """
          T-600 | apisix  | ApisixRoute/shop/spec/http                     | absent | spec.http was not found in Apisix Route manifest
          T-601 | apisix  | ApisixRoute/shop/spec/http/0/name              | absent | Apisix http route rule name field not found
          T-601 | apisix  | ApisixRoute/shop/spec/http/0/name              | other  | Apisix http route rule shop not found
          T-601 | apisix  | ApisixRoute/shop/spec/http/0/backends          | absent | Apisix http route backends not found
          T-601 | apisix  | ApisixRoute/shop/spec/http/0/backends/0/serviceName | x | apisix route shop-stable backend was not found
          T-601 | apisix  | ApisixRoute/shop/spec/http/0/backends/1/serviceName | x | apisix route shop-canary backend was not found
          T-601 | apisix  | ApisixRoute/shop/spec/http/0/backends/1/weight | x      | ApisixRoute `prod/shop`: spec.http[0].backends[1].weight must be a whole number
          T-651 | traefik | TraefikService/shop/spec/weighted/services     | absent | spec.weighted.services was not found in traefik service manifest
          T-651 | traefik | TraefikService/shop/spec/weighted/services/0/name | absent | name field was not found in service
          T-651 | traefik | TraefikService/shop/spec/weighted/services/0/name | x   | traefik stable service was not found
          T-651 | traefik | TraefikService/shop/spec/weighted/services/1/name | x   | traefik canary service was not found
          T-700 | appmesh | VirtualService/shop/spec/provider              | absent | Virtual-service is not associated with virtual-router
          T-701 | appmesh | VirtualRouter/shop-router/spec/routes          | absent | No routes found
          T-701 | appmesh | VirtualRouter/shop-router/spec/routes/0/httpRoute | absent | not well-formed
          T-701 | appmesh | VirtualRouter/shop-router/spec/routes/0/httpRoute/action | absent | not well-formed
          T-701 | appmesh | VirtualRouter/shop-router/spec/routes/0/httpRoute/action/weightedTargets | 20 | VirtualRouter `prod/shop-router`: spec.routes[0].httpRoute.action.weightedTargets must be a list
          T-101 | nginx   | Ingress/shop-ing/spec/rules                    | 5      | Ingress `prod/shop-ing`: spec.rules must be a list
          T-106 | nginx   | Ingress/shop-shop-ing-canary/metadata/annotations | x   | Ingress `prod/shop-shop-ing-canary`: metadata.annotations must be an object
          T-150 | alb     | Ingress/shop-ing/metadata/annotations          | x      | Ingress `prod/shop-ing`: metadata.annotations must be an object
          T-553 | ambassador | Mapping/shop-canary/spec/weight             | x      | Mapping `prod/shop-canary`: spec.weight must be a whole number
          """)
  void whatIsMalformedIsNamed(
      String rule, String router, String path, String value, String expected) {
    RoutingRequest request = LiveObjects.edited(LiveObjects.request(router, "weight"), path, value);
    RoutingPlan plan = IngressRoutersGoldenTest.ROUTERS.get(router).plan(request);
    assertThat(plan.error()).startsWith(expected);
    assertThat(plan.error()).contains("prod/");
    assertThat(plan.atWeight()).isTrue();
    assertThat(plan.isSettled()).isFalse();
  }

  @ParameterizedTest(name = "{0} {4}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          T-108 | nginx      | created | none | error creating canary ingress `shop-shop-ing-canary`: quota exceeded
          T-108 | nginx      | weight  | none | error patching canary ingress `shop-shop-ing-canary`: quota exceeded
          T-153 | alb        | weight  | none | error patching alb ingress `shop-ing`: quota exceeded
          T-552 | ambassador | created | CanaryMappingCreationError | Error creating canary mapping "shop-canary": quota exceeded
          T-553 | ambassador | weight  | CanaryMappingUpdateError | Error updating canary mapping "shop-canary": quota exceeded
          T-601 | apisix     | weight  | ApisixRouteUpdateError | Error updating apisix route "shop": quota exceeded
          T-650 | traefik    | weight  | TraefikServiceUpdateError | Error updating traefik service "shop": quota exceeded
          T-702 | appmesh    | first   | none | error updating VirtualNode `shop-stable`: quota exceeded
          """)
  void aRefusedWriteIsAnErrorAndLeftToTheNextTurn(
      String rule, String router, String example, String event, String expected) {
    TrafficRouter subject = IngressRoutersGoldenTest.ROUTERS.get(router);
    RoutingRequest request = LiveObjects.request(router, example);
    RoutingPlan first = subject.plan(request);
    RoutingPlan second =
        subject.plan(LiveObjects.refused(request, first, Refusal.OTHER, "quota exceeded"));
    assertThat(second.error()).isEqualTo(expected);
    assertThat(second.atWeight()).isEqualTo(!rule.equals("T-702"));
    assertThat(LiveObjects.writes(second)).isFalse();
    assertThat(LiveObjects.events(second))
        .isEqualTo(event == null ? List.of() : List.of(Event.warning(event, expected)));
    for (Refusal passing : Set.of(Refusal.CONFLICT, Refusal.ALREADY_EXISTS, Refusal.NOT_FOUND)) {
      assertThat(subject.plan(LiveObjects.refused(request, first, passing, "again")))
          .isEqualTo(first);
    }
  }

  @ParameterizedTest(name = "{0} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          T-602 | header         | Create | Error creating apisix route "beta": quota exceeded
          T-602 | header-updated | Update | Error updating apisix route "beta": quota exceeded
          T-603 | header-removed | Delete | Error deleting apisix route "beta": quota exceeded
          """)
  void aRefusedHeaderRouteIsNoErrorOfTheWeight(
      String rule, String example, String verb, String expected) {
    RoutingRequest request = LiveObjects.request("apisix", example);
    TrafficRouter router = new ApisixRouter();
    List<ClusterEffect> writes = router.plan(request).effects();
    ClusterEffect last = writes.get(writes.size() - 1);
    RoutingPlan plan =
        router.plan(
            LiveObjects.refused(
                request, RoutingPlan.of(List.of(last)), Refusal.OTHER, "quota exceeded"));
    assertThat(plan.error()).isEqualTo(expected);
    assertThat(plan.atWeight()).isFalse();
    assertThat(LiveObjects.events(plan))
        .containsExactly(Event.warning("ApisixRoute" + verb + "Error", expected));
  }

  @Test
  @DisplayName("T-554 a canary Mapping without weight that cannot be deleted holds nothing up")
  void aMappingThatStaysIsSaidButNoError() {
    RoutingRequest request =
        LiveObjects.edited(
            LiveObjects.request("ambassador", "ended"), "Mapping/shop-canary/spec/weight", 0);
    TrafficRouter router = new AmbassadorRouter();
    RoutingPlan first = router.plan(request);
    assertThat(first.effects()).hasOnlyElementsOfType(ClusterEffect.DeleteObject.class);
    RoutingPlan second =
        router.plan(LiveObjects.refused(request, first, Refusal.OTHER, "forbidden"));
    assertThat(second.isSettled()).isTrue();
    assertThat(LiveObjects.events(second))
        .containsExactly(
            Event.warning(
                "CanaryMappingCleanupError",
                "Error deleting canary mapping \"shop-canary\": forbidden"));
  }

  @ParameterizedTest(name = "T-550 {0} is {1}")
  @CsvSource({
    "getambassador.io/v2, Mapping",
    "getambassador.io/v3alpha1, Mapping",
    "x.getambassador.io/v3alpha1, AmbassadorMapping",
    "acme.test/v1, Mapping"
  })
  void theGroupNamesTheKindOfMapping(String version, String kind) {
    RouterSettings defaults = RouterSettings.defaults();
    RouterSettings settings =
        new RouterSettings(
            defaults.ingressApiVersion(),
            defaults.istioApiVersion(),
            defaults.trafficSplitApiVersion(),
            version,
            defaults.traefikApiVersion(),
            defaults.appMeshApiVersion(),
            false);
    RoutingRequest request = LiveObjects.request("ambassador", "created");
    assertThat(new AmbassadorRouter().reads(request.rollout(), request.objects(), settings))
        .contains(new ObjectKey(version, kind, "prod", "shop"));
  }

  @Test
  @DisplayName("T-101 T-150 T-154 the older Ingress has the same content in its own spelling")
  void olderIngressesAreSpelledAsTheyAre() {
    JsonObject older =
        LiveObjects.tree(
            """
            apiVersion: extensions/v1beta1
            kind: Ingress
            metadata: {name: shop-ing, namespace: prod}
            spec:
              rules:
              - http: {paths: [{path: /, backend: {serviceName: shop-stable, servicePort: 80}}]}
              - http: {paths: [{path: /*, backend: {serviceName: shop-root, servicePort: use-annotation}}]}
            """);
    JsonObject canary = write("nginx", "created", older);
    assertThat(canary.at("apiVersion")).isEqualTo("extensions/v1beta1");
    assertThat(canary.at("spec", "rules"))
        .isEqualTo(
            LiveObjects.tree(
                    """
                    rules:
                    - http: {paths: [{path: /, backend: {serviceName: shop-canary, servicePort: 80}}]}
                    """)
                .at("rules"));
    assertThat(write("alb", "header", older).at("spec", "rules"))
        .isEqualTo(
            LiveObjects.tree(
                    """
                    rules:
                    - http:
                        paths:
                        - {path: /*, pathType: ImplementationSpecific, backend: {serviceName: beta, servicePort: use-annotation}}
                        - {path: /, backend: {serviceName: shop-stable, servicePort: 80}}
                    - http:
                        paths:
                        - {path: /*, pathType: ImplementationSpecific, backend: {serviceName: beta, servicePort: use-annotation}}
                        - {path: /*, backend: {serviceName: shop-root, servicePort: use-annotation}}
                    """)
                .at("rules"));
  }

  private static JsonObject write(String router, String example, JsonObject ingress) {
    RouterSettings defaults = RouterSettings.defaults();
    RouterSettings settings =
        new RouterSettings(
            "extensions/v1beta1",
            defaults.istioApiVersion(),
            defaults.trafficSplitApiVersion(),
            defaults.ambassadorApiVersion(),
            defaults.traefikApiVersion(),
            defaults.appMeshApiVersion(),
            false);
    RoutingRequest request =
        LiveObjects.with(
            RoutingCase.over(
                LiveObjects.request(router, example), ClusterObjects.of(List.of(ingress))),
            settings,
            List.of());
    ClusterEffect write =
        IngressRoutersGoldenTest.ROUTERS.get(router).plan(request).effects().get(0);
    return write instanceof ClusterEffect.CreateObject create
        ? create.object()
        : ((ClusterEffect.UpdateObject) write).after();
  }

  @Test
  @DisplayName("T-003 a rollout without the router is none of its business")
  void othersAreLeftAlone() {
    RoutingRequest foreign = LiveObjects.request("traefik", "weight");
    Map<String, TrafficRouter> routers = IngressRoutersGoldenTest.ROUTERS;
    routers.forEach(
        (name, router) -> {
          if (!name.equals("traefik")) {
            assertThat(router.isConfigured(foreign.rollout())).isFalse();
            assertThat(router.reads(foreign.rollout(), foreign.objects(), foreign.settings()))
                .isEmpty();
            assertThat(router.plan(foreign)).isEqualTo(RoutingPlan.settled());
          }
        });
  }

  @ParameterizedTest(name = "T-004 {0} passes header and mirror routes and experiments over")
  @ValueSource(strings = {"nginx", "ambassador", "traefik", "appmesh"})
  void whatARouterCannotDoIsPassedOver(String router) {
    RoutingRequest plain = LiveObjects.request(router, "weight");
    RoutingRequest more =
        new RoutingRequest(
            plain.rollout(),
            plain.objects(),
            plain.replicaSets(),
            plain.canaryHash(),
            plain.stableHash(),
            plain.weight(),
            List.of(new WeightDestination(5, "exp-a", "h")),
            List.of(new SetHeaderRoute("beta", List.of(new HeaderMatch("x", null)))),
            List.of(new SetMirrorRoute("copy", List.of(), null)),
            false,
            false,
            plain.settings(),
            List.of());
    TrafficRouter subject = IngressRoutersGoldenTest.ROUTERS.get(router);
    assertThat(subject.plan(more)).isEqualTo(subject.plan(plain));
    assertThat(subject.plan(more).error()).isNull();
  }
}
