package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.cli.report.Report.Event;
import dev.rollouts.cli.report.Report.Event.Kind;
import dev.rollouts.cli.terminal.Durations;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import dev.rollouts.cli.terminal.Text;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A report as text for a terminal. Thread-safe. */
public final class TextReport {
  /** Headings of explanations. */
  private static final Set<String> TITLES =
      Set.of(
          "Why",
          "Metrics",
          "Waiting for",
          "What would have to change",
          "What you can do",
          "Where it stands",
          "Not looked at");

  private static final int TIME_COLUMNS = 8;
  private static final int SUBJECT_MAX = 28;
  private static final int EVENTS_MAX = 40;
  private static final int BAR_COLUMNS = 30;

  private final Screen screen;

  /** Texts for this screen. */
  public TextReport(Screen screen) {
    this.screen = screen;
  }

  /** All of it: facts, timeline, plots, verdict with its explanation, odds. */
  public String render(Report report) {
    StringBuilder out = new StringBuilder();
    out.append(heading(report));
    out.append('\n').append(timeline(report.events()));
    boolean drawn = false;
    for (Series series : report.series()) {
      out.append('\n').append(plot(series, report.length()));
      drawn |= series.isWorthDrawing();
    }
    if (drawn) {
      out.append('\n').append(TextPlot.legend(screen)).append('\n');
    }
    out.append('\n').append(verdict(report));
    if (report.odds() != null) {
      out.append('\n').append(odds(report.odds()));
    }
    return out.toString();
  }

  String heading(Report report) {
    return heading(report.title(), report.facts());
  }

  String heading(String title, List<Report.Fact> facts) {
    StringBuilder out = new StringBuilder();
    out.append(Style.BOLD.paint(screen, fit(title, 0))).append('\n');
    int names = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
    for (Report.Fact fact : facts) {
      String value = Text.shown(screen, fact.value());
      int columns = Math.max(16, screen.width() - names - 4);
      List<String> lines = screen.width() == 0 ? List.of(value) : Text.wrap(value, columns);
      for (int i = 0; i < lines.size(); i++) {
        String name = Text.pad(i == 0 ? fact.name() : "", names);
        out.append(Style.DIM.paint(screen, "  " + name + "  " + lines.get(i))).append('\n');
      }
    }
    return out.toString();
  }

  /** One row per event, ordinary measurements in the middle of a long run left out. */
  public String timeline(List<Event> events) {
    StringBuilder out = new StringBuilder();
    int subjects = subjectColumns(events);
    for (Condensed.Row row : Condensed.rows(events, EVENTS_MAX)) {
      out.append(
          row.event() == null
              ? Style.DIM.paint(
                  screen, " ".repeat(TIME_COLUMNS + 2) + Text.ascii(screen, row.leftOut()))
              : line(row.event(), subjects));
      out.append('\n');
    }
    return out.toString();
  }

  /** One event as a line; long texts go on below. */
  public String line(Event event, int subjectColumns) {
    String subject = event.kind() == Kind.FAULT ? "fault" : event.subject();
    String shown =
        event.subject().isEmpty() && event.kind() == Kind.RUN
            ? "run"
            : Text.cut(screen, Text.shown(screen, subject), SUBJECT_MAX);
    String head =
        Text.padLeft(Durations.shown(event.at()), TIME_COLUMNS)
            + "  "
            + Text.pad(shown, subjectColumns)
            + "  ";
    int indent = Text.width(head);
    String text = Text.shown(screen, event.text());
    List<String> lines =
        screen.width() == 0
            ? List.of(text)
            : Text.wrap(text, Math.max(16, screen.width() - indent));
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      out.append(i == 0 ? head : "\n" + " ".repeat(indent)).append(painted(event, lines.get(i), i));
    }
    return out.toString();
  }

  private String painted(Event event, String line, int number) {
    AnalysisPhase phase = event.phase();
    if (phase == null) {
      return Style.UNSURE.paint(screen, line);
    }
    Style style = Style.of(phase);
    if (event.kind() == Kind.METRIC || event.kind() == Kind.RUN) {
      return style.paint(screen, line);
    }
    String name = phase.wireName();
    int at = number == 0 ? line.indexOf(name) : -1;
    return at < 0
        ? line
        : line.substring(0, at) + style.paint(screen, name) + line.substring(at + name.length());
  }

  /** Columns of the widest subject. */
  public int subjectColumns(List<Event> events) {
    int columns = 3;
    for (Event event : events) {
      columns =
          Math.max(columns, Math.min(SUBJECT_MAX, Text.width(Text.shown(screen, event.subject()))));
    }
    return columns;
  }

  /** A metric's name, conditions and what was measured, drawn over time. */
  public String plot(Series series, Duration length) {
    StringBuilder out = new StringBuilder();
    String phase = series.phase() == null ? "not measured" : series.phase().wireName();
    out.append(Style.BOLD.paint(screen, Text.cut(screen, Text.shown(screen, series.metric()), 60)))
        .append("  ")
        .append(
            (series.phase() == null ? Style.DIM : Style.of(series.phase())).paint(screen, phase))
        .append(series.dryRun() ? "  dry-run" : "")
        .append('\n');
    for (String condition : series.conditions()) {
      out.append(Style.DIM.paint(screen, "  " + fit(condition, 2))).append('\n');
    }
    if (series.isWorthDrawing()) {
      new TextPlot(screen, series, length).lines().forEach(line -> out.append(line).append('\n'));
    }
    return out.toString();
  }

  /** The verdict and why. */
  public String verdict(Report report) {
    Style style = Style.of(report.phase());
    StringBuilder out = new StringBuilder();
    out.append(Style.BOLD.paint(screen, "Verdict")).append("  ");
    String phase = style.paint(screen, report.phase().wireName());
    String length = Durations.shown(report.length());
    out.append(
        report.phase().isCompleted()
            ? phase + " after " + length
            : "none within " + length + ", still " + phase);
    out.append('\n');
    out.append(explanation(report.explanation().body(Math.max(0, screen.width()))));
    return out.toString();
  }

  /** An explanation, with its headings and phases in colour. */
  public String explanation(String text) {
    StringBuilder out = new StringBuilder();
    for (String line : text.lines().toList()) {
      String shown = Text.ascii(screen, line);
      boolean title = !shown.isEmpty() && !shown.startsWith(" ") && shown.indexOf(' ') != 0;
      out.append(title ? headline(shown) : coloured(shown)).append('\n');
    }
    return out.toString();
  }

  private String headline(String line) {
    return TITLES.contains(line) || line.startsWith("AnalysisRun ")
        ? Style.BOLD.paint(screen, line)
        : coloured(line);
  }

  private String coloured(String line) {
    if (!screen.colour()) {
      return line;
    }
    String text =
        line.replaceAll("\\[([AEPRT]-\\d{3}[a-z]?|[a-z-]+)\\]$", "\u001b[2m[$1]\u001b[0m");
    for (AnalysisPhase phase : AnalysisPhase.values()) {
      text =
          text.replaceAll(
              "\\b" + phase.wireName() + "\\b",
              Style.of(phase).paint(screen, phase.wireName()).replace("\\", "\\\\"));
    }
    for (RolloutPhase phase : RolloutPhase.values()) {
      String word = phase.wireName();
      if (text.startsWith(word + ": ")) {
        text = Style.of(phase).paint(screen, word) + text.substring(word.length());
      }
    }
    return text;
  }

  /** Shares of the phases and how long verdicts took. */
  public String odds(Odds odds) {
    StringBuilder out = new StringBuilder();
    out.append(Style.BOLD.paint(screen, String.format(Locale.ROOT, "%,d runs", odds.runs())))
        .append(
            ", seeds %d to %d\n".formatted(odds.firstSeed(), odds.firstSeed() + odds.runs() - 1));
    for (Odds.Share share : odds.shares()) {
      double part = share.count() / (double) odds.runs();
      int bar = Math.max(1, (int) Math.round(part * BAR_COLUMNS));
      out.append("  ")
          .append(Style.of(share.tone()).paint(screen, Text.pad(share.verdict(), 12)))
          .append(
              String.format(
                  Locale.ROOT,
                  "%6.1f %%  (%.1f to %.1f)  ",
                  100 * part,
                  100 * share.low(),
                  100 * share.high()))
          .append(
              Style.of(share.tone())
                  .paint(screen, Text.pad(screen.glyph("█", "#").repeat(bar), BAR_COLUMNS)))
          .append("  such as seed ")
          .append(share.exampleSeed())
          .append('\n');
    }
    int most = odds.histogram().stream().mapToInt(Odds.Bin::count).max().orElse(0);
    if (most > 0) {
      out.append("  time to the verdict\n");
      for (Odds.Bin bin : odds.histogram()) {
        int bar = (int) Math.ceil(bin.count() / (double) most * BAR_COLUMNS);
        out.append("  ")
            .append(Text.padLeft(Durations.shown(bin.from()), 8))
            .append(" to ")
            .append(Text.padLeft(Durations.shown(bin.to()), 8))
            .append("  ")
            .append(Style.BUSY.paint(screen, screen.glyph("█", "#").repeat(bar)))
            .append(bin.count() == 0 ? "" : " " + bin.count())
            .append('\n');
      }
    }
    for (String note : odds.notes()) {
      out.append("  ").append(note).append('\n');
    }
    return out.toString();
  }

  private String fit(String text, int indent) {
    String shown = Text.shown(screen, text);
    return screen.width() == 0 ? shown : Text.cut(screen, shown, screen.width() - indent);
  }
}
