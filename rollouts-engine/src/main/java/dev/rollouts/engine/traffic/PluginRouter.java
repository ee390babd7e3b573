package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.RoutingCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Traffic routers that are not built in. They show no objects to compare with, so every turn calls
 * them for everything, unless it has their answers. A turn waits for the answers to what is new;
 * what the status says has been done is only repeated. Spec: docs/spec/traffic-routing.md#plugins.
 */
final class PluginRouter implements TrafficRouter {
  /** What a call is for, in the words of T-753. */
  private static final Map<Class<?>, String> ACTIONS =
      Map.of(
          RoutingCall.UpdateHash.class, "update hash",
          RoutingCall.SetWeight.class, "set weight",
          RoutingCall.SetHeader.class, "set header route",
          RoutingCall.SetMirror.class, "set mirror route",
          RoutingCall.VerifyWeight.class, "verify weight",
          RoutingCall.RemoveManagedRoutes.class, "remove managed routes");

  @Override
  public String type() {
    return "Plugin";
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return !plugins(rollout).isEmpty();
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    return Set.of();
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    List<RoutingCall> calls = calls(request);
    List<ClusterEffect> effects = new ArrayList<>();
    TrafficWeights recorded = request.rollout().statusOrEmpty().canary().weights();
    boolean isDone = recorded != null && isDone(request, recorded);
    @Nullable Boolean verified = isDone && recorded != null ? recorded.verified() : null;
    for (String plugin : plugins(request.rollout())) {
      Optional<String> unreachable = refusal(request, plugin);
      if (unreachable.isPresent()) {
        return RoutingPlan.failed(
            effects,
            "failed to get traffic router plugin %s: %s".formatted(plugin, unreachable.get()));
      }
      Map<RoutingCall, ClusterAnswer.TrafficPluginAnswered> answers = answers(request, plugin);
      for (RoutingCall call : calls) {
        ClusterAnswer.TrafficPluginAnswered answer = answers.get(call);
        if (answer == null) {
          continue;
        }
        if (call instanceof RoutingCall.VerifyWeight) {
          if (answer.error() != null) {
            effects.add(
                new ClusterEffect.Announce(
                    Event.warning(
                        "WeightVerifyError", "Failed to verify weight: " + error(answer))));
          }
          verified = both(verified, answer.error() == null ? answer.verified() : Boolean.FALSE);
        } else if (answer.error() != null) {
          return call instanceof RoutingCall.SetWeight
              ? RoutingPlan.failedAtWeight(effects, error(answer))
              : RoutingPlan.failed(effects, error(answer));
        }
      }
      if (!answers.keySet().containsAll(calls)) {
        effects.addAll(calls.stream().map(call -> call(plugin, call)).toList());
      }
    }
    return RoutingPlan.of(effects).verified(verified).repeated(isDone);
  }

  /** Whether the plugins have been told already; a route of the present step is not recorded. */
  private static boolean isDone(RoutingRequest request, TrafficWeights recorded) {
    RolloutStatus status = request.rollout().statusOrEmpty();
    CanaryStrategy canary = request.rollout().spec().strategy().canary();
    List<CanaryStep> steps = canary == null ? List.of() : canary.steps();
    Integer index = status.currentStepIndex();
    boolean isAtRoute =
        index != null
            && index >= 0
            && index < steps.size()
            && (steps.get(index).setHeaderRoute() != null
                || steps.get(index).setMirrorRoute() != null);
    return !isAtRoute
        && !Boolean.FALSE.equals(recorded.verified())
        && recorded.canary().weight() == request.weight()
        && recorded.canary().podTemplateHash().equals(request.canaryHash())
        && recorded.stable().podTemplateHash().equals(request.stableHash())
        && recorded.additional().equals(request.additional());
  }

  private static ClusterEffect call(String plugin, RoutingCall call) {
    return new ClusterEffect.CallTrafficPlugin(plugin, call);
  }

  private static @Nullable Boolean both(@Nullable Boolean one, @Nullable Boolean other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one && other;
  }

  /** All that a plugin has to be told so that its routes are as wanted, in the order of telling. */
  private static List<RoutingCall> calls(RoutingRequest request) {
    RoutingCall weight = new RoutingCall.SetWeight(request.weight(), request.additional());
    RoutingCall hash =
        new RoutingCall.UpdateHash(
            request.canaryHash(), request.stableHash(), request.additional());
    List<RoutingCall> calls = new ArrayList<>();
    List<RoutingCall> routes = routes(request);
    boolean isInForce = !request.headerRoutes().isEmpty() || !request.mirrorRoutes().isEmpty();
    if (!isInForce && (request.weight() == 0 || !ManagedRoutes.of(request.rollout()).isEmpty())) {
      calls.add(new RoutingCall.RemoveManagedRoutes());
      routes = List.of();
    }
    calls.addAll(request.weightBeforeHash() ? List.of(weight, hash) : List.of(hash, weight));
    calls.addAll(routes);
    calls.add(new RoutingCall.VerifyWeight(request.weight(), request.additional()));
    return calls;
  }

  /** Routes of the rollout's steps: removed where they are not in force, made where they are. */
  private static List<RoutingCall> routes(RoutingRequest request) {
    Map<String, SetHeaderRoute> headers = new LinkedHashMap<>();
    Map<String, SetMirrorRoute> mirrors = new LinkedHashMap<>();
    CanaryStrategy canary = request.rollout().spec().strategy().canary();
    for (CanaryStep step : canary == null ? List.<CanaryStep>of() : canary.steps()) {
      if (step.setHeaderRoute() != null) {
        String name = step.setHeaderRoute().name();
        headers.put(name, new SetHeaderRoute(name, List.of()));
      }
      if (step.setMirrorRoute() != null) {
        String name = step.setMirrorRoute().name();
        mirrors.put(name, new SetMirrorRoute(name, List.of(), null));
      }
    }
    request.headerRoutes().forEach(route -> headers.put(route.name(), route));
    request.mirrorRoutes().forEach(route -> mirrors.put(route.name(), route));
    List<RoutingCall> calls = new ArrayList<>();
    headers.values().forEach(route -> calls.add(new RoutingCall.SetHeader(route)));
    mirrors.values().forEach(route -> calls.add(new RoutingCall.SetMirror(route)));
    return calls;
  }

  private static Map<RoutingCall, ClusterAnswer.TrafficPluginAnswered> answers(
      RoutingRequest request, String plugin) {
    return request.answers().stream()
        .filter(ClusterAnswer.TrafficPluginAnswered.class::isInstance)
        .map(ClusterAnswer.TrafficPluginAnswered.class::cast)
        .filter(answer -> answer.plugin().equals(plugin))
        .collect(
            Collectors.toMap(
                ClusterAnswer.TrafficPluginAnswered::call,
                answer -> answer,
                (first, second) -> second));
  }

  /** Why a call could not be made at all. */
  private static Optional<String> refusal(RoutingRequest request, String plugin) {
    return request.answers().stream()
        .filter(ClusterAnswer.Refused.class::isInstance)
        .map(ClusterAnswer.Refused.class::cast)
        .filter(
            each ->
                each.effect() instanceof ClusterEffect.CallTrafficPlugin call
                    && call.plugin().equals(plugin))
        .map(ClusterAnswer.Refused::error)
        .findFirst();
  }

  private static String error(ClusterAnswer.TrafficPluginAnswered answer) {
    return "failed to %s via plugin: %s"
        .formatted(ACTIONS.get(answer.call().getClass()), answer.error());
  }

  private static List<String> plugins(Rollout rollout) {
    TrafficRouting routing = CanaryRouting.of(rollout);
    return routing == null
        ? List.of()
        : routing.plugins().keySet().stream()
            .filter(name -> !name.equals(TrafficRouters.GATEWAY_API_PLUGIN))
            .toList();
  }
}
