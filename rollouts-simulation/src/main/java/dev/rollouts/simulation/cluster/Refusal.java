package dev.rollouts.simulation.cluster;

import dev.rollouts.engine.cluster.ClusterAnswer;

/**
 * Why the API server did not do something.
 *
 * @param error what it said
 */
public record Refusal(ClusterAnswer.Refusal why, String error) {
  static Refusal conflict(String kind, String name) {
    return new Refusal(
        ClusterAnswer.Refusal.CONFLICT,
        "Operation cannot be fulfilled on "
            + kind
            + " \""
            + name
            + "\": the object has been modified; please apply your changes to the latest version"
            + " and try again");
  }

  static Refusal notFound(String kind, String name) {
    return new Refusal(ClusterAnswer.Refusal.NOT_FOUND, kind + " \"" + name + "\" not found");
  }

  static Refusal alreadyExists(String kind, String name) {
    return new Refusal(
        ClusterAnswer.Refusal.ALREADY_EXISTS, kind + " \"" + name + "\" already exists");
  }

  static Refusal other(String error) {
    return new Refusal(ClusterAnswer.Refusal.OTHER, error);
  }
}
