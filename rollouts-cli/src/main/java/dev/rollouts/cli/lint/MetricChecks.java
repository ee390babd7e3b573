package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricRules;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts, limits and intervals of one metric. */
final class MetricChecks {
  private static final Duration LONG = Duration.ofDays(1);

  private static final Map<String, String> REMEDIES =
      new TreeMap<>(
          Map.of(
              "consecutiveSuccessLimit must", "write 0 to switch it off",
              "failureLimit must", "write 0 or more, or -1 together with consecutiveSuccessLimit",
              "failureLimit and", "set consecutiveSuccessLimit, or a failureLimit of 0 or more",
              "inconclusiveLimit must", "write 0 or more",
              "consecutiveErrorLimit must", "write 0 or more",
              "count ", "raise count, or lower the limits",
              "interval must", "add interval, such as 1m, or write count: 1",
              "no provider", "add one provider under provider",
              "multiple providers", "make it several metrics, one provider each"));

  private final MetricView metric;

  private MetricChecks(MetricView metric) {
    this.metric = metric;
  }

  static void check(MetricView metric) {
    new MetricChecks(metric).check();
  }

  private void check() {
    List<Problem> problems = MetricRules.check(metric.known());
    for (Problem problem : problems) {
      if (problem.message().startsWith("no provider") && isAbsent("provider")) {
        // That a required field is absent has been said already.
        continue;
      }
      metric.report(
          Rule.METRIC_INVALID,
          Severity.ERROR,
          metric.at(problem.path().segments().toArray()),
          problem.message(),
          remedy(problem));
    }
    checkName();
    checkNumbers();
    checkInterval();
    if (problems.isEmpty()) {
      checkReach();
    }
    metric.provider().ifPresent(this::checkOutcomes);
  }

  private boolean isAbsent(String field) {
    return metric.subject().document().valueAt(metric.at(field)) == null;
  }

  private static String remedy(Problem problem) {
    if (problem.message().contains("string: time:")) {
      return "write a duration such as 90s, 5m or 1h30m";
    }
    for (Map.Entry<String, String> remedy : REMEDIES.entrySet()) {
      if (problem.message().startsWith(remedy.getKey())) {
        return remedy.getValue();
      }
    }
    return "";
  }

  /** In a template the merge says so. */
  private void checkName() {
    String name = metric.given().name();
    if (metric.subject().isRun() && !name.isEmpty() && !metric.isFirstOfItsName()) {
      metric.report(
          Rule.DUPLICATE_METRIC,
          Severity.ERROR,
          metric.at("name"),
          "duplicate name '%s'".formatted(name),
          "give one of them another name");
    }
  }

  private void checkNumbers() {
    Metric known = metric.known();
    checkNumber("count", known.count());
    checkNumber("failureLimit", known.failureLimit());
    checkNumber("inconclusiveLimit", known.inconclusiveLimit());
    checkNumber("consecutiveErrorLimit", known.consecutiveErrorLimit());
    checkNumber("consecutiveSuccessLimit", known.consecutiveSuccessLimit());
  }

  private void checkNumber(String field, @Nullable IntOrString number) {
    if (number != null && !number.isNumber() && !Substitution.isOpen(number.toString())) {
      metric.report(
          Rule.NUMBER_AS_TEXT,
          Severity.WARNING,
          metric.at(field),
          "\"%s\" is no whole number and counts as 0".formatted(number),
          "write a number");
    }
  }

  private void checkInterval() {
    Duration interval = metric.interval().orElse(null);
    if (interval == null || metric.wanted().equals(OptionalInt.of(1))) {
      return;
    }
    if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
      metric.report(
          Rule.INTERVAL_SHORT,
          Severity.WARNING,
          metric.at("interval"),
          "an interval of %s asks the provider without a pause; below a second it counts as one"
              .formatted(GoDuration.format(interval)),
          "write what the provider can bear, such as 10s");
      return;
    }
    Duration limit = timeLimit(metric.provider().orElse(null));
    if (limit != null && interval.compareTo(limit) < 0) {
      metric.report(
          Rule.INTERVAL_SHORT,
          Severity.INFO,
          metric.at("interval"),
          "one measurement may take up to %s, longer than the interval of %s"
              .formatted(GoDuration.format(limit), GoDuration.format(interval)),
          "shorten the provider's time limit, or lengthen the interval");
    }
  }

  /** The time limit that somebody wrote down; defaults are nobody's mistake. */
  private static @Nullable Duration timeLimit(@Nullable ProviderConfig config) {
    if (config instanceof PrometheusQuery query && query.timeout() != null) {
      return query.timeoutOrDefault();
    }
    return config instanceof WebRequest request && request.timeoutSeconds() > 0
        ? request.timeoutOrDefault()
        : null;
  }

  private void checkReach() {
    OptionalInt wanted = metric.wanted();
    if (wanted.isEmpty()) {
      return;
    }
    if (wanted.getAsInt() == 0) {
      checkEnd();
      return;
    }
    checkLimit("failureLimit", metric.known().failureLimit(), wanted.getAsInt(), "Failed");
    checkLimit(
        "inconclusiveLimit", metric.known().inconclusiveLimit(), wanted.getAsInt(), "Inconclusive");
    OptionalInt successes = MetricView.number(metric.known().consecutiveSuccessLimit(), 0);
    if (successes.isPresent() && successes.getAsInt() > wanted.getAsInt()) {
      metric.report(
          Rule.LIMIT_UNREACHABLE,
          Severity.WARNING,
          metric.at("consecutiveSuccessLimit"),
          "%s successes in a row cannot come of %s measurement%s; the metric is never Successful"
              .formatted(
                  successes.getAsInt(), wanted.getAsInt(), wanted.getAsInt() == 1 ? "" : "s"),
          "add interval, and a count if it shall end without them");
    }
    checkDuration(wanted.getAsInt());
  }

  private void checkEnd() {
    OptionalInt successes = MetricView.number(metric.known().consecutiveSuccessLimit(), 0);
    if (successes.isPresent() && successes.getAsInt() == 0) {
      metric.report(
          Rule.NEVER_ENDS,
          Severity.INFO,
          metric.at(),
          "without count it is measured until something stops the run; Rollouts refuse that in"
              + " steps and in pre- and post-promotion analysis",
          "add count, unless it is meant for background analysis");
    }
  }

  private void checkLimit(String field, @Nullable IntOrString limit, int wanted, String phase) {
    OptionalInt number = MetricView.number(limit, 0);
    if (number.isPresent() && number.getAsInt() > 0 && number.getAsInt() >= wanted) {
      metric.report(
          Rule.LIMIT_UNREACHABLE,
          Severity.WARNING,
          metric.at(field),
          "%s %s cannot be exceeded by %s measurement%s; the metric never becomes %s"
              .formatted(field, number.getAsInt(), wanted, wanted == 1 ? "" : "s", phase),
          "lower it to at most " + (wanted - 1) + ", or raise count");
    }
  }

  private void checkDuration(int wanted) {
    Duration interval = metric.interval().orElse(Duration.ZERO);
    Duration delay =
        GoDuration.tryParse(String.valueOf(metric.known().initialDelay())).orElse(Duration.ZERO);
    Duration whole;
    try {
      whole = interval.multipliedBy(wanted - 1L).plus(delay);
    } catch (ArithmeticException beyondAllMeasure) {
      whole = Duration.ofSeconds(Long.MAX_VALUE);
    }
    if (whole.compareTo(LONG) > 0) {
      metric.report(
          Rule.LONG_RUN,
          Severity.INFO,
          metric.at(),
          "%s measurements take at least %s hours".formatted(wanted, whole.toHours()),
          "check count, interval and initialDelay; deadlines of a Rollout are usually shorter");
    }
  }

  private void checkOutcomes(ProviderConfig config) {
    boolean success = isPresent(metric.known().successCondition());
    boolean failure = isPresent(metric.known().failureCondition());
    if (config instanceof JobTemplate || config instanceof KayentaCanary) {
      for (String field : List.of("successCondition", "failureCondition")) {
        if (field.startsWith("success") ? success : failure) {
          metric.report(
              Rule.CONDITION_IGNORED,
              Severity.WARNING,
              metric.at(field),
              "%s judges by itself; conditions are not evaluated".formatted(config.key()),
              "remove it");
        }
      }
      return;
    }
    if (!success && !failure && !(config instanceof PluginConfig)) {
      metric.report(
          Rule.CANNOT_FAIL,
          Severity.WARNING,
          metric.at(),
          "without a condition every answer is Successful",
          "add successCondition or failureCondition");
    }
    OptionalInt limit = MetricView.number(metric.known().inconclusiveLimit(), 0);
    if (success != failure && limit.isPresent() && limit.getAsInt() > 0) {
      metric.report(
          Rule.INCONCLUSIVE_IMPOSSIBLE,
          Severity.INFO,
          metric.at("inconclusiveLimit"),
          "with %s alone a measurement is Successful or Failed, never Inconclusive"
              .formatted(success ? "successCondition" : "failureCondition"),
          "remove inconclusiveLimit, or add "
              + (success ? "failureCondition" : "successCondition"));
    }
  }

  static boolean isPresent(@Nullable String condition) {
    return condition != null && !condition.isEmpty();
  }
}
