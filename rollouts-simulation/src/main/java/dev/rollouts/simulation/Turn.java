package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One decision and what went into it.
 *
 * @param elapsed virtual time since the start of the simulation
 * @param now what the clock of the deciding process showed
 * @param before the status that was decided on
 * @param saved false when the process died before it could save the decision
 * @param notes faults that hit before or during this turn, in words
 */
public record Turn(
    Duration elapsed,
    Instant now,
    AnalysisSpec spec,
    AnalysisRunStatus before,
    List<Observed> seen,
    Decision<AnalysisRunStatus, AnalysisEffect> decision,
    boolean saved,
    List<String> notes) {
  public Turn {
    seen = List.copyOf(seen);
    notes = List.copyOf(notes);
  }

  /** The status that was decided. */
  public AnalysisRunStatus after() {
    return decision.status();
  }
}
