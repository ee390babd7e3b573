package dev.rollouts.controller.turns;

import dev.rollouts.api.plugin.StepPlugin;
import dev.rollouts.api.plugin.TrafficRouterPlugin;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.RoutingCall;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Steps and routers that others bring. Each call has a time limit; one that throws, hangs or
 * answers nonsense is an answer with an error and harms nobody else. Thread-safe.
 */
public final class Plugins implements AutoCloseable {
  private final Map<String, StepPlugin> steps = new LinkedHashMap<>();
  private final Map<String, TrafficRouterPlugin> routers = new LinkedHashMap<>();
  private final Duration limit;
  private final ExecutorService calls =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "rollouts-plugin");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Plugins by their names; of two with one name the first counts.
   *
   * @param limit how long a call may take
   */
  public Plugins(
      Iterable<StepPlugin> steps, Iterable<TrafficRouterPlugin> routers, Duration limit) {
    steps.forEach(each -> this.steps.putIfAbsent(each.name(), each));
    routers.forEach(each -> this.routers.putIfAbsent(each.name(), each));
    this.limit = limit;
  }

  /** Names of the step plugins. */
  public java.util.Set<String> stepNames() {
    return steps.keySet();
  }

  /** Calls a step plugin. */
  ClusterAnswer call(Rollout rollout, ClusterEffect.CallStepPlugin effect) {
    StepPlugin plugin = steps.get(effect.name());
    if (plugin == null) {
      return answer(
          effect,
          null,
          true,
          "step plugin \"%s\" is not on the class path of this controller; there is: %s"
              .formatted(effect.name(), steps.keySet()));
    }
    StepPlugin.Call call =
        new StepPlugin.Call(
            rollout.metadata().namespace(),
            rollout.metadata().name(),
            effect.config(),
            effect.status());
    Outcome<StepPlugin.Result> outcome =
        within(
            effect.name(),
            () ->
                switch (effect.operation()) {
                  case "Terminate" -> plugin.terminate(call);
                  case "Abort" -> plugin.abort(call);
                  default -> plugin.run(call);
                });
    return answer(effect, outcome.value, false, outcome.error);
  }

  private static ClusterAnswer answer(
      ClusterEffect.CallStepPlugin effect,
      StepPlugin.@Nullable Result result,
      boolean infrastructure,
      @Nullable String error) {
    return new ClusterAnswer.StepPluginAnswered(
        effect.index(),
        effect.operation(),
        result == null ? "" : phase(result.phase()),
        result == null ? "" : result.message(),
        result == null ? null : result.requeueAfter(),
        result == null ? effect.status() : result.status(),
        false,
        infrastructure,
        error);
  }

  private static String phase(StepPlugin.Phase phase) {
    return switch (phase) {
      case RUNNING -> "Running";
      case SUCCESSFUL -> "Successful";
      case FAILED -> "Failed";
    };
  }

  /** Calls a traffic router plugin. */
  ClusterAnswer call(Rollout rollout, ClusterEffect.CallTrafficPlugin effect) {
    TrafficRouterPlugin plugin = routers.get(effect.plugin());
    if (plugin == null) {
      return new ClusterAnswer.TrafficPluginAnswered(
          effect.plugin(),
          effect.call(),
          null,
          "traffic router plugin \"%s\" is not on the class path of this controller; there is: %s"
              .formatted(effect.plugin(), routers.keySet()));
    }
    TrafficRouterPlugin.Target target = target(rollout, effect.plugin());
    Outcome<Optional<Boolean>> outcome =
        within(effect.plugin(), () -> route(plugin, target, effect.call()));
    return new ClusterAnswer.TrafficPluginAnswered(
        effect.plugin(),
        effect.call(),
        outcome.value == null ? null : outcome.value.orElse(null),
        outcome.error);
  }

  private static TrafficRouterPlugin.Target target(Rollout rollout, String plugin) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    JsonObject config = JsonObject.empty();
    if (canary != null && canary.trafficRouting() != null) {
      config = canary.trafficRouting().plugins().getOrDefault(plugin, config);
    }
    return new TrafficRouterPlugin.Target(
        rollout.metadata().namespace(),
        rollout.metadata().name(),
        canary == null ? "" : canary.stableService(),
        canary == null ? "" : canary.canaryService(),
        config);
  }

  private static Optional<Boolean> route(
      TrafficRouterPlugin plugin, TrafficRouterPlugin.Target target, RoutingCall call)
      throws Exception {
    if (call instanceof RoutingCall.UpdateHash hash) {
      plugin.updateHash(target, hash.canaryHash(), hash.stableHash(), hash.additional());
    } else if (call instanceof RoutingCall.SetWeight weight) {
      plugin.setWeight(target, weight.weight(), weight.additional());
    } else if (call instanceof RoutingCall.SetHeader header) {
      plugin.setHeaderRoute(target, header.route());
    } else if (call instanceof RoutingCall.SetMirror mirror) {
      plugin.setMirrorRoute(target, mirror.route());
    } else if (call instanceof RoutingCall.RemoveManagedRoutes) {
      plugin.removeManagedRoutes(target);
    } else if (call instanceof RoutingCall.VerifyWeight verify) {
      return plugin.verifyWeight(target, verify.weight(), verify.additional());
    }
    return Optional.empty();
  }

  private record Outcome<V>(@Nullable V value, @Nullable String error) {}

  private <V> Outcome<V> within(String plugin, Callable<V> call) {
    Future<V> answer = calls.submit(call);
    try {
      V value = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return value == null
          ? new Outcome<>(null, "plugin \"%s\" answered nothing".formatted(plugin))
          : new Outcome<>(value, null);
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Outcome<>(
          null, "plugin \"%s\" did not answer within %d s".formatted(plugin, limit.toSeconds()));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new Outcome<>(null, "plugin \"%s\": %s".formatted(plugin, cause));
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new Outcome<>(null, "plugin \"%s\": the controller is stopping".formatted(plugin));
    }
  }

  @Override
  public void close() {
    calls.shutdownNow();
  }
}
