package dev.rollouts.simulation;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a script is asked.
 *
 * @param metric with its placeholders resolved; secrets read as {@code temp-for-secret}
 * @param args arguments of the run by name, secrets masked likewise
 * @param asked to measure, to look again, or to stop
 * @param attempt 1 for the first measurement of the metric
 * @param elapsed virtual time since the simulation began
 * @param at the same moment on the clock of the process that asks
 * @param inFlight the measurement to look at again or to stop; null for a new one
 * @param seed draws of this question start here; the same for the same metric at the same moment
 * @param release the newest version of the rollout that is judged; null where a template is
 *     simulated alone
 */
public record Question(
    Metric metric,
    Map<String, String> args,
    Observed.Asked asked,
    int attempt,
    Duration elapsed,
    Instant at,
    @Nullable Measurement inFlight,
    long seed,
    @Nullable Release release) {

  /** A question about a template alone. */
  public Question(
      Metric metric,
      Map<String, String> args,
      Observed.Asked asked,
      int attempt,
      Duration elapsed,
      Instant at,
      @Nullable Measurement inFlight,
      long seed) {
    this(metric, args, asked, attempt, elapsed, at, inFlight, seed, null);
  }

  /** The same question, as if the simulation had begun at another time. */
  Question after(Duration other) {
    return new Question(metric, args, asked, attempt, other, at, inFlight, seed, release);
  }

  /**
   * A fresh stream of random numbers.
   *
   * @param purpose tells the streams of one question apart
   */
  public SplittableRandom random(long purpose) {
    return new SplittableRandom(Seeds.mix(seed, purpose));
  }
}
