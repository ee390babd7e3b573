package dev.rollouts.engine.condition.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a parsed condition. Immutable; no tree is deeper than {@link
 * ConditionParser#DEPTH_LIMIT}, so that recursion over it is safe.
 */
public sealed interface Node {

  /** Where it stands in the text. */
  Span span();

  /** Its parts, in the order of the text. */
  List<Node> children();

  /** Answers with the method of {@code visitor} that fits. */
  <R> R accept(Visitor<R> visitor);

  /** {@code nil}. */
  record NilLiteral(Span span) implements Leaf {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.nilLiteral(this);
    }
  }

  /** {@code true} or {@code false}. */
  record BooleanLiteral(Span span, boolean value) implements Leaf {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.booleanLiteral(this);
    }
  }

  /** {@code 5}, {@code 0x1F}. */
  record IntegerLiteral(Span span, long value) implements Leaf {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.integerLiteral(this);
    }
  }

  /** {@code 0.95}, {@code 1e3}; always finite. */
  record FloatLiteral(Span span, double value) implements Leaf {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.floatLiteral(this);
    }
  }

  /** {@code "text"}, with its escapes resolved. */
  record StringLiteral(Span span, String value) implements Leaf {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.stringLiteral(this);
    }
  }

  /** {@code b"bytes"}: each byte as a number from 0 to 255. */
  record BytesLiteral(Span span, List<Long> value) implements Leaf {
    public BytesLiteral {
      value = List.copyOf(value);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.bytesLiteral(this);
    }
  }

  /** {@code [a, b]}. */
  record ArrayLiteral(Span span, List<Node> elements) implements Node {
    public ArrayLiteral {
      elements = List.copyOf(elements);
    }

    @Override
    public List<Node> children() {
      return elements;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.arrayLiteral(this);
    }
  }

  /**
   * {@code {key: value}}; a key that is a plain word in the text is a {@link StringLiteral} here.
   */
  record MapLiteral(Span span, List<Entry> entries) implements Node {
    public MapLiteral {
      entries = List.copyOf(entries);
    }

    /** One {@code key: value}. */
    public record Entry(Node key, Node value) {}

    @Override
    public List<Node> children() {
      List<Node> children = new ArrayList<>(2 * entries.size());
      for (Entry entry : entries) {
        children.add(entry.key());
        children.add(entry.value());
      }
      return children;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.mapLiteral(this);
    }
  }

  /** A name that stands for a value: {@code result}, {@code $env}, a {@code let} variable. */
  record Name(Span span, String name) implements Leaf {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.name(this);
    }
  }

  /**
   * {@code #}, {@code #index} or {@code #acc} inside a predicate; {@code name} is what follows the
   * {@code #}.
   */
  record Pointer(Span span, String name) implements Leaf {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.pointer(this);
    }
  }

  /** {@code -a}, {@code not a}; also around {@code a in b} for {@code a not in b}. */
  record Unary(Span span, UnaryOperator operator, Span operatorSpan, Node operand) implements Node {
    @Override
    public List<Node> children() {
      return List.of(operand);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.unary(this);
    }
  }

  /** {@code a + b}, {@code a == b}, {@code a ?? b}, {@code a in b}. */
  record Binary(Span span, BinaryOperator operator, Span operatorSpan, Node left, Node right)
      implements Node {
    @Override
    public List<Node> children() {
      return List.of(left, right);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.binary(this);
    }
  }

  /**
   * {@code a < b <= c}: every neighbouring pair holds. {@code operators} has one element less than
   * {@code operands}, and so has {@code operatorSpans}.
   */
  record Chained(
      Span span, List<Node> operands, List<BinaryOperator> operators, List<Span> operatorSpans)
      implements Node {
    public Chained {
      operands = List.copyOf(operands);
      operators = List.copyOf(operators);
      operatorSpans = List.copyOf(operatorSpans);
    }

    @Override
    public List<Node> children() {
      return operands;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.chained(this);
    }
  }

  /** {@code a and b and c}: at least two operands joined by the same operator. */
  record Logical(Span span, LogicalOperator operator, List<Span> operatorSpans, List<Node> operands)
      implements Node {
    public Logical {
      operands = List.copyOf(operands);
      operatorSpans = List.copyOf(operatorSpans);
    }

    @Override
    public List<Node> children() {
      return operands;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.logical(this);
    }
  }

  /**
   * {@code c ? a : b}, {@code if c { a } else { b }}; {@code c ?: b} has {@code true} in the
   * middle.
   */
  record Conditional(Span span, Node condition, Node then, Node otherwise) implements Node {
    @Override
    public List<Node> children() {
      return List.of(condition, then, otherwise);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.conditional(this);
    }
  }

  /** {@code target.name}; with {@code optional} it is {@code target?.name}. */
  record Member(Span span, Node target, String name, Span nameSpan, boolean optional)
      implements Node {
    @Override
    public List<Node> children() {
      return List.of(target);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.member(this);
    }
  }

  /** {@code target[index]}; with {@code optional} it is {@code target?.[index]}. */
  record Index(Span span, Node target, Node index, boolean optional) implements Node {
    @Override
    public List<Node> children() {
      return List.of(target, index);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.index(this);
    }
  }

  /** {@code target[from:to]}; either bound may be absent. */
  record Slice(Span span, Node target, @Nullable Node from, @Nullable Node to) implements Node {
    @Override
    public List<Node> children() {
      List<Node> children = new ArrayList<>(3);
      children.add(target);
      if (from != null) {
        children.add(from);
      }
      if (to != null) {
        children.add(to);
      }
      return children;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.slice(this);
    }
  }

  /**
   * The reach of the {@code ?.} inside {@code body}: where one of them meets nil, all of {@code
   * body} is nil.
   */
  record OptionalChain(Span span, Node body) implements Node {
    @Override
    public List<Node> children() {
      return List.of(body);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.optionalChain(this);
    }
  }

  /** {@code function(arguments)}; {@code a | function(b)} is {@code function(a, b)}. */
  record Call(Span span, String function, Span nameSpan, List<Node> arguments) implements Node {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public List<Node> children() {
      return arguments;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.call(this);
    }
  }

  /**
   * {@code target.method(arguments)}; with {@code optional} it is {@code
   * target?.method(arguments)}.
   */
  record MethodCall(
      Span span, Node target, String method, Span nameSpan, boolean optional, List<Node> arguments)
      implements Node {
    public MethodCall {
      arguments = List.copyOf(arguments);
    }

    @Override
    public List<Node> children() {
      List<Node> children = new ArrayList<>(arguments.size() + 1);
      children.add(target);
      children.addAll(arguments);
      return children;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.methodCall(this);
    }
  }

  /** The argument of {@code all}, {@code map} and their like that is evaluated once per element. */
  record Predicate(Span span, Node body) implements Node {
    @Override
    public List<Node> children() {
      return List.of(body);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.predicate(this);
    }
  }

  /** {@code let name = value; body}. */
  record Let(Span span, String name, Span nameSpan, Node value, Node body) implements Node {
    @Override
    public List<Node> children() {
      return List.of(value, body);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.let(this);
    }
  }

  /** {@code a; b}: at least two expressions, of which the last is the value. */
  record Sequence(Span span, List<Node> expressions) implements Node {
    public Sequence {
      expressions = List.copyOf(expressions);
    }

    @Override
    public List<Node> children() {
      return expressions;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sequence(this);
    }
  }

  /** A node without parts. */
  sealed interface Leaf extends Node {
    @Override
    default List<Node> children() {
      return List.of();
    }
  }

  /** Operators with one operand. */
  enum UnaryOperator {
    NOT("not"),
    MINUS("-"),
    PLUS("+");

    private final String symbol;

    UnaryOperator(String symbol) {
      this.symbol = symbol;
    }

    /** As it is written. */
    public String symbol() {
      return symbol;
    }
  }

  /**
   * Operators with two operands, both of which are always evaluated (but for {@link #COALESCE}).
   */
  enum BinaryOperator {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    IN("in"),
    MATCHES("matches"),
    CONTAINS("contains"),
    STARTS_WITH("startsWith"),
    ENDS_WITH("endsWith"),
    RANGE(".."),
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    REMAINDER("%"),
    POWER("**"),
    /** The right operand is evaluated only if the left one is nil. */
    COALESCE("??");

    private final String symbol;

    BinaryOperator(String symbol) {
      this.symbol = symbol;
    }

    /** As it is written; {@code ^} is another spelling of {@code **}. */
    public String symbol() {
      return symbol;
    }

    /** Whether it orders its operands: {@code < <= > >=}. */
    public boolean isOrdering() {
      return this == LESS || this == LESS_OR_EQUAL || this == GREATER || this == GREATER_OR_EQUAL;
    }
  }

  /** Operators that stop as soon as the outcome is known. */
  enum LogicalOperator {
    /** {@code and}, {@code &&}. */
    AND("and"),
    /** {@code or}, {@code ||}. */
    OR("or");

    private final String symbol;

    LogicalOperator(String symbol) {
      this.symbol = symbol;
    }

    /** As it is written in words. */
    public String symbol() {
      return symbol;
    }
  }

  /** One answer per kind of node. */
  interface Visitor<R> {
    R nilLiteral(NilLiteral node);

    R booleanLiteral(BooleanLiteral node);

    R integerLiteral(IntegerLiteral node);

    R floatLiteral(FloatLiteral node);

    R stringLiteral(StringLiteral node);

    R bytesLiteral(BytesLiteral node);

    R arrayLiteral(ArrayLiteral node);

    R mapLiteral(MapLiteral node);

    R name(Name node);

    R pointer(Pointer node);

    R unary(Unary node);

    R binary(Binary node);

    R chained(Chained node);

    R logical(Logical node);

    R conditional(Conditional node);

    R member(Member node);

    R index(Index node);

    R slice(Slice node);

    R optionalChain(OptionalChain node);

    R call(Call node);

    R methodCall(MethodCall node);

    R predicate(Predicate node);

    R let(Let node);

    R sequence(Sequence node);
  }
}
