package dev.rollouts.engine.condition;

import java.time.Instant;
import org.apache.commons.jexl3.JexlContext;
import org.jspecify.annotations.Nullable;

/**
 * One run of a condition: what it sees and what it may still spend. The generated script finds its
 * operations and constants here, and nothing else.
 *
 * <p>Budgets count work, not time, so that the same condition on the same value ends the same way
 * everywhere.
 */
final class Evaluation implements JexlContext {
  /** About a second's worth of the cheapest steps. */
  static final long STEP_LIMIT = 10_000_000;

  /** No array and no string that a condition makes has as many elements or characters. */
  static final long SIZE_LIMIT = 1_000_000;

  /** What all arrays and strings of one run may add up to. */
  static final long TOTAL_SIZE_LIMIT = 4_000_000;

  /** How deep a value may be nested. */
  static final int DEPTH_LIMIT = 250;

  private final @Nullable Object[] slots;
  private @Nullable Object result;
  private final Instant now;
  private long steps = STEP_LIMIT;
  private long size = TOTAL_SIZE_LIMIT;

  Evaluation(@Nullable Object[] slots, Instant now) {
    this.slots = slots;
    this.now = now;
  }

  /** Sets the metric's value; before the run, which may cost steps already. */
  void setResult(@Nullable Object result) {
    this.result = result;
  }

  @Nullable Object result() {
    return result;
  }

  Instant now() {
    return now;
  }

  /** Spends steps. */
  void step(long count) {
    steps -= count;
    if (steps < 0) {
      throw Fault.run("step budget exceeded");
    }
  }

  /** Spends the steps of looking at a text of that length. */
  void read(String text) {
    step(1 + (text.length() >> 5));
  }

  /** Spends room for an array or a string; call it before there is one. */
  void allocate(long count) {
    if (count >= SIZE_LIMIT || count > size) {
      throw Fault.memory();
    }
    size -= count;
    step(count);
  }

  /** Refuses to follow a value any deeper. */
  static int deeper(int depth) {
    if (depth >= DEPTH_LIMIT) {
      throw Fault.tooDeep();
    }
    return depth + 1;
  }

  @Override
  public @Nullable Object get(String name) {
    int slot = slot(name);
    return slot < 0 ? null : slots[slot];
  }

  @Override
  public boolean has(String name) {
    return slot(name) >= 0;
  }

  @Override
  public void set(String name, Object value) {
    throw new UnsupportedOperationException("conditions have no variables");
  }

  private int slot(String name) {
    if (name.length() < 2 || name.charAt(0) != 's') {
      return -1;
    }
    int slot = 0;
    for (int i = 1; i < name.length(); i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      slot = slot * 10 + digit;
      if (slot >= slots.length) {
        return -1;
      }
    }
    return slot;
  }
}
