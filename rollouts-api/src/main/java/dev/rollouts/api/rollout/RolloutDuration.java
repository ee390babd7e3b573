package dev.rollouts.api.rollout;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long updates take.
 *
 * @param completionStatus {@code Promoted}, {@code FastPromoted}, {@code Aborted}, {@code
 *     RolledBack} or {@code FastRolledBack}; empty while running
 */
public record RolloutDuration(
    @Nullable Instant rolloutStartedAt,
    @Nullable Instant manualPauseStartedAt,
    long totalManualPauseDurationSeconds,
    @Nullable Instant finishedAt,
    String completionStatus) {}
