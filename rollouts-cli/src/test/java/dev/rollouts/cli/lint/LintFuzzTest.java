package dev.rollouts.cli.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever a manifest says, lint ends and says something that a person can read. {@code
 * -Dfuzz.count=N} tries more, {@code -Dfuzz.seed=S} starts elsewhere.
 */
class LintFuzzTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 10_000) / 10;
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final Path CASES = Path.of("src/test/resources/lint");
  private static final Path BROKEN = Path.of("../rollouts-codec/src/test/resources/broken");
  private static final Linter LINTER = Linter.knowing(KnownProviders.published());
  private static final Codec CODEC = Codec.within(Limits.defaults().withNodesMax(5_000));

  @Test
  @Tag("sim")
  void damagedManifestsAreLinted() throws IOException {
    List<String[]> corpus = new ArrayList<>();
    for (Path file : ValidManifestsLintTest.files()) {
      corpus.add(Files.readString(file).split("(?<=\n)"));
    }
    for (Rule rule : Rule.values()) {
      corpus.add(Files.readString(CASES.resolve(rule.id()).resolve("bad.yaml")).split("(?<=\n)"));
    }
    for (long seed = SEED; seed < SEED + COUNT; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      String[] lines = corpus.get(random.nextInt(corpus.size()));
      for (String line : lines) {
        text.append(random.nextInt(lines.length) < 2 ? damaged(line, corpus, random) : line);
      }
      check("replay with -Dfuzz.count=10 -Dfuzz.seed=" + seed, text.toString());
    }
  }

  @Test
  void brokenManifestsAreLinted() throws IOException {
    try (Stream<Path> files = Files.list(BROKEN)) {
      for (Path file : files.sorted().toList()) {
        assertThat(LINTER.lint(CODEC.read(file)))
            .as(file.toString())
            .filteredOn(each -> each.severity() != Severity.INFO)
            .isNotEmpty();
      }
    }
  }

  /** The line left out, doubled, moved sideways, or with the value of another line. */
  private static String damaged(String line, List<String[]> corpus, Random random) {
    String[] others = corpus.get(random.nextInt(corpus.size()));
    String other = others[random.nextInt(others.length)];
    int colon = line.indexOf(": ");
    int otherColon = other.indexOf(": ");
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> line + line;
      case 2 -> "  " + line;
      case 3 -> line.startsWith("  ") ? line.substring(2) : line;
      case 4 -> line + other;
      default ->
          colon < 0 || otherColon < 0
              ? other
              : line.substring(0, colon) + other.substring(otherColon);
    };
  }

  private static void check(String replay, String text) {
    List<Finding> findings;
    try {
      findings = LINTER.lint(CODEC.read("fuzz.yaml", text));
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(replay + "\n" + text, e);
    }
    String shown = LintReport.of(findings).text();
    assertThat(shown).as(replay).doesNotContain("Exception", "java.", "org.yaml", "dev.rollouts");
  }
}
