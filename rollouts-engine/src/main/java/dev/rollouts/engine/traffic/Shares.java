package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.WeightDestination;
import java.util.Comparator;
import java.util.List;

/**
 * How traffic is to be divided, known to add up.
 *
 * @param canary weight of the canary
 * @param additional destinations of an experiment, by name; each names a Service
 * @param total weight of all
 */
record Shares(int canary, List<WeightDestination> additional, int total) {
  Shares {
    additional = List.copyOf(additional);
  }

  /** What a request asks of a router whose weights add up to {@code total}. */
  static Shares of(RoutingRequest request, int total) throws LiveObjectException {
    for (WeightDestination each : request.additional()) {
      if (each.serviceName().isEmpty()) {
        throw new LiveObjectException(
            "an experiment destination with weight %d names no Service; the routes stay as they are until its Experiment has one"
                .formatted(each.weight()));
      }
      if (each.weight() < 0) {
        throw outOfRange(
            "weight of experiment Service " + each.serviceName(), each.weight(), total);
      }
    }
    int sum = request.additional().stream().mapToInt(WeightDestination::weight).sum();
    if (request.weight() < 0 || request.weight() > total) {
      throw outOfRange("canary weight", request.weight(), total);
    }
    if (request.weight() + sum > total) {
      throw outOfRange("canary and experiment weight", request.weight() + sum, total);
    }
    return new Shares(
        request.weight(),
        request.additional().stream()
            .sorted(Comparator.comparing(WeightDestination::serviceName))
            .toList(),
        total);
  }

  private static LiveObjectException outOfRange(String what, int value, int total) {
    return new LiveObjectException(
        "%s must be between 0 and %d, was %d; correct the setWeight and experiment steps"
            .formatted(what, total, value));
  }

  /** Weight of all experiment destinations. */
  int experiment() {
    return additional.stream().mapToInt(WeightDestination::weight).sum();
  }

  /** What is left for the stable version. */
  int stable() {
    return total - canary - experiment();
  }
}
