package dev.rollouts.cli.kube;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which objects of a namespace.
 *
 * @param labels a label selector; empty for all
 * @param fields a field selector; empty for all
 */
public record Selection(String labels, String fields) {
  /** All of them. */
  public static Selection all() {
    return new Selection("", "");
  }

  /** Those with such labels. */
  public static Selection labels(String selector) {
    return new Selection(selector, "");
  }

  /** The one of this name. */
  public static Selection name(String name) {
    return new Selection("", "metadata.name=" + name);
  }

  Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (!labels.isEmpty()) {
      parameters.put("labelSelector", labels);
    }
    if (!fields.isEmpty()) {
      parameters.put("fieldSelector", fields);
    }
    return parameters;
  }
}
