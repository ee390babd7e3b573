package dev.rollouts.controller.faults;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.engine.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every state of a kind's objects in a namespace that was ever stored, in order. Thread-safe. */
final class History implements AutoCloseable {
  private final List<JsonObject> states = new ArrayList<>();
  private final Watch watch;

  /** Of all objects of that kind there, from now on. */
  History(Api api, ObjectKey all) {
    watch =
        api.client()
            .genericKubernetesResources(api.definition(all.apiVersion(), all.kind()).orElseThrow())
            .inNamespace(all.namespace())
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, GenericKubernetesResource resource) {
                    if (action == Action.ADDED || action == Action.MODIFIED) {
                      add(api.tree(resource));
                    }
                  }

                  @Override
                  public void onClose(WatcherException cause) {
                    // What a test then misses, it says itself.
                  }
                });
  }

  private synchronized void add(JsonObject state) {
    states.add(state);
    notifyAll();
  }

  synchronized int size() {
    return states.size();
  }

  synchronized List<JsonObject> all() {
    return List.copyOf(states);
  }

  List<Rollout> rollouts() {
    return all().stream().map(each -> Wire.decode(Rollout.class, each.fields()).value()).toList();
  }

  /** Waits until there are more than {@code known}; whether there are. */
  synchronized boolean awaitMoreThan(int known, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toMillis(); states.size() <= known && left > 0; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return states.size() > known;
  }

  @Override
  public void close() {
    watch.close();
  }
}
