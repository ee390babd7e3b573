package dev.rollouts.engine.experiment;

import dev.rollouts.api.experiment.ExperimentSpec;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.wire.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When things are due. The one place that knows, for what is decided now and for when to wake up.
 * Rules E-021, E-072.
 *
 * @param end what {@code experiment.finishedAt} stands for; null without duration or start
 * @param deadline of each template
 */
record Schedule(@Nullable Instant end, Duration deadline, Instant now) {
  private static final int DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

  static Schedule of(ExperimentSpec spec, ExperimentStatus status, Instant now) {
    Instant availableAt = status.availableAt();
    Instant end =
        availableAt == null
            ? null
            : GoDuration.tryParse(spec.duration()).map(availableAt::plus).orElse(null);
    Integer deadline = spec.progressDeadlineSeconds();
    return new Schedule(
        end,
        Duration.ofSeconds(deadline == null ? DEFAULT_PROGRESS_DEADLINE_SECONDS : deadline),
        now);
  }

  /** Whether the duration is over: strictly later than its end. */
  boolean isOver() {
    return end != null && now.isAfter(end);
  }

  /** The first moment at which the duration is over. */
  Optional<Instant> endsAt() {
    return Optional.ofNullable(end).map(each -> each.plusNanos(1));
  }

  /** Whether a template that last changed at that moment has taken too long. */
  boolean isLate(Instant lastTransitionTime) {
    return now.isAfter(lastTransitionTime.plus(deadline));
  }

  /** The first moment at which a template has taken too long. */
  Optional<Instant> deadlineOf(ExperimentTemplateStatus status) {
    return Optional.ofNullable(status.lastTransitionTime())
        .map(each -> each.plus(deadline).plusNanos(1));
  }
}
