package dev.rollouts.cli.plugin;

import java.util.List;
import java.util.Locale;

/** Which build this is (K-180, K-181). */
final class Versions {
  private static final int COMMIT = 7;

  private Versions() {}

  static String number() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "0.0.0" : version;
  }

  /** {@code v1.2.3+54343d8}. */
  static String full() {
    String commit = commit();
    return "v%s+%s%s"
        .formatted(
            number(),
            commit.length() < COMMIT ? "unknown" : commit.substring(0, COMMIT),
            isDirty() ? ".dirty" : "");
  }

  private static String commit() {
    return System.getProperty("rollouts.commit", "");
  }

  private static boolean isDirty() {
    return System.getProperty("rollouts.tree", "").equals("dirty");
  }

  /** What {@code version} prints. */
  static List<String> lines() {
    return List.of(
        Commands.PROGRAM + ": " + full(),
        "  BuildDate: " + System.getProperty("rollouts.built", "unknown"),
        "  GitCommit: " + (commit().isEmpty() ? "unknown" : commit()),
        "  GitTreeState: " + System.getProperty("rollouts.tree", "unknown"),
        "  GoVersion: none, Java " + System.getProperty("java.version"),
        "  Compiler: javac",
        "  Platform: " + platform());
  }

  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String os =
        system.startsWith("mac") ? "darwin" : system.startsWith("windows") ? "windows" : system;
    String arch = System.getProperty("os.arch", "");
    return os + "/" + (arch.equals("x86_64") ? "amd64" : arch.equals("aarch64") ? "arm64" : arch);
  }
}
