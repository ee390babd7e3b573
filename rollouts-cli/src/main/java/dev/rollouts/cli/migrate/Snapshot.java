package dev.rollouts.cli.migrate;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Document;
import java.util.List;
import java.util.Map;

/**
 * Objects of a cluster at one moment.
 *
 * @param documents everything that was read
 * @param unread kinds that could not be read, each with the reason
 */
public record Snapshot(List<Document> documents, Map<String, String> unread) {
  public Snapshot {
    documents = List.copyOf(documents);
    unread = new java.util.TreeMap<>(unread);
  }

  /** Documents of one of the five kinds. */
  List<Document> ofType(Class<? extends KubernetesObject> type) {
    return documents.stream()
        .filter(each -> each.object().filter(type::isInstance).isPresent())
        .toList();
  }

  /** Other objects of a kind. */
  List<JsonObject> ofKind(String kind) {
    return documents.stream()
        .filter(each -> each.kind().equals(kind))
        .map(each -> JsonObject.of(each.tree()))
        .toList();
  }

  /** How many objects of the five kinds there are. */
  public long known() {
    return documents.stream().filter(each -> each.object().isPresent()).count();
  }

  static String name(JsonObject object) {
    String namespace = text(object.at("metadata", "namespace"));
    return (namespace.isEmpty() ? "" : namespace + "/") + text(object.at("metadata", "name"));
  }

  static String text(@org.jspecify.annotations.Nullable Object value) {
    return value == null ? "" : String.valueOf(value);
  }
}
