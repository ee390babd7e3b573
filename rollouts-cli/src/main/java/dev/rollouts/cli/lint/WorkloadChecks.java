package dev.rollouts.cli.lint;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Wire;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Several that want to manage the same pods: workloads, and autoscalers. */
final class WorkloadChecks {
  private static final Path TARGET = Path.of("spec", "scaleTargetRef");

  private final List<Delivery> deliveries;
  private final ObjectSet objects;
  private final Effort effort;

  WorkloadChecks(List<Delivery> deliveries, ObjectSet objects, Effort effort) {
    this.deliveries = deliveries;
    this.objects = objects;
    this.effort = effort;
  }

  /** Something that has pods. */
  private record Workload(
      Judged judged,
      LabelSelector selector,
      Map<String, String> labels,
      @Nullable WorkloadRef ref) {}

  void check() {
    checkSelectors();
    checkAutoscalers();
  }

  /** Whether an autoscaler decides how many pods a rollout has. */
  boolean isAutoscaled(Delivery delivery) {
    return objects.all("autoscaling", "HorizontalPodAutoscaler").stream()
        .anyMatch(
            each ->
                each.document().namespace().equals(delivery.namespace())
                    && "Rollout".equals(each.document().valueAt(TARGET.key("kind")))
                    && delivery.name().equals(each.document().valueAt(TARGET.key("name"))));
  }

  private void checkSelectors() {
    List<Workload> workloads = new ArrayList<>();
    for (Delivery each : deliveries) {
      LabelSelector selector = each.resolved().spec().selector();
      if (selector != null && each.isResolved()) {
        workloads.add(
            new Workload(
                each.judged(),
                selector,
                labels(each.resolved().spec().template()),
                each.written().spec().workloadRef()));
      }
    }
    int rollouts = workloads.size();
    for (String kind : List.of("Deployment", "StatefulSet", "ReplicaSet", "DaemonSet")) {
      objects.all("apps", kind).forEach(each -> workloads.add(workload(each)));
    }
    for (int i = 0; i < rollouts; i++) {
      for (int j = i + 1; j < workloads.size(); j++) {
        if (!effort.spend(1)) {
          return;
        }
        compare(workloads.get(i), workloads.get(j));
      }
    }
  }

  private static Workload workload(Judged each) {
    JsonObject tree = ObjectSet.tree(each);
    LabelSelector selector = Wire.decode(LabelSelector.class, tree.at("spec", "selector")).value();
    JsonObject template =
        tree.at("spec", "template") instanceof Map<?, ?> map ? copy(map) : JsonObject.empty();
    return new Workload(each, selector, labels(template), null);
  }

  private static JsonObject copy(Map<?, ?> map) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((key, value) -> fields.put(String.valueOf(key), value));
    return JsonObject.of(fields);
  }

  private static Map<String, String> labels(JsonObject template) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (template.at("metadata", "labels") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> labels.put(String.valueOf(key), String.valueOf(value)));
    }
    return labels;
  }

  private static void compare(Workload one, Workload other) {
    boolean same =
        one.judged().document().namespace().equals(other.judged().document().namespace());
    WorkloadRef ref = one.ref();
    boolean referred =
        ref != null
            && ref.kind().equals(other.judged().document().kind())
            && ref.name().equals(other.judged().document().name());
    boolean overlap =
        !one.selector().isEmpty() && one.selector().matches(other.labels())
            || !other.selector().isEmpty() && other.selector().matches(one.labels());
    if (same && !referred && overlap) {
      one.judged()
          .report(
              Rule.SAME_PODS,
              Severity.WARNING,
              Path.of("spec", "selector"),
              "%s and %s select each other's pods; Services send traffic to both, and each may scale"
                      .formatted(one.judged().named(), other.judged().named())
                  + " what the other wants",
              "give one of them a label of its own, in selector and template");
    }
  }

  private void checkAutoscalers() {
    Map<List<String>, Judged> targets = new HashMap<>();
    for (Judged autoscaler : objects.all("autoscaling", "HorizontalPodAutoscaler")) {
      String kind = text(autoscaler, "kind");
      String name = text(autoscaler, "name");
      String namespace = autoscaler.document().namespace();
      Optional<Delivery> rollout = target(kind, name, namespace);
      Judged first = targets.putIfAbsent(List.of(namespace, kind, name), autoscaler);
      if (rollout.isPresent() && first == null) {
        checkTarget(autoscaler, kind, name, rollout.get());
      } else if (rollout.isPresent()) {
        autoscaler.report(
            Rule.AUTOSCALER,
            Severity.WARNING,
            TARGET.key("name"),
            "%s scales the same %s; the two undo each other".formatted(first.named(), kind),
            "keep one of them");
      }
    }
  }

  private void checkTarget(Judged autoscaler, String kind, String name, Delivery rollout) {
    if (kind.equals("Rollout")) {
      if (!text(autoscaler, "apiVersion").startsWith("argoproj.io/")) {
        autoscaler.report(
            Rule.AUTOSCALER,
            Severity.WARNING,
            TARGET,
            "a Rollout is found by apiVersion argoproj.io/v1alpha1 only",
            "write apiVersion: argoproj.io/v1alpha1");
      }
      if (rollout.written().spec().replicas() != null) {
        rollout.report(
            Rule.AUTOSCALER,
            Severity.INFO,
            Delivery.SPEC.key("replicas"),
            "%s decides this number; whoever applies this file sets it back"
                .formatted(autoscaler.named()),
            "leave replicas out");
      }
    } else {
      autoscaler.report(
          Rule.AUTOSCALER,
          Severity.WARNING,
          TARGET,
          "it scales %s \"%s\", whose pods %s takes over; the Rollout is not scaled"
              .formatted(kind, name, rollout.judged().named()),
          "let it scale the Rollout: kind: Rollout, name: " + rollout.name());
    }
  }

  /** The rollout whose pods an autoscaler's target has. */
  private Optional<Delivery> target(String kind, String name, String namespace) {
    for (Delivery each : deliveries) {
      if (!effort.spend(1)) {
        return Optional.empty();
      }
      WorkloadRef ref = each.written().spec().workloadRef();
      boolean itself = kind.equals("Rollout") && name.equals(each.name());
      boolean workload = ref != null && kind.equals(ref.kind()) && name.equals(ref.name());
      if (each.namespace().equals(namespace) && (itself || workload)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private static String text(Judged judged, String key) {
    return judged.document().valueAt(TARGET.key(key)) instanceof String text ? text : "";
  }
}
