package dev.rollouts.controller.kube;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import dev.rollouts.api.wire.JsonObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object as the client library carries it, around what we read of it. Read tolerantly: a
 * malformed field never keeps an object, or those listed with it, from being read. Never written
 * back.
 *
 * @param <T> what we read of it
 */
public abstract class ModelObject<T> implements HasMetadata {
  private static final long serialVersionUID = 1L;

  private ObjectMeta metadata;
  private transient @Nullable Supplier<T> reading;
  private transient @Nullable T value;

  /** An object around a value, which is read when somebody looks at it. */
  protected ModelObject(ObjectMeta metadata, Supplier<T> reading) {
    this.metadata = metadata;
    this.reading = reading;
  }

  /** What we read of it. */
  public final synchronized T value() {
    if (value == null) {
      value = requireNonNull(reading).get();
      reading = null;
    }
    return value;
  }

  /**
   * Lets a store know it. Most changes are those that this process has made, and known from the
   * answer: they are not read again.
   */
  final void putInto(Store<T> store) {
    Optional<T> known =
        store.atLeast(
            metadata.getNamespace(),
            metadata.getName(),
            metadata.getUid(),
            metadata.getResourceVersion());
    if (known.isPresent()) {
      replaceBy(known.get());
    } else {
      store.put(value());
    }
  }

  private synchronized void replaceBy(T known) {
    value = known;
    reading = null;
  }

  @Override
  public final ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public final void setMetadata(ObjectMeta other) {
    metadata = other;
  }

  @Override
  public final void setApiVersion(String version) {
    if (!version.equals(getApiVersion())) {
      throw new IllegalArgumentException(
          "%s has version %s, not %s".formatted(getKind(), getApiVersion(), version));
    }
  }

  /** Reads one kind of object. */
  abstract static class Reader<T, M extends ModelObject<T>> extends JsonDeserializer<M> {
    private final Class<M> kind;
    private final Function<JsonObject, T> decoder;

    /**
     * A reader.
     *
     * @param decoder total: what it cannot use it leaves out
     */
    Reader(Class<M> kind, Function<JsonObject, T> decoder) {
      this.kind = kind;
      this.decoder = decoder;
    }

    /** The object around what was read of it. */
    abstract M create(ObjectMeta metadata, Supplier<T> value);

    /** What it reads. */
    final Class<M> kind() {
      return kind;
    }

    @Override
    public final M deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return read(Trees.read(parser));
    }

    /** The object of a tree, which gets the name of its kind: elements of lists do not say it. */
    final M read(Map<String, @Nullable Object> tree) {
      tree.put("apiVersion", HasMetadata.getApiVersion(kind));
      tree.put("kind", HasMetadata.getKind(kind));
      return create(metadata(tree.get("metadata")), () -> decoder.apply(JsonObject.of(tree)));
    }

    /** What the client library looks at. */
    private static ObjectMeta metadata(@Nullable Object node) {
      ObjectMeta metadata = new ObjectMeta();
      if (node instanceof Map<?, ?> fields) {
        metadata.setName(text(fields, "name"));
        metadata.setNamespace(text(fields, "namespace"));
        metadata.setUid(text(fields, "uid"));
        metadata.setResourceVersion(text(fields, "resourceVersion"));
        metadata.setDeletionTimestamp(text(fields, "deletionTimestamp"));
        metadata.setGeneration(
            fields.get("generation") instanceof Number generation ? generation.longValue() : null);
      }
      return metadata;
    }

    private static @Nullable String text(Map<?, ?> fields, String name) {
      return fields.get(name) instanceof String text ? text : null;
    }
  }
}
