package dev.rollouts.controller.faults;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The definition of Istio's VirtualService, as far as an API server needs it. */
final class RouterDefinitions {
  private static final String NAME = "virtualservices.networking.istio.io";
  private static final String YAML =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: virtualservices.networking.istio.io}
      spec:
        group: networking.istio.io
        scope: Namespaced
        names: {kind: VirtualService, plural: virtualservices, singular: virtualservice}
        versions:
        - name: v1alpha3
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  private RouterDefinitions() {}

  /** Installs it, unless it is there. */
  static synchronized void install(KubernetesClient client) {
    var definitions = client.apiextensions().v1().customResourceDefinitions();
    if (definitions.withName(NAME).get() == null) {
      client.resource(YAML).create();
    }
    definitions
        .withName(NAME)
        .waitUntilCondition(RouterDefinitions::isEstablished, 60, TimeUnit.SECONDS);
  }

  private static boolean isEstablished(@Nullable CustomResourceDefinition definition) {
    return definition != null
        && definition.getStatus() != null
        && definition.getStatus().getConditions() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(
                each -> each.getType().equals("Established") && each.getStatus().equals("True"));
  }
}
