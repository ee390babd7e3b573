package dev.rollouts.simulation.rollout;

/** What must hold after every decision about a rollout, whatever the rollout and the faults. */
public enum RolloutInvariant {
  DECIDING_TWICE_IS_EQUAL("the same inputs give an equal decision", "R-020"),
  NO_HOT_LOOP("a controller decides no more than a few hundred times a minute", "pain 12");

  private final String promise;
  private final String rules;

  RolloutInvariant(String promise, String rules) {
    this.promise = promise;
    this.rules = rules;
  }

  /** What holds, as a sentence without a full stop. */
  public String promise() {
    return promise;
  }

  /** Ids of the rules that it stands for. */
  public String rules() {
    return rules;
  }
}
