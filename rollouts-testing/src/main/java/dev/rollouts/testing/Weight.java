package dev.rollouts.testing;

/**
 * A share of all requests.
 *
 * @param percent from 0 to 100
 */
public record Weight(double percent) {
  public Weight {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("a weight is from 0 to 100, was " + percent);
    }
  }

  /** As in messages: {@code weight 40}. */
  @Override
  public String toString() {
    return percent == Math.rint(percent) ? "weight " + (long) percent : "weight " + percent;
  }
}
