package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is checked before a rollout may use an object. */
class IngressChecksTest {
  @ParameterizedTest(name = "T-102 T-150 {0}, {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {rules: [{http: {paths: [{backend: {service: {name: a}}}]}}]} | a | OK
          {rules: [{host: x}, {http: {paths: [{backend: {serviceName: a}}]}}]} | a | OK
          {rules: [{http: {paths: [{backend: {service: {name: b}}}]}}]} | a | ingress `shop` has no rules using service a backend
          {} | a | ingress `shop` has no rules using service a backend
          {rules: 5} | a | Ingress `prod/shop`: spec.rules must be a list, was 5; correct the object, until then its routes stay as they are
          """)
  void anIngressMustLeadToTheService(String spec, String service, String expected) {
    assertThat(
            IngressChecks.ingress(
                    LiveObjects.tree(
                        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: shop, namespace: prod}, spec: %s}"
                            .formatted(spec)),
                    service)
                .orElse("OK"))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "T-552 {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {service: a} | OK
          {weight: 0} | OK
          {weight: 5} | Ambassador mapping "shop" can not define weight
          {weight: x} | Mapping `shop`: spec.weight must be a whole number, was the text "x"; correct the object, until then its routes stay as they are
          """)
  void aMappingMustNotHaveAWeight(String spec, String expected) {
    assertThat(
            IngressChecks.ambassadorMapping(
                    LiveObjects.tree(
                        "{apiVersion: getambassador.io/v2, kind: Mapping, metadata: {name: shop}, spec: %s}"
                            .formatted(spec)))
                .orElse("OK"))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "T-701 {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {routes: [{name: m, httpRoute: {action: {weightedTargets: [{}, {}]}}}]} | OK
          {} | No routes defined for AppMesh virtual-router shop
          {routes: [{name: m, tcpRoute: {action: {weightedTargets: [{}]}}}]} | Invalid number of weightedTargets (1) for AppMesh virtual-router shop and route m, expected 2
          {routes: [{name: m}]} | not well-formed (VirtualRouter `/shop`: give spec.routes[0] one of httpRoute, tcpRoute, http2Route, grpcRoute)
          {routes: [{name: m, http2Route: {}}]} | not well-formed (VirtualRouter `/shop`: list the targets in spec.routes[0].http2Route.action.weightedTargets)
          """)
  void aVirtualRouterMustHaveBothTargets(String spec, String expected) {
    assertThat(
            IngressChecks.virtualRouter(
                    LiveObjects.tree(
                        "{apiVersion: appmesh.k8s.aws/v1beta2, kind: VirtualRouter, metadata: {name: shop}, spec: %s}"
                            .formatted(spec)))
                .orElse("OK"))
        .isEqualTo(expected);
  }

  @Test
  @DisplayName("T-102 the check and the plan say the same")
  void theCheckAndThePlanSayTheSame() {
    RoutingRequest request =
        LiveObjects.edited(
            LiveObjects.request("nginx", "created"),
            "Ingress/shop-ing/spec/rules/0/http/paths/0/backend/service/name",
            "images");
    assertThat(new NginxRouter().plan(request).error())
        .isEqualTo(
            IngressChecks.ingress(
                    request.objects().asMap().values().iterator().next(), "shop-stable")
                .orElseThrow());
  }
}
