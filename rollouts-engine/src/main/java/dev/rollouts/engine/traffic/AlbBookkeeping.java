package dev.rollouts.engine.traffic;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which rollout manages which annotations of an Ingress, kept in an annotation (T-152). */
final class AlbBookkeeping {
  static final String ANNOTATION = "rollouts.argoproj.io/managed-alb-annotations";

  private final Map<String, List<String>> keysByRollout;

  private AlbBookkeeping(Map<String, List<String>> keysByRollout) {
    this.keysByRollout = keysByRollout;
  }

  /** What an Ingress says; nobody manages anything where it says nothing. */
  static AlbBookkeeping of(LiveNode annotations) throws LiveObjectException {
    String text = annotations.text(ANNOTATION);
    Map<String, List<String>> keysByRollout = new TreeMap<>();
    if (text.isEmpty()) {
      return new AlbBookkeeping(keysByRollout);
    }
    if (!(AnnotationJson.parse(text) instanceof Map<?, ?> map)) {
      throw malformed(annotations);
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      List<String> keys = new ArrayList<>();
      if (entry.getValue() != null && !(entry.getValue() instanceof List<?>)) {
        throw malformed(annotations);
      }
      for (Object key : entry.getValue() instanceof List<?> list ? list : List.of()) {
        if (!(key instanceof String name)) {
          throw malformed(annotations);
        }
        keys.add(name);
      }
      keysByRollout.put(String.valueOf(entry.getKey()), keys);
    }
    return new AlbBookkeeping(keysByRollout);
  }

  private static LiveObjectException malformed(LiveNode annotations) {
    return annotations.problem(
        ANNOTATION,
        "must be JSON that lists annotations by Rollout, such as {\"shop\":[\"…/actions.shop\"]}");
  }

  /** The rollouts that manage something. */
  Set<String> rollouts() {
    return keysByRollout.keySet();
  }

  /** The annotations of a rollout. */
  List<String> keysOf(String rollout) {
    return keysByRollout.getOrDefault(rollout, List.of());
  }

  /** Changes what a rollout manages. */
  AlbBookkeeping with(String rollout, List<String> added, Set<String> removed) {
    Set<String> keys = new LinkedHashSet<>(keysOf(rollout));
    keys.removeAll(removed);
    keys.addAll(added);
    Map<String, List<String>> copy = new TreeMap<>(keysByRollout);
    copy.put(rollout, List.copyOf(keys));
    return new AlbBookkeeping(copy);
  }

  /** Forgets a rollout. */
  AlbBookkeeping without(String rollout) {
    Map<String, List<String>> copy = new TreeMap<>(keysByRollout);
    copy.remove(rollout);
    return new AlbBookkeeping(copy);
  }

  /** The text of the annotation; null when there is nothing to say. */
  @Nullable String text() {
    return keysByRollout.isEmpty() ? null : AnnotationJson.write(keysByRollout);
  }
}
