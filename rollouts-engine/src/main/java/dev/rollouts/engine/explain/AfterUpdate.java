package dev.rollouts.engine.explain;

import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rollouts whose update is over, or that have only just begun: what is left to come. */
final class AfterUpdate {
  private final RolloutScene scene;
  private final PodWaits waits;

  AfterUpdate(RolloutScene scene) {
    this.scene = scene;
    this.waits = new PodWaits(scene);
  }

  Optional<Finding> find() {
    return Optional.of(
        traffic()
            .or(this::pods)
            .or(this::firstSwitch)
            .or(this::restart)
            .or(this::earlier)
            .or(this::workload)
            .or(this::autoscaler)
            .orElseGet(this::healthy));
  }

  // --- pods ---

  private Optional<Finding> pods() {
    boolean first = isFirst();
    Situation plain = first ? Situation.WAITING_FOR_FIRST_PODS : Situation.STABLE_NOT_AVAILABLE;
    String what =
        first
            ? "the first version waits for its pods"
            : "%s is promoted and lacks pods".formatted(scene.newVersion());
    ReplicaSet fresh = scene.fresh().orElse(null);
    if (fresh != null && (scene.pods(fresh).areAvailable() && fresh.replicas() > 0)) {
      return Optional.empty();
    }
    if (fresh != null && fresh.replicas() + scene.effective.replicas() == 0) {
      return Optional.empty();
    }
    if (fresh != null) {
      VersionPods pods = scene.pods(fresh);
      Finding finding =
          waits.forPods(
              fresh,
              first ? plain : Situation.WAITING_FOR_CANARY_PODS,
              first ? "the first version" : scene.newVersion(),
              what,
              first ? "R-046" : "R-472");
      if (!first && pods.situation().isEmpty() && !scene.isDeadlineExceeded()) {
        finding = renamed(finding, Situation.STABLE_NOT_AVAILABLE);
      }
      return Optional.of(mended(finding, first));
    }
    return scene.status.availableReplicas() < scene.effective.replicas()
        ? Optional.of(
            mended(
                waits.byStatus(
                    plain,
                    what,
                    "%d of %d pods available"
                        .formatted(scene.status.availableReplicas(), scene.effective.replicas()),
                    first ? "R-046" : "R-472"),
                first))
        : Optional.empty();
  }

  private static Finding renamed(Finding finding, Situation situation) {
    Finding other = Finding.of(situation, finding.summary);
    other.links.addAll(finding.links);
    other.waits.addAll(finding.waits);
    other.actions.addAll(finding.actions);
    return other;
  }

  private boolean isFirst() {
    return "1".equals(scene.rollout.metadata().annotations().get(RolloutKeys.REVISION))
        || scene.status.stableRS().isEmpty();
  }

  private Finding mended(Finding finding, boolean first) {
    return first
        ? finding.act("deliver another version", scene.commands.setImage())
        : finding
            .act("go back to the version before", scene.commands.undo())
            .act("or deliver another version", scene.commands.setImage());
  }

  private Optional<Finding> firstSwitch() {
    BlueGreenStrategy strategy = scene.effective.blueGreen();
    if (strategy == null
        || scene.status.blueGreen().activeSelector().equals(scene.status.currentPodHash())) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.of(
                Situation.ACTIVE_SERVICE_SWITCH,
                "%s has its pods; its active Service is about to point at it"
                    .formatted(scene.newVersion()))
            .why(
                "Service %s points elsewhere".formatted(Words.shown(strategy.activeService())),
                "R-272")
            .awaits("the next decision that finds all its pods available", "R-272"));
  }

  // --- restart ---

  private Optional<Finding> restart() {
    Instant at = scene.rollout.spec().restartAt();
    if (at == null || at.equals(scene.status.restartedAt())) {
      return Optional.empty();
    }
    if (at.isAfter(scene.now)) {
      return Optional.of(
          Finding.of(Situation.RESTART_SCHEDULED, "its pods are restarted at " + scene.ago(at))
              .why("spec.restartAt lies ahead, which makes it Progressing already", "R-460")
              .awaits("the moment of the restart", at, scene.now, "R-420")
              .act("call it off: remove spec.restartAt", scene.commands.edit()));
    }
    JsonObject budget = blocking();
    Finding finding =
        Finding.of(
            budget == null ? Situation.RESTARTING : Situation.RESTART_BLOCKED,
            budget == null
                ? "its pods are being restarted"
                : "its pods are to be restarted, and a disruption budget does not let them go");
    finding.why("somebody asked for it at " + scene.ago(at), "R-420");
    scene
        .decision
        .said("R-421")
        .ifPresent(
            each ->
                finding.why(
                    "%s pods are older than that; %s may go now"
                        .formatted(each.facts().get("outstanding"), each.facts().get("budget")),
                    "R-421"));
    if (budget != null) {
      finding
          .why(
              "PodDisruptionBudget %s allows no disruption now: %d of %d healthy pods wanted are there"
                  .formatted(
                      Words.shown(ObjectTrees.text(budget.at("metadata", "name"))),
                      ObjectTrees.number(budget.at("status", "currentHealthy"), 0),
                      ObjectTrees.number(budget.at("status", "desiredHealthy"), 0)),
              "R-422")
          .act(
              "loosen the budget, or give the rollout more pods",
              scene.commands.kubectl(
                  "edit", "pdb", ObjectTrees.text(budget.at("metadata", "name"))));
    }
    return Optional.of(
        finding
            .awaits("all pods to be younger than the restart; looked at every 30s", "R-423")
            .act("call it off: remove spec.restartAt", scene.commands.edit()));
  }

  /** A disruption budget over the rollout's pods that lets none go. */
  private @Nullable JsonObject blocking() {
    for (JsonObject each : scene.all("PodDisruptionBudget")) {
      boolean none = ObjectTrees.number(each.at("status", "disruptionsAllowed"), 1) == 0;
      Object labels = each.at("spec", "selector", "matchLabels");
      JsonObject ours =
          ObjectTrees.object(scene.rollout.spec().template().at("metadata", "labels"));
      boolean ofUs =
          labels instanceof Map<?, ?> map
              && !map.isEmpty()
              && map.entrySet().stream()
                  .allMatch(
                      label -> label.getValue().equals(ours.at(String.valueOf(label.getKey()))));
      if (none && ofUs) {
        return each;
      }
    }
    return null;
  }

  // --- traffic and earlier versions ---

  private Optional<Finding> traffic() {
    TrafficWeights weights = scene.status.canary().weights();
    if (weights == null || weights.canary().weight() == 0 || !scene.isFullyPromoted()) {
      return Optional.empty();
    }
    boolean back = isRollback();
    Finding finding =
        Finding.of(
                back ? Situation.ROLLBACK_TO_STABLE : Situation.TRAFFIC_RETURNING,
                back
                    ? "the stable version is being brought back; the version before still gets %d of the traffic"
                        .formatted(weights.canary().weight())
                    : "%s is promoted; its traffic is being moved to the stable Service"
                        .formatted(scene.newVersion()))
            .why(
                "the routers were last seen to send %d to the canary Service"
                    .formatted(weights.canary().weight()),
                "R-122")
            .awaits("the stable version to have its pods, and the weight to become 0", "R-122");
    scene
        .stable()
        .map(scene::pods)
        .filter(each -> !each.areAvailable())
        .ifPresent(
            pods -> {
              finding.why("the stable version has " + pods.counts(), "R-122", pods.links());
              pods.advise(finding, scene.commands);
            });
    return Optional.of(finding);
  }

  /** Whether an earlier version is stable again: a younger one still has pods. */
  private boolean isRollback() {
    Instant stable = scene.stable().map(each -> each.metadata().creationTimestamp()).orElse(null);
    return stable != null
        && scene.othersWithPods().stream()
            .map(each -> each.metadata().creationTimestamp())
            .anyMatch(at -> at != null && at.isAfter(stable));
  }

  private Optional<Finding> earlier() {
    List<ReplicaSet> others = scene.othersWithPods();
    if (others.isEmpty()) {
      return scene.phase().wireName().equals("Progressing")
              && scene.status.message().equals("old replicas are pending termination")
          ? Optional.of(terminating())
          : Optional.empty();
    }
    Instant last = null;
    for (ReplicaSet each : others) {
      Instant at = ObjectTrees.time(each.annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).orElse(null);
      last = at == null || (last != null && last.isAfter(at)) ? last : at;
    }
    boolean back = isRollback();
    if (last == null) {
      Finding finding = back ? rolledBack() : terminating();
      others.forEach(
          each ->
              finding.why(
                  RolloutScene.version(each) + " has " + scene.pods(each).counts(),
                  "R-090",
                  scene.pods(each).links()));
      return Optional.of(finding);
    }
    Finding finding =
        Finding.of(
            back ? Situation.ROLLBACK_TO_STABLE : Situation.SCALE_DOWN_DELAY,
            back
                ? "the stable version is back; the pods of the version that was given up go after scaleDownDelaySeconds"
                : "%s is promoted; the pods of the version before go after scaleDownDelaySeconds"
                    .formatted(scene.newVersion()));
    for (ReplicaSet each : others) {
      finding.why(
          "%s keeps its %s for %s, so that nothing is lost while routes spread and a rollback is quick"
              .formatted(
                  RolloutScene.version(each),
                  Words.many(each.replicas(), "pod"),
                  Words.span(scene.effective.scaleDownDelay())),
          "R-281");
    }
    return Optional.of(
        finding
            .awaits("these pods to be scaled down", last, scene.now, "R-282")
            .act("nothing; they go by themselves"));
  }

  private Finding rolledBack() {
    return Finding.of(
            Situation.ROLLBACK_TO_STABLE,
            "the stable version is back; the pods of the version that was given up are going")
        .awaits("these pods to go", "R-057");
  }

  private Finding terminating() {
    return Finding.of(
            Situation.OLD_PODS_TERMINATING,
            "%s is promoted; pods of earlier versions are still going"
                .formatted(scene.newVersion()))
        .why(
            "%s of all versions, %d of the new one"
                .formatted(
                    Words.many(scene.status.replicas(), "pod"), scene.status.updatedReplicas()),
            "R-460")
        .awaits("the pods of earlier versions to go", "R-090");
  }

  // --- neighbours ---

  private Optional<Finding> workload() {
    WorkloadRef ref = scene.rollout.spec().workloadRef();
    if (ref == null || !ref.kind().equals("Deployment")) {
      return Optional.empty();
    }
    for (JsonObject each : scene.all("Deployment")) {
      int pods = ObjectTrees.number(each.at("spec", "replicas"), 1);
      if (ref.name().equals(each.at("metadata", "name")) && pods > 0) {
        boolean never = ref.scaleDown().isEmpty() || ref.scaleDown().equals("never");
        return Optional.of(
            Finding.of(
                    Situation.WORKLOAD_STILL_RUNNING,
                    "its pods are there, and Deployment %s still runs %s of its own"
                        .formatted(Words.shown(ref.name()), Words.many(pods, "pod")))
                .why(
                    never
                        ? "workloadRef.scaleDown is never, so nobody scales the Deployment down"
                        : "workloadRef.scaleDown is %s; the Deployment was not scaled down, or somebody scaled it up again"
                            .formatted(Words.shown(ref.scaleDown())),
                    never ? "R-320" : "R-321")
                .act(
                    "scale it down",
                    scene.commands.kubectl("scale", "deployment", ref.name()) + " --replicas=0")
                .act("mind GitOps: replicas in the manifest of the Deployment brings them back"));
      }
    }
    return Optional.empty();
  }

  private Optional<Finding> autoscaler() {
    for (JsonObject each : scene.all("HorizontalPodAutoscaler")) {
      boolean ofUs =
          "Rollout".equals(each.at("spec", "scaleTargetRef", "kind"))
              && scene.rollout.metadata().name().equals(each.at("spec", "scaleTargetRef", "name"));
      Optional<JsonObject> limited =
          ObjectTrees.condition(each, "ScalingLimited")
              .filter(condition -> "True".equals(condition.at("status")));
      if (ofUs && limited.isPresent()) {
        int most = ObjectTrees.number(each.at("spec", "maxReplicas"), 0);
        int least = ObjectTrees.number(each.at("spec", "minReplicas"), 1);
        return Optional.of(
            Finding.of(
                    Situation.AUTOSCALER_AT_LIMIT,
                    "its autoscaler %s is at a limit"
                        .formatted(Words.shown(ObjectTrees.text(each.at("metadata", "name")))))
                .why(
                    "%d pods wanted, the autoscaler may ask for %d to %d: %s"
                        .formatted(
                            scene.effective.replicas(),
                            least,
                            most,
                            Words.shown(ObjectTrees.text(limited.get().at("message")))),
                    "")
                .act(
                    "move the limit, if that is not meant",
                    scene.commands.kubectl(
                        "edit", "hpa", ObjectTrees.text(each.at("metadata", "name")))));
      }
    }
    return Optional.empty();
  }

  private Finding healthy() {
    Finding finding =
        Finding.of(
            scene.phase().wireName().equals("Healthy") ? Situation.HEALTHY : Situation.MOVING,
            scene.phase().wireName().equals("Healthy")
                ? "%s is promoted, and all its pods are available".formatted(scene.newVersion())
                : "%s is promoted; nothing is known to hold it".formatted(scene.newVersion()));
    if (!scene.status.message().isEmpty()) {
      finding.why("the status says: " + Words.shown(scene.status.message()), "R-460");
      finding.awaits("the next decision", "");
    }
    return finding;
  }
}
