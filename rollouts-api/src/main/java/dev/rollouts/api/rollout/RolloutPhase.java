package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.WireEnum;

/** Where a rollout stands. */
public enum RolloutPhase implements WireEnum {
  /** Everything is as wanted. */
  HEALTHY("Healthy"),
  /** Something is wrong, and somebody should look. */
  DEGRADED("Degraded"),
  /** On its way. */
  PROGRESSING("Progressing"),
  /** Waiting, mostly for a person. */
  PAUSED("Paused");

  private final String wireName;

  RolloutPhase(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
