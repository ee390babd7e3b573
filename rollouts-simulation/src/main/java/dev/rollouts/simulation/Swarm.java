package dev.rollouts.simulation;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The faults of one run: which of them, how often, and when. */
final class Swarm {
  private static final double CHOSEN = 0.6;
  private static final double RATE_MIN = 0.01;
  private static final double RATE_MAX = 0.3;

  private final SplittableRandom random;
  private final Map<Fault, Double> rates = new EnumMap<>(Fault.class);
  private final Duration calmFrom;

  /**
   * A selection of faults.
   *
   * @param calmFrom none of them hits from then on
   */
  Swarm(Set<Fault> faults, long seed, Duration calmFrom) {
    this.random = new SplittableRandom(Seeds.mix(seed, Fault.class.getName().length()));
    this.calmFrom = calmFrom;
    while (rates.isEmpty() && !faults.isEmpty()) {
      for (Fault fault : Fault.values()) {
        if (faults.contains(fault) && (faults.size() == 1 || random.nextDouble() < CHOSEN)) {
          rates.put(fault, RATE_MIN * Math.pow(RATE_MAX / RATE_MIN, random.nextDouble()));
        }
      }
    }
  }

  static Swarm none() {
    return new Swarm(Set.of(), 0, Duration.ZERO);
  }

  boolean isChosen(Fault fault) {
    return rates.containsKey(fault);
  }

  boolean hits(Fault fault, Duration elapsed) {
    Double rate = rates.get(fault);
    return rate != null && elapsed.compareTo(calmFrom) < 0 && random.nextDouble() < rate;
  }

  boolean coin() {
    return random.nextBoolean();
  }

  /** Something from zero to the given span, in milliseconds. */
  Duration upTo(Duration span) {
    return Duration.ofMillis(random.nextLong(Math.max(1, span.toMillis() + 1)));
  }

  void shuffle(List<?> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      Collections.swap(list, i, random.nextInt(i + 1));
    }
  }

  /** When somebody stops the run, or null. */
  @Nullable Duration termination() {
    return isChosen(Fault.TERMINATION) ? upTo(calmFrom) : null;
  }
}
