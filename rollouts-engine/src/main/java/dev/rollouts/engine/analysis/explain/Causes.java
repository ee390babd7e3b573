package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.AnalysisForecast.Outlook;
import dev.rollouts.engine.analysis.explain.Cause.Level;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The chain from the phase of a run down to its metrics; {@link MetricCauses} goes on from there.
 */
final class Causes {
  static final String UNRESOLVED = "Unable to resolve metric arguments: ";
  static final String INVALID = "Analysis spec invalid: ";
  private static final String ASSESSED = "Metric \"";

  private final AnalysisSpec spec;
  private final AnalysisRunStatus status;
  private final AnalysisForecast forecast;

  /** Times of this day are told without the date. */
  private final Instant near;

  Causes(AnalysisSpec spec, AnalysisRunStatus status, AnalysisForecast forecast, Instant now) {
    this.spec = spec;
    this.status = status;
    this.forecast = forecast;
    this.near = status.startedAt() == null ? now : status.startedAt();
  }

  List<Cause> all() {
    AnalysisPhase phase = status.phase();
    if (!phase.isCompleted()) {
      return open();
    }
    if (isUnusable(status)) {
      return List.of(unusable(status.message(), "the run ended as Error"));
    }
    if (phase != AnalysisPhase.SUCCESSFUL) {
      return List.of(wentWrong());
    }
    return List.of(spec.terminate() ? stopped() : successful());
  }

  /** Whether the run ended because spec or arguments were unusable. */
  static boolean isUnusable(AnalysisRunStatus status) {
    return status.phase() == AnalysisPhase.ERROR
        && (status.message().startsWith(UNRESOLVED) || status.message().startsWith(INVALID));
  }

  /** Of a run that goes on: what is wrong already. */
  private List<Cause> open() {
    if (forecast.unusable() != null) {
      return List.of(
          unusable(forecast.unusable(), "the next decision ends the run as Error, unmeasured"));
    }
    List<Cause> causes = new ArrayList<>();
    for (Outlook metric : forecast.metrics()) {
      MetricResult result = metric.result();
      if (result != null
          && result.phase().isCompleted()
          && result.phase() != AnalysisPhase.SUCCESSFUL) {
        Cause cause = new MetricCauses(metric, near).cause();
        causes.add(
            result.dryRun()
                ? cause
                : new Cause(
                    Level.RUN,
                    Reason.of("A-080", Reason.RUN, "metric", metric.name()),
                    "the run is about to end: a metric has gone wrong",
                    List.of(cause)));
      }
    }
    return causes;
  }

  private Cause unusable(String message, String outcome) {
    boolean arguments = message.startsWith(UNRESOLVED);
    String rest = message.substring(message.indexOf(": ") + 2);
    return new Cause(
        Level.RUN,
        Reason.of("A-004", Reason.RUN, "error", rest),
        arguments
            ? "the arguments could not be resolved, so " + outcome
            : "the spec is invalid, so " + outcome,
        List.of(
            new Cause(
                Level.RUN,
                Reason.of(arguments ? "A-025" : "A-004", Reason.RUN, "error", rest),
                Words.shown(rest),
                List.of())));
  }

  private Cause wentWrong() {
    AnalysisPhase phase = status.phase();
    Optional<Outlook> deciding = deciding();
    if (deciding.isEmpty()) {
      return new Cause(
          Level.RUN,
          Reason.of("A-083", Reason.RUN, "phase", phase.wireName(), "message", status.message()),
          "no metric of the spec as it stands now is %s; the spec was edited since"
                  .formatted(phase.wireName())
              + (status.message().isEmpty()
                  ? ""
                  : ", and all there is to go by is the message: " + Words.shown(status.message())),
          List.of());
    }
    Outlook metric = deciding.get();
    long others =
        forecast.metrics().stream()
            .filter(other -> !other.equals(metric) && !isDry(other) && phaseOf(other) == phase)
            .count();
    String text =
        forecast.metrics().size() == 1
            ? "the run takes the phase of its metric"
            : "the run takes the phase of its worst metric"
                + (others == 0 ? "" : "; of several that are " + phase.wireName() + ", the first");
    return new Cause(
        Level.RUN,
        Reason.of("A-083", Reason.RUN, "metric", metric.name(), "phase", phase.wireName()),
        text,
        List.of(new MetricCauses(metric, near).cause()));
  }

  /**
   * The metric that gave the run its phase: that of the message, else the first of that phase
   * (A-083).
   */
  private Optional<Outlook> deciding() {
    List<Outlook> candidates =
        forecast.metrics().stream()
            .filter(metric -> !isDry(metric) && phaseOf(metric) == status.phase())
            .toList();
    return candidates.stream()
        .filter(metric -> status.message().startsWith(ASSESSED + metric.name() + "\" assessed "))
        .findFirst()
        .or(() -> candidates.stream().findFirst());
  }

  private static boolean isDry(Outlook metric) {
    return metric.dryRun();
  }

  private static @Nullable AnalysisPhase phaseOf(Outlook metric) {
    MetricResult result = metric.result();
    return result == null ? null : result.phase();
  }

  private Cause stopped() {
    return new Cause(
        Level.RUN,
        Reason.of("A-086", Reason.RUN, "terminate", true),
        "the run was told to stop (spec.terminate) and no metric had gone wrong",
        metricsInShort());
  }

  private Cause successful() {
    boolean allDry = forecast.metrics().stream().allMatch(Outlook::dryRun);
    if (allDry && !forecast.metrics().isEmpty()) {
      return new Cause(
          Level.RUN,
          Reason.of("A-143", Reason.RUN, "dryRun", true),
          "every metric is dry-run, so whatever they come to the run is Successful",
          metricsInShort());
    }
    return new Cause(
        Level.RUN,
        Reason.of("A-083", Reason.RUN, "phase", "Successful"),
        forecast.metrics().size() == 1
            ? "its metric completed, and nothing went wrong that counts"
            : "all its metrics completed, and nothing went wrong that counts",
        metricsInShort());
  }

  private List<Cause> metricsInShort() {
    List<Cause> causes = new ArrayList<>();
    for (Outlook metric : forecast.metrics()) {
      causes.add(new MetricCauses(metric, near).cause());
    }
    return causes;
  }
}
