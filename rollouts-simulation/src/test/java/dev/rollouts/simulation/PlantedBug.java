package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEngine;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Mistakes that an engine could make. The simulation is worth its time only if it finds every one
 * of them.
 */
enum PlantedBug implements AnalysisDecider {
  /** An error streak goes on after another outcome. */
  FORGETS_TO_RESET_THE_ERROR_STREAK {
    @Override
    Decision<AnalysisRunStatus, AnalysisEffect> spoil(
        Decision<AnalysisRunStatus, AnalysisEffect> decision, Inputs in) {
      return withResults(
          decision,
          result -> {
            int before =
                in.status().result(result.name()).map(MetricResult::consecutiveError).orElse(0);
            return result.consecutiveError() == 0 && before > 0
                ? copy(result, result.measurements(), before)
                : result;
          });
    }
  },

  /** A repeated answer is taken for the next one. */
  COUNTS_DUPLICATES {
    @Override
    public Decision<AnalysisRunStatus, AnalysisEffect> decide(
        AnalysisSpec spec, AnalysisRunStatus status, List<Observed> seen, Instant now) {
      List<Observed> renumbered = new ArrayList<>();
      for (Observed observed : seen) {
        int next = next(status.result(observed.id().metric()).orElse(null));
        renumbered.add(
            observed instanceof Observed.Answer answer && answer.id().attempt() < next
                ? new Observed.Answer(
                    new MeasurementId(answer.id().metric(), next),
                    answer.asked(),
                    answer.observation(),
                    answer.metricMetadata(),
                    answer.startedAt(),
                    answer.finishedAt())
                : observed);
      }
      return ENGINE.decide(spec, status, renumbered, now);
    }
  },

  /** A late answer opens a completed run again. */
  RESURRECTS_A_COMPLETED_RUN {
    @Override
    public Decision<AnalysisRunStatus, AnalysisEffect> decide(
        AnalysisSpec spec, AnalysisRunStatus status, List<Observed> seen, Instant now) {
      return ENGINE.decide(
          spec,
          seen.isEmpty() || !status.phase().isCompleted()
              ? status
              : with(status, AnalysisPhase.RUNNING, null),
          seen,
          now);
    }
  },

  /** After an error nothing happens until somebody else wakes the run up. */
  FORGETS_THE_WAKE_UP_AFTER_AN_ERROR {
    @Override
    Decision<AnalysisRunStatus, AnalysisEffect> spoil(
        Decision<AnalysisRunStatus, AnalysisEffect> decision, Inputs in) {
      boolean error =
          decision.status().metricResults().stream()
              .map(MetricResult::lastMeasurement)
              .anyMatch(last -> last != null && last.phase() == AnalysisPhase.ERROR);
      return error && in.seen().isEmpty()
          ? new Decision<>(
              decision.status(), decision.effects(), Optional.empty(), decision.reasons())
          : decision;
    }
  },

  /** Whoever stops a run gets a success, whatever was measured. */
  SUCCEEDS_WHEN_TERMINATED {
    @Override
    Decision<AnalysisRunStatus, AnalysisEffect> spoil(
        Decision<AnalysisRunStatus, AnalysisEffect> decision, Inputs in) {
      AnalysisRunStatus after = decision.status();
      return in.spec().terminate() && !in.status().phase().isCompleted() && isCompleted(after)
          ? withStatus(decision, with(after, AnalysisPhase.SUCCESSFUL, after.completedAt()))
          : decision;
    }
  },

  /** The decision depends on more than its inputs. */
  HAS_A_MEMORY {
    @SuppressWarnings("ImmutableEnumChecker") // that is the bug
    private long calls;

    @Override
    Decision<AnalysisRunStatus, AnalysisEffect> spoil(
        Decision<AnalysisRunStatus, AnalysisEffect> decision, Inputs in) {
      calls++;
      return new Decision<>(
          decision.status(),
          decision.effects(),
          decision.wakeUp().map(wakeUp -> wakeUp.plusMillis(calls)),
          decision.reasons());
    }
  },

  /** Measurements are never dropped. */
  KEEPS_EVERY_MEASUREMENT {
    @Override
    Decision<AnalysisRunStatus, AnalysisEffect> spoil(
        Decision<AnalysisRunStatus, AnalysisEffect> decision, Inputs in) {
      return withResults(
          decision,
          result -> {
            MetricResult before = in.status().result(result.name()).orElse(null);
            if (before == null || before.isInFlight() || next(before) == next(result)) {
              return result;
            }
            List<Measurement> all = new ArrayList<>(before.measurements());
            all.add(result.measurements().get(result.measurements().size() - 1));
            return copy(result, all, result.consecutiveError());
          });
    }
  },

  /** Times are finer than the store can hold. */
  KEEPS_FRACTIONS_OF_SECONDS {
    @Override
    Decision<AnalysisRunStatus, AnalysisEffect> spoil(
        Decision<AnalysisRunStatus, AnalysisEffect> decision, Inputs in) {
      AnalysisRunStatus after = decision.status();
      return isCompleted(after) && !isCompleted(in.status())
          ? withStatus(decision, with(after, after.phase(), in.now().plusNanos(1)))
          : decision;
    }
  },

  /** The next measurement starts as soon as the last one has ended. */
  DOES_NOT_WAIT {
    @Override
    Decision<AnalysisRunStatus, AnalysisEffect> spoil(
        Decision<AnalysisRunStatus, AnalysisEffect> decision, Inputs in) {
      if (!decision.effects().isEmpty() || isCompleted(decision.status())) {
        return decision;
      }
      List<AnalysisEffect> effects = new ArrayList<>();
      for (MetricResult result : decision.status().metricResults()) {
        if (!result.phase().isCompleted() && !result.isInFlight()) {
          effects.add(
              new AnalysisEffect.Measure(
                  new MeasurementId(result.name(), next(result)),
                  in.spec().metrics().get(0),
                  decision.status().startedAt()));
        }
      }
      return new Decision<>(decision.status(), effects, decision.wakeUp(), decision.reasons());
    }
  };

  private static final AnalysisEngine ENGINE = new AnalysisEngine();

  /** What a decision is made from. */
  record Inputs(AnalysisSpec spec, AnalysisRunStatus status, List<Observed> seen, Instant now) {}

  @Override
  public Decision<AnalysisRunStatus, AnalysisEffect> decide(
      AnalysisSpec spec, AnalysisRunStatus status, List<Observed> seen, Instant now) {
    return spoil(ENGINE.decide(spec, status, seen, now), new Inputs(spec, status, seen, now));
  }

  Decision<AnalysisRunStatus, AnalysisEffect> spoil(
      Decision<AnalysisRunStatus, AnalysisEffect> decision, Inputs in) {
    return decision;
  }

  static int next(@Nullable MetricResult result) {
    return result == null ? 1 : result.count() + result.error() + 1;
  }

  static boolean isCompleted(AnalysisRunStatus status) {
    return status.phase().isCompleted();
  }

  static Decision<AnalysisRunStatus, AnalysisEffect> withStatus(
      Decision<AnalysisRunStatus, AnalysisEffect> decision, AnalysisRunStatus status) {
    return new Decision<>(status, decision.effects(), decision.wakeUp(), decision.reasons());
  }

  static AnalysisRunStatus with(
      AnalysisRunStatus status, AnalysisPhase phase, @Nullable Instant completedAt) {
    return new AnalysisRunStatus(
        phase,
        status.message(),
        status.startedAt(),
        completedAt,
        status.runSummary(),
        status.dryRunSummary(),
        status.metricResults());
  }

  static Decision<AnalysisRunStatus, AnalysisEffect> withResults(
      Decision<AnalysisRunStatus, AnalysisEffect> decision, UnaryOperator<MetricResult> change) {
    AnalysisRunStatus status = decision.status();
    return withStatus(
        decision,
        new AnalysisRunStatus(
            status.phase(),
            status.message(),
            status.startedAt(),
            status.completedAt(),
            status.runSummary(),
            status.dryRunSummary(),
            status.metricResults().stream().map(change).toList()));
  }

  static MetricResult copy(
      MetricResult result, List<Measurement> measurements, int consecutiveError) {
    return new MetricResult(
        result.name(),
        result.phase(),
        measurements,
        result.message(),
        result.count(),
        result.successful(),
        result.failed(),
        result.inconclusive(),
        result.error(),
        consecutiveError,
        result.consecutiveSuccess(),
        result.dryRun(),
        result.metadata());
  }
}
