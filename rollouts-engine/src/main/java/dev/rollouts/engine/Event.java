package dev.rollouts.engine;

/**
 * What happened, in the words of the Kubernetes event.
 *
 * @param warning whether the event's type is Warning instead of Normal
 * @param reason one word, such as {@code RolloutStepCompleted}
 * @param message a sentence for people
 */
public record Event(boolean warning, String reason, String message) {
  /** An event of type Normal. */
  public static Event normal(String reason, String message) {
    return new Event(false, reason, message);
  }

  /** An event of type Warning. */
  public static Event warning(String reason, String message) {
    return new Event(true, reason, message);
  }
}
