package dev.rollouts.simulation.rollout;

import dev.rollouts.simulation.cluster.Kind;
import dev.rollouts.simulation.cluster.VirtualTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The planned faults of one simulation, each of which hits once. */
final class Troubles {
  private static final long DOWNTIME = 1_000;

  private final VirtualTime time;
  private final List<PlannedFault> planned;
  private final long deathAfter;
  private long writes;

  /**
   * Faults to come.
   *
   * @param deathAfter the write after which the controller dies; 0 for none
   */
  Troubles(VirtualTime time, List<PlannedFault> planned, long deathAfter) {
    this.time = time;
    this.planned = new ArrayList<>(planned);
    this.deathAfter = deathAfter;
  }

  /** Stalls a watch. */
  interface Stalling {
    void stall(Kind kind, long until);
  }

  long writes() {
    return writes;
  }

  boolean hits(ClusterFault fault) {
    return !planned.isEmpty() && take(fault) != null;
  }

  private @org.jspecify.annotations.Nullable PlannedFault take(ClusterFault fault) {
    for (Iterator<PlannedFault> all = planned.iterator(); all.hasNext(); ) {
      PlannedFault each = all.next();
      if (each.fault() == fault && each.at() <= time.now()) {
        all.remove();
        return each;
      }
    }
    return null;
  }

  void stale(Stalling stalling) {
    if (planned.isEmpty()) {
      return;
    }
    PlannedFault read = take(ClusterFault.STALE_READ);
    if (read != null) {
      for (Kind kind : List.of(Kind.REPLICA_SET, Kind.ANALYSIS_RUN, Kind.EXPERIMENT, Kind.OBJECT)) {
        stalling.stall(kind, time.now() + read.extent());
      }
    }
    PlannedFault rollout = take(ClusterFault.STALE_ROLLOUT);
    if (rollout != null) {
      stalling.stall(Kind.ROLLOUT, time.now() + rollout.extent());
    }
  }

  /** Counts a write; how long the controller is down after it, or -1 when it lives on. */
  long deathAfterWrite() {
    writes++;
    if (writes == deathAfter) {
      return DOWNTIME;
    }
    PlannedFault restart = planned.isEmpty() ? null : take(ClusterFault.RESTART);
    return restart == null ? -1 : restart.extent();
  }
}
