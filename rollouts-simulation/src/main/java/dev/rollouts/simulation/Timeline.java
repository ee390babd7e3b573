package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A trace as lines of text. */
final class Timeline {
  private static final int FIRST = 60;
  private static final int LAST = 90;
  private static final int SUBJECT_MAX = 32;
  private static final int VALUE_MAX = 60;
  private static final int TEXT_MAX = 240;
  private static final String FAULT = "fault";

  private Timeline() {}

  static List<Trace.Row> rows(Trace trace) {
    List<Trace.Row> rows = new ArrayList<>();
    for (Turn turn : trace.turns()) {
      for (String note : turn.notes()) {
        rows.add(new Trace.Row(turn.elapsed(), FAULT, note));
      }
      if (!turn.saved()) {
        rows.add(new Trace.Row(turn.elapsed(), FAULT, "a decision is lost"));
        continue;
      }
      for (MetricResult result : turn.after().metricResults()) {
        addMetric(rows, turn, result);
      }
      if (turn.before().phase() != turn.after().phase()) {
        String message = turn.after().message();
        String phase = turn.after().phase().wireName() + rules(turn, Reason.RUN);
        rows.add(
            new Trace.Row(
                turn.elapsed(), Reason.RUN, message.isEmpty() ? phase : phase + ": " + message));
      }
    }
    return rows;
  }

  private static void addMetric(List<Trace.Row> rows, Turn turn, MetricResult result) {
    MetricResult earlier = turn.before().result(result.name()).orElse(null);
    if (result.equals(earlier)) {
      return;
    }
    Trace.Point point = Trace.point(turn, result);
    Measurement last = result.lastMeasurement();
    if (point != null) {
      String text = "#%s %s".formatted(point.attempt(), point.phase().wireName());
      text = point.value().isEmpty() ? text : text + "  " + cut(point.value(), VALUE_MAX);
      text = point.message().isEmpty() ? text : text + "  " + point.message();
      rows.add(new Trace.Row(turn.elapsed(), result.name(), text));
    } else if (last != null && last.isInFlight() && (earlier == null || !earlier.isInFlight())) {
      rows.add(
          new Trace.Row(
              turn.elapsed(),
              result.name(),
              "#%s in progress".formatted(result.count() + result.error() + 1)));
    }
    AnalysisPhase before = earlier == null ? AnalysisPhase.RUNNING : earlier.phase();
    if (before != result.phase()) {
      rows.add(
          new Trace.Row(
              turn.elapsed(),
              result.name(),
              "-> " + result.phase().wireName() + rules(turn, result.name())));
    }
  }

  /** The reasons that name a phase, which is the question a reader of a change of phase has. */
  private static String rules(Turn turn, String subject) {
    String rules =
        turn.decision().reasons().stream()
            .filter(reason -> reason.subject().equals(subject) && isVerdict(reason))
            .map(Timeline::render)
            .collect(Collectors.joining("; "));
    return rules.isEmpty() ? "" : " (" + rules + ")";
  }

  private static boolean isVerdict(Reason reason) {
    return !reason.facts().containsKey("attempt")
        && (reason.facts().containsKey("phase")
            || reason.facts().containsKey("error")
            || reason.facts().containsKey("terminate"));
  }

  private static String render(Reason reason) {
    String facts =
        reason.facts().entrySet().stream()
            .filter(fact -> !fact.getKey().equals("phase") && !fact.getKey().equals("error"))
            .map(fact -> fact.getKey() + " " + fact.getValue())
            .collect(Collectors.joining(", "));
    return facts.isEmpty() ? reason.rule() : reason.rule() + ": " + facts;
  }

  /** Columns: elapsed, subject, text. */
  static String render(List<Trace.Row> rows) {
    int width = 3;
    for (Trace.Row row : rows) {
      width = Math.max(width, Math.min(SUBJECT_MAX, row.subject().length()));
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      if (i == FIRST && rows.size() > FIRST + LAST) {
        int left = rows.size() - FIRST - LAST;
        text.append("         … ").append(left).append(" lines left out …\n");
        i += left;
      }
      Trace.Row row = rows.get(i);
      text.append(
          "%9s  %-"
              .concat(String.valueOf(width))
              .concat("s  %s\n")
              .formatted(
                  elapsed(row.elapsed()),
                  cut(row.subject(), SUBJECT_MAX),
                  cut(row.text(), TEXT_MAX)));
    }
    return text.toString();
  }

  /** Hours, minutes and seconds: {@code 1:02:03}. */
  static String elapsed(Duration elapsed) {
    return String.format(
        Locale.ROOT,
        "%d:%02d:%02d",
        elapsed.toHours(),
        elapsed.toMinutesPart(),
        elapsed.toSecondsPart());
  }

  private static String cut(String text, int max) {
    String line = text.replace('\n', ' ').replace('\r', ' ');
    return line.length() <= max ? line : line.substring(0, max - 1) + "…";
  }
}
