package dev.rollouts.examples.plugin;

import dev.rollouts.api.plugin.StepPlugin;
import dev.rollouts.api.wire.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Waits until it was asked so often: {@code plugin: {name: example/warm-up, config: {rounds: 3}}}.
 * How often it was asked is in its status, so it goes on where it was after a restart.
 */
public final class WarmUp implements StepPlugin {
  private static final Duration AGAIN = Duration.ofSeconds(11);

  @Override
  public String name() {
    return "example/warm-up";
  }

  @Override
  public Result run(Call call) {
    long rounds = number(call.config().at("rounds"));
    long done = number(call.status().at("done")) + 1;
    JsonObject status = JsonObject.of(Map.of("done", done));
    String message = "%d of %d rounds".formatted(done, rounds);
    return done < rounds
        ? Result.running(message, AGAIN, status)
        : Result.successful(message, status);
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }
}
