package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rollouts that take their pod template from another workload. */
final class Workloads {
  private Workloads() {}

  /**
   * A rollout with selector and template filled in.
   *
   * @param error why it could not be; null when it could
   * @param workload the workload as read; null without one
   */
  record Resolved(Rollout rollout, @Nullable String error, @Nullable JsonObject workload) {}

  /** The object that a reference names. */
  static ObjectKey key(String namespace, WorkloadRef ref) {
    return new ObjectKey(ref.apiVersion(), ref.kind(), namespace, ref.name());
  }

  /** Whether such a workload has a pod template that can be taken over. */
  static boolean isSupported(WorkloadRef ref) {
    int slash = ref.apiVersion().indexOf('/');
    String group = slash < 0 ? "" : ref.apiVersion().substring(0, slash);
    return switch (ref.kind()) {
      case "Deployment", "ReplicaSet" -> group.equals("apps");
      case "PodTemplate" -> group.isEmpty();
      default -> false;
    };
  }

  static Resolved resolve(Rollout rollout, ClusterObjects objects) {
    WorkloadRef ref = rollout.spec().workloadRef();
    if (ref == null) {
      return new Resolved(rollout, null, null);
    }
    if (!isSupported(ref)) {
      int slash = ref.apiVersion().indexOf('/');
      String group = slash < 0 ? "" : ref.apiVersion().substring(0, slash);
      return new Resolved(
          rollout,
          "workload of type %s/%s is not supported; use a Deployment or ReplicaSet of apps, or a PodTemplate"
              .formatted(group, ref.kind()),
          null);
    }
    if (!rollout.spec().template().fields().isEmpty()) {
      return new Resolved(rollout, "template must be empty for workload reference rollout", null);
    }
    JsonObject workload = objects.find(key(rollout.metadata().namespace(), ref)).orElse(null);
    if (workload == null) {
      return new Resolved(
          rollout, "%s \"%s\" not found".formatted(plural(ref.kind()), ref.name()), null);
    }
    boolean isTemplate = ref.kind().equals("PodTemplate");
    Object template = isTemplate ? workload.at("template") : workload.at("spec", "template");
    LabelSelector selector = rollout.spec().selector();
    if (selector == null
        && !isTemplate
        && workload.at("spec", "selector") instanceof Map<?, ?> it) {
      selector = Wire.decode(LabelSelector.class, it).value();
    }
    if (selector == null) {
      return new Resolved(
          rollout,
          "%s \"%s\" has no label selector; write spec.selector there or in the Rollout"
              .formatted(plural(ref.kind()), ref.name()),
          null);
    }
    return new Resolved(
        rollout.withSpec(rollout.spec().withWorkload(selector, object(template))), null, workload);
  }

  private static String plural(String kind) {
    return switch (kind) {
      case "Deployment" -> "deployments.apps";
      case "ReplicaSet" -> "replicasets.apps";
      default -> "podtemplates";
    };
  }

  private static JsonObject object(@Nullable Object tree) {
    if (!(tree instanceof Map<?, ?> map)) {
      return JsonObject.empty();
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((key, value) -> fields.put(String.valueOf(key), value));
    return JsonObject.of(fields);
  }

  /** Notes which generation of the workload was taken over, so that clients can tell. */
  static void noteGeneration(Turn turn, @Nullable JsonObject workload) {
    if (workload == null) {
      return;
    }
    String generation = Long.toString(ClusterObjects.metadata(workload).generation());
    String noted = turn.rollout.metadata().annotations().get(RolloutKeys.WORKLOAD_GENERATION);
    if (!generation.equals(noted)) {
      turn.perform(
          new ClusterEffect.PatchRollout(
              Map.of(RolloutKeys.WORKLOAD_GENERATION, generation), null));
    }
  }

  /**
   * Scales the Deployment down as the rollout takes over. By levels and not by events: a Deployment
   * that somebody scales up again is scaled down again (pain 37).
   */
  static void scaleDown(Turn turn, @Nullable JsonObject workload) {
    WorkloadRef ref = turn.rollout.spec().workloadRef();
    if (ref == null || workload == null || !ref.kind().equals("Deployment")) {
      return;
    }
    int running = workload.at("spec", "replicas") instanceof Number number ? number.intValue() : 1;
    int target = running;
    boolean healthy = turn.before.phase() == RolloutPhase.HEALTHY && turn.isFullyPromoted();
    switch (ref.scaleDown()) {
      case "onsuccess" -> target = healthy ? 0 : running;
      case "progressively" -> target = healthy ? 0 : remaining(turn, running);
      default -> {
        // never
      }
    }
    if (target != running) {
      turn.performLast(new ClusterEffect.ScaleDeployment(ref.name(), target));
      turn.reason("R-321", ref.name(), "from", running, "to", target);
    }
  }

  /** What the Deployment still has to run; it grows again only before the first promotion. */
  private static int remaining(Turn turn, int running) {
    int ready = turn.before.readyReplicas();
    if (ready == 0) {
      return running;
    }
    int missing = Math.max(0, turn.replicas() - ready);
    boolean first = requireNonNull(turn.revisions.fresh()).revision() <= 1;
    return first ? missing : Math.min(running, missing);
  }
}
