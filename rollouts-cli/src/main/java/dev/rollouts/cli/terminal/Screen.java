package dev.rollouts.cli.terminal;

import java.util.Locale;
import java.util.Map;

/**
 * What the place can show that output goes to.
 *
 * @param width columns; 0 means that lines may have any length
 * @param colour whether ANSI colours are wanted
 * @param unicode whether more than ASCII can be shown
 */
public record Screen(int width, boolean colour, boolean unicode) {
  /** Narrower screens are treated as this wide. */
  public static final int WIDTH_MIN = 40;

  public Screen {
    width = width <= 0 ? 0 : Math.max(WIDTH_MIN, width);
  }

  /** Lines of any length, no colours, all characters: what a file or a pipe takes. */
  public static Screen plain() {
    return new Screen(0, false, true);
  }

  /**
   * Whether a locale of the environment can show more than ASCII; the first of LC_ALL, LC_CTYPE and
   * LANG that is set counts.
   */
  public static boolean isUnicode(Map<String, String> environment) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String locale = environment.getOrDefault(name, "");
      if (!locale.isEmpty()) {
        String upper = locale.toUpperCase(Locale.ROOT);
        return upper.contains("UTF-8") || upper.contains("UTF8");
      }
    }
    return false;
  }

  /** The first where more than ASCII can be shown, else the second. */
  public String glyph(String any, String ascii) {
    return unicode ? any : ascii;
  }

  /** The width, or a default where lines may have any length. */
  public int widthOr(int unlimited) {
    return width == 0 ? unlimited : width;
  }
}
