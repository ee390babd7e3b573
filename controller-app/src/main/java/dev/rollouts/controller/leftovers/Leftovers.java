package dev.rollouts.controller.leftovers;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Stores;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives DestinationRules, Ingresses of an ALB and scaled down Deployments back, once their Rollout
 * is gone or names them no more. Everything is read directly before, since another controller may
 * look after the Rollout, and tried again until it works. Thread-safe.
 */
public final class Leftovers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Stores stores;
  private final RouterObjects routers;
  private final ScaledDownWorkloads workloads;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "rollouts-leftovers");
            made.setDaemon(true);
            return made;
          });
  private volatile boolean leading;

  /**
   * Looks at these stores.
   *
   * @param istioApiVersion version alone
   */
  public Leftovers(Api api, Stores stores, String istioApiVersion) {
    this.stores = stores;
    this.routers = new RouterObjects(api, istioApiVersion);
    this.workloads = new ScaledDownWorkloads(api);
  }

  /** Looks at an object, and writes it if it has to. */
  @FunctionalInterface
  interface Check {
    void run() throws ApiException;
  }

  /** From now on this process acts; looks at what was left while nobody acted. */
  public void lead() {
    leading = true;
    stores.ingresses().all().forEach(this::objectSeen);
  }

  /** A Rollout has changed, or is gone. */
  public void rolloutChanged(@Nullable Rollout before, @Nullable Rollout after) {
    boolean sameSpec =
        before != null
            && after != null
            && before.metadata().generation() == after.metadata().generation();
    if (!leading || before == null || sameSpec) {
      return;
    }
    routers.dropped(before, after).forEach(each -> soon("objects of a router", each));
    if (after == null) {
      workloads.of(before).ifPresent(check -> soon("the Deployment", check));
    }
  }

  /** An object of a router is there; who manages it may be gone for long. */
  public void objectSeen(@Nullable JsonObject object) {
    if (leading && object != null) {
      routers
          .orphaned(object, (namespace, name) -> stores.rollouts().get(namespace, name).isPresent())
          .ifPresent(check -> soon("an object of a router", check));
    }
  }

  private void soon(String what, Check check) {
    try {
      thread.execute(() -> run(what, check));
    } catch (RejectedExecutionException closed) {
      LOG.trace("closed", closed);
    }
  }

  private void run(String what, Check check) {
    try {
      check.run();
    } catch (ApiException | RuntimeException e) {
      LOG.info("{} of a former Rollout: looked at again: {}", what, e.getMessage());
      CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> soon(what, check));
    }
  }

  @Override
  public void close() {
    leading = false;
    thread.shutdownNow();
  }
}
