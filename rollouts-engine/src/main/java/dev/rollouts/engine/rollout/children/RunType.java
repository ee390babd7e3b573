package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.wire.WireEnum;

/** Why a rollout runs an analysis. */
public enum RunType implements WireEnum {
  /** As a step of a canary. */
  STEP("Step"),
  /** Beside the steps of a canary. */
  BACKGROUND("Background"),
  /** Before a blue-green update takes over the traffic. */
  PRE_PROMOTION("PrePromotion"),
  /** After it has taken over. */
  POST_PROMOTION("PostPromotion");

  private final String wireName;

  RunType(String wireName) {
    this.wireName = wireName;
  }

  /** The value of the label {@code rollout-type}. */
  @Override
  public String wireName() {
    return wireName;
  }

  /** What the name of such a run has behind its revision. */
  String suffix(int stepIndex) {
    return switch (this) {
      case STEP -> "-" + stepIndex;
      case BACKGROUND -> "";
      case PRE_PROMOTION -> "-pre";
      case POST_PROMOTION -> "-post";
    };
  }
}
