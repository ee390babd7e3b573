package dev.rollouts.engine.condition;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.engine.condition.Builtin.Parameter;
import dev.rollouts.engine.condition.Type.Kind;
import dev.rollouts.engine.condition.syntax.Node;
import dev.rollouts.engine.condition.syntax.Node.BinaryOperator;
import dev.rollouts.engine.condition.syntax.Node.LogicalOperator;
import dev.rollouts.engine.condition.syntax.Node.UnaryOperator;
import dev.rollouts.engine.condition.syntax.Span;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlScript;
import org.jspecify.annotations.Nullable;

/**
 * Checks the types of one tree and translates it into JEXL scripts, in one pass.
 *
 * <p>Nothing of the user's text gets into a script: names become {@code r} (the result) and {@code
 * p1}, {@code p2} (what predicates and {@code let} bind), operations and constants become {@code
 * s0}, {@code s1}, which the {@link Evaluation} resolves. JEXL's own operators are used where both
 * operands are known to be numbers or booleans; they need neither a budget nor a place for an
 * error.
 */
final class Compiler implements Node.Visitor<Code> {
  /**
   * Nests deeper and it becomes a script of its own, since JEXL's parser recurses a lot more than
   * its interpreter.
   */
  private static final int SCRIPT_DEPTH_LIMIT = 20;

  /** A function inside a script weighs more. */
  private static final int LAMBDA_DEPTH = 6;

  private static final int FOLDED_TEXT_LIMIT = 64 * 1024;

  private static final Set<BinaryOperator> HAS_JEXL_OPERATOR =
      EnumSet.of(
          BinaryOperator.ADD,
          BinaryOperator.SUBTRACT,
          BinaryOperator.MULTIPLY,
          BinaryOperator.DIVIDE,
          BinaryOperator.LESS,
          BinaryOperator.LESS_OR_EQUAL,
          BinaryOperator.GREATER,
          BinaryOperator.GREATER_OR_EQUAL);

  /** What one more round of a predicate costs besides its nodes. */
  private static final int ROUND_STEPS = 3;

  private final JexlEngine engine;
  private final @Nullable ResultKind kind;
  private final Evaluation folding = new Evaluation(new Object[0], Instant.EPOCH);
  private final List<@Nullable Object> slots = new ArrayList<>();
  private final Map<String, Code> variables = new HashMap<>();
  private final Deque<Element> elements = new ArrayDeque<>();
  private final Deque<List<Link>> chains = new ArrayDeque<>();
  private final List<String> locals = new ArrayList<>();
  private int localCount;

  /** What {@code #}, {@code #index} and {@code #acc} are inside a predicate. */
  private record Element(Code element, @Nullable Code index, @Nullable Code accumulator) {}

  /**
   * A {@code ?.}: what is left of it, and the name under which the rest of the chain knows that.
   */
  private record Link(Code target, String local, Span span) {}

  private Compiler(JexlEngine engine, @Nullable ResultKind kind) {
    this.engine = engine;
    this.kind = kind;
  }

  /**
   * The program of a tree.
   *
   * @param kind what {@code result} is; null where there is none, as in range queries
   * @throws Fault with a place, if the types do not fit
   */
  static Program compile(JexlEngine engine, Node root, @Nullable ResultKind kind) {
    Compiler compiler = new Compiler(engine, kind);
    Code code = root.accept(compiler);
    JexlScript script = code.constant() ? null : engine.createScript(code.text(), "r");
    return new Program(
        script, code.value(), compiler.slots.toArray(new @Nullable Object[0]), code.type());
  }

  // Literals

  @Override
  public Code nilLiteral(Node.NilLiteral node) {
    return constant(null, Type.NIL);
  }

  @Override
  public Code booleanLiteral(Node.BooleanLiteral node) {
    return constant(node.value(), Type.BOOLEAN);
  }

  @Override
  public Code integerLiteral(Node.IntegerLiteral node) {
    return constant(node.value(), Type.INTEGER);
  }

  @Override
  public Code floatLiteral(Node.FloatLiteral node) {
    return constant(node.value(), Type.FLOAT);
  }

  @Override
  public Code stringLiteral(Node.StringLiteral node) {
    return constant(node.value(), Type.STRING);
  }

  @Override
  public Code bytesLiteral(Node.BytesLiteral node) {
    return constant(node.value(), Type.BYTES);
  }

  @Override
  public Code arrayLiteral(Node.ArrayLiteral node) {
    List<Code> codes = compileAll(node.elements());
    Type element = codes.isEmpty() ? Type.ANY : codes.get(0).type();
    for (Code code : codes) {
      element = code.type().is(element.kind()) ? element.or(code.type()) : Type.ANY;
    }
    Type type = Type.arrayOf(element);
    boolean sure = codes.stream().allMatch(Code::sure);
    if (codes.stream().allMatch(Code::constant)) {
      return constant(Collections.unmodifiableList(values(codes)), type).as(type, sure);
    }
    return site(
        node.span(),
        type,
        sure,
        codes,
        (evaluation, arguments) -> {
          evaluation.allocate(arguments.length);
          return Arrays.asList(arguments.clone());
        });
  }

  @Override
  public Code mapLiteral(Node.MapLiteral node) {
    List<Code> codes = new ArrayList<>();
    for (Node.MapLiteral.Entry entry : node.entries()) {
      Code key = entry.key().accept(this);
      if (!key.type().mayBe(Kind.STRING)) {
        throw Fault.compile(
            entry.key().span(), "a map key must be a string (got %s)".formatted(key.type().name()));
      }
      codes.add(key);
      codes.add(entry.value().accept(this));
    }
    return site(node.span(), Type.MAP, true, codes, Compiler::map);
  }

  /** Where a key comes twice, the first one counts. */
  private static Object map(Evaluation evaluation, @Nullable Object[] arguments) {
    evaluation.allocate(arguments.length);
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!(arguments[i] instanceof String key)) {
        throw Fault.run(
            "a map key must be a string (got %s)".formatted(Values.typeName(arguments[i])));
      }
      if (!map.containsKey(key)) {
        map.put(key, arguments[i + 1]);
      }
    }
    return map;
  }

  private static List<@Nullable Object> values(List<Code> codes) {
    List<@Nullable Object> values = new ArrayList<>(codes.size());
    for (Code code : codes) {
      values.add(code.value());
    }
    return values;
  }

  // Names

  @Override
  public Code name(Node.Name node) {
    return named(node.name(), node.span());
  }

  private Code named(String name, Span span) {
    Code variable = variables.get(name);
    if (variable != null) {
      return variable;
    }
    if (name.equals("$env")) {
      return site(
          span, Type.MAP, true, List.of(), (evaluation, arguments) -> environment(evaluation));
    }
    if (name.equals("result") && kind != null) {
      return result(kind);
    }
    Builtin function = Builtins.named(name);
    if (function != null && isInEnvironment(function)) {
      return constant(function, Type.FUNCTION);
    }
    if (function != null || Looping.named(name) != null) {
      throw Fault.compile(span, "%s is a function: call it with parentheses".formatted(name));
    }
    throw unknownName(name, span);
  }

  private static Fault unknownName(String name, Span span) {
    return Fault.compile(span, "unknown name " + Fault.excerpt(name));
  }

  /** Range queries know two of the functions only. */
  private boolean isInEnvironment(Builtin function) {
    return function.environment()
        && (kind != null || function.name().equals("isNaN") || function.name().equals("isInf"));
  }

  private Map<String, @Nullable Object> environment(Evaluation evaluation) {
    Map<String, @Nullable Object> environment = new LinkedHashMap<>();
    if (kind != null) {
      environment.put("result", evaluation.result());
    }
    for (String name : Builtins.names()) {
      Builtin function = Builtins.named(name);
      if (function != null && isInEnvironment(function)) {
        environment.put(name, function);
      }
    }
    return environment;
  }

  private Code result(ResultKind kind) {
    return switch (kind) {
      case SCALAR -> result(Type.FLOAT);
      case VECTOR -> result(Type.FLOATS);
      case STRING -> result(Type.STRING);
      case BOOLEAN -> result(Type.BOOLEAN);
      case NIL -> constant(null, Type.NIL);
      case MAP -> result(Type.MAP);
      case LIST, ROWS -> result(Type.ARRAY);
      // What is inside of these is as the provider built it.
      case RECORDS -> Code.of(Type.RECORDS, false, "r", 0);
    };
  }

  private static Code result(Type type) {
    return Code.of(type, true, "r", 0);
  }

  @Override
  public Code pointer(Node.Pointer node) {
    Element element = elements.getFirst();
    Code code =
        switch (node.name()) {
          case "" -> element.element();
          case "index" -> element.index();
          case "acc" -> element.accumulator();
          default -> null;
        };
    if (code == null) {
      throw Fault.compile(node.span(), "unknown pointer #" + Fault.excerpt(node.name()));
    }
    return code;
  }

  // Operators

  @Override
  public Code unary(Node.Unary node) {
    Code operand = outlined(node.operand().accept(this));
    Type type = operand.type();
    if (node.operator() == UnaryOperator.NOT) {
      if (!type.mayBe(Kind.BOOLEAN)) {
        throw mismatch(node, type);
      }
      if (operand.isSureBoolean() && !operand.constant()) {
        return Code.of(Type.BOOLEAN, true, "(!" + operand.text() + ")", operand.depth() + 1);
      }
      return fold(
          node.span(), Type.BOOLEAN, true, List.of(operand), (e, a) -> !Operators.truth(a[0]));
    }
    if (!type.mayBeNumber()) {
      throw mismatch(node, type);
    }
    if (node.operator() == UnaryOperator.PLUS) {
      return operand;
    }
    if (operand.isSureNumber() && !operand.constant()) {
      return Code.of(type, true, "(-" + operand.text() + ")", operand.depth() + 1);
    }
    return fold(
        node.span(),
        type,
        operand.isSureNumber(),
        List.of(operand),
        (e, a) -> Operators.negate(a[0]));
  }

  private static Fault mismatch(Node.Unary node, Type type) {
    return Fault.compile(
        node.operatorSpan(),
        "invalid operation: %s (mismatched type %s)"
            .formatted(node.operator().symbol(), type.operandName()));
  }

  @Override
  public Code binary(Node.Binary node) {
    Code left = node.left().accept(this);
    Code right = node.right().accept(this);
    return binary(node.operator(), node.operatorSpan(), left, right);
  }

  private Code binary(BinaryOperator operator, Span span, Code left, Code right) {
    return switch (operator) {
      case EQUAL, NOT_EQUAL -> equality(operator, span, left, right);
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> {
        require(isOrdered(left.type(), right.type()), operator, span, left, right);
        yield operation(operator, span, Type.BOOLEAN, left, right);
      }
      case IN -> in(span, left, right);
      case MATCHES -> {
        require(areTexts(left, right), operator, span, left, right);
        yield matches(span, left, right);
      }
      case CONTAINS, STARTS_WITH, ENDS_WITH -> {
        require(areTexts(left, right), operator, span, left, right);
        yield operation(operator, span, Type.BOOLEAN, left, right);
      }
      case RANGE -> {
        require(areIntegers(left, right), operator, span, left, right);
        yield site(
            span,
            Type.INTEGERS,
            true,
            List.of(left, right),
            (e, a) -> Operators.binary(e, operator, a[0], a[1]));
      }
      case REMAINDER -> {
        require(areIntegers(left, right), operator, span, left, right);
        if (right.isConstant(0L)) {
          throw Fault.compile(span, "integer divide by zero");
        }
        yield folded(operator, span, Type.INTEGER, left, right);
      }
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER -> {
        Type type = arithmetic(operator, left.type(), right.type());
        require(type != null, operator, span, left, right);
        yield folded(operator, span, Objects.requireNonNullElse(type, Type.ANY), left, right);
      }
      case COALESCE -> coalesce(left, right);
    };
  }

  private static void require(
      boolean fits, BinaryOperator operator, Span span, Code left, Code right) {
    if (!fits) {
      throw mismatch(operator.symbol(), span, left.type(), right.type());
    }
  }

  private static Fault mismatch(String symbol, Span span, Type left, Type right) {
    return Fault.compile(
        span,
        "invalid operation: %s (mismatched types %s and %s)"
            .formatted(symbol, left.operandName(), right.operandName()));
  }

  private static boolean areTexts(Code left, Code right) {
    return left.type().mayBe(Kind.STRING) && right.type().mayBe(Kind.STRING);
  }

  private static boolean areIntegers(Code left, Code right) {
    return left.type().mayBe(Kind.INTEGER) && right.type().mayBe(Kind.INTEGER);
  }

  private static boolean isOrdered(Type left, Type right) {
    if (left.isAny() || right.isAny()) {
      return isOrdered(left) && isOrdered(right);
    }
    return (left.isNumber() && right.isNumber())
        || (left.kind() == right.kind() && isOrdered(left));
  }

  private static boolean isOrdered(Type type) {
    return type.mayBeNumber()
        || type.is(Kind.STRING)
        || type.is(Kind.TIME)
        || type.is(Kind.DURATION);
  }

  /** What the operator makes of the two, or null if they do not fit. */
  private static @Nullable Type arithmetic(BinaryOperator operator, Type left, Type right) {
    boolean quotient = operator == BinaryOperator.DIVIDE || operator == BinaryOperator.POWER;
    if (left.isNumber() && right.isNumber()) {
      boolean integers = left.is(Kind.INTEGER) && right.is(Kind.INTEGER);
      return integers && !quotient ? Type.INTEGER : Type.FLOAT;
    }
    if (quotient) {
      return left.mayBeNumber() && right.mayBeNumber() ? Type.FLOAT : null;
    }
    if (left.isAny() || right.isAny()) {
      return isOperand(operator, left) && isOperand(operator, right) ? Type.ANY : null;
    }
    boolean durations = left.is(Kind.DURATION) && right.is(Kind.DURATION);
    return switch (operator) {
      case ADD -> {
        if (left.is(Kind.STRING) && right.is(Kind.STRING)) {
          yield Type.STRING;
        }
        boolean time =
            (left.is(Kind.TIME) && right.is(Kind.DURATION))
                || (left.is(Kind.DURATION) && right.is(Kind.TIME));
        yield time ? Type.TIME : durations ? Type.DURATION : null;
      }
      case SUBTRACT -> {
        if (left.is(Kind.TIME) && right.is(Kind.TIME)) {
          yield Type.DURATION;
        }
        boolean time = left.is(Kind.TIME) && right.is(Kind.DURATION);
        yield time ? Type.TIME : durations ? Type.DURATION : null;
      }
      default -> {
        Type factor = left.is(Kind.DURATION) ? right : left;
        boolean scaled = (left.is(Kind.DURATION) || right.is(Kind.DURATION)) && factor.isNumber();
        yield !scaled ? null : factor.is(Kind.INTEGER) ? Type.DURATION : Type.FLOAT;
      }
    };
  }

  /** Whether a value of that type can be one of the two operands at all. */
  private static boolean isOperand(BinaryOperator operator, Type type) {
    return type.mayBeNumber()
        || type.is(Kind.DURATION)
        || (type.is(Kind.TIME) && operator != BinaryOperator.MULTIPLY)
        || (type.is(Kind.STRING) && operator == BinaryOperator.ADD);
  }

  /** The operator on values: JEXL's own if both are known to be numbers. */
  private Code operation(BinaryOperator operator, Span span, Type type, Code left, Code right) {
    if (left.isSureNumber() && right.isSureNumber() && HAS_JEXL_OPERATOR.contains(operator)) {
      return infix(operator.symbol(), type, left, right);
    }
    return site(
        span,
        type,
        !type.isAny(),
        List.of(left, right),
        (e, a) -> Operators.binary(e, operator, a[0], a[1]));
  }

  /** As {@link #operation}; of two constants it makes one. */
  private Code folded(BinaryOperator operator, Span span, Type type, Code left, Code right) {
    if (!(left.constant() && right.constant())) {
      return operation(operator, span, type, left, right);
    }
    return fold(
        span,
        type,
        !type.isAny(),
        List.of(left, right),
        (e, a) -> Operators.binary(e, operator, a[0], a[1]));
  }

  private Code infix(String symbol, Type type, Code left, Code right) {
    Code a = outlined(left);
    Code b = outlined(right);
    return Code.of(
        type, true, "(" + a.text() + symbol + b.text() + ")", 1 + Math.max(a.depth(), b.depth()));
  }

  private Code equality(BinaryOperator operator, Span span, Code left, Code right) {
    require(left.type().isComparableTo(right.type()), operator, span, left, right);
    // What is not folded here is not folded by Argo Rollouts either, and so "x and 1 < 0" still has
    // to look at x.
    if (operator == BinaryOperator.EQUAL && areAlikeConstants(left, right)) {
      return constant(Objects.equals(left.value(), right.value()), Type.BOOLEAN);
    }
    boolean numbers = left.isSureNumber() && right.isSureNumber();
    boolean booleans = left.isSureBoolean() && right.isSureBoolean();
    if (numbers || booleans) {
      return infix(operator.symbol(), Type.BOOLEAN, left, right);
    }
    boolean integers = left.type().is(Kind.INTEGER) && right.type().is(Kind.INTEGER);
    return site(
        span,
        Type.BOOLEAN,
        true,
        List.of(left, right),
        integers
            ? (e, a) -> equalIntegers(a[0], a[1]) == (operator == BinaryOperator.EQUAL)
            : (e, a) -> Operators.binary(e, operator, a[0], a[1]));
  }

  private static boolean areAlikeConstants(Code left, Code right) {
    return left.constant()
        && right.constant()
        && left.type().equals(right.type())
        && (left.value() instanceof Long
            || left.value() instanceof String
            || left.value() instanceof Boolean);
  }

  /** What is typed as an integer and turns out to be something else is not merely unequal. */
  private static boolean equalIntegers(@Nullable Object left, @Nullable Object right) {
    if (left instanceof Long a && right instanceof Long b) {
      return a.longValue() == b.longValue();
    }
    throw Fault.run(
        "invalid operation: == (expected int, but got %s)"
            .formatted(Values.typeName(left instanceof Long ? right : left)));
  }

  private Code in(Span span, Code left, Code right) {
    Type needle = left.type();
    Type hay = right.type();
    switch (hay.kind()) {
      case ARRAY -> {
        if (!needle.isComparableTo(hay.elementOrAny())) {
          throw Fault.compile(
              span,
              "cannot use %s as type %s in array"
                  .formatted(needle.operandName(), hay.elementOrAny().name()));
        }
      }
      case MAP, RECORD -> {
        if (!needle.mayBe(Kind.STRING)) {
          throw Fault.compile(
              span, "cannot use %s as type string in map key".formatted(needle.operandName()));
        }
      }
      default -> require(hay.isAny() || hay.is(Kind.GROUPS), BinaryOperator.IN, span, left, right);
    }
    return operation(BinaryOperator.IN, span, Type.BOOLEAN, left, right);
  }

  private Code matches(Span span, Code left, Code right) {
    if (!(right.constant() && right.value() instanceof String pattern)) {
      return operation(BinaryOperator.MATCHES, span, Type.BOOLEAN, left, right);
    }
    RegularExpression expression;
    try {
      expression = RegularExpression.of(pattern);
    } catch (Fault malformed) {
      throw Fault.compile(span, malformed.asError().detail());
    }
    return site(
        span, Type.BOOLEAN, true, List.of(left), (e, a) -> Operators.matches(e, a[0], expression));
  }

  private Code coalesce(Code left, Code right) {
    if (left.constant() || left.sure()) {
      Code code = left.constant() && left.value() == null ? right : left;
      return code.as(left.type().or(right.type()), code.sure()).opaque();
    }
    Code a = outlined(left);
    Code b = outlined(right);
    return Code.of(
        left.type().or(right.type()),
        false,
        "(" + a.text() + "??" + b.text() + ")",
        1 + Math.max(a.depth(), b.depth()));
  }

  @Override
  public Code chained(Node.Chained node) {
    return comparisons(node, compileAll(node.operands()), 0);
  }

  /**
   * The pairs from operand {@code i} on; the later ones are evaluated only if the earlier ones
   * hold, and every operand once.
   */
  private Code comparisons(Node.Chained node, List<Code> operands, int i) {
    Code right = outlined(operands.get(i + 1));
    if (i + 2 == operands.size()) {
      return comparison(node, i, operands.get(i), right);
    }
    List<Code> rest = new ArrayList<>(operands);
    if (right.isSimple()) {
      return both(
          node, i, comparison(node, i, operands.get(i), right), comparisons(node, rest, i + 1));
    }
    String local = local();
    Code bound = Code.of(right.type(), right.sure(), local, 0);
    rest.set(i + 1, bound);
    Code body =
        both(node, i, comparison(node, i, operands.get(i), bound), comparisons(node, rest, i + 1));
    Code chain = binding(node.span(), local, right, body);
    endOfScope(local);
    return chain;
  }

  private Code comparison(Node.Chained node, int i, Code left, Code right) {
    return binary(node.operators().get(i), node.operatorSpans().get(i), left, right);
  }

  private Code both(Node.Chained node, int i, Code first, Code second) {
    return junction(
        LogicalOperator.AND, List.of(node.operatorSpans().get(i)), List.of(first, second));
  }

  /** The body with a name for a value, which is evaluated once. */
  private Code binding(Span span, String name, Code value, Code body) {
    return site(
        span,
        body.type(),
        body.sure(),
        List.of(lambda(List.of(name), body), value),
        (e, a) -> function(a[0]).execute(e, a[1]));
  }

  private static JexlScript function(@Nullable Object value) {
    return (JexlScript) Objects.requireNonNull(value);
  }

  private Code lambda(List<String> names, Code body) {
    Code inner = outlined(body);
    return Code.of(
        Type.FUNCTION,
        true,
        "(" + String.join(",", names) + ")->{" + inner.text() + "}",
        inner.depth() + LAMBDA_DEPTH);
  }

  /** A new name, in scope until it is taken off {@link #locals} again. */
  private String local() {
    String name = "p" + ++localCount;
    locals.add(name);
    return name;
  }

  private void endOfScope(String local) {
    locals.remove(local);
  }

  @Override
  public Code logical(Node.Logical node) {
    List<Code> operands = compileAll(node.operands());
    Type left = operands.get(0).type();
    for (int i = 1; i < operands.size(); i++) {
      Type right = operands.get(i).type();
      if (!(left.mayBe(Kind.BOOLEAN) && right.mayBe(Kind.BOOLEAN))) {
        throw mismatch(node.operator().symbol(), node.operatorSpans().get(i - 1), left, right);
      }
      left = Type.BOOLEAN;
    }
    return junction(node.operator(), node.operatorSpans(), operands);
  }

  /**
   * All operands but the last have to be booleans when they are reached; the last is the outcome,
   * whatever it is.
   */
  private Code junction(LogicalOperator operator, List<Span> spans, List<Code> operands) {
    boolean neutral = operator == LogicalOperator.AND;
    if (operands.stream().anyMatch(operand -> operand.isConstant(!neutral))) {
      return constant(!neutral, Type.BOOLEAN);
    }
    List<Code> open = new ArrayList<>(operands);
    open.removeIf(operand -> operand.isConstant(neutral));
    if (open.size() < 2) {
      return open.isEmpty()
          ? constant(neutral, Type.BOOLEAN)
          : open.get(0).as(Type.BOOLEAN, open.get(0).isSureBoolean());
    }
    Code last = outlined(open.get(open.size() - 1));
    List<String> texts = new ArrayList<>();
    int depth = last.depth();
    for (Code operand : open.subList(0, open.size() - 1)) {
      Code checked = outlined(truth(operand, spans.get(0)));
      texts.add(checked.text());
      depth = Math.max(depth, checked.depth());
    }
    String symbol = neutral ? "&&" : "||";
    if (last.isSureBoolean()) {
      texts.add(last.text());
      return Code.of(Type.BOOLEAN, true, "(" + String.join(symbol, texts) + ")", depth + 1);
    }
    String condition = "((" + String.join(symbol, texts) + ")?";
    String text =
        neutral
            ? condition + "(" + last.text() + "):false)"
            : condition + "true:(" + last.text() + "))";
    return Code.of(Type.BOOLEAN, false, text, depth + 2);
  }

  /** The operand, made sure that it is a boolean. */
  private Code truth(Code operand, Span span) {
    return operand.isSureBoolean()
        ? operand
        : site(span, Type.BOOLEAN, true, List.of(operand), (e, a) -> Operators.truth(a[0]));
  }

  @Override
  public Code conditional(Node.Conditional node) {
    Code condition = node.condition().accept(this);
    Code then = node.then().accept(this);
    Code otherwise = node.otherwise().accept(this);
    if (!condition.type().mayBe(Kind.BOOLEAN)) {
      throw Fault.compile(
          node.condition().span(),
          "non-bool expression (type %s) used as condition".formatted(condition.type().name()));
    }
    Type type = then.type().or(otherwise.type());
    boolean sure = then.sure() && otherwise.sure() && then.type().equals(otherwise.type());
    if (condition.constant()) {
      return (condition.isConstant(true) ? then : otherwise).as(type, sure).opaque();
    }
    Code c = outlined(truth(condition, node.condition().span()));
    Code a = outlined(then);
    Code b = outlined(otherwise);
    return Code.of(
        type,
        sure,
        // Without the inner parentheses JEXL might take "s1:s2(...)" for a function in a namespace.
        "(" + c.text() + "?(" + a.text() + "):(" + b.text() + "))",
        1 + Math.max(c.depth(), Math.max(a.depth(), b.depth())));
  }

  // Parts of values

  @Override
  public Code member(Node.Member node) {
    if (node.target() instanceof Node.Name target && isEnvironment(target)) {
      return fromEnvironment(node.name(), node.nameSpan());
    }
    Code target = optional(node.optional(), node.target().accept(this), node.nameSpan());
    return member(target, node.name(), node.nameSpan());
  }

  private boolean isEnvironment(Node.Name name) {
    return name.name().equals("$env") && !variables.containsKey("$env");
  }

  private Code fromEnvironment(String name, Span span) {
    Builtin function = Builtins.named(name);
    boolean there =
        (name.equals("result") && kind != null) || (function != null && isInEnvironment(function));
    if (!there) {
      throw unknownName(name, span);
    }
    return name.equals("result") && kind != null ? result(kind) : constant(function, Type.FUNCTION);
  }

  private Code member(Code target, String name, Span span) {
    Type type = target.type();
    Type member =
        switch (type.kind()) {
          case ANY -> Type.ANY;
          case MAP, GROUPS -> type.elementOrAny();
          case RECORD -> type.fields().get(name);
          case ARRAY ->
              throw Fault.compile(
                  span, "array elements can only be selected using an integer (got string)");
          default -> null;
        };
    if (member == null) {
      throw Fault.compile(
          span, "type %s has no field %s".formatted(type.name(), Fault.excerpt(name)));
    }
    return site(span, member, false, List.of(target), (e, a) -> Operators.member(a[0], name));
  }

  @Override
  public Code index(Node.Index node) {
    Code target = optional(node.optional(), node.target().accept(this), node.index().span());
    Code key = node.index().accept(this);
    if (node.target() instanceof Node.Name name
        && isEnvironment(name)
        && key.constant()
        && key.value() instanceof String text) {
      return fromEnvironment(text, node.index().span());
    }
    Type type = target.type();
    Span span = node.index().span();
    if (type.is(Kind.RECORD) && key.constant() && key.value() instanceof String name) {
      return member(target, name, span);
    }
    Type element =
        switch (type.kind()) {
          case ANY -> Type.ANY;
          case ARRAY -> {
            if (!key.type().mayBe(Kind.INTEGER)) {
              throw Fault.compile(
                  span,
                  "array elements can only be selected using an integer (got %s)"
                      .formatted(key.type().name()));
            }
            yield type.elementOrAny();
          }
          case MAP -> {
            if (!key.type().mayBe(Kind.STRING)) {
              throw Fault.compile(
                  span,
                  "cannot use %s to get an element from %s"
                      .formatted(key.type().operandName(), type.name()));
            }
            yield type.elementOrAny();
          }
          case GROUPS -> type.elementOrAny();
          default ->
              throw Fault.compile(
                  span,
                  "type %s[%s] is undefined".formatted(type.operandName(), key.type().name()));
        };
    return site(
        span,
        element,
        type.is(Kind.ARRAY) && target.sure(),
        List.of(target, key),
        (e, a) -> Operators.index(e, a[0], a[1]));
  }

  @Override
  public Code slice(Node.Slice node) {
    Code target = node.target().accept(this);
    Type type = target.type();
    if (!(type.isAny() || type.is(Kind.ARRAY) || type.is(Kind.STRING))) {
      throw Fault.compile(node.span(), "cannot slice " + type.name());
    }
    Code from = bound(type, node.from());
    Code to = bound(type, node.to());
    return site(
        node.span(),
        type,
        target.sure(),
        List.of(target, from, to),
        (e, a) ->
            Operators.slice(
                e,
                a[0],
                node.from() == null ? null : Operators.sliceBound(a[1]),
                node.to() == null ? null : Operators.sliceBound(a[2])));
  }

  private Code bound(Type target, @Nullable Node node) {
    if (node == null) {
      return constant(null, Type.NIL);
    }
    Code bound = node.accept(this);
    if (!target.isAny() && !bound.type().mayBe(Kind.INTEGER)) {
      throw Fault.compile(
          node.span(),
          "slices can only be cut at an integer (got %s)".formatted(bound.type().name()));
    }
    return bound;
  }

  @Override
  public Code optionalChain(Node.OptionalChain node) {
    List<Link> links = new ArrayList<>();
    chains.push(links);
    Code body = node.body().accept(this);
    chains.pop();
    for (int i = links.size() - 1; i >= 0; i--) {
      Link link = links.get(i);
      List<Code> arguments = List.of(link.target(), lambda(List.of(link.local()), body));
      endOfScope(link.local());
      body =
          site(
              link.span(),
              body.type(),
              false,
              arguments,
              (e, a) -> a[0] == null ? null : function(a[1]).execute(e, a[0]));
    }
    return body;
  }

  /**
   * The target of a {@code ?.} under a name that the rest of the chain uses once it is known not to
   * be nil.
   */
  private Code optional(boolean optional, Code target, Span span) {
    if (!optional || target.sure()) {
      return target;
    }
    if (target.type().is(Kind.NIL)) {
      return target;
    }
    Code outer = outlined(target);
    String local = local();
    chains.getFirst().add(new Link(outer, local, span));
    return Code.of(target.type(), false, local, 0);
  }

  // Functions

  @Override
  public Code call(Node.Call node) {
    Looping looping = Looping.named(node.function());
    if (looping != null) {
      return looping(node, looping);
    }
    Builtin function = Builtins.named(node.function());
    if (function == null || (function.environment() && !isInEnvironment(function))) {
      throw unknownName(node.function(), node.nameSpan());
    }
    return apply(function, node.span(), node.nameSpan(), null, node.arguments());
  }

  private Code apply(
      Builtin function, Span span, Span nameSpan, @Nullable Code receiver, List<Node> nodes) {
    requireArity(function, nameSpan, nodes.size());
    List<Code> arguments = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    if (receiver != null) {
      arguments.add(receiver);
    }
    for (int i = 0; i < nodes.size(); i++) {
      Code argument = argument(function, function.parameter(i), nodes.get(i));
      arguments.add(argument);
      types.add(argument.type());
    }
    if (function.name().equals("get")) {
      requireIndexable(nodes, types);
    }
    return site(
        span, function.result().apply(types), function.sure(), arguments, function.operation());
  }

  private static void requireArity(Builtin function, Span span, int count) {
    if (count < function.required()) {
      throw Fault.compile(span, "not enough arguments to call " + function.name());
    }
    if (count > function.parameters().size() && !function.variadic()) {
      throw Fault.compile(span, "too many arguments to call " + function.name());
    }
  }

  private Code argument(Builtin function, Parameter parameter, Node node) {
    Code argument = node.accept(this);
    if (!parameter.accepts(argument.type())) {
      throw Fault.compile(node.span(), refusal(function, parameter, argument.type()));
    }
    boolean literal = parameter == Parameter.FLOAT && argument.constant();
    return literal && argument.value() instanceof Long number
        ? constant((double) number, Type.FLOAT)
        : argument;
  }

  private static String refusal(Builtin function, Parameter parameter, Type type) {
    return switch (parameter) {
      case MEASURABLE, NUMBERS, NUMBER, CONVERTIBLE, ARRAY, MAP ->
          "invalid argument for %s (type %s)".formatted(function.name(), type.name());
      default ->
          "cannot use %s as argument (type %s) to call %s"
              .formatted(type.name(), parameter.title(), function.name());
    };
  }

  private static void requireIndexable(List<Node> nodes, List<Type> types) {
    Type target = types.get(0);
    Type key = types.get(1);
    boolean fits =
        switch (target.kind()) {
          case ANY, GROUPS -> true;
          case ARRAY -> key.mayBe(Kind.INTEGER);
          case MAP -> key.mayBe(Kind.STRING);
          default ->
              throw Fault.compile(
                  nodes.get(0).span(),
                  "type %s does not support indexing".formatted(target.operandName()));
        };
    if (!fits) {
      throw Fault.compile(
          nodes.get(1).span(),
          "cannot use %s to get an element from %s".formatted(key.operandName(), target.name()));
    }
  }

  private Code looping(Node.Call node, Looping looping) {
    List<Node> nodes = node.arguments();
    boolean hasPredicate = nodes.size() > 1;
    if (nodes.isEmpty() || (!hasPredicate && looping.isPredicateRequired())) {
      throw Fault.compile(
          node.nameSpan(),
          "expected at least %d arguments".formatted(looping.isPredicateRequired() ? 2 : 1));
    }
    if (nodes.size() > (looping.takesExtra() ? 3 : 2)) {
      throw Fault.compile(node.nameSpan(), "too many arguments to call " + looping.title());
    }
    Code array = nodes.get(0).accept(this);
    if (!array.type().mayBe(Kind.ARRAY)) {
      throw Fault.compile(
          nodes.get(0).span(),
          "builtin %s takes only array (got %s)"
              .formatted(looping.title(), array.type().operandName()));
    }
    List<Code> arguments = new ArrayList<>(List.of(array));
    Type predicate = array.type().elementOrAny();
    long cost = 1;
    if (hasPredicate) {
      Node body = ((Node.Predicate) nodes.get(1)).body();
      Code function = predicate(looping, array, body);
      predicate = function.type();
      arguments.add(function);
      cost = ROUND_STEPS + nodeCount(body);
    }
    if (nodes.size() > 2) {
      arguments.add(extra(looping, nodes.get(2)));
    }
    long steps = cost;
    boolean sure =
        switch (looping) {
          case FILTER -> array.sure();
          case MAP, REDUCE, FIND, FIND_LAST, FIND_INDEX, FIND_LAST_INDEX, GROUP_BY, SORT_BY ->
              false;
          // The elements decide whether it adds up to a number.
          case SUM -> array.sure() && !hasPredicate;
          case ALL, ANY, NONE, ONE, COUNT -> true;
        };
    return site(
        node.span(),
        looping.result(array.type(), predicate),
        sure,
        arguments,
        (e, a) -> looping.run(new Looping.Loop(e, looping, a, hasPredicate, steps)));
  }

  /** A function of an element; its type is that of what it answers. */
  private Code predicate(Looping looping, Code array, Node body) {
    List<String> names = new ArrayList<>();
    names.add(local());
    Code element = Code.of(array.type().elementOrAny(), array.sure(), names.get(0), 0);
    Code index = null;
    Code accumulator = null;
    if (looping.isIndexed()) {
      names.add(local());
      index = Code.of(Type.INTEGER, true, names.get(1), 0);
    }
    if (looping.isAccumulating()) {
      names.add(local());
      accumulator = Code.of(Type.ANY, false, names.get(2), 0);
    }
    elements.push(new Element(element, index, accumulator));
    Code code = body.accept(this);
    if (looping.hasBoolPredicate() && !code.type().mayBe(Kind.BOOLEAN)) {
      throw Fault.compile(
          body.span(), "predicate should return boolean (got %s)".formatted(code.type().name()));
    }
    Code function = lambda(names, code);
    elements.pop();
    names.forEach(this::endOfScope);
    return function.as(code.type(), true);
  }

  private Code extra(Looping looping, Node node) {
    Code extra = node.accept(this);
    if (looping == Looping.SORT_BY && !extra.type().mayBe(Kind.STRING)) {
      throw Fault.compile(
          node.span(),
          "cannot use %s as argument (type string) to call sortBy".formatted(extra.type().name()));
    }
    return extra;
  }

  private static long nodeCount(Node node) {
    long count = 1;
    for (Node child : node.children()) {
      count += nodeCount(child);
    }
    return count;
  }

  @Override
  public Code methodCall(Node.MethodCall node) {
    if (node.target() instanceof Node.Name target && isEnvironment(target)) {
      Builtin function = Builtins.named(node.method());
      if (function == null || !isInEnvironment(function)) {
        throw unknownName(node.method(), node.nameSpan());
      }
      return apply(function, node.span(), node.nameSpan(), null, node.arguments());
    }
    Code target = optional(node.optional(), node.target().accept(this), node.nameSpan());
    if (target.type().isAny()) {
      return dynamicMethod(node, target);
    }
    Builtin method = Methods.named(target.type().kind(), node.method());
    if (method == null) {
      throw Fault.compile(
          node.nameSpan(),
          "type %s has no method %s".formatted(target.type().name(), Fault.excerpt(node.method())));
    }
    return apply(method, node.span(), node.nameSpan(), target, node.arguments());
  }

  /** A method of something that shows what it is only when it is there. */
  private Code dynamicMethod(Node.MethodCall node, Code target) {
    List<Code> arguments = new ArrayList<>(List.of(target));
    arguments.addAll(compileAll(node.arguments()));
    return site(
        node.nameSpan(),
        Type.ANY,
        false,
        arguments,
        (e, a) -> {
          Builtin method = Methods.named(a[0], node.method());
          if (method == null) {
            String name = Fault.excerpt(node.method());
            throw Fault.run(
                a[0] == null
                    ? "cannot fetch %s from <nil>".formatted(name)
                    : "type %s has no method %s".formatted(Values.typeName(a[0]), name));
          }
          if (a.length - 1 != method.parameters().size()) {
            throw Fault.run(
                "%s takes %d arguments, got %d"
                    .formatted(method.name(), method.parameters().size(), a.length - 1));
          }
          return method.operation().apply(e, a);
        });
  }

  @Override
  public Code predicate(Node.Predicate node) {
    throw new IllegalStateException("a predicate belongs to a call");
  }

  // Variables and sequences

  @Override
  public Code let(Node.Let node) {
    requireFree(node);
    Code value = outlined(node.value().accept(this));
    if (value.isSimple()) {
      variables.put(node.name(), value.opaque());
      Code body = node.body().accept(this);
      variables.remove(node.name());
      return body;
    }
    String local = local();
    variables.put(node.name(), Code.of(value.type(), value.sure(), local, 0));
    Code body = node.body().accept(this);
    variables.remove(node.name());
    Code bound = binding(node.span(), local, value, body);
    endOfScope(local);
    return bound;
  }

  private void requireFree(Node.Let node) {
    String name = node.name();
    Builtin function = Builtins.named(name);
    if (variables.containsKey(name)) {
      throw Fault.compile(node.nameSpan(), "cannot redeclare variable " + Fault.excerpt(name));
    }
    if (Looping.named(name) != null || (function != null && !function.environment())) {
      throw Fault.compile(node.nameSpan(), "cannot redeclare builtin " + name);
    }
    boolean taken =
        function != null || List.of("result", "$env", "true", "false", "nil").contains(name);
    if (taken) {
      throw Fault.compile(node.nameSpan(), "cannot redeclare " + name);
    }
  }

  @Override
  public Code sequence(Node.Sequence node) {
    List<Code> codes = compileAll(node.expressions());
    Code last = codes.get(codes.size() - 1);
    List<Code> needed = new ArrayList<>(codes.subList(0, codes.size() - 1));
    needed.removeIf(Code::constant);
    needed.add(last);
    return needed.size() == 1
        ? last.opaque()
        : site(node.span(), last.type(), last.sure(), needed, (e, a) -> a[a.length - 1]);
  }

  // Scripts

  private List<Code> compileAll(List<Node> nodes) {
    List<Code> codes = new ArrayList<>(nodes.size());
    for (Node node : nodes) {
      codes.add(node.accept(this));
    }
    return codes;
  }

  private Code constant(@Nullable Object value, Type type) {
    return new Code(type, value != null, literal(value), 0, true, value);
  }

  private String literal(@Nullable Object value) {
    if (value == null || value instanceof Boolean) {
      return String.valueOf(value);
    }
    if (value instanceof Long number && number >= 0) {
      return number + "l";
    }
    if (value instanceof Double number && number > 0 && !number.isInfinite()) {
      return number + "d";
    }
    return slot(value);
  }

  private String slot(Object value) {
    slots.add(value);
    return "s" + (slots.size() - 1);
  }

  /** An operation on constants is done now, if it can be. */
  private Code fold(
      Span span, Type type, boolean sure, List<Code> arguments, Site.Operation operation) {
    if (arguments.stream().allMatch(Code::constant)) {
      try {
        Object value = operation.apply(folding, values(arguments).toArray(new @Nullable Object[0]));
        boolean large = value instanceof String text && text.length() > FOLDED_TEXT_LIMIT;
        if (!large) {
          return constant(value, type);
        }
      } catch (Fault fault) {
        // It has to fail when it is reached, not before.
      }
    }
    return site(span, type, sure, arguments, operation);
  }

  private Code site(
      Span span, Type type, boolean sure, List<Code> arguments, Site.Operation operation) {
    StringBuilder text = new StringBuilder(slot(new Site(span, operation))).append('(');
    int depth = 0;
    for (int i = 0; i < arguments.size(); i++) {
      Code argument = outlined(arguments.get(i));
      text.append(i == 0 ? "" : ",").append(argument.text());
      depth = Math.max(depth, argument.depth());
    }
    return Code.of(type, sure, text.append(')').toString(), depth + 1);
  }

  /** The same piece of code, or a call of a script with that code if it nests too deep. */
  private Code outlined(Code code) {
    if (code.depth() < SCRIPT_DEPTH_LIMIT || code.text().endsWith("}")) {
      return code;
    }
    List<String> parameters = new ArrayList<>(List.of("r"));
    parameters.addAll(locals);
    JexlScript script = engine.createScript(code.text(), parameters.toArray(new String[0]));
    Site.Operation run =
        (evaluation, arguments) -> {
          @Nullable Object[] all = new @Nullable Object[arguments.length + 1];
          all[0] = evaluation.result();
          System.arraycopy(arguments, 0, all, 1, arguments.length);
          return script.execute(evaluation, all);
        };
    String name = slot(new Site(new Span(0, 0, 1, 1), run));
    return Code.of(code.type(), code.sure(), name + "(" + String.join(",", locals) + ")", 1);
  }
}
