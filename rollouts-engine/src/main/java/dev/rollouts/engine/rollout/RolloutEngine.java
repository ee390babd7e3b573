package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.Condition;
import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.children.EphemeralMetadata;
import dev.rollouts.engine.rollout.children.Owners;
import dev.rollouts.engine.rollout.children.PodTemplates;
import dev.rollouts.engine.rollout.children.Restart;
import dev.rollouts.engine.rollout.children.RevisionHistory;
import dev.rollouts.engine.rollout.children.RunHistory;
import dev.rollouts.engine.rollout.validation.FieldError;
import dev.rollouts.engine.rollout.validation.RolloutValidation;
import dev.rollouts.engine.traffic.TrafficRouter;
import dev.rollouts.engine.traffic.TrafficRouters;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a release progressively. Pure: the same inputs give an equal decision; deciding twice,
 * late or early does no harm. Total: a bad spec becomes phase Degraded with a message. Thread-safe;
 * one engine serves a whole process.
 *
 * <p>The status records what was observed. What the cluster shows otherwise than wanted becomes an
 * effect, in every turn until it shows as done.
 *
 * <p>Source: docs/spec/rollout.md.
 */
public final class RolloutEngine {
  /** What Kubernetes takes for the message of a condition, with room to spare. */
  private static final int MESSAGE_MAX = 8_192;

  private static final Duration INVALID_RETRY = Duration.ofSeconds(20);

  private final RolloutSettings settings;
  private final List<TrafficRouter> routers;
  private final SpecFacts.Cache specs = new SpecFacts.Cache();
  private final LastTurn.Cache turns = new LastTurn.Cache();

  /** An engine with default settings and the routers that are built in. */
  public RolloutEngine() {
    this(RolloutSettings.defaults(), TrafficRouters.builtIn());
  }

  /**
   * An engine for an operator's settings.
   *
   * @param routers in the order in which they are driven (T-003)
   */
  public RolloutEngine(RolloutSettings settings, List<TrafficRouter> routers) {
    this.settings = requireNonNull(settings, "settings");
    this.routers = List.copyOf(routers);
  }

  /** Objects and templates by reference. */
  public record Reads(Set<ObjectKey> objects, Set<TemplateRef> templates) {
    public Reads {
      objects = Set.copyOf(objects);
      templates = Set.copyOf(templates);
    }
  }

  /**
   * What a shell has to read beside ReplicaSets, runs and experiments before it asks for a
   * decision. Asked again with what was read until it names nothing new.
   */
  public Reads reads(Rollout rollout, RolloutObservations soFar) {
    Set<ObjectKey> objects = new LinkedHashSet<>();
    WorkloadRef ref = rollout.spec().workloadRef();
    if (ref != null && Workloads.isSupported(ref)) {
      objects.add(Workloads.key(rollout.metadata().namespace(), ref));
    }
    Reads checked = RolloutValidation.reads(rollout, soFar, settings.routers());
    objects.addAll(checked.objects());
    for (TrafficRouter router : configured(rollout)) {
      objects.addAll(router.reads(rollout, soFar.objects(), settings.routers()));
    }
    return new Reads(objects, checked.templates());
  }

  /** Whether {@link #decide} looks at pods. */
  public boolean readsPods(Rollout rollout, List<ReplicaSet> replicaSets) {
    return Restart.isPending(rollout)
        || EphemeralMetadata.isUsed(rollout)
        || replicaSets.stream()
            .anyMatch(each -> each.annotation(RolloutKeys.EPHEMERAL_METADATA) != null);
  }

  /**
   * Whether a decision gives up because nothing has moved for so long. Watches that lag look the
   * same: a shell lists the ReplicaSets and decides again before it saves such a status.
   *
   * @param before the status that was decided on
   */
  public static boolean givesUp(
      RolloutStatus before, Decision<RolloutStatus, ClusterEffect> decision) {
    boolean known =
        before
            .condition(Conditions.PROGRESSING)
            .filter(each -> each.reason().equals(Conditions.DEADLINE_EXCEEDED))
            .isPresent();
    return decision.reasons().stream()
        .map(Reason::rule)
        .anyMatch(rule -> rule.equals("R-390") || (rule.equals("R-389") && !known));
  }

  /**
   * Whether a decision makes another version the stable one because the one that is it is not among
   * the ReplicaSets. Watches that lag look the same: a shell lists the ReplicaSets and
   * decides again before it saves such a status.
   *
   * @param before the status that was decided on
   */
  public static boolean missesStable(
      RolloutStatus before, Decision<RolloutStatus, ClusterEffect> decision) {
    return !before.stableRS().isEmpty()
        && !before.stableRS().equals(decision.status().stableRS())
        && decision.reasons().stream()
            .anyMatch(
                each ->
                    each.rule().equals("R-190")
                        && StatusWrite.INITIAL.equals(each.facts().get("promotion")));
  }

  private List<TrafficRouter> configured(Rollout rollout) {
    return routers.stream().filter(each -> each.isConfigured(rollout)).toList();
  }

  /**
   * Decides one turn.
   *
   * @param rollout as read, with the status as last saved
   * @param seen what the cluster looks like
   * @param now read from the clock once per turn
   */
  public Decision<RolloutStatus, ClusterEffect> decide(
      Rollout rollout, RolloutObservations seen, Instant now) {
    if (rollout.metadata().deletionTimestamp() != null) {
      return new Decision<>(rollout.statusOrEmpty(), List.of(), Optional.empty(), List.of());
    }
    Workloads.Resolved resolved = Workloads.resolve(rollout, seen.objects());
    SpecFacts facts = specs.of(resolved.rollout());
    LastTurn last = turns.of(rollout);
    Optional<String> invalid =
        resolved.error() != null
            ? Optional.of(resolved.error())
            : firstError(resolved.rollout(), facts, last, seen);
    if (invalid.isPresent()) {
      return invalid(rollout, invalid.get(), now.truncatedTo(ChronoUnit.SECONDS));
    }
    Rollout known = withoutEndedPromotion(resolved.rollout());
    List<ClusterEffect> claims = claims(known, seen);
    if (!claims.isEmpty()) {
      return new Decision<>(
          rollout.statusOrEmpty(),
          claims,
          Optional.empty(),
          List.of(Reason.of("R-006", Reason.ROLLOUT, "replicaSets", claims.size())));
    }
    List<ReplicaSet> owned = owned(known, seen.replicaSets());
    RolloutStatus status = known.statusOrEmpty();
    Turn turn =
        new Turn(
            known,
            seen,
            settings,
            facts,
            last,
            Revisions.of(owned, fresh(known, facts, owned, status), status),
            configured(known),
            now);
    return decide(turn, resolved);
  }

  /** A full promotion is over when somebody aborts; one that follows the abort is not. */
  private static Rollout withoutEndedPromotion(Rollout rollout) {
    RolloutStatus status = rollout.statusOrEmpty();
    return status.abort() && status.abortedAt() == null && status.promoteFull()
        ? rollout.withStatus(status.toBuilder().promoteFull(false).build())
        : rollout;
  }

  private static Decision<RolloutStatus, ClusterEffect> decide(
      Turn turn, Workloads.Resolved resolved) {
    Workloads.noteGeneration(turn, resolved.workload());
    if (turn.revisions.fresh() == null) {
      return new NewRevision(turn).create();
    }
    if (turn.rollout.spec().replicas() == null) {
      turn.perform(new ClusterEffect.PatchRollout(Map.of(), EffectiveRollout.DEFAULT_REPLICAS));
      return turn.finish(turn.before);
    }
    if (turn.before.abort() && (turn.isFullyPromoted() || turn.before.promoteFull())) {
      turn.pauses.removeAbort();
    }
    Optional<RolloutStatus> checked = PauseCheck.of(turn);
    if (checked.isPresent()) {
      return turn.finish(checked.get());
    }
    if (new NewRevision(turn).sync()) {
      return turn.finish(turn.before);
    }
    Delivery delivery =
        turn.effective.blueGreen() != null ? new BlueGreenDelivery(turn) : new CanaryDelivery(turn);
    if (delivery.isAnotherUpdate()) {
      return delivery.deliver();
    }
    if (isScalingEvent(turn)) {
      turn.reason("R-014", Reason.ROLLOUT, "replicas", turn.replicas());
      return delivery.scaleOnly();
    }
    restart(turn);
    metadata(turn);
    history(turn);
    Workloads.scaleDown(turn, resolved.workload());
    return delivery.deliver();
  }

  private Optional<String> firstError(
      Rollout rollout, SpecFacts facts, LastTurn last, RolloutObservations seen) {
    return facts.errors().isEmpty()
        ? last.error(rollout, seen, asked -> firstError(referents(asked, seen)))
        : firstError(facts.errors());
  }

  private static Optional<String> firstError(List<FieldError> errors) {
    return errors.stream().findFirst().map(FieldError::toString);
  }

  private List<FieldError> referents(Rollout rollout, RolloutObservations seen) {
    List<FieldError> absent = RolloutValidation.lookups(rollout, seen, settings.routers());
    return absent.isEmpty()
        ? RolloutValidation.contents(rollout, seen, settings.routers())
        : absent;
  }

  // --- before the turn ---

  /** The spec cannot be used: nothing else is touched until it can. */
  private static Decision<RolloutStatus, ClusterEffect> invalid(
      Rollout rollout, String error, Instant now) {
    RolloutStatus before = rollout.statusOrEmpty();
    String whole = "The Rollout \"%s\" is invalid: %s".formatted(rollout.metadata().name(), error);
    String message = whole.length() <= MESSAGE_MAX ? whole : whole.substring(0, MESSAGE_MAX) + "…";
    List<Condition> conditions = new ArrayList<>(before.conditions());
    Condition known = before.condition(Conditions.INVALID_SPEC).orElse(null);
    if (known == null || !known.message().equals(message)) {
      conditions.removeIf(each -> each.type().equals(Conditions.INVALID_SPEC));
      conditions.add(
          new Condition(
              Conditions.INVALID_SPEC,
              Condition.TRUE,
              now,
              known == null ? now : known.lastTransitionTime(),
              Conditions.INVALID_SPEC,
              message));
    }
    RolloutStatus next =
        before.toBuilder()
            .conditions(conditions)
            .observedGeneration(Long.toString(rollout.metadata().generation()))
            .build();
    Phase phase = Phase.of(rollout, next);
    next = next.toBuilder().phase(phase.phase()).message(phase.message()).build();
    return new Decision<>(
        next.equals(before) ? before : next,
        List.of(),
        Optional.of(now.plus(INVALID_RETRY)),
        List.of(Reason.of("R-511", Reason.ROLLOUT, "error", error)));
  }

  /** Takes in ReplicaSets without an owner, and lets go of those that no longer match. */
  private static List<ClusterEffect> claims(Rollout rollout, RolloutObservations seen) {
    LabelSelector selector = requireNonNull(rollout.spec().selector(), "selector");
    List<ClusterEffect> effects = new ArrayList<>();
    for (ReplicaSet each : seen.replicaSets()) {
      ObjectMeta metadata = each.metadata();
      if (metadata.deletionTimestamp() != null || each.hash().isEmpty()) {
        continue;
      }
      boolean matches = selector.matches(metadata.labels());
      String owner = metadata.controllerUid();
      if (owner.isEmpty() && matches) {
        List<ObjectMeta.OwnerReference> owners = new ArrayList<>(metadata.ownerReferences());
        owners.add(Owners.reference(rollout));
        effects.add(update(each, owners));
      } else if (owner.equals(rollout.metadata().uid()) && !matches) {
        List<ObjectMeta.OwnerReference> owners = new ArrayList<>(metadata.ownerReferences());
        owners.removeIf(it -> it.uid().equals(owner));
        effects.add(update(each, owners));
      }
    }
    return effects;
  }

  private static ClusterEffect update(ReplicaSet set, List<ObjectMeta.OwnerReference> owners) {
    return new ClusterEffect.UpdateReplicaSet(
        set,
        set.withMetadata(
            set.metadata().with(set.metadata().labels(), set.metadata().annotations(), owners)));
  }

  private static List<ReplicaSet> owned(Rollout rollout, List<ReplicaSet> sets) {
    return sets.stream()
        .filter(each -> Owners.isControlledBy(each.metadata(), rollout.metadata()))
        .filter(each -> !each.hash().isEmpty())
        .sorted(Revisions.BY_AGE)
        .toList();
  }

  /** The ReplicaSet of the current template: by its hash, else by what it would run. */
  private static @Nullable ReplicaSet fresh(
      Rollout rollout, SpecFacts facts, List<ReplicaSet> owned, RolloutStatus status) {
    JsonObject template = rollout.spec().template();
    String hash = facts.templateHash(status.collisionCount());
    for (ReplicaSet each : owned) {
      if (each.hash().equals(hash)) {
        return each;
      }
    }
    for (ReplicaSet each : owned) {
      if (PodTemplates.sameTemplate(template, each)) {
        return each;
      }
    }
    return null;
  }

  /** Whether {@code spec.replicas} is another than the one that sizes were made for. */
  private static boolean isScalingEvent(Turn turn) {
    List<ReplicaSet> looked = new ArrayList<>();
    looked.add(requireNonNull(turn.revisions.fresh()));
    ReplicaSet stable = turn.revisions.distinctStable();
    if (stable != null) {
      looked.add(stable);
    }
    return looked.stream()
        .anyMatch(
            each ->
                each.replicas() > 0
                    && each.desiredReplicas().isPresent()
                    && each.desiredReplicas().get() != turn.replicas());
  }

  // --- beside the strategy ---

  private static void restart(Turn turn) {
    Restart restart =
        Restart.decide(
            turn.rollout, turn.revisions.all(), turn.seen.pods(), turn.seen.answers(), turn.now);
    restart.effects().forEach(turn::perform);
    restart.wakeUp().ifPresent(turn::wakeAt);
    restart.reasons().forEach(turn::reason);
    turn.restartedAt = restart.restartedAt();
  }

  private static void metadata(Turn turn) {
    Revisions revisions = turn.revisions;
    List<ClusterEffect> effects =
        EphemeralMetadata.plan(
            turn.rollout,
            revisions.fresh() == null ? null : turn.current(revisions.fresh()),
            revisions.stable() == null ? null : turn.current(revisions.stable()),
            revisions.others(),
            turn.seen.pods(),
            turn.before.stableRS());
    for (ClusterEffect effect : effects) {
      if (effect instanceof ClusterEffect.UpdateReplicaSet update) {
        turn.edit(update.after());
      } else {
        turn.performLast(effect);
      }
    }
  }

  /** Old ReplicaSets beyond the limit go, and their runs with them. */
  private static void history(Turn turn) {
    Set<String> current = new HashSet<>();
    RolloutStatus before = turn.before;
    for (var reference :
        new RunReference[] {
          before.canary().currentStepAnalysisRunStatus(),
          before.canary().currentBackgroundAnalysisRunStatus(),
          before.blueGreen().prePromotionAnalysisRunStatus(),
          before.blueGreen().postPromotionAnalysisRunStatus()
        }) {
      if (reference != null) {
        current.add(reference.name());
      }
    }
    current.add(before.canary().currentExperiment());
    List<ReplicaSet> oldest =
        RevisionHistory.toDelete(turn.revisions.others(), turn.effective.revisionHistoryLimit());
    oldest.stream()
        .sorted(Comparator.comparingLong(ReplicaSet::revision))
        .forEach(
            each -> {
              turn.performLast(new ClusterEffect.DeleteReplicaSet(each));
              RunHistory.deleteWith(each, turn.runs, turn.experiments, current)
                  .forEach(turn::performLast);
              turn.reason("R-435", each.name(), "revision", each.revision());
            });
  }
}
