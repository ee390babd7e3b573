package dev.rollouts.simulation.cluster;

import dev.rollouts.simulation.Question;
import dev.rollouts.simulation.Script;
import java.util.function.ToDoubleBiFunction;

/** Answers of a metric that may depend on what the cluster serves. */
@FunctionalInterface
public interface TrafficScript {
  /** The script that answers, over the traffic of one simulation. */
  Script over(Traffic traffic);

  /** A script that knows nothing of traffic. */
  static TrafficScript of(Script script) {
    return traffic -> script;
  }

  /**
   * A number made of the traffic of the newest version.
   *
   * @param number in: what that version gets and does, and what is asked
   */
  static TrafficScript ofNewest(ToDoubleBiFunction<VersionTraffic, Question> number) {
    return traffic -> Script.measured(question -> number.applyAsDouble(traffic.newest(), question));
  }

  /** Share of the newest version's requests that fail, from 0 to 1; 0 without requests. */
  static TrafficScript errorRate() {
    return ofNewest((version, question) -> version.failureShare());
  }

  /** Share of the newest version's requests that succeed, from 0 to 1; 1 without requests. */
  static TrafficScript successRate() {
    return ofNewest((version, question) -> 1 - version.failureShare());
  }

  /** Share of the newest version's capacity that is asked for; more than 1 is overload. */
  static TrafficScript utilisation() {
    return ofNewest((version, question) -> version.utilisation());
  }
}
