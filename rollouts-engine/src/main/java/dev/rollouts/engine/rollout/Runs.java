package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.children.CannotBuildException;
import dev.rollouts.engine.rollout.children.Claim;
import dev.rollouts.engine.rollout.children.RunBuilder;
import dev.rollouts.engine.rollout.children.RunHistory;
import dev.rollouts.engine.rollout.children.RunType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The AnalysisRuns of a turn: which are current, which are to be made, and what their outcomes mean
 * . The status names a run before it is made, so that a turn that is lost in
 * between makes that very run again and no second one.
 */
final class Runs {
  /** Message of a run that was stopped while it measured. */
  private static final String TERMINATED = "Run Terminated";

  private final Turn turn;
  private final Set<String> current = new HashSet<>();

  Runs(Turn turn) {
    this.turn = turn;
  }

  /** What a turn found out about one kind of run. */
  record Outcome(@Nullable RunReference reference, @Nullable AnalysisPhase phase) {
    static final Outcome NONE = new Outcome(null, null);
  }

  /** The run that a status names, as it is now; null when it does not exist. */
  @Nullable AnalysisRun find(@Nullable RunReference reference) {
    if (reference == null) {
      return null;
    }
    for (AnalysisRun run : turn.runs) {
      if (run.metadata().name().equals(reference.name())) {
        return run;
      }
    }
    return null;
  }

  /** Stops a run that stays current, as those of blue-green do. */
  void cancel(@Nullable AnalysisRun run) {
    if (run != null) {
      RunHistory.cancelRuns(List.of(run)).forEach(turn::perform);
    }
  }

  /** Keeps a run as it is, and reads its outcome. */
  Outcome keep(RunType type, RunReference reference) {
    current.add(reference.name());
    AnalysisRun run = find(reference);
    if (run == null) {
      return new Outcome(reference, reference.status());
    }
    AnalysisPhase phase = run.statusOrPending().phase();
    if (phase != AnalysisPhase.PENDING && phase != reference.status()) {
      turn.tell(
          new Event(
              phase == AnalysisPhase.FAILED || phase == AnalysisPhase.ERROR,
              "AnalysisRun" + phase.wireName(),
              "%s Analysis Run '%s' Status New: '%s' Previous: '%s'"
                  .formatted(
                      type.wireName(),
                      reference.name(),
                      phase.wireName(),
                      reference.status() == AnalysisPhase.PENDING
                          ? "NoPreviousStatus"
                          : reference.status().wireName())));
    }
    turn.reason("R-350", reference.name(), "type", type.wireName(), "phase", phase.wireName());
    RunReference now = new RunReference(reference.name(), phase, run.statusOrPending().message());
    return new Outcome(now, verdict(now));
  }

  /** The verdict of the run that a status names, as it is now. */
  AnalysisPhase phaseOf(RunReference reference) {
    AnalysisRun run = find(reference);
    return verdict(
        run == null
            ? reference
            : new RunReference(
                reference.name(), run.statusOrPending().phase(), run.statusOrPending().message()));
  }

  /** What a run tells: one that was stopped before it could tell is no success (pain 31). */
  private static AnalysisPhase verdict(RunReference run) {
    return run.status() == AnalysisPhase.SUCCESSFUL && run.message().equals(TERMINATED)
        ? AnalysisPhase.INCONCLUSIVE
        : run.status();
  }

  /**
   * Makes a run, or makes again the one that the status names and that does not exist, or takes
   * over an equal one that is under way.
   *
   * @param reference the run that the status names already; null for none
   * @throws CannotBuildException when a template or an argument is missing
   */
  Outcome make(
      RunType type, int stepIndex, RolloutAnalysis analysis, @Nullable RunReference reference)
      throws CannotBuildException {
    AnalysisRun wanted =
        builder()
            .build(
                type,
                stepIndex,
                analysis,
                ref -> Optional.ofNullable(turn.seen.templates().get(ref)));
    if (reference != null) {
      AnalysisRun again = wanted.withMetadata(wanted.metadata().withName(reference.name()));
      current.add(reference.name());
      turn.perform(new ClusterEffect.CreateAnalysisRun(again));
      return new Outcome(reference, reference.status());
    }
    Claim<AnalysisRun> claim = Claim.ofRun(wanted, turn.seen.analysisRuns());
    String name = claim.object().metadata().name();
    current.add(name);
    if (claim.exists()) {
      return keep(type, new RunReference(name, AnalysisPhase.PENDING, ""));
    }
    turn.perform(new ClusterEffect.CreateAnalysisRun(claim.object()));
    turn.reason("R-340", name, "type", type.wireName());
    return new Outcome(new RunReference(name, AnalysisPhase.PENDING, ""), null);
  }

  private RunBuilder builder() {
    return RunBuilder.of(
        turn.rollout,
        turn.revisions.freshHash(),
        turn.before.stableRS(),
        Long.toString(turn.revision()));
  }

  /** Whether the status names a run of this type and step, and not one that a client went past. */
  boolean isNamedFor(RunReference reference, RunType type, int stepIndex) {
    String name = builder().name(type, stepIndex);
    return reference.name().equals(name) || reference.name().startsWith(name + ".");
  }

  /** Whether an outcome that was, or is no more, is to be found out anew. */
  boolean needsNew(@Nullable RunReference reference, @Nullable AnalysisRun run) {
    if (reference == null) {
      return true;
    }
    AnalysisPhase phase = run == null ? reference.status() : run.statusOrPending().phase();
    boolean resumed = turn.pauses.isJustResumed();
    if (!resumed) {
      return turn.before.abortedAt() != null;
    }
    if (phase != AnalysisPhase.INCONCLUSIVE) {
      return false;
    }
    turn.pauses.spendResume(); // it asks for one more run, not for one after another
    return true;
  }

  /** Aborts or pauses after a run that did not succeed. */
  void heed(Outcome outcome, String prefix) {
    if (outcome.phase() == null) {
      return;
    }
    switch (outcome.phase()) {
      case INCONCLUSIVE -> turn.pauses.add(PauseCondition.INCONCLUSIVE_ANALYSIS);
      case ERROR, FAILED -> {
        String message = outcome.reference() == null ? "" : outcome.reference().message();
        turn.pauses.abort(
            prefix + " phase error/failed" + (message.isEmpty() ? "" : ": " + message));
      }
      case PENDING, RUNNING, SUCCESSFUL -> {
        // Nothing to do; a success is read by whoever waits for it.
      }
    }
  }

  /** Stops and forgets runs that are not current. */
  void tidy() {
    RunHistory.of(turn.effective, turn.revisions.all())
        .ofRuns(turn.runs, current)
        .forEach(turn::performLast);
  }

  /** The step index that a run was made for; -1 without one. */
  static int stepIndex(AnalysisRun run) {
    String text = run.metadata().labels().getOrDefault(RolloutKeys.STEP_INDEX, "");
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
  }
}
