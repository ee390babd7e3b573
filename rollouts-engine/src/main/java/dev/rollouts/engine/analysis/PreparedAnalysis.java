package dev.rollouts.engine.analysis;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricRules;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.engine.analysis.args.Arguments;
import dev.rollouts.engine.analysis.args.Placeholders;
import dev.rollouts.engine.analysis.args.UnresolvedArgumentException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that follows from a spec alone: its metrics by name in spec order, or the message that ends
 * the run (A-003 steps 1 to 4, A-004).
 *
 * @param error null when the spec is usable
 * @param errorRule the rule behind the error; empty without one
 */
record PreparedAnalysis(
    Map<String, PreparedMetric> metrics, @Nullable String error, String errorRule) {
  static final String UNRESOLVED = "Unable to resolve metric arguments: ";
  private static final String INVALID = "Analysis spec invalid: ";
  private static final int RETENTION_DEFAULT = 10;

  static PreparedAnalysis of(AnalysisSpec spec) {
    List<Metric> resolved = new ArrayList<>();
    try {
      Map<String, String> values = Arguments.masked(spec.args());
      for (Metric metric : spec.metrics()) {
        resolved.add(Placeholders.resolve(metric, values));
      }
    } catch (UnresolvedArgumentException e) {
      return failed(UNRESOLVED + e.getMessage(), "A-025");
    }
    List<Problem> problems = MetricRules.checkAll(resolved);
    if (!problems.isEmpty()) {
      return failed(INVALID + render(problems.get(0)), "A-004");
    }
    NamePatterns dry = NamePatterns.of(spec.dryRun(), DryRun::metricName, resolved);
    if (dry.unmatched() >= 0) {
      return failed(INVALID + unmatched("dryRun", dry.unmatched()), "A-141");
    }
    NamePatterns retention =
        NamePatterns.of(spec.measurementRetention(), MeasurementRetention::metricName, resolved);
    if (retention.unmatched() >= 0) {
      return failed(INVALID + unmatched("measurementRetention", retention.unmatched()), "A-161");
    }
    Map<String, PreparedMetric> metrics = new LinkedHashMap<>();
    for (int i = 0; i < resolved.size(); i++) {
      Metric metric = resolved.get(i);
      int rule = retention.lastMatch(metric.name());
      int limit = rule < 0 ? 0 : spec.measurementRetention().get(rule).limit();
      try {
        metrics.put(
            metric.name(),
            PreparedMetric.of(
                spec.metrics().get(i),
                metric,
                dry.lastMatch(metric.name()) >= 0,
                limit > 0 ? limit : RETENTION_DEFAULT));
      } catch (IllegalArgumentException malformed) {
        return failed(INVALID + "metrics[" + i + "]: " + malformed.getMessage(), "A-004");
      }
    }
    return new PreparedAnalysis(metrics, null, "");
  }

  private static PreparedAnalysis failed(String message, String rule) {
    return new PreparedAnalysis(Map.of(), message, rule);
  }

  private static String unmatched(String field, int index) {
    return field + "[" + index + "]: Rule didn't match any metric name(s)";
  }

  /** As the status has it: {@code metrics[0]: <message>}, without the field. */
  private static String render(Problem problem) {
    List<Object> path = problem.path().segments();
    return path.size() < 2
        ? problem.message()
        : new Path(path.subList(0, 2)) + ": " + problem.message();
  }

  /** Regular expressions over metric names; an invalid one matches nothing. */
  private record NamePatterns(List<@Nullable Pattern> patterns, int unmatched) {
    static <T> NamePatterns of(
        List<T> rules, Function<T, String> expression, List<Metric> metrics) {
      List<@Nullable Pattern> patterns = new ArrayList<>();
      int unmatched = -1;
      for (int i = 0; i < rules.size(); i++) {
        Pattern pattern = compile(expression.apply(rules.get(i)));
        patterns.add(pattern);
        boolean matches =
            pattern != null
                && metrics.stream().anyMatch(metric -> pattern.matcher(metric.name()).find());
        if (!matches && unmatched < 0) {
          unmatched = i;
        }
      }
      return new NamePatterns(patterns, unmatched);
    }

    /** The index of the last rule that matches, or -1. */
    int lastMatch(String name) {
      for (int i = patterns.size() - 1; i >= 0; i--) {
        Pattern pattern = patterns.get(i);
        if (pattern != null && pattern.matcher(name).find()) {
          return i;
        }
      }
      return -1;
    }

    private static @Nullable Pattern compile(String expression) {
      try {
        return Pattern.compile(expression);
      } catch (PatternSyntaxException invalid) {
        return null;
      }
    }
  }
}
