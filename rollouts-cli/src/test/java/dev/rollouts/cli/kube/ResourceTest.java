package dev.rollouts.cli.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "v1, Service, /api/v1/namespaces/shop/services",
    "apps/v1, Deployment, /apis/apps/v1/namespaces/shop/deployments",
    "networking.k8s.io/v1, Ingress, /apis/networking.k8s.io/v1/namespaces/shop/ingresses",
    "networking.istio.io/v1, VirtualService, /apis/networking.istio.io/v1/namespaces/shop/virtualservices",
    "networking.istio.io/v1, DestinationRule, /apis/networking.istio.io/v1/namespaces/shop/destinationrules",
    "split.smi-spec.io/v1alpha1, TrafficSplit, /apis/split.smi-spec.io/v1alpha1/namespaces/shop/trafficsplits",
    "getambassador.io/v2, Mapping, /apis/getambassador.io/v2/namespaces/shop/mappings",
    "apisix.apache.org/v2, ApisixRoute, /apis/apisix.apache.org/v2/namespaces/shop/apisixroutes",
    "traefik.io/v1alpha1, TraefikService, /apis/traefik.io/v1alpha1/namespaces/shop/traefikservices",
    "appmesh.k8s.aws/v1beta2, VirtualRouter, /apis/appmesh.k8s.aws/v1beta2/namespaces/shop/virtualrouters",
    "gateway.networking.k8s.io/v1, HTTPRoute, /apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes",
    "autoscaling/v2, HorizontalPodAutoscaler, /apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers",
    "networking.k8s.io/v1, NetworkPolicy, /apis/networking.k8s.io/v1/namespaces/shop/networkpolicies",
  })
  @DisplayName(
      "K-200 kinds that a rollout refers to are found without asking for the kinds there are")
  void paths(String apiVersion, String kind, String path) {
    assertThat(Resource.of(apiVersion, kind).path("shop")).isEqualTo(path);
  }
}
