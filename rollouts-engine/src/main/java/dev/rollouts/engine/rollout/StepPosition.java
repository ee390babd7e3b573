package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.SetCanaryScale;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a canary stands among its steps.
 *
 * @param index of the current step; the number of steps when all are done
 */
record StepPosition(List<CanaryStep> steps, int index) {
  StepPosition {
    steps = List.copyOf(steps);
  }

  /** The position for an index that was read; one out of range is the nearest in it. */
  static StepPosition of(List<CanaryStep> steps, @Nullable Integer persisted) {
    int index = persisted == null ? 0 : Math.max(0, Math.min(persisted, steps.size()));
    return new StepPosition(steps, index);
  }

  int count() {
    return steps.size();
  }

  boolean isAtEnd() {
    return index >= steps.size();
  }

  /** The current step, or null when there is none. */
  @Nullable CanaryStep current() {
    return isAtEnd() ? null : steps.get(index);
  }

  /** The last weight set at or before the current step; 0 when none is. */
  int weight() {
    return weightUpTo(Math.min(index + 1, steps.size()));
  }

  /** The last weight set before the current step; 0 when none is. */
  int weightBefore() {
    return weightUpTo(Math.min(index, steps.size()));
  }

  private int weightUpTo(int end) {
    for (int i = end - 1; i >= 0; i--) {
      Integer weight = steps.get(i).setWeight();
      if (weight != null) {
        return weight;
      }
    }
    return 0;
  }

  /** The pinned size of the canary; empty when it follows the weight. */
  Optional<SetCanaryScale> pinnedScale() {
    if (isAtEnd()) {
      return Optional.empty();
    }
    for (int i = index; i >= 0; i--) {
      SetCanaryScale scale = steps.get(i).setCanaryScale();
      if (scale != null) {
        return scale.matchTrafficWeight() ? Optional.empty() : Optional.of(scale);
      }
    }
    return Optional.empty();
  }

  /** Header routes in force: set at or before the current step and not removed since. */
  List<SetHeaderRoute> headerRoutes() {
    Map<String, SetHeaderRoute> routes = new LinkedHashMap<>();
    for (CanaryStep step : reached()) {
      SetHeaderRoute route = step.setHeaderRoute();
      if (route != null) {
        routes.remove(route.name());
        if (!route.match().isEmpty()) {
          routes.put(route.name(), route);
        }
      }
    }
    return new ArrayList<>(routes.values());
  }

  /** Mirror routes in force: set at or before the current step and not removed since. */
  List<SetMirrorRoute> mirrorRoutes() {
    Map<String, SetMirrorRoute> routes = new LinkedHashMap<>();
    for (CanaryStep step : reached()) {
      SetMirrorRoute route = step.setMirrorRoute();
      if (route != null) {
        routes.remove(route.name());
        if (!route.match().isEmpty()) {
          routes.put(route.name(), route);
        }
      }
    }
    return new ArrayList<>(routes.values());
  }

  private List<CanaryStep> reached() {
    return steps.subList(0, Math.min(index + 1, steps.size()));
  }
}
