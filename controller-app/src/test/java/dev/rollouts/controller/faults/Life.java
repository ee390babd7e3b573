package dev.rollouts.controller.faults;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.simulation.rollout.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** One life of a scenario in a namespace of its own; who looks after it is up to the test. */
final class Life implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration REST = Duration.ofMillis(1500);

  private final ScenarioFile scenario;
  private final LiveCluster cluster;
  private final History rollouts;
  private final List<Document> objects = new ArrayList<>();
  private @Nullable Thread people;
  private volatile @Nullable Throwable trouble;

  Life(ScenarioFile scenario) {
    this.scenario = scenario;
    this.cluster = new LiveCluster(scenario);
    this.rollouts = new History(cluster.api(), cluster.key("Rollout", "*"));
    objects.addAll(Codec.standard().read(scenario.name(), scenario.text()));
  }

  LiveCluster cluster() {
    return cluster;
  }

  History rollouts() {
    return rollouts;
  }

  /** Creates everything, the rollout last. */
  void beginWithoutPeople() {
    objects.stream().filter(each -> !isRollout(each)).forEach(this::apply);
    objects.stream().filter(Life::isRollout).forEach(this::apply);
  }

  /** Creates everything, the rollout last, and lets people act. */
  void begin() {
    beginWithoutPeople();
    Thread started =
        new Thread(
            () -> {
              try {
                new People(cluster, rollouts).act(scenario.events());
              } catch (InterruptedException | RuntimeException | AssertionError e) {
                trouble = e;
              }
            },
            "people of " + cluster.namespace());
    started.setDaemon(true);
    started.start();
    people = started;
  }

  private static boolean isRollout(Document document) {
    return document.object().filter(Rollout.class::isInstance).isPresent();
  }

  private void apply(Document document) {
    cluster.applyObject(JsonObject.of(document.tree()));
  }

  /** Waits until the rollout is so. */
  void await(When condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds(cluster.rollout(), 0)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "%s: not %s in %d s but %s"
                .formatted(
                    scenario.name(), condition, PATIENCE.toSeconds(), cluster.rollout().status()));
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  /** Waits until the rollout has been stored that often. */
  void awaitStates(int count) throws InterruptedException {
    if (!rollouts.awaitMoreThan(count - 1, PATIENCE)) {
      throw new AssertionError(
          "%s: only %d states in %d s".formatted(scenario.name(), count, PATIENCE.toSeconds()));
    }
  }

  /** Waits for the end: people have done everything, and it is as it should be, and stays so. */
  Surroundings awaitEnd(Ending expected, Optional<Surroundings> around)
      throws InterruptedException {
    return awaitEnd(expected, around, Surroundings::equals);
  }

  /** The same, with surroundings that only have to be alike. */
  Surroundings awaitEnd(
      Ending expected, Optional<Surroundings> around, BiPredicate<Surroundings, Surroundings> alike)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long since = 0;
    while (true) {
      Throwable problem = trouble;
      if (problem != null) {
        throw new AssertionError(scenario.name() + ": " + problem.getMessage(), problem);
      }
      boolean done = people == null || !people.isAlive();
      boolean there = done && Ending.of(cluster).equals(expected);
      Surroundings now = there ? Surroundings.of(cluster) : null;
      if (now != null
          && now.problems().isEmpty()
          && around.map(wanted -> alike.test(now, wanted)).orElse(true)) {
        since = since == 0 ? System.nanoTime() : since;
        if (System.nanoTime() - since >= REST.toNanos()) {
          return now;
        }
      } else {
        since = 0;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "%s does not end as expected%n  %s%n  %s%nbut%n  %s%n  %s"
                .formatted(
                    scenario.name(),
                    expected,
                    around.map(Surroundings::toString).orElse(""),
                    Ending.of(cluster),
                    Surroundings.of(cluster)));
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  @Override
  public void close() {
    if (people != null) {
      people.interrupt();
    }
    rollouts.close();
    cluster.close();
  }
}
