package dev.rollouts.api.analysis;

import dev.rollouts.api.wire.InvalidObjectException;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Required;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an AnalysisRun is to find out. Read from YAML it may be anything that the schema allows, and
 * the engine says what is wrong with it; built by hand it is checked at once.
 *
 * @param terminate stop as soon as possible
 * @param ttlStrategy when to delete the completed run; null means never
 */
public record AnalysisSpec(
    @Required List<Metric> metrics,
    List<Argument> args,
    boolean terminate,
    List<DryRun> dryRun,
    List<MeasurementRetention> measurementRetention,
    @Nullable TtlStrategy ttlStrategy) {
  public AnalysisSpec {
    metrics = List.copyOf(metrics);
    args = List.copyOf(args);
    dryRun = List.copyOf(dryRun);
    measurementRetention = List.copyOf(measurementRetention);
  }

  /**
   * A run of these metrics, without arguments and rules.
   *
   * @throws InvalidObjectException with every problem at once
   */
  public static AnalysisSpec of(Metric... metrics) {
    Builder builder = builder();
    for (Metric metric : metrics) {
      builder.metric(metric);
    }
    return builder.build();
  }

  /** Starts a spec. */
  public static Builder builder() {
    return new Builder();
  }

  /** The same spec, told to stop. */
  public AnalysisSpec terminated() {
    return new AnalysisSpec(metrics, args, true, dryRun, measurementRetention, ttlStrategy);
  }

  /** The same spec with other arguments. */
  public AnalysisSpec withArgs(List<Argument> others) {
    return new AnalysisSpec(metrics, others, terminate, dryRun, measurementRetention, ttlStrategy);
  }

  /** Builds a spec by hand. Not thread-safe. */
  public static final class Builder {
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Argument> args = new ArrayList<>();
    private final List<DryRun> dryRun = new ArrayList<>();
    private final List<MeasurementRetention> retention = new ArrayList<>();
    private @Nullable TtlStrategy ttl;

    private Builder() {}

    /** Adds a metric. */
    public Builder metric(Metric metric) {
      metrics.add(metric);
      return this;
    }

    /** Adds an argument with a literal value. */
    public Builder arg(String name, String value) {
      return arg(Argument.of(name, value));
    }

    /** Adds an argument. */
    public Builder arg(Argument argument) {
      args.add(argument);
      return this;
    }

    /** Makes the outcome of metrics not matter, by an RE2 expression searched in their names. */
    public Builder dryRun(String metricName) {
      dryRun.add(new DryRun(metricName));
      return this;
    }

    /** Keeps this many measurements of metrics, by an RE2 expression searched in their names. */
    public Builder measurementRetention(String metricName, int limit) {
      retention.add(new MeasurementRetention(metricName, limit));
      return this;
    }

    /** Deletes the run some time after it completed. */
    public Builder ttlStrategy(TtlStrategy strategy) {
      ttl = strategy;
      return this;
    }

    /**
     * The spec.
     *
     * @throws InvalidObjectException with every problem at once
     */
    public AnalysisSpec build() {
      List<Problem> problems = new ArrayList<>(MetricRules.checkAll(metrics));
      for (int i = 0; i < args.size(); i++) {
        Argument arg = args.get(i);
        if (arg.value() == null && arg.secretKeyRef() == null) {
          problems.add(
              Problem.invalid(
                  Path.of("args", i),
                  "argument \"" + arg.name() + "\" has no value; give it one, or a secretKeyRef"));
        }
      }
      if (!problems.isEmpty()) {
        throw new InvalidObjectException("analysis", problems);
      }
      return new AnalysisSpec(metrics, args, false, dryRun, retention, ttl);
    }
  }
}
