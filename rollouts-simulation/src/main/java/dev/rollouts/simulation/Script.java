package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.engine.analysis.Observed;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the back-end of a metric would answer, as a function of virtual time. Immutable and
 * thread-safe, if the functions given to it are.
 *
 * <p>Most scripts say numbers. They take the shape in which the metric's provider answers (a
 * Prometheus query gives a vector of one, a web request a number) unless {@link #asScalar}, {@link
 * #asVector} or {@link #asField} says otherwise. Chance is drawn from the simulation's seed, the
 * metric and the time, so asking again at the same moment gives the same answer.
 *
 * <pre>{@code
 * Script rate = Script.constant(0.99)
 *     .then(Duration.ofMinutes(3), Script.ramp(0.99, 0.80, Duration.ofMinutes(10)))
 *     .withNoise(0.005)
 *     .withGaps(0.02);
 * }</pre>
 */
public final class Script {
  private static final String UNTIL = "simulated-until";

  private final Function<Question, Sample> source;

  /** How deep this script is nested; tells the draws of its layers apart. */
  private final int layer;

  private Script(Function<Question, Sample> source) {
    this(source, 0);
  }

  private Script(Function<Question, Sample> source, int layer) {
    this.source = source;
    this.layer = layer;
  }

  private Script over(Function<Question, Sample> derived, Script... others) {
    int deepest = layer;
    for (Script other : others) {
      deepest = Math.max(deepest, other.layer);
    }
    return new Script(derived, deepest + 1);
  }

  /** What the back-end answers. */
  public Reply answer(Question question) {
    Sample sample = source.apply(question);
    Observation shaped = sample.observation();
    return new Reply(
        shaped == null ? Shape.ofProvider(question.metric(), sample.numbers()) : shaped,
        sample.latency());
  }

  /**
   * The number that this script says at a moment, chance left out of it: 0 where there are no data.
   *
   * @param elapsed since the start of the simulation
   */
  public double numberAt(Duration elapsed) {
    Question question =
        new Question(
            Nobody.METRIC, Map.of(), Observed.Asked.MEASURE, 1, elapsed, Instant.EPOCH, null, 0);
    List<Double> numbers = source.apply(question).numbers();
    return numbers.isEmpty() || !Double.isFinite(numbers.get(0)) ? 0 : numbers.get(0);
  }

  /** Who asks where no metric does. */
  private static final class Nobody {
    static final Metric METRIC =
        Metric.named("nobody").provider(PrometheusQuery.of("http://nobody", "nothing")).build();
  }

  /** The same number at all times. */
  public static Script constant(double number) {
    return new Script(question -> Sample.of(number));
  }

  /**
   * A number from each of these moments on.
   *
   * @param numbers by the time since the start of the simulation; before the first one there are no
   *     data
   */
  public static Script steps(Map<Duration, Double> numbers) {
    NavigableMap<Duration, Double> sorted = new TreeMap<>(numbers);
    return new Script(
        question -> {
          Map.Entry<Duration, Double> step = sorted.floorEntry(question.elapsed());
          return step == null ? Sample.NOTHING : Sample.of(step.getValue());
        });
  }

  /**
   * From one number to another in a straight line, then staying there.
   *
   * @param over positive
   */
  public static Script ramp(double from, double to, Duration over) {
    positive("over", over);
    return new Script(
        question -> {
          double share = Math.min(1, ratio(question.elapsed(), over));
          return Sample.of(from + (to - from) * share);
        });
  }

  /**
   * A sine wave that starts at its mean and rises.
   *
   * @param period positive
   */
  public static Script seasonal(double mean, double amplitude, Duration period) {
    positive("period", period);
    return new Script(
        question ->
            Sample.of(
                mean + amplitude * Math.sin(2 * Math.PI * ratio(question.elapsed(), period))));
  }

  /** Not a number. */
  public static Script nan() {
    return constant(Double.NaN);
  }

  /** No data: an empty vector, nil or an error, whichever the metric's provider makes of it. */
  public static Script empty() {
    return new Script(question -> Sample.NOTHING);
  }

  /** The measurement cannot be taken. */
  public static Script error(String message) {
    return always(Observation.failure(message));
  }

  /** A back-end that judges by itself, such as a job. */
  public static Script verdict(AnalysisPhase completed) {
    return always(Observation.verdict(completed));
  }

  /** The same answer at all times. */
  public static Script always(Observation observation) {
    Sample sample = Sample.of(observation);
    return new Script(question -> sample);
  }

  /** Whatever the function makes of the time since the start of the simulation. */
  public static Script of(Function<Duration, Observation> observations) {
    return answering(question -> Reply.of(observations.apply(question.elapsed())));
  }

  /** Whatever the function makes of the question. */
  public static Script answering(Function<Question, Reply> replies) {
    return new Script(
        question -> {
          Reply reply = replies.apply(question);
          return Sample.of(reply.observation()).later(reply.latency());
        });
  }

  /** Whichever script the function chooses for the question. */
  public static Script delegating(Function<Question, Script> choice) {
    return new Script(question -> choice.apply(question).source.apply(question));
  }

  /** A number made of the question, in the shape of the metric's provider; not a number is one. */
  public static Script measured(ToDoubleFunction<Question> number) {
    return new Script(question -> Sample.of(number.applyAsDouble(question)));
  }

  /** A recorded series, whose first sample is at the start of the simulation. */
  public static Script recorded(RecordedSeries series) {
    return new Script(question -> Sample.of(series.at(question.elapsed())));
  }

  /**
   * Another script for each value of an argument.
   *
   * @param argument name of an argument of the run
   * @param otherwise for all other values, and when there is no such argument
   */
  public static Script byArgument(String argument, Map<String, Script> byValue, Script otherwise) {
    Map<String, Script> scripts = Map.copyOf(byValue);
    return otherwise.over(
        question -> {
          String value = question.args().get(argument);
          Script chosen = value == null ? otherwise : scripts.getOrDefault(value, otherwise);
          return chosen.source.apply(question);
        },
        scripts.values().toArray(Script[]::new));
  }

  /**
   * Another script for each version of a rollout.
   *
   * @param byImage scripts by the image of the newest version's first container
   * @param otherwise for all other versions, and where no rollout is simulated
   */
  public static Script byVersion(Map<String, Script> byImage, Script otherwise) {
    Map<String, Script> scripts = Map.copyOf(byImage);
    return otherwise.over(
        question -> {
          Release release = question.release();
          Script chosen =
              release == null ? otherwise : scripts.getOrDefault(release.image(), otherwise);
          return chosen.source.apply(question);
        },
        scripts.values().toArray(Script[]::new));
  }

  /**
   * A number from each of these weights on.
   *
   * @param numbers by the percentage of all requests that the newest version gets; below the first
   *     one, and where no rollout is simulated, there are no data
   */
  public static Script byWeight(Map<Double, Double> numbers) {
    NavigableMap<Double, Double> sorted = new TreeMap<>(numbers);
    return new Script(
        question -> {
          Release release = question.release();
          Map.Entry<Double, Double> step =
              release == null ? null : sorted.floorEntry(release.share() * 100 + 1e-6);
          return step == null ? Sample.NOTHING : Sample.of(step.getValue());
        });
  }

  /**
   * A number made of the newest version; no data where no rollout is simulated.
   *
   * @param number such as {@link Release#failureShare}
   */
  public static Script ofRelease(ToDoubleFunction<Release> number) {
    return new Script(
        question -> {
          Release release = question.release();
          return release == null ? Sample.NOTHING : Sample.of(number.applyAsDouble(release));
        });
  }

  /** This script, whose time starts anew with each version of a rollout. */
  public Script sinceRelease() {
    return over(
        question -> {
          Release release = question.release();
          return source.apply(release == null ? question : question.after(release.age()));
        });
  }

  /** The numbers of several scripts side by side, as from a query that returns several series. */
  public static Script series(Script... scripts) {
    List<Script> all = List.of(scripts);
    return empty()
        .over(
            question -> {
              double[] numbers =
                  all.stream()
                      .flatMap(script -> script.source.apply(question).numbers().stream())
                      .mapToDouble(number -> number)
                      .toArray();
              return Sample.of(numbers);
            },
            scripts);
  }

  /**
   * This script, and another one from that moment on; both keep their own time from the start of
   * the simulation.
   */
  public Script then(Duration from, Script next) {
    return over(
        question -> (question.elapsed().compareTo(from) < 0 ? this : next).source.apply(question),
        next);
  }

  /** This script, except between two moments, the first included. */
  public Script during(Duration from, Duration to, Script meanwhile) {
    return then(from, meanwhile).then(to, this);
  }

  /** This script, started that much later: before, there are no data. */
  public Script delayedBy(Duration delay) {
    return over(
        question -> {
          Duration own = question.elapsed().minus(delay);
          return own.isNegative() ? Sample.NOTHING : source.apply(question.after(own));
        });
  }

  /** The sum with another script, number by number; no data where either has none. */
  public Script plus(Script other) {
    return over(
        question -> {
          List<Double> more = other.source.apply(question).numbers();
          Sample own = source.apply(question);
          if (own.observation() == null && more.isEmpty()) {
            return Sample.NOTHING;
          }
          return own.map(number -> number + more.get(0));
        },
        other);
  }

  /**
   * Adds normally distributed noise.
   *
   * @param deviation standard deviation; zero or more
   */
  public Script withNoise(double deviation) {
    return withNoise(deviation, 0);
  }

  /**
   * Adds normally distributed noise.
   *
   * @param deviation standard deviation; zero or more
   * @param seed tells apart the noise of scripts that belong to the same metric
   */
  public Script withNoise(double deviation, long seed) {
    return over(
        question -> {
          var random = question.random(Seeds.mix(seed, layer));
          return source.apply(question).map(number -> number + deviation * random.nextGaussian());
        });
  }

  /** Holds numbers between two bounds. */
  public Script clamped(double min, double max) {
    return over(
        question -> source.apply(question).map(number -> Math.min(max, Math.max(min, number))));
  }

  /**
   * Another script now and then.
   *
   * @param share of the moments at which the other one answers, from 0 to 1
   */
  public Script sometimes(double share, Script other) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be from 0 to 1, was " + share);
    }
    int draw = Math.max(layer, other.layer);
    return over(
        question ->
            (question.random(draw).nextDouble() < share ? other : this).source.apply(question),
        other);
  }

  /** No data now and then; {@code share} from 0 to 1. */
  public Script withGaps(double share) {
    return sometimes(share, empty());
  }

  /** Measurements that cannot be taken now and then; {@code share} from 0 to 1. */
  public Script withErrors(double share, String message) {
    return sometimes(share, error(message));
  }

  /** Answers that much later. */
  public Script withLatency(Duration latency) {
    return withLatency(latency, latency);
  }

  /** Answers later, by something between the two. */
  public Script withLatency(Duration min, Duration max) {
    if (min.isNegative() || max.compareTo(min) < 0) {
      throw new IllegalArgumentException(
          "latency must go from a shorter to a longer time, was %s to %s".formatted(min, max));
    }
    long spread = max.minus(min).toMillis();
    return over(
        question ->
            source
                .apply(question)
                .later(min.plusMillis(question.random(layer).nextLong(spread + 1))));
  }

  /**
   * A back-end that takes its time and is looked at again, such as a job or a canary judge: in
   * progress first, then what this script says. Told to stop, it is Inconclusive.
   */
  public Script inProgressFor(Duration span) {
    return over(
        question -> {
          if (question.asked() == Observed.Asked.TERMINATE) {
            return Sample.of(Observation.verdict(AnalysisPhase.INCONCLUSIVE));
          }
          Instant until = until(question);
          if (until == null) {
            until = question.at().plus(span).truncatedTo(ChronoUnit.SECONDS);
          }
          return question.at().isBefore(until)
              ? Sample.of(Observation.inProgress(Map.of(UNTIL, until.toString()), until))
              : source.apply(question);
        });
  }

  private static @Nullable Instant until(Question question) {
    String text = question.inFlight() == null ? null : question.inFlight().metadata().get(UNTIL);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException foreign) {
      return null;
    }
  }

  /** Numbers as one number: {@code result >= 0.95}. No data is nil. */
  public Script asScalar() {
    return shaped(Shape::scalar);
  }

  /** Numbers as a list: {@code result[0] >= 0.95}. No data is an empty list. */
  public Script asVector() {
    return shaped(Shape::vector);
  }

  /** A number as a field of an object: {@code result.<name> >= 0.95}. No data is nil. */
  public Script asField(String name) {
    return shaped(numbers -> Shape.field(name, numbers));
  }

  private Script shaped(Function<List<Double>, Observation> shape) {
    return over(
        question -> {
          Sample sample = source.apply(question);
          return sample.observation() == null ? sample.as(shape.apply(sample.numbers())) : sample;
        });
  }

  private static double ratio(Duration part, Duration whole) {
    return (double) part.toMillis() / whole.toMillis();
  }

  private static void positive(String what, Duration span) {
    if (span.toMillis() <= 0) {
      throw new IllegalArgumentException(
          what + " must be at least 1ms, was " + GoDuration.format(span));
    }
  }
}
