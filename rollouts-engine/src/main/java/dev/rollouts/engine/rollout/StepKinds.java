package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutPause;
import dev.rollouts.api.rollout.SetCanaryScale;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The kinds of canary steps. */
final class StepKinds {
  /** Of a step with several actions the first of these judges when it is done. */
  static final List<StepKind> IN_ORDER =
      List.of(
          new Pause(),
          new CanarySize(),
          new Weight(),
          new ExperimentRun(),
          new Analysis(),
          new HeaderRoute(),
          new MirrorRoute(),
          new Plugin());

  private StepKinds() {}

  /** The kind that judges a step; empty for a step without an action. */
  static Optional<StepKind> of(CanaryStep step) {
    return IN_ORDER.stream().filter(kind -> kind.isIn(step)).findFirst();
  }

  /** A step in words. */
  static String text(CanaryStep step) {
    return of(step).map(kind -> kind.text(step)).orElse("invalid");
  }

  private static final class Pause implements StepKind {
    @Override
    public boolean isIn(CanaryStep step) {
      return step.pause() != null;
    }

    @Override
    public String text(CanaryStep step) {
      RolloutPause pause = requireNonNull(step.pause());
      return pause.duration() == null ? "pause" : "pause: " + pause.duration();
    }

    @Override
    public boolean isDone(CanaryStep step, Progress progress) {
      Pauses pauses = progress.turn().pauses;
      PauseCondition condition = pauses.condition(PauseCondition.CANARY_PAUSE_STEP);
      if (condition == null) {
        return progress.turn().before.controllerPause();
      }
      Optional<Duration> duration = EffectiveRollout.pauseDuration(requireNonNull(step.pause()));
      if (duration.isEmpty()) {
        return false;
      }
      Instant end = condition.startTime().plus(duration.get());
      return progress.turn().now.isAfter(end);
    }

    @Override
    public String rule() {
      return "R-156";
    }
  }

  private static final class CanarySize implements StepKind {
    @Override
    public boolean isIn(CanaryStep step) {
      return step.setCanaryScale() != null;
    }

    @Override
    public String text(CanaryStep step) {
      SetCanaryScale scale = requireNonNull(step.setCanaryScale());
      if (scale.weight() != null) {
        return "setCanaryScale{weight: " + scale.weight() + "}";
      }
      if (scale.matchTrafficWeight()) {
        return "setCanaryScale{matchTrafficWeight: true}";
      }
      return scale.replicas() == null
          ? "invalid"
          : "setCanaryScale{replicas: " + scale.replicas() + "}";
    }

    @Override
    public boolean isDone(CanaryStep step, Progress progress) {
      return progress.scale().isAtDesiredCounts(null);
    }

    @Override
    public String rule() {
      return "R-154";
    }
  }

  private static final class Weight implements StepKind {
    @Override
    public boolean isIn(CanaryStep step) {
      return step.setWeight() != null;
    }

    @Override
    public String text(CanaryStep step) {
      return "setWeight: " + step.setWeight();
    }

    @Override
    public boolean isDone(CanaryStep step, Progress progress) {
      return progress.scale().isAtDesiredCounts(progress.traffic().weights())
          && progress.traffic().inForce()
          && !progress.traffic().isUnverified();
    }

    @Override
    public String rule() {
      return "R-155";
    }
  }

  private static final class ExperimentRun implements StepKind {
    @Override
    public boolean isIn(CanaryStep step) {
      return step.experiment() != null;
    }

    @Override
    public String text(CanaryStep step) {
      return "experiment";
    }

    @Override
    public boolean isDone(CanaryStep step, Progress progress) {
      return progress.experiment() == AnalysisPhase.SUCCESSFUL;
    }

    @Override
    public String rule() {
      return "R-158";
    }
  }

  private static final class Analysis implements StepKind {
    @Override
    public boolean isIn(CanaryStep step) {
      return step.analysis() != null;
    }

    @Override
    public String text(CanaryStep step) {
      return "analysis";
    }

    @Override
    public boolean isDone(CanaryStep step, Progress progress) {
      return progress.stepRun() == AnalysisPhase.SUCCESSFUL;
    }

    @Override
    public String rule() {
      return "R-157";
    }
  }

  /** Done when the route is there; a route that waits for pods is not there yet. */
  private static final class HeaderRoute implements StepKind {
    @Override
    public boolean isIn(CanaryStep step) {
      return step.setHeaderRoute() != null;
    }

    @Override
    public String text(CanaryStep step) {
      return "setHeaderRoute: " + requireNonNull(step.setHeaderRoute()).name();
    }

    @Override
    public boolean isDone(CanaryStep step, Progress progress) {
      return progress.traffic().inForce();
    }

    @Override
    public String rule() {
      return "R-159";
    }
  }

  private static final class MirrorRoute implements StepKind {
    @Override
    public boolean isIn(CanaryStep step) {
      return step.setMirrorRoute() != null;
    }

    @Override
    public String text(CanaryStep step) {
      return "setMirrorRoute: " + requireNonNull(step.setMirrorRoute()).name();
    }

    @Override
    public boolean isDone(CanaryStep step, Progress progress) {
      return progress.traffic().inForce();
    }

    @Override
    public String rule() {
      return "R-159";
    }
  }

  private static final class Plugin implements StepKind {
    @Override
    public boolean isIn(CanaryStep step) {
      return step.plugin() != null;
    }

    @Override
    public String text(CanaryStep step) {
      return "plugin: " + requireNonNull(step.plugin()).name();
    }

    @Override
    public boolean isDone(CanaryStep step, Progress progress) {
      return progress.isPluginDone();
    }

    @Override
    public String rule() {
      return "R-558";
    }
  }
}
