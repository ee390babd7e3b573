package dev.rollouts.api.provider;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.config.ProviderConfig;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Asks one kind of back-end. Implementations are thread-safe: one instance serves every run of the
 * process, many at a time.
 *
 * <p>Found by {@link java.util.ServiceLoader} through a public constructor without parameters, or
 * handed to the runner. Every outcome is an observation; a throwable that escapes becomes an Error
 * measurement.
 *
 * @param <C> the configuration that it answers to
 */
public interface MetricProvider<C extends ProviderConfig> {
  /** The configuration that it answers to. */
  Class<C> configType();

  /**
   * Takes a measurement. May block, but no longer than the configuration's time limit; stops early
   * when its thread is interrupted.
   *
   * @param config with every placeholder resolved, so it may hold secrets: do not log it
   */
  Observation run(MeasurementContext context, C config);

  /**
   * Looks again at a measurement that this provider left in progress. Providers that answer at once
   * never do.
   *
   * @param inFlight as stored, with the metadata that {@link #run} returned
   */
  default Observation resume(MeasurementContext context, C config, Measurement inFlight) {
    return Observation.failure(
        "metric \"%s\": provider %s answers at once and cannot resume a measurement; it was started by another provider"
            .formatted(context.metric(), config.typeName()));
  }

  /**
   * Stops a measurement in progress. Doing it twice is harmless. Returning {@link
   * Observation.InProgress} says that the back-end cannot be stopped; the run completes all the
   * same.
   */
  default Observation terminate(MeasurementContext context, C config, Measurement inFlight) {
    return resume(context, config, inFlight);
  }

  /**
   * What to record of the metric itself, once, with the first measurement; such as the final query.
   * Must not reach out.
   */
  default Map<String, String> metadata(C config) {
    return Map.of();
  }

  /**
   * Removes what old measurements of the run left behind in the back-end, such as Jobs. Called only
   * when measurements are dropped.
   *
   * @param keep newest measurements of this metric whose remains stay
   */
  default void collectGarbage(MeasurementContext context, C config, int keep) {}

  /**
   * The kinds of result that {@link #run} can return; all of them when it cannot tell. Used by
   * lint.
   */
  default Set<ResultKind> resultKinds(C config) {
    return EnumSet.allOf(ResultKind.class);
  }

  /**
   * A provider like this one that works within the given settings; this one itself when it has no
   * use for them.
   */
  default MetricProvider<C> withSettings(ProviderSettings settings) {
    return this;
  }
}
