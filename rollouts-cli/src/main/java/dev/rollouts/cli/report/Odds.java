package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.cli.terminal.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What many runs of the same simulation with different luck came to.
 *
 * @param runs how many
 * @param firstSeed seeds count up from it
 * @param shares the verdicts that occurred, the most frequent first
 * @param histogram how long the verdict took, in equal bins; empty when no run had one
 * @param notes what else came of them, a line each
 */
public record Odds(
    int runs, long firstSeed, List<Share> shares, List<Bin> histogram, List<String> notes) {
  private static final int BINS = 12;

  public Odds {
    shares = List.copyOf(shares);
    histogram = List.copyOf(histogram);
    notes = List.copyOf(notes);
  }

  /**
   * How often a verdict occurred.
   *
   * @param verdict as people read it
   * @param tone the phase whose colour it has
   * @param low lower end of the 95 % confidence interval of the share, 0 to 1
   * @param high upper end
   * @param median time to the verdict in the middle of these runs
   * @param exampleSeed a seed that gives this verdict
   */
  public record Share(
      String verdict,
      AnalysisPhase tone,
      int count,
      double low,
      double high,
      Duration median,
      long exampleSeed) {}

  /** Verdicts that took from {@code from}, included, to {@code to}, excluded. */
  public record Bin(Duration from, Duration to, int count) {}

  /** About a dozen bins with round ends that hold all these times. */
  public static List<Bin> bins(List<Duration> times) {
    if (times.isEmpty()) {
      return List.of();
    }
    Duration first = Collections.min(times);
    Duration last = Collections.max(times);
    Duration width = Durations.round(last.minus(first).dividedBy(BINS));
    Duration start = width.multipliedBy(first.dividedBy(width));
    int[] counts = new int[(int) last.minus(start).dividedBy(width) + 1];
    for (Duration time : times) {
      counts[(int) time.minus(start).dividedBy(width)]++;
    }
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      Duration from = start.plus(width.multipliedBy(i));
      bins.add(new Bin(from, from.plus(width), counts[i]));
    }
    return bins;
  }
}
