package dev.rollouts.controller;

/** Which version this is. */
final class Version {
  private Version() {}

  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "v" + (version == null ? "0.0.0" : version);
  }
}
