package dev.rollouts.crds;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON trees, written down in order. */
final class Trees {
  private Trees() {}

  /** An object of keys and values in turn. */
  static Map<String, Object> object(Object... keysAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      object.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return object;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> cast(Object tree) {
    return (Map<String, Object>) tree;
  }
}
