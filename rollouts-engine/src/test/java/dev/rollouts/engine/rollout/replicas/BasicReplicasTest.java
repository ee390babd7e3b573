package dev.rollouts.engine.rollout.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BasicReplicasTest {
  private static final int TRIALS = 20_000;

  @ParameterizedTest(name = "{0} {1} replicas, surge {2}, weight {3} -> {4} + {5}")
  @CsvSource({
    "R-072, 3, 0, 50, 2, 1",
    "R-072, 3, 1, 50, 2, 2",
    "R-072, 2, 1, 99, 2, 1",
    "R-072, 10, 1, 24, 3, 8",
    "R-072, 1, 0, 49, 0, 1",
    "R-072, 1, 0, 50, 1, 0",
    "R-072, 4, 0, 50, 2, 2",
    "R-072, 5, 0, 50, 3, 2",
    "R-072, 5, 1, 90, 5, 1",
    "R-072, 7, 1, 20, 2, 6",
    "R-072, 1, 1, 1, 1, 1",
    "R-072, 1, 1, 99, 1, 1",
    "R-072, 6, 1, 40, 3, 4",
    "R-072, 0, 1, 50, 0, 0",
    "R-073, 10, 1, 0, 0, 10",
    "R-073, 10, 1, 100, 10, 0",
    "R-073, 2, 1, 1, 1, 2",
    "R-074, 2, 0, 75, 1, 1",
    "R-074, 5, 0, 90, 4, 1",
    "R-074, 10, 0, 95, 9, 1",
  })
  void comesClosestToTheWeight(
      String rule, int replicas, int surge, int weight, int canary, int stable) {
    assertThat(BasicReplicas.target(replicas, weight, 100, surge))
        .isEqualTo(new CanarySplit(canary, stable));
  }

  /** Sequences as canary/stable, from one settled state to the next. */
  @ParameterizedTest(name = "{0} {1} replicas, surge {2}, unavailable {3}, weight {4}: {5}")
  @CsvSource({
    "R-076, 5, 2, 1, 20, 0/5 1/4",
    "R-076, 5, 2, 1, 50, 1/4 3/3",
    "R-076, 5, 2, 1, 100, 0/5 2/4 3/2 5/1 5/0",
    "R-079, 4, 0, 1, 50, 0/4 0/3 1/3 1/2 2/2",
    "R-080, 6, 1, 0, 40, 0/6 1/6 1/5 2/5 2/4 3/4",
    "R-080, 10, 1, 0, 50, 2/8 3/8 3/7 4/7 4/6 5/6 5/5",
    "R-076, 10, 3, 2, 10, 0/10 1/9",
    "R-076, 1, 1, 0, 50, 0/1 1/1",
    "R-080, 5, 2, 1, 0, 3/3 1/4 0/5",
    "R-074, 2, 0, 1, 75, 0/2 0/1 1/1",
  })
  void movesWithinSurgeAndUnavailability(
      String rule, int replicas, int surge, int unavailable, int weight, String sequence) {
    List<String> expected = List.of(sequence.split(" "));
    CanarySplit target = BasicReplicas.target(replicas, weight, 100, surge);
    List<String> seen = new ArrayList<>(List.of(expected.get(0)));
    CanarySplit now = parse(expected.get(0));
    for (int i = 0; i < 50; i++) {
      CanarySplit next =
          BasicReplicas.next(
              target,
              new Pods(now.canary(), now.canary()),
              new Pods(now.stable(), now.stable()),
              0,
              replicas,
              surge,
              unavailable);
      if (next.equals(now)) {
        break;
      }
      now = next;
      seen.add(now.canary() + "/" + now.stable());
    }
    assertThat(seen).isEqualTo(expected);
  }

  private static CanarySplit parse(String text) {
    String[] parts = text.split("/");
    return new CanarySplit(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  /** Pods as wanted/available. */
  @ParameterizedTest(
      name = "{0} {1} replicas, surge {2}, unavailable {3}, weight {4}, canary {5}, stable {6}")
  @CsvSource({
    "R-081, 10, 1, 0, 100, 10/8, 10/2, 9, 2",
    "R-081, 10, 0, 3, 30, 4/4, 8/5, 3, 7",
    "R-078, 4, 1, 0, 100, 1/1, 4/1, 1, 3",
    "R-079, 4, 1, 0, 0, 4/4, 0/0, 4, 1",
    "R-076, 10, 2, 1, 50, 0/0, 10/10, 2, 9",
    "R-079, 10, 3, 0, 100, 6/3, 7/8, 6, 7",
  })
  void countsPodsThatAreNotAvailable(
      String rule,
      int replicas,
      int surge,
      int unavailable,
      int weight,
      String canary,
      String stable,
      int nextCanary,
      int nextStable) {
    CanarySplit fresh = parse(canary);
    CanarySplit old = parse(stable);
    assertThat(
            BasicReplicas.next(
                BasicReplicas.target(replicas, weight, 100, surge),
                new Pods(fresh.canary(), fresh.stable()),
                new Pods(old.canary(), old.stable()),
                0,
                replicas,
                surge,
                unavailable))
        .isEqualTo(new CanarySplit(nextCanary, nextStable));
  }

  @Test
  @DisplayName("R-075 Without another stable version everything goes to the new one")
  void goesToTheOnlyVersion() {
    assertThat(BasicReplicas.next(new CanarySplit(1, 4), new Pods(2, 2), null, 0, 5, 1, 1))
        .isEqualTo(new CanarySplit(5, 0));
  }

  @Test
  @DisplayName("R-077 Nothing is scaled down while other versions have pods")
  void waitsForOthers() {
    assertThat(
            BasicReplicas.next(new CanarySplit(5, 0), new Pods(2, 2), new Pods(3, 3), 1, 5, 2, 1))
        .isEqualTo(new CanarySplit(3, 3));
  }

  @Test
  @Tag("sim")
  @DisplayName("R-072, R-076, R-080 Whatever the numbers: bounds hold, and the target is reached")
  void alwaysArrives() {
    Random random = new Random(42);
    for (int i = 0; i < TRIALS; i++) {
      int replicas = 1 + random.nextInt(40);
      int surge = random.nextInt(10);
      int unavailable = Math.min(replicas, surge == 0 ? 1 + random.nextInt(5) : random.nextInt(5));
      CanarySplit target = BasicReplicas.target(replicas, random.nextInt(101), 100, surge);
      assertThat(target.canary() + target.stable()).isBetween(replicas, replicas + surge);
      CanarySplit now = BasicReplicas.target(replicas, random.nextInt(101), 100, surge);
      String start = "%d/%d/%d from %s to %s".formatted(replicas, surge, unavailable, now, target);
      int moves = 0;
      while (!now.equals(target)) {
        CanarySplit next =
            BasicReplicas.next(
                target,
                new Pods(now.canary(), now.canary()),
                new Pods(now.stable(), now.stable()),
                0,
                replicas,
                surge,
                unavailable);
        assertThat(next).as(start).isNotEqualTo(now);
        int most = Math.max(now.canary() + now.stable(), replicas + surge);
        assertThat(next.canary() + next.stable()).as(start).isLessThanOrEqualTo(most);
        assertThat(Math.min(next.canary(), now.canary()) + Math.min(next.stable(), now.stable()))
            .as(start + " available at " + now)
            .isGreaterThanOrEqualTo(Math.min(replicas - unavailable, now.canary() + now.stable()));
        now = next;
        assertThat(++moves).as(start).isLessThan(200);
      }
    }
  }
}
