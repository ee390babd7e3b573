package dev.rollouts.api.analysis;

import dev.rollouts.api.wire.OrderedMap;
import dev.rollouts.api.wire.Required;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One question to a provider and its answer.
 *
 * @param phase Running while in flight, else a completed phase
 * @param message error text, "Metric Terminated", or empty
 * @param startedAt before the request
 * @param finishedAt null while in flight
 * @param value the provider's rendering; empty on Error
 * @param metadata the provider's
 * @param resumeAt when to look at an in-flight measurement again; stays after completion
 */
public record Measurement(
    @Required AnalysisPhase phase,
    String message,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    String value,
    Map<String, String> metadata,
    @Nullable Instant resumeAt) {
  public Measurement {
    metadata = OrderedMap.copyOf(metadata);
  }

  /** Whether it has not finished. */
  public boolean isInFlight() {
    return finishedAt == null;
  }
}
