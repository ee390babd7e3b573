package dev.rollouts.cli.plugin;

import dev.rollouts.cli.Tty;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.plugin.view.Look;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Draws a view again when something in it changes: on a terminal over the last one, line by line,
 * so that nothing flickers; elsewhere below it (K-120 to K-122).
 */
final class Redrawing {
  private static final Duration AT_LEAST = Duration.ofSeconds(1);
  private static final Duration AT_MOST = Duration.ofMillis(200);
  private static final String CLEAR = "\u001b[H\u001b[2J\u001b[0;0H";
  private static final String HOME = "\u001b[H";
  private static final String END_OF_LINE = "\u001b[K";
  private static final String END_OF_SCREEN = "\u001b[J";

  private final Session session;
  private final Following following;
  private final Get.View view;
  private final boolean terminal;
  private Optional<KubeObject> last = Optional.empty();
  private boolean warned;
  private String told = "";
  private Tty.Size size = new Tty.Size(0, 0);
  private long sizedAt;
  private List<String> drawn = List.of();

  Redrawing(Session session, Following following, Get.View view) {
    this.session = session;
    this.following = following;
    this.view = view;
    this.terminal = session.surroundings().tty().isTerminal();
  }

  /** Goes on until somebody interrupts, or that many seconds have passed; 0 is for ever. */
  void run(long seconds) {
    Pulse pulse = following.pulse();
    Runnable undo = session.surroundings().interrupts().onInterrupt(pulse::end);
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    try {
      boolean changed = true;
      while (!pulse.isEnded() && !isWriteFailed() && (seconds == 0 || System.nanoTime() < end)) {
        draw(changed);
        pulse.rest(AT_MOST);
        changed = pulse.await(AT_LEAST.minus(AT_MOST));
      }
    } finally {
      undo.run();
    }
  }

  /** Whether whoever has read this is gone, as with {@code | head}. */
  private boolean isWriteFailed() {
    return session.surroundings().out().checkError();
  }

  private void draw(boolean changed) {
    Optional<KubeObject> now = following.object();
    if (now.isPresent()) {
      last = now;
      warned = false;
    } else if (!warned) {
      warned = true;
      log("warning", following.shownName() + " no longer exists");
    }
    String trouble = following.trouble();
    if (!trouble.isEmpty() && !terminal && !trouble.equals(told)) {
      log("warning", trouble);
    }
    told = trouble;
    if (last.isEmpty() || !(terminal || changed)) {
      return;
    }
    if (terminal) {
      drawOver(last.get(), trouble);
    } else {
      drawBelow(last.get());
    }
  }

  private void drawBelow(KubeObject object) {
    List<String> lines = view.lines(session.look(), object, following.scene(), session.now());
    if (!drawn.isEmpty()) {
      session.out("");
    }
    lines.forEach(session::out);
    drawn = lines;
    session.surroundings().out().flush();
  }

  private void drawOver(KubeObject object, String trouble) {
    Tty.Size before = size;
    if (drawn.isEmpty() || System.nanoTime() - sizedAt > AT_LEAST.toNanos()) {
      // Asking starts a process.
      size = session.surroundings().tty().size();
      sizedAt = System.nanoTime();
    }
    Look look = session.look(size.columns());
    List<String> lines =
        new ArrayList<>(view.lines(look, object, following.scene(), session.now()));
    if (warned) {
      lines.add("");
      lines.add(following.shownName() + " no longer exists");
    } else if (!trouble.isEmpty()) {
      lines.add("");
      lines.add(look.shown(trouble));
    }
    fit(lines, look);
    StringBuilder out = new StringBuilder();
    out.append(drawn.isEmpty() || !size.equals(before) ? CLEAR : HOME);
    for (String line : lines) {
      out.append(line).append(END_OF_LINE).append('\n');
    }
    out.append(END_OF_SCREEN);
    PrintStream stream = session.surroundings().out();
    stream.print(out);
    stream.flush();
    drawn = lines;
  }

  /** A screen that scrolls cannot be drawn over. */
  private void fit(List<String> lines, Look look) {
    int rows = size.rows();
    if (rows > 2 && lines.size() > rows - 1) {
      int more = lines.size() - (rows - 2);
      lines.subList(rows - 2, lines.size()).clear();
      lines.add(look.glyph("… ", "... ") + more + " more lines");
    }
  }

  private void log(String level, String message) {
    if (!terminal) {
      session.err(Logs.line(session.now(), level, message));
    }
  }
}
