package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.controller.Controller;
import dev.rollouts.testcluster.proxy.FaultProxy;
import dev.rollouts.testcluster.proxy.ProxiedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wherever the controller dies, its successor gets to the same place, on the real API server. A few
 * points of each scenario; all of them with {@code -Dcrash.points=all}.
 */
@Tag("it")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class CrashPointsTest {
  private static final String POINTS = System.getProperty("crash.points", "4");
  private static final int AT_ONCE = 4;

  private final AtomicInteger notReached = new AtomicInteger();

  @ParameterizedTest(name = "R-525, O-070 {0}")
  @ValueSource(
      strings = {
        "canary-promoted",
        "canary-aborted",
        "canary-retried",
        "canary-undone",
        "canary-scaled",
        "canary-istio",
        "canary-istio-dynamic",
        "canary-nginx",
        "canary-background",
        "canary-step-analysis",
        "canary-experiment",
        "blue-green-analysed",
        "workload-ref"
      })
  void deathAtAnyWriteChangesNothingInTheEnd(String name)
      throws InterruptedException, ExecutionException {
    ScenarioFile scenario = ScenarioFile.of(name);
    CalmLife calm = CalmLife.of(scenario);
    assertThat(calm.writes()).hasSizeGreaterThan(10);
    ExecutorService lives = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Optional<String>>> ends = new ArrayList<>();
      for (CrashPoint point : points(calm.writes().size())) {
        ends.add(lives.submit(() -> dies(scenario, calm, point)));
      }
      List<String> differences = new ArrayList<>();
      for (Future<Optional<String>> end : ends) {
        end.get().ifPresent(differences::add);
      }
      assertThat(differences).isEmpty();
      assertThat(notReached).as("ends before its write").hasValueLessThan(1 + ends.size() / 8);
    } finally {
      lives.shutdownNow();
    }
  }

  /** All writes, or some of them at equal distances; every third is never heard of. */
  static List<CrashPoint> points(int writes) {
    int count = POINTS.equals("all") ? writes : Math.min(writes, Integer.parseInt(POINTS));
    List<CrashPoint> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      points.add(
          new CrashPoint(
              1 + (2L * i + 1) * writes / (2L * count),
              i % 3 == 1 ? FaultProxy.Reach.NOT_DONE : FaultProxy.Reach.DONE));
    }
    return points;
  }

  /** What is different in the end, if anything. */
  private Optional<String> dies(ScenarioFile scenario, CalmLife calm, CrashPoint point)
      throws InterruptedException {
    String last = "it did not come to that";
    try (Life life = new Life(scenario);
        FaultProxy proxy =
            FaultProxy.start(
                life.cluster().cluster().controlPlane(), "controller", "system:masters")) {
      CompletableFuture<ProxiedRequest> death = proxy.dieAtWrite(point.write(), point.reach());
      Controller first = Controllers.start(life.cluster().namespace(), proxy.kubeconfig());
      life.begin();
      try {
        last = String.valueOf(death.get(2, TimeUnit.MINUTES));
      } catch (ExecutionException | TimeoutException never) {
        // Counts that come close together are saved together, so a life may have fewer writes.
        notReached.incrementAndGet();
        try (first) {
          life.awaitEnd(calm.ending(), Optional.of(calm.around()));
        }
        return Optional.empty();
      }
      // It can do nothing any more; what is left of it goes meanwhile.
      Thread remains = new Thread(first::close);
      remains.start();
      try (Controller second =
          Controllers.start(
              life.cluster().namespace(),
              life.cluster().cluster().controlPlane().kubeconfigFor("second", "system:masters"))) {
        assertThat(second).isNotNull();
        life.awaitEnd(calm.ending(), Optional.of(calm.around()));
      }
      remains.join();
      return Optional.empty();
    } catch (AssertionError difference) {
      return Optional.of("%s (%s): %s".formatted(point, last, difference.getMessage()));
    }
  }
}
