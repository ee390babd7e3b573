package dev.rollouts.cli.report;

import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.simulation.rollout.RolloutTrace.Row;
import dev.rollouts.simulation.rollout.RolloutTrace.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws traffic and pods of a rollout over time with characters. */
final class DeliveryPicture {
  private static final int WEIGHT_ROWS = 6;
  private static final int PODS_ROWS_MAX = 8;
  private static final int WIDTH_UNLIMITED = 100;
  private static final int WIDTH_MAX = 140;
  private static final int LABEL_COLUMNS = 6;

  private final Screen screen;
  private final Delivery delivery;
  private final Duration length;
  private final int columns;

  /** What stands in each column: of all that happened in its time, the last. */
  private final @Nullable Row[] at;

  /** The version that is on its way, or was last, in each column; empty before the first. */
  private final String[] update;

  private record Cell(String glyph, Style style) {}

  DeliveryPicture(Screen screen, Delivery delivery) {
    this.screen = screen;
    this.delivery = delivery;
    this.length = delivery.length().isZero() ? Duration.ofSeconds(1) : delivery.length();
    this.columns =
        Math.max(16, Math.min(WIDTH_MAX, screen.widthOr(WIDTH_UNLIMITED)) - LABEL_COLUMNS - 3);
    this.at = new @Nullable Row[columns];
    this.update = new String[columns];
    place();
  }

  private void place() {
    for (Row row : delivery.rows()) {
      at[TimeRuler.column(row.elapsed(), length, columns)] = row;
    }
    String hash = "";
    Row last = null;
    for (int column = 0; column < columns; column++) {
      Row row = at[column];
      last = row == null ? last : row;
      at[column] = last;
      if (last != null && !last.stable().isEmpty() && !last.newest().equals(last.stable())) {
        hash = last.newest();
      }
      update[column] = hash;
    }
  }

  /** The lines, top down. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    weights(lines);
    lines.add("");
    pods(lines);
    lines.addAll(TimeRuler.lines(screen, length, LABEL_COLUMNS, columns));
    return lines;
  }

  // -- traffic

  private void weights(List<String> lines) {
    lines.add(
        Style.BOLD.paint(screen, "traffic to the new version")
            + Style.DIM.paint(
                screen,
                "  " + screen.glyph("█", "#") + " actual  " + screen.glyph("╌", "-") + " wanted"));
    for (int row = WEIGHT_ROWS - 1; row >= 0; row--) {
      Cell[] cells = new Cell[columns];
      for (int column = 0; column < columns; column++) {
        cells[column] = weight(column, row);
      }
      int percent = (row + 1) * 100 / WEIGHT_ROWS;
      boolean marked = row == WEIGHT_ROWS - 1 || row == WEIGHT_ROWS / 2 - 1;
      lines.add(axis(marked ? percent + "%" : "") + painted(cells));
    }
    lines.add(
        Style.DIM.paint(
            screen,
            " ".repeat(LABEL_COLUMNS + 1)
                + screen.glyph("└", "+")
                + screen.glyph("─", "-").repeat(columns)));
  }

  private @Nullable Cell weight(int column, int row) {
    Row state = at[column];
    if (state == null || update[column].isEmpty()) {
      return null;
    }
    double share = state.newest().equals(update[column]) ? state.share() : 0;
    double eighths = share * WEIGHT_ROWS * 8 - row * 8;
    if (eighths >= 0.5) {
      return new Cell(bar(eighths), state.aborted() ? Style.BAD : Style.GOOD);
    }
    boolean open = state.newest().equals(update[column]) && !state.newest().equals(state.stable());
    double wanted = state.weightWanted() / (double) delivery.maxWeight();
    boolean isWanted =
        open
            && state.weightWanted() > 0
            && row == Math.min(WEIGHT_ROWS - 1, (int) (wanted * WEIGHT_ROWS - 1e-9));
    return isWanted ? new Cell(screen.glyph("╌", "-"), Style.DIM) : null;
  }

  private String bar(double eighths) {
    int level = (int) Math.max(1, Math.min(8, Math.round(eighths)));
    return screen.unicode() ? String.valueOf("▁▂▃▄▅▆▇█".charAt(level - 1)) : "#";
  }

  // -- pods

  private void pods(List<String> lines) {
    int most = 1;
    for (Row row : delivery.rows()) {
      most = Math.max(most, row.versions().stream().mapToInt(Version::ready).sum());
    }
    int rows = Math.min(PODS_ROWS_MAX, most);
    lines.add(
        Style.BOLD.paint(screen, "pods that are ready")
            + Style.DIM.paint(
                screen,
                "  "
                    + screen.glyph("█", "#")
                    + " new version  "
                    + screen.glyph("░", ".")
                    + " other versions"));
    for (int row = rows - 1; row >= 0; row--) {
      Cell[] cells = new Cell[columns];
      for (int column = 0; column < columns; column++) {
        cells[column] = pod(column, (row + 0.5) * most / rows);
      }
      boolean marked = row == rows - 1 || row == rows / 2 - 1;
      long pods = Math.round((row + 1) * (double) most / rows);
      lines.add(axis(marked ? String.valueOf(pods) : "") + painted(cells));
    }
  }

  private @Nullable Cell pod(int column, double level) {
    Row state = at[column];
    if (state == null) {
      return null;
    }
    int fresh = 0;
    int all = 0;
    for (Version each : state.versions()) {
      fresh += each.hash().equals(update[column]) ? each.ready() : 0;
      all += each.ready();
    }
    if (level < fresh) {
      return new Cell(screen.glyph("█", "#"), state.aborted() ? Style.BAD : Style.GOOD);
    }
    return level < all ? new Cell(screen.glyph("░", "."), Style.PLAIN) : null;
  }

  // -- lines

  private String axis(String label) {
    String left = Text.padLeft(label, LABEL_COLUMNS) + " ";
    return Style.DIM.paint(
        screen, left + (label.isEmpty() ? screen.glyph("│", "|") : screen.glyph("┤", "+")));
  }

  /** With as few changes of colour as it needs. */
  private String painted(@Nullable Cell[] cells) {
    StringBuilder out = new StringBuilder();
    StringBuilder run = new StringBuilder();
    Style style = Style.PLAIN;
    for (Cell cell : cells) {
      Style next = cell == null ? style : cell.style();
      if (next != style) {
        out.append(style.paint(screen, run.toString()));
        run.setLength(0);
        style = next;
      }
      run.append(cell == null ? " " : cell.glyph());
    }
    return out.append(style.paint(screen, run.toString().stripTrailing())).toString();
  }
}
