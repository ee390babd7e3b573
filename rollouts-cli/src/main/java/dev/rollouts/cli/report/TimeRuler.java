package dev.rollouts.cli.report;

import dev.rollouts.cli.terminal.Durations;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import java.time.Duration;
import java.util.List;

/** The axis of time under a plot of characters. */
final class TimeRuler {
  private TimeRuler() {}

  /** Where a moment lies, from 0 to {@code columns - 1}. */
  static int column(Duration at, Duration length, int columns) {
    double share = at.toMillis() / (double) length.toMillis();
    return Math.max(0, Math.min(columns - 1, (int) Math.round(share * (columns - 1))));
  }

  /** The line with the marks, and that with the times. */
  static List<String> lines(Screen screen, Duration length, int labelColumns, int columns) {
    Duration step = Durations.round(length.dividedBy(Math.max(1, columns / 14)));
    StringBuilder ruler = new StringBuilder(screen.glyph("└", "+"));
    StringBuilder times = new StringBuilder(" ");
    int nextMark = 0;
    int nextLabel = 0;
    for (Duration at = Duration.ZERO; at.compareTo(length) <= 0; at = at.plus(step)) {
      int column = column(at, length, columns);
      String label = Durations.shown(at);
      if (column < nextMark || column < nextLabel || column + label.length() > columns) {
        continue;
      }
      ruler.append(screen.glyph("─", "-").repeat(column - nextMark)).append(screen.glyph("┬", "+"));
      nextMark = column + 1;
      times.append(" ".repeat(column - nextLabel)).append(label);
      nextLabel = column + label.length() + 1;
      times.append(' ');
    }
    ruler.append(screen.glyph("─", "-").repeat(Math.max(0, columns - nextMark)));
    String indent = " ".repeat(labelColumns + 1);
    return List.of(
        Style.DIM.paint(screen, indent + ruler),
        Style.DIM.paint(screen, (indent + times).stripTrailing()));
  }
}
