package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.cli.report.Report.Event;
import dev.rollouts.cli.report.Report.Event.Kind;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.AnalysisForecast.Exceeded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down what changes from one status of a run to the next. Not thread-safe. */
public final class Chronicle {
  private final AnalysisSpec spec;
  private final List<Event> events = new ArrayList<>();
  private final Map<String, List<Series.Taken>> taken = new LinkedHashMap<>();

  /** An empty chronicle of a run with this spec. */
  public Chronicle(AnalysisSpec spec) {
    this.spec = spec;
  }

  /** Something that befell the run. */
  public void note(Duration at, String text) {
    events.add(new Event(at, Kind.FAULT, "", null, text));
  }

  /**
   * Takes down a step.
   *
   * @param at since the start
   * @return the new events, in order
   */
  public List<Event> step(Duration at, AnalysisRunStatus before, AnalysisRunStatus after) {
    List<Event> fresh = new ArrayList<>();
    if (before.phase() == AnalysisPhase.PENDING && after.phase() == AnalysisPhase.RUNNING) {
      fresh.add(new Event(at, Kind.RUN, "", AnalysisPhase.RUNNING, "starts"));
    }
    for (MetricResult result : after.metricResults()) {
      MetricResult earlier = before.result(result.name()).orElse(null);
      if (!result.equals(earlier)) {
        measurement(at, earlier, result, fresh);
        verdict(at, earlier, after, result, fresh);
      }
    }
    if (after.phase().isCompleted() && !before.phase().isCompleted()) {
      String message = after.message();
      fresh.add(
          new Event(
              at,
              Kind.RUN,
              "",
              after.phase(),
              message.isEmpty()
                  ? after.phase().wireName()
                  : after.phase().wireName() + ": " + message));
    }
    events.addAll(fresh);
    return fresh;
  }

  private void measurement(
      Duration at, @Nullable MetricResult earlier, MetricResult result, List<Event> fresh) {
    Measurement last = result.lastMeasurement();
    if (last == null) {
      return;
    }
    int finished = result.count() + result.error();
    int finishedBefore = earlier == null ? 0 : earlier.count() + earlier.error();
    if (finished > finishedBefore && !last.isInFlight()) {
      taken
          .computeIfAbsent(result.name(), name -> new ArrayList<>())
          .add(new Series.Taken(at, last.phase(), last.value(), last.message()));
      StringBuilder text = new StringBuilder("#" + finished + " " + last.phase().wireName());
      text.append(last.value().isEmpty() ? "" : "  " + Series.shown(last.value()));
      text.append(last.message().isEmpty() ? "" : "  " + last.message());
      fresh.add(new Event(at, Kind.MEASURED, result.name(), last.phase(), text.toString()));
    } else if (last.isInFlight() && (earlier == null || !earlier.isInFlight())) {
      fresh.add(
          new Event(
              at,
              Kind.STARTED,
              result.name(),
              AnalysisPhase.RUNNING,
              "#" + (finished + 1) + " in progress"));
    }
  }

  private void verdict(
      Duration at,
      @Nullable MetricResult earlier,
      AnalysisRunStatus after,
      MetricResult result,
      List<Event> fresh) {
    boolean wasCompleted = earlier != null && earlier.phase().isCompleted();
    if (wasCompleted || !result.phase().isCompleted()) {
      return;
    }
    Exceeded exceeded =
        AnalysisForecast.of(spec, after, Instant.EPOCH)
            .metric(result.name())
            .map(AnalysisForecast.Outlook::exceeded)
            .orElse(null);
    String text = "is " + result.phase().wireName();
    if (exceeded != null && exceeded.phase() == result.phase()) {
      text += ": " + exceeded.text();
    }
    if (result.dryRun()) {
      text += " (dry-run, does not count)";
    }
    fresh.add(new Event(at, Kind.METRIC, result.name(), result.phase(), text));
  }

  /** Everything so far, in order. */
  public List<Event> events() {
    return List.copyOf(events);
  }

  /** What was measured of a metric so far, in order. */
  public List<Series.Taken> taken(String metric) {
    return List.copyOf(taken.getOrDefault(metric, List.of()));
  }

  /** The series of all metrics of the spec, as they stand in a status. */
  public List<Series> series(AnalysisRunStatus status) {
    List<Series> series = new ArrayList<>();
    for (AnalysisForecast.Outlook outlook :
        AnalysisForecast.of(spec, status, Instant.EPOCH).metrics()) {
      series.add(
          Series.of(
              outlook.metric(),
              outlook.result() == null ? null : outlook.result().phase(),
              outlook.dryRun(),
              taken(outlook.name())));
    }
    return series;
  }
}
