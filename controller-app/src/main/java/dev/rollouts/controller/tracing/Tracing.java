package dev.rollouts.controller.tracing;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.controller.kube.Stores;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of updates, steps and measurements when they end. Nothing is remembered for it: who a trace
 * is about, and when it began, is in the objects, so that it goes on after a restart. Thread-safe.
 *
 * <p>Source: docs/spec/operations.md#traces.
 */
public interface Tracing extends AutoCloseable {
  /** A status of a Rollout was saved. */
  default void saved(Rollout before, RolloutStatus after, Instant now) {}

  /** A measurement was taken, looked at again or stopped. */
  default void measured(AnalysisRun run, String metric, Measurement measurement) {}

  /** A run has its verdict. */
  default void completed(AnalysisRun run) {}

  @Override
  default void close() {}

  /** Tells nobody. */
  static Tracing off() {
    return new Tracing() {};
  }

  /**
   * As the environment wants it: off, unless it names an exporter or where to send traces. What is
   * wrong with it is logged, and costs the traces only.
   *
   * @param environment with {@code OTEL_*}
   * @param stores where the Rollouts of runs are looked up
   */
  static Tracing of(Map<String, String> environment, Stores stores) {
    if (!isWanted(environment)) {
      return off();
    }
    Logger log = LoggerFactory.getLogger(Tracing.class);
    try {
      Tracing on = OpenTelemetryTracing.start(environment, stores);
      log.info("traces are on");
      return on;
    } catch (RuntimeException | LinkageError e) {
      log.warn("traces are off, as OTEL_* cannot be used: {}", e.toString());
      return off();
    }
  }

  private static boolean isWanted(Map<String, String> environment) {
    String exporter = environment.getOrDefault("OTEL_TRACES_EXPORTER", "");
    boolean named =
        !exporter.isEmpty()
            || !environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "").isEmpty()
            || !environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").isEmpty();
    return named
        && !exporter.equals("none")
        && !environment.getOrDefault("OTEL_SDK_DISABLED", "").equalsIgnoreCase("true");
  }
}
