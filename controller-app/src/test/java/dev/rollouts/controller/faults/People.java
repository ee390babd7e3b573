package dev.rollouts.controller.faults;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.simulation.cluster.ClusterAccess;
import dev.rollouts.simulation.rollout.ScenarioEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Do what a scenario says, one after the other, each as soon as its condition holds in some state
 * of the rollout since the one before.
 */
final class People {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ClusterAccess cluster;
  private final History rollouts;

  /** The first state that the next condition may hold in. */
  private int from;

  People(ClusterAccess cluster, History rollouts) {
    this.cluster = cluster;
    this.rollouts = rollouts;
  }

  void act(List<ScenarioEvent> events) throws InterruptedException {
    long start = System.nanoTime();
    for (ScenarioEvent event : events) {
      if (event.when().again()) {
        throw new IllegalArgumentException("not on a real cluster: " + event);
      }
      if (event.when().isMoment()) {
        sleep(event.when().value() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      } else {
        await(event);
      }
      sleep(event.when().delay());
      perform(event);
    }
  }

  private static void sleep(long millis) throws InterruptedException {
    if (millis > 0) {
      Thread.sleep(millis);
    }
  }

  private void await(ScenarioEvent event) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<Rollout> states = rollouts.rollouts();
      for (int i = from; i < states.size(); i++) {
        if (event.when().holds(states.get(i), 0)) {
          from = i;
          return;
        }
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "waited %d s for somebody to do this: %s; the rollout is %s"
                .formatted(PATIENCE.toSeconds(), event, cluster.rollout().status()));
      }
      from = Math.max(from, states.size());
      rollouts.awaitMoreThan(states.size(), Duration.ofSeconds(1));
    }
  }

  private void perform(ScenarioEvent event) {
    int known = rollouts.size();
    String before = cluster.rollout().metadata().resourceVersion();
    event.act().perform(cluster);
    boolean written = !cluster.rollout().metadata().resourceVersion().equals(before);
    from = written ? known : Math.max(0, known - 1);
  }
}
