package dev.rollouts.api;

import dev.rollouts.api.wire.Required;
import java.time.Instant;

/**
 * One aspect of an object's state, as the controller reports it. Spec:
 * docs/spec/rollout.md#conditions.
 *
 * @param type what is reported on, such as {@code Progressing}
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param lastUpdateTime when it was last written
 * @param lastTransitionTime when its status last changed
 * @param reason one word for the cause
 * @param message a sentence for people
 */
public record Condition(
    @Required String type,
    @Required String status,
    @Required Instant lastUpdateTime,
    @Required Instant lastTransitionTime,
    @Required String reason,
    @Required String message) {

  /** Status of a condition that holds. */
  public static final String TRUE = "True";

  /** Status of a condition that does not hold. */
  public static final String FALSE = "False";

  /** Status of a condition of which nothing is known. */
  public static final String UNKNOWN = "Unknown";

  /** Whether the condition holds. */
  public boolean isTrue() {
    return status.equals(TRUE);
  }
}
