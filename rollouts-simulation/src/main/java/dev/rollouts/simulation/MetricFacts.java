package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricRules;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.engine.analysis.args.Arguments;
import dev.rollouts.engine.analysis.args.Placeholders;
import dev.rollouts.engine.analysis.args.UnresolvedArgumentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one metric, read from the spec a second time and independently of the engine,
 * which the invariants judge by them.
 *
 * @param metric with its placeholders resolved
 * @param wanted measurements other than errors after which the metric is done; null means no end
 * @param spacing between two measurements; null when there is no second
 */
record MetricFacts(
    Metric metric,
    @Nullable Integer wanted,
    @Nullable Duration spacing,
    @Nullable Duration initialDelay,
    int failureLimit,
    int inconclusiveLimit,
    int consecutiveErrorLimit,
    int consecutiveSuccessLimit,
    boolean dry,
    int kept) {
  private static final int KEPT_DEFAULT = 10;

  /** Wait after an Error. */
  static final Duration ERROR_WAIT = Duration.ofSeconds(10);

  String name() {
    return metric.name();
  }

  /** The facts of every metric in spec order, or nothing when the engine must refuse the spec. */
  static Optional<List<MetricFacts>> of(AnalysisSpec spec) {
    List<Metric> metrics = new ArrayList<>();
    try {
      Map<String, String> args = Arguments.masked(spec.args());
      for (Metric metric : spec.metrics()) {
        metrics.add(Placeholders.resolve(metric, args));
      }
    } catch (UnresolvedArgumentException unusable) {
      return Optional.empty();
    }
    if (!MetricRules.checkAll(metrics).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(metrics.stream().map(metric -> of(spec, metric)).toList());
  }

  private static MetricFacts of(AnalysisSpec spec, Metric metric) {
    Duration interval = span(metric.interval());
    int count = number(metric.count(), 0);
    Integer wanted = count != 0 ? Integer.valueOf(Math.max(1, count)) : null;
    if (count == 0 && interval == null) {
      wanted = 1;
    }
    int kept = KEPT_DEFAULT;
    for (var rule : spec.measurementRetention()) {
      if (matches(rule.metricName(), metric.name())) {
        kept = rule.limit() > 0 ? rule.limit() : KEPT_DEFAULT;
      }
    }
    return new MetricFacts(
        metric,
        wanted,
        interval,
        span(metric.initialDelay()),
        number(metric.failureLimit(), 0),
        number(metric.inconclusiveLimit(), 0),
        number(metric.consecutiveErrorLimit(), Metric.CONSECUTIVE_ERROR_LIMIT_DEFAULT),
        number(metric.consecutiveSuccessLimit(), 0),
        spec.dryRun().stream().anyMatch(rule -> matches(rule.metricName(), metric.name())),
        kept);
  }

  private static boolean matches(String expression, String name) {
    try {
      return Pattern.compile(expression).matcher(name).find();
    } catch (PatternSyntaxException invalid) {
      return false;
    }
  }

  private static int number(@Nullable IntOrString value, int otherwise) {
    return value == null ? otherwise : value.intValue();
  }

  private static @Nullable Duration span(@Nullable String text) {
    return text == null || text.isEmpty() ? null : GoDuration.parse(text);
  }
}
