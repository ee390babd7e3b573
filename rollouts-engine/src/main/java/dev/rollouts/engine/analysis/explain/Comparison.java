package dev.rollouts.engine.analysis.explain;

import dev.rollouts.engine.condition.syntax.ConditionParser;
import dev.rollouts.engine.condition.syntax.Node;
import dev.rollouts.engine.condition.syntax.Node.BinaryOperator;
import dev.rollouts.engine.condition.syntax.Parsed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a condition where something measured is compared with a number: {@code result[0] >=
 * 0.95}. What a chart can draw a line for and an explanation can put a number to. Immutable and
 * thread-safe.
 */
public final class Comparison {
  private final String text;
  private final String subject;
  private final BinaryOperator operator;
  private final double threshold;
  private final Node subjectNode;

  /**
   * The list whose elements the subject speaks of; null outside {@code all}, {@code any} and their
   * like.
   */
  private final @Nullable Node elementsOf;

  private final boolean negated;

  private Comparison(
      String text,
      String subject,
      BinaryOperator operator,
      double threshold,
      Node subjectNode,
      @Nullable Node elementsOf,
      boolean negated) {
    this.text = text;
    this.subject = subject;
    this.operator = operator;
    this.threshold = threshold;
    this.subjectNode = subjectNode;
    this.elementsOf = elementsOf;
    this.negated = negated;
  }

  /**
   * Every comparison of a condition with a number, in the order of the text; none for a text that
   * is no condition.
   */
  public static List<Comparison> in(String condition) {
    List<Comparison> found = new ArrayList<>();
    if (ConditionParser.parse(condition) instanceof Parsed.Tree tree) {
      collect(condition, tree.root(), new Within(null, false), found);
    }
    return List.copyOf(found);
  }

  private static void collect(String condition, Node node, Within within, List<Comparison> found) {
    if (node instanceof Node.Binary binary) {
      add(condition, binary.left(), binary.operator(), binary.right(), within, found);
    } else if (node instanceof Node.Chained chained) {
      for (int i = 0; i < chained.operators().size(); i++) {
        add(
            condition,
            chained.operands().get(i),
            chained.operators().get(i),
            chained.operands().get(i + 1),
            within,
            found);
      }
    }
    for (Node child : node.children()) {
      collect(condition, child, within.child(node, child), found);
    }
  }

  /**
   * What surrounds a piece of a condition.
   *
   * @param elementsOf the list whose elements it speaks of; null when it speaks of none
   * @param negated whether an odd number of negations is around it
   */
  private record Within(@Nullable Node elementsOf, boolean negated) {
    Within child(Node node, Node child) {
      if (node instanceof Node.Unary unary && unary.operator() == Node.UnaryOperator.NOT) {
        return new Within(elementsOf, !negated);
      }
      if (child instanceof Node.Predicate && node instanceof Node.Call call) {
        return new Within(call.arguments().get(0), negated != call.function().equals("none"));
      }
      return this;
    }
  }

  private static void add(
      String condition,
      Node left,
      BinaryOperator operator,
      Node right,
      Within within,
      List<Comparison> found) {
    if (!isComparison(operator)) {
      return;
    }
    Double constantLeft = constant(left);
    Double constantRight = constant(right);
    if ((constantLeft == null) == (constantRight == null)) {
      return;
    }
    Node subject = constantLeft == null ? left : right;
    double threshold = constantLeft == null ? orNaN(constantRight) : constantLeft;
    if (!Double.isFinite(threshold)) {
      return;
    }
    found.add(
        new Comparison(
            piece(condition, left) + " " + operator.symbol() + " " + piece(condition, right),
            piece(condition, subject),
            constantLeft == null ? operator : mirrored(operator),
            threshold,
            subject,
            within.elementsOf(),
            within.negated()));
  }

  /** The text of a node, with both of those parentheses of which its span holds only one. */
  private static String piece(String condition, Node node) {
    int start = node.span().start();
    int end = node.span().end();
    int open = 0;
    int missing = 0;
    for (int i = start; i < end; i++) {
      char c = condition.charAt(i);
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
      missing = Math.max(missing, -open);
    }
    for (; missing > 0 && start > 0; missing--) {
      start = Math.max(0, condition.lastIndexOf('(', start - 1));
      open++;
    }
    for (; open > 0 && end < condition.length(); open--) {
      int close = condition.indexOf(')', end);
      end = close < 0 ? condition.length() : close + 1;
    }
    return condition.substring(start, end);
  }

  private static boolean isComparison(BinaryOperator operator) {
    return operator.isOrdering()
        || operator == BinaryOperator.EQUAL
        || operator == BinaryOperator.NOT_EQUAL;
  }

  private static BinaryOperator mirrored(BinaryOperator operator) {
    return switch (operator) {
      case LESS -> BinaryOperator.GREATER;
      case LESS_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
      case GREATER -> BinaryOperator.LESS;
      case GREATER_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
      default -> operator;
    };
  }

  /** The value of an expression in which nothing is measured, or null. */
  private static @Nullable Double constant(Node node) {
    return readsResult(node) ? null : new NumberReading(null, null).number(node);
  }

  private static boolean readsResult(Node node) {
    return node instanceof Node.Name
        || node instanceof Node.Pointer
        || node.children().stream().anyMatch(Comparison::readsResult);
  }

  private static double orNaN(@Nullable Double number) {
    return number == null ? Double.NaN : number;
  }

  /** As the condition has it, with single blanks: {@code 0.95 <= result[0]}. */
  public String text() {
    return text;
  }

  /**
   * What is compared: {@code result[0]}; {@code #} for an element inside {@code all} and its like.
   */
  public String subject() {
    return subject;
  }

  /** As seen from the subject: one of {@code < <= > >= == !=}. */
  public String operator() {
    return operator.symbol();
  }

  /** Whether it is {@code < <= > >=}, so that the threshold divides numbers into two sides. */
  public boolean isOrdering() {
    return operator.isOrdering();
  }

  /** What it is compared with; finite. */
  public double threshold() {
    return threshold;
  }

  /**
   * Whether the condition wants it not to hold: {@code not (result > 1)}, {@code none(result, # >
   * 1)}.
   */
  public boolean isNegated() {
    return negated;
  }

  /** Whether it is about each element of a list instead of one number. */
  public boolean isPerElement() {
    return elementsOf != null;
  }

  /**
   * Whether the subject is the result itself or an element of it, so that measured values can be
   * drawn against the threshold.
   */
  public boolean isAboutMeasuredValues() {
    Node node = subjectNode;
    while (node instanceof Node.Index index) {
      node = index.target();
    }
    return node instanceof Node.Name name && name.name().equals("result")
        || node instanceof Node.Pointer;
  }

  /** Whether it holds for a number; IEEE 754, so NaN is only ever {@code !=}. */
  public boolean holds(double number) {
    return switch (operator) {
      case LESS -> number < threshold;
      case LESS_OR_EQUAL -> number <= threshold;
      case GREATER -> number > threshold;
      case GREATER_OR_EQUAL -> number >= threshold;
      case EQUAL -> number == threshold;
      default -> number != threshold;
    };
  }

  /**
   * What the subject was: a number, or one per element; empty where it cannot be told without
   * evaluating the condition.
   */
  public List<Double> subjects(MeasuredValue measured) {
    if (elementsOf == null) {
      Double number = new NumberReading(measured.value(), null).number(subjectNode);
      return number == null ? List.of() : List.of(number);
    }
    List<Double> numbers = new ArrayList<>();
    if (new NumberReading(measured.value(), null).value(elementsOf) instanceof List<?> elements) {
      for (Object element : elements) {
        Double number = new NumberReading(measured.value(), element).number(subjectNode);
        if (number == null) {
          return List.of();
        }
        numbers.add(number);
      }
    }
    return numbers;
  }

  /** The text. */
  @Override
  public String toString() {
    return text;
  }
}
