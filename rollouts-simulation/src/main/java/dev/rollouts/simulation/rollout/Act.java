package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.engine.client.ClientPatch;
import dev.rollouts.engine.client.ClientPatches;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.simulation.cluster.ClusterAccess;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a user or a neighbour does to the cluster: one of the verbs below, with its words for the
 * trace. Verbs that do not apply do nothing, as with the real client.
 */
public final class Act {
  private final String words;
  private final Consumer<ClusterAccess> deed;

  private Act(String words, Consumer<ClusterAccess> deed) {
    this.words = words;
    this.deed = deed;
  }

  /** Something else, in words, that can be done to a simulated cluster only. */
  public static Act of(String words, Consumer<SimulatedCluster> deed) {
    return new Act(
        words,
        cluster -> {
          if (!(cluster instanceof SimulatedCluster simulated)) {
            throw new UnsupportedOperationException(
                "this can be done to a simulated cluster only: " + words);
          }
          deed.accept(simulated);
        });
  }

  /**
   * Does it.
   *
   * @throws UnsupportedOperationException if it cannot be done to such a cluster
   */
  public void perform(ClusterAccess cluster) {
    deed.accept(cluster);
  }

  // -- the rollout

  /** Create or replace the rollout, as {@code kubectl apply} and Argo CD do. */
  public static Act apply(Rollout manifest) {
    return new Act("apply " + manifest.metadata().name(), cluster -> cluster.apply(manifest));
  }

  /** Change the spec in any way. */
  public static Act editSpec(String words, UnaryOperator<RolloutSpec> edit) {
    return new Act(
        words, cluster -> cluster.editRollout(live -> live.withSpec(edit.apply(live.spec()))));
  }

  /**
   * Set the image of a container; with a workloadRef that of the Deployment.
   *
   * @param container name, or {@code *} for all
   */
  public static Act setImage(String container, String image) {
    return new Act(
        "set image " + container + "=" + image,
        cluster ->
            editTemplate(
                cluster,
                template -> ClientPatches.withImage(template, container, image).orElse(template)));
  }

  /** Go back to the template of a revision, or of the one before for 0. */
  public static Act undo(long toRevision) {
    return new Act(
        toRevision == 0 ? "undo" : "undo to revision " + toRevision,
        cluster ->
            ClientPatches.templateOf(cluster.replicaSets(), toRevision)
                .ifPresent(template -> editTemplate(cluster, each -> template)));
  }

  private static void editTemplate(ClusterAccess cluster, UnaryOperator<JsonObject> edit) {
    WorkloadRef ref = cluster.rollout().spec().workloadRef();
    if (ref == null) {
      cluster.editRollout(
          live -> live.withSpec(live.spec().withTemplate(edit.apply(live.spec().template()))));
      return;
    }
    ObjectKey key =
        new ObjectKey(
            ref.apiVersion(), ref.kind(), cluster.rollout().metadata().namespace(), ref.name());
    JsonObject workload = cluster.object(key);
    if (workload == null || !(workload.at("spec", "template") instanceof Map<?, ?> template)) {
      return;
    }
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    if (workload.at("spec") instanceof Map<?, ?> old) {
      old.forEach((field, value) -> spec.put(String.valueOf(field), value));
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    template.forEach((field, value) -> fields.put(String.valueOf(field), value));
    spec.put("template", edit.apply(JsonObject.of(fields)).fields());
    Map<String, @Nullable Object> tree = new LinkedHashMap<>(workload.fields());
    tree.put("spec", spec);
    cluster.applyObject(JsonObject.of(tree));
  }

  /** Go on. */
  public static Act promote() {
    return patch("promote", ClientPatches::promote);
  }

  /** Skip everything that is left. */
  public static Act promoteFull() {
    return patch("promote --full", ClientPatches::promoteFull);
  }

  /** Go to the next step. */
  public static Act skipCurrentStep() {
    return patch("promote --skip-current-step", ClientPatches::skipCurrentStep);
  }

  /** Go behind the last step. */
  public static Act skipAllSteps() {
    return patch("promote --skip-all-steps", ClientPatches::skipAllSteps);
  }

  /** Abort the update. */
  public static Act abort() {
    return patch("abort", rollout -> ClientPatches.abort());
  }

  /** Try an aborted update again. */
  public static Act retry() {
    return patch("retry", rollout -> ClientPatches.retry());
  }

  /** Stop where it is. */
  public static Act pause() {
    return patch("pause", rollout -> ClientPatches.pause());
  }

  /** Go on after {@link #pause}, without promoting. */
  public static Act resume() {
    return editSpec("resume", spec -> spec.withPaused(false));
  }

  /** Restart all pods, a few at a time. */
  public static Act restart() {
    return new Act("restart", cluster -> send(cluster, ClientPatches.restart(cluster.now())));
  }

  /** Another number of replicas, by a person or an autoscaler. */
  public static Act scale(int replicas) {
    return patch("scale to " + replicas, rollout -> ClientPatches.scale(replicas));
  }

  private static Act patch(String words, Function<Rollout, List<ClientPatch>> patches) {
    return new Act(words, cluster -> send(cluster, patches.apply(cluster.rollout())));
  }

  private static void send(ClusterAccess cluster, List<ClientPatch> patches) {
    for (ClientPatch patch : patches) {
      Object part = patch.body().at(patch.ofStatus() ? "status" : "spec");
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      if (part instanceof Map<?, ?> map) {
        map.forEach((field, value) -> fields.put(String.valueOf(field), value));
      }
      if (patch.ofStatus()) {
        cluster.patchStatus(fields);
      } else {
        cluster.editRollout(
            live ->
                live.withSpec(
                    Wire.decode(
                            RolloutSpec.class, MergePatch.apply(Wire.encode(live.spec()), fields))
                        .value()));
      }
    }
  }

  // -- everything else

  /** Create or replace another object, whoever has changed it since. */
  public static Act applyObject(JsonObject tree) {
    ObjectKey key = ClusterObjects.keyOf(tree);
    return new Act("apply " + key.kind() + " " + key.name(), cluster -> cluster.applyObject(tree));
  }

  /** Point a Service somewhere else; an empty hash takes the hash out of its selector. */
  public static Act editService(String name, String hash) {
    return new Act(
        "edit Service " + name + " to '" + hash + "'",
        cluster -> {
          String namespace = cluster.rollout().metadata().namespace();
          JsonObject live = cluster.object(ObjectKey.service(namespace, name));
          if (live == null) {
            return;
          }
          Map<String, @Nullable Object> selector = new LinkedHashMap<>();
          selector.put(RolloutKeys.POD_TEMPLATE_HASH, hash.isEmpty() ? null : hash);
          cluster.applyObject(
              JsonObject.of(
                  MergePatch.apply(live.fields(), Map.of("spec", Map.of("selector", selector)))));
        });
  }

  /** Delete a pod of the newest version. */
  public static Act deletePod() {
    return new Act(
        "delete a pod of the newest version",
        cluster -> cluster.deletePod(cluster.rollout().statusOrEmpty().currentPodHash()));
  }

  /** Delete a pod of the stable version. */
  public static Act deleteStablePod() {
    return new Act(
        "delete a pod of the stable version",
        cluster -> cluster.deletePod(cluster.rollout().statusOrEmpty().stableRS()));
  }

  /** Stop a node. */
  public static Act loseNode(int node, Duration replacedAfter) {
    return of(
        "lose node %d for %s".formatted(node, GoDuration.format(replacedAfter)),
        cluster -> cluster.loseNode(node, replacedAfter));
  }

  /** Set a Deployment's size, as GitOps does. */
  public static Act scaleDeployment(String name, int replicas) {
    return new Act(
        "scale Deployment " + name + " to " + replicas,
        cluster -> cluster.scaleDeployment(name, replicas));
  }

  /** Tell every unfinished run of the rollout to stop. */
  public static Act terminateAnalyses() {
    return new Act(
        "terminate analyses", cluster -> cluster.analysisRuns().forEach(cluster::terminate));
  }

  /** Set the controllers' clock. */
  public static Act stepClock(Duration by) {
    return of("set the clock by " + GoDuration.format(by), cluster -> cluster.stepClock(by));
  }

  @Override
  public String toString() {
    return words;
  }
}
