package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.AnalysisForecast.Outlook;
import dev.rollouts.engine.explain.text.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run waits for. When is the engine's own schedule; here it gets its words. */
final class Waits {
  /** A decision takes a moment and stored times are whole seconds; later than this is overdue. */
  private static final Duration OVERDUE = Duration.ofSeconds(30);

  private final AnalysisSpec spec;
  private final AnalysisRunStatus status;
  private final AnalysisForecast forecast;
  private final Instant now;

  Waits(AnalysisSpec spec, AnalysisRunStatus status, AnalysisForecast forecast, Instant now) {
    this.spec = spec;
    this.status = status;
    this.forecast = forecast;
    this.now = now;
  }

  List<Wait> all() {
    if (status.phase().isCompleted()) {
      return forecast.deletedAt() == null
          ? List.of()
          : List.of(
              new Wait(
                  Reason.RUN,
                  "deletion, as ttlStrategy has it",
                  forecast.deletedAt(),
                  false,
                  "A-181"));
    }
    if (forecast.unusable() != null) {
      return List.of(new Wait(Reason.RUN, "the next decision, which ends it", now, false, "A-004"));
    }
    List<Wait> waits = new ArrayList<>();
    for (Outlook metric : forecast.metrics()) {
      Wait wait = of(metric);
      if (wait != null) {
        waits.add(wait);
      }
    }
    waits.sort(
        Comparator.comparing(
            Wait::until, Comparator.nullsLast(Comparator.<Instant>naturalOrder())));
    if (waits.isEmpty()) {
      waits.add(
          new Wait(
              Reason.RUN,
              forecast.terminating()
                  ? spec.terminate()
                      ? "the next decision, which ends it: it was told to stop"
                      : "the next decision, which ends it: a metric has gone wrong"
                  : "the next decision, which ends it: every metric is done",
              now,
              false,
              forecast.terminating() ? "A-086" : "A-087"));
    }
    return waits;
  }

  private @Nullable Wait of(Outlook metric) {
    Instant due = metric.dueAt();
    if (due == null) {
      return null;
    }
    MetricResult result = metric.result();
    Measurement last = result == null ? null : result.lastMeasurement();
    String waiting;
    String rule;
    if (last != null && last.isInFlight()) {
      waiting =
          forecast.terminating()
              ? "its measurement in flight to be stopped"
              : last.resumeAt() == null
                  ? "an answer of %s".formatted(Judged.provider(metric.metric()))
                  : "an answer of %s; the next look".formatted(Judged.provider(metric.metric()));
      rule = forecast.terminating() ? "A-172" : "A-040";
    } else if (last == null) {
      waiting =
          "its first measurement"
              + (metric.initialDelay() == null
                  ? ""
                  : ", initialDelay %s after the start"
                      .formatted(Words.span(metric.initialDelay())))
              + (status.startedAt() == null && metric.initialDelay() != null
                  ? "; the run has not started"
                  : "");
      rule = metric.initialDelay() == null ? "A-040" : "A-041";
    } else if (last.phase() == AnalysisPhase.ERROR) {
      waiting = "another try, 10s after an error whatever the interval";
      rule = "A-043";
    } else {
      waiting =
          "measurement %d, %s after the end of the last one"
              .formatted(
                  1 + (result == null ? 0 : result.count() + result.error()),
                  metric.interval() == null ? "10s" : Words.span(metric.interval()));
      rule = "A-042";
    }
    return new Wait(metric.name(), waiting, due, due.plus(OVERDUE).isBefore(now), rule);
  }
}
