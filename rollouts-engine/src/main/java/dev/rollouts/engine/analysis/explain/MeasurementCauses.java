package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.AnalysisForecast.Outlook;
import dev.rollouts.engine.analysis.explain.Cause.Level;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The chain from one measurement down to the numbers. */
final class MeasurementCauses {
  static final String NO_DATA = "no data returned from the metric provider";
  static final String NOT_EVALUATED = "could not evaluate ";
  static final String TERMINATED = "Metric Terminated";
  private static final int COMPARISONS_SHOWN = 4;
  private static final int ELEMENTS_SHOWN = 3;

  private final Outlook metric;
  private final Instant near;

  MeasurementCauses(Outlook metric, Instant near) {
    this.metric = metric;
    this.near = near;
  }

  Cause cause(Measurement measurement) {
    Instant at =
        measurement.finishedAt() == null ? measurement.startedAt() : measurement.finishedAt();
    String value = MeasuredValue.shown(measurement.value());
    return new Cause(
        Level.MEASUREMENT,
        Reason.of(
            "A-054",
            metric.name(),
            "phase",
            measurement.phase().wireName(),
            "value",
            measurement.value(),
            "message",
            measurement.message()),
        "the measurement%s was %s%s"
            .formatted(
                at == null ? "" : " of " + Words.time(at, near),
                measurement.phase().wireName(),
                value.isEmpty() ? "" : ": its value was " + value),
        below(measurement));
  }

  private List<Cause> below(Measurement measurement) {
    String message = measurement.message();
    if (message.equals(TERMINATED)) {
      return List.of(
          link("A-052", "it was in flight when the run ended, and was stopped", List.of()));
    }
    if (message.startsWith(NOT_EVALUATED)) {
      boolean noData = message.endsWith(NO_DATA);
      return List.of(
          link(
              "A-056",
              Words.shown(message),
              noData
                  ? List.of(
                      numbers("the query matched nothing: there was no value to judge", List.of()))
                  : List.of()));
    }
    if (!message.isEmpty()) {
      return List.of(
          link(
              "P-002",
              Judged.provider(metric.metric()) + " said: " + Words.shown(message),
              List.of()));
    }
    if (!Judged.byConditions(metric.metric())) {
      return List.of(
          link(
              "A-056",
              Judged.provider(metric.metric()) + " judges by itself; conditions do not matter",
              List.of()));
    }
    return conditions(measurement);
  }

  /**
   * Which conditions held follows from the phase: failure wins, neither is Inconclusive.
   */
  private List<Cause> conditions(Measurement measurement) {
    String success = Judged.success(metric.metric());
    String failure = Judged.failure(metric.metric());
    return switch (measurement.phase()) {
      case FAILED ->
          failure.isEmpty()
              ? List.of(condition("successCondition", success, "did not hold", measurement))
              : List.of(condition("failureCondition", failure, "held", measurement));
      case INCONCLUSIVE ->
          List.of(
              condition("successCondition", success, "did not hold", measurement),
              condition("failureCondition", failure, "did not hold either", measurement));
      default -> List.of();
    };
  }

  private Cause condition(String field, String condition, String outcome, Measurement measurement) {
    return link(
        "A-056",
        condition.isEmpty()
            ? "there is no %s in the spec as it stands near".formatted(field)
            : "%s %s: %s".formatted(field, outcome, Words.shown(condition)),
        numbers(condition, measurement));
  }

  private List<Cause> numbers(String condition, Measurement measurement) {
    Optional<MeasuredValue> value = MeasuredValue.read(measurement.value());
    List<Cause> causes = new ArrayList<>();
    if (value.isPresent() && !condition.isEmpty()) {
      for (Comparison comparison : Comparison.in(condition)) {
        List<Double> subjects = comparison.subjects(value.get());
        if (!subjects.isEmpty() && causes.size() < COMPARISONS_SHOWN) {
          causes.add(
              numbers(
                  comparison.isPerElement()
                      ? elements(comparison, subjects)
                      : number(comparison, subjects.get(0)),
                  subjects));
        }
      }
    }
    return causes;
  }

  private static String number(Comparison comparison, double number) {
    String subject = Words.shown(comparison.subject());
    String shown = Numbers.shown(number);
    String text =
        "%s was %s, which is %s%s %s"
            .formatted(
                subject,
                shown,
                comparison.holds(number) ? "" : "not ",
                comparison.operator(),
                Numbers.shown(comparison.threshold()));
    return Double.isNaN(number) ? text + " (nothing but != ever holds for NaN)" : text;
  }

  /** Elements are told from each other by whether the comparison holds; the fewer are named. */
  private static String elements(Comparison comparison, List<Double> numbers) {
    List<Double> holding = numbers.stream().filter(comparison::holds).toList();
    List<Double> failing = numbers.stream().filter(number -> !comparison.holds(number)).toList();
    boolean nameHolding = holding.size() < failing.size();
    List<Double> named = nameHolding ? holding : failing;
    StringBuilder text =
        new StringBuilder(
            "of %s, %d %s %s%s %s"
                .formatted(
                    Words.many(numbers.size(), "element"),
                    named.size(),
                    named.size() == 1 ? "is" : "are",
                    nameHolding ? "" : "not ",
                    comparison.operator(),
                    Numbers.shown(comparison.threshold())));
    for (int i = 0; i < Math.min(ELEMENTS_SHOWN, named.size()); i++) {
      text.append(i == 0 ? ": " : ", ").append(Numbers.shown(named.get(i)));
    }
    return text + (named.size() > ELEMENTS_SHOWN ? ", …" : "");
  }

  private Cause link(String rule, String text, List<Cause> because) {
    return new Cause(Level.CONDITION, Reason.of(rule, metric.name()), text, because);
  }

  private Cause numbers(String text, List<Double> numbers) {
    return new Cause(
        Level.NUMBERS, Reason.of("A-056", metric.name(), "numbers", numbers), text, List.of());
  }
}
