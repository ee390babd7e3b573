package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.BackgroundAnalysis;
import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.engine.rollout.Runs.Outcome;
import dev.rollouts.engine.rollout.children.CannotBuildException;
import dev.rollouts.engine.rollout.children.RunType;
import org.jspecify.annotations.Nullable;

/** Step and background analysis of a canary. */
final class CanaryAnalysis {
  private final Turn turn;
  private final StepPosition position;
  private final Runs runs;
  private Outcomes found;

  CanaryAnalysis(Turn turn, StepPosition position) {
    this.turn = turn;
    this.position = position;
    this.runs = new Runs(turn);
    CanaryStatus before = turn.before.canary();
    this.found =
        new Outcomes(
            new Outcome(before.currentStepAnalysisRunStatus(), null),
            new Outcome(before.currentBackgroundAnalysisRunStatus(), null));
  }

  /** What the two analyses came to. */
  record Outcomes(Outcome step, Outcome background) {}

  /**
   * Makes, keeps, stops and reads runs.
   *
   * @throws CannotBuildException when a run cannot be made, which fails the turn
   */
  Outcomes reconcile() throws CannotBuildException {
    if (turn.isFullyPromoted()
        || turn.pauses.isAborted()
        || turn.before.promoteFull()
        || turn.isFastRollback()
        || turn.before.stableRS().isEmpty()) {
      runs.tidy();
      return new Outcomes(Outcome.NONE, Outcome.NONE);
    }
    Outcome step = step();
    found = new Outcomes(step, found.background());
    runs.heed(step, "Step-based analysis");
    Outcome background = background();
    runs.heed(background, "Background analysis");
    runs.tidy();
    return new Outcomes(step, background);
  }

  /** What is known when {@link #reconcile} could not be finished. */
  Outcomes found() {
    return found;
  }

  private Outcome step() throws CannotBuildException {
    RunReference reference = turn.before.canary().currentStepAnalysisRunStatus();
    AnalysisRun run = runs.find(reference);
    if (!turn.before.pauseConditions().isEmpty()) {
      return reference == null ? Outcome.NONE : runs.keep(RunType.STEP, reference);
    }
    CanaryStep current = position.current();
    RolloutAnalysis analysis = current == null ? null : current.analysis();
    if (analysis == null || (run != null && Runs.stepIndex(run) != position.index())) {
      return Outcome.NONE;
    }
    if (analysis.templates().isEmpty()) {
      turn.reason("A-248", "step " + (position.index() + 1), "templates", 0);
      return Outcome.NONE;
    }
    return advance(RunType.STEP, reference, run, analysis);
  }

  private Outcome background() throws CannotBuildException {
    CanaryStrategy canary = turn.effective.canary();
    BackgroundAnalysis analysis = canary == null ? null : canary.analysis();
    RunReference reference = turn.before.canary().currentBackgroundAnalysisRunStatus();
    AnalysisRun run = runs.find(reference);
    boolean tooEarly =
        analysis != null
            && analysis.startingStep() != null
            && position.count() > 0
            && position.index() < analysis.startingStep();
    if (analysis == null
        || analysis.templates().isEmpty()
        || tooEarly
        || turn.before.currentPodHash().isEmpty()) {
      return Outcome.NONE;
    }
    if (turn.pauses.isInconclusive()) {
      return reference == null ? Outcome.NONE : runs.keep(RunType.BACKGROUND, reference);
    }
    return advance(RunType.BACKGROUND, reference, run, analysis.analysis());
  }

  private Outcome advance(
      RunType type,
      @Nullable RunReference reference,
      @Nullable AnalysisRun run,
      RolloutAnalysis analysis)
      throws CannotBuildException {
    if (runs.needsNew(reference, run)) {
      return runs.make(type, position.index(), analysis, null);
    }
    if (run == null && reference != null && runs.isNamedFor(reference, type, position.index())) {
      return runs.make(type, position.index(), analysis, reference);
    }
    return run == null || reference == null ? Outcome.NONE : runs.keep(type, reference);
  }
}
