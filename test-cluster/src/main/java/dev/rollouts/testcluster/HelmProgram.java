package dev.rollouts.testcluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where the program {@code helm} is: in the cache of {@link ClusterPrograms}, below {@code
 * helm-<version>}, where it is built once with Go.
 */
public final class HelmProgram {
  static final String HELM = "helm";

  private HelmProgram() {}

  /**
   * Finds the program, or builds it: three minutes, once.
   *
   * @throws ClusterException when it can neither be found nor built
   */
  public static Path find() {
    return find(System.getenv(), new GoBuild(GoModules.bundled()));
  }

  static Path find(Map<String, String> environment, ClusterPrograms.Builder builder) {
    Path folder = ClusterPrograms.cache(environment, "helm-" + GoModules.bundled().helmVersion());
    if (!Files.isExecutable(folder.resolve(HELM))) {
      builder.build(List.of(HELM), folder);
    }
    return folder.resolve(HELM);
  }

  /** Finds the program, or builds it, and prints where it is. */
  public static void main(String[] args) {
    System.out.println(find());
  }
}
