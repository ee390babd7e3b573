package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.condition.ConditionEvaluator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges a release by its metrics. Pure: the same inputs give an equal decision; deciding twice,
 * late or early does no harm. Total: a bad template or a hostile expression becomes phase Error
 * with a message. Thread-safe; one engine serves a whole process.
 *
 * <p>Source: docs/spec/analysis.md.
 */
public final class AnalysisEngine {
  private static final int PREPARED_MAX = 16_384;

  private final ConditionEvaluator conditions;
  private final Map<AnalysisSpec, PreparedAnalysis> prepared =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AnalysisSpec, PreparedAnalysis> eldest) {
          return size() > PREPARED_MAX;
        }
      };

  /** An engine with a cache of compiled conditions of its own. */
  public AnalysisEngine() {
    this(new ConditionEvaluator());
  }

  /** An engine that shares compiled conditions. */
  public AnalysisEngine(ConditionEvaluator conditions) {
    this.conditions = conditions;
  }

  /**
   * Decides one turn of a run: folds what was seen, assesses metrics and run, plans what to do.
   *
   * @param spec as it stands now; edits between turns take effect, except on a completed run
   *     (A-002)
   * @param status as last saved
   * @param seen what effects of earlier decisions came to, in the order of arrival
   * @param now read from the clock once per turn
   */
  public Decision<AnalysisRunStatus, AnalysisEffect> decide(
      AnalysisSpec spec, AnalysisRunStatus status, List<Observed> seen, Instant now) {
    if (status.phase().isCompleted()) {
      return liveOn(spec, status, now);
    }
    PreparedAnalysis analysis = prepare(spec);
    List<Reason> reasons = new ArrayList<>();
    if (analysis.error() != null) {
      reasons.add(Reason.of(analysis.errorRule(), Reason.RUN, "error", analysis.error()));
      return endEarly(status, analysis.error(), reasons);
    }
    Turn turn = new Turn(spec, analysis, status, now, reasons);
    Optional<String> unusable = turn.fold(seen, conditions);
    if (unusable.isPresent()) {
      return endEarly(status, unusable.get(), reasons);
    }
    turn.assess();
    turn.plan();
    return turn.decision();
  }

  /** A completed run never changes; at most it is deleted. */
  private static Decision<AnalysisRunStatus, AnalysisEffect> liveOn(
      AnalysisSpec spec, AnalysisRunStatus status, Instant now) {
    Instant end = TimeToLive.endsAt(spec.ttlStrategy(), status);
    if (end == null) {
      return new Decision<>(status, List.of(), Optional.empty(), List.of());
    }
    if (now.isBefore(end)) {
      return new Decision<>(status, List.of(), Optional.of(end), List.of());
    }
    return new Decision<>(
        status,
        List.of(new AnalysisEffect.DeleteRun()),
        Optional.empty(),
        List.of(Reason.of("A-181", Reason.RUN, "endedAt", end.toString())));
  }

  /** The spec or its arguments are unusable: Error, and nothing else is touched. */
  private static Decision<AnalysisRunStatus, AnalysisEffect> endEarly(
      AnalysisRunStatus status, String message, List<Reason> reasons) {
    String bounded = Texts.message(message);
    AnalysisRunStatus ended =
        new AnalysisRunStatus(
            AnalysisPhase.ERROR,
            bounded,
            status.startedAt(),
            status.completedAt(),
            status.runSummary(),
            status.dryRunSummary(),
            status.metricResults());
    return new Decision<>(
        ended,
        List.of(new AnalysisEffect.Announce(Events.runCompleted(AnalysisPhase.ERROR))),
        Optional.empty(),
        reasons);
  }

  private PreparedAnalysis prepare(AnalysisSpec spec) {
    synchronized (prepared) {
      PreparedAnalysis known = prepared.get(spec);
      if (known != null) {
        return known;
      }
    }
    PreparedAnalysis fresh = PreparedAnalysis.of(spec);
    synchronized (prepared) {
      prepared.put(spec, fresh);
    }
    return fresh;
  }
}
