package dev.rollouts.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import dev.rollouts.api.wire.JsonObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
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
  private final transient T value;

  /** An object around a value. */
  protected ModelObject(ObjectMeta metadata, T value) {
    this.metadata = metadata;
    this.value = value;
  }

  /** What we read of it. */
  public final T value() {
    return value;
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
  abstract static class Reader<M extends ModelObject<?>> extends JsonDeserializer<M> {
    private final Class<M> kind;
    private final Function<JsonObject, ?> decoder;

    /**
     * A reader.
     *
     * @param decoder total: what it cannot use it leaves out
     */
    Reader(Class<M> kind, Function<JsonObject, ?> decoder) {
      this.kind = kind;
      this.decoder = decoder;
    }

    /** The object around what was read of it. */
    abstract M create(ObjectMeta metadata, Object value);

    @Override
    public final M deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      Map<String, @Nullable Object> root = new LinkedHashMap<>();
      if (parser.hasToken(JsonToken.START_OBJECT)) {
        read(parser, context, root, false);
      } else {
        parser.skipChildren();
      }
      // Elements of lists do not say what they are.
      root.put("apiVersion", HasMetadata.getApiVersion(kind));
      root.put("kind", HasMetadata.getKind(kind));
      return create(metadata(root.get("metadata")), decoder.apply(JsonObject.of(root)));
    }

    /** Reads an object without the book-keeping of who wrote what. */
    private static void read(
        JsonParser parser,
        DeserializationContext context,
        Map<String, @Nullable Object> into,
        boolean isMetadata)
        throws IOException {
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        if (isMetadata && name.equals("managedFields")) {
          parser.skipChildren();
        } else if (!isMetadata && name.equals("metadata") && token == JsonToken.START_OBJECT) {
          Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
          read(parser, context, metadata, true);
          into.put(name, metadata);
        } else {
          into.put(
              name, token == JsonToken.VALUE_NULL ? null : context.readValue(parser, Object.class));
        }
      }
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
