package dev.rollouts.cli;

import dev.rollouts.cli.terminal.Screen;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that prints for people. */
final class CommonOptions {
  /** When to use colours. */
  enum When {
    auto,
    always,
    never
  }

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "Colours: ${COMPLETION-CANDIDATES}. Default: auto, on a terminal only.")
  When color = When.auto;

  @Option(names = "--no-color", description = "The same as --color=never; so does NO_COLOR.")
  boolean noColor;

  @Option(
      names = "--width",
      paramLabel = "COLUMNS",
      description =
          "Break lines there; 0 for never. Default: COLUMNS, else the width of the terminal.")
  @Nullable Integer width;

  @Option(names = "--debug", description = "Show stack traces of internal errors.")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** What output can look like under these options. */
  Screen screen(Surroundings surroundings) {
    Map<String, String> environment = surroundings.environment();
    boolean terminal = surroundings.tty().isTerminal();
    return new Screen(
        width(surroundings, terminal),
        colour(environment, terminal),
        Screen.isUnicode(environment));
  }

  private boolean colour(Map<String, String> environment, boolean terminal) {
    if (noColor || color == When.never) {
      return false;
    }
    if (color == When.always) {
      return true;
    }
    return terminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  private int width(Surroundings surroundings, boolean terminal) {
    if (width != null) {
      if (width < 0 || (width > 0 && width < Screen.WIDTH_MIN)) {
        throw CliException.badInput(
            "--width: must be 0 or at least %d, was %d".formatted(Screen.WIDTH_MIN, width));
      }
      return width;
    }
    String columns = surroundings.environment().getOrDefault("COLUMNS", "");
    if (columns.matches("[1-9][0-9]{0,4}")) {
      return Integer.parseInt(columns);
    }
    return terminal ? surroundings.tty().columns() : 0;
  }
}
