package dev.rollouts.runner.secrets;

import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import java.util.HashMap;
import java.util.Map;

/** Secrets that the program already has. The same for every scope. Immutable and thread-safe. */
public final class MapSecrets implements SecretSource {
  private final Map<String, Map<String, Secret>> secrets;

  private MapSecrets(Map<String, Map<String, Secret>> secrets) {
    this.secrets = secrets;
  }

  /** A source of these secrets: values by key by name of the secret. */
  public static MapSecrets of(Map<String, Map<String, Secret>> secrets) {
    Map<String, Map<String, Secret>> copy = new HashMap<>();
    secrets.forEach((name, keys) -> copy.put(name, Map.copyOf(keys)));
    return new MapSecrets(copy);
  }

  /** A source of one secret with one key. */
  public static MapSecrets of(String name, String key, String value) {
    return of(Map.of(name, Map.of(key, Secret.of(value))));
  }

  @Override
  public Map<String, Secret> read(Scope scope, String name) throws UnavailableException {
    Map<String, Secret> keys = secrets.get(name);
    if (keys == null) {
      throw new UnavailableException("secrets \"" + name + "\" not found");
    }
    return keys;
  }

  /** Shows names of secrets only. */
  @Override
  public String toString() {
    return "MapSecrets" + secrets.keySet();
  }
}
