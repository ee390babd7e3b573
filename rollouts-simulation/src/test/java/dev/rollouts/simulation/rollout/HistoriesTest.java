package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
