package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.condition.ConditionEvaluator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a run that is not completed; lives as long as one call of {@link
 * AnalysisEngine#decide}.
 */
final class Turn {
  private final AnalysisSpec spec;
  private final PreparedAnalysis analysis;
  private final AnalysisRunStatus before;
  private final Instant now;
  private final List<Reason> reasons;
  private final Map<String, MetricResult> results = new LinkedHashMap<>();
  private final List<AnalysisEffect> effects = new ArrayList<>();
  private final boolean terminating;
  private Assessor.Run run = new Assessor.Run(AnalysisPhase.RUNNING, "");
  private @Nullable Instant wakeUp;

  Turn(
      AnalysisSpec spec,
      PreparedAnalysis analysis,
      AnalysisRunStatus before,
      Instant now,
      List<Reason> reasons) {
    this.spec = spec;
    this.analysis = analysis;
    this.before = before;
    this.now = now;
    this.reasons = reasons;
    before.metricResults().forEach(result -> results.put(result.name(), result));
    // Evaluated before any metric changes: a metric that fails now stops its siblings in the next
    // turn.
    this.terminating = spec.terminate() || Assessor.anyWentWrong(results);
  }

  /** Folds what was seen; returns the message that ends the run if it makes the run unusable. */
  Optional<String> fold(List<Observed> seen, ConditionEvaluator conditions) {
    Folding folding = new Folding(analysis, conditions, results, reasons);
    for (Observed observed : seen) {
      String unusable = folding.fold(observed);
      if (unusable != null) {
        return Optional.of(unusable);
      }
    }
    return Optional.empty();
  }

  /** Brings every metric and then the run to the phase that the counters say. */
  @SuppressWarnings("ReferenceEquality") // a result without news is the same object
  void assess() {
    for (PreparedMetric metric : analysis.metrics().values()) {
      MetricResult result = results.get(metric.name());
      if (result != null) {
        MetricResult assessed = trim(metric, assess(metric, result));
        if (assessed != result) {
          results.put(metric.name(), assessed);
        }
      }
    }
    if (!awaitsTermination()) {
      run = Assessor.run(analysis.metrics(), results, spec.terminate(), terminating, reasons);
    }
    if (run.phase().isCompleted()) {
      effects.add(new AnalysisEffect.Announce(Events.runCompleted(run.phase())));
    }
  }

  private MetricResult assess(PreparedMetric metric, MetricResult result) {
    AnalysisPhase phase = Assessor.metric(metric, result, terminating, reasons);
    MetricResult assessed = result;
    if (phase != result.phase()) {
      Measurement last = result.lastMeasurement();
      assessed = Results.withPhase(result, phase, last == null ? "" : last.message());
      if (phase.isCompleted()) {
        effects.add(new AnalysisEffect.Announce(Events.metricCompleted(metric.name(), phase)));
      }
    }
    if (metric.dry() && phase.isCompleted()) {
      String message = Assessor.dryRunMessage(metric, assessed);
      return message.equals(assessed.message())
          ? assessed
          : Results.withPhase(assessed, phase, message);
    }
    return assessed;
  }

  /**
   * Keeps the newest measurements only and has the remains of the others removed.
   */
  private MetricResult trim(PreparedMetric metric, MetricResult result) {
    List<Measurement> all = result.measurements();
    int surplus = all.size() - metric.retention();
    if (surplus <= 0) {
      return result;
    }
    effects.add(new AnalysisEffect.CollectGarbage(metric.template(), metric.retention()));
    return Results.withMeasurements(result, all.subList(surplus, all.size()));
  }

  /**
   * Whether the run is to end and a back-end has yet to say what became of a measurement in flight
   * (A-088, A-172).
   */
  private boolean awaitsTermination() {
    if (!terminating) {
      return false;
    }
    for (PreparedMetric metric : analysis.metrics().values()) {
      MetricResult result = results.get(metric.name());
      Measurement last = result == null ? null : result.lastMeasurement();
      if (last != null && last.isInFlight() && !Terminations.isAnswered(last)) {
        return true;
      }
    }
    return false;
  }

  /** What to do now, and when to look again. */
  void plan() {
    if (run.phase().isCompleted()) {
      wakeUp = TimeToLive.endsAt(spec.ttlStrategy(), status());
      return;
    }
    if (!terminating && Assessor.anyWentWrong(results)) {
      reasons.add(Reason.of("A-080", Reason.RUN, "terminatesNext", true));
      wakeUp = now;
      return;
    }
    for (PreparedMetric metric : analysis.metrics().values()) {
      MetricResult result = results.get(metric.name());
      Instant dueAt = Schedule.dueAt(metric, result, before.startedAt(), terminating, now);
      if (dueAt == null) {
        continue;
      }
      boolean delayed = result == null && metric.initialDelay() != null;
      if (dueAt.isAfter(now) || (delayed && before.startedAt() == null)) {
        wakeUp = earlier(wakeUp, dueAt.isBefore(now) ? now : dueAt);
      } else {
        effects.add(ask(metric, result));
      }
    }
  }

  private AnalysisEffect ask(PreparedMetric metric, @Nullable MetricResult result) {
    MeasurementId id =
        new MeasurementId(metric.name(), result == null ? 1 : Results.nextAttempt(result));
    Measurement last = result == null ? null : result.lastMeasurement();
    if (last == null || !last.isInFlight()) {
      return new AnalysisEffect.Measure(id, metric.template(), startedAt());
    }
    return terminating
        ? new AnalysisEffect.Terminate(id, metric.template(), startedAt(), last)
        : new AnalysisEffect.Resume(id, metric.template(), startedAt(), last);
  }

  /** What came of the turn. */
  Decision<AnalysisRunStatus, AnalysisEffect> decision() {
    return new Decision<>(status(), effects, Optional.ofNullable(wakeUp), reasons);
  }

  private AnalysisRunStatus status() {
    List<MetricResult> fitting =
        StatusBudget.fit(new ArrayList<>(results.values()), before.metricResults());
    AnalysisRunStatus after =
        new AnalysisRunStatus(
            run.phase(),
            run.phase() == before.phase() ? before.message() : run.message(),
            startedAt(),
            run.phase().isCompleted() && before.completedAt() == null
                ? Folding.notBefore(startedAt(), now.truncatedTo(ChronoUnit.SECONDS))
                : before.completedAt(),
            Assessor.onlyDryRun(analysis.metrics())
                ? null
                : Assessor.summary(analysis.metrics(), results, false),
            Assessor.summary(analysis.metrics(), results, true),
            fitting);
    return after.equals(before) ? before : after;
  }

  private Instant startedAt() {
    return before.startedAt() == null ? now.truncatedTo(ChronoUnit.SECONDS) : before.startedAt();
  }

  private static Instant earlier(@Nullable Instant one, Instant other) {
    return one == null || other.isBefore(one) ? other : one;
  }
}
