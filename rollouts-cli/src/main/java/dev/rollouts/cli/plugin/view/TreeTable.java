package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.plugin.view.Icons.Icon;
import java.util.ArrayList;
import java.util.List;

/** The tree under the header: NAME, KIND, STATUS, AGE, INFO (K §4.3). */
final class TreeTable {
  private static final int GAP = 2;
  private static final int NAME_MIN = 24;

  /**
   * A row.
   *
   * @param name painted, with its icon
   */
  record Row(String name, String kind, String status, String age, String info, List<Row> below) {
    Row {
      below = List.copyOf(below);
    }
  }

  private final Look look;
  private final List<String[]> rows = new ArrayList<>();

  private TreeTable(Look look) {
    this.look = look;
  }

  /** The cell of a status. */
  static String status(Look look, Icon icon, String word) {
    return icon.shown(look) + " " + look.shown(word);
  }

  /** The lines of the table, its head first. */
  static List<String> lines(Look look, Row root) {
    TreeTable table = new TreeTable(look);
    table.rows.add(new String[] {"NAME", "KIND", "STATUS", "AGE", "INFO"});
    table.add(root, "", "");
    return table.lines();
  }

  private void add(Row row, String prefix, String continuation) {
    rows.add(new String[] {prefix + row.name(), row.kind(), row.status(), row.age(), row.info()});
    for (int i = 0; i < row.below().size(); i++) {
      boolean last = i == row.below().size() - 1;
      add(
          row.below().get(i),
          continuation + (last ? look.glyph("└──", "`--") : look.glyph("├──", "|--")),
          continuation + (last ? "   " : look.glyph("│  ", "|  ")));
    }
  }

  private List<String> lines() {
    int[] widths = new int[4];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Look.width(row[i]));
      }
    }
    int limit = look.screen().width();
    if (limit > 0) {
      widths[0] = fittingName(widths, limit);
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = i == 0 && limit > 0 ? shortened(row[0], widths[0]) : row[i];
        line.append(cell).append(" ".repeat(widths[i] - Look.width(cell) + GAP));
      }
      line.append(row[4]);
      lines.add(limit > 0 ? Look.cut(line.toString(), limit) : line.toString());
    }
    return lines;
  }

  /** Names give way first: the other columns say what happens. */
  private int fittingName(int[] widths, int limit) {
    int info = rows.stream().mapToInt(row -> Look.width(row[4])).max().orElse(0);
    int others = widths[1] + widths[2] + widths[3] + 4 * GAP + info;
    return Math.max(Math.min(widths[0], NAME_MIN), Math.min(widths[0], limit - others));
  }

  private String shortened(String name, int columns) {
    if (Look.width(name) <= columns) {
      return name;
    }
    return Look.shortened(name, columns, look.glyph("…", "~"));
  }
}
