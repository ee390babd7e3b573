package dev.rollouts.cli;

import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.runner.secrets.FileSecrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the secrets come from that a template refers to. Values are never given on the command
 * line, where everybody can read them.
 */
final class SecretOptions {
  private static final Pattern MAPPING =
      Pattern.compile("(?<name>[^/=]+)/(?<key>[^=]+)=(?<from>env|file):(?<where>.+)");
  private static final long BYTES_MAX = 1 << 20;

  @Option(
      names = "--secrets-dir",
      paramLabel = "DIR",
      description = "Secrets as files: DIR/<secret>/<key>, as a cluster mounts them.")
  @Nullable String directory;

  @Option(
      names = "--secret",
      paramLabel = "NAME/KEY=FROM",
      description =
          "One key of a secret: env:VARIABLE or file:PATH. May be given several times; wins over"
              + " --secrets-dir.")
  List<String> secrets = new ArrayList<>();

  /** The secrets; each file is read when it is needed, each time anew. */
  SecretSource source(Surroundings surroundings) {
    SecretSource below = SecretSource.none();
    if (directory != null) {
      Path path = Manifests.path(directory);
      if (!Files.isDirectory(path)) {
        throw CliException.badInput(
            "--secrets-dir %s: there is no such folder".formatted(directory));
      }
      below = FileSecrets.in(path);
    }
    Map<String, Map<String, Origin>> named = named(surroundings.environment());
    return named.isEmpty() ? below : combined(named, below);
  }

  private static SecretSource combined(Map<String, Map<String, Origin>> named, SecretSource below) {
    return (scope, name) -> {
      Map<String, Origin> keys = named.get(name);
      if (keys == null) {
        return below.read(scope, name);
      }
      Map<String, Secret> all = new HashMap<>();
      try {
        all.putAll(below.read(scope, name));
      } catch (SecretSource.UnavailableException onlyNamed) {
        // The keys given one by one may be all there is.
      }
      for (Map.Entry<String, Origin> key : keys.entrySet()) {
        all.put(key.getKey(), key.getValue().read(name));
      }
      return all;
    };
  }

  private Map<String, Map<String, Origin>> named(Map<String, String> environment) {
    Map<String, Map<String, Origin>> named = new HashMap<>();
    for (String secret : secrets) {
      Matcher mapping = MAPPING.matcher(secret);
      if (!mapping.matches()) {
        // What was given may be the secret itself, so it is not repeated.
        throw CliException.badInput(
            "--secret: expected NAME/KEY=env:VARIABLE or NAME/KEY=file:PATH, such as prom/token=env:TOKEN");
      }
      String where = mapping.group("where");
      Origin origin =
          mapping.group("from").equals("env")
              ? variable(environment, where)
              : file(Manifests.path(where));
      named
          .computeIfAbsent(mapping.group("name"), name -> new HashMap<>())
          .put(mapping.group("key"), origin);
    }
    return named;
  }

  private static Origin variable(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null) {
      throw CliException.badInput(
          "--secret: the environment variable %s is not set; export it first".formatted(name));
    }
    return secret -> Secret.of(value);
  }

  private static Origin file(Path path) {
    if (!Files.isRegularFile(path)) {
      throw CliException.badInput(
          "--secret: %s: there is no such file; write the path of one".formatted(path));
    }
    return secret -> {
      try {
        if (Files.size(path) > BYTES_MAX) {
          throw new SecretSource.UnavailableException(
              "secrets \"%s\" cannot be read: the file is larger than 1 MiB".formatted(secret));
        }
        return Secret.of(Files.readString(path, StandardCharsets.UTF_8).stripTrailing());
      } catch (IOException e) {
        throw new SecretSource.UnavailableException(
            "secrets \"%s\" cannot be read: %s".formatted(secret, e.getClass().getSimpleName()));
      }
    };
  }

  /** Reads one key. */
  private interface Origin {
    Secret read(String secret) throws SecretSource.UnavailableException;
  }
}
