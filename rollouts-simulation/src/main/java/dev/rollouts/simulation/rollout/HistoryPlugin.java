package dev.rollouts.simulation.rollout;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.simulation.cluster.StepPluginScript;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws what the step plugin of a history does: it works for a while, and then it knows. */
final class HistoryPlugin {
  /** Its name in steps. */
  static final String NAME = "example/step";

  private HistoryPlugin() {}

  static StepPluginScript draw(SplittableRandom random) {
    double kind = random.nextDouble();
    String end = kind < 0.7 ? "Successful" : kind < 0.85 ? "Failed" : "";
    long knowsAt = random.nextLong(Duration.ofMinutes(4).toMillis());
    Duration period = random.nextBoolean() ? null : Duration.ofSeconds(1 + random.nextInt(20));
    return (call, millis) ->
        millis < knowsAt && call.operation().equals("Run")
            ? answer(call, "Running", period, null)
            : answer(call, end, null, end.isEmpty() ? "no answer" : null);
  }

  private static ClusterAnswer.StepPluginAnswered answer(
      ClusterEffect.CallStepPlugin call,
      String phase,
      @Nullable Duration again,
      @Nullable String error) {
    return new ClusterAnswer.StepPluginAnswered(
        call.index(), call.operation(), phase, "", again, JsonObject.empty(), false, false, error);
  }
}
