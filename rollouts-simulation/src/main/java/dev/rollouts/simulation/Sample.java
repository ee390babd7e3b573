package dev.rollouts.simulation;

import dev.rollouts.api.provider.Observation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a script says before its numbers take the shape of a provider's answer. Immutable. */
final class Sample {
  static final Sample NOTHING = new Sample(new double[0], null, Duration.ZERO);

  private final double[] numbers;
  private final @Nullable Observation observation;
  private final Duration latency;

  private Sample(double[] numbers, @Nullable Observation observation, Duration latency) {
    this.numbers = numbers;
    this.observation = observation;
    this.latency = latency;
  }

  static Sample of(double... numbers) {
    return new Sample(numbers.clone(), null, Duration.ZERO);
  }

  static Sample of(Observation observation) {
    return new Sample(NOTHING.numbers, observation, Duration.ZERO);
  }

  /** An answer that has its shape already, or null: the numbers count then. */
  @Nullable Observation observation() {
    return observation;
  }

  /** One per series; none means that the back-end has no data. */
  List<Double> numbers() {
    return Arrays.stream(numbers).boxed().toList();
  }

  Duration latency() {
    return latency;
  }

  Sample map(DoubleUnaryOperator change) {
    return observation != null
        ? this
        : new Sample(Arrays.stream(numbers).map(change).toArray(), null, latency);
  }

  /** The same answer in another shape. */
  Sample as(Observation shaped) {
    return new Sample(NOTHING.numbers, shaped, latency);
  }

  Sample later(Duration more) {
    return new Sample(numbers, observation, latency.plus(more));
  }
}
