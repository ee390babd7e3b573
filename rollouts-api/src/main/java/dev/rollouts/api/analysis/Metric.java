package dev.rollouts.api.analysis;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.InvalidObjectException;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Required;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to measure, how often, and what to make of the answers. Every string may hold placeholders.
 * Source: docs/spec/analysis-api.md#metric.
 *
 * @param name identity within the run
 * @param interval wait after the end of a measurement before the next; needed when more than one is
 *     wanted
 * @param initialDelay wait after the start of the run before the first measurement
 * @param count non-error measurements wanted; absent or 0: one without an interval, no end with one
 * @param successCondition boolean expression over {@code result}; absent or empty: not applied
 * @param failureCondition boolean expression over {@code result}; wins when both hold
 * @param failureLimit failures tolerated, default 0: the metric fails on failure {@code limit + 1}.
 *     -1 disables the check and requires {@code consecutiveSuccessLimit}
 * @param inconclusiveLimit inconclusive measurements tolerated, default 0
 * @param consecutiveErrorLimit errors in a row tolerated, default 4
 * @param consecutiveSuccessLimit successes in a row that make the metric Successful at once;
 *     default 0, which is off
 */
public record Metric(
    @Required String name,
    @Nullable String interval,
    @Nullable String initialDelay,
    @Nullable IntOrString count,
    @Nullable String successCondition,
    @Nullable String failureCondition,
    @Nullable IntOrString failureLimit,
    @Nullable IntOrString inconclusiveLimit,
    @Nullable IntOrString consecutiveErrorLimit,
    @Nullable IntOrString consecutiveSuccessLimit,
    @Required Provider provider) {
  /** Default of {@code consecutiveErrorLimit}. */
  public static final int CONSECUTIVE_ERROR_LIMIT_DEFAULT = 4;

  /** Starts a metric. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The same metric under another provider. */
  public Metric withProvider(Provider other) {
    return new Metric(
        name,
        interval,
        initialDelay,
        count,
        successCondition,
        failureCondition,
        failureLimit,
        inconclusiveLimit,
        consecutiveErrorLimit,
        consecutiveSuccessLimit,
        other);
  }

  /** Builds a metric by hand. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private @Nullable String interval;
    private @Nullable String initialDelay;
    private @Nullable IntOrString count;
    private @Nullable String successCondition;
    private @Nullable String failureCondition;
    private @Nullable IntOrString failureLimit;
    private @Nullable IntOrString inconclusiveLimit;
    private @Nullable IntOrString consecutiveErrorLimit;
    private @Nullable IntOrString consecutiveSuccessLimit;
    private Provider provider = Provider.none();

    private Builder(String name) {
      this.name = requireNonNull(name, "name");
    }

    /** Wait after the end of a measurement before the next; positive. */
    public Builder interval(Duration wait) {
      return interval(GoDuration.format(wait));
    }

    /** As YAML has it: {@code 90s}, or a placeholder. */
    public Builder interval(String wait) {
      this.interval = wait;
      return this;
    }

    /** Wait after the start of the run before the first measurement. */
    public Builder initialDelay(Duration wait) {
      return initialDelay(GoDuration.format(wait));
    }

    /** As YAML has it: {@code 5m}, or a placeholder. */
    public Builder initialDelay(String wait) {
      this.initialDelay = wait;
      return this;
    }

    /** Non-error measurements wanted. */
    public Builder count(int measurements) {
      this.count = IntOrString.of(measurements);
      return this;
    }

    /** As YAML has it: a number in quotes, or a placeholder. */
    public Builder count(String measurements) {
      this.count = IntOrString.of(measurements);
      return this;
    }

    /** Boolean expression over {@code result}. */
    public Builder successCondition(String expression) {
      this.successCondition = expression;
      return this;
    }

    /** Boolean expression over {@code result}. */
    public Builder failureCondition(String expression) {
      this.failureCondition = expression;
      return this;
    }

    /** Failures tolerated; -1 disables the check. */
    public Builder failureLimit(int failures) {
      this.failureLimit = IntOrString.of(failures);
      return this;
    }

    /** Inconclusive measurements tolerated. */
    public Builder inconclusiveLimit(int measurements) {
      this.inconclusiveLimit = IntOrString.of(measurements);
      return this;
    }

    /** Errors in a row tolerated. */
    public Builder consecutiveErrorLimit(int errors) {
      this.consecutiveErrorLimit = IntOrString.of(errors);
      return this;
    }

    /** Successes in a row that settle the metric; 0 is off. */
    public Builder consecutiveSuccessLimit(int successes) {
      this.consecutiveSuccessLimit = IntOrString.of(successes);
      return this;
    }

    /** Whom to ask. */
    public Builder provider(ProviderConfig config) {
      this.provider = Provider.of(config);
      return this;
    }

    /**
     * The metric.
     *
     * @throws InvalidObjectException with every problem at once
     */
    public Metric build() {
      Metric metric = unchecked();
      List<Problem> problems = MetricRules.check(metric);
      if (!problems.isEmpty()) {
        throw new InvalidObjectException("metric \"" + name + "\"", problems);
      }
      return metric;
    }

    private Metric unchecked() {
      return new Metric(
          name,
          interval,
          initialDelay,
          count,
          successCondition,
          failureCondition,
          failureLimit,
          inconclusiveLimit,
          consecutiveErrorLimit,
          consecutiveSuccessLimit,
          provider);
    }
  }
}
