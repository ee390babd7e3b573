package dev.rollouts.testing;

import dev.rollouts.simulation.HealthyWorld;
import dev.rollouts.simulation.Release;
import dev.rollouts.simulation.Script;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * How a metric goes while a new version is on its way: as its conditions want it, and from some
 * point on another number. Made by {@link RolloutsAssertions}. Immutable.
 */
public final class MetricCourse {
  private final String words;
  private final double number;
  private final Predicate<Release> begun;

  private MetricCourse(String words, double number, Predicate<Release> begun) {
    this.words = words;
    this.number = number;
    this.begun = begun;
  }

  static MetricCourse of(String verb, double number) {
    return new MetricCourse(verb + " " + number, number, release -> release.share() > 0);
  }

  /** The same, not before the new version gets so much. */
  public MetricCourse at(Weight weight) {
    return new MetricCourse(
        words + " at " + weight,
        number,
        begun.and(release -> release.share() * 100 >= weight.percent() - 1e-6));
  }

  /** The same, not before the new version has been on its way for so long. */
  public MetricCourse after(Duration time) {
    return new MetricCourse(
        words + " after " + time.toSeconds() + "s",
        number,
        begun.and(release -> release.age().compareTo(time) >= 0));
  }

  Script script() {
    Script healthy = HealthyWorld.everything();
    Script other = Script.constant(number);
    return Script.delegating(
        question -> {
          Release release = question.release();
          return release != null && release.update() && begun.test(release) ? other : healthy;
        });
  }

  /** As in messages: {@code rises to 0.08}. */
  @Override
  public String toString() {
    return words;
  }
}
