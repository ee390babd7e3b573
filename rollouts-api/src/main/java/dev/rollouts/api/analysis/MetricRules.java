package dev.rollouts.api.analysis;

import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a metric must satisfy, in the order in which Argo Rollouts checks it: the first problem of
 * the first metric is the one that ends a run. A value that still holds a placeholder is not
 * judged. Source: docs/spec/analysis-api.md#validation.
 */
public final class MetricRules {
  private MetricRules() {}

  /** Every problem of a run's metrics; paths start at {@code metrics}. */
  public static List<Problem> checkAll(List<Metric> metrics) {
    List<Problem> problems = new ArrayList<>();
    if (metrics.isEmpty()) {
      problems.add(Problem.invalid(Path.of("metrics"), "no metrics specified"));
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < metrics.size(); i++) {
      Path here = Path.of("metrics", i);
      if (!names.add(metrics.get(i).name())) {
        problems.add(
            Problem.invalid(here.key("name"), "duplicate name '" + metrics.get(i).name() + "'"));
      }
      check(metrics.get(i)).forEach(problem -> problems.add(problem.under(here)));
    }
    return problems;
  }

  /** Every problem of one metric, apart from its name's uniqueness; paths start at its fields. */
  public static List<Problem> check(Metric metric) {
    List<Problem> problems = new ArrayList<>();
    checkLimits(metric, problems);
    checkCount(metric, problems);
    checkDuration(problems, "interval", metric.interval(), "invalid interval string: ");
    checkDuration(problems, "initialDelay", metric.initialDelay(), "invalid startDelay string: ");
    int providers = metric.provider().configured().size();
    if (providers != 1) {
      problems.add(
          Problem.invalid(
              Path.of("provider"),
              providers == 0 ? "no provider specified" : "multiple providers specified"));
    }
    return problems;
  }

  private static void checkLimits(Metric metric, List<Problem> problems) {
    int successes = number(metric.consecutiveSuccessLimit());
    int failures = number(metric.failureLimit());
    require(
        problems,
        successes >= 0,
        "consecutiveSuccessLimit",
        "consecutiveSuccessLimit must be >= 0");
    require(
        problems,
        failures >= -1,
        "failureLimit",
        "failureLimit must be >= 0, or -1 to be disabled");
    require(
        problems,
        failures != -1 || successes != 0 || isPlaceholder(metric.consecutiveSuccessLimit()),
        "failureLimit",
        "failureLimit and consecutiveSuccessLimit cannot both be disabled");
    require(
        problems,
        number(metric.inconclusiveLimit()) >= 0,
        "inconclusiveLimit",
        "inconclusiveLimit must be >= 0");
    require(
        problems,
        number(metric.consecutiveErrorLimit()) >= 0,
        "consecutiveErrorLimit",
        "consecutiveErrorLimit must be >= 0");
  }

  private static void checkCount(Metric metric, List<Problem> problems) {
    int count = number(metric.count());
    int failures = number(metric.failureLimit());
    int successes = number(metric.consecutiveSuccessLimit());
    if (count <= 0) {
      return;
    }
    require(
        problems,
        failures < 0 || count >= (long) failures + successes,
        "count",
        "count (%s) must be >= failureLimit + consecutiveSuccessLimit (%s + %s) if both >= 0"
            .formatted(count, failures, successes));
    require(
        problems,
        failures >= 0 || count >= successes,
        "count",
        "count must be >= consecutiveSuccessLimit");
    require(
        problems,
        count >= number(metric.inconclusiveLimit()),
        "count",
        "count must be >= inconclusiveLimit");
    require(
        problems,
        count <= 1 || (metric.interval() != null && !metric.interval().isEmpty()),
        "interval",
        "interval must be specified when count > 1");
  }

  private static void checkDuration(
      List<Problem> problems, String field, @Nullable String text, String prefix) {
    if (text == null || text.isEmpty() || text.contains("{{")) {
      return;
    }
    try {
      GoDuration.parse(text);
    } catch (IllegalArgumentException malformed) {
      problems.add(Problem.invalid(Path.of(field), prefix + malformed.getMessage()));
    }
  }

  private static void require(List<Problem> problems, boolean holds, String field, String message) {
    if (!holds) {
      problems.add(Problem.invalid(Path.of(field), message));
    }
  }

  private static int number(@Nullable IntOrString value) {
    return value == null ? 0 : value.intValue();
  }

  private static boolean isPlaceholder(@Nullable IntOrString value) {
    return value != null && value.value() instanceof String text && text.contains("{{");
  }
}
