package dev.rollouts.engine.condition;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.ResultKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What hostile conditions and hostile values get: an outcome, within budgets, and nothing else. The
 * numbers X1 to X30 are those of the specification's abuse cases.
 */
class ConditionAbuseTest {
  private static final ConditionEvaluator EVALUATOR = new ConditionEvaluator();

  /** Ends a hanging test; how fast an evaluation is, is for the benchmark to say. */
  private static final java.time.Duration HANG = ofSeconds(30);

  private static final String STEPS = "RUN: step budget exceeded";
  private static final String MEMORY = "RUN: memory budget exceeded";
  private static final String DEEP_VALUE = "RUN: value nested too deeply";
  private static final String DEEP_TEXT =
      "COMPILE: condition nested too deeply: at most 250 levels";

  private static String outcome(String text, ResultKind kind, @Nullable Object value) {
    return assertTimeoutPreemptively(
        HANG,
        () ->
            Vectors.describe(
                EVALUATOR.evaluate(EVALUATOR.compile(text, kind), value, Vectors.NOW)));
  }

  private static String outcome(String text) {
    return outcome(text, ResultKind.SCALAR, 1.0);
  }

  static Stream<Arguments> attempts() {
    return Stream.of(
        // X1: properties of Java objects
        map("X1", "result.class == nil", "true"),
        map("X1", "result[\"class\"] == nil", "true"),
        map("X1", "result.class.classLoader == nil", "RUN: cannot fetch classLoader from <nil>"),
        map("X1", "result.empty == nil and result.size == nil", "true"),
        scalar("X1", "\"\".class", "COMPILE: type string has no field class"),
        scalar(
            "X1",
            "[].class",
            "COMPILE: array elements can only be selected using an integer (got string)"),
        scalar("X1", "result.class", "COMPILE: type float64 has no field class"),
        // X2: methods of Java objects
        map(
            "X2",
            "result.getClass()",
            "COMPILE: type map[string]interface {} has no method getClass"),
        map("X2", "result.a.getClass()", "RUN: type float64 has no method getClass"),
        scalar(
            "X2",
            "\"\".getClass().forName(\"java.lang.Runtime\").getRuntime().exec(\"id\")",
            "COMPILE: type string has no method getClass"),
        scalar("X2", "now().getClass()", "COMPILE: type time.Time has no method getClass"),
        // X3: constructors
        scalar("X3", "new(\"java.io.File\", \"/etc/passwd\")", "COMPILE: unknown name new"),
        scalar(
            "X3",
            "new java.lang.ProcessBuilder(\"sh\")",
            "COMPILE: unexpected token Identifier(\"java\")"),
        // X4: packages and statics
        scalar("X4", "java.lang.System.exit(0)", "COMPILE: unknown name java"),
        scalar("X4", "T(java.lang.Runtime)", "COMPILE: unknown name T"),
        scalar("X4", "javax.script.ScriptEngineManager", "COMPILE: unknown name javax"),
        // X5: names put together or escaped
        scalar("X5", "\"get\" + \"Class\" == \"getClass\"", "true"),
        map("X5", "result[\"\\u0063lass\"] == nil", "true"),
        map("X5", "result[\"cl\" + \"ass\"] == nil", "true"),
        scalar("X5", "$env[\"cl\" + \"ass\"]", "COMPILE: unknown name class"),
        // X6: changes
        map("X6", "result.clear()", "COMPILE: type map[string]interface {} has no method clear"),
        map(
            "X6",
            "result.put(\"a\", 1)",
            "COMPILE: type map[string]interface {} has no method put"),
        map("X6", "result.a = 1", "COMPILE: unexpected token Operator(\"=\")"),
        map("X6", "$env.x = 1", "COMPILE: unexpected token Operator(\"=\")"),
        map("X6", "result[\"a\"] = 1", "COMPILE: unexpected token Operator(\"=\")"),
        map("X6", "result.a++", "COMPILE: unexpected token EOF"),
        // X7: loops and recursion
        scalar("X7", "while(true){}", "COMPILE: unexpected token Bracket(\"{\")"),
        scalar("X7", "for(;;){}", "COMPILE: unexpected token Operator(\";\")"),
        scalar("X7", "let f = 1; f(f)", "COMPILE: unknown name f"),
        scalar("X7", "let f = asInt; f(f)", "COMPILE: unknown name f"),
        scalar("X7", "let f = (x) -> x; f(f)", "COMPILE: unexpected token Operator(\">\")"),
        // X8: statements
        scalar("X8", "true; new(\"java.io.File\", \"/\")", "COMPILE: unknown name new"),
        scalar("X8", "#pragma jexl.import java.net", "COMPILE: unexpected token Operator(\"#\")"),
        scalar("X8", "@silent result", "COMPILE: unrecognized character: U+0040 '@'"),
        scalar("X8", "return true", "COMPILE: unexpected token Identifier(\"true\")"),
        scalar("X8", "import java.lang", "COMPILE: unexpected token Identifier(\"java\")"),
        scalar("X8", "function f() { true }", "COMPILE: unexpected token Identifier(\"f\")"),
        scalar("X8", "## comment", "COMPILE: unexpected token Operator(\"#\")"),
        // X9: templates inside strings
        scalar(
            "X9",
            "`${new(\"java.io.File\",\"/\")}` == \"${new(\\\"java.io.File\\\",\\\"/\\\")}\"",
            "true"),
        scalar("X9", "\"#{7*7}\" contains \"49\" or \"${7*7}\" contains \"49\"", "false"),
        // X10: huge ranges
        scalar("X10", "len(1..2000000000) > 0", MEMORY),
        scalar("X10", "len(1..9223372036854775807) > 0", MEMORY),
        scalar("X10", "len((0-9223372036854775807)..9223372036854775807) > 0", MEMORY),
        // X11: medium ranges, nested
        scalar("X11", "all(1..1000, all(1..1000, all(1..1000, # > 0)))", STEPS),
        scalar("X11", "len(map(1..1000, 1..999999)) > 0", MEMORY),
        scalar("X11", "len(flatten(map(1..1000, 1..10000))) > 0", MEMORY),
        // X13: strings that grow
        scalar("X13", "len(repeat(\"x\", 1000000000)) > 0", MEMORY),
        scalar("X13", "len(repeat(repeat(\"x\", 1000), 1000)) > 0", MEMORY),
        scalar(
            "X13",
            "let a = repeat(\"x\", 999999); let b = a + a; let c = b + b; len(c) > 0",
            MEMORY),
        scalar("X13", "len(reduce(1..100, #acc + #acc, \"x\")) > 0", MEMORY),
        scalar("X13", "len(reduce(1..100, concat(#acc, #acc), [1])) > 0", MEMORY),
        scalar(
            "X13", "len(replace(repeat(\"x\", 999999), \"x\", repeat(\"y\", 999999))) > 0", MEMORY),
        scalar("X13", "len(join(map(1..999999, \"yyyyyyyyyyyyyyyyyyyy\"), \"\")) > 0", MEMORY),
        scalar("X13", "len(join(map(1..99999, \"yyyyyyyyyyyyyyyyyyyy\"), \"\")) > 0", MEMORY),
        scalar("X13", "len(toJSON(map(1..300000, \"<<\"))) > 0", MEMORY),
        // X14: expressions that backtrack
        scalar("X14", "repeat(\"a\", 5000) + \"b\" matches \"^(a+)+$\"", "false"),
        scalar("X14", "repeat(\"x\", 5000) matches \"(x+x+)+y\"", "false"),
        scalar("X14", "repeat(\"a\", 5000) matches \"(a|a)*b\"", "false"),
        scalar(
            "X14",
            "repeat(\"a\", 900000) matches \"(a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a)*b\"",
            STEPS),
        scalar("X14", "all(1..1000000000, \"x\" matches string(#))", MEMORY),
        scalar("X14", "all(1..900000, \"1234567890\" matches string(# % 9))", STEPS),
        // X15: expressions that are large
        scalar(
            "X15",
            "\"a\" matches \"a{1000}{1000}\"",
            "COMPILE: error parsing regexp: expression too large: `a{1000}{1000}`"),
        scalar(
            "X15",
            "\"a\" matches \"((a{100}){100}){100}\"",
            "COMPILE: error parsing regexp: expression too large: `((a{100}){100}){100}`"),
        scalar(
            "X15",
            "\"a\" matches \"a{1001}\"",
            "COMPILE: error parsing regexp: invalid repeat count: `{1001}`"),
        scalar(
            "X15",
            "\"a\" matches repeat(\"a\", 5000)",
            "RUN: error parsing regexp: expression too large: `" + "a".repeat(63) + "…`"),
        // X19: numbers
        scalar("X19", "isInf(2 ** 100000) and isInf(1e308 * 10)", "true"),
        scalar("X19", "bitshl(1, 999999999) == 0", "true"),
        scalar("X19", "1e400 > 0", "COMPILE: invalid float literal: 1e400 is out of range"),
        // X20: JSON bombs
        scalar("X20", "fromJSON(repeat(\"[\", 100000)) == nil", DEEP_VALUE),
        scalar("X20", "fromJSON(repeat(\"{\\\"a\\\":\", 100000)) == nil", DEEP_VALUE),
        scalar("X20", "len(fromJSON(\"[\" + repeat(\"0,\", 499000) + \"0]\")) > 0", "true"),
        // X23: time zones
        scalar(
            "X23",
            "timezone(\"../../etc/passwd\") == nil",
            "RUN: unknown time zone ../../etc/passwd"),
        scalar(
            "X23",
            "date(\"x\", \"y\", \"/etc/shadow\") == nil",
            "RUN: unknown time zone /etc/shadow"),
        scalar("X23", "timezone(\"+18:00\") == nil", "RUN: unknown time zone +18:00"),
        // X24: time
        scalar("X24", "now() == date(\"2026-11-23T10:15:30Z\")", "true"),
        scalar("X24", "sleep(1)", "COMPILE: unknown name sleep"),
        // X25: names that are taken
        scalar("X25", "let result = true; result", "COMPILE: cannot redeclare result"),
        scalar("X25", "let asInt = 1; true", "COMPILE: cannot redeclare asInt"),
        scalar("X25", "let len = 0; true", "COMPILE: cannot redeclare builtin len"),
        scalar("X25", "let all = 0; true", "COMPILE: cannot redeclare builtin all"),
        scalar("X25", "let $env = 0; true", "COMPILE: cannot redeclare $env"),
        scalar("X25", "let nil = 0; true", "COMPILE: cannot redeclare nil"),
        // X26: characters that look like others
        scalar("X26", "r\u0435sult > 0", "COMPILE: unknown name r\u0435sult"),
        scalar("X26", "\uFEFFresult > 0", "COMPILE: unrecognized character: U+FEFF"),
        scalar("X26", "result\u0000 > 0", "COMPILE: unrecognized character: U+0000"),
        scalar("X26", "result \u2265 0", "COMPILE: unrecognized character: U+2265 '\u2265'"),
        scalar("X26", "result\uD800 > 0", "COMPILE: unrecognized character: U+D800"),
        scalar("X26", "\"\uD800\" == \"\uFFFD\"", "true"),
        scalar("X26", "len(\"\u202E\u0000\") == 2", "true"),
        // X27: names that mean something to an engine
        map("X27", "result[\"jexl.options\"] == nil and result.this == nil", "true"),
        scalar("X27", "jexl.options", "COMPILE: unknown name jexl"),
        scalar("X27", "$0", "COMPILE: unknown name $0"),
        scalar("X27", "this", "COMPILE: unknown name this"),
        scalar("X27", "s0", "COMPILE: unknown name s0"),
        scalar("X27", "r", "COMPILE: unknown name r"),
        scalar("X27", "p1", "COMPILE: unknown name p1"));
  }

  private static Arguments scalar(String number, String text, String outcome) {
    return arguments(number, text, ResultKind.SCALAR, 1.0, outcome);
  }

  private static Arguments map(String number, String text, String outcome) {
    return arguments(number, text, ResultKind.MAP, Map.of("a", 1.0), outcome);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("attempts")
  void anAttemptGetsNowhere(
      String number, String text, ResultKind kind, Object value, String outcome) {
    assertThat(outcome(text, kind, value)).as(number).isEqualTo(outcome);
  }

  @Test
  @DisplayName("X6 the second condition sees the value that the first one saw")
  void theSecondConditionSeesTheValueThatTheFirstOneSaw() {
    List<Object> numbers = new ArrayList<>(List.of(3.0, 1.0, 2.0));
    Map<String, Object> value = new LinkedHashMap<>(Map.of("v", numbers));

    outcome("sort(result.v)[0] == 1 and reverse(result.v)[0] == 2", ResultKind.MAP, value);
    outcome("len(uniq(concat(result.v, [9]))) == 4", ResultKind.MAP, value);
    outcome("len(filter(result.v, # > 1) | map(# * 2)) == 2", ResultKind.MAP, value);

    assertThat(value).isEqualTo(Map.of("v", List.of(3.0, 1.0, 2.0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "all(result, all(result, all(result, all(result, true))))",
        "len(map(result, map(result, map(result, #)))) > 0",
        "len(map(result, sort(result))) > 0",
        "all(result, result == sort(result, \"desc\") or len(uniq(result)) > 1)",
        "all(result, all(result, len(filter(result, # > 0)) > 0))"
      })
  @DisplayName("X12 loops over the result end with the budget")
  void loopsOverTheResultEndWithTheBudget(String text) {
    List<Double> thousand = IntStream.range(0, 1000).mapToObj(i -> (double) i).toList();

    assertThat(outcome(text, ResultKind.VECTOR, thousand)).isIn(STEPS, MEMORY);
  }

  static Stream<Arguments> nests() {
    int n = 10_000;
    int fewer = 2_000;
    return Stream.of(
        arguments("parentheses", "(".repeat(n) + "1" + ")".repeat(n), DEEP_TEXT),
        arguments("open parentheses", "(".repeat(n), DEEP_TEXT),
        arguments("negations", "!".repeat(n) + "true", DEEP_TEXT),
        arguments("signs", "-".repeat(n) + "1", DEEP_TEXT),
        arguments("arrays", "[".repeat(n) + "]".repeat(n), DEEP_TEXT),
        arguments("maps", "{a:".repeat(n) + "1" + "}".repeat(n), DEEP_TEXT),
        arguments(
            "members",
            "result" + ".a".repeat(n),
            "COMPILE: condition too large: more than 10000 nodes"),
        arguments("members, fewer", "result" + ".a".repeat(300), DEEP_TEXT),
        arguments("indexes", "result" + "[0]".repeat(300), DEEP_TEXT),
        arguments("sums", "1" + "+1".repeat(300), DEEP_TEXT),
        arguments("powers", "1" + "**1".repeat(n), DEEP_TEXT),
        arguments("conditionals", "true?1:".repeat(fewer) + "1", DEEP_TEXT),
        arguments("predicates", "all([1],".repeat(fewer) + "true" + ")".repeat(fewer), DEEP_TEXT),
        arguments("lets", lets(fewer), DEEP_TEXT),
        arguments("calls", "len(".repeat(n) + "[]" + ")".repeat(n), DEEP_TEXT),
        arguments("ifs", "if true { ".repeat(fewer), DEEP_TEXT),
        arguments("alternative ifs", "if true { 1 } else ".repeat(fewer) + "{ 2 }", DEEP_TEXT),
        arguments("pipes", "1" + "|abs()".repeat(300), DEEP_TEXT),
        arguments(
            "comparisons",
            "1" + "<2".repeat(300),
            "COMPILE: too many comparisons in a row: at most 31"));
  }

  private static String lets(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("let a").append(i).append(" = len([]); ");
    }
    return text.append("true").toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nests")
  @DisplayName("X16 a text nested too deeply does not compile")
  void aTextNestedTooDeeplyDoesNotCompile(String name, String text, String outcome) {
    assertThat(outcome(text)).isEqualTo(outcome);
  }

  static Stream<Arguments> nestsWithinTheLimit() {
    int n = 240;
    return Stream.of(
        arguments("parentheses", "(".repeat(n) + "result > 0" + ")".repeat(n), "true"),
        arguments("negations", "!".repeat(n) + "(result > 0)", "true"),
        arguments("arrays", "[".repeat(n) + "result" + "]".repeat(n) + " != nil", "true"),
        arguments("sums", "result" + "+result".repeat(n) + " > 240", "true"),
        arguments("dynamic sums", "default(0, 0)" + "+(1)".repeat(n) + " == 241", "true"),
        arguments(
            "sums to the right", "result+(".repeat(n) + "1" + ")".repeat(n) + " == 241", "true"),
        arguments(
            "conditionals",
            "result < 0 ? false : (".repeat(n / 2) + "true" + ")".repeat(n / 2),
            "true"),
        arguments("calls", "abs(".repeat(n) + "result" + ")".repeat(n) + " == 1", "true"),
        arguments("predicates", "any([1], ".repeat(100) + "result == #" + ")".repeat(100), "true"),
        arguments("lets", lets(n), "true"),
        arguments(
            "environments", "$env[string(".repeat(80) + "1" + ")]".repeat(80) + " == nil", "true"),
        arguments("optional chains", "first([])" + "?.a".repeat(n) + " == nil", "true"),
        arguments(
            "coalescing", "(".repeat(n) + "default(0, 1)" + " ?? 2)".repeat(n) + " == 1", "true"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nestsWithinTheLimit")
  @DisplayName("X16 a text nested as deeply as allowed compiles and runs on a small stack")
  void aTextNestedAsDeeplyAsAllowedCompilesAndRunsOnASmallStack(
      String name, String text, String outcome) throws InterruptedException {
    List<String> outcomes = new ArrayList<>();
    Thread thread =
        new Thread(
            null,
            () ->
                outcomes.add(
                    Vectors.describe(
                        EVALUATOR.evaluate(
                            EVALUATOR.compile(text, ResultKind.SCALAR), 1.0, Vectors.NOW))),
            "small",
            512 * 1024);
    thread.start();
    thread.join();

    assertThat(outcomes).containsExactly(outcome);
  }

  @Test
  @DisplayName("X17 a chain of three thousand comparisons is too large, one of two thousand is not")
  void aLongChainIsRefusedByItsNodes() {
    assertThat(outcome("result > 0" + " and result > 0".repeat(2999)))
        .isEqualTo("COMPILE: condition too large: more than 10000 nodes");
    assertThat(outcome("result > 0" + " and result > 0".repeat(1999))).isEqualTo("true");
  }

  @Test
  @DisplayName("X18 a text of 64 KiB is read, a longer one is not")
  void aHugeTextIsNotRead() {
    String comment = "true // ";
    assertThat(outcome(comment + "x".repeat(65_536 - comment.length()))).isEqualTo("true");
    assertThat(outcome(comment + "x".repeat(65_537 - comment.length())))
        .isEqualTo("COMPILE: condition too long: 65537 characters, at most 65536");
    assertThat(outcome("(".repeat(10_000_000)))
        .isEqualTo("COMPILE: condition too long: 10000000 characters, at most 65536");
  }

  @Test
  @DisplayName("X19 a literal of sixty thousand digits is an error of ordinary length")
  void aLiteralOfManyDigitsIsAnError() {
    assertThat(outcome("9".repeat(60_000) + " > 0"))
        .startsWith("COMPILE: invalid integer literal: 999")
        .endsWith("… is out of range")
        .hasSizeLessThan(200);
    assertThat(outcome("0." + "9".repeat(60_000) + " > 0")).isEqualTo("true");
  }

  private static Object nested(int levels) {
    Object value = 1.0;
    for (int i = 0; i < levels; i++) {
      value = i % 2 == 0 ? List.of(value) : Map.of("a", value);
    }
    return value;
  }

  @ParameterizedTest
  @CsvSource({
    "249, true",
    "250, true",
    "251, RUN: value nested too deeply",
    "100000, RUN: value nested too deeply"
  })
  @DisplayName("X20 a value may be nested 250 levels deep")
  void aValueMayBeNestedSoDeep(int levels, String outcome) {
    Object value = nested(levels);
    ResultKind kind = value instanceof List ? ResultKind.LIST : ResultKind.MAP;

    assertThat(outcome("len(result) == 1", kind, value)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "len(flatten(a)) > 0",
        "len(string(a)) > 0",
        "len(toJSON(a)) > 0",
        "a == b",
        "max(a) > 0",
        "mean(a) > 0",
        "a in [b]",
        "len(uniq([a, b])) > 0"
      })
  @DisplayName("X21 what a condition nests itself is followed no deeper")
  void whatAConditionNestsItselfIsFollowedNoDeeper(String use) {
    String nest = "let a = reduce(1..900, [#acc], 1); let b = reduce(1..900, [#acc], 1); ";

    assertThat(outcome(nest + use)).isEqualTo(DEEP_VALUE);
  }

  @Test
  @DisplayName("X21 a value that contains itself is an error")
  void aValueThatContainsItselfIsAnError() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    list.add(list);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("self", map);

    assertThat(outcome("len(result) == 2", ResultKind.LIST, list)).isEqualTo(DEEP_VALUE);
    assertThat(outcome("len(result) == 1", ResultKind.MAP, map)).isEqualTo(DEEP_VALUE);
  }

  @Test
  @DisplayName("X21 a value that is many times inside of itself uses up the budget")
  void aValueThatFansOutUsesUpTheBudget() {
    List<Object> list = List.of(1.0);
    for (int i = 0; i < 40; i++) {
      list = List.of(list, list);
    }

    assertThat(outcome("len(result) == 2", ResultKind.LIST, list)).isEqualTo(STEPS);
  }

  @Test
  @DisplayName("X22 a large value is not printed")
  void aLargeValueIsNotPrinted() {
    List<String> value = Collections.nCopies(100, "x".repeat(1_000_000));

    assertThat(outcome("len(string(result)) > 0", ResultKind.LIST, value)).isEqualTo(MEMORY);
    assertThat(outcome("len(toJSON(result)) > 0", ResultKind.LIST, value)).isEqualTo(MEMORY);
    assertThat(outcome("len(result[0]) == 1000000", ResultKind.LIST, value)).isEqualTo("true");
  }

  @Test
  @DisplayName("X28 a message is at most 1,024 characters long")
  void aMessageIsBounded() {
    String script = "<script>" + "x".repeat(10_000_000);

    Assessment ofValue =
        EVALUATOR.assess("asInt(result) > 1", null, ResultKind.STRING, script, Vectors.NOW);
    Assessment ofText =
        EVALUATOR.assess(
            "\"" + "\uD83D\uDE00".repeat(9_000) + "\"", null, ResultKind.STRING, "", Vectors.NOW);

    assertThat(ofValue.phase()).isEqualTo(AnalysisPhase.ERROR);
    assertThat(ofValue.message())
        .startsWith(
            "could not evaluate successCondition \"asInt(result) > 1\": strconv.ParseInt: parsing"
                + " \"<script>xxx")
        .endsWith("…\": invalid syntax")
        .hasSizeLessThan(Assessment.MESSAGE_LIMIT);
    assertThat(ofText.message())
        .startsWith("could not evaluate successCondition \"\"\uD83D\uDE00")
        .endsWith("\uD83D\uDE00…\": expected bool, but got string")
        .hasSizeBetween(Assessment.MESSAGE_LIMIT - 1, Assessment.MESSAGE_LIMIT);
  }

  @Test
  @DisplayName(
      "X29 a message quotes the condition as it is, so that redaction finds a secret in it")
  void aMessageQuotesTheConditionAsItIs() {
    assertThat(
            EVALUATOR
                .assess("result > s3cr3t", null, ResultKind.SCALAR, 1.0, Vectors.NOW)
                .message())
        .isEqualTo("could not evaluate successCondition \"result > s3cr3t\": unknown name s3cr3t");
  }

  @Test
  @DisplayName("X30 a decimal of any scale is a double")
  void aDecimalOfAnyScaleIsADouble() {
    BigDecimal huge = new BigDecimal("1e1000000000");
    BigDecimal tiny = new BigDecimal("1e-1000000000");
    BigDecimal digits = new BigDecimal("1".repeat(100_000));

    assertThat(outcome("isInf(result)", ResultKind.SCALAR, huge)).isEqualTo("true");
    assertThat(outcome("result == 0", ResultKind.SCALAR, tiny)).isEqualTo("true");
    assertThat(outcome("result == 0", ResultKind.SCALAR, digits))
        .isEqualTo("RUN: metric value holds an unsupported BigDecimal");
  }

  static Stream<Arguments> oddValues() {
    Supplier<Map<?, ?>> nullKey =
        () -> {
          Map<Object, Object> map = new LinkedHashMap<>();
          map.put(null, 1.0);
          return map;
        };
    return Stream.of(
        arguments(ResultKind.SCALAR, null, "RUN: metric value is not a number: <nil>"),
        arguments(ResultKind.SCALAR, "1", "RUN: metric value is not a number: string"),
        arguments(ResultKind.VECTOR, 1.0, "RUN: metric value is not an array of numbers: float64"),
        arguments(
            ResultKind.VECTOR,
            List.of("1"),
            "RUN: metric value is not an array of numbers: string"),
        arguments(ResultKind.NIL, 1.0, "RUN: metric value is not nil (no data): float64"),
        arguments(
            ResultKind.RECORDS,
            List.of(1.0),
            "RUN: metric value is not an array of CloudWatch results: []interface {}"),
        arguments(
            ResultKind.MAP, Map.of(1, 1.0), "RUN: metric value has a key that is not a string"),
        arguments(
            ResultKind.MAP, nullKey.get(), "RUN: metric value has a key that is not a string"),
        arguments(
            ResultKind.MAP,
            Map.of("a", new StringBuilder("x")),
            "RUN: metric value holds an unsupported StringBuilder"),
        arguments(
            ResultKind.LIST,
            List.of(new Thread()),
            "RUN: metric value holds an unsupported Thread"));
  }

  @ParameterizedTest
  @MethodSource("oddValues")
  void aValueOfAnotherShapeIsAnError(ResultKind kind, @Nullable Object value, String outcome) {
    assertThat(outcome("true or result == nil", kind, value)).isIn("true", outcome);
    assertThat(outcome("type(result) == \"\"", kind, value)).isEqualTo(outcome);
  }
}
