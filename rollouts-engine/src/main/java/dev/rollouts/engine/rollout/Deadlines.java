package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Deadlines of ReplicaSets that wait to be scaled down. */
final class Deadlines {
  private Deadlines() {}

  /**
   * See {@link CanaryScale#isHeldAfterAbort}; blue-green previews are held the same way.
   *
   * @param mayGo whether nothing is sent to it any more; until then it stays after its delay, too
   */
  static boolean holdAfterAbort(Turn turn, ReplicaSet fresh, boolean mayGo) {
    Optional<Duration> delay = turn.effective.abortScaleDownDelay();
    Optional<Instant> deadline = Turn.deadline(turn.current(fresh));
    boolean stamped = turn.current(fresh).annotation(RolloutKeys.SCALE_DOWN_DEADLINE) != null;
    int size = fresh.replicas();
    if (delay.isPresent() && size > 0) {
      if (!stamped && turn.revisions.stableAvailable() >= turn.replicas()) {
        turn.stampDeadline(fresh, delay.get());
        turn.reason("R-230", fresh.name(), "scaledDownAt", turn.now.plus(delay.get()).toString());
      } else if (stamped && (deadline.isEmpty() || !deadline.get().isAfter(turn.now))) {
        size = mayGo ? 0 : size;
      } else if (stamped) {
        turn.wakeAt(deadline.get());
        turn.reason("R-230", fresh.name(), "scaledDownAt", deadline.get().toString());
      }
    }
    return turn.scale(fresh, size, true);
  }

  /**
   * Scales down ReplicaSets that nobody refers to any more once their delay is over.
   *
   * @param sets youngest first
   * @param size what they keep until then; empty means what they have
   */
  static boolean scaleDownLater(Turn turn, List<ReplicaSet> sets, Optional<Integer> size) {
    boolean scaled = false;
    int counted = 0;
    int limit = turn.effective.scaleDownDelayRevisionLimit().orElse(Integer.MAX_VALUE);
    Duration delay = turn.effective.scaleDownDelay();
    for (ReplicaSet each : sets) {
      ReplicaSet now = turn.current(each);
      boolean stamped = now.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) != null;
      Instant deadline = Turn.deadline(now).orElse(null);
      boolean keeps;
      if (!stamped) {
        keeps = counted < limit && !delay.isZero() && !delay.isNegative();
        if (keeps) {
          turn.stampDeadline(each, delay);
          turn.reason("R-281", each.name(), "scaledDownAt", turn.now.plus(delay).toString());
          counted++;
        }
      } else {
        counted++;
        keeps = counted <= limit && deadline != null && deadline.isAfter(turn.now);
        if (keeps) {
          turn.wakeAt(requireNonNull(deadline));
          turn.reason("R-281", each.name(), "scaledDownAt", String.valueOf(deadline));
        }
      }
      scaled |= turn.scale(each, keeps ? size.orElse(now.replicas()) : 0, false);
    }
    return scaled;
  }
}
