package dev.rollouts.engine.explain;

import dev.rollouts.api.Condition;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import dev.rollouts.engine.rollout.Phase;
import dev.rollouts.engine.rollout.children.Owners;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A rollout with what belongs to it, as the explainers ask for it. */
final class RolloutScene {
  static final String PROGRESSING = "Progressing";
  static final String INVALID_SPEC = "InvalidSpec";
  static final String ABORTED = "RolloutAborted";
  static final String DEADLINE_EXCEEDED = "ProgressDeadlineExceeded";

  final Rollout rollout;
  final EffectiveRollout effective;
  final RolloutStatus status;

  /** What is wrong with the status, a line for each field. */
  final List<String> unread;

  final Neighbours around;
  final Instant now;
  final Commands commands;

  /** ReplicaSets of the rollout, oldest revision first. */
  final List<ReplicaSet> sets;

  final List<AnalysisRun> runs;
  final List<Experiment> experiments;
  final DryDecision decision;

  RolloutScene(Rollout rollout, List<String> unread, Neighbours around, Instant now) {
    this.rollout = rollout;
    this.effective = EffectiveRollout.of(rollout.spec());
    this.status = rollout.statusOrEmpty();
    this.unread = unread;
    this.around = around;
    this.now = now;
    this.commands = new Commands(rollout.metadata());
    this.sets =
        around.replicaSets().stream()
            .filter(each -> isOurs(each.metadata()))
            .sorted(Comparator.comparingLong(ReplicaSet::revision))
            .toList();
    this.runs = around.analysisRuns().stream().filter(each -> isOurs(each.metadata())).toList();
    this.experiments =
        around.experiments().stream().filter(each -> isOurs(each.metadata())).toList();
    this.decision = DryDecision.of(this);
  }

  private boolean isOurs(ObjectMeta child) {
    ObjectMeta mine = rollout.metadata();
    boolean here =
        mine.namespace().isEmpty()
            || child.namespace().isEmpty()
            || mine.namespace().equals(child.namespace());
    if (!mine.uid().isEmpty()) {
      return here && Owners.isControlledBy(child, mine);
    }
    return here
        && child.ownerReferences().stream()
            .anyMatch(
                each ->
                    each.controller()
                        && each.kind().equals("Rollout")
                        && each.name().equals(mine.name()));
  }

  /** Whether the status says anything. */
  boolean hasStatus() {
    return !status.equals(RolloutStatus.empty());
  }

  String namespace() {
    return rollout.metadata().namespace();
  }

  RolloutPhase phase() {
    RolloutPhase written = status.phase();
    return written == null ? Phase.of(rollout, status).phase() : written;
  }

  // --- versions ---

  /** The ReplicaSet of the new version; empty when it is not among the objects. */
  Optional<ReplicaSet> fresh() {
    return set(status.currentPodHash());
  }

  /** The ReplicaSet of the stable version; empty when it is not among the objects. */
  Optional<ReplicaSet> stable() {
    return set(status.stableRS());
  }

  /** Neither new nor stable, with pods. */
  List<ReplicaSet> othersWithPods() {
    return sets.stream()
        .filter(each -> !each.hash().equals(status.currentPodHash()))
        .filter(each -> !each.hash().equals(status.stableRS()))
        .filter(each -> each.replicas() > 0 || each.status().replicas() > 0)
        .toList();
  }

  private Optional<ReplicaSet> set(String hash) {
    return hash.isEmpty()
        ? Optional.empty()
        : sets.stream().filter(each -> each.hash().equals(hash)).findFirst();
  }

  VersionPods pods(ReplicaSet set) {
    return new VersionPods(set, around, namespace(), now);
  }

  /** Whether the last update is over. */
  boolean isFullyPromoted() {
    return !status.stableRS().isEmpty() && status.stableRS().equals(status.currentPodHash());
  }

  /** {@code revision 2}, or {@code the new version} where the number is not known. */
  String newVersion() {
    String number = rollout.metadata().annotations().getOrDefault(RolloutKeys.REVISION, "");
    return number.matches("[0-9]{1,9}") ? "revision " + number : "the new version";
  }

  static String version(ReplicaSet set) {
    return set.revision() > 0 ? "revision " + set.revision() : Words.shown(set.name());
  }

  // --- steps ---

  /** Index of the current step; the number of steps when all are done. */
  int stepIndex() {
    Integer index = status.currentStepIndex();
    return Math.max(0, Math.min(index == null ? 0 : index, effective.steps().size()));
  }

  /** Whether the status tells the step; one that is broken may not. */
  boolean isStepKnown() {
    return status.currentStepIndex() != null;
  }

  /** The current step; null when all are done, there are none, or it is not known. */
  @Nullable CanaryStep step() {
    return isStepKnown() && stepIndex() < effective.steps().size()
        ? effective.steps().get(stepIndex())
        : null;
  }

  /** {@code step 3 of 8 (setWeight: 40)}; empty when there is no current step. */
  String stepName() {
    CanaryStep step = step();
    return step == null
        ? ""
        : "step %d of %d (%s)"
            .formatted(stepIndex() + 1, effective.steps().size(), StepText.of(step));
  }

  /** {@code at step 3 of 8 (pause)}, {@code after the last step}, or what else fits. */
  String where() {
    if (effective.canary() == null || effective.steps().isEmpty() || !isStepKnown()) {
      return "";
    }
    return step() == null ? " after its last step" : " at " + stepName();
  }

  // --- status ---

  Optional<Condition> condition(String type) {
    return status.condition(type);
  }

  /** The reason of Progressing; empty without it. */
  String progressing() {
    return condition(PROGRESSING).map(Condition::reason).orElse("");
  }

  boolean isDeadlineExceeded() {
    return progressing().equals(DEADLINE_EXCEEDED);
  }

  /** When lack of progress makes it Degraded; empty where no deadline is running. */
  Optional<Instant> deadline() {
    Condition progressing = condition(PROGRESSING).orElse(null);
    CanaryStep step = step();
    boolean waits =
        step != null
            && (step.pause() != null || step.analysis() != null || step.experiment() != null);
    if (progressing == null || waits || status.abort() || rollout.spec().paused()) {
      return Optional.empty();
    }
    boolean timed =
        progressing.lastUpdateTime().isAfter(Instant.EPOCH)
            && !List.of("NewReplicaSetAvailable", "RolloutPaused", ABORTED, DEADLINE_EXCEEDED)
                .contains(progressing.reason());
    if (!timed) {
      return Optional.empty();
    }
    return Optional.of(progressing.lastUpdateTime().plus(effective.progressDeadline()));
  }

  // --- runs and experiments ---

  Optional<AnalysisRun> run(@Nullable RunReference reference) {
    return reference == null
        ? Optional.empty()
        : runs.stream().filter(each -> each.metadata().name().equals(reference.name())).findFirst();
  }

  Optional<Experiment> experiment(String name) {
    return experiments.stream().filter(each -> each.metadata().name().equals(name)).findFirst();
  }

  /** The objects of a kind in the rollout's namespace. */
  List<JsonObject> all(String kind) {
    return around.all(kind, namespace());
  }

  // --- words ---

  String time(Instant at) {
    return Words.time(at, now);
  }

  String ago(Instant at) {
    return "%s (%s)".formatted(time(at), Words.away(at, now));
  }
}
