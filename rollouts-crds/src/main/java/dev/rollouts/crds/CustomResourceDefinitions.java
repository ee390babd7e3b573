package dev.rollouts.crds;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The definitions as YAML, one object each. They carry no descriptions, so that {@code kubectl
 * apply} can keep a copy in its annotation. Spec: docs/spec/rollout-api.md#definitions. Stateless
 * and thread-safe.
 */
public final class CustomResourceDefinitions {
  private static final List<String> NAMES =
      List.of(
          "rollouts.argoproj.io",
          "experiments.argoproj.io",
          "analysisruns.argoproj.io",
          "analysistemplates.argoproj.io",
          "clusteranalysistemplates.argoproj.io");

  private CustomResourceDefinitions() {}

  /** The names of the definitions. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * A definition as YAML.
   *
   * @param name one of {@link #names}
   * @throws IllegalArgumentException for any other name
   */
  public static String yaml(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "no definition is called " + name + "; there are " + String.join(", ", NAMES));
    }
    try (InputStream file = CustomResourceDefinitions.class.getResourceAsStream(name + ".yaml")) {
      if (file == null) {
        throw new IllegalStateException(name + ".yaml is missing from the class path");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + name + ".yaml", e);
    }
  }
}
