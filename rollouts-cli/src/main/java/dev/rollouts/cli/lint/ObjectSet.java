package dev.rollouts.cli.lint;

import dev.rollouts.api.wire.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The documents by what they are, and references between them as far as files can tell. */
final class ObjectSet {
  private final Map<String, List<Judged>> byKind = new HashMap<>();
  private final Map<List<String>, List<Judged>> byName = new HashMap<>();

  ObjectSet(List<Judged> objects) {
    for (Judged each : objects) {
      String kind = groupOf(each.document().apiVersion()) + "/" + each.document().kind();
      byKind.computeIfAbsent(kind, any -> new ArrayList<>()).add(each);
      byName
          .computeIfAbsent(List.of(kind, each.document().name()), any -> new ArrayList<>())
          .add(each);
    }
  }

  /** The objects of a kind, of any version. */
  List<Judged> all(String group, String kind) {
    return byKind.getOrDefault(group + "/" + kind, List.of());
  }

  /** The object of that name in the same namespace, or the only one of that name. */
  Optional<Judged> find(String group, String kind, String namespace, String name) {
    List<Judged> candidates = byName.getOrDefault(List.of(group + "/" + kind, name), List.of());
    return candidates.stream()
        .filter(each -> each.document().namespace().equals(namespace))
        .findFirst()
        .or(() -> candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty());
  }

  /** A Service of the rollout's namespace. */
  Optional<Judged> service(String namespace, String name) {
    return find("", "Service", namespace, name);
  }

  static String groupOf(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** The tree of a document. */
  static JsonObject tree(Judged each) {
    return JsonObject.of(each.document().tree());
  }
}
