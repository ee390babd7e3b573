package dev.rollouts.engine.traffic;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives back to its owner an Ingress whose rollouts are gone. Pure and thread-safe. Spec:
 * docs/spec/traffic-routing.md#aws-alb-clean-up.
 */
public final class AlbCleanUp {
  private static final String OBSOLETE = "rollouts.argoproj.io/managed-alb-actions";
  private static final String ACTIONS = "/actions.";
  private static final int ALL = 100;

  private AlbCleanUp() {}

  /**
   * What to make of an Ingress.
   *
   * @param ingress as it should be; equal to what was read when there is nothing to do
   * @param reason why it cannot be cleaned up; null when it can
   */
  public record Result(JsonObject ingress, @Nullable String reason) {}

  /**
   * Lets each action of a vanished rollout lead to the Service that it is named after, and forgets
   * the rollout. When that cannot be done for one action, nothing is changed.
   *
   * @param referencing names of the rollouts that exist and use the Ingress
   */
  public static Result cleanUp(JsonObject ingress, Set<String> referencing) {
    try {
      LiveNode live = LiveNode.of(ClusterObjects.keyOf(ingress), ingress);
      LiveNode annotations = live.object("metadata").object("annotations");
      AlbBookkeeping bookkeeping = AlbBookkeeping.of(annotations);
      List<String> gone =
          bookkeeping.rollouts().stream().filter(name -> !referencing.contains(name)).toList();
      if (gone.isEmpty()) {
        return new Result(ingress, null);
      }
      for (String rollout : gone) {
        for (String key : bookkeeping.keysOf(rollout)) {
          if (key.contains(ACTIONS)) {
            annotations = annotations.with(key, reset(annotations, key));
          }
        }
        bookkeeping = bookkeeping.without(rollout);
      }
      String text = bookkeeping.text();
      annotations = annotations.without(OBSOLETE);
      annotations =
          text == null
              ? annotations.without(AlbBookkeeping.ANNOTATION)
              : annotations.with(AlbBookkeeping.ANNOTATION, text);
      return new Result(live.withAt(annotations, "metadata", "annotations").tree(), null);
    } catch (LiveObjectException e) {
      return new Result(ingress, e.getMessage());
    }
  }

  private static String reset(LiveNode annotations, String key) throws LiveObjectException {
    String service = key.substring(key.indexOf(ACTIONS) + ACTIONS.length());
    if (AnnotationJson.parse(annotations.text(key)) instanceof Map<?, ?> action
        && action.get("ForwardConfig") instanceof Map<?, ?> config
        && config.get("TargetGroups") instanceof List<?> groups) {
      for (Object group : groups) {
        if (group instanceof Map<?, ?> target && service.equals(target.get("ServiceName"))) {
          return AlbForward.action(
              List.of(
                  new AlbForward.Target(service, String.valueOf(target.get("ServicePort")), ALL)),
              config.get("TargetGroupStickinessConfig") instanceof Map<?, ?> stickiness
                  ? stickiness
                  : null);
        }
      }
    }
    throw annotations.problem(
        key, "does not say the port of Service %s among its target groups".formatted(service));
  }
}
