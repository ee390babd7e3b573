package dev.rollouts.cli;

/** Which version this is; from the jar's manifest. */
final class Version {
  private Version() {}

  /** {@code rollouts 1.2.3 (Java 17.0.9)}. */
  static String text() {
    return "rollouts " + number() + " (Java " + System.getProperty("java.version") + ")";
  }

  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
