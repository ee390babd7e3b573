package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Text;

/**
 * How pieces of a view look (K-115, K-116).
 *
 * @param screen what the place can show; its width is the longest line, 0 for no limit
 */
public record Look(Screen screen) {
  private static final char ESCAPE = '\u001b';
  private static final int TAIL = 8;

  /** Colours of pieces, as codes of ANSI. */
  public enum Colour {
    NONE(0),
    RED(31),
    GREEN(32),
    YELLOW(33),
    BRIGHT_BLUE(94);

    private final int code;

    Colour(int code) {
      this.code = code;
    }
  }

  /** The text in a colour; also one without a colour of its own is wrapped. */
  public String paint(Colour colour, String text) {
    return screen.colour() ? ESCAPE + "[" + colour.code + "m" + text + ESCAPE + "[0m" : text;
  }

  /** A text from outside, as a terminal may show it. */
  public String shown(String text) {
    return Text.shown(screen, text);
  }

  /** A glyph, or its like where the screen has only ASCII. */
  public String glyph(String any, String ascii) {
    return screen.glyph(any, ascii);
  }

  /** Columns that a painted text takes. */
  static int width(String painted) {
    return Text.width(unpainted(painted));
  }

  private static String unpainted(String text) {
    if (text.indexOf(ESCAPE) < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == ESCAPE) {
        i = endOfEscape(text, i);
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private static int endOfEscape(String text, int start) {
    int end = text.indexOf('m', start);
    return end < 0 ? text.length() : end;
  }

  /**
   * A painted text of at most so many columns, without its middle: the ends tell names apart.
   *
   * @param ellipsis one column
   */
  static String shortened(String text, int columns, String ellipsis) {
    int width = width(text);
    int tail = Math.min(TAIL, columns / 3);
    int from = columns - 1 - tail;
    int to = width - tail;
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int i = 0; i < text.length(); ) {
      if (text.charAt(i) == ESCAPE) {
        int end = Math.min(text.length() - 1, endOfEscape(text, i));
        out.append(text, i, end + 1);
        i = end + 1;
        continue;
      }
      int c = text.codePointAt(i);
      if (at == from) {
        out.append(ellipsis);
      }
      if (at < from || at >= to) {
        out.appendCodePoint(c);
      }
      at += Text.width(Character.toString(c));
      i += Character.charCount(c);
    }
    return out.toString();
  }

  /** The beginning of a painted line, at most so many columns; colours are closed. */
  static String cut(String line, int columns) {
    if (width(line) <= columns) {
      return line;
    }
    StringBuilder out = new StringBuilder();
    int left = columns;
    for (int i = 0; i < line.length(); ) {
      if (line.charAt(i) == ESCAPE) {
        int end = Math.min(line.length() - 1, endOfEscape(line, i));
        out.append(line, i, end + 1);
        i = end + 1;
        continue;
      }
      int c = line.codePointAt(i);
      left -= Text.width(Character.toString(c));
      if (left >= 0) {
        out.appendCodePoint(c);
      }
      i += Character.charCount(c);
    }
    return out.toString();
  }
}
