package dev.rollouts.controller.rollout;

import dev.rollouts.api.rollout.RolloutDuration;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.controller.logs.LogFields;
import dev.rollouts.controller.metrics.AttemptTimes;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log lines about how long updates take (O-090). */
final class DurationLines {
  private static final Logger LOG = LoggerFactory.getLogger("dev.rollouts.controller.durations");

  private DurationLines() {}

  /** A status was saved: what began or ended with it is told. */
  static void tell(RolloutStatus before, RolloutStatus after, Instant now) {
    RolloutDuration is = after.duration();
    if (is == null || is.rolloutStartedAt() == null || is.equals(before.duration())) {
      return;
    }
    RolloutDuration was = before.duration();
    if (was == null
        || !Objects.equals(was.rolloutStartedAt(), is.rolloutStartedAt())
        || (was.finishedAt() != null && is.finishedAt() == null)) {
      line("rollout_started", "", null);
      was = null;
    }
    boolean rolledBack = is.completionStatus().endsWith("RolledBack");
    if (rolledBack && (was == null || was.completionStatus().isEmpty())) {
      line("rollout_rollback", is.completionStatus(), null);
    }
    boolean waited = was != null && was.manualPauseStartedAt() != null;
    boolean waits = is.manualPauseStartedAt() != null;
    if (waits && !waited) {
      line("rollout_paused", "", AttemptTimes.of(is, now));
    } else if (waited && !waits && !is.completionStatus().equals("Aborted")) {
      line("rollout_resumed", "", AttemptTimes.of(is, now));
    }
    if (is.finishedAt() != null) {
      if (was == null || was.finishedAt() == null) {
        line("rollout_completed", is.completionStatus(), AttemptTimes.of(is, is.finishedAt()));
      }
    }
  }

  private static void line(String event, String status, @Nullable AttemptTimes times) {
    try (LogFields fields = LogFields.of("event", event)) {
      if (!status.isEmpty()) {
        fields.and("status", status);
      }
      if (times != null) {
        fields
            .and("duration_total_seconds", Long.toString(times.total()))
            .and("duration_progression_seconds", Long.toString(times.progression()))
            .and("duration_manual_pause_seconds", Long.toString(times.manualPause()));
      }
      LOG.info("{}", event.replace('_', ' '));
    }
  }
}
