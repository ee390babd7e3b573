package dev.rollouts.cli;

import dev.rollouts.cli.report.Series.Point;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import java.util.List;

/** Values as a row of small bars in the colours of their phases. */
final class Sparkline {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final String ASCII = "_.-=+*%#";

  private Sparkline() {}

  /** The newest values, one column each, padded to {@code columns}. */
  static String of(Screen screen, List<Point> points, int columns) {
    List<Point> newest = points.subList(Math.max(0, points.size() - columns), points.size());
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Point point : newest) {
      if (point.first().isPresent()) {
        low = Math.min(low, point.first().get());
        high = Math.max(high, point.first().get());
      }
    }
    StringBuilder out = new StringBuilder();
    for (Point point : newest) {
      String glyph = "!";
      if (point.first().isPresent()) {
        double span = high - low;
        int level =
            span > 0 ? (int) Math.round((point.first().get() - low) / span * 7) : BARS.length() / 2;
        glyph = screen.glyph(BARS, ASCII).substring(level, level + 1);
      }
      out.append(Style.of(point.phase()).paint(screen, glyph));
    }
    return out + " ".repeat(columns - newest.size());
  }
}
