package dev.rollouts.cli.plugin.view;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines with colours as a picture of a terminal: SVG, the same bytes for the same lines. */
final class TerminalPicture {
  private static final int MARGIN = 16;
  private static final int LINE = 20;
  private static final double COLUMN = 8.43;
  private static final Map<String, String> COLOURS =
      Map.of("0", "#d4d4d4", "31", "#f14c4c", "32", "#23d18b", "33", "#e5e510", "94", "#3b8eea");
  private static final Pattern PIECE =
      Pattern.compile("\u001b\\[(\\d+)m((?:(?!\u001b\\[0m).)*)\u001b\\[0m|([^\u001b]+)");

  private TerminalPicture() {}

  static String of(String command, List<String> lines) {
    int columns = lines.stream().mapToInt(Look::width).max().orElse(0);
    StringBuilder svg =
        new StringBuilder(
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
            <rect width="100%%" height="100%%" rx="8" fill="#1e1e1e"/>
            """
                .formatted(
                    (int) (columns * COLUMN) + 2 * MARGIN, (lines.size() + 1) * LINE + 2 * MARGIN));
    text(svg, 0, 0, "#9cdcfe", "$ " + command);
    for (int i = 0; i < lines.size(); i++) {
      line(svg, i + 1, lines.get(i));
    }
    return svg.append("</svg>\n").toString();
  }

  private static void line(StringBuilder svg, int row, String line) {
    int column = 0;
    Matcher piece = PIECE.matcher(line);
    while (piece.find()) {
      String text = piece.group(3) == null ? piece.group(2) : piece.group(3);
      String colour = piece.group(3) == null ? piece.group(1) : "0";
      // Each word has its own place: not every font has these glyphs at the width of a column.
      Matcher word = Pattern.compile("\\S+(?: \\S+)*").matcher(text);
      while (word.find()) {
        int start = column + Look.width(text.substring(0, word.start()));
        text(svg, row, start, COLOURS.getOrDefault(colour, "#d4d4d4"), word.group());
      }
      column += Look.width(text);
    }
  }

  private static void text(StringBuilder svg, int row, int column, String colour, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%d\" fill=\"%s\">%s</text>\n",
            MARGIN + column * COLUMN,
            MARGIN + row * LINE + 14,
            colour,
            text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")));
  }
}
