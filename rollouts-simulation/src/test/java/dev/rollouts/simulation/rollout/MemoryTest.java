package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An engine serves a whole process and keeps what it found out; nobody may notice but by time. */
@Tag("sim")
class MemoryTest {
  private static final long HISTORIES = 200;

  private final RolloutEngine engine = new RolloutEngine();
  private final AtomicLong turns = new AtomicLong();

  @Test
  @DisplayName("an engine that has decided much decides as one that has decided nothing")
  void whatIsKnownFromEarlierTurnsChangesNoDecision() {
    new Histories(this::decide).run(0, HISTORIES, done -> {});
    assertThat(turns.get()).isGreaterThan(40 * HISTORIES);
  }

  private Decision<RolloutStatus, ClusterEffect> decide(
      Rollout rollout, RolloutObservations seen, Instant now) {
    var anew = new RolloutEngine().decide(rollout, seen, now);
    assertThat(engine.decide(rollout, seen, now)).as("after other turns").isEqualTo(anew);
    assertThat(engine.decide(rollout, seen, now)).as("after this very turn").isEqualTo(anew);
    turns.incrementAndGet();
    return anew;
  }
}
