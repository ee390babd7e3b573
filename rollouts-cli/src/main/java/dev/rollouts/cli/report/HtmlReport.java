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
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
                + " 'unsafe-inline'\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .append("<title>")
        .append(report.phase().wireName())
        .append(": ")
        .append(Html.text(report.title(), 120))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<main>\n");
    header(out, report);
    for (Series series : report.series()) {
      series(out, series, report);
    }
    explanation(out, report.explanation());
    if (report.odds() != null) {
      odds(out, report.odds());
    }
    timeline(out, report.events());
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  private static String css(AnalysisPhase phase) {
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

  private static void series(StringBuilder out, Series series, Report report) {
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
    if (!series.points().isEmpty()) {
      out.append(new SvgChart(series, report.length()).render());
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

  private static void odds(StringBuilder out, Odds odds) {
    out.append(String.format(Locale.ROOT, "<section>\n<h2>%,d runs</h2>\n", odds.runs()));
    out.append("<div class=\"stack\">");
    for (Odds.Share share : odds.shares()) {
      out.append(
          "<span class=\"%s\" style=\"width:%s%%\"></span>"
              .formatted(
                  css(share.phase()),
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
              badge(share.phase()),
              100.0 * share.count() / odds.runs(),
              100 * share.low(),
              100 * share.high(),
              Durations.shown(share.median()),
              share.exampleSeed()));
    }
    out.append("</tbody>\n</table></div>\n");
    if (!odds.histogram().isEmpty()) {
      out.append("<h3>Time to the verdict</h3>\n").append(SvgHistogram.render(odds.histogram()));
    }
    out.append("</section>\n");
  }

  private static final String STYLE =
      """
      :root {
        --back: #f6f7f9; --card: #fff; --text: #1b2430; --soft: #5d6b7c; --rule: #e3e7ec;
        --successful: #1a7f4b; --failed: #c62f35; --inconclusive: #a36a00; --error: #8a3fb0;
        --running: #1769aa; --pending: #6b7785; --line: #8fa3b8;
      }
      @media (prefers-color-scheme: dark) {
        :root {
          --back: #11161c; --card: #1a2129; --text: #e4e9ef; --soft: #97a5b5; --rule: #2b3540;
          --successful: #4cc38a; --failed: #ff6b6b; --inconclusive: #f0b429; --error: #c58aeb;
          --running: #5aaef0; --pending: #8b98a8; --line: #5b6d80;
        }
      }
      * { box-sizing: border-box; }
      body {
        margin: 0; background: var(--back); color: var(--text);
        font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      }
      main { max-width: 860px; margin: 0 auto; padding: 28px 16px 56px; }
      header, section {
        background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
        padding: 18px 22px; margin-bottom: 16px; overflow-wrap: anywhere;
      }
      header { border-top: 5px solid var(--pending); }
      header.successful { border-top-color: var(--successful); }
      header.failed { border-top-color: var(--failed); }
      header.inconclusive { border-top-color: var(--inconclusive); }
      header.error { border-top-color: var(--error); }
      header.running { border-top-color: var(--running); }
      h1 { font-size: 1.5rem; margin: 0 0 6px; }
      h2 { font-size: 1.1rem; margin: 0 0 8px; }
      h3 { font-size: .95rem; margin: 18px 0 6px; color: var(--soft); }
      p { margin: 4px 0; }
      .verdict { font-size: 1.1rem; }
      .message { color: var(--soft); }
      dl { display: flex; flex-wrap: wrap; gap: 4px 26px; margin: 14px 0 0; }
      dt { color: var(--soft); font-size: .8rem; }
      dd { margin: 0; }
      code { font: .85em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--soft); }
      .badge {
        display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: .8rem;
        font-weight: 600; vertical-align: 2px; color: var(--card); background: var(--pending);
      }
      .badge.successful { background: var(--successful); }
      .badge.failed { background: var(--failed); }
      .badge.inconclusive { background: var(--inconclusive); }
      .badge.error { background: var(--error); }
      .badge.running { background: var(--running); }
      svg { display: block; width: 100%; height: auto; margin-top: 10px; }
      svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--soft); }
      .grid { stroke: var(--rule); }
      .axis { stroke: var(--line); }
      .line { fill: none; stroke: var(--line); stroke-width: 1.5; stroke-linejoin: round; }
      .threshold { stroke-width: 1.2; stroke-dasharray: 6 4; }
      .threshold.failed { stroke: var(--failed); }
      .threshold.inconclusive { stroke: var(--inconclusive); }
      svg .threshold-label { paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
      svg .threshold-label.failed { fill: var(--failed); }
      svg .threshold-label.inconclusive { fill: var(--inconclusive); }
      .failed-side { fill: var(--failed); opacity: .08; }
      .inconclusive-side { fill: var(--inconclusive); opacity: .08; }
      .p circle { fill: var(--pending); }
      .p.successful circle { fill: var(--successful); }
      .p.running circle { fill: var(--running); }
      .p.failed path { stroke: var(--failed); stroke-width: 2.6; stroke-linecap: round; }
      .p.inconclusive path { fill: var(--inconclusive); }
      .p.error path { fill: var(--error); }
      .bar { fill: var(--running); }
      ul { margin: 4px 0; padding-left: 20px; }
      .chain, .chain ul { list-style: none; padding-left: 0; }
      .chain ul { margin: 2px 0 2px 6px; padding-left: 14px; border-left: 2px solid var(--rule); }
      .chain li { padding: 2px 0; }
      .rule {
        font: .72rem ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--soft);
        border: 1px solid var(--rule); border-radius: 4px; padding: 0 4px; white-space: nowrap;
      }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
      th { font-size: .8rem; font-weight: 600; color: var(--soft); }
      tr:last-child td { border-bottom: 0; }
      .time { text-align: right; white-space: nowrap; }
      .of { white-space: nowrap; max-width: 16em; overflow: hidden; text-overflow: ellipsis; }
      td.failed { color: var(--failed); }
      td.error { color: var(--error); }
      td.inconclusive { color: var(--inconclusive); }
      td.fault { color: var(--inconclusive); font-style: italic; }
      tr.strong td { font-weight: 600; }
      tr.strong td.successful { color: var(--successful); }
      tr.left-out td { color: var(--soft); }
      .stack { display: flex; height: 14px; border-radius: 7px; overflow: hidden; margin: 8px 0 12px; }
      .stack .successful { background: var(--successful); }
      .stack .failed { background: var(--failed); }
      .stack .inconclusive { background: var(--inconclusive); }
      .stack .error { background: var(--error); }
      .stack .running { background: var(--running); }
      @media print { body { background: none; } header, section { break-inside: avoid; } }
      """;
}
