package dev.rollouts.controller;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags about plugins. */
final class PluginFlags {
  private static final String VARIABLE = "ROLLOUTS_PLUGIN_FOLDER";

  @Option(
      names = "--plugin-folder",
      paramLabel = "FOLDER",
      description =
          "Jars with metric providers, traffic routers and steps. Default: "
              + VARIABLE
              + ", else none.")
  @Nullable Path folder;

  /**
   * The folder, if there is one.
   *
   * @throws IllegalArgumentException when it cannot be read
   */
  Optional<Path> folder(Map<String, String> environment) {
    Path path = folder;
    String source = "--plugin-folder";
    if (path == null) {
      String named = environment.getOrDefault(VARIABLE, "");
      if (named.isEmpty()) {
        return Optional.empty();
      }
      path = Path.of(named);
      source = VARIABLE;
    }
    if (!Files.isDirectory(path) || !Files.isReadable(path)) {
      throw new IllegalArgumentException(
          "%s: expected a folder that can be read, was \"%s\"".formatted(source, path));
    }
    return Optional.of(path);
  }
}
