package dev.rollouts.simulation;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.engine.analysis.explain.Comparison;
import dev.rollouts.engine.condition.syntax.ConditionParser;
import dev.rollouts.engine.condition.syntax.Node;
import dev.rollouts.engine.condition.syntax.Parsed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers in the likeness of what conditions speak of: an object with the keys that they look up, a
 * text that they compare with. Guesses, for somebody to try.
 */
final class Likeness {
  private final Map<String, @Nullable Object> object = new LinkedHashMap<>();
  private final List<Object> texts = new ArrayList<>();

  private Likeness() {}

  /** Values that may suit the metric's conditions, the likeliest first. */
  static List<Object> of(Metric metric) {
    List<Object> values = new ArrayList<>();
    for (String condition : HealthyWorld.conditionsOf(metric)) {
      Likeness likeness = new Likeness();
      if (ConditionParser.parse(condition) instanceof Parsed.Tree tree) {
        likeness.collect(tree.root());
        for (Comparison comparison : Comparison.in(condition)) {
          likeness.number(comparison);
        }
      }
      if (!likeness.object.isEmpty()) {
        values.add(likeness.object);
      }
      values.addAll(likeness.texts);
    }
    values.add(true);
    values.add(false);
    values.add("ok");
    return values;
  }

  private void collect(Node node) {
    List<String> path = path(node);
    if (path != null && !path.isEmpty()) {
      put(path, 1.0, false);
      return;
    }
    if (node instanceof Node.Binary binary) {
      text(binary.left(), binary.right());
      text(binary.right(), binary.left());
    }
    node.children().forEach(this::collect);
  }

  /** A text that something is compared with: of the whole result, or of a key. */
  private void text(Node subject, Node other) {
    List<String> path = path(subject);
    if (path == null || !(other instanceof Node.StringLiteral literal)) {
      return;
    }
    if (path.isEmpty()) {
      texts.add(literal.value());
    } else {
      put(path, literal.value(), true);
    }
  }

  private void number(Comparison comparison) {
    if (ConditionParser.parse(comparison.subject()) instanceof Parsed.Tree tree) {
      List<String> path = path(tree.root());
      if (path != null && !path.isEmpty()) {
        put(path, HealthyWorld.content(comparison), true);
      }
    }
  }

  /**
   * The keys that lead from the result to a value; empty for the result itself, null for anything
   * else.
   */
  private static @Nullable List<String> path(Node node) {
    if (node instanceof Node.Name name) {
      return name.name().equals("result") ? List.of() : null;
    }
    if (node instanceof Node.OptionalChain chain) {
      return path(chain.body());
    }
    String key = null;
    Node target = node;
    if (node instanceof Node.Member member) {
      key = member.name();
      target = member.target();
    } else if (node instanceof Node.Index index
        && index.index() instanceof Node.StringLiteral literal) {
      key = literal.value();
      target = index.target();
    }
    List<String> above = key == null ? null : path(target);
    if (above == null || key == null) {
      return null;
    }
    List<String> path = new ArrayList<>(above);
    path.add(key);
    return path;
  }

  /** Puts a value where the keys lead; what is there already stays unless it is to be replaced. */
  @SuppressWarnings("unchecked")
  private void put(List<String> path, Object value, boolean replace) {
    Map<String, @Nullable Object> here = object;
    for (String key : path.subList(0, path.size() - 1)) {
      Object next = here.get(key);
      if (!(next instanceof Map)) {
        next = new LinkedHashMap<String, @Nullable Object>();
        here.put(key, next);
      }
      here = (Map<String, @Nullable Object>) next;
    }
    String last = path.get(path.size() - 1);
    if (replace || !here.containsKey(last)) {
      here.put(last, value);
    }
  }
}
