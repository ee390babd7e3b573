package dev.rollouts.api.experiment;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * An analysis as last seen.
 *
 * @param analysisRun name of the run; empty before it is made
 */
public record ExperimentRunStatus(
    @Required String name,
    @Required String analysisRun,
    @Nullable AnalysisPhase phase,
    String message) {}
