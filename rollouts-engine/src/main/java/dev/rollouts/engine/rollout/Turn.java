package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.traffic.TrafficRouter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One turn of one rollout: what it looks at, and what it collects to be done. Lives as long as one
 * call of {@link RolloutEngine#decide}.
 *
 * <p>Edits of a ReplicaSet add up to one write, made after everything else, so that a turn never
 * conflicts with itself.
 */
final class Turn {
  final Rollout rollout;
  final SpecFacts facts;
  final LastTurn last;
  final EffectiveRollout effective;
  final RolloutStatus before;
  final RolloutObservations seen;
  final RolloutSettings settings;
  final Instant now;
  final Revisions revisions;
  final List<AnalysisRun> runs;
  final List<Experiment> experiments;
  final Pauses pauses;

  /** The routers that the rollout is configured for, in order. */
  final List<TrafficRouter> routers;

  /** What {@code status.restartedAt} becomes; null leaves it. */
  @Nullable Instant restartedAt;

  private final List<ClusterEffect> effects = new ArrayList<>();
  private final Map<String, ReplicaSet> edited = new LinkedHashMap<>();
  private final Map<String, List<Event>> scalings = new LinkedHashMap<>();
  private final List<ClusterEffect> lastEffects = new ArrayList<>();
  private final List<Event> told = new ArrayList<>();
  private final List<Reason> reasons = new ArrayList<>();
  private @Nullable Instant wakeUp;

  Turn(
      Rollout rollout,
      RolloutObservations seen,
      RolloutSettings settings,
      SpecFacts facts,
      LastTurn last,
      Revisions revisions,
      List<TrafficRouter> routers,
      Instant now) {
    this.rollout = rollout;
    this.facts = facts;
    this.last = last;
    this.effective = facts.effective();
    this.before = rollout.statusOrEmpty();
    this.seen = seen;
    this.settings = settings;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
    this.revisions = revisions;
    this.routers = List.copyOf(routers);
    String uid = rollout.metadata().uid();
    this.runs =
        seen.analysisRuns().stream()
            .filter(run -> run.metadata().controllerUid().equals(uid))
            .toList();
    this.experiments =
        seen.experiments().stream()
            .filter(each -> each.metadata().controllerUid().equals(uid))
            .toList();
    this.pauses = new Pauses(before, this.now);
  }

  // --- what holds ---

  int replicas() {
    return effective.replicas();
  }

  /** Number of the new revision; 0 before its ReplicaSet exists. */
  long revision() {
    return revisions.fresh() == null ? 0 : revisions.fresh().revision();
  }

  /** Whether the last update is over, as persisted. */
  boolean isFullyPromoted() {
    return before.stableRS().equals(before.currentPodHash());
  }

  /** Whether nothing may be scaled: somebody paused, or an analysis could not tell. */
  boolean isHalted() {
    return rollout.spec().paused() || pauses.isInconclusive();
  }

  /** Whether all its pods are wanted, available, and wanted by the current number (saturated). */
  boolean isSaturated(@Nullable ReplicaSet set) {
    return set != null
        && set.replicas() == replicas()
        && set.available() == replicas()
        && set.desiredReplicas().equals(Optional.of(replicas()));
  }

  /** Whether the new version is older than the stable one, or is it. */
  boolean isRollback() {
    ReplicaSet fresh = revisions.fresh();
    ReplicaSet stable = revisions.stable();
    return fresh != null
        && stable != null
        && (revisions.isFreshStable()
            || Revisions.created(fresh).isBefore(Revisions.created(stable)));
  }

  /** Whether the new version is an older one so near that the steps are skipped. */
  boolean isWithinRollbackWindow() {
    var window = rollout.spec().rollbackWindow();
    ReplicaSet fresh = revisions.fresh();
    ReplicaSet stable = revisions.stable();
    if (window == null || window.revisions() <= 0 || fresh == null || stable == null) {
      return false;
    }
    Instant from = Revisions.created(fresh);
    Instant to = Revisions.created(stable);
    if (!from.isBefore(to)) {
      return false;
    }
    long between =
        revisions.all().stream()
            .filter(each -> each.annotation(RolloutKeys.EXPERIMENT_NAME) == null)
            .map(Revisions::created)
            .filter(at -> at.isAfter(from) && at.isBefore(to))
            .count();
    return between < window.revisions();
  }

  /** Whether this rollback needs no checks. */
  boolean isFastRollback() {
    return isRollback()
        && (isWithinRollbackWindow()
            || revisions.isFreshStable()
            || (effective.blueGreen() != null
                && revisions.fresh() != null
                && deadline(revisions.fresh()).filter(at -> at.isAfter(now)).isPresent()));
  }

  /**
   * When a ReplicaSet is to be scaled down; empty without a deadline, or with an unreadable one.
   */
  static Optional<Instant> deadline(ReplicaSet set) {
    String text = set.annotation(RolloutKeys.SCALE_DOWN_DEADLINE);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(java.time.OffsetDateTime.parse(text).toInstant());
    } catch (java.time.format.DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }

  // --- what is to be done ---

  /** Adds something to do. */
  void perform(ClusterEffect effect) {
    effects.add(effect);
  }

  /** Adds something to do after everything else, ReplicaSets included. */
  void performLast(ClusterEffect effect) {
    lastEffects.add(effect);
  }

  /** Tells of the effect before. */
  void announce(Event event) {
    effects.add(new ClusterEffect.Announce(event));
  }

  /** Tells of the status, when it is saved. */
  void tell(Event event) {
    told.add(event);
  }

  /** A ReplicaSet as edited so far. */
  ReplicaSet current(ReplicaSet set) {
    return edited.getOrDefault(set.name(), set);
  }

  /** Changes a ReplicaSet; {@code after} is made from {@link #current}. */
  void edit(ReplicaSet after) {
    edited.put(after.name(), after);
  }

  /** Removes an annotation if it is there. */
  void removeDeadline(ReplicaSet set) {
    ReplicaSet now = current(set);
    if (now.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) != null) {
      edit(now.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, null));
    }
  }

  /** Stamps when a ReplicaSet is to be scaled down. */
  void stampDeadline(ReplicaSet set, Duration delay) {
    Instant at = now.plus(delay);
    edit(current(set).withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, at.toString()));
    wakeAt(at);
  }

  /**
   * Brings a ReplicaSet to a size and notes which number of replicas that was for. A size that its
   * controller has not seen yet is not changed again, so that its status always tells of it (pain
   * 68).
   *
   * @return whether its size changes
   */
  boolean scale(ReplicaSet set, int size, boolean keepDeadline) {
    ReplicaSet now = current(set);
    String desired = Integer.toString(replicas());
    boolean resized = now.replicas() != size;
    if (resized && !set.isObserved()) {
      reason("R-078", set.name(), "waitingFor", "observedGeneration", "wanted", size);
      return false;
    }
    ReplicaSet after = now;
    if (!desired.equals(now.annotation(RolloutKeys.DESIRED_REPLICAS))) {
      after = after.withAnnotation(RolloutKeys.DESIRED_REPLICAS, desired);
    }
    if (size == 0 && !keepDeadline && now.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) != null) {
      after = after.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, null);
    }
    if (resized) {
      after = after.withReplicas(size);
      scalings
          .computeIfAbsent(set.name(), name -> new ArrayList<>())
          .add(
              Event.normal(
                  "ScalingReplicaSet",
                  "Scaled %s ReplicaSet %s (revision %d) from %d to %d"
                      .formatted(
                          size > set.replicas() ? "up" : "down",
                          set.name(),
                          now.revision(),
                          set.replicas(),
                          size)));
      reason("R-082", set.name(), "from", set.replicas(), "to", size);
    }
    if (!after.equals(now)) {
      edit(after);
    }
    return resized;
  }

  /** Looks again no later than that. */
  void wakeAt(Instant at) {
    Instant later = at.isAfter(now) ? at : now.plusSeconds(1);
    if (wakeUp == null || later.isBefore(wakeUp)) {
      wakeUp = later;
    }
  }

  /** Notes a rule that spoke. */
  void reason(String rule, String subject, Object... facts) {
    reasons.add(Reason.of(rule, subject, facts));
  }

  /** Notes a rule that spoke elsewhere. */
  void reason(Reason reason) {
    reasons.add(reason);
  }

  /** The turn's result with a status to save. */
  Decision<RolloutStatus, ClusterEffect> finish(RolloutStatus after) {
    return new Decision<>(
        after.equals(before) ? before : after, allEffects(), Optional.ofNullable(wakeUp), reasons);
  }

  /** The turn's result when it could not be finished: nothing is saved, and it is tried again. */
  Decision<RolloutStatus, ClusterEffect> fail(String error) {
    reason("R-019", Reason.ROLLOUT, "error", error);
    effects.add(new ClusterEffect.Retry(error));
    return new Decision<>(before, effects, Optional.ofNullable(wakeUp), reasons);
  }

  private List<ClusterEffect> allEffects() {
    List<ClusterEffect> all = new ArrayList<>(effects);
    for (Map.Entry<String, ReplicaSet> each : edited.entrySet()) {
      ReplicaSet original = original(each.getKey());
      if (!each.getValue().equals(original)) {
        all.add(new ClusterEffect.UpdateReplicaSet(original, each.getValue()));
        for (Event event : scalings.getOrDefault(each.getKey(), List.of())) {
          all.add(new ClusterEffect.Announce(event));
        }
      }
    }
    all.addAll(lastEffects);
    for (Event event : told) {
      all.add(new ClusterEffect.Announce(event, true));
    }
    return all;
  }

  private ReplicaSet original(String name) {
    for (ReplicaSet each : seen.replicaSets()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw new IllegalStateException(name + " was edited and never observed");
  }
}
