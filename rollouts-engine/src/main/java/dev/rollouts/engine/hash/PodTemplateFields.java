package dev.rollouts.engine.hash;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which fields a pod template may have: those of Kubernetes 1.34. */
public final class PodTemplateFields {
  private PodTemplateFields() {}

  /**
   * The fields that do not exist, as paths from the template, in the order of the text. What they
   * hold is not looked at.
   */
  public static List<Path> unknown(JsonObject template) {
    List<Path> unknown = new ArrayList<>();
    Struct.of("PodTemplateSpec").findUnknown(template.fields(), Path.root(), unknown);
    return unknown;
  }

  /** The names of the fields that an object inside a template may have. */
  public static Collection<String> known(Path inTemplate) {
    WireType type = Struct.of("PodTemplateSpec");
    for (Object segment : inTemplate.segments()) {
      Optional<WireType> inner = type.inside(segment);
      if (inner.isEmpty()) {
        return List.of();
      }
      type = inner.get();
    }
    return type instanceof Struct struct ? struct.fieldNames() : List.of();
  }
}
