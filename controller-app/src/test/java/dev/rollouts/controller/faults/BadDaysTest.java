package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.controller.Controller;
import dev.rollouts.testcluster.proxy.FaultProxy;
import dev.rollouts.testcluster.proxy.SeededFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The API server refuses, hangs, loses answers, tells late and tells old things; the scenario ends
 * as on a calm day. {@code -Dfaults.seed} is where chance starts.
 */
@Tag("it")
class BadDaysTest {
  private static final long SEED = Long.getLong("faults.seed", 1);
  private static final double SHARE = 0.15;
  private static final Duration TICK = Duration.ofMillis(400);
  private static final int AT_ONCE = 4;

  @Test
  @DisplayName("R-002, R-521, R-525 Under faults of every kind each scenario ends as on a calm day")
  void endsAsOnACalmDay() throws InterruptedException, ExecutionException {
    ExecutorService lives = Executors.newFixedThreadPool(AT_ONCE);
    try {
      Map<String, Future<Map<String, Integer>>> days = new java.util.LinkedHashMap<>();
      for (String name : ScenarioFile.names()) {
        long seed = SEED + days.size();
        days.put(name, lives.submit(() -> badDay(ScenarioFile.of(name), seed)));
      }
      List<String> differences = new ArrayList<>();
      Map<String, Integer> done = new java.util.TreeMap<>();
      for (Map.Entry<String, Future<Map<String, Integer>>> day : days.entrySet()) {
        try {
          day.getValue().get().forEach((fault, count) -> done.merge(fault, count, Integer::sum));
        } catch (ExecutionException e) {
          differences.add(day.getKey() + ": " + e.getCause());
        }
      }
      assertThat(differences).isEmpty();
      assertThat(done)
          .as("a fault that never happened proves nothing")
          .containsKeys(
              "409", "429", "500", "cut", "lost answer", "slow", "watches cut", "watches held");
    } finally {
      lives.shutdownNow();
    }
  }

  /** One life under faults; how often each of them happened. */
  static Map<String, Integer> badDay(ScenarioFile scenario, long seed) throws InterruptedException {
    CalmLife calm = CalmLife.of(scenario);
    try (Life life = new Life(scenario);
        FaultProxy proxy =
            FaultProxy.start(
                life.cluster().cluster().controlPlane(), "controller", "system:masters")) {
      String namespace = life.cluster().namespace();
      SeededFaults faults = new SeededFaults(seed, SHARE);
      Map<String, Integer> others = new java.util.concurrent.ConcurrentHashMap<>();
      try (Controller first = Controllers.start(namespace, proxy.kubeconfig())) {
        proxy.plan(faults);
        life.begin();
        Thread weather = weather(proxy, new Random(seed), others);
        // What it was told before the update is what its successor is told at first.
        life.awaitStates(4);
        proxy.rememberLists();
        life.awaitStates(7);
        first.close();
        proxy.serveStaleLists(Duration.ZERO);
        try (Controller second = Controllers.start(namespace, proxy.kubeconfig())) {
          assertThat(second).isNotNull();
          proxy.serveFreshLists();
          life.awaitEnd(calm.ending(), Optional.of(calm.around()));
        } catch (AssertionError e) {
          throw new AssertionError(e.getMessage() + "; watched: " + proxy.watches(), e);
        } finally {
          weather.interrupt();
          weather.join();
        }
      }
      others.putAll(faults.done());
      return others;
    } catch (AssertionError e) {
      throw new AssertionError(
          "seed %d, -Dfaults.seed=%d: %s".formatted(seed, SEED, e.getMessage()), e);
    }
  }

  /** Cuts and holds the watches every now and then. */
  private static Thread weather(FaultProxy proxy, Random random, Map<String, Integer> done) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Thread.sleep(TICK.toMillis());
                  switch (random.nextInt(4)) {
                    case 0 -> {
                      proxy.cutWatches();
                      done.merge("watches cut", 1, Integer::sum);
                    }
                    case 1 -> {
                      proxy.holdWatches(TICK);
                      done.merge("watches held", 1, Integer::sum);
                    }
                    default -> {
                      // A moment's peace.
                    }
                  }
                }
              } catch (InterruptedException enough) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
