package dev.rollouts.cli.plugin;

import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.KubeException;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Secrets of a namespace, as far as the user may read them; each is read when it is needed. */
record ClusterSecrets(ApiServer server, String namespace) implements SecretSource {
  @Override
  public Map<String, Secret> read(Scope scope, String name) throws UnavailableException {
    if (scope == Scope.CONTROLLER) {
      throw new UnavailableException(
          "secrets \"%s\" is the controller's own, and is not read from here; give the provider what it needs by its environment variables"
              .formatted(name));
    }
    KubeObject found;
    try {
      found = server.get(Resource.SECRETS, namespace, name);
    } catch (ApiException e) {
      throw new UnavailableException(e.getMessage());
    } catch (KubeException e) {
      throw new UnavailableException(
          "secrets \"%s\" cannot be read: %s".formatted(name, e.getMessage()));
    }
    Map<String, Secret> secrets = new HashMap<>();
    for (Map.Entry<String, ?> each : found.child("data").fields().entrySet()) {
      try {
        String value = String.valueOf(each.getValue());
        secrets.put(
            each.getKey(),
            Secret.of(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
      } catch (IllegalArgumentException e) {
        throw new UnavailableException(
            "secrets \"%s\": key %s is not in base64".formatted(name, each.getKey()));
      }
    }
    return secrets;
  }
}
