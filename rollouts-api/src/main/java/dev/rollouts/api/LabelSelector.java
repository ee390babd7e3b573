package dev.rollouts.api;

import dev.rollouts.api.wire.OrderedMap;
import dev.rollouts.api.wire.Required;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Selects objects by their labels: every entry of {@code matchLabels} and every expression must
 * hold.
 *
 * @param matchLabels label values that are required
 * @param matchExpressions further requirements
 */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {
  public LabelSelector {
    matchLabels = OrderedMap.copyOf(matchLabels);
    matchExpressions = List.copyOf(matchExpressions);
  }

  /** A selector by label values. */
  public static LabelSelector of(Map<String, String> matchLabels) {
    return new LabelSelector(matchLabels, List.of());
  }

  /** Whether nothing is required, which selects everything. */
  public boolean isEmpty() {
    return matchLabels.isEmpty() && matchExpressions.isEmpty();
  }

  /** Whether labels satisfy the selector; an operator that does not exist never holds. */
  public boolean matches(Map<String, String> labels) {
    for (Map.Entry<String, String> wanted : matchLabels.entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (Requirement each : matchExpressions) {
      if (!each.matches(labels)) {
        return false;
      }
    }
    return true;
  }

  /** The same selector with one more required label. */
  public LabelSelector with(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(matchLabels);
    more.put(key, value);
    return new LabelSelector(more, matchExpressions);
  }

  /**
   * The selector as the API writes it on one line: {@code app=web,tier in (a,b),!old}. Requirements
   * are sorted by key.
   */
  @Override
  public String toString() {
    Map<String, String> parts = new TreeMap<>();
    matchLabels.forEach((key, value) -> parts.merge(key, key + "=" + value, (a, b) -> a + "," + b));
    for (Requirement each : matchExpressions) {
      parts.merge(each.key(), each.toString(), (a, b) -> a + "," + b);
    }
    return String.join(",", parts.values());
  }

  /**
   * One requirement.
   *
   * @param operator {@code In}, {@code NotIn}, {@code Exists} or {@code DoesNotExist}
   */
  public record Requirement(@Required String key, @Required String operator, List<String> values) {
    public Requirement {
      values = List.copyOf(values);
    }

    boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case "In" -> value != null && values.contains(value);
        case "NotIn" -> value == null || !values.contains(value);
        case "Exists" -> value != null;
        case "DoesNotExist" -> value == null;
        default -> false;
      };
    }

    @Override
    public String toString() {
      return switch (operator) {
        case "In" -> key + " in (" + String.join(",", values.stream().sorted().toList()) + ")";
        case "NotIn" ->
            key + " notin (" + String.join(",", values.stream().sorted().toList()) + ")";
        case "DoesNotExist" -> "!" + key;
        default -> key;
      };
    }
  }
}
