package dev.rollouts.engine.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.explain.Cause;
import dev.rollouts.engine.analysis.explain.Explanation;
import dev.rollouts.engine.analysis.explain.Wait;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An AnalysisRun as a part of somebody else's account. */
final class RunLinks {
  private final AnalysisRun run;
  private final Instant now;
  private final Explanation explanation;

  RunLinks(AnalysisRun run, Instant now) {
    this.run = run;
    this.now = now;
    this.explanation = Explanation.of(run.spec(), run.statusOrPending(), now);
  }

  Explanation explanation() {
    return explanation;
  }

  AnalysisPhase phase() {
    return run.statusOrPending().phase();
  }

  /** {@code AnalysisRun web-1 is Running}, because of what its metrics say. */
  Link link() {
    List<Link> because = new ArrayList<>();
    explanation.causes().forEach(each -> because.add(link(each)));
    if (because.isEmpty()) {
      explanation
          .metrics()
          .forEach(
              each ->
                  because.add(
                      Link.of(
                          "metric %s is %s: %s"
                              .formatted(
                                  Words.quoted(each.name()),
                                  each.phase() == null ? "not measured" : each.phase().wireName(),
                                  each.tallies()),
                          "A-063",
                          lastError(each.name()))));
    }
    return Link.of(
        "AnalysisRun %s is %s".formatted(Words.shown(run.metadata().name()), phase().wireName()),
        "R-350",
        because);
  }

  /** What went wrong the last time with a metric that is tried again. */
  private List<Link> lastError(String metric) {
    for (MetricResult each : run.statusOrPending().metricResults()) {
      Measurement last = each.lastMeasurement();
      boolean erring = each.name().equals(metric) && each.consecutiveError() > 0;
      if (erring && last != null && !last.message().isEmpty()) {
        return List.of(Link.of("the last error: " + Words.shown(last.message()), "A-043"));
      }
    }
    return List.of();
  }

  private static Link link(Cause cause) {
    return Link.of(
        cause.text(), cause.reason().rule(), cause.because().stream().map(RunLinks::link).toList());
  }

  /** What the run waits for, told as that of its metrics. */
  List<Wait> waits() {
    return explanation.waits();
  }

  /** Whether nobody has measured anything although the run is there. */
  boolean isNotStarted() {
    return phase() == AnalysisPhase.PENDING && run.statusOrPending().startedAt() == null;
  }

  /** Whether some metric is measured for ever unless something goes wrong. */
  boolean isEndless() {
    return AnalysisForecast.of(run.spec(), run.statusOrPending(), now).metrics().stream()
        .anyMatch(
            each ->
                !each.dryRun()
                    && each.wanted() <= 0
                    && each.consecutiveSuccessLimit() <= 0
                    && (each.result() == null || !each.result().phase().isCompleted()));
  }

  /** Whether the last thing that a metric said was an error, and it is not over yet. */
  boolean isErroring() {
    return run.statusOrPending().metricResults().stream()
        .anyMatch(each -> !each.phase().isCompleted() && each.consecutiveError() > 0);
  }

  /** Whether such an error is that the provider has no data. */
  boolean hasNoData() {
    return run.statusOrPending().metricResults().stream()
        .filter(each -> !each.phase().isCompleted() && each.consecutiveError() > 0)
        .map(MetricResult::lastMeasurement)
        .anyMatch(each -> each != null && isNoData(each.message()));
  }

  private static boolean isNoData(String message) {
    return message.contains("no data") || message.contains("index out of range");
  }
}
