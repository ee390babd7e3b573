package dev.rollouts.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.rollouts.api.analysis.ResultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What docs/spec/conditions.md shows is what happens, and nothing is left out. */
class ConditionReferencePageTest {
  private static final ConditionEvaluator EVALUATOR = new ConditionEvaluator();
  private static final String PAGE = page();

  private static final Pattern BLOCK =
      Pattern.compile("```\\n// (\\w+): result = (.*)\\n((?:.*\\n)*?)```");
  private static final Pattern LINE = Pattern.compile("(.*?) *// (true|false|error: .*)");
  private static final Pattern CODE = Pattern.compile("``(.+?)``|`([^`]+)`");

  private record Example(ResultKind kind, String result, String condition, String outcome) {}

  private static String page() {
    try {
      return Files.readString(Path.of("../docs/spec/conditions.md"));
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static List<Example> blocks() {
    List<Example> examples = new ArrayList<>();
    Matcher block = BLOCK.matcher(PAGE);
    while (block.find()) {
      ResultKind kind = ResultKind.valueOf(block.group(1).toUpperCase(Locale.ROOT));
      for (String line : block.group(3).split("\n", -1)) {
        Matcher example = LINE.matcher(line);
        if (!line.isEmpty()) {
          assertThat(example.matches()).as("an example says what it answers: %s", line).isTrue();
          examples.add(new Example(kind, block.group(2), example.group(1), example.group(2)));
        }
      }
    }
    return examples;
  }

  /** The tables whose last column is headed "Example": each is true where result is 1. */
  private static List<Example> tables() {
    List<Example> examples = new ArrayList<>();
    boolean inTable = false;
    for (String line : PAGE.split("\n", -1)) {
      if (!line.startsWith("|")) {
        inTable = false;
      } else if (line.endsWith("| Example |")) {
        inTable = true;
      } else if (inTable && !line.startsWith("|---")) {
        String[] cells = line.split("(?<!\\\\)\\|", -1);
        Matcher code = CODE.matcher(cells[cells.length - 2].strip());
        assertThat(code.matches()).as("a row ends with an example: %s", line).isTrue();
        String text = code.group(1) == null ? code.group(2) : code.group(1);
        examples.add(new Example(ResultKind.SCALAR, "1", text.replace("\\|", "|"), "true"));
      }
    }
    return examples;
  }

  @TestFactory
  Stream<DynamicTest> everyExampleAnswersWhatThePageSays() {
    return Stream.concat(blocks().stream(), tables().stream())
        .map(example -> dynamicTest(example.condition(), () -> check(example)));
  }

  private static void check(Example example) {
    ConditionOutcome outcome =
        EVALUATOR.evaluate(
            EVALUATOR.compile(example.condition(), example.kind()),
            Vectors.value(example.result()),
            Vectors.NOW);

    assertThat(Vectors.describe(outcome).replaceFirst("^(COMPILE|RUN|NOT_BOOLEAN): ", "error: "))
        .isEqualTo(example.outcome());
  }

  @Test
  void thePageHasExamples() {
    assertThat(blocks()).hasSizeGreaterThan(60);
    assertThat(tables()).hasSizeGreaterThan(70);
  }

  @TestFactory
  Stream<DynamicTest> everyTimeOfARangeQueryIsWhatThePageSays() {
    Pattern row = Pattern.compile("\\| `(.+)` \\| (\\d{4}-.*Z) \\|");
    return Arrays.stream(PAGE.split("\n", -1))
        .map(row::matcher)
        .filter(Matcher::matches)
        .map(
            time ->
                dynamicTest(
                    time.group(1),
                    () ->
                        assertThat(
                                Vectors.describe(
                                    EVALUATOR.evaluateTime(time.group(1), Vectors.NOW)))
                            .isEqualTo(time.group(2))));
  }

  @Test
  void everyFunctionAndMethodHasItsPlace() {
    Set<String> names = new TreeSet<>(Builtins.names());
    Arrays.stream(Looping.values()).map(Looping::title).forEach(names::add);
    names.addAll(Methods.names());

    assertThat(names).allSatisfy(name -> assertThat(PAGE).containsPattern("`" + name + "[`(\\[]"));
  }

  @Test
  void theLimitsAreThoseOfTheCode() {
    assertThat(PAGE)
        .contains(
            "| 65,536 characters |",
            "| 10,000 |",
            "| 250 levels |",
            "| 31 |",
            "| 10,000,000 |",
            "fewer than 1,000,000 each, 4,000,000 together");
    assertThat(Evaluation.STEP_LIMIT).isEqualTo(10_000_000);
    assertThat(Evaluation.SIZE_LIMIT).isEqualTo(1_000_000);
    assertThat(Evaluation.TOTAL_SIZE_LIMIT).isEqualTo(4_000_000);
    assertThat(Evaluation.DEPTH_LIMIT).isEqualTo(250);
  }
}
