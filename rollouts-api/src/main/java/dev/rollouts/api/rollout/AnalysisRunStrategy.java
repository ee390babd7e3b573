package dev.rollouts.api.rollout;

import org.jspecify.annotations.Nullable;

/** How many finished runs and experiments are kept; null means 5. */
public record AnalysisRunStrategy(
    @Nullable Integer successfulRunHistoryLimit, @Nullable Integer unsuccessfulRunHistoryLimit) {}
