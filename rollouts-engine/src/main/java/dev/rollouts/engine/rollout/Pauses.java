package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pausing and aborting: what holds at the start of a turn, what the turn asks for, and what the
 * status says afterwards.
 */
final class Pauses {
  private final RolloutStatus before;
  private final Instant now;
  private final Set<String> added = new LinkedHashSet<>();
  private final Set<String> removed = new LinkedHashSet<>();
  private boolean cleared;
  private boolean latched;
  private boolean spent;
  private boolean abortRemoved;
  private boolean abortAdded;
  private @Nullable String abortMessage;

  Pauses(RolloutStatus before, Instant now) {
    this.before = before;
    this.now = now;
  }

  /** Whether the update is aborted, as asked for up to this point of the turn. */
  boolean isAborted() {
    return !abortRemoved && (before.abort() || abortAdded);
  }

  /** Whether an analysis that could not tell holds everything up. */
  boolean isInconclusive() {
    return before.isPausedFor(PauseCondition.INCONCLUSIVE_ANALYSIS);
  }

  /** Whether a person has just cleared the pause conditions. */
  boolean isJustResumed() {
    return before.controllerPause() && before.pauseConditions().isEmpty();
  }

  /** The pause for a reason as it was before this turn, or null. */
  @Nullable PauseCondition condition(String reason) {
    for (PauseCondition each : before.pauseConditions()) {
      if (each.reason().equals(reason)) {
        return each;
      }
    }
    return null;
  }

  /** Whether this turn asks for a pause that was not there. */
  boolean isAdding() {
    return !added.isEmpty();
  }

  /** Whether this turn asks for this pause. */
  boolean isAdding(String reason) {
    return added.contains(reason);
  }

  void add(String reason) {
    added.add(reason);
  }

  void remove(String reason) {
    removed.add(reason);
  }

  /** Ends every pause. */
  void clear() {
    cleared = true;
  }

  /** The resume of this turn has had its effect; {@link #latch} does not keep it. */
  void spendResume() {
    spent = true;
  }

  /** Remembers that a pause has ended although no condition is left to tell. */
  void latch() {
    latched = true;
  }

  /** Asks for an abort, whatever was asked before; the first message counts. */
  void abort(String message) {
    abortAdded = true;
    abortRemoved = false;
    if (abortMessage == null) {
      abortMessage = message;
    }
  }

  void removeAbort() {
    abortRemoved = true;
  }

  /** Why this turn aborts, or null. */
  @Nullable String abortMessage() {
    return abortMessage;
  }

  /** Writes pause and abort into a status. */
  void apply(RolloutStatus.Builder next) {
    if (isAborted()) {
      next.abort(true)
          .abortedAt(before.abortedAt() == null ? now : before.abortedAt())
          .pauseConditions(List.of())
          .controllerPause(false);
      return;
    }
    next.abort(false).abortedAt(null);
    if (cleared) {
      next.pauseConditions(List.of()).controllerPause(false);
      return;
    }
    List<PauseCondition> conditions = new ArrayList<>();
    for (PauseCondition each : before.pauseConditions()) {
      if (!removed.contains(each.reason())) {
        conditions.add(each);
      }
    }
    boolean paused = before.controllerPause();
    for (String reason : added) {
      if (condition(reason) == null) {
        conditions.add(new PauseCondition(reason, now));
        paused = true;
      }
    }
    next.pauseConditions(conditions)
        .controllerPause(conditions.isEmpty() ? latched && !spent : paused);
  }
}
