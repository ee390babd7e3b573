package dev.rollouts.controller.turns;

import dev.rollouts.api.plugin.StepPlugin;
import dev.rollouts.api.plugin.TrafficRouterPlugin;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Json;
import dev.rollouts.controller.plugins.Faults;
import dev.rollouts.controller.plugins.PluginCalls;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.RoutingCall;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Steps and routers that others bring. Each call has a time limit; one that throws, hangs or
 * answers nonsense is an answer with an error and harms nobody else. Thread-safe.
 */
public final class Plugins implements AutoCloseable {
  /** Longest status of a step that is kept, as JSON. */
  private static final int STATUS_MAX = 64 * 1024;

  private static final Duration REQUEUE_MAX = Duration.ofDays(365);

  private final Map<String, StepPlugin> steps;
  private final Map<String, TrafficRouterPlugin> routers;
  private final Duration limit;
  private final String faults;
  private final Map<String, PluginCalls> calls = new ConcurrentHashMap<>();

  /**
   * Plugins by their names.
   *
   * @param limit how long a call may take
   * @param faults what could not be loaded
   */
  public Plugins(
      Map<String, StepPlugin> steps,
      Map<String, TrafficRouterPlugin> routers,
      Duration limit,
      List<String> faults) {
    this.steps = new LinkedHashMap<>(steps);
    this.routers = new LinkedHashMap<>(routers);
    this.limit = limit;
    this.faults = faults.isEmpty() ? "" : "; could not be loaded: " + String.join(", ", faults);
  }

  /** Names of the step plugins. */
  public Set<String> stepNames() {
    return Collections.unmodifiableSet(steps.keySet());
  }

  private <V> PluginCalls.Outcome<V> within(String name, Object plugin, Callable<V> call) {
    return calls
        .computeIfAbsent(name, it -> new PluginCalls(it, limit))
        .make(plugin.getClass().getClassLoader(), call);
  }

  /** Calls a step plugin. */
  ClusterAnswer call(Rollout rollout, ClusterEffect.CallStepPlugin effect) {
    StepPlugin plugin = steps.get(effect.name());
    if (plugin == null) {
      return answer(
          effect,
          null,
          true,
          "step plugin \"%s\" is not installed in this controller; there is: %s%s"
              .formatted(effect.name(), steps.keySet(), faults));
    }
    StepPlugin.Call call =
        new StepPlugin.Call(
            rollout.metadata().namespace(),
            rollout.metadata().name(),
            effect.config(),
            effect.status());
    PluginCalls.Outcome<StepPlugin.Result> outcome =
        within(
            effect.name(),
            plugin,
            () ->
                checked(
                    switch (effect.operation()) {
                      case "Terminate" -> plugin.terminate(call);
                      case "Abort" -> plugin.abort(call);
                      default -> plugin.run(call);
                    }));
    return answer(effect, outcome.value(), false, outcome.error());
  }

  /** What can be kept of an answer; judged on the plugin's thread, as it is the plugin's text. */
  private static StepPlugin.@Nullable Result checked(StepPlugin.@Nullable Result result) {
    if (result == null) {
      return null;
    }
    if (isNull(result.phase())) {
      throw new IllegalStateException("it answered without a phase");
    }
    String kept = isNull(result.status()) ? "{}" : Json.write(result.status().fields());
    if (kept.length() > STATUS_MAX) {
      throw new IllegalStateException(
          "it wants a status of %d characters kept; %d is the most"
              .formatted(kept.length(), STATUS_MAX));
    }
    Duration again = result.requeueAfter();
    return new StepPlugin.Result(
        result.phase(),
        isNull(result.message()) ? "" : Faults.cut(result.message()),
        again != null && again.compareTo(REQUEUE_MAX) > 0 ? REQUEUE_MAX : again,
        isNull(result.status()) ? JsonObject.empty() : result.status());
  }

  private static boolean isNull(@Nullable Object value) {
    return value == null;
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
          "traffic router plugin \"%s\" is not installed in this controller; there is: %s%s"
              .formatted(effect.plugin(), routers.keySet(), faults));
    }
    TrafficRouterPlugin.Target target = target(rollout, effect.plugin());
    PluginCalls.Outcome<Optional<Boolean>> outcome =
        within(effect.plugin(), plugin, () -> route(plugin, target, effect.call()));
    return new ClusterAnswer.TrafficPluginAnswered(
        effect.plugin(),
        effect.call(),
        outcome.value() == null ? null : outcome.value().orElse(null),
        outcome.error());
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

  @Override
  public void close() {
    calls.values().forEach(PluginCalls::close);
  }
}
