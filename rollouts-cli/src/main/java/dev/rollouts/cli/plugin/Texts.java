package dev.rollouts.cli.plugin;

import dev.rollouts.cli.Surroundings;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Text;
import java.util.Map;

/** Output that a terminal may show. */
final class Texts {
  private Texts() {}

  /**
   * What output can look like. A file or a pipe gets no colours, and the glyphs whatever the locale
   * says, so that what reads it always reads the same.
   */
  static Screen screen(Surroundings surroundings, boolean noColour) {
    Map<String, String> environment = surroundings.environment();
    boolean terminal = surroundings.tty().isTerminal();
    boolean colour =
        terminal
            && !noColour
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "").equals("dumb");
    return new Screen(0, colour, !terminal || Screen.isUnicode(environment));
  }

  /**
   * A text from outside with its line breaks and tabs, and nothing else that a terminal acts on.
   */
  static String harmless(String text) {
    Screen screen = new Screen(0, false, true);
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                out.append(
                    c == '\n' || c == '\t'
                        ? Character.toString(c)
                        : Text.shown(screen, Character.toString(c))));
    return out.toString();
  }

  /** Lines on standard error; what is from outside in them does nothing to a terminal. */
  static void tell(Surroundings surroundings, String message) {
    Screen screen = new Screen(0, false, true);
    for (String line : message.split("\n", -1)) {
      StringBuilder shown = new StringBuilder();
      // A tab is the indentation of our own lists.
      int start = line.startsWith("\t") ? 1 : 0;
      shown.append(line, 0, start).append(Text.shown(screen, line.substring(start)));
      surroundings.err().println(shown);
    }
    surroundings.err().flush();
  }
}
