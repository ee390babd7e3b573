package dev.rollouts.controller;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Kinds of routers on a test cluster. */
public final class RouterDefinitions {
  private static final long PATIENCE_SECONDS = 90;

  private RouterDefinitions() {}

  private static List<CustomResourceDefinition> all(KubernetesClient client) {
    try (InputStream in = RouterDefinitions.class.getResourceAsStream("/router-definitions.yaml")) {
      return client.load(in).items().stream().map(CustomResourceDefinition.class::cast).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has all kinds served. */
  public static void install(KubernetesClient client) {
    all(client).forEach(each -> install(client, each));
  }

  /** Has a kind served, such as {@code traefikservices.traefik.io}. */
  public static void install(KubernetesClient client, String name) {
    install(
        client,
        all(client).stream()
            .filter(each -> each.getMetadata().getName().equals(name))
            .findFirst()
            .orElseThrow());
  }

  private static void install(KubernetesClient client, CustomResourceDefinition definition) {
    client.resource(definition).serverSideApply();
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(definition.getMetadata().getName())
        .waitUntilCondition(RouterDefinitions::isEstablished, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static boolean isEstablished(@Nullable CustomResourceDefinition definition) {
    return definition != null
        && definition.getStatus() != null
        && definition.getStatus().getConditions() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(
                each -> each.getType().equals("Established") && each.getStatus().equals("True"));
  }

  /** Takes a kind away, with all its objects. */
  public static void remove(KubernetesClient client, String name) {
    var one = client.apiextensions().v1().customResourceDefinitions().withName(name);
    one.delete();
    one.waitUntilCondition(java.util.Objects::isNull, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
