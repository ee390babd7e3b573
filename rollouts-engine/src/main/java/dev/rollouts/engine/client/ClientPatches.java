package dev.rollouts.engine.client;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The patches behind the verbs of the kubectl plugin, in the order in which they are sent. Pure and
 * thread-safe. Rules.
 */
public final class ClientPatches {
  private ClientPatches() {}

  /** Abort the update. */
  public static List<ClientPatch> abort() {
    return List.of(status("abort", true));
  }

  /** Try an aborted update again. */
  public static List<ClientPatch> retry() {
    return List.of(status("abort", false));
  }

  /** Tell an AnalysisRun or an Experiment to stop. */
  public static List<ClientPatch> terminate() {
    return List.of(spec("terminate", true));
  }

  /** Begin a finished Experiment again. */
  public static List<ClientPatch> retryExperiment() {
    Map<String, @Nullable Object> nothing = new LinkedHashMap<>();
    nothing.put("status", null);
    return List.of(new ClientPatch(true, JsonObject.of(nothing)));
  }

  /** Stop where it is. */
  public static List<ClientPatch> pause() {
    return List.of(spec("paused", true));
  }

  /**
   * Go on: past an inconclusive run, else past a pause, else to the next step, also from a pause by
   * hand (R-248, K-025). Empty when there is nothing to go on from.
   */
  public static List<ClientPatch> promote(Rollout rollout) {
    RolloutStatus status = rollout.statusOrEmpty();
    List<ClientPatch> patches = new ArrayList<>();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    if (!status.pauseConditions().isEmpty()) {
      fields.put("pauseConditions", null);
      if (isInconclusive(status) && status.controllerPause()) {
        fields.put("controllerPause", false);
        fields.put("currentStepIndex", Math.min(index(status) + 1, steps(rollout)));
      }
    } else if (steps(rollout) > 0) {
      fields.put("pauseConditions", null);
      fields.put("currentStepIndex", Math.min(index(status) + 1, steps(rollout)));
    }
    if (!fields.isEmpty()) {
      patches.add(new ClientPatch(true, JsonObject.of(Map.of("status", fields))));
    }
    if (rollout.spec().paused()) {
      patches.add(spec("paused", false));
    }
    return patches;
  }

  private static boolean isInconclusive(RolloutStatus status) {
    RunReference run = status.canary().currentStepAnalysisRunStatus();
    return run != null && run.status() == AnalysisPhase.INCONCLUSIVE;
  }

  /** Skip everything that is left. */
  public static List<ClientPatch> promoteFull(Rollout rollout) {
    RolloutStatus status = rollout.statusOrEmpty();
    List<ClientPatch> patches = new ArrayList<>();
    if (!status.currentPodHash().equals(status.stableRS())) {
      patches.add(status("promoteFull", true));
    }
    if (rollout.spec().paused()) {
      patches.add(spec("paused", false));
    }
    return patches;
  }

  /**
   * Go to the next step.
   *
   * @return empty for a rollout without canary steps, which a client refuses
   */
  public static List<ClientPatch> skipCurrentStep(Rollout rollout) {
    return steps(rollout) == 0
        ? List.of()
        : List.of(
            status(
                "currentStepIndex", Math.min(index(rollout.statusOrEmpty()) + 1, steps(rollout))));
  }

  /**
   * Go behind the last step.
   *
   * @return empty for a rollout without canary steps, which a client refuses
   */
  public static List<ClientPatch> skipAllSteps(Rollout rollout) {
    return steps(rollout) == 0 ? List.of() : List.of(status("currentStepIndex", steps(rollout)));
  }

  /** Evict all pods, a few at a time. */
  public static List<ClientPatch> restart(Instant at) {
    return List.of(spec("restartAt", at.truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  /** Another number of replicas. */
  public static List<ClientPatch> scale(int replicas) {
    return List.of(spec("replicas", replicas));
  }

  /**
   * The pod template of an earlier revision.
   *
   * @param toRevision 0 is the second highest
   * @return empty when there is no such revision
   */
  public static Optional<JsonObject> templateOf(List<ReplicaSet> owned, long toRevision) {
    List<ReplicaSet> newestFirst =
        owned.stream().sorted(Comparator.comparingLong(ReplicaSet::revision).reversed()).toList();
    Optional<ReplicaSet> found =
        toRevision == 0
            ? newestFirst.stream().skip(1).findFirst()
            : newestFirst.stream().filter(each -> each.revision() == toRevision).findFirst();
    return found.map(each -> without(each.template(), "metadata", "labels"));
  }

  /** The template without the hash label. */
  private static JsonObject without(JsonObject template, String metadata, String labels) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>(template.fields());
    if (changed.get(metadata) instanceof Map<?, ?> meta
        && meta.get(labels) instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> newMeta = copy(meta);
      Map<String, @Nullable Object> newLabels = copy(map);
      newLabels.remove(RolloutKeys.POD_TEMPLATE_HASH);
      newMeta.put(labels, newLabels);
      changed.put(metadata, newMeta);
    }
    return JsonObject.of(changed);
  }

  /**
   * The template with another image in every container of that name.
   *
   * @param container name, or {@code *} for all
   * @return empty when there is no such container
   */
  public static Optional<JsonObject> withImage(
      JsonObject template, String container, String image) {
    Map<String, @Nullable Object> changed = copy(template.fields());
    if (!(changed.get("spec") instanceof Map<?, ?> spec)) {
      return Optional.empty();
    }
    Map<String, @Nullable Object> newSpec = copy(spec);
    boolean found = false;
    for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
      if (newSpec.get(list) instanceof List<?> containers) {
        List<@Nullable Object> edited = new ArrayList<>();
        for (Object each : containers) {
          if (each instanceof Map<?, ?> map
              && (container.equals("*") || container.equals(map.get("name")))) {
            Map<String, @Nullable Object> other = copy(map);
            other.put("image", image);
            edited.add(other);
            found = true;
          } else {
            edited.add(each);
          }
        }
        newSpec.put(list, edited);
      }
    }
    changed.put("spec", newSpec);
    return found ? Optional.of(JsonObject.of(changed)) : Optional.empty();
  }

  private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }

  private static int steps(Rollout rollout) {
    return rollout.spec().strategy().canary() == null
        ? 0
        : rollout.spec().strategy().canary().steps().size();
  }

  private static int index(RolloutStatus status) {
    return status.currentStepIndex() == null ? 0 : status.currentStepIndex();
  }

  private static ClientPatch status(String field, @Nullable Object value) {
    return new ClientPatch(true, field("status", field, value));
  }

  private static ClientPatch spec(String field, @Nullable Object value) {
    return new ClientPatch(false, field("spec", field, value));
  }

  private static JsonObject field(String part, String field, @Nullable Object value) {
    Map<String, @Nullable Object> inner = new LinkedHashMap<>();
    inner.put(field, value);
    return JsonObject.of(Map.of(part, inner));
  }
}
