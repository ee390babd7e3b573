package dev.rollouts.engine.analysis;

import dev.rollouts.api.provider.Observation;
import java.time.Instant;
import java.util.Map;

/**
 * What came of an effect. Folding the same one twice counts once; one that comes late, after its
 * measurement was settled otherwise, is ignored.
 */
public sealed interface Observed {
  /** Which measurement it answers. */
  MeasurementId id();

  /** What was asked for. */
  enum Asked {
    MEASURE,
    RESUME,
    TERMINATE
  }

  /**
   * A provider answered.
   *
   * @param metricMetadata the provider's metadata of the metric, recorded once
   * @param startedAt before the call
   * @param finishedAt after it
   */
  record Answer(
      MeasurementId id,
      Asked asked,
      Observation observation,
      Map<String, String> metricMetadata,
      Instant startedAt,
      Instant finishedAt)
      implements Observed {
    /** An answer from a provider that has no metadata. */
    public static Answer of(
        AnalysisEffect.Asking effect,
        Observation observation,
        Instant startedAt,
        Instant finishedAt) {
      return new Answer(effect.id(), askedBy(effect), observation, Map.of(), startedAt, finishedAt);
    }
  }

  /**
   * The arguments could not be resolved, so nothing was asked; ends the run.
   *
   * @param message such as {@code secrets "s" not found}
   */
  record ArgumentsUnresolved(MeasurementId id, String message) implements Observed {}

  /** What an effect asks for. */
  static Asked askedBy(AnalysisEffect.Asking effect) {
    if (effect instanceof AnalysisEffect.Measure) {
      return Asked.MEASURE;
    }
    return effect instanceof AnalysisEffect.Resume ? Asked.RESUME : Asked.TERMINATE;
  }
}
