package dev.rollouts.cli.lint;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Wire;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rollout that is being judged.
 *
 * @param written as it stands in the file
 * @param resolved with the template of the workload that it refers to, if that is among the files
 * @param isResolved whether the template is known
 */
record Delivery(Judged judged, Rollout written, Rollout resolved, boolean isResolved) {
  static final Path SPEC = Path.of("spec");
  static final Path CANARY = Path.of("spec", "strategy", "canary");
  static final Path BLUE_GREEN = Path.of("spec", "strategy", "blueGreen");

  static Delivery of(Judged judged, Rollout rollout, ObjectSet objects) {
    WorkloadRef ref = rollout.spec().workloadRef();
    if (ref == null) {
      return new Delivery(judged, rollout, rollout, true);
    }
    Optional<Judged> workload =
        objects.find(
            ObjectSet.groupOf(ref.apiVersion()),
            ref.kind(),
            judged.document().namespace(),
            ref.name());
    if (workload.isEmpty()) {
      return new Delivery(judged, rollout, rollout, false);
    }
    JsonObject tree = ObjectSet.tree(workload.get());
    Object template =
        ref.kind().equals("PodTemplate") ? tree.at("template") : tree.at("spec", "template");
    LabelSelector own = rollout.spec().selector();
    LabelSelector selector =
        own != null ? own : Wire.decode(LabelSelector.class, tree.at("spec", "selector")).value();
    return new Delivery(
        judged,
        rollout,
        rollout.withSpec(
            rollout
                .spec()
                .withWorkload(
                    selector, template instanceof Map<?, ?> map ? copy(map) : JsonObject.empty())),
        true);
  }

  private static JsonObject copy(Map<?, ?> map) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((key, value) -> fields.put(String.valueOf(key), value));
    return JsonObject.of(fields);
  }

  EffectiveRollout effective() {
    return EffectiveRollout.of(resolved.spec());
  }

  @Nullable CanaryStrategy canary() {
    return written.spec().strategy().canary();
  }

  String namespace() {
    return judged.document().namespace();
  }

  String name() {
    return judged.document().name();
  }

  void report(Rule rule, Severity severity, Path path, String message, String suggestion) {
    judged.report(rule, severity, path, message, suggestion);
  }
}
