package dev.rollouts.engine.rollout;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.traffic.RoutingPlan;
import dev.rollouts.engine.traffic.RoutingPlans;
import dev.rollouts.engine.traffic.RoutingRequest;
import dev.rollouts.engine.traffic.TrafficRouter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the last turn of a rollout found out that is dear and seldom changes: whether what it refers
 * to can be used, and that its routers have nothing to do. An answer is given again only to an
 * equal question, and follows from nothing but the question. Thread-safe.
 */
final class LastTurn {
  private final Map<TrafficRouter, Settled> settled = new ConcurrentHashMap<>();
  private volatile @Nullable Checked checked;

  private record Settled(RoutingRequest request, RoutingPlan plan) {}

  private record Checked(
      Rollout rollout,
      Map<TemplateRef, AnalysisTemplateSpec> templates,
      ClusterObjects objects,
      Optional<String> error) {
    boolean isAbout(Rollout asked, RolloutObservations seen) {
      return rollout.equals(asked)
          && templates.equals(seen.templates())
          && objects.equals(seen.objects());
    }
  }

  /**
   * What is wrong with what a rollout refers to.
   *
   * @param check looks at the rollout that it is given, which has no status but which Service is
   *     the stable one, and at the templates and objects that are seen
   */
  Optional<String> error(
      Rollout rollout, RolloutObservations seen, Function<Rollout, Optional<String>> check) {
    Checked last = checked;
    Rollout asked = lasting(rollout);
    if (last == null || !last.isAbout(asked, seen)) {
      last = new Checked(asked, seen.templates(), seen.objects(), check.apply(asked));
      checked = last;
    }
    return last.error();
  }

  /** The rollout without what changes from turn to turn and has no say in what it refers to. */
  private static Rollout lasting(Rollout rollout) {
    ObjectMeta meta = rollout.metadata();
    CanaryStatus canary =
        new CanaryStatus(
            null, null, "", null, rollout.statusOrEmpty().canary().stablePingPong(), List.of());
    return new Rollout(
        ObjectMeta.named(meta.name()).inNamespace(meta.namespace()),
        rollout.spec(),
        RolloutStatus.empty().toBuilder().canary(canary).build());
  }

  /** What a router has to do; kept while its routes are as wanted. */
  RoutingPlan plan(TrafficRouter router, RoutingRequest request) {
    Settled last = settled.get(router);
    if (last != null && last.request().equals(request)) {
      return last.plan();
    }
    RoutingPlan plan = RoutingPlans.of(router, request);
    if (plan.isSettled()) {
      settled.put(router, new Settled(request, plan));
    }
    return plan;
  }

  /** The last turns of those rollouts that were decided last. They hold what these turns saw. */
  static final class Cache {
    private static final int ROLLOUTS_MAX = 1_024;

    private final Recent<LastTurn> known = new Recent<>(ROLLOUTS_MAX);

    LastTurn of(Rollout rollout) {
      return known.get(rollout, any -> true, LastTurn::new);
    }
  }
}
