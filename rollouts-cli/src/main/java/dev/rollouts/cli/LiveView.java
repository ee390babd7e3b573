package dev.rollouts.cli;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.cli.report.Chronicle;
import dev.rollouts.cli.report.Report;
import dev.rollouts.cli.report.Report.Event;
import dev.rollouts.cli.report.Series;
import dev.rollouts.cli.report.TextReport;
import dev.rollouts.cli.terminal.Durations;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.explain.Explanation;
import dev.rollouts.engine.analysis.explain.MetricAccount;
import dev.rollouts.engine.analysis.explain.Wait;
import dev.rollouts.runner.AnalysisListener;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows a run while it goes on: line by line, or drawn in place. Thread-safe. */
public final class LiveView implements AnalysisListener {
  private static final int NAME_MAX = 28;
  private static final int SPARKS = 24;
  private static final int EVENTS_IN_PLACE = 4;

  private final Screen screen;
  private final PrintStream out;
  private final boolean inPlace;
  private final AnalysisSpec spec;
  private final Clock clock;
  private final Instant start;
  private final Chronicle chronicle;
  private final TextReport texts;
  private final int nameColumns;
  private AnalysisRunStatus before = AnalysisRunStatus.pending();
  private int drawnLines;

  /**
   * A view of a run that is about to start.
   *
   * @param inPlace whether it is drawn over and over instead of line by line
   */
  public LiveView(Screen screen, PrintStream out, boolean inPlace, AnalysisSpec spec, Clock clock) {
    this.screen = screen;
    this.out = out;
    this.inPlace = inPlace;
    this.spec = spec;
    this.clock = clock;
    this.start = clock.instant();
    this.chronicle = new Chronicle(spec);
    this.texts = new TextReport(screen);
    int widest = 3;
    for (Metric metric : spec.metrics()) {
      widest = Math.max(widest, Math.min(NAME_MAX, Text.width(Text.shown(screen, metric.name()))));
    }
    this.nameColumns = widest;
  }

  /** Says what is run. */
  public synchronized void begin(String name) {
    out.println(
        Style.BOLD.paint(screen, Text.shown(screen, name))
            + Style.DIM.paint(
                screen,
                "  "
                    + spec.metrics().size()
                    + (spec.metrics().size() == 1 ? " metric" : " metrics")
                    + ", started "
                    + start.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
    out.flush();
  }

  @Override
  public synchronized void decided(
      AnalysisRun run, Decision<AnalysisRunStatus, AnalysisEffect> decision) {
    List<Event> fresh =
        chronicle.step(Duration.between(start, clock.instant()), before, run.statusOrPending());
    before = run.statusOrPending();
    if (!inPlace) {
      fresh.forEach(event -> out.println(texts.line(event, nameColumns)));
      out.flush();
    } else {
      draw(before);
    }
  }

  @Override
  public synchronized void troubled(String run, String problem, @Nullable Throwable cause) {
    chronicle.note(Duration.between(start, clock.instant()), problem);
    if (!inPlace) {
      out.println(Style.UNSURE.paint(screen, Text.shown(screen, problem)));
      out.flush();
    }
  }

  /** Time has passed and nothing happened. */
  public synchronized void tick(AnalysisRunStatus status) {
    if (inPlace) {
      draw(status);
    }
  }

  /** The plots, the verdict and why. */
  public synchronized void end(AnalysisRunStatus status) {
    if (inPlace) {
      erase();
      out.print(texts.timeline(chronicle.events()));
    }
    Duration length = Duration.between(start, clock.instant());
    Report report =
        new Report(
            "",
            List.of(),
            status.phase(),
            length,
            chronicle.events(),
            chronicle.series(status),
            Explanation.of(spec, status, clock.instant()),
            null);
    for (Series series : report.series()) {
      if (series.points().size() > 1) {
        out.println();
        out.print(texts.plot(series, length));
      }
    }
    out.println();
    out.print(texts.verdict(report));
    out.flush();
  }

  private void draw(AnalysisRunStatus status) {
    List<String> lines = new ArrayList<>();
    Instant now = clock.instant();
    Explanation explanation = Explanation.of(spec, status, now);
    lines.add(
        "%s  %s"
            .formatted(
                Style.of(status.phase()).paint(screen, status.phase().wireName()),
                Style.DIM.paint(screen, Durations.shown(Duration.between(start, now)))));
    for (MetricAccount metric : explanation.metrics()) {
      AnalysisPhase phase = metric.phase();
      String name = Text.cut(screen, Text.shown(screen, metric.name()), NAME_MAX);
      String words = phase == null ? "waiting" : phase.wireName();
      String head =
          "  "
              + Text.pad(name, nameColumns)
              + "  "
              + (phase == null ? Style.DIM : Style.of(phase)).paint(screen, Text.pad(words, 12))
              + "  ";
      lines.add(head + sparks(metric.name()) + "  " + Style.DIM.paint(screen, rest(metric)));
    }
    for (Wait wait : explanation.waits()) {
      Instant until = wait.until();
      String when =
          until == null || !until.isAfter(now)
              ? "now"
              : "in "
                  + Durations.shown(Duration.ofSeconds(Duration.between(now, until).toSeconds()));
      String text = "  next: %s %s, %s".formatted(wait.subject(), wait.what(), when);
      lines.add(Style.DIM.paint(screen, fit(text)));
    }
    List<Event> events = chronicle.events();
    for (Event event :
        events.subList(Math.max(0, events.size() - EVENTS_IN_PLACE), events.size())) {
      lines.add(texts.line(event, nameColumns).split("\n", 2)[0]);
    }
    erase();
    lines.forEach(out::println);
    drawnLines = lines.size();
    out.flush();
  }

  private String rest(MetricAccount metric) {
    int used = nameColumns + 18 + SPARKS;
    return Text.cut(
        screen, Text.shown(screen, metric.tallies()), Math.max(8, screen.widthOr(100) - used - 2));
  }

  /** The newest values as bars, so that a trend shows. */
  private String sparks(String metric) {
    for (Series series : chronicle.series(before)) {
      if (series.metric().equals(metric)) {
        return Sparkline.of(screen, series.points(), SPARKS);
      }
    }
    return " ".repeat(SPARKS);
  }

  private String fit(String text) {
    return Text.cut(screen, Text.shown(screen, text), screen.widthOr(100) - 1);
  }

  /** Takes back what was drawn last. */
  private void erase() {
    if (drawnLines > 0) {
      out.print("\u001b[" + drawnLines + "A\u001b[J");
      drawnLines = 0;
    }
  }
}
