package dev.rollouts.engine.traffic;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Path;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object somewhere inside a live object, which knows its place for messages. Immutable: an
 * edit is a copy in which all that was not edited keeps its value and its order.
 *
 * <p>Reading is typed. What is absent or null reads as empty; what has another type than asked for
 * is a {@link LiveObjectException} that names object, field and value.
 */
final class LiveNode {
  private static final int SHOWN_MAX = 40;

  private final ObjectKey owner;
  private final Path path;
  private final Map<String, @Nullable Object> fields;

  private LiveNode(ObjectKey owner, Path path, Map<String, @Nullable Object> fields) {
    this.owner = owner;
    this.path = path;
    this.fields = Collections.unmodifiableMap(fields);
  }

  /** A whole object. */
  static LiveNode of(ObjectKey key, JsonObject tree) {
    return new LiveNode(key, Path.root(), tree.fields());
  }

  /** A whole object that was read. */
  static LiveNode read(ClusterObjects objects, ObjectKey key) throws LiveObjectException {
    JsonObject tree = objects.find(key).orElse(null);
    if (tree == null) {
      throw new LiveObjectException(key.kind() + " `" + key.name() + "` not found");
    }
    return of(key, tree);
  }

  /**
   * A whole object that a field of the rollout names.
   *
   * @param field below {@code spec.strategy.canary.trafficRouting}
   */
  static LiveNode read(ClusterObjects objects, ObjectKey key, String field)
      throws LiveObjectException {
    JsonObject tree = objects.find(key).orElse(null);
    if (tree == null) {
      throw new LiveObjectException(
          "%s `%s/%s` not found; create it or correct spec.strategy.canary.trafficRouting.%s"
              .formatted(key.kind(), key.namespace(), key.name(), field));
    }
    return of(key, tree);
  }

  /** An object that does not exist yet: apiVersion, kind, name and namespace. */
  static LiveNode create(ObjectKey key) {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("name", key.name());
    metadata.put("namespace", key.namespace());
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("apiVersion", key.apiVersion());
    fields.put("kind", key.kind());
    fields.put("metadata", Collections.unmodifiableMap(metadata));
    return new LiveNode(key, Path.root(), fields);
  }

  /** A detached object with these fields, to be put {@link #with somewhere}. */
  LiveNode detached(Map<String, ? extends @Nullable Object> content) {
    return new LiveNode(owner, path, new LinkedHashMap<>(content));
  }

  /** The whole object that this is a part of. */
  ObjectKey owner() {
    return owner;
  }

  /** Where in the whole object this stands. */
  Path path() {
    return path;
  }

  /** The plain content. */
  Map<String, @Nullable Object> fields() {
    return fields;
  }

  /** The plain content as a tree. */
  JsonObject tree() {
    return JsonObject.of(fields);
  }

  /** Whether the field is there and not null. */
  boolean has(String field) {
    return fields.get(field) != null;
  }

  /** The plain value of a field, or null. */
  @Nullable Object value(String field) {
    return fields.get(field);
  }

  /** The object in a field; without fields when there is none. */
  LiveNode object(String field) throws LiveObjectException {
    Object value = fields.get(field);
    if (value == null) {
      return new LiveNode(owner, path.key(field), Map.of());
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw mustBe(field, "an object");
    }
    return new LiveNode(owner, path.key(field), stringKeys(map));
  }

  /** The objects in a list; none when there is no list. */
  List<LiveNode> objects(String field) throws LiveObjectException {
    List<LiveNode> nodes = new ArrayList<>();
    for (Object element : list(field)) {
      Path place = path.key(field).index(nodes.size());
      if (!(element instanceof Map<?, ?> map)) {
        throw problem(place, "must be an object, was " + show(element));
      }
      nodes.add(new LiveNode(owner, place, stringKeys(map)));
    }
    return nodes;
  }

  /** The texts in a list; none when there is no list. */
  List<String> texts(String field) throws LiveObjectException {
    List<String> texts = new ArrayList<>();
    for (Object element : list(field)) {
      if (!(element instanceof String text)) {
        throw problem(path.key(field).index(texts.size()), "must be a text, was " + show(element));
      }
      texts.add(text);
    }
    return texts;
  }

  private List<?> list(String field) throws LiveObjectException {
    Object value = fields.get(field);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw mustBe(field, "a list");
    }
    return list;
  }

  /** The text in a field; empty when there is none. */
  String text(String field) throws LiveObjectException {
    Object value = fields.get(field);
    if (value == null) {
      return "";
    }
    if (!(value instanceof String text)) {
      throw mustBe(field, "a text");
    }
    return text;
  }

  /** The whole number in a field; 0 when there is none. */
  int number(String field) throws LiveObjectException {
    Object value = fields.get(field);
    if (value == null) {
      return 0;
    }
    BigDecimal number = decimal(value);
    if (number != null) {
      try {
        return number.intValueExact();
      } catch (ArithmeticException notWhole) {
        throw mustBe(field, "a whole number");
      }
    }
    throw mustBe(field, "a whole number");
  }

  /**
   * A copy with a field set: in its place when there was one, else as the last.
   *
   * @param value nodes, plain values, and lists of both
   */
  LiveNode with(String field, @Nullable Object value) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
    copy.put(field, plain(value));
    return new LiveNode(owner, path, copy);
  }

  /** A copy without a field. */
  LiveNode without(String field) {
    if (!fields.containsKey(field)) {
      return this;
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
    copy.remove(field);
    return new LiveNode(owner, path, copy);
  }

  /** A copy with a field set inside objects, which are made where they are missing. */
  LiveNode withAt(@Nullable Object value, String... keys) throws LiveObjectException {
    return withAt(value, List.of(keys));
  }

  private LiveNode withAt(@Nullable Object value, List<String> keys) throws LiveObjectException {
    String first = keys.get(0);
    return keys.size() == 1
        ? with(first, value)
        : with(first, object(first).withAt(value, keys.subList(1, keys.size())));
  }

  /** A copy without a field inside objects; an object that this empties goes, too. */
  LiveNode withoutAt(String... keys) throws LiveObjectException {
    return withoutAt(List.of(keys));
  }

  private LiveNode withoutAt(List<String> keys) throws LiveObjectException {
    String first = keys.get(0);
    if (!has(first) || keys.size() == 1) {
      return keys.size() == 1 ? without(first) : this;
    }
    LiveNode inner = object(first);
    LiveNode edited = inner.withoutAt(keys.subList(1, keys.size()));
    if (edited == inner) {
      return this;
    }
    return edited.fields.isEmpty() ? without(first) : with(first, edited);
  }

  /** The write that leads from {@code before} to this and what is said of it; none when equal. */
  List<ClusterEffect> update(JsonObject before, Event... events) {
    if (sameJson(before.fields(), fields)) {
      return List.of();
    }
    List<ClusterEffect> effects = new ArrayList<>();
    effects.add(new ClusterEffect.UpdateObject(owner, before, tree()));
    for (Event event : events) {
      effects.add(new ClusterEffect.Announce(event));
    }
    return effects;
  }

  /** Whether two plain values are the same JSON: 20 is 20.0, and the order of keys is no matter. */
  static boolean sameJson(@Nullable Object one, @Nullable Object other) {
    if (one == other) {
      return true; // whatever an edit has left as it was
    }
    if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> that) {
      return sameFields(map, that);
    }
    if (one instanceof List<?> list && other instanceof List<?> that) {
      return sameElements(list, that);
    }
    if (one instanceof Number && other instanceof Number) {
      BigDecimal left = decimal(one);
      BigDecimal right = decimal(other);
      return left != null && right != null ? left.compareTo(right) == 0 : one.equals(other);
    }
    return Objects.equals(one, other);
  }

  private static boolean sameFields(Map<?, ?> one, Map<?, ?> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (Map.Entry<?, ?> field : one.entrySet()) {
      if (!other.containsKey(field.getKey())
          || !sameJson(field.getValue(), other.get(field.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameElements(List<?> one, List<?> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!sameJson(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** An error at a field: {@code VirtualService `prod/shop`: spec.http[0].route must be …}. */
  LiveObjectException problem(String field, String text) {
    return problem(path.key(field), text);
  }

  /** An error in words that users of Argo Rollouts know, with the object and what to do. */
  LiveObjectException problemKnownAs(String words, String remedy) {
    return new LiveObjectException(
        "%s (%s `%s/%s`: %s)"
            .formatted(words, owner.kind(), owner.namespace(), owner.name(), remedy));
  }

  private LiveObjectException mustBe(String field, String type) {
    return problem(field, "must be " + type + ", was " + show(fields.get(field)));
  }

  private LiveObjectException problem(Path place, String text) {
    return new LiveObjectException(
        "%s `%s%s`: %s %s; correct the object, until then its routes stay as they are"
            .formatted(
                owner.kind(),
                owner.namespace().isEmpty() ? "" : owner.namespace() + "/",
                owner.name(),
                place,
                text));
  }

  private static @Nullable BigDecimal decimal(@Nullable Object value) {
    if (!(value instanceof Number)) {
      return null;
    }
    try {
      return new BigDecimal(value.toString());
    } catch (NumberFormatException notFinite) {
      return null;
    }
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof LiveNode node) {
      return node.fields;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> plain = new ArrayList<>(list.size());
      list.forEach(element -> plain.add(plain(element)));
      return Collections.unmodifiableList(plain);
    }
    return value;
  }

  @SuppressWarnings("unchecked") // a JsonObject has no other keys, nor has what edits put into one
  private static Map<String, @Nullable Object> stringKeys(Map<?, ?> map) {
    return (Map<String, @Nullable Object>) map;
  }

  private static String show(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Map<?, ?>) {
      return "an object";
    }
    if (value instanceof List<?>) {
      return "a list";
    }
    String text = String.valueOf(value).replaceAll("\\p{Cntrl}", " ");
    String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
    return value instanceof String ? "the text \"" + shown + "\"" : shown;
  }
}
