package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.engine.analysis.explain.Comparison;
import dev.rollouts.engine.analysis.explain.MeasuredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of one metric, ready to be drawn.
 *
 * @param quantity what the numbers are, in the words of the condition: {@code result[0]}
 * @param conditions as the spec has them, with the field's name in front
 * @param phase null when it was never measured
 * @param points in order of time
 * @param thresholds that the quantity is compared with; empty when none can be read off
 */
public record Series(
    String metric,
    String quantity,
    List<String> conditions,
    @Nullable AnalysisPhase phase,
    boolean dryRun,
    List<Point> points,
    List<Threshold> thresholds) {
  public Series {
    conditions = List.copyOf(conditions);
    points = List.copyOf(points);
    thresholds = List.copyOf(thresholds);
  }

  /** A measurement as it was taken. */
  public record Taken(Duration at, AnalysisPhase phase, String value, String message) {}

  /**
   * A measurement to draw.
   *
   * @param numbers the quantity; empty when there is none, as after an error. NaN and infinities
   *     are among them.
   */
  public record Point(
      Duration at, AnalysisPhase phase, List<Double> numbers, String value, String message) {
    public Point {
      numbers = List.copyOf(numbers);
    }

    /** The number to draw a line through, if there is a finite one. */
    public Optional<Double> first() {
      return numbers.stream().filter(Double::isFinite).findFirst();
    }
  }

  /**
   * A number that a condition compares with.
   *
   * @param text as the condition has it
   * @param fails whether numbers on the other side make a measurement Failed; else Inconclusive
   * @param goodAbove which side is wanted
   */
  public record Threshold(double value, String text, boolean fails, boolean goodAbove) {}

  /** The series of a metric. */
  public static Series of(
      Metric metric, @Nullable AnalysisPhase phase, boolean dryRun, List<Taken> taken) {
    List<String> conditions = new ArrayList<>();
    List<Judging> comparisons = new ArrayList<>();
    collect("successCondition", metric.successCondition(), false, conditions, comparisons);
    collect("failureCondition", metric.failureCondition(), true, conditions, comparisons);
    Judging main =
        comparisons.stream()
            .filter(
                each -> each.comparison().isOrdering() || each.comparison().isAboutMeasuredValues())
            .min(
                Comparator.comparing((Judging each) -> !each.comparison().isAboutMeasuredValues())
                    .thenComparing(each -> !each.comparison().isOrdering()))
            .orElse(null);
    List<Threshold> thresholds = new ArrayList<>();
    boolean both = conditions.size() == 2;
    if (main != null) {
      for (Judging each : comparisons) {
        Comparison comparison = each.comparison();
        if (comparison.isOrdering()
            && comparison.subject().equals(main.comparison().subject())
            && comparison.isPerElement() == main.comparison().isPerElement()) {
          boolean above = comparison.operator().startsWith(">");
          thresholds.add(
              new Threshold(
                  comparison.threshold(),
                  comparison.text(),
                  each.bad() || !both,
                  above != (each.bad() != comparison.isNegated())));
        }
      }
    }
    List<Point> points = new ArrayList<>();
    for (Taken each : taken) {
      points.add(
          new Point(
              each.at(),
              each.phase(),
              numbers(main == null ? null : main.comparison(), each.value()),
              each.value(),
              each.message()));
    }
    String quantity =
        main == null
            ? "result"
            : main.comparison().isPerElement() ? "each element" : main.comparison().subject();
    return new Series(metric.name(), quantity, conditions, phase, dryRun, points, thresholds);
  }

  private record Judging(Comparison comparison, boolean bad) {}

  private static void collect(
      String field,
      @Nullable String condition,
      boolean bad,
      List<String> conditions,
      List<Judging> comparisons) {
    if (condition == null || condition.isEmpty()) {
      return;
    }
    conditions.add(field + ": " + condition);
    Comparison.in(condition).forEach(each -> comparisons.add(new Judging(each, bad)));
  }

  private static List<Double> numbers(@Nullable Comparison comparison, String value) {
    return MeasuredValue.read(value)
        .map(
            measured -> {
              List<Double> subjects =
                  comparison == null ? List.<Double>of() : comparison.subjects(measured);
              return subjects.isEmpty() ? measured.numbers() : subjects;
            })
        .orElse(List.of());
  }

  /** Both, the other one's measurements later. */
  Series followedBy(Series other) {
    List<Point> all = new ArrayList<>(points);
    all.addAll(other.points);
    all.sort(Comparator.comparing(Point::at));
    return new Series(metric, quantity, conditions, other.phase, dryRun, all, thresholds);
  }

  /** Whether there is more than one number, so that a drawing says more than a line of text. */
  public boolean isWorthDrawing() {
    return points.stream().filter(point -> point.first().isPresent()).count() > 1;
  }

  /**
   * An axis that reaches every finite number, and beyond every threshold.
   *
   * @param marks how many marks there may be about
   */
  Scale scale(int marks) {
    List<Double> limits = thresholds.stream().map(Threshold::value).toList();
    List<Double> all = new ArrayList<>(limits);
    points.forEach(point -> point.numbers().stream().filter(Double::isFinite).forEach(all::add));
    return Scale.around(all, marks).beyond(limits);
  }

  /** A value for people: numbers with at most six digits, everything else as it is. */
  public static String shown(String value) {
    List<Double> numbers = MeasuredValue.read(value).map(MeasuredValue::numbers).orElse(List.of());
    if (numbers.isEmpty()) {
      return value;
    }
    String list = numbers.stream().map(Scale::plain).collect(Collectors.joining(", "));
    return value.strip().startsWith("[") ? "[" + list + "]" : list;
  }
}
