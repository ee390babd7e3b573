package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.cli.report.Report.Event;
import dev.rollouts.cli.report.Report.Event.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out of a long timeline what says little: stretches of successful measurements, which a
 * plot shows better.
 */
final class Condensed {
  private static final int STRETCH_MIN = 6;

  private Condensed() {}

  /** An event, or a word about those that are left out. */
  record Row(@Nullable Event event, String leftOut) {}

  /**
   * The rows to show.
   *
   * @param longest up to so many events nothing is left out
   */
  static List<Row> rows(List<Event> events, int longest) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      int end = i;
      while (events.size() > longest && end < events.size() && isOrdinary(events.get(end))) {
        end++;
      }
      rows.add(new Row(events.get(i), ""));
      if (end - i > STRETCH_MIN) {
        rows.add(new Row(null, leftOut(events.subList(i + 1, end - 1))));
        i = end - 2;
      }
    }
    return rows.size() <= 3 * longest ? rows : headAndTail(rows, longest);
  }

  private static boolean isOrdinary(Event event) {
    return event.kind() == Kind.MEASURED && event.phase() == AnalysisPhase.SUCCESSFUL;
  }

  private static String leftOut(List<Event> events) {
    Set<String> metrics = new LinkedHashSet<>();
    events.forEach(event -> metrics.add(event.subject()));
    return String.format(
        Locale.ROOT,
        "… %,d more Successful measurements%s …",
        events.size(),
        metrics.size() == 1 ? "" : " of " + metrics.size() + " metrics");
  }

  private static List<Row> headAndTail(List<Row> rows, int longest) {
    List<Row> kept = new ArrayList<>(rows.subList(0, longest));
    int left = rows.size() - 2 * longest;
    kept.add(new Row(null, String.format(Locale.ROOT, "… %,d more lines …", left)));
    kept.addAll(rows.subList(longest + left, rows.size()));
    return kept;
  }
}
