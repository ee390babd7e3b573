package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.condition.Assessment;
import dev.rollouts.engine.condition.ConditionEvaluator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns observations into measurements and counts them. An observation counts when it answers the
 * measurement that is wanted next or in flight; a duplicate, a late one and one of a metric that is
 * gone change nothing. Rules.
 */
final class Folding {
  private final PreparedAnalysis analysis;
  private final ConditionEvaluator conditions;
  private final Map<String, MetricResult> results;
  private final List<Reason> reasons;

  /**
   * A folding into {@code results}.
   *
   * @param results by name, in the order of first measurements; changed in place
   */
  Folding(
      PreparedAnalysis analysis,
      ConditionEvaluator conditions,
      Map<String, MetricResult> results,
      List<Reason> reasons) {
    this.analysis = analysis;
    this.conditions = conditions;
    this.results = results;
    this.reasons = reasons;
  }

  /** Folds one observation; returns the message that ends the run, or null. */
  @Nullable String fold(Observed observed) {
    MeasurementId id = observed.id();
    PreparedMetric metric = analysis.metrics().get(id.metric());
    MetricResult result = results.get(id.metric());
    if (metric == null
        || id.attempt() != (result == null ? 1 : Results.nextAttempt(result))
        || (result != null && result.phase().isCompleted())) {
      reasons.add(Reason.of("A-211", id.metric(), "ignoredAttempt", id.attempt()));
      return null;
    }
    if (observed instanceof Observed.ArgumentsUnresolved unresolved) {
      reasons.add(Reason.of("A-027", id.metric(), "error", unresolved.message()));
      return PreparedAnalysis.UNRESOLVED + Texts.message(unresolved.message());
    }
    Observed.Answer answer = (Observed.Answer) observed;
    boolean inFlight = result != null && result.isInFlight();
    if (inFlight == (answer.asked() == Observed.Asked.MEASURE)) {
      reasons.add(Reason.of("A-211", id.metric(), "ignoredAttempt", id.attempt()));
      return null;
    }
    Measurement before = result == null || !inFlight ? null : result.lastMeasurement();
    Measurement measurement = answer.observation().accept(new Judgement(metric, answer, before));
    MetricResult into =
        result == null ? Results.first(metric, Texts.metadata(answer.metricMetadata())) : result;
    results.put(id.metric(), Results.with(into, measurement));
    reasons.add(
        Reason.of(
            measurement.isInFlight() ? "A-051" : "A-054",
            id.metric(),
            "attempt",
            id.attempt(),
            "phase",
            measurement.phase().wireName(),
            "value",
            measurement.value(),
            "message",
            measurement.message()));
    return null;
  }

  /** The measurement that an observation makes. */
  private final class Judgement implements Observation.Handler<Measurement> {
    private final PreparedMetric metric;
    private final Observed.Answer answer;
    private final @Nullable Measurement before;

    Judgement(PreparedMetric metric, Observed.Answer answer, @Nullable Measurement before) {
      this.metric = metric;
      this.answer = answer;
      this.before = before;
    }

    @Override
    public Measurement value(Observation.Value value) {
      Assessment judged =
          conditions.assess(
              metric.resolved().successCondition(),
              metric.resolved().failureCondition(),
              value.kind(),
              value.value(),
              answer.finishedAt());
      boolean error = judged.phase() == AnalysisPhase.ERROR;
      return finished(
          judged.phase(),
          judged.message(),
          error && !value.keptOnError().contains(Observation.Value.Part.VALUE)
              ? ""
              : value.rendered(),
          error && !value.keptOnError().contains(Observation.Value.Part.METADATA)
              ? Map.of()
              : value.metadata());
    }

    @Override
    public Measurement verdict(Observation.Verdict verdict) {
      return finished(verdict.phase(), verdict.message(), verdict.value(), verdict.metadata());
    }

    @Override
    public Measurement failure(Observation.Failure failure) {
      return finished(AnalysisPhase.ERROR, failure.message(), "", failure.metadata());
    }

    @Override
    public Measurement inProgress(Observation.InProgress inProgress) {
      if (before != null && answer.asked() == Observed.Asked.TERMINATE) {
        return new Measurement(
            before.phase(),
            Terminations.LEFT_RUNNING,
            before.startedAt(),
            null,
            before.value(),
            before.metadata(),
            before.resumeAt());
      }
      return new Measurement(
          AnalysisPhase.RUNNING,
          "",
          startedAt(),
          null,
          "",
          metadata(inProgress.metadata()),
          later(wholeSeconds(inProgress.resumeAt())));
    }

    private Measurement finished(
        AnalysisPhase phase, String message, String value, Map<String, String> metadata) {
      String text =
          answer.asked() == Observed.Asked.TERMINATE
              ? Terminations.message(phase, message)
              : message;
      Instant startedAt = startedAt();
      return new Measurement(
          phase,
          Texts.message(text),
          startedAt,
          notBefore(startedAt, answer.finishedAt().truncatedTo(ChronoUnit.SECONDS)),
          Texts.value(value),
          metadata(metadata),
          before == null ? null : before.resumeAt());
    }

    private @Nullable Instant startedAt() {
      return before == null ? wholeSeconds(answer.startedAt()) : before.startedAt();
    }

    /** What a measurement in flight remembers stays unless the provider says it anew. */
    private Map<String, String> metadata(Map<String, String> said) {
      return said.isEmpty() && before != null ? before.metadata() : Texts.metadata(said);
    }

    /** A duplicate of an earlier answer does not bring the next look forward. */
    private @Nullable Instant later(@Nullable Instant resumeAt) {
      Instant known = before == null ? null : before.resumeAt();
      return known != null && resumeAt != null && resumeAt.isBefore(known) ? known : resumeAt;
    }
  }

  /** An end; the start where the clock was set back in between. */
  static Instant notBefore(@Nullable Instant start, Instant end) {
    return start != null && end.isBefore(start) ? start : end;
  }

  static @Nullable Instant wholeSeconds(@Nullable Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.SECONDS);
  }
}
