package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.cli.report.Delivery.Line;
import dev.rollouts.cli.report.Delivery.Note;
import dev.rollouts.cli.report.Delivery.Version;
import dev.rollouts.cli.terminal.Durations;
import dev.rollouts.simulation.rollout.Update;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A simulated rollout as one HTML file: style and charts inside, no script, no link, nothing
 * loaded. Every text is escaped. Thread-safe.
 */
public final class DeliveryHtml {
  private static final int LINES_MAX = 300;
  private static final int TEXT_MAX = 600;

  private DeliveryHtml() {}

  /** The file. */
  public static String render(Delivery delivery) {
    StringBuilder out = new StringBuilder(32 * 1024);
    HtmlPage.begin(out, delivery.outcome() + ": " + delivery.title());
    header(out, delivery);
    DeliveryChart chart = new DeliveryChart(delivery);
    out.append("<section>\n<h2>Traffic</h2>\n").append(chart.key(true)).append(chart.traffic());
    out.append("</section>\n<section>\n<h2>Pods that are ready</h2>\n")
        .append(chart.key(false))
        .append(chart.pods())
        .append("</section>\n");
    for (Series series : delivery.measured()) {
      HtmlReport.series(out, series, delivery.length());
    }
    exposure(out, delivery.updates(), delivery.failures());
    if (delivery.odds() != null) {
      HtmlReport.odds(out, delivery.odds());
    }
    timeline(out, delivery);
    return HtmlPage.end(out);
  }

  private static void header(StringBuilder out, Delivery delivery) {
    AnalysisPhase tone = Delivery.tone(delivery.outcome());
    out.append("<header class=\"").append(HtmlReport.css(tone)).append("\">\n<h1>");
    out.append(Html.text(delivery.title(), TEXT_MAX)).append("</h1>\n<p class=\"verdict\">");
    out.append(
        "<span class=\"badge %s\">%s</span>".formatted(HtmlReport.css(tone), delivery.outcome()));
    List<Update> updates = delivery.updates();
    Duration time = updates.isEmpty() ? null : updates.get(updates.size() - 1).timeToVerdict();
    if (time != null) {
      out.append(" <b>").append(Durations.shown(time)).append("</b> after the update");
    }
    out.append("</p>\n");
    if (!delivery.message().isEmpty()) {
      out.append("<p class=\"message\">")
          .append(Html.text(delivery.message(), TEXT_MAX))
          .append("</p>\n");
    }
    out.append("<dl>\n");
    for (Report.Fact fact : delivery.facts()) {
      out.append("<div><dt>")
          .append(Html.text(fact.name()))
          .append("</dt><dd>")
          .append(Html.text(fact.value(), TEXT_MAX))
          .append("</dd></div>\n");
    }
    out.append("</dl>\n</header>\n");
  }

  private static void exposure(StringBuilder out, List<Update> updates, boolean failures) {
    if (updates.isEmpty()) {
      return;
    }
    out.append(
            "<section>\n<h2>Exposure</h2>\n<p class=\"message\">What users had of each new version")
        .append(" until it was decided about.</p>\n<div class=\"scroll\"><table>\n<thead><tr>")
        .append("<th>version</th><th>verdict</th><th class=\"num\">after</th>")
        .append("<th class=\"num\">requests</th><th class=\"num\">failed</th>")
        .append("<th class=\"num\">for</th><th class=\"num\">at most</th></tr></thead>\n<tbody>\n");
    for (Update update : updates) {
      AnalysisPhase tone = Delivery.tone(update.outcome());
      Duration time = update.timeToVerdict();
      out.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td><span class=\"badge %s\">%s</span></td><td class=\"num\">%s</td>"
                  + "<td class=\"num\">%,.0f</td><td class=\"num\">%s</td><td class=\"num\">%s</td>"
                  + "<td class=\"num\">%.0f %%</td></tr>\n",
              Html.text(update.image().isEmpty() ? update.hash() : update.image(), 200),
              HtmlReport.css(tone),
              update.outcome(),
              time == null ? "" : Durations.shown(time),
              update.requests(),
              failures ? String.format(Locale.ROOT, "%,.0f", update.failed()) : "not said",
              Durations.shown(update.exposed()),
              update.peakShare() * 100));
    }
    out.append("</tbody>\n</table></div>\n</section>\n");
  }

  private static void timeline(StringBuilder out, Delivery delivery) {
    out.append("<section>\n<h2>Timeline</h2>\n<div class=\"scroll\"><table>\n<thead><tr>")
        .append(
            "<th class=\"time\">time</th><th class=\"head\">step</th><th class=\"num\">traffic</th>");
    int pods = delivery.lines().isEmpty() ? 0 : delivery.lines().get(0).pods().size();
    for (Version each : delivery.versions().subList(0, pods)) {
      out.append("<th class=\"num\">").append(Html.text(each.name(), 40)).append("</th>");
    }
    out.append("<th class=\"head\">analysis</th><th>what happens</th></tr></thead>\n<tbody>\n");
    List<Line> lines = delivery.lines();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.size() > LINES_MAX && i == LINES_MAX / 2) {
        int left = lines.size() - LINES_MAX;
        out.append(
            String.format(
                Locale.ROOT,
                "<tr class=\"left-out\"><td></td><td colspan=\"%d\">… %,d more lines …</td></tr>\n",
                4 + pods,
                left));
        i += left;
      }
      line(out, lines.get(i));
    }
    out.append("</tbody>\n</table></div>\n</section>\n");
  }

  private static void line(StringBuilder out, Line line) {
    out.append("<tr><td class=\"time\">")
        .append(Durations.shown(line.at()))
        .append("</td><td>")
        .append(line.step())
        .append("</td><td class=\"num\">")
        .append(line.weight())
        .append("</td>");
    for (String pod : line.pods()) {
      out.append("<td class=\"num\">").append(pod).append("</td>");
    }
    out.append("<td>").append(Html.text(line.analysis(), 200)).append("</td><td>");
    for (Note note : line.notes()) {
      AnalysisPhase tone = note.tone();
      String css =
          note.kind() == Note.Kind.USER
              ? "user"
              : note.kind() == Note.Kind.FAULT ? "fault" : tone == null ? "" : HtmlReport.css(tone);
      out.append("<div class=\"note ")
          .append(css)
          .append("\">")
          .append(note.kind() == Note.Kind.USER ? "» " : "")
          .append(Html.text(note.text(), TEXT_MAX))
          .append("</div>");
    }
    out.append("</td></tr>\n");
  }
}
