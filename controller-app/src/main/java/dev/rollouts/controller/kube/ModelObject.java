package dev.rollouts.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    private static final ObjectMapper MAPPER = new ObjectMapper();

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
      ObjectNode root =
          context.readTree(parser) instanceof ObjectNode object
              ? object
              : MAPPER.createObjectNode();
      // Elements of lists do not say what they are.
      root.put("apiVersion", HasMetadata.getApiVersion(kind));
      root.put("kind", HasMetadata.getKind(kind));
      JsonNode node = root.get("metadata");
      ObjectMeta meta = new ObjectMeta();
      if (node instanceof ObjectNode fields) {
        fields.remove("managedFields");
        meta = MAPPER.convertValue(fields, ObjectMeta.class);
      }
      return create(meta, decoder.apply(tree(root)));
    }

    @SuppressWarnings("unchecked")
    private static JsonObject tree(ObjectNode root) {
      Map<String, @Nullable Object> fields = MAPPER.convertValue(root, LinkedHashMap.class);
      return JsonObject.of(fields);
    }
  }
}
