package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.TtlStrategy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a completed run is deleted. Rules. */
final class TimeToLive {
  private TimeToLive() {}

  /** The first moment at which the run is to go, or null when it stays. */
  static @Nullable Instant endsAt(@Nullable TtlStrategy ttl, AnalysisRunStatus status) {
    Instant completedAt = status.completedAt();
    Integer seconds = ttl == null ? null : seconds(ttl, status.phase());
    if (seconds == null || completedAt == null) {
      return null;
    }
    return completedAt.plusSeconds(Math.max(seconds, -1) + 1L);
  }

  private static @Nullable Integer seconds(TtlStrategy ttl, AnalysisPhase phase) {
    Integer own = null;
    if (phase == AnalysisPhase.SUCCESSFUL) {
      own = ttl.secondsAfterSuccess();
    } else if (phase == AnalysisPhase.FAILED) {
      own = ttl.secondsAfterFailure();
    }
    return own == null ? ttl.secondsAfterCompletion() : own;
  }
}
