package dev.rollouts.testcluster;

import dev.rollouts.crds.CustomResourceDefinitions;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The definitions of the five kinds on a new server. */
final class Definitions {
  private static final long ESTABLISHED_SECONDS = 60;

  private Definitions() {}

  /** Creates all of them and waits until objects can be created. */
  static void install(KubernetesClient client) {
    CustomResourceDefinitions.names().parallelStream()
        .forEach(
            name -> {
              client.resource(CustomResourceDefinitions.yaml(name)).create();
              awaitEstablished(client, name);
            });
  }

  static CustomResourceDefinition awaitEstablished(KubernetesClient client, String name) {
    return client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(name)
        .waitUntilCondition(Definitions::isEstablished, ESTABLISHED_SECONDS, TimeUnit.SECONDS);
  }

  private static boolean isEstablished(@Nullable CustomResourceDefinition definition) {
    return Optional.ofNullable(definition)
        .map(CustomResourceDefinition::getStatus)
        .map(CustomResourceDefinitionStatus::getConditions) // Null at first, on the wire.
        .orElse(List.of())
        .stream()
        .anyMatch(
            condition ->
                condition.getType().equals("Established") && condition.getStatus().equals("True"));
  }
}
