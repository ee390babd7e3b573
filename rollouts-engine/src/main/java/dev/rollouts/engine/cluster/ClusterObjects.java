package dev.rollouts.engine.cluster;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Objects as they were read, whole: Services, Ingresses, workloads, routers' objects. What is not
 * here does not exist. Immutable.
 */
public final class ClusterObjects {
  private static final ClusterObjects NONE = new ClusterObjects(Map.of(), Set.of());

  private final Map<ObjectKey, JsonObject> objects;

  /** Kinds that the cluster does not serve, as {@link #kind} says them. */
  private final Set<String> unserved;

  /** Services as they were read from their trees, which a turn asks for again and again. */
  private final Map<ObjectKey, Optional<Service>> services = new ConcurrentHashMap<>();

  private ClusterObjects(Map<ObjectKey, JsonObject> objects, Set<String> unserved) {
    this.objects = objects;
    this.unserved = unserved;
  }

  /** No objects. */
  public static ClusterObjects none() {
    return NONE;
  }

  /** These objects. */
  public static ClusterObjects of(Map<ObjectKey, JsonObject> objects) {
    return new ClusterObjects(new LinkedHashMap<>(objects), Set.of());
  }

  /** These objects, of a cluster that does not serve the kinds of some others. */
  public static ClusterObjects of(
      Map<ObjectKey, JsonObject> objects, Collection<ObjectKey> ofUnservedKinds) {
    Set<String> unserved = new HashSet<>();
    ofUnservedKinds.forEach(key -> unserved.add(kind(key)));
    return new ClusterObjects(new LinkedHashMap<>(objects), Set.copyOf(unserved));
  }

  private static String kind(ObjectKey key) {
    return key.apiVersion() + "/" + key.kind();
  }

  /** Why an object cannot exist, and the remedy; empty when its kind is served. */
  public Optional<String> unserved(ObjectKey key) {
    return unserved.contains(kind(key))
        ? Optional.of(
            "this cluster serves no %s in %s; install the CustomResourceDefinition %ss.%s"
                .formatted(
                    key.kind(), key.apiVersion(), key.kind().toLowerCase(Locale.ROOT), key.group()))
        : Optional.empty();
  }

  /** These objects, by their own apiVersion, kind, namespace and name. */
  public static ClusterObjects of(List<JsonObject> trees) {
    Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>();
    trees.forEach(tree -> objects.put(keyOf(tree), tree));
    return new ClusterObjects(objects, Set.of());
  }

  /** The key that a tree names itself by; what is missing is empty. */
  public static ObjectKey keyOf(JsonObject tree) {
    return new ObjectKey(
        text(tree.at("apiVersion")),
        text(tree.at("kind")),
        text(tree.at("metadata", "namespace")),
        text(tree.at("metadata", "name")));
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  /** The object, or empty when it does not exist. */
  public Optional<JsonObject> find(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** The objects of a kind in a namespace, in the order in which they were read. */
  public Map<ObjectKey, JsonObject> list(String apiVersion, String kind, String namespace) {
    Map<ObjectKey, JsonObject> found = new LinkedHashMap<>();
    objects.forEach(
        (key, tree) -> {
          if (key.apiVersion().equals(apiVersion)
              && key.kind().equals(kind)
              && key.namespace().equals(namespace)) {
            found.put(key, tree);
          }
        });
    return found;
  }

  /** A Service, or empty when it does not exist. */
  public Optional<Service> service(String namespace, String name) {
    return services.computeIfAbsent(
        ObjectKey.service(namespace, name), key -> find(key).map(ClusterObjects::service));
  }

  private static Service service(JsonObject tree) {
    Map<String, String> selector = new LinkedHashMap<>();
    if (tree.at("spec", "selector") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> selector.put(String.valueOf(key), String.valueOf(value)));
    }
    List<JsonObject> ports = new ArrayList<>();
    if (tree.at("spec", "ports") instanceof List<?> list) {
      for (Object port : list) {
        if (port instanceof Map<?, ?> map) {
          Map<String, @Nullable Object> fields = new LinkedHashMap<>();
          map.forEach((key, value) -> fields.put(String.valueOf(key), value));
          ports.add(JsonObject.of(fields));
        }
      }
    }
    return new Service(metadata(tree), selector, ports);
  }

  /** Metadata of a tree, read tolerantly. */
  public static ObjectMeta metadata(JsonObject tree) {
    return Wire.decode(ObjectMeta.class, tree.at("metadata")).value();
  }

  /** All objects by key. */
  public Map<ObjectKey, JsonObject> asMap() {
    return Collections.unmodifiableMap(objects);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterObjects that
        && objects.equals(that.objects)
        && unserved.equals(that.unserved);
  }

  @Override
  public int hashCode() {
    return objects.hashCode();
  }

  @Override
  public String toString() {
    return objects.keySet().toString();
  }
}
