package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.engine.Event;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells that traffic has moved. */
final class WeightEvents {
  private WeightEvents() {}

  static Optional<Event> of(@Nullable TrafficWeights before, @Nullable TrafficWeights after) {
    if (after == null) {
      return Optional.empty();
    }
    boolean sameDestinations =
        before != null
            && before.canary().equals(after.canary())
            && before.stable().equals(after.stable())
            && before.additional().equals(after.additional());
    if (sameDestinations) {
      return Optional.empty();
    }
    int weight = after.canary().weight();
    StringBuilder text = new StringBuilder("Traffic weight updated ");
    if (before == null) {
      text.append("to ").append(weight);
    } else if (before.canary().weight() != weight) {
      text.append("from ").append(before.canary().weight()).append(" to ").append(weight);
    }
    if (before != null && !before.additional().equals(after.additional())) {
      text.append(", additional: ").append(listed(after.additional()));
    }
    return Optional.of(Event.normal("TrafficWeightUpdated", text.toString()));
  }

  private static String listed(List<WeightDestination> destinations) {
    return destinations.stream()
        .map(each -> each.serviceName() + "=" + each.weight())
        .collect(Collectors.joining(" ", "[", "]"));
  }
}
