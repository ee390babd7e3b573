package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.Condition;
import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.AntiAffinity;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterAnswer.Refused;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.children.AntiAffinityTerm;
import dev.rollouts.engine.rollout.children.EphemeralMetadata;
import dev.rollouts.engine.rollout.children.Owners;
import dev.rollouts.engine.rollout.children.PodTemplates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ReplicaSet of a new revision, and the numbers of revisions. */
final class NewRevision {
  /** Annotations of a rollout that its ReplicaSets do not get. */
  private static final Set<String> NOT_COPIED =
      Set.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          RolloutKeys.REVISION,
          RolloutKeys.REVISION_HISTORY,
          RolloutKeys.DESIRED_REPLICAS,
          "notified.notifications.argoproj.io");

  private final Turn turn;

  NewRevision(Turn turn) {
    this.turn = turn;
  }

  private static long highest(List<ReplicaSet> sets) {
    return sets.stream().mapToLong(ReplicaSet::revision).max().orElse(0);
  }

  /** Makes the ReplicaSet, without pods, and numbers it. */
  Decision<RolloutStatus, ClusterEffect> create() {
    long revision = highest(turn.revisions.all()) + 1;
    ReplicaSet wanted = wanted(revision);
    Refused refused = refusal(wanted.name());
    if (refused != null && refused.why() == Refusal.ALREADY_EXISTS) {
      return collided(wanted);
    }
    if (refused != null && refused.why() == Refusal.OTHER) {
      return failed(wanted, refused.error());
    }
    turn.perform(new ClusterEffect.CreateReplicaSet(wanted));
    turn.perform(patch(revision));
    turn.announce(updated(revision));
    turn.announce(
        Event.normal(
            "NewReplicaSetCreated",
            "Created ReplicaSet %s (revision %d)".formatted(wanted.name(), revision)));
    turn.reason("R-034", wanted.name(), "revision", revision);
    if (turn.before.condition(Conditions.PROGRESSING).filter(NewRevision::isRefused).isPresent()) {
      return turn.finish(turn.before); // an earlier refusal stands until the ReplicaSet is there
    }
    return condition(
        Condition.TRUE,
        "NewReplicaSetCreated",
        "Created new replica set \"" + wanted.name() + "\"");
  }

  private ReplicaSet wanted(long revision) {
    Rollout rollout = turn.rollout;
    JsonObject template = rollout.spec().template();
    String hash = turn.facts.templateHash(turn.before.collisionCount());
    JsonObject withTerm =
        AntiAffinityTerm.injected(
            template, antiAffinity(), hash, turn.before.stableRS(), rollout.metadata().namespace());
    JsonObject labelled =
        PodTemplates.withMetadata(withTerm, Map.of(RolloutKeys.POD_TEMPLATE_HASH, hash), Map.of());
    Map<String, String> labels = new LinkedHashMap<>(PodTemplates.labels(template));
    labels.put(RolloutKeys.POD_TEMPLATE_HASH, hash);
    Map<String, String> annotations = copied(Map.of());
    annotations.put(RolloutKeys.REVISION, Long.toString(revision));
    annotations.put(RolloutKeys.DESIRED_REPLICAS, Integer.toString(turn.replicas()));
    LabelSelector selector =
        requireNonNull(rollout.spec().selector(), "selector")
            .with(RolloutKeys.POD_TEMPLATE_HASH, hash);
    ObjectMeta metadata =
        Owners.child(rollout, rollout.metadata().name() + "-" + hash, labels, annotations);
    ReplicaSet bare =
        new ReplicaSet(
            metadata,
            0,
            rollout.spec().minReadySeconds(),
            selector,
            labelled,
            ReplicaSet.Status.empty());
    return EphemeralMetadata.injected(
        bare, EphemeralMetadata.atCreation(rollout, turn.revisions.stable() != null));
  }

  private @Nullable AntiAffinity antiAffinity() {
    var canary = turn.effective.canary();
    var blueGreen = turn.effective.blueGreen();
    return canary != null
        ? canary.antiAffinity()
        : blueGreen == null ? null : blueGreen.antiAffinity();
  }

  private Map<String, String> copied(Map<String, String> onto) {
    Map<String, String> annotations = new LinkedHashMap<>(onto);
    turn.rollout
        .metadata()
        .annotations()
        .forEach(
            (key, value) -> {
              if (!NOT_COPIED.contains(key)) {
                annotations.put(key, value);
              }
            });
    return annotations;
  }

  private @Nullable Refused refusal(String name) {
    for (var answer : turn.seen.answers()) {
      if (answer instanceof Refused refused
          && refused.effect() instanceof ClusterEffect.CreateReplicaSet create
          && create.replicaSet().name().equals(name)) {
        return refused;
      }
    }
    return null;
  }

  /**
   * Somebody else has the name. Only an object that was seen proves it; before, our own may have
   * been made and not been seen yet.
   */
  private Decision<RolloutStatus, ClusterEffect> collided(ReplicaSet wanted) {
    boolean seen =
        turn.seen.replicaSets().stream().anyMatch(each -> each.name().equals(wanted.name()));
    String error = "replicasets.apps \"" + wanted.name() + "\" already exists";
    if (!seen) {
      return turn.fail(error);
    }
    Integer count = turn.before.collisionCount();
    turn.reason("R-035", wanted.name(), "collisionCount", count == null ? 1 : count + 1);
    return turn.finish(
        turn.before.toBuilder().collisionCount(count == null ? 1 : count + 1).build());
  }

  private Decision<RolloutStatus, ClusterEffect> failed(ReplicaSet wanted, String error) {
    String message = "Failed to create new replica set \"%s\": %s".formatted(wanted.name(), error);
    turn.perform(new ClusterEffect.Retry(message));
    turn.tell(Event.warning(Conditions.CREATE_ERROR, message));
    return condition(Condition.FALSE, Conditions.CREATE_ERROR, message);
  }

  private Decision<RolloutStatus, ClusterEffect> condition(
      String status, String reason, String message) {
    Conditions conditions = new Conditions(turn);
    conditions.set(Conditions.PROGRESSING, status, reason, message);
    RolloutStatus next = turn.before.toBuilder().conditions(conditions.list()).build();
    Phase phase = Phase.of(turn.rollout, next);
    return turn.finish(next.toBuilder().phase(phase.phase()).message(phase.message()).build());
  }

  private static boolean isRefused(Condition progressing) {
    return progressing.reason().equals(Conditions.CREATE_ERROR);
  }

  private static ClusterEffect patch(long revision) {
    return new ClusterEffect.PatchRollout(
        Map.of(RolloutKeys.REVISION, Long.toString(revision)), null);
  }

  private static Event updated(long revision) {
    return Event.normal("RolloutUpdated", "Rollout updated to revision " + revision);
  }

  /**
   * Brings number, annotations, ready time and anti-affinity of the new ReplicaSet up to date
   * (R-013).
   *
   * @return whether the turn must end, because the number of the revision is about to change
   */
  boolean sync() {
    ReplicaSet fresh = requireNonNull(turn.revisions.fresh(), "fresh");
    long number = Math.max(fresh.revision(), highest(turn.revisions.old()) + 1);
    Map<String, String> annotations = copied(fresh.metadata().annotations());
    if (number > fresh.revision()) {
      if (fresh.revision() > 0) {
        annotations.merge(
            RolloutKeys.REVISION_HISTORY,
            Long.toString(fresh.revision()),
            (before, now) -> before + "," + now);
      }
      annotations.put(RolloutKeys.REVISION, Long.toString(number));
    }
    ReplicaSet after = fresh.withMinReadySeconds(turn.rollout.spec().minReadySeconds());
    after =
        after.withTemplate(
            AntiAffinityTerm.refreshed(
                after.template(),
                antiAffinity(),
                fresh.hash(),
                turn.before.stableRS(),
                turn.rollout.metadata().namespace()));
    if (!annotations.equals(fresh.metadata().annotations())) {
      after =
          after.withMetadata(
              fresh
                  .metadata()
                  .with(
                      fresh.metadata().labels(), annotations, fresh.metadata().ownerReferences()));
    }
    if (!after.equals(fresh)) {
      turn.edit(after);
    }
    if (number > fresh.revision()) {
      turn.reason("R-037", fresh.name(), "revision", number);
      return true;
    }
    String noted = turn.rollout.metadata().annotations().get(RolloutKeys.REVISION);
    if (!Long.toString(number).equals(noted)) {
      turn.perform(patch(number));
      turn.announce(updated(number));
      turn.reason("R-013", Reason.ROLLOUT, "revision", number);
    }
    return false;
  }
}
