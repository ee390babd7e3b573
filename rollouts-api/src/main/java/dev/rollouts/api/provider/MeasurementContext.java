package dev.rollouts.api.provider;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a provider may know of the measurement it takes.
 *
 * @param run which run asks
 * @param metric name of the metric
 * @param attempt 1 for the first measurement of the metric; counts up with every finished one,
 *     errors included. Together with the run's uid and the metric it identifies the measurement:
 *     the same attempt may be asked for twice after a crash
 * @param now when this call began
 * @param runStartedAt null when the run has no start yet
 * @param interval of the metric; null when it has none
 * @param range of a range query, evaluated; null for other queries
 * @param secrets reads secrets that the provider needs besides the configuration
 */
public record MeasurementContext(
    RunIdentity run,
    String metric,
    int attempt,
    Instant now,
    @Nullable Instant runStartedAt,
    @Nullable Duration interval,
    @Nullable TimeRange range,
    SecretSource secrets) {
  public MeasurementContext {
    requireNonNull(run, "run");
    requireNonNull(metric, "metric");
    requireNonNull(now, "now");
    requireNonNull(secrets, "secrets");
  }

  /** A context without secrets, for a metric that stands alone. */
  public static MeasurementContext of(RunIdentity run, String metric, int attempt, Instant now) {
    return new MeasurementContext(run, metric, attempt, now, null, null, null, SecretSource.none());
  }

  /** The same context with a range. */
  public MeasurementContext withRange(TimeRange newRange) {
    return new MeasurementContext(
        run, metric, attempt, now, runStartedAt, interval, newRange, secrets);
  }

  /** The same context with a source of secrets. */
  public MeasurementContext withSecrets(SecretSource source) {
    return new MeasurementContext(run, metric, attempt, now, runStartedAt, interval, range, source);
  }

  /** The same context of a run that started then and measures at this interval. */
  public MeasurementContext within(@Nullable Instant startedAt, @Nullable Duration every) {
    return new MeasurementContext(run, metric, attempt, now, startedAt, every, range, secrets);
  }

  /**
   * A run as back-ends know it.
   *
   * @param uid unique for ever, as Kubernetes assigns it; a UUID elsewhere
   * @param namespace empty outside a cluster
   */
  public record RunIdentity(String uid, String name, String namespace) {}

  /** From start to end, both included. */
  public record TimeRange(Instant start, Instant end) {}
}
