package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.explain.text.Words;
import dev.rollouts.engine.explain.text.Wrapping;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** An explanation as text for people. */
final class PlainText {
  private final Explanation explanation;
  private final int width;
  private final StringBuilder out = new StringBuilder();

  PlainText(Explanation explanation, int width) {
    this.explanation = explanation;
    this.width = width;
  }

  String render() {
    headline();
    return body();
  }

  String body() {
    if (!explanation.message().isEmpty()) {
      line(0, "", explanation.message());
    }
    section("Why", explanation.causes().isEmpty());
    explanation.causes().forEach(cause -> cause(cause, 1, false));
    section("What would have to change", explanation.changes().isEmpty());
    explanation.changes().forEach(change -> line(2, "- ", change));
    section("Waiting for", explanation.waits().isEmpty());
    explanation.waits().forEach(this::wait);
    section("Metrics", explanation.metrics().isEmpty());
    explanation.metrics().forEach(this::metric);
    return out.toString();
  }

  private void headline() {
    StringBuilder text = new StringBuilder(explanation.phase().wireName());
    Instant at = explanation.at();
    Instant startedAt = explanation.startedAt();
    Instant completedAt = explanation.completedAt();
    if (completedAt != null) {
      text.append(" since ").append(completedAt).append(" (").append(Words.away(completedAt, at));
      text.append(')');
      if (startedAt != null) {
        text.append(", ").append(Words.span(Duration.between(startedAt, completedAt)));
        text.append(" after the start");
      }
    } else if (startedAt != null && !explanation.phase().isCompleted()) {
      text.append(" since ").append(startedAt).append(" (").append(Words.away(startedAt, at));
      text.append(')');
    } else if (explanation.phase() == AnalysisPhase.PENDING) {
      text.append(": nobody has decided anything yet");
    }
    line(0, "", text.toString());
  }

  private void section(String title, boolean empty) {
    if (!empty) {
      out.append('\n').append(title).append('\n');
    }
  }

  private void cause(Cause cause, int depth, boolean because) {
    line(2 * depth, because ? "because " : "", cause.text() + " [" + cause.reason().rule() + "]");
    cause.because().forEach(below -> cause(below, depth + 1, true));
  }

  private void wait(Wait wait) {
    String who = wait.subject().equals(Reason.RUN) ? "" : Words.shown(wait.subject()) + ": ";
    Instant until = wait.until();
    line(
        2,
        "- ",
        who
            + wait.what()
            + (until == null
                ? ""
                : ", %s (%s)"
                    .formatted(
                        Words.time(until, explanation.at()), Words.away(until, explanation.at())))
            + (wait.overdue() ? "; overdue, nobody seems to look after this run" : "")
            + " ["
            + wait.rule()
            + "]");
  }

  private void metric(MetricAccount metric) {
    String phase = metric.phase() == null ? "not measured" : metric.phase().wireName();
    line(
        2,
        "- ",
        Words.shown(metric.name())
            + ": "
            + phase
            + (metric.dryRun() ? ", dry-run" : "")
            + (metric.phase() == null ? "" : "; " + metric.tallies()));
    metric.outlook().forEach(line -> line(6, "", line));
  }

  /** One paragraph; broken at blanks, further lines indented. */
  private void line(int indent, String bullet, String text) {
    List<String> lines =
        width <= 0
            ? List.of(bullet + text)
            : Wrapping.lines(bullet + text, Math.max(20, width - indent - 2));
    for (int i = 0; i < lines.size(); i++) {
      out.append(" ".repeat(i == 0 || bullet.isEmpty() ? indent : indent + 2))
          .append(lines.get(i))
          .append('\n');
    }
  }
}
