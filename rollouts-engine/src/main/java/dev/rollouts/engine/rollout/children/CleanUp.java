package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.PingPong;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Service;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of Services that a rollout has pointed at revisions when it is gone or no longer
 * names them: they lose the revision and the note of their manager, and select again whatever they
 * say themselves. Pure. DestinationRules: {@link dev.rollouts.engine.traffic.IstioCleanUp}.
 *
 * <p>Source: docs/spec/children.md#clean-up, R-445 to R-448.
 */
public final class CleanUp {
  private CleanUp() {}

  /** Names of the Services that a rollout points at revisions. */
  public static Set<String> services(Rollout rollout) {
    Set<String> names = new LinkedHashSet<>();
    CanaryStrategy canary = rollout.spec().strategy().canary();
    if (canary != null) {
      names.add(canary.stableService());
      names.add(canary.canaryService());
      PingPong pair = canary.pingPong();
      if (pair != null) {
        names.add(pair.pingService());
        names.add(pair.pongService());
      }
    }
    BlueGreenStrategy blueGreen = rollout.spec().strategy().blueGreen();
    if (blueGreen != null) {
      names.add(blueGreen.activeService());
      names.add(blueGreen.previewService());
    }
    names.remove("");
    return names;
  }

  /**
   * Services to look at after an edit, because the rollout no longer names them.
   *
   * @param after null when it was deleted
   */
  public static Set<String> dropped(Rollout before, @Nullable Rollout after) {
    Set<String> names = services(before);
    if (after != null) {
      names.removeAll(services(after));
    }
    return names;
  }

  /**
   * The write that lets go of a Service; empty while its manager names it, and for one without a
   * manager, such as the Service of an experiment.
   *
   * @param manager the rollout of that name in its namespace, read just now; null when there is
   *     none
   */
  public static Optional<ClusterEffect> ofService(Service service, @Nullable Rollout manager) {
    String owner = service.managedBy();
    boolean isNamed = manager != null && services(manager).contains(service.name());
    if (owner == null || isNamed) {
      return Optional.empty();
    }
    Map<String, String> selector = new LinkedHashMap<>(service.selector());
    selector.remove(RolloutKeys.POD_TEMPLATE_HASH);
    return Optional.of(
        new ClusterEffect.UpdateService(
            service,
            new Service(
                service.metadata().withAnnotation(RolloutKeys.MANAGED_BY, null),
                selector,
                service.ports())));
  }
}
