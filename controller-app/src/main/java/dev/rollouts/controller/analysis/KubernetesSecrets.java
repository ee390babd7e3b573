package dev.rollouts.controller.analysis;

import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Secrets of the namespace of a run and, for providers, of the controller's. Read by name whenever
 * a measurement needs one; nothing is watched or kept. Thread-safe.
 */
final class KubernetesSecrets implements SecretSource {
  private final Api api;
  private final String runNamespace;
  private final String controllerNamespace;

  KubernetesSecrets(Api api, String runNamespace, String controllerNamespace) {
    this.api = api;
    this.runNamespace = runNamespace;
    this.controllerNamespace = controllerNamespace;
  }

  @Override
  public Map<String, Secret> read(Scope scope, String name) throws UnavailableException {
    String namespace = scope == Scope.RUN ? runNamespace : controllerNamespace;
    Optional<JsonObject> found;
    try {
      found = api.get(new ObjectKey("v1", "Secret", namespace, name));
    } catch (ApiException e) {
      throw new UnavailableException(e.text());
    }
    JsonObject secret =
        found.orElseThrow(() -> new UnavailableException("secrets \"" + name + "\" not found"));
    Map<String, Secret> values = new LinkedHashMap<>();
    if (secret.at("data") instanceof Map<?, ?> data) {
      data.forEach(
          (key, value) ->
              values.put(
                  String.valueOf(key),
                  Secret.of(
                      new String(
                          Base64.getDecoder().decode(String.valueOf(value)),
                          StandardCharsets.UTF_8))));
    }
    return values;
  }
}
