package dev.rollouts.api.rollout;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.wire.Required;

/** An AnalysisRun as last seen. */
public record RunReference(@Required String name, @Required AnalysisPhase status, String message) {}
