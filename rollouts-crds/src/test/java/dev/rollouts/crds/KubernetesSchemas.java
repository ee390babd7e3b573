package dev.rollouts.crds;

import static java.util.Objects.requireNonNull;

import dev.rollouts.codec.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Schemas of Kubernetes' own types, as {@code take-schemas} took them, with references resolved and
 * with what a definition leaves open: volumes, and the limits and requests of containers.
 */
final class KubernetesSchemas {
  /** The grammar of quantities, from the documentation of the type. */
  private static final String QUANTITY =
      "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))"
          + "(([KMGTP]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

  private static final Set<String> CONTAINERS = Set.of("Container", "EphemeralContainer");

  private final Map<String, Object> types;

  KubernetesSchemas() {
    try (InputStream file =
        requireNonNull(KubernetesSchemas.class.getResourceAsStream("kubernetes-1.34.json"))) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      types = Trees.cast(requireNonNull(Json.read("kubernetes-1.34.json", text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, Object> type(String name) {
    return switch (name) {
      case "Quantity" -> Trees.object("pattern", QUANTITY, "x-kubernetes-int-or-string", true);
      case "IntOrString" -> Trees.object("x-kubernetes-int-or-string", true);
      case "ObjectMeta" -> Schemas.labelsAndAnnotations();
      default -> resolved(name, Trees.cast(requireNonNull(types.get(name), name)));
    };
  }

  private Map<String, Object> resolved(String owner, Map<String, Object> schema) {
    if (schema.get("$ref") instanceof String reference) {
      Map<String, Object> target = type(reference.substring(reference.lastIndexOf('.') + 1));
      return schema.containsKey("default") ? with(target, schema.get("default")) : target;
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    for (String key :
        new String[] {"type", "format", "default", "items", "additionalProperties", "required"}) {
      if (schema.containsKey(key)) {
        copy.put(
            key,
            schema.get(key) instanceof Map<?, ?> inner && !key.equals("default")
                ? resolved(owner, Trees.cast(inner))
                : schema.get(key));
      }
    }
    if (schema.containsKey("properties")) {
      Map<String, Object> properties = new TreeMap<>();
      Trees.cast(schema.get("properties"))
          .forEach((key, each) -> properties.put(key, property(owner, key, Trees.cast(each))));
      copy.put("properties", properties);
    }
    return copy;
  }

  private Map<String, Object> property(String owner, String name, Map<String, Object> schema) {
    if (owner.equals("PodSpec") && name.equals("volumes")) {
      return Schemas.anything();
    }
    Map<String, Object> resolved = resolved(owner, schema);
    if (CONTAINERS.contains(owner) && name.equals("resources")) {
      Map<String, Object> properties = Trees.cast(resolved.get("properties"));
      properties.put("limits", Schemas.anything());
      properties.put("requests", Schemas.anything());
    }
    return resolved;
  }

  private static Map<String, Object> with(Map<String, Object> schema, Object value) {
    Map<String, Object> copy = new LinkedHashMap<>(schema);
    copy.put("default", value);
    return copy;
  }
}
