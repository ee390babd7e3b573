package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.Experiment;

/** The phase of an experiment; none reads as Pending. */
final class Phases {
  private Phases() {}

  static AnalysisPhase of(Experiment experiment) {
    AnalysisPhase phase = experiment.statusOrEmpty().phase();
    return phase == null ? AnalysisPhase.PENDING : phase;
  }

  static boolean isFinished(Experiment experiment) {
    return of(experiment).isCompleted();
  }
}
