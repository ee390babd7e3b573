package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The same simulation with many seeds: how often which verdict, and how soon. The result depends on
 * the simulation and the number of runs only, not on the number of processors.
 *
 * <pre>{@code
 * MonteCarlo odds = MonteCarlo.run(simulation, 1_000, Duration.ofHours(2));
 * odds.share(AnalysisPhase.FAILED);   // 0.93, 95% interval from 0.91 to 0.95
 * }</pre>
 */
public final class MonteCarlo {
  private static final double Z_95 = 1.959963984540054;
  private static final int BARS = 20;

  private final List<Outcome> outcomes;
  private final Map<AnalysisPhase, Integer> counts = new EnumMap<>(AnalysisPhase.class);

  private MonteCarlo(List<Outcome> outcomes) {
    this.outcomes = List.copyOf(outcomes);
    for (Outcome outcome : outcomes) {
      counts.merge(outcome.phase(), 1, Integer::sum);
    }
  }

  /**
   * Runs the simulation with its own seed and the following ones, on all processors.
   *
   * @param runs at least 1
   * @param atMost virtual time of each run
   * @throws InvariantViolation for the lowest seed with which a decision breaks an invariant
   */
  public static MonteCarlo run(Simulation simulation, int runs, Duration atMost) {
    if (runs < 1) {
      throw new IllegalArgumentException("runs must be at least 1, was " + runs);
    }
    Outcome[] outcomes = new Outcome[runs];
    InvariantViolation[] violations = new InvariantViolation[runs];
    IntStream.range(0, runs)
        .parallel()
        .forEach(
            i -> {
              try {
                outcomes[i] = outcome(simulation.withSeed(simulation.seed() + i), atMost);
              } catch (InvariantViolation violation) {
                violations[i] = violation;
              }
            });
    for (InvariantViolation violation : violations) {
      if (violation != null) {
        throw violation;
      }
    }
    return new MonteCarlo(Arrays.asList(outcomes));
  }

  private static Outcome outcome(Simulation simulation, Duration atMost) {
    Trace trace = simulation.run(atMost);
    return new Outcome(
        simulation.seed(), trace.phase(), trace.timeToVerdict().orElse(null), trace.message());
  }

  /**
   * What one seed came to.
   *
   * @param phase Running when the time was up first
   * @param timeToVerdict null when there was none
   */
  public record Outcome(
      long seed, AnalysisPhase phase, @Nullable Duration timeToVerdict, String message) {}

  /** Every run, by seed. */
  public List<Outcome> outcomes() {
    return outcomes;
  }

  /**
   * A share of all runs with its 95% interval after Wilson.
   *
   * @param share from 0 to 1
   * @param low lower end of the interval
   * @param high upper end of the interval
   */
  public record Share(int count, int of, double share, double low, double high) {
    /** The share of a count, with its interval. */
    public static Share of(int count, int total) {
      double p = (double) count / total;
      double z2 = Z_95 * Z_95;
      double middle = (p + z2 / (2 * total)) / (1 + z2 / total);
      double half =
          Z_95 * Math.sqrt(p * (1 - p) / total + z2 / (4.0 * total * total)) / (1 + z2 / total);
      return new Share(
          count,
          total,
          p,
          count == 0 ? 0 : Math.max(0, middle - half),
          count == total ? 1 : Math.min(1, middle + half));
    }
  }

  /** How often runs ended in this phase. Running counts those whose time was up. */
  public Share share(AnalysisPhase phase) {
    return Share.of(counts.getOrDefault(phase, 0), outcomes.size());
  }

  /** The phases that occurred, each with its share. */
  public Map<AnalysisPhase, Share> shares() {
    Map<AnalysisPhase, Share> shares = new EnumMap<>(AnalysisPhase.class);
    counts.keySet().forEach(phase -> shares.put(phase, share(phase)));
    return shares;
  }

  /** The lowest seed that ended in this phase, to look at one of its traces. */
  public Optional<Long> example(AnalysisPhase phase) {
    return outcomes.stream()
        .filter(outcome -> outcome.phase() == phase)
        .map(Outcome::seed)
        .findFirst();
  }

  /**
   * How long it took to the verdict.
   *
   * @param p50 half of the runs were as fast or faster
   * @param histogram equally wide spans from the fastest to the slowest
   */
  public record Times(
      Duration min, Duration p50, Duration p90, Duration p99, Duration max, List<Bar> histogram) {
    public Times {
      histogram = List.copyOf(histogram);
    }
  }

  /**
   * Runs within a span of time.
   *
   * @param from included
   * @param to excluded, except in the last span
   */
  public record Bar(Duration from, Duration to, int count) {}

  /** Times of all runs with a verdict, if there are any. */
  public Optional<Times> times() {
    return times(null);
  }

  /** Times of the runs that ended in this phase, if there are any. */
  public Optional<Times> times(@Nullable AnalysisPhase phase) {
    List<Duration> sorted = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (outcome.timeToVerdict() != null && (phase == null || outcome.phase() == phase)) {
        sorted.add(outcome.timeToVerdict());
      }
    }
    if (sorted.isEmpty()) {
      return Optional.empty();
    }
    sorted.sort(null);
    return Optional.of(
        new Times(
            sorted.get(0),
            quantile(sorted, 0.5),
            quantile(sorted, 0.9),
            quantile(sorted, 0.99),
            sorted.get(sorted.size() - 1),
            histogram(sorted)));
  }

  /** The nearest rank. */
  private static Duration quantile(List<Duration> sorted, double share) {
    return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
  }

  private static List<Bar> histogram(List<Duration> sorted) {
    Duration min = sorted.get(0);
    Duration width = sorted.get(sorted.size() - 1).minus(min).plusMillis(BARS - 1L).dividedBy(BARS);
    if (width.isZero()) {
      return List.of(new Bar(min, min, sorted.size()));
    }
    int[] counts = new int[BARS];
    for (Duration time : sorted) {
      counts[(int) Math.min(BARS - 1, time.minus(min).dividedBy(width))]++;
    }
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < BARS; i++) {
      Duration from = min.plus(width.multipliedBy(i));
      bars.add(new Bar(from, from.plus(width), counts[i]));
    }
    return bars;
  }

  /** Shares and times, one line each. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    shares()
        .forEach(
            (phase, share) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "%-12s %6.1f%%  (%.1f%% to %.1f%%)  %d of %d\n",
                        phase.wireName(),
                        100 * share.share(),
                        100 * share.low(),
                        100 * share.high(),
                        share.count(),
                        share.of())));
    times()
        .ifPresent(
            times ->
                text.append(
                    "verdict after min %s, p50 %s, p90 %s, p99 %s, max %s\n"
                        .formatted(
                            Timeline.elapsed(times.min()),
                            Timeline.elapsed(times.p50()),
                            Timeline.elapsed(times.p90()),
                            Timeline.elapsed(times.p99()),
                            Timeline.elapsed(times.max()))));
    return text.toString();
  }
}
