package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rollouts with a little less in them, for shrinking. */
final class HistoryEdits {
  private static final List<String> ESSENTIAL =
      List.of("activeService", "stableService", "canaryService", "trafficRouting", "steps");

  private HistoryEdits() {}

  static List<Rollout> simpler(Rollout rollout) {
    List<Rollout> all = new ArrayList<>();
    Map<String, @Nullable Object> spec = Wire.encode(rollout.spec());
    for (String field : spec.keySet()) {
      if (!List.of("selector", "template", "strategy", "workloadRef", "replicas").contains(field)) {
        all.add(with(rollout, without(spec, field)));
      }
    }
    if (!(spec.get("strategy") instanceof Map<?, ?> strategy)) {
      return all;
    }
    for (String kind : List.of("canary", "blueGreen")) {
      if (strategy.get(kind) instanceof Map<?, ?> fields) {
        Map<String, @Nullable Object> own = copy(fields);
        for (String field : own.keySet()) {
          if (!ESSENTIAL.contains(field)) {
            all.add(with(rollout, spec, kind, without(own, field)));
          }
        }
        if (own.get("steps") instanceof List<?> steps) {
          for (int i = 0; i < steps.size(); i++) {
            List<@Nullable Object> fewer = new ArrayList<>(steps);
            fewer.remove(i);
            Map<String, @Nullable Object> less = copy(own);
            less.put("steps", fewer);
            all.add(with(rollout, spec, kind, less));
          }
        }
      }
    }
    if (spec.get("replicas") instanceof Integer replicas && replicas > 1) {
      all.add(rollout.withSpec(rollout.spec().withReplicas(replicas - 1)));
    }
    return all;
  }

  /** The spec as somebody would write it. */
  static String yaml(Rollout rollout) {
    return Yaml.write(Wire.encode(rollout.spec()));
  }

  private static Rollout with(
      Rollout rollout,
      Map<String, @Nullable Object> spec,
      String kind,
      Map<String, @Nullable Object> fields) {
    Map<String, @Nullable Object> changed = copy(spec);
    Map<String, @Nullable Object> strategy = new LinkedHashMap<>();
    strategy.put(kind, fields);
    changed.put("strategy", strategy);
    return with(rollout, changed);
  }

  private static Rollout with(Rollout rollout, Map<String, @Nullable Object> spec) {
    return rollout.withSpec(Wire.decode(RolloutSpec.class, spec).value());
  }

  private static Map<String, @Nullable Object> without(
      Map<String, @Nullable Object> map, String field) {
    Map<String, @Nullable Object> less = copy(map);
    less.remove(field);
    return less;
  }

  private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }
}
