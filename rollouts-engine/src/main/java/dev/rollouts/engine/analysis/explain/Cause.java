package dev.rollouts.engine.analysis.explain;

import dev.rollouts.engine.Reason;
import java.util.List;

/**
 * One link of the chain from a phase down to the numbers.
 *
 * @param level what the link is about
 * @param reason the rule, what it was applied to, and the numbers it looked at
 * @param text one sentence without its full stop, in plain words; what comes from outside has its
 *     control characters escaped
 * @param because the links below; empty at the end of the chain
 */
public record Cause(Level level, Reason reason, String text, List<Cause> because) {
  /** What a link is about, outermost first. */
  public enum Level {
    RUN,
    METRIC,
    LIMIT,
    MEASUREMENT,
    CONDITION,
    NUMBERS
  }

  public Cause {
    because = List.copyOf(because);
  }
}
