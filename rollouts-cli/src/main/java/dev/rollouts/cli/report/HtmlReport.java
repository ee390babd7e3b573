package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.cli.report.Report.Event;
import dev.rollouts.cli.report.Report.Event.Kind;
import dev.rollouts.cli.terminal.Durations;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.explain.Cause;
import dev.rollouts.engine.analysis.explain.Explanation;
import dev.rollouts.engine.analysis.explain.MetricAccount;
import dev.rollouts.engine.analysis.explain.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A report as one HTML file: style and charts inside, no script, no link, nothing loaded. Light or
 * dark as the reader's system is. Every text is escaped. Thread-safe.
 */
public final class HtmlReport {
  private static final int EVENTS_MAX = 150;
  private static final int TEXT_MAX = 600;

  private HtmlReport() {}

  /** The file. */
  public static String render(Report report) {
    StringBuilder out = new StringBuilder(32 * 1024);
    HtmlPage.begin(out, report.phase().wireName() + ": " + report.title());
    header(out, report);
    for (Series series : report.series()) {
      series(out, series, report.length());
    }
    explanation(out, report.explanation());
    if (report.odds() != null) {
      odds(out, report.odds());
    }
    timeline(out, report.events());
    return HtmlPage.end(out);
  }

  static String css(AnalysisPhase phase) {
    return phase.wireName().toLowerCase(Locale.ROOT);
  }

  private static String badge(AnalysisPhase phase) {
    return "<span class=\"badge %s\">%s</span>".formatted(css(phase), phase.wireName());
  }

  private static void header(StringBuilder out, Report report) {
    out.append("<header class=\"").append(css(report.phase())).append("\">\n<h1>");
    out.append(Html.text(report.title(), TEXT_MAX)).append("</h1>\n<p class=\"verdict\">");
    out.append(badge(report.phase()))
        .append(report.phase().isCompleted() ? " after " : " still, no verdict within ")
        .append("<b>")
        .append(Durations.shown(report.length()))
        .append("</b></p>\n");
    if (!report.explanation().message().isEmpty()) {
      out.append("<p class=\"message\">")
          .append(Html.text(report.explanation().message(), TEXT_MAX))
          .append("</p>\n");
    }
    out.append("<dl>\n");
    for (Report.Fact fact : report.facts()) {
      out.append("<div><dt>")
          .append(Html.text(fact.name()))
          .append("</dt><dd>")
          .append(Html.text(fact.value(), TEXT_MAX))
          .append("</dd></div>\n");
    }
    out.append("</dl>\n</header>\n");
  }

  static void series(StringBuilder out, Series series, Duration length) {
    out.append("<section>\n<h2>").append(Html.text(series.metric(), 200)).append(' ');
    out.append(
        series.phase() == null
            ? "<span class=\"badge pending\">not measured</span>"
            : badge(series.phase()));
    if (series.dryRun()) {
      out.append(" <span class=\"badge pending\">dry-run</span>");
    }
    out.append("</h2>\n");
    for (String condition : series.conditions()) {
      out.append("<p><code>").append(Html.text(condition, TEXT_MAX)).append("</code></p>\n");
    }
    List<Series.Point> points = series.points();
    if (points.size() > 1 || points.stream().anyMatch(point -> point.first().isPresent())) {
      out.append(new SvgChart(series, length).render());
    }
    out.append("</section>\n");
  }

  private static void explanation(StringBuilder out, Explanation explanation) {
    out.append("<section>\n<h2>Why</h2>\n");
    if (explanation.causes().isEmpty()) {
      out.append("<p>Nothing has gone wrong so far.</p>\n");
    } else {
      causes(out, explanation.causes());
    }
    if (!explanation.changes().isEmpty()) {
      out.append("<h3>What would have to change</h3>\n<ul>\n");
      for (String change : explanation.changes()) {
        out.append("<li>").append(Html.text(change, TEXT_MAX)).append("</li>\n");
      }
      out.append("</ul>\n");
    }
    if (!explanation.waits().isEmpty()) {
      out.append("<h3>Waiting for</h3>\n<ul>\n");
      for (Wait wait : explanation.waits()) {
        out.append("<li>")
            .append(wait.subject().equals(Reason.RUN) ? "" : Html.text(wait.subject(), 200) + ": ")
            .append(Html.text(wait.what(), TEXT_MAX))
            .append("</li>\n");
      }
      out.append("</ul>\n");
    }
    out.append("<h3>Metrics</h3>\n<div class=\"scroll\"><table>\n<tbody>\n");
    for (MetricAccount metric : explanation.metrics()) {
      out.append("<tr><td>")
          .append(Html.text(metric.name(), 200))
          .append("</td><td>")
          .append(metric.phase() == null ? "" : badge(metric.phase()))
          .append(metric.dryRun() ? " dry-run" : "")
          .append("</td><td>")
          .append(Html.text(metric.tallies(), TEXT_MAX))
          .append("</td></tr>\n");
    }
    out.append("</tbody>\n</table></div>\n</section>\n");
  }

  private static void causes(StringBuilder out, List<Cause> causes) {
    out.append("<ul class=\"chain\">\n");
    for (Cause cause : causes) {
      out.append("<li>")
          .append(Html.text(cause.text(), TEXT_MAX))
          .append(" <span class=\"rule\">")
          .append(Html.text(cause.reason().rule()))
          .append("</span>");
      if (!cause.because().isEmpty()) {
        out.append('\n');
        causes(out, cause.because());
      }
      out.append("</li>\n");
    }
    out.append("</ul>\n");
  }

  private static void timeline(StringBuilder out, List<Event> events) {
    out.append("<section>\n<h2>Timeline</h2>\n<div class=\"scroll\"><table>\n<thead><tr>")
        .append("<th class=\"time\">after</th><th>of</th><th>what</th></tr></thead>\n<tbody>\n");
    for (Condensed.Row row : Condensed.rows(events, EVENTS_MAX)) {
      Event event = row.event();
      if (event == null) {
        out.append("<tr class=\"left-out\"><td></td><td></td><td>")
            .append(Html.text(row.leftOut()))
            .append("</td></tr>\n");
        continue;
      }
      String subject =
          event.kind() == Kind.FAULT
              ? "fault"
              : event.subject().isEmpty() ? "run" : event.subject();
      boolean verdict = event.kind() == Kind.METRIC || event.kind() == Kind.RUN;
      out.append(verdict ? "<tr class=\"strong\">" : "<tr>")
          .append("<td class=\"time\">")
          .append(Durations.shown(event.at()))
          .append("</td><td class=\"of\">")
          .append(Html.text(subject, 200))
          .append("</td><td class=\"")
          .append(event.phase() == null ? "fault" : css(event.phase()))
          .append("\">")
          .append(Html.text(event.text(), TEXT_MAX))
          .append("</td></tr>\n");
    }
    out.append("</tbody>\n</table></div>\n</section>\n");
  }

  static void odds(StringBuilder out, Odds odds) {
    out.append(String.format(Locale.ROOT, "<section>\n<h2>%,d runs</h2>\n", odds.runs()));
    out.append("<div class=\"stack\">");
    for (Odds.Share share : odds.shares()) {
      out.append(
          "<span class=\"%s\" style=\"width:%s%%\"></span>"
              .formatted(
                  css(share.tone()),
                  String.format(Locale.ROOT, "%.2f", 100.0 * share.count() / odds.runs())));
    }
    out.append("</div>\n<div class=\"scroll\"><table>\n<thead><tr><th>verdict</th>")
        .append("<th class=\"time\">share</th><th>95 % confidence</th>")
        .append("<th class=\"time\">median time</th><th class=\"time\">a seed</th></tr></thead>\n")
        .append("<tbody>\n");
    for (Odds.Share share : odds.shares()) {
      out.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td class=\"time\">%.1f %%</td><td>%.1f to %.1f %%</td><td"
                  + " class=\"time\">%s</td><td class=\"time\">%d</td></tr>\n",
              "<span class=\"badge %s\">%s</span>".formatted(css(share.tone()), share.verdict()),
              100.0 * share.count() / odds.runs(),
              100 * share.low(),
              100 * share.high(),
              Durations.shown(share.median()),
              share.exampleSeed()));
    }
    out.append("</tbody>\n</table></div>\n");
    for (String note : odds.notes()) {
      out.append("<p>").append(Html.text(note)).append("</p>\n");
    }
    if (!odds.histogram().isEmpty()) {
      out.append("<h3>Time to the verdict</h3>\n").append(SvgHistogram.render(odds.histogram()));
    }
    out.append("</section>\n");
  }
}
