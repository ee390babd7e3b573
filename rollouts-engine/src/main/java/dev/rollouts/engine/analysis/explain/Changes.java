package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.AnalysisForecast.Exceeded;
import dev.rollouts.engine.analysis.AnalysisForecast.Outlook;
import dev.rollouts.engine.explain.text.Words;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What would have led elsewhere. */
final class Changes {
  private static final String NEXT_RUN = "this run is final; a change counts from the next run on";

  private final AnalysisRunStatus status;
  private final AnalysisForecast forecast;
  private final List<String> changes = new ArrayList<>();

  Changes(AnalysisRunStatus status, AnalysisForecast forecast) {
    this.status = status;
    this.forecast = forecast;
  }

  List<String> all() {
    boolean completed = status.phase().isCompleted();
    if (completed && Causes.isUnusable(status)) {
      unusable(status.message());
    } else if (!completed && forecast.unusable() != null) {
      unusable(forecast.unusable());
    } else {
      for (Outlook metric : forecast.metrics()) {
        MetricResult result = metric.result();
        if (result != null && counts(metric, result)) {
          wrong(metric, result);
        }
      }
    }
    if (completed && !changes.isEmpty()) {
      changes.add(NEXT_RUN);
    }
    return changes;
  }

  private static boolean counts(Outlook metric, MetricResult result) {
    return !metric.dryRun()
        && result.phase().isCompleted()
        && result.phase() != AnalysisPhase.SUCCESSFUL;
  }

  private void unusable(String message) {
    if (message.contains("was not supplied")) {
      changes.add("give the argument a value: spec.args[].value, or a secretKeyRef");
    } else if (message.contains("failed to resolve {{")) {
      changes.add(
          "supply the argument under exactly that name, or correct the placeholder; only {{args.<name>}} is"
              + " replaced, other braces are refused");
    } else if (message.contains("secret")) {
      changes.add("create the secret with that key in the namespace of the run");
    } else if (message.contains("Rule didn't match")) {
      changes.add(
          "make the rule match a metric: it is a regular expression searched in the name, so .* is all of"
              + " them and * is none");
    } else {
      changes.add("correct the field that the message names");
    }
  }

  private void wrong(Outlook metric, MetricResult result) {
    Exceeded exceeded = metric.exceeded();
    String name = Words.quoted(metric.name());
    if (exceeded == null || exceeded.phase() != result.phase()) {
      int streak = metric.consecutiveSuccessLimit();
      if (streak > 0 && metric.wanted() > 0 && result.count() >= metric.wanted()) {
        changes.add(
            "%s: a longer streak of successes at the end, %d of %d reached; a count above %d gives it more time"
                .formatted(name, result.consecutiveSuccess(), streak, metric.wanted()));
      }
      return;
    }
    Measurement last = result.lastMeasurement();
    String message = last == null ? "" : last.message();
    if (message.equals(MeasurementCauses.TERMINATED)) {
      changes.add(
          "%s: inconclusiveLimit of at least %d, so that a measurement stopped in flight does not count"
              .formatted(name, exceeded.value()));
      return;
    }
    switch (exceeded.phase()) {
      case ERROR -> error(name, message);
      case INCONCLUSIVE -> inconclusive(metric, name);
      default -> failed(metric, result, exceeded, name);
    }
    changes.add(
        "%s: or %s of at least %d instead of %d"
            .formatted(name, exceeded.limit(), exceeded.value(), exceeded.limitValue()));
  }

  private void error(String name, String message) {
    if (message.endsWith(MeasurementCauses.NO_DATA)) {
      changes.add(
          name
              + ": a query that returns data; or a condition that says what no data means, such as"
              + " len(result) == 0 or …");
    } else if (message.startsWith(MeasurementCauses.NOT_EVALUATED)) {
      changes.add(name + ": a condition that can be evaluated on what the provider returns");
    } else {
      changes.add(
          name + ": a provider that answers" + (message.isEmpty() ? "" : "; see its message"));
    }
  }

  private void inconclusive(Outlook metric, String name) {
    changes.add(
        Judged.byConditions(metric.metric())
            ? name
                + ": one of the conditions has to hold; now there are values for which neither does"
            : name + ": a clearer answer of " + Judged.provider(metric.metric()));
  }

  private void failed(Outlook metric, MetricResult result, Exceeded exceeded, String name) {
    int tooMany = exceeded.value() - exceeded.limitValue();
    Optional<String> threshold = threshold(metric, result, tooMany);
    changes.add(
        "%s: %s less%s"
            .formatted(
                name,
                Words.many(tooMany, "failed measurement"),
                threshold.map(t -> ", for which " + t).orElse("")));
  }

  /**
   * The threshold that would have turned so many failed measurements round, where one comparison is
   * to blame.
   */
  private static Optional<String> threshold(Outlook metric, MetricResult result, int tooMany) {
    String failure = Judged.failure(metric.metric());
    String condition = failure.isEmpty() ? Judged.success(metric.metric()) : failure;
    boolean both = !failure.isEmpty() && !Judged.success(metric.metric()).isEmpty();
    if (!Judged.byConditions(metric.metric()) || both) {
      return Optional.empty();
    }
    List<MeasuredValue> values = new ArrayList<>();
    for (Measurement measurement : result.measurements()) {
      if (measurement.phase() == AnalysisPhase.FAILED) {
        MeasuredValue.read(measurement.value()).ifPresent(values::add);
      }
    }
    Comparison only = Blame.find(condition, failure.isEmpty(), values).orElse(null);
    if (only == null || !only.isOrdering()) {
      return Optional.empty();
    }
    List<Double> numbers = new ArrayList<>();
    for (MeasuredValue value : values) {
      only.subjects(value).stream().filter(Double::isFinite).forEach(numbers::add);
    }
    if (numbers.size() < tooMany) {
      return Optional.empty();
    }
    // Nearest to the threshold first: these are the cheapest to turn round.
    boolean upwards = only.operator().startsWith(">");
    boolean wantedLower = failure.isEmpty() == upwards;
    numbers.sort(wantedLower ? Comparator.reverseOrder() : Comparator.naturalOrder());
    double needed = numbers.get(tooMany - 1);
    boolean inclusive = failure.isEmpty() == (only.operator().length() == 2);
    String number = Numbers.shown(needed, wantedLower ? RoundingMode.FLOOR : RoundingMode.CEILING);
    String word =
        inclusive
            ? "of " + number + (wantedLower ? " or less" : " or more")
            : (wantedLower ? "below " : "above ") + number;
    return Optional.of(
        "a threshold %s instead of %s is enough".formatted(word, Numbers.shown(only.threshold())));
  }
}
