package dev.rollouts.api;

import dev.rollouts.api.wire.OrderedMap;
import dev.rollouts.api.wire.Required;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of an object's metadata that decisions and messages read. Other metadata survives in the
 * document it came from.
 */
public record ObjectMeta(
    String name,
    String generateName,
    String namespace,
    String uid,
    String resourceVersion,
    long generation,
    @Nullable Instant creationTimestamp,
    @Nullable Instant deletionTimestamp,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<OwnerReference> ownerReferences) {
  public ObjectMeta {
    labels = OrderedMap.copyOf(labels);
    annotations = OrderedMap.copyOf(annotations);
    ownerReferences = List.copyOf(ownerReferences);
  }

  /** Metadata of an object that exists in no cluster yet. */
  public static ObjectMeta named(String name) {
    return new ObjectMeta(name, "", "", "", "", 0, null, null, Map.of(), Map.of(), List.of());
  }

  /** The same metadata under another name. */
  public ObjectMeta withName(String newName) {
    return new ObjectMeta(
        newName,
        generateName,
        namespace,
        uid,
        resourceVersion,
        generation,
        creationTimestamp,
        deletionTimestamp,
        labels,
        annotations,
        ownerReferences);
  }

  /** The same metadata in a namespace. */
  public ObjectMeta inNamespace(String where) {
    return new ObjectMeta(
        name,
        generateName,
        where,
        uid,
        resourceVersion,
        generation,
        creationTimestamp,
        deletionTimestamp,
        labels,
        annotations,
        ownerReferences);
  }

  /** The same metadata with a uid. */
  public ObjectMeta withUid(String newUid) {
    return new ObjectMeta(
        name,
        generateName,
        namespace,
        newUid,
        resourceVersion,
        generation,
        creationTimestamp,
        deletionTimestamp,
        labels,
        annotations,
        ownerReferences);
  }

  /** The same metadata with an annotation, or without it when the value is null. */
  public ObjectMeta withAnnotation(String key, @Nullable String value) {
    Map<String, String> changed = new LinkedHashMap<>(annotations);
    if (value == null) {
      changed.remove(key);
    } else {
      changed.put(key, value);
    }
    return with(labels, changed, ownerReferences);
  }

  /** The same metadata with other labels, annotations and owners. */
  public ObjectMeta with(
      Map<String, String> newLabels,
      Map<String, String> newAnnotations,
      List<OwnerReference> newOwners) {
    return new ObjectMeta(
        name,
        generateName,
        namespace,
        uid,
        resourceVersion,
        generation,
        creationTimestamp,
        deletionTimestamp,
        newLabels,
        newAnnotations,
        newOwners);
  }

  /** The uid of the owner that is its controller; empty when there is none. */
  public String controllerUid() {
    for (OwnerReference owner : ownerReferences) {
      if (owner.controller()) {
        return owner.uid();
      }
    }
    return "";
  }

  /** Who owns the object; garbage collection follows it. */
  public record OwnerReference(
      @Required String apiVersion,
      @Required String kind,
      @Required String name,
      @Required String uid,
      boolean controller,
      boolean blockOwnerDeletion) {}
}
