package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Required;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a step plugin answered.
 *
 * @param operation {@code Run}, {@code Terminate} or {@code Abort}
 * @param phase {@code Running}, {@code Successful}, {@code Failed} or {@code Error}
 * @param backoff time to wait before the next call, as a duration text
 * @param status what the plugin wants to be given back
 */
public record StepPluginStatus(
    @Required int index,
    @Required String name,
    String message,
    String phase,
    @Nullable Instant startedAt,
    @Nullable Instant updatedAt,
    @Nullable Instant finishedAt,
    String backoff,
    int executions,
    String operation,
    boolean disabled,
    JsonObject status) {}
