package dev.rollouts.engine.traffic;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variations of the requests in case folders, for tables. */
final class LiveObjects {
  private LiveObjects() {}

  /** The request of a case folder. */
  static RoutingRequest request(String router, String example) {
    return RoutingCase.of(router).stream()
        .filter(each -> each.folder().endsWith(example))
        .findFirst()
        .orElseThrow()
        .request();
  }

  /** A YAML document as a tree. */
  static JsonObject tree(String yaml) {
    return JsonObject.of(RoutingCase.parse(yaml).get(0));
  }

  /**
   * The same request with one value of a live object set, or removed when it is null.
   *
   * @param path keys and indexes, joined by slashes, after the kind and name of the object
   */
  static RoutingRequest edited(RoutingRequest request, String path, @Nullable Object value) {
    String[] steps = path.split("/");
    Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>(request.objects().asMap());
    ObjectKey key =
        objects.keySet().stream()
            .filter(each -> each.kind().equals(steps[0]) && each.name().equals(steps[1]))
            .findFirst()
            .orElseThrow();
    Object changed = set(objects.get(key).fields(), List.of(steps).subList(2, steps.length), value);
    objects.put(key, JsonObject.of(strings(changed)));
    return RoutingCase.over(request, ClusterObjects.of(objects));
  }

  private static Object set(Object node, List<String> path, @Nullable Object value) {
    String step = path.get(0);
    List<String> rest = path.subList(1, path.size());
    if (node instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list);
      int at = Integer.parseInt(step);
      copy.set(at, rest.isEmpty() ? value : set(copy.get(at), rest, value));
      return copy;
    }
    Map<String, Object> copy = strings(node);
    if (rest.isEmpty() && value == null) {
      copy.remove(step);
    } else {
      copy.put(step, rest.isEmpty() ? value : set(copy.get(step), rest, value));
    }
    return copy;
  }

  private static Map<String, Object> strings(Object node) {
    Map<String, Object> copy = new LinkedHashMap<>();
    ((Map<?, ?>) node).forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }

  /** The same request with other settings and answers. */
  static RoutingRequest with(
      RoutingRequest request, RouterSettings settings, List<ClusterAnswer> answers) {
    return new RoutingRequest(
        request.rollout(),
        request.objects(),
        request.replicaSets(),
        request.canaryHash(),
        request.stableHash(),
        request.weight(),
        request.additional(),
        request.headerRoutes(),
        request.mirrorRoutes(),
        request.weightBeforeHash(),
        request.canaryHashFrozen(),
        settings,
        answers);
  }

  /** The same request, after the cluster refused what was planned for it. */
  static RoutingRequest refused(
      RoutingRequest request, RoutingPlan plan, ClusterAnswer.Refusal why, String error) {
    ClusterEffect write =
        plan.effects().stream()
            .filter(each -> !(each instanceof ClusterEffect.Announce))
            .findFirst()
            .orElseThrow();
    return with(request, request.settings(), List.of(new ClusterAnswer.Refused(write, why, error)));
  }

  /** What a plan says. */
  static List<Event> events(RoutingPlan plan) {
    return plan.effects().stream()
        .filter(ClusterEffect.Announce.class::isInstance)
        .map(effect -> ((ClusterEffect.Announce) effect).event())
        .toList();
  }

  /** Whether a plan writes anything. */
  static boolean writes(RoutingPlan plan) {
    return plan.effects().stream().anyMatch(each -> !(each instanceof ClusterEffect.Announce));
  }
}
