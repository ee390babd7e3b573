package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.cli.report.Series.Point;
import dev.rollouts.cli.report.Series.Threshold;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import dev.rollouts.cli.terminal.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws measured values over time with characters. Each measurement is a mark in the colour of its
 * phase.
 */
final class TextPlot {
  private static final int ROWS = 9;
  private static final int WIDTH_UNLIMITED = 100;
  private static final int WIDTH_MAX = 140;
  private static final int LABEL_MIN = 6;

  private final Screen screen;
  private final Series series;
  private final Duration length;
  private final Scale scale;
  private final int labelColumns;
  private final int columns;

  /** Row by row from the top; the last row is for measurements without a number. */
  private final @Nullable Cell[][] cells;

  private record Cell(String glyph, Style style) {}

  TextPlot(Screen screen, Series series, Duration length) {
    this.screen = screen;
    this.series = series;
    this.length = length.isZero() ? Duration.ofSeconds(1) : length;
    this.scale = series.scale(ROWS / 2);
    int widest = 4;
    for (double mark : scale.marks()) {
      widest = Math.max(widest, scale.label(mark).length());
    }
    for (Threshold threshold : series.thresholds()) {
      widest = Math.max(widest, Scale.plain(threshold.value()).length());
    }
    this.labelColumns = widest + 2;
    int available = Math.min(WIDTH_MAX, screen.widthOr(WIDTH_UNLIMITED));
    this.columns = Math.max(16, available - labelColumns - 3);
    this.cells = new @Nullable Cell[ROWS + 1][columns];
  }

  /** What the marks mean. */
  static String legend(Screen screen) {
    StringBuilder out = new StringBuilder();
    for (AnalysisPhase phase :
        new AnalysisPhase[] {
          AnalysisPhase.SUCCESSFUL,
          AnalysisPhase.FAILED,
          AnalysisPhase.INCONCLUSIVE,
          AnalysisPhase.ERROR
        }) {
      out.append("  ").append(Style.of(phase).paint(screen, glyph(screen, phase)));
      out.append(' ').append(Style.DIM.paint(screen, phase.wireName()));
    }
    return out.toString();
  }

  /** The lines of the plot, top down; without the title. */
  List<String> lines() {
    for (Point point : series.points()) {
      mark(point);
    }
    connect();
    series.thresholds().forEach(this::label);
    series.thresholds().forEach(this::dash);
    List<String> lines = new ArrayList<>();
    for (int row = 0; row <= ROWS; row++) {
      lines.add(axis(row) + line(row));
    }
    lines.addAll(TimeRuler.lines(screen, length, labelColumns, columns));
    return lines;
  }

  private int roughRow(double number) {
    return (int) Math.round((1 - scale.share(number)) * (ROWS - 1));
  }

  /**
   * Row of a number, 0 at the top. Next to a threshold it is drawn on the side where it belongs:
   * that is what the eye asks.
   */
  private int row(double number) {
    int row = roughRow(number);
    for (Threshold threshold : series.thresholds()) {
      if (roughRow(threshold.value()) == row && number != threshold.value()) {
        return Math.max(0, Math.min(ROWS - 1, number > threshold.value() ? row - 1 : row + 1));
      }
    }
    return row;
  }

  private int column(Duration at) {
    return TimeRuler.column(at, length, columns);
  }

  private void mark(Point point) {
    Cell cell = new Cell(glyph(screen, point.phase()), Style.of(point.phase()));
    int column = column(point.at());
    boolean drawn = false;
    for (double number : point.numbers()) {
      if (Double.isFinite(number)) {
        cells[row(number)][column] = cell;
        drawn = true;
      }
    }
    if (!drawn) {
      cells[ROWS][column] = cell;
    }
  }

  private static String glyph(Screen screen, AnalysisPhase phase) {
    return switch (phase) {
      case SUCCESSFUL -> screen.glyph("●", "o");
      case FAILED -> screen.glyph("✗", "X");
      case INCONCLUSIVE -> "?";
      case ERROR -> "!";
      case RUNNING, PENDING -> screen.glyph("…", ":");
    };
  }

  /** Dots between the first numbers of neighbours, so that the eye can follow. */
  private void connect() {
    Cell dot = new Cell(screen.glyph("·", "."), Style.DIM);
    Point before = null;
    for (Point point : series.points()) {
      double to = point.first().orElse(Double.NaN);
      double from = before == null ? Double.NaN : before.first().orElse(Double.NaN);
      if (before != null && Double.isFinite(from) && Double.isFinite(to)) {
        int start = column(before.at());
        int end = column(point.at());
        for (int column = start + 1; column < end; column++) {
          double share = (column - start) / (double) (end - start);
          put(roughRow(from + (to - from) * share), column, dot);
        }
      }
      before = point;
    }
  }

  private void put(int row, int column, Cell cell) {
    if (cells[row][column] == null) {
      cells[row][column] = cell;
    }
  }

  private static Style style(Threshold threshold) {
    return Style.of(threshold.fails() ? AnalysisPhase.FAILED : AnalysisPhase.INCONCLUSIVE);
  }

  /** The comparison on its line, as far to the right as there is room. */
  private void label(Threshold threshold) {
    int row = roughRow(threshold.value());
    String text = Text.shown(screen, threshold.text());
    String label =
        " " + Text.cut(screen, text, Math.max(LABEL_MIN, columns / 2)).replace(' ', '\u00a0') + " ";
    int width = Text.width(label);
    for (int start = columns - width - 2; start >= 0; start--) {
      if (isFree(row, start, width)) {
        int column = start;
        for (int i = 0; i < label.length(); ) {
          int c = label.codePointAt(i);
          String glyph = c == '\u00a0' ? " " : new String(Character.toChars(c));
          cells[row][column] = new Cell(glyph, style(threshold));
          for (int more = 1; more < Text.width(glyph); more++) {
            cells[row][column + more] = new Cell("", style(threshold));
          }
          column += Math.max(1, Text.width(glyph));
          i += Character.charCount(c);
        }
        return;
      }
    }
  }

  private boolean isFree(int row, int start, int width) {
    for (int column = start; column < start + width; column++) {
      if (cells[row][column] != null) {
        return false;
      }
    }
    return true;
  }

  private void dash(Threshold threshold) {
    Cell dash = new Cell(screen.glyph("╌", "-"), style(threshold));
    for (int column = 0; column < columns; column++) {
      put(roughRow(threshold.value()), column, dash);
    }
  }

  private String axis(int row) {
    if (row == ROWS) {
      boolean used = false;
      for (Cell cell : cells[ROWS]) {
        used |= cell != null;
      }
      return Style.DIM.paint(
          screen, Text.padLeft(used ? "none" : "", labelColumns) + " " + screen.glyph("│", "|"));
    }
    for (Threshold threshold : series.thresholds()) {
      if (roughRow(threshold.value()) == row) {
        String label = Text.padLeft(Scale.plain(threshold.value()), labelColumns) + " ";
        return style(threshold).paint(screen, label)
            + Style.DIM.paint(screen, screen.glyph("┤", "+"));
      }
    }
    for (double mark : scale.marks()) {
      if (roughRow(mark) == row) {
        String label = Text.padLeft(scale.label(mark), labelColumns) + " ";
        return Style.DIM.paint(screen, label + screen.glyph("┤", "+"));
      }
    }
    return Style.DIM.paint(screen, " ".repeat(labelColumns + 1) + screen.glyph("│", "|"));
  }

  /** A row with as few changes of colour as it needs. */
  private String line(int row) {
    StringBuilder out = new StringBuilder();
    StringBuilder run = new StringBuilder();
    StringBuilder blanks = new StringBuilder();
    Style style = Style.PLAIN;
    for (Cell cell : cells[row]) {
      if (cell == null) {
        blanks.append(' ');
        continue;
      }
      if (cell.style() != style) {
        out.append(style.paint(screen, run.toString()));
        run.setLength(0);
        style = cell.style();
        out.append(blanks);
      } else {
        run.append(blanks);
      }
      blanks.setLength(0);
      run.append(cell.glyph());
    }
    return out.append(style.paint(screen, run.toString())).toString();
  }
}
