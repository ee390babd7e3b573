package dev.rollouts.simulation.rollout;

/** Something that somebody does at some time. */
public record ScenarioEvent(When when, Act act) {
  @Override
  public String toString() {
    return when + ": " + act;
  }
}
