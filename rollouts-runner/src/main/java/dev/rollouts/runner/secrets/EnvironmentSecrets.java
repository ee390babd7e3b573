package dev.rollouts.runner.secrets;

import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Secrets in environment variables: key {@code api-key} of the secret {@code shop.tokens} is {@code
 * SHOP_TOKENS_API_KEY}. Each key is there as the variable spells it, in lower case, and in lower
 * case with dashes. The same for every scope. Immutable and thread-safe.
 */
public final class EnvironmentSecrets implements SecretSource {
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Z0-9]");

  private final Map<String, String> environment;

  private EnvironmentSecrets(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** A source that reads these variables, such as {@code System.getenv()}. */
  public static EnvironmentSecrets of(Map<String, String> environment) {
    return new EnvironmentSecrets(environment);
  }

  @Override
  public Map<String, Secret> read(Scope scope, String name) throws UnavailableException {
    String prefix = NOT_IN_NAMES.matcher(name.toUpperCase(Locale.ROOT)).replaceAll("_") + "_";
    Map<String, Secret> keys = new HashMap<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(prefix) && variable.length() > prefix.length()) {
            String key = variable.substring(prefix.length());
            Secret secret = Secret.of(value);
            keys.put(key, secret);
            keys.put(key.toLowerCase(Locale.ROOT), secret);
            keys.put(key.toLowerCase(Locale.ROOT).replace('_', '-'), secret);
          }
        });
    if (keys.isEmpty()) {
      throw new UnavailableException(
          "secrets \"%s\" not found: no environment variable starts with %s"
              .formatted(name, prefix));
    }
    return keys;
  }

  @Override
  public String toString() {
    return "EnvironmentSecrets";
  }
}
