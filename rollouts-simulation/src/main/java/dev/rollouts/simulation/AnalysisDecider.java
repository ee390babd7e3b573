package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEngine;
import dev.rollouts.engine.analysis.Observed;
import java.time.Instant;
import java.util.List;

/**
 * One turn of an analysis: {@link AnalysisEngine#decide}, or something that is compared with it.
 * Pure and thread-safe.
 */
@FunctionalInterface
public interface AnalysisDecider {
  /** See {@link AnalysisEngine#decide}. */
  Decision<AnalysisRunStatus, AnalysisEffect> decide(
      AnalysisSpec spec, AnalysisRunStatus status, List<Observed> seen, Instant now);
}
