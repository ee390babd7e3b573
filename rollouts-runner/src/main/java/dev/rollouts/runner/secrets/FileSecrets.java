package dev.rollouts.runner.secrets;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Secrets in files, as a cluster or a container runtime mounts them: a folder for each secret with
 * a file for each key. A plain file in place of a folder is a secret with the single key {@code
 * value}. One line break at the end of a file is not part of the secret. Read anew each time, so a
 * rotated secret is used with the next measurement. The same for every scope. Thread-safe.
 */
public final class FileSecrets implements SecretSource {
  /** The key of a secret that is a plain file. */
  public static final String ONLY_KEY = "value";

  private static final long BYTES_MAX = 1 << 20;

  private final Path directory;

  private FileSecrets(Path directory) {
    this.directory = directory;
  }

  /** A source that reads below a directory such as {@code /run/secrets}. */
  public static FileSecrets in(Path directory) {
    return new FileSecrets(requireNonNull(directory, "directory"));
  }

  @Override
  public Map<String, Secret> read(Scope scope, String name) throws UnavailableException {
    if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
      throw new UnavailableException(
          "secrets \"" + name + "\" not found: not a name that a file can have");
    }
    Path place = directory.resolve(name);
    try {
      if (Files.isRegularFile(place)) {
        return Map.of(ONLY_KEY, content(place));
      }
      if (!Files.isDirectory(place)) {
        throw new UnavailableException("secrets \"" + name + "\" not found");
      }
      Map<String, Secret> keys = new HashMap<>();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
        for (Path file : files) {
          String key = String.valueOf(file.getFileName());
          // Mounted secrets keep their versions in hidden folders beside the keys.
          if (!key.startsWith("..") && Files.isRegularFile(file)) {
            keys.put(key, content(file));
          }
        }
      }
      return keys;
    } catch (IOException e) {
      throw new UnavailableException(
          "secrets \"%s\" cannot be read: %s".formatted(name, e.getClass().getSimpleName()));
    }
  }

  private static Secret content(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) {
      throw new IOException("larger than 1 MiB");
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    if (text.endsWith("\r\n")) {
      return Secret.of(text.substring(0, text.length() - 2));
    }
    return Secret.of(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
  }

  @Override
  public String toString() {
    return "FileSecrets[" + directory + "]";
  }
}
