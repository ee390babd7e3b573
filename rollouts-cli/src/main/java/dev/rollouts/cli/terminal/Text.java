package dev.rollouts.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Text by the columns that it takes. Nothing here expects colours in its input. */
public final class Text {
  private Text() {}

  /**
   * A text from outside on one line, as a terminal may show it: control and direction characters
   * escaped, line breaks and tabs as blanks; other than ASCII as {@code ?} where the screen has
   * nothing else.
   */
  public static String shown(Screen screen, String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\r' || c == '\t') {
                out.append(' ');
              } else if (isHidden(c)) {
                out.append(c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return ascii(screen, out.toString());
  }

  /**
   * The text with a question mark for each character beyond ASCII, where the screen has no others;
   * known glyphs have their like.
   */
  public static String ascii(Screen screen, String text) {
    if (screen.unicode()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '…' -> out.append("...");
                case '→' -> out.append("->");
                case '·', '•' -> out.append('-');
                case '–', '—' -> out.append('-');
                case '×' -> out.append('x');
                case '≥' -> out.append(">=");
                case '≤' -> out.append("<=");
                case '≈' -> out.append('~');
                case '’' -> out.append('\'');
                case '“', '”' -> out.append('"');
                default -> out.append(c < 0x80 ? (char) c : '?');
              }
            });
    return out.toString();
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          true;
      default -> false;
    };
  }

  /** Columns that a text takes: none for combining characters, two for wide ones. */
  public static int width(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      width += width(c);
      i += Character.charCount(c);
    }
    return width;
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        c >= 0x1100 && c <= 0x115F
            || c >= 0x2E80 && c <= 0xA4CF
            || c >= 0xAC00 && c <= 0xD7A3
            || c >= 0xF900 && c <= 0xFAFF
            || c >= 0xFE30 && c <= 0xFE6F
            || c >= 0xFF00 && c <= 0xFF60
            || c >= 0x1F300 && c <= 0x1FAFF
            || c >= 0x20000 && c <= 0x3FFFD;
    return wide ? 2 : 1;
  }

  /** The text with blanks behind it up to a number of columns. */
  public static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /** The text with blanks before it up to a number of columns. */
  public static String padLeft(String text, int columns) {
    return " ".repeat(Math.max(0, columns - width(text))) + text;
  }

  /** At most so many columns; what does not fit is replaced by an ellipsis. */
  public static String cut(Screen screen, String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    String ellipsis = screen.glyph("…", "...");
    StringBuilder out = new StringBuilder();
    int left = columns - width(ellipsis);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      left -= width(c);
      if (left < 0) {
        break;
      }
      out.appendCodePoint(c);
      i += Character.charCount(c);
    }
    return columns < width(ellipsis) ? ellipsis.substring(0, Math.max(0, columns)) : out + ellipsis;
  }

  /** Lines of at most so many columns, broken at blanks; a longer word is broken anywhere. */
  public static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && width(line.toString()) + 1 + width(word) > columns) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
      }
      String rest = (line.isEmpty() ? "" : " ") + word;
      while (line.isEmpty() && width(rest) > columns) {
        int end = fitting(rest, columns);
        lines.add(rest.substring(0, end));
        rest = rest.substring(end);
      }
      line.append(rest);
    }
    lines.add(line.toString());
    return lines;
  }

  /** How many chars of the text fit, at least one character. */
  private static int fitting(String text, int columns) {
    int end = 0;
    int left = columns;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      left -= width(c);
      if (left < 0 && end > 0) {
        break;
      }
      end += Character.charCount(c);
    }
    return end;
  }
}
