package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many small lives of rollouts, each with its own users, pods and faults. */
@Tag("sim")
class HistoriesTest {
  private static final Long ONE = Long.getLong("sim.history");
  private static final long HISTORIES = Long.getLong("sim.histories", 10_000);
  private static final long RESUMABLE_FROM = 100_000;
  private static final Path PROGRESS = Path.of("target", "histories.next");

  /** What only an interrupted write, a hand-edited object or a bad engine can come near. */
  private static final Set<RolloutInvariant> RARE =
      Set.of(
          RolloutInvariant.ABORTED_WEIGHT_ENDS_AT_ZERO, RolloutInvariant.PRE_PROMOTION_SUCCEEDED);

  @Test
  void everyInvariantHoldsInEveryHistoryAndHasManyChancesNotTo() throws IOException {
    if (ONE != null) {
      System.out.println(
          History.of(ONE)
              .simulation(History.engine()::decide)
              .recorded(true)
              .run(History.LENGTH)
              .timeline());
      return;
    }
    boolean resumable = HISTORIES >= RESUMABLE_FROM;
    long from = resumable && Files.exists(PROGRESS) ? next() : 0;
    long started = System.nanoTime();
    Histories.Summary summary =
        new Histories(History.engine()::decide)
            .run(
                from,
                HISTORIES,
                done -> {
                  if (resumable) {
                    write(done);
                  }
                });
    double seconds = (System.nanoTime() - started) / 1e9;
    System.out.printf(
        "%d histories, %.0f per second, %.0f decisions per second, median %d, ends %s%n",
        summary.histories(),
        summary.histories() / seconds,
        summary.decisions() / seconds,
        summary.medianDecisions(),
        summary.ends());
    Files.deleteIfExists(PROGRESS);
    assertThat(summary.medianDecisions()).isGreaterThanOrEqualTo(40);
    if (from == 0) {
      Map<RolloutInvariant, Long> chances = summary.chances().asMap();
      for (RolloutInvariant invariant : RolloutInvariant.values()) {
        assertThat(chances.getOrDefault(invariant, 0L))
            .as("states in which %s could have failed", invariant)
            .isGreaterThan(RARE.contains(invariant) ? 5 : 30);
      }
    }
  }

  /** Rare ones; what they show is named so that it can be found again should histories change. */
  @ParameterizedTest(name = "history {0}: {1}")
  @CsvSource({
    "71147, R-106 an aborted canary has more pods than its weight needs while stable lost some",
    "180369, R-561 a retry is seen together with a skip to the plugin step that had failed",
    "245629, R-142 a full promotion sends to a canary Service that selects every version",
    "282173, R-230 a controller comes back after the delay of an abort; a route leads to the canary",
    "311201, R-286 ping-pong without steps is promoted before any route was written",
    "319079, R-133 an update is superseded while its last weight is not verified",
    "416603, R-385 an update that is paused is taken back to a stable version without all its pods",
    "900691, R-142 a progress threshold sends to a canary Service that selects every version",
    "469824, R-230 the delay of an abort is over while a route leads to the canary",
  })
  void historiesThatOnceBroke(long history, String what) {
    RolloutTrace trace = History.of(history).run(History.engine()::decide);
    assertThat(trace.decisions()).as(what).isPositive();
  }

  private static long next() throws IOException {
    return Math.min(HISTORIES, Long.parseLong(Files.readString(PROGRESS).strip()));
  }

  private static void write(long done) {
    try {
      Files.writeString(PROGRESS, Long.toString(done));
    } catch (IOException full) {
      throw new java.io.UncheckedIOException(full);
    }
  }
}
