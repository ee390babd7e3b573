package dev.rollouts.engine.traffic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares rules of Gateway API routes as an API server stores them: it fills in defaults, and
 * older definitions of the kinds drop the name of a rule. Without this, a rule would look changed
 * for ever.
 */
final class GatewayDefaults {
  private static final String EXACT = "Exact";

  private GatewayDefaults() {}

  /** Whether the live rules are the wanted ones, in any order. */
  static boolean same(List<LiveNode> live, List<LiveNode> wanted, GatewayApiSettings.Kind kind) {
    if (live.size() != wanted.size()) {
      return false;
    }
    List<LiveNode> left = new ArrayList<>(live);
    for (LiveNode rule : wanted) {
      Optional<LiveNode> equal = left.stream().filter(each -> same(each, rule, kind)).findFirst();
      if (equal.isEmpty()) {
        return false;
      }
      left.remove(equal.get());
    }
    return true;
  }

  private static boolean same(LiveNode live, LiveNode wanted, GatewayApiSettings.Kind kind) {
    LiveNode compared = live.has("name") ? wanted : wanted.without("name");
    return LiveNode.sameJson(complete(live.fields(), kind), complete(compared.fields(), kind));
  }

  private static Map<String, @Nullable Object> complete(
      Map<?, ?> rule, GatewayApiSettings.Kind kind) {
    Map<String, @Nullable Object> full = copy(rule);
    full.put("matches", each(full.get("matches"), match -> completeMatch(match, kind)));
    full.put("backendRefs", each(full.get("backendRefs"), GatewayDefaults::completeBackend));
    return full;
  }

  private static Map<String, @Nullable Object> completeMatch(
      Map<?, ?> match, GatewayApiSettings.Kind kind) {
    Map<String, @Nullable Object> full = copy(match);
    if (kind == GatewayApiSettings.Kind.HTTP) {
      Map<String, @Nullable Object> path =
          full.get("path") instanceof Map<?, ?> given ? copy(given) : new LinkedHashMap<>();
      path.putIfAbsent("type", "PathPrefix");
      path.putIfAbsent("value", "/");
      full.put("path", path);
    } else if (full.get("method") instanceof Map<?, ?> method) {
      full.put("method", typed(method));
    }
    for (String conditions : List.of("headers", "queryParams")) {
      if (full.get(conditions) != null) {
        full.put(conditions, each(full.get(conditions), GatewayDefaults::typed));
      }
    }
    return full;
  }

  private static Map<String, @Nullable Object> typed(Map<?, ?> condition) {
    Map<String, @Nullable Object> full = copy(condition);
    full.putIfAbsent("type", EXACT);
    return full;
  }

  private static Map<String, @Nullable Object> completeBackend(Map<?, ?> backend) {
    Map<String, @Nullable Object> full = copy(backend);
    full.putIfAbsent("group", "");
    full.putIfAbsent("kind", "Service");
    full.putIfAbsent("weight", 1);
    return full;
  }

  private static @Nullable Object each(
      @Nullable Object list, Function<Map<?, ?>, Map<String, @Nullable Object>> change) {
    if (!(list instanceof List<?> elements)) {
      return list;
    }
    List<@Nullable Object> changed = new ArrayList<>();
    for (Object element : elements) {
      changed.add(element instanceof Map<?, ?> map ? change.apply(map) : element);
    }
    return changed;
  }

  private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }
}
