package dev.rollouts.examples.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that plugins may use: whoever writes a Rollout must not get at others. */
final class SharedFolder {
  private static final Path FOLDER =
      Path.of(System.getProperty("java.io.tmpdir"), "rollouts-example-plugin");

  private SharedFolder() {}

  /**
   * The file of a name.
   *
   * @throws IllegalArgumentException when the name might lead elsewhere
   */
  static Path file(@Nullable Object name) throws IOException {
    String text = String.valueOf(name);
    if (!text.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException(
          "file: expected letters, digits and dashes, was \"" + text + "\"");
    }
    return Files.createDirectories(FOLDER).resolve(text);
  }
}
