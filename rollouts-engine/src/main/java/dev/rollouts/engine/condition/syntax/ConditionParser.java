package dev.rollouts.engine.condition.syntax;

import dev.rollouts.engine.condition.syntax.Node.BinaryOperator;
import dev.rollouts.engine.condition.syntax.Node.LogicalOperator;
import dev.rollouts.engine.condition.syntax.Node.UnaryOperator;
import dev.rollouts.engine.condition.syntax.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of a condition. It knows the grammar only: whether names exist and types fit is
 * for the compiler to say.
 *
 * <p>{@link #parse} is the only way in; it is thread-safe and never throws for anything a text
 * holds.
 */
public final class ConditionParser {
  /** Longest text, in UTF-16 units. */
  public static final int TEXT_LIMIT = 64 * 1024;

  /** Most nodes in a tree. */
  public static final int NODE_LIMIT = 10_000;

  /** Deepest nesting of a tree. */
  public static final int DEPTH_LIMIT = 250;

  private static final int CHAIN_LIMIT = 32;

  private static final Set<String> WITH_PREDICATE =
      Set.of(
          "all",
          "any",
          "one",
          "none",
          "filter",
          "map",
          "count",
          "sum",
          "find",
          "findIndex",
          "findLast",
          "findLastIndex",
          "groupBy",
          "sortBy",
          "reduce");

  private static final int PIPE = 0;
  private static final int OR = 15;
  private static final int AND = 20;
  private static final int COMPARISON = 30;
  private static final int RANGE = 40;
  private static final int SUM = 50;
  private static final int NEGATION = 60;
  private static final int PRODUCT = 70;
  private static final int SIGN = 80;
  private static final int POWER = 90;
  private static final int COALESCE = 100;

  private static final Map<String, Infix> INFIX =
      Map.ofEntries(
          Map.entry("==", new Infix(COMPARISON, BinaryOperator.EQUAL)),
          Map.entry("!=", new Infix(COMPARISON, BinaryOperator.NOT_EQUAL)),
          Map.entry("<", new Infix(COMPARISON, BinaryOperator.LESS)),
          Map.entry("<=", new Infix(COMPARISON, BinaryOperator.LESS_OR_EQUAL)),
          Map.entry(">", new Infix(COMPARISON, BinaryOperator.GREATER)),
          Map.entry(">=", new Infix(COMPARISON, BinaryOperator.GREATER_OR_EQUAL)),
          Map.entry("in", new Infix(COMPARISON, BinaryOperator.IN)),
          Map.entry("matches", new Infix(COMPARISON, BinaryOperator.MATCHES)),
          Map.entry("contains", new Infix(COMPARISON, BinaryOperator.CONTAINS)),
          Map.entry("startsWith", new Infix(COMPARISON, BinaryOperator.STARTS_WITH)),
          Map.entry("endsWith", new Infix(COMPARISON, BinaryOperator.ENDS_WITH)),
          Map.entry("..", new Infix(RANGE, BinaryOperator.RANGE)),
          Map.entry("+", new Infix(SUM, BinaryOperator.ADD)),
          Map.entry("-", new Infix(SUM, BinaryOperator.SUBTRACT)),
          Map.entry("*", new Infix(PRODUCT, BinaryOperator.MULTIPLY)),
          Map.entry("/", new Infix(PRODUCT, BinaryOperator.DIVIDE)),
          Map.entry("%", new Infix(PRODUCT, BinaryOperator.REMAINDER)),
          Map.entry("**", new Infix(POWER, BinaryOperator.POWER)),
          Map.entry("^", new Infix(POWER, BinaryOperator.POWER)),
          Map.entry("??", new Infix(COALESCE, BinaryOperator.COALESCE)));

  private static final Map<String, LogicalOperator> LOGICAL =
      Map.of(
          "and", LogicalOperator.AND,
          "&&", LogicalOperator.AND,
          "or", LogicalOperator.OR,
          "||", LogicalOperator.OR);

  /** Operators that {@code not} may stand in front of. */
  private static final Set<String> NEGATABLE =
      Set.of("in", "matches", "contains", "startsWith", "endsWith");

  private record Infix(int precedence, BinaryOperator operator) {}

  private final List<Token> tokens;
  private int at;
  private int nodes;
  private int nesting;
  private int predicates;

  private ConditionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** The tree of {@code text}, or the first thing that is wrong with it. */
  public static Parsed parse(String text) {
    try {
      if (text.length() > TEXT_LIMIT) {
        throw new SyntaxError(
            "condition too long: %d characters, at most %d".formatted(text.length(), TEXT_LIMIT),
            new Span(0, text.length(), 1, 1));
      }
      ConditionParser parser = new ConditionParser(new Lexer(text).tokens());
      Node root = parser.program();
      refuseDepth(root);
      return new Parsed.Tree(root);
    } catch (SyntaxError error) {
      return error.asInvalid();
    }
  }

  /**
   * Operators that lean left make a deep tree without deep recursion here; those who read it
   * recurse.
   */
  private static void refuseDepth(Node root) {
    Deque<List<Node>> path = new ArrayDeque<>();
    Deque<Integer> next = new ArrayDeque<>();
    path.push(List.of(root));
    next.push(0);
    while (!path.isEmpty()) {
      List<Node> siblings = path.getFirst();
      int i = next.pop();
      if (i == siblings.size()) {
        path.pop();
        continue;
      }
      next.push(i + 1);
      Node node = siblings.get(i);
      if (path.size() > DEPTH_LIMIT) {
        throw tooDeep(node.span());
      }
      path.push(node.children());
      next.push(0);
    }
  }

  private static SyntaxError tooDeep(Span span) {
    return new SyntaxError(
        "condition nested too deeply: at most %d levels".formatted(DEPTH_LIMIT), span);
  }

  private Node program() {
    Node root = sequence(true);
    if (current().kind() != Kind.END) {
      throw unexpected();
    }
    return root;
  }

  /** {@code a; b; c}; only at the very end of a condition may a semicolon trail. */
  private Node sequence(boolean mayTrail) {
    Node first = nested(0);
    if (!current().isOperator(";")) {
      return first;
    }
    List<Node> expressions = new ArrayList<>(List.of(first));
    while (current().isOperator(";")) {
      advance();
      if (mayTrail && current().kind() == Kind.END) {
        break;
      }
      expressions.add(nested(0));
    }
    if (expressions.size() == 1) {
      return first;
    }
    Node last = expressions.get(expressions.size() - 1);
    return count(new Node.Sequence(first.span().to(last.span()), expressions));
  }

  /** One more level: whatever can contain itself comes through here. */
  private Node nested(int minimum) {
    if (++nesting > DEPTH_LIMIT) {
      throw tooDeep(current().span());
    }
    Node node = expression(minimum);
    nesting--;
    return node;
  }

  private Node expression(int minimum) {
    if (minimum == 0) {
      if (current().isOperator("let")) {
        return let();
      }
      if (current().isOperator("if")) {
        return conditionalIf();
      }
    }
    Node left = infix(unary(), minimum);
    return minimum == 0 ? ternary(left) : left;
  }

  private Node infix(Node first, int minimum) {
    Node left = first;
    boolean afterCoalesce = false;
    while (current().kind() == Kind.OPERATOR) {
      Token token = current();
      if (token.isOperator("|")) {
        if (minimum > PIPE) {
          return left;
        }
        left = pipe(left);
        afterCoalesce = false;
        continue;
      }
      boolean negated = token.isOperator("not");
      String symbol = negated ? following().text() : token.text();
      if (negated && !(following().kind() == Kind.OPERATOR && NEGATABLE.contains(symbol))) {
        advance();
        throw unexpected();
      }
      LogicalOperator logical = LOGICAL.get(symbol);
      Infix infix = INFIX.get(symbol);
      int precedence =
          logical != null
              ? logical == LogicalOperator.AND ? AND : OR
              : infix != null ? infix.precedence() : -1;
      if (precedence < minimum) {
        return left;
      }
      boolean coalesce = infix != null && infix.operator() == BinaryOperator.COALESCE;
      if (afterCoalesce && !coalesce) {
        throw new SyntaxError(
            "Operator (%s) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses."
                .formatted(symbol),
            token.span());
      }
      afterCoalesce = coalesce;
      if (logical != null) {
        left = logical(left, logical, precedence);
      } else if (infix != null && infix.operator().isOrdering()) {
        left = ordering(left);
      } else if (infix != null) {
        left = binary(left, infix, negated);
      }
    }
    return left;
  }

  private Node binary(Node left, Infix infix, boolean negated) {
    Token first = advance();
    Span operator = negated ? first.span().to(advance().span()) : first.span();
    // Powers lean right: 2 ** 3 ** 2 is 2 ** 9.
    boolean leansRight = infix.operator() == BinaryOperator.POWER;
    Node right = leansRight ? nested(infix.precedence()) : expression(infix.precedence() + 1);
    Span span = left.span().to(right.span());
    Node node = count(new Node.Binary(span, infix.operator(), operator, left, right));
    return negated ? count(new Node.Unary(span, UnaryOperator.NOT, operator, node)) : node;
  }

  /** One comparison, or a chain of them: {@code 0 < x <= 1}. */
  private Node ordering(Node left) {
    List<Node> operands = new ArrayList<>(List.of(left));
    List<BinaryOperator> operators = new ArrayList<>();
    List<Span> spans = new ArrayList<>();
    Infix infix = INFIX.get(current().text());
    while (current().kind() == Kind.OPERATOR && infix != null && infix.operator().isOrdering()) {
      operators.add(infix.operator());
      spans.add(advance().span());
      operands.add(expression(COMPARISON + 1));
      count();
      infix = INFIX.get(current().text());
    }
    Node right = operands.get(operands.size() - 1);
    Span span = left.span().to(right.span());
    if (operands.size() > CHAIN_LIMIT) {
      throw new SyntaxError(
          "too many comparisons in a row: at most %d".formatted(CHAIN_LIMIT - 1), span);
    }
    return operators.size() == 1
        ? new Node.Binary(span, operators.get(0), spans.get(0), left, right)
        : new Node.Chained(span, operands, operators, spans);
  }

  private Node logical(Node left, LogicalOperator operator, int precedence) {
    List<Node> operands = new ArrayList<>(List.of(left));
    List<Span> spans = new ArrayList<>();
    while (current().kind() == Kind.OPERATOR && LOGICAL.get(current().text()) == operator) {
      spans.add(advance().span());
      operands.add(expression(precedence + 1));
      count();
    }
    Node right = operands.get(operands.size() - 1);
    return new Node.Logical(left.span().to(right.span()), operator, spans, operands);
  }

  /** {@code a | f(b)}: {@code a} becomes the first argument. */
  private Node pipe(Node left) {
    advance();
    Token name = current();
    if (name.kind() != Kind.IDENTIFIER) {
      throw unexpected();
    }
    advance();
    return call(name, left);
  }

  private Node ternary(Node condition) {
    if (!current().isOperator("?")) {
      return condition;
    }
    advance();
    // In c ?: b the condition has to be a boolean, so what a true one yields is known.
    Node then =
        current().isOperator(":") ? new Node.BooleanLiteral(condition.span(), true) : nested(0);
    expectOperator(":");
    Node otherwise = nested(0);
    return count(
        new Node.Conditional(condition.span().to(otherwise.span()), condition, then, otherwise));
  }

  private Node conditionalIf() {
    Span start = advance().span();
    Node condition = nested(0);
    Node then = braced();
    if (!current().isOperator("else")) {
      throw unexpected();
    }
    advance();
    Node otherwise = current().isOperator("if") ? nested(0) : braced();
    return count(new Node.Conditional(start.to(previous().span()), condition, then, otherwise));
  }

  private Node braced() {
    expectBracket("{");
    Node body = sequence(false);
    expectBracket("}");
    return body;
  }

  private Node let() {
    Span start = advance().span();
    Token name = current();
    if (name.kind() != Kind.IDENTIFIER) {
      throw unexpected();
    }
    advance();
    expectOperator("=");
    Node value = nested(0);
    expectOperator(";");
    Node body = sequence(false);
    return count(new Node.Let(start.to(body.span()), name.text(), name.span(), value, body));
  }

  private Node unary() {
    Token token = current();
    if (token.kind() != Kind.OPERATOR) {
      return postfix(primary());
    }
    switch (token.text()) {
      case "not", "!" -> {
        return unary(UnaryOperator.NOT, NEGATION);
      }
      case "-" -> {
        return unary(UnaryOperator.MINUS, SIGN);
      }
      case "+" -> {
        return unary(UnaryOperator.PLUS, SIGN);
      }
      case "#", "." -> {
        if (predicates > 0) {
          return postfix(pointer());
        }
        throw unexpected();
      }
      default -> throw unexpected();
    }
  }

  private Node unary(UnaryOperator operator, int precedence) {
    Token token = advance();
    Node operand = nested(precedence);
    return count(new Node.Unary(token.span().to(operand.span()), operator, token.span(), operand));
  }

  private Node pointer() {
    if (current().isOperator(".")) {
      return count(new Node.Pointer(current().span(), ""));
    }
    Token hash = advance();
    if (current().kind() == Kind.IDENTIFIER) {
      Token name = advance();
      return count(new Node.Pointer(hash.span().to(name.span()), name.text()));
    }
    return count(new Node.Pointer(hash.span(), ""));
  }

  private Node primary() {
    Token token = current();
    switch (token.kind()) {
      case NUMBER -> {
        advance();
        return count(number(token));
      }
      case STRING -> {
        advance();
        return count(new Node.StringLiteral(token.span(), token.text()));
      }
      case BYTES -> {
        advance();
        List<Long> bytes = token.text().chars().mapToObj(Long::valueOf).toList();
        return count(new Node.BytesLiteral(token.span(), bytes));
      }
      case IDENTIFIER -> {
        advance();
        return identifier(token);
      }
      case BRACKET -> {
        return bracket(token);
      }
      default -> throw unexpected();
    }
  }

  private Node identifier(Token token) {
    if (current().isBracket("(")) {
      return call(token, null);
    }
    return count(
        switch (token.text()) {
          case "true" -> new Node.BooleanLiteral(token.span(), true);
          case "false" -> new Node.BooleanLiteral(token.span(), false);
          case "nil" -> new Node.NilLiteral(token.span());
          default -> new Node.Name(token.span(), token.text());
        });
  }

  private Node bracket(Token token) {
    if (token.isBracket("(")) {
      advance();
      Node inner = sequence(false);
      expectBracket(")");
      return inner;
    }
    if (token.isBracket("[")) {
      return array();
    }
    if (token.isBracket("{")) {
      return map();
    }
    throw unexpected();
  }

  private Node array() {
    Span start = advance().span();
    List<Node> elements = list("]");
    return count(new Node.ArrayLiteral(start.to(previous().span()), elements));
  }

  /**
   * Expressions between commas, one of which may trail, up to and including the closing bracket.
   */
  private List<Node> list(String closing) {
    List<Node> elements = new ArrayList<>();
    while (!current().isBracket(closing)) {
      elements.add(nested(0));
      if (!current().isBracket(closing)) {
        expectOperator(",");
      }
    }
    advance();
    return elements;
  }

  private Node map() {
    Span start = advance().span();
    List<Node.MapLiteral.Entry> entries = new ArrayList<>();
    while (!current().isBracket("}")) {
      Node key = mapKey();
      expectOperator(":");
      entries.add(new Node.MapLiteral.Entry(key, nested(0)));
      if (!current().isBracket("}")) {
        expectOperator(",");
      }
    }
    advance();
    return count(new Node.MapLiteral(start.to(previous().span()), entries));
  }

  /** A key as the map will have it: words and numbers are taken as they are written. */
  private Node mapKey() {
    Token token = current();
    switch (token.kind()) {
      case STRING, IDENTIFIER, NUMBER -> {
        advance();
        return count(new Node.StringLiteral(token.span(), token.text()));
      }
      default -> {
        if (token.isBracket("(")) {
          advance();
          Node key = sequence(false);
          expectBracket(")");
          return key;
        }
        throw new SyntaxError(
            "a map key must be a quoted string, a number, an identifier, or an expression in"
                + " parentheses (unexpected token %s)".formatted(token.describe()),
            token.span());
      }
    }
  }

  private Node call(Token name, @Nullable Node piped) {
    expectBracket("(");
    List<Node> arguments = new ArrayList<>();
    if (piped != null) {
      arguments.add(piped);
    }
    boolean takesPredicate = WITH_PREDICATE.contains(name.text());
    while (!current().isBracket(")")) {
      boolean predicate = takesPredicate && arguments.size() == 1;
      arguments.add(predicate ? predicate() : nested(0));
      if (!current().isBracket(")")) {
        expectOperator(",");
      }
    }
    advance();
    Span start = piped == null ? name.span() : piped.span();
    return count(new Node.Call(start.to(previous().span()), name.text(), name.span(), arguments));
  }

  private Node predicate() {
    Span start = current().span();
    predicates++;
    Node body;
    if (current().isBracket("{")) {
      body = braced();
    } else {
      body = nested(0);
      if (current().isOperator(";")) {
        throw new SyntaxError("wrap predicate with brackets { and }", current().span());
      }
    }
    predicates--;
    return count(new Node.Predicate(start.to(previous().span()), body));
  }

  /** Members, indexes and slices behind a value that can have them. */
  private Node postfix(Node first) {
    if (isPlainLiteral(first) && !previous().isBracket(")")) {
      return first;
    }
    Node target = first;
    boolean optional = false;
    while (true) {
      Token token = current();
      if (token.isOperator(".") || token.isOperator("?.")) {
        boolean here = token.isOperator("?.");
        optional |= here;
        advance();
        target = here && current().isBracket("[") ? indexed(target, true) : member(target, here);
      } else if (token.isBracket("[")) {
        target = indexed(target, false);
      } else {
        return optional ? count(new Node.OptionalChain(target.span(), target)) : target;
      }
    }
  }

  private static boolean isPlainLiteral(Node node) {
    return node instanceof Node.NilLiteral
        || node instanceof Node.BooleanLiteral
        || node instanceof Node.IntegerLiteral
        || node instanceof Node.FloatLiteral;
  }

  private Node member(Node target, boolean optional) {
    Token name = current();
    if (name.kind() == Kind.END) {
      throw new SyntaxError("unexpected end of expression", name.span());
    }
    if (name.kind() != Kind.IDENTIFIER) {
      throw new SyntaxError("expected name, got " + name.describe(), name.span());
    }
    advance();
    if (!current().isBracket("(")) {
      return count(
          new Node.Member(
              target.span().to(name.span()), target, name.text(), name.span(), optional));
    }
    advance();
    List<Node> arguments = list(")");
    return count(
        new Node.MethodCall(
            target.span().to(previous().span()),
            target,
            name.text(),
            name.span(),
            optional,
            arguments));
  }

  private Node indexed(Node target, boolean optional) {
    expectBracket("[");
    Node from = current().isOperator(":") ? null : nested(0);
    if (from != null && !current().isOperator(":")) {
      expectBracket("]");
      return count(new Node.Index(target.span().to(previous().span()), target, from, optional));
    }
    expectOperator(":");
    Node to = current().isBracket("]") ? null : nested(0);
    expectBracket("]");
    return count(new Node.Slice(target.span().to(previous().span()), target, from, to));
  }

  private static Node number(Token token) {
    String digits = token.text().replace("_", "");
    boolean prefixed = digits.length() > 1 && digits.charAt(0) == '0' && isLetter(digits.charAt(1));
    int radix =
        !prefixed
            ? 10
            : switch (digits.charAt(1)) {
              case 'x', 'X' -> 16;
              case 'o', 'O' -> 8;
              case 'b', 'B' -> 2;
              default -> 10;
            };
    boolean isFloat = radix == 10 && digits.chars().anyMatch(c -> c == '.' || isLetter(c));
    try {
      if (isFloat) {
        double value = Double.parseDouble(digits);
        if (Double.isInfinite(value)) {
          throw outOfRange("float", token);
        }
        return new Node.FloatLiteral(token.span(), value);
      }
      String plain = radix == 10 ? digits : digits.substring(2);
      if (!plain.isEmpty() && plain.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
        return new Node.IntegerLiteral(token.span(), parseInteger(plain, radix, token));
      }
    } catch (NumberFormatException malformed) {
      // Said below.
    }
    throw new SyntaxError(
        "invalid %s literal: %s".formatted(isFloat ? "float" : "integer", token.describe()),
        token.span());
  }

  private static long parseInteger(String digits, int radix, Token token) {
    try {
      return Long.parseLong(digits, radix);
    } catch (NumberFormatException tooLarge) {
      throw outOfRange("integer", token);
    }
  }

  private static SyntaxError outOfRange(String type, Token token) {
    return new SyntaxError(
        "invalid %s literal: %s is out of range".formatted(type, Excerpt.of(token.text())),
        token.span());
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private Node count(Node node) {
    count();
    return node;
  }

  private void count() {
    if (++nodes > NODE_LIMIT) {
      throw new SyntaxError(
          "condition too large: more than %d nodes".formatted(NODE_LIMIT), previous().span());
    }
  }

  private Token current() {
    return tokens.get(at);
  }

  private Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  private Token previous() {
    return tokens.get(Math.max(at - 1, 0));
  }

  private Token advance() {
    Token token = current();
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  private void expectOperator(String operator) {
    if (!current().isOperator(operator)) {
      throw unexpected();
    }
    advance();
  }

  private void expectBracket(String bracket) {
    if (!current().isBracket(bracket)) {
      throw unexpected();
    }
    advance();
  }

  private SyntaxError unexpected() {
    return new SyntaxError("unexpected token " + current().describe(), current().span());
  }
}
