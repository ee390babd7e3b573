package dev.rollouts.engine.condition.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.rollouts.engine.condition.syntax.Node.BinaryOperator;
import dev.rollouts.engine.condition.syntax.Node.LogicalOperator;
import dev.rollouts.engine.condition.syntax.Node.UnaryOperator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionParserTest {

  private static Node tree(String text) {
    Parsed parsed = ConditionParser.parse(text);
    assertThat(parsed).as(text).isInstanceOf(Parsed.Tree.class);
    return ((Parsed.Tree) parsed).root();
  }

  private static String source(String text, Span span) {
    return text.substring(span.start(), span.end());
  }

  @Test
  void aComparisonHasItsOperandsAndPlaces() {
    String text = "len(result) == 0 || result[0] >= 0.95";

    Node.Logical or = (Node.Logical) tree(text);
    Node.Binary guard = (Node.Binary) or.operands().get(0);
    Node.Binary check = (Node.Binary) or.operands().get(1);
    Node.Index index = (Node.Index) check.left();

    assertThat(or.operator()).isEqualTo(LogicalOperator.OR);
    assertThat(guard.left())
        .asInstanceOf(type(Node.Call.class))
        .extracting(Node.Call::function)
        .isEqualTo("len");
    assertThat(check.operator()).isEqualTo(BinaryOperator.GREATER_OR_EQUAL);
    assertThat(source(text, guard.span())).isEqualTo("len(result) == 0");
    assertThat(source(text, check.operatorSpan())).isEqualTo(">=");
    assertThat(source(text, index.span())).isEqualTo("result[0]");
    assertThat(index.target()).isEqualTo(new Node.Name(new Span(20, 26, 1, 21), "result"));
    assertThat(index.index()).isEqualTo(new Node.IntegerLiteral(new Span(27, 28, 1, 28), 0));
  }

  @Test
  void linesAndColumnsCountFromOne() {
    Node.Logical and = (Node.Logical) tree("result > 1 and\n  /* two\n lines */ result < 5");

    assertThat(and.operands().get(1).span()).isEqualTo(new Span(34, 44, 3, 11));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "1 + 2 * 3 ~ (1 + (2 * 3))",
        "1 * 2 + 3 ~ ((1 * 2) + 3)",
        "1 - 2 - 3 ~ ((1 - 2) - 3)",
        "2 ** 3 ** 2 ~ (2 ** (3 ** 2))",
        "-2 ** 2 ~ (- (2 ** 2))",
        "-2 * 3 ~ ((- 2) * 3)",
        "not a > b ~ ((not a) > b)",
        "not a and b ~ ((not a) and b)",
        "a or b and c ~ (a or (b and c))",
        "a and b and c or d ~ ((a and b and c) or d)",
        "a == b == c ~ ((a == b) == c)",
        "a < b <= c ~ (a < b <= c)",
        "a not in b ~ (not (a in b))",
        "a not contains b == c ~ ((not (a contains b)) == c)",
        "1 + a ?? 3 ~ (1 + (a ?? 3))",
        "a ?? b ?? c ~ ((a ?? b) ?? c)",
        "1..2 + 3 ~ (1 .. (2 + 3))",
        "a ? b : c ? d : e ~ (a ? b : (c ? d : e))",
        "a ?: b ~ (a ? true : b)",
        "if a { b } else if c { d } else { e } ~ (a ? b : (c ? d : e))",
        "a | f(b) | g() ~ g(f(a, b))",
        "a | f() > 1 ~ (f(a) > 1)",
        "a.b[0].c ~ a.b[0].c",
        "a?.b.c + 1 ~ ({a?.b.c} + 1)",
        "a[1:] ~ a[1:]",
        "a.in.not ~ a.in.not",
        "all(a, # > 1) ~ all(a, {(# > 1)})",
        "all(a, {.x > #index}) ~ all(a, {(#.x > #index)})",
        "let x = 1; x + x ~ let x = 1 in (x + x)",
        "a; b; c ~ (a; b; c)",
        "a; ~ a",
        "[1, 'b', nil,] ~ [1, \"b\", nil]",
        "{a: 1, 'b': 2, (c): 3} ~ {\"a\": 1, \"b\": 2, c: 3}",
        "now().Year() ~ now().Year()",
        "0x1F + 1_000 + .5 + 1e3 ~ (((31 + 1000) + 0.5) + 1000.0)"
      })
  void operatorsBindAsTheTableSays(String text, String structure) {
    assertThat(tree(text).accept(new Printer())).isEqualTo(structure);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "result >; 8; unexpected token EOF",
        "result = 1; 7; unexpected token Operator(\"=\")",
        "a ?? b > 1; 7; Operator (>) and coalesce expressions (??) cannot be mixed. Wrap either by"
            + " parentheses.",
        "(a; 2; unexpected token EOF",
        "\"abc; 0; literal not terminated",
        "a /* b; 2; unclosed comment",
        "# > 1; 0; unexpected token Operator(\"#\")",
        "all(a, # > 1, # > 2); 14; unexpected token Operator(\"#\")",
        "a.1; 1; unexpected token Number(\".1\")",
        "a.[0]; 2; expected name, got Bracket(\"[\")",
        "5x; 0; bad number syntax: \"5x\"",
        "{1 + 1: 2}; 3; unexpected token Operator(\"+\")",
        "let x == 1; 6; unexpected token Operator(\"==\")",
        "a ? b :: c; 7; unexpected token Operator(\":\")"
      })
  void whatIsNoConditionSaysWhereAndWhy(String text, int start, String message) {
    Parsed parsed = ConditionParser.parse(text);

    assertThat(parsed).isInstanceOf(Parsed.Invalid.class);
    Parsed.Invalid invalid = (Parsed.Invalid) parsed;
    assertThat(invalid.message()).isEqualTo(message);
    assertThat(invalid.span().start()).isEqualTo(start);
  }

  @Test
  void aWalkOverTheChildrenMeetsEveryNode() {
    List<String> names = new ArrayList<>();
    collect(
        tree("let x = a; [b, {c: d, (e): f}]; g ? all(i, {#.j[k:l]}) : m?.n(o) < p < -q"), names);

    assertThat(names)
        .containsExactly("a", "b", "d", "e", "f", "g", "i", "k", "l", "m", "o", "p", "q");
  }

  private static void collect(Node node, List<String> names) {
    if (node instanceof Node.Name name) {
      names.add(name.name());
    }
    node.children().forEach(child -> collect(child, names));
  }

  /** Writes a tree with a pair of parentheses for every operator. */
  private static final class Printer implements Node.Visitor<String> {
    @Override
    public String nilLiteral(Node.NilLiteral node) {
      return "nil";
    }

    @Override
    public String booleanLiteral(Node.BooleanLiteral node) {
      return String.valueOf(node.value());
    }

    @Override
    public String integerLiteral(Node.IntegerLiteral node) {
      return String.valueOf(node.value());
    }

    @Override
    public String floatLiteral(Node.FloatLiteral node) {
      return String.valueOf(node.value());
    }

    @Override
    public String stringLiteral(Node.StringLiteral node) {
      return '"' + node.value() + '"';
    }

    @Override
    public String bytesLiteral(Node.BytesLiteral node) {
      return node.value().toString();
    }

    @Override
    public String arrayLiteral(Node.ArrayLiteral node) {
      return "[" + all(node.elements()) + "]";
    }

    @Override
    public String mapLiteral(Node.MapLiteral node) {
      return "{"
          + String.join(
              ", ",
              node.entries().stream()
                  .map(entry -> entry.key().accept(this) + ": " + entry.value().accept(this))
                  .toList())
          + "}";
    }

    @Override
    public String name(Node.Name node) {
      return node.name();
    }

    @Override
    public String pointer(Node.Pointer node) {
      return "#" + node.name();
    }

    @Override
    public String unary(Node.Unary node) {
      String symbol = node.operator() == UnaryOperator.NOT ? "not" : node.operator().symbol();
      return "(" + symbol + " " + node.operand().accept(this) + ")";
    }

    @Override
    public String binary(Node.Binary node) {
      return "("
          + node.left().accept(this)
          + " "
          + node.operator().symbol()
          + " "
          + node.right().accept(this)
          + ")";
    }

    @Override
    public String chained(Node.Chained node) {
      StringBuilder text = new StringBuilder("(" + node.operands().get(0).accept(this));
      for (int i = 0; i < node.operators().size(); i++) {
        text.append(' ')
            .append(node.operators().get(i).symbol())
            .append(' ')
            .append(node.operands().get(i + 1).accept(this));
      }
      return text.append(')').toString();
    }

    @Override
    public String logical(Node.Logical node) {
      return "("
          + String.join(
              " " + node.operator().symbol() + " ",
              node.operands().stream().map(operand -> operand.accept(this)).toList())
          + ")";
    }

    @Override
    public String conditional(Node.Conditional node) {
      return "("
          + node.condition().accept(this)
          + " ? "
          + node.then().accept(this)
          + " : "
          + node.otherwise().accept(this)
          + ")";
    }

    @Override
    public String member(Node.Member node) {
      return node.target().accept(this) + (node.optional() ? "?." : ".") + node.name();
    }

    @Override
    public String index(Node.Index node) {
      return node.target().accept(this)
          + (node.optional() ? "?.[" : "[")
          + node.index().accept(this)
          + "]";
    }

    @Override
    public String slice(Node.Slice node) {
      String from = node.from() == null ? "" : node.from().accept(this);
      String to = node.to() == null ? "" : node.to().accept(this);
      return node.target().accept(this) + "[" + from + ":" + to + "]";
    }

    @Override
    public String optionalChain(Node.OptionalChain node) {
      return "{" + node.body().accept(this) + "}";
    }

    @Override
    public String call(Node.Call node) {
      return node.function() + "(" + all(node.arguments()) + ")";
    }

    @Override
    public String methodCall(Node.MethodCall node) {
      return node.target().accept(this) + "." + node.method() + "(" + all(node.arguments()) + ")";
    }

    @Override
    public String predicate(Node.Predicate node) {
      return "{" + node.body().accept(this) + "}";
    }

    @Override
    public String let(Node.Let node) {
      return "let "
          + node.name()
          + " = "
          + node.value().accept(this)
          + " in "
          + node.body().accept(this);
    }

    @Override
    public String sequence(Node.Sequence node) {
      return "("
          + String.join("; ", node.expressions().stream().map(part -> part.accept(this)).toList())
          + ")";
    }

    private String all(List<Node> nodes) {
      return String.join(", ", nodes.stream().map(node -> node.accept(this)).toList());
    }
  }
}
