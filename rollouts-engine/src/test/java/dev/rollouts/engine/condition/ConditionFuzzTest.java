package dev.rollouts.engine.condition;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.engine.condition.syntax.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever a text is made of, it gets an outcome: never an exception, always the same, always
 * within its bounds.
 */
class ConditionFuzzTest {
  private static final int SOUPS = 15_000;
  private static final int MUTANTS = 15_000;

  private static final List<String> TOKENS =
      List.of(
          "result",
          "result",
          "result",
          "$env",
          "nil",
          "true",
          "false",
          "0",
          "1",
          "2.5",
          "1e3",
          "0x1F",
          "\"a\"",
          "'b'",
          "`c`",
          "b\"d\"",
          "x",
          "y",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          ",",
          ";",
          ":",
          ".",
          "?.",
          "?",
          "??",
          "+",
          "-",
          "*",
          "/",
          "%",
          "**",
          "^",
          "==",
          "!=",
          "<",
          "<=",
          ">",
          ">=",
          "and",
          "or",
          "&&",
          "||",
          "not",
          "!",
          "in",
          "contains",
          "matches",
          "startsWith",
          "endsWith",
          "..",
          "|",
          "#",
          "#index",
          "#acc",
          "let",
          "=",
          "if",
          "else",
          "all(",
          "any(",
          "map(",
          "filter(",
          "reduce(",
          "sum(",
          "count(",
          "groupBy(",
          "sortBy(",
          "len(",
          "max(",
          "mean(",
          "string(",
          "int(",
          "get(",
          "first(",
          "sort(",
          "flatten(",
          "toJSON(",
          "fromJSON(",
          "now()",
          "duration(\"1h\")",
          "date(\"2024-01-02\")",
          "asInt(",
          "asFloat(",
          "isNaN(",
          "default(",
          "repeat(",
          "split(",
          "join(",
          ".Year()",
          ".a",
          "// c",
          "/* d */",
          "\n",
          "\u00e9",
          "\uD83D",
          "\\",
          "\"",
          "'",
          "`",
          "@",
          "&",
          "=>",
          "->");

  private static final List<ResultKind> KINDS = List.of(ResultKind.values());

  private final ConditionEvaluator evaluator = new ConditionEvaluator();
  private final ConditionEvaluator another = new ConditionEvaluator();

  @Test
  void tokensInAnyOrderGetAnOutcome() {
    assertTimeoutPreemptively(
        ofMinutes(2),
        () -> {
          for (int seed = 0; seed < SOUPS; seed++) {
            Random random = new Random(seed);
            check("soup " + seed, soup(random), random);
          }
        });
  }

  @Test
  void mutatedConditionsGetAnOutcome() {
    List<String> texts =
        Vectors.rows("conditions/vectors.md", "\\d+").stream()
            .map(row -> row.cells().get(2))
            .filter(text -> !text.contains("999999"))
            .toList();
    assertTimeoutPreemptively(
        ofMinutes(2),
        () -> {
          for (int seed = 0; seed < MUTANTS; seed++) {
            Random random = new Random(seed);
            String text = texts.get(random.nextInt(texts.size()));
            String other = texts.get(random.nextInt(texts.size()));
            check("mutant " + seed, mutated(text, other, random), random);
          }
        });
  }

  private static String soup(Random random) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(25);
    for (int i = 0; i < length; i++) {
      text.append(TOKENS.get(random.nextInt(TOKENS.size())))
          .append(random.nextInt(4) == 0 ? "" : " ");
    }
    return text.toString();
  }

  private static String mutated(String text, String other, Random random) {
    StringBuilder mutant = new StringBuilder(text);
    int mutations = 1 + random.nextInt(4);
    for (int i = 0; i < mutations && !mutant.isEmpty(); i++) {
      int at = random.nextInt(mutant.length());
      int end = Math.min(mutant.length(), at + 1 + random.nextInt(6));
      switch (random.nextInt(6)) {
        case 0 -> mutant.delete(at, end);
        case 1 -> mutant.insert(at, mutant.substring(at, end));
        case 2 -> mutant.setCharAt(at, (char) random.nextInt(0x250));
        case 3 -> mutant.insert(at, TOKENS.get(random.nextInt(TOKENS.size())));
        case 4 -> mutant.insert(at, "(" + other + ")");
        default -> mutant.replace(at, end, other.substring(0, random.nextInt(other.length() + 1)));
      }
    }
    return mutant.toString();
  }

  private void check(String name, String text, Random random) {
    ResultKind kind = KINDS.get(random.nextInt(KINDS.size()));
    Object value = random.nextInt(50) == 0 ? new ArrayList<>(List.of("odd")) : value(kind, random);
    String description = name + " " + kind + " " + text;

    Condition condition = evaluator.compile(text, kind);
    ConditionOutcome outcome = evaluator.evaluate(condition, value, Vectors.NOW);
    ConditionOutcome again = another.evaluate(another.compile(text, kind), value, Vectors.NOW);

    assertThat(outcome).as(description).isEqualTo(again);
    if (outcome instanceof ConditionOutcome.Failed failed) {
      checkError(description, text, failed.error());
    }
    evaluator.evaluateTime(text, Vectors.NOW);
  }

  private static void checkError(String description, String text, ConditionError error) {
    assertThat(error.detail())
        .as(description)
        .isNotBlank()
        .hasSizeLessThanOrEqualTo(1024)
        .doesNotContain(
            "Exception", "jexl", "JEXL", "dev.rollouts", "too complex", "could not be evaluated");
    assertThat(error.detail().chars().filter(Character::isISOControl)).as(description).isEmpty();
    Span span = error.span();
    if (error.kind() != ConditionError.Kind.NOT_BOOLEAN && span != null) {
      assertThat(span.start()).as(description).isBetween(0, text.length());
      assertThat(span.end()).as(description).isBetween(span.start(), text.length());
      long lineBreaks = text.substring(0, span.start()).chars().filter(c -> c == '\n').count();
      assertThat(span.line()).as(description).isEqualTo((int) lineBreaks + 1);
    }
    if (error.kind() == ConditionError.Kind.COMPILE) {
      assertThat(span).as(description).isNotNull();
    }
  }

  private static @Nullable Object value(ResultKind kind, Random random) {
    return Vectors.value(
        switch (kind) {
          case SCALAR -> random.nextBoolean() ? "0.97" : "NaN";
          case VECTOR -> random.nextBoolean() ? "[]" : "[1, 2, NaN]";
          case STRING -> "\"h\\u00e9llo\"";
          case BOOLEAN -> random.nextBoolean() ? "true" : "false";
          case NIL -> "null";
          case MAP -> "{\"a\": 1, \"v\": [1, null, \"x\"], \"m\": {\"k\": true}}";
          case LIST -> "[1, \"a\", null, [2], {\"a\": 3}]";
          case RECORDS -> "[{\"Id\": \"rate\", \"Values\": [0.5], \"StatusCode\": \"Complete\"}]";
          case ROWS ->
              "[{\"$int\": \"5\"}, 1.5, null, {\"$time\": \"2024-01-02T03:04:05Z\"},"
                  + " {\"$duration\": \"1h\"}]";
        });
  }
}
