package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.ExperimentStep;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.children.CannotBuildException;
import dev.rollouts.engine.rollout.children.Claim;
import dev.rollouts.engine.rollout.children.ExperimentBuilder;
import dev.rollouts.engine.rollout.children.ExperimentWeights;
import dev.rollouts.engine.rollout.children.RunHistory;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Experiments of canary steps (R-370 to R-377, E-080 to E-087). */
final class CanaryExperiments {
  private final Turn turn;
  private final StepPosition position;

  CanaryExperiments(Turn turn, StepPosition position) {
    this.turn = turn;
    this.position = position;
  }

  /**
   * What a turn found out.
   *
   * @param current name for the status; empty when there is none, or it is finished
   */
  record Outcome(String current, @Nullable AnalysisPhase phase) {
    static final Outcome NONE = new Outcome("", null);
  }

  /** Traffic that the current experiment gets. */
  List<WeightDestination> weights() {
    return ExperimentWeights.of(
        position.steps(), position.index(), find(turn.before.canary().currentExperiment()));
  }

  private @Nullable Experiment find(String name) {
    for (Experiment each : turn.experiments) {
      if (each.metadata().name().equals(name)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Makes, keeps, stops and reads experiments.
   *
   * @throws CannotBuildException when one cannot be made, which fails the turn
   */
  Outcome reconcile() throws CannotBuildException {
    if (turn.pauses.isAborted() || turn.before.promoteFull()) {
      RunHistory.cancelExperiments(turn.experiments).forEach(turn::perform);
      return Outcome.NONE;
    }
    Outcome outcome = current();
    RunHistory.of(turn.effective, turn.revisions.all())
        .ofExperiments(
            turn.experiments, outcome.current().isEmpty() ? Set.of() : Set.of(outcome.current()))
        .forEach(turn::performLast);
    return outcome.phase() != null && outcome.phase().isCompleted()
        ? new Outcome("", outcome.phase())
        : outcome;
  }

  private Outcome current() throws CannotBuildException {
    CanaryStep step = position.current();
    ExperimentStep experiment = step == null ? null : step.experiment();
    if (experiment == null
        || turn.isFullyPromoted()
        || turn.revisions.fresh() == null
        || turn.revisions.stable() == null) {
      return Outcome.NONE;
    }
    Experiment wanted = build(experiment);
    String named = turn.before.canary().currentExperiment();
    // One of a step that a client went past says nothing of this one.
    String known = isNamedFor(named, wanted.metadata().name()) ? named : "";
    if (turn.pauses.isInconclusive()
        || turn.before.isPausedFor(PauseCondition.INCONCLUSIVE_EXPERIMENT)) {
      return new Outcome(known, null);
    }
    Experiment existing = find(known);
    if (existing == null) {
      Claim<Experiment> claim = claim(wanted, known);
      if (!claim.exists()) {
        String name = claim.object().metadata().name();
        turn.perform(new ClusterEffect.CreateExperiment(claim.object()));
        turn.announce(Event.normal("ExperimentCreated", "Created Experiment '" + name + "'"));
        turn.reason("R-372", name, "step", position.index());
        return new Outcome(name, null);
      }
      existing = claim.object();
    }
    AnalysisPhase phase = existing.statusOrEmpty().phase();
    heed(existing, phase);
    return new Outcome(existing.metadata().name(), phase);
  }

  private Experiment build(ExperimentStep step) throws CannotBuildException {
    return ExperimentBuilder.of(
            turn.rollout,
            requireNonNull(turn.revisions.fresh()),
            requireNonNull(turn.revisions.stable()),
            Long.toString(turn.revision()))
        .build(position.index(), step);
  }

  private static boolean isNamedFor(String name, String wanted) {
    return name.equals(wanted) || name.startsWith(wanted + "-");
  }

  /** The experiment of the step: the one that the status names, or the next free name. */
  private Claim<Experiment> claim(Experiment wanted, String known) {
    return known.isEmpty()
        ? Claim.ofExperiment(wanted, turn.seen.experiments())
        : new Claim<>(wanted.withMetadata(wanted.metadata().withName(known)), false);
  }

  private void heed(Experiment experiment, @Nullable AnalysisPhase phase) {
    String name = experiment.metadata().name();
    turn.reason("R-373", name, "phase", phase == null ? "Pending" : phase.wireName());
    if (phase == AnalysisPhase.INCONCLUSIVE) {
      turn.pauses.add(PauseCondition.INCONCLUSIVE_EXPERIMENT);
    } else if (phase == AnalysisPhase.FAILED || phase == AnalysisPhase.ERROR) {
      String message = experiment.statusOrEmpty().message();
      turn.pauses.abort(
          "Experiment analysis phase is error/failed" + (message.isEmpty() ? "" : ": " + message));
    }
  }
}
