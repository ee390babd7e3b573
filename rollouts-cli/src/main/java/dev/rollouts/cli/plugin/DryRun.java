package dev.rollouts.cli.plugin;

import dev.rollouts.cli.plugin.line.Flag;
import dev.rollouts.cli.plugin.line.LineException;
import dev.rollouts.cli.plugin.line.Values;

/** Whether something is written, as kubectl has it. */
enum DryRun {
  NONE(""),
  CLIENT(" (dry run)"),
  SERVER(" (server dry run)");

  static final Flag FLAG =
      Flag.text(
          "dry-run",
          "",
          "none",
          "none, client (write nothing), or server (let the API server check it and write nothing)");

  private final String suffix;

  DryRun(String suffix) {
    this.suffix = suffix;
  }

  String suffix() {
    return suffix;
  }

  /** What the flag says. */
  static DryRun of(Values values) {
    String text = values.text("dry-run");
    return switch (text) {
      case "", "none" -> NONE;
      case "client" -> CLIENT;
      case "server" -> SERVER;
      default ->
          throw new LineException(
              "Invalid dry-run value (%s). Must be \"none\", \"server\", or \"client\"."
                  .formatted(text));
    };
  }
}
