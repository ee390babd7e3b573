package dev.rollouts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every broken or hostile text gives messages that say where, what and what to do. */
@Tag("golden")
class BrokenInputTest {
  private static final Path BROKEN = Path.of("src/test/resources/broken");

  @TestFactory
  Stream<DynamicTest> aBrokenFileIsExplained() throws IOException {
    try (Stream<Path> files = Files.list(BROKEN)) {
      List<Path> inputs = files.sorted().toList();
      assertThat(inputs).hasSizeGreaterThanOrEqualTo(60);
      return inputs.stream()
          .map(
              input ->
                  dynamicTest(
                      input.getFileName().toString(),
                      () -> check(input.getFileName().toString(), Files.readAllBytes(input))));
    }
  }

  @TestFactory
  Stream<DynamicTest> aHugeOrHostileTextIsRefused() {
    return generated().entrySet().stream()
        .map(each -> dynamicTest(each.getKey(), () -> check(each.getKey(), utf8(each.getValue()))));
  }

  private static Map<String, Supplier<String>> generated() {
    Map<String, Supplier<String>> inputs = new TreeMap<>();
    inputs.put("generated-longer-than-the-limit.yaml", () -> "a: " + "x".repeat(16 << 20));
    inputs.put("generated-10-mb-unclosed-quote.yaml", () -> "a: \"" + "x ".repeat(5 << 20));
    inputs.put("generated-10-mb-of-spaces.yaml", () -> " ".repeat(10 << 20) + "a: b");
    inputs.put("generated-10-mb-of-blank-lines.yaml", () -> "\n".repeat(10 << 20) + "a: b");
    inputs.put(
        "generated-half-mb-words.yaml", () -> ("a: " + "x".repeat(500_000) + "\n").repeat(20));
    inputs.put("generated-10-mb-block.yaml", () -> "a: |\n" + " x\n".repeat(3 << 20));
    inputs.put("generated-10-mb-of-lines-in-quotes.yaml", () -> "a: \"" + "x\n ".repeat(3 << 20));
    inputs.put("generated-10-mb-of-digits.yaml", () -> "a: " + "9".repeat(10 << 20));
    inputs.put("generated-10-mb-of-digits.json", () -> "{\"a\": " + "9".repeat(10 << 20) + "}");
    inputs.put("generated-10-mb-key.yaml", () -> "x".repeat(10 << 20) + ": 1");
    inputs.put("generated-10-mb-anchor.yaml", () -> "a: *" + "x".repeat(10 << 20));
    inputs.put("generated-10-mb-tag.yaml", () -> "a: !" + "x".repeat(10 << 20) + " 1");
    inputs.put("generated-deep-list.yaml", () -> "a: " + "[".repeat(1 << 20));
    inputs.put("generated-deep-object.yaml", () -> "a: " + "{a: ".repeat(1 << 20));
    inputs.put("generated-deep-dashes.yaml", () -> "- ".repeat(1 << 20) + "a");
    inputs.put("generated-deep-question-marks.yaml", () -> "? ".repeat(1 << 20) + "a");
    inputs.put(
        "generated-deep-indentation.yaml",
        () ->
            IntStream.range(0, 2_000)
                .mapToObj(i -> " ".repeat(i) + "a:\n")
                .collect(Collectors.joining()));
    inputs.put("generated-deep-list.json", () -> "[".repeat(1 << 20));
    inputs.put("generated-deep-object.json", () -> "{\"a\":".repeat(1 << 20));
    inputs.put("generated-many-values.yaml", () -> "a:\n" + "- 1\n".repeat(1 << 20));
    inputs.put("generated-many-values.json", () -> "[" + "1,".repeat(1 << 20) + "1]");
    inputs.put(
        "generated-many-aliases.yaml",
        () -> "a: &a [" + "1,".repeat(1_000) + "1]\nb:\n" + "- *a\n".repeat(100_000));
    inputs.put(
        "generated-many-anchors.yaml",
        () ->
            IntStream.range(0, 300_000)
                .mapToObj(i -> "- &a%d 1\n".formatted(i))
                .collect(Collectors.joining()));
    inputs.put(
        "generated-many-merges.yaml",
        () -> "a: &a {b: 1}\nc:\n  <<: [" + "*a,".repeat(300_000) + "*a]\n");
    inputs.put("generated-many-duplicates.yaml", () -> "a: 1\n".repeat(5_000));
    inputs.put("generated-many-documents.yaml", () -> "--- 1\n".repeat(20_000));
    inputs.put("generated-many-broken-documents.yaml", () -> "--- [\n".repeat(20_000));
    inputs.put("generated-many-documents.json", () -> "1 ".repeat(20_000));
    return inputs;
  }

  private static void check(String name, byte[] input) {
    List<Document> documents = Codec.standard().read(name, input);
    List<DocumentProblem> problems =
        documents.stream().flatMap(each -> each.problems().stream()).toList();

    assertThat(problems).isNotEmpty();
    assertThat(problems.toString())
        .as("names of classes and of parsers are of no use to a reader")
        .doesNotContain("Exception", "org.yaml", "snakeyaml", "jackson", "\tat ");
    String shown =
        problems.stream().limit(20).map(each -> each + "\n").collect(Collectors.joining());
    int more = problems.size() - 20;
    Golden.assertMatches("broken/" + name, more > 0 ? shown + "and " + more + " more\n" : shown);
  }

  private static byte[] utf8(Supplier<String> text) {
    return text.get().getBytes(StandardCharsets.UTF_8);
  }
}
