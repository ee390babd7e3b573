package dev.rollouts.cli.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.codec.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every rule finds what it is for, says it well, and leaves the good example alone. */
@Tag("golden")
class LintRulesTest {
  private static final Path CASES = Path.of("src/test/resources/lint");

  private static final Linter LINTER = Linter.knowing(KnownProviders.published());

  @ParameterizedTest(name = "{0}")
  @EnumSource(Rule.class)
  void aRuleFindsTheBadExample(Rule rule) throws IOException {
    List<Finding> findings = lint(rule, "bad");
    String actual = LintReport.of(findings).text();

    assertThat(findings).extracting(Finding::rule).contains(rule);
    assertThat(actual).as("secrets are never shown").doesNotContain("hunter2");
    Path golden = CASES.resolve(rule.id()).resolve("expected.txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, actual);
    }
    assertThat(golden).as("run with -Dgolden.update=true to write it").exists();
    assertThat(actual).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Rule.class)
  void aRuleLeavesTheGoodExampleAlone(Rule rule) {
    List<Finding> findings = lint(rule, "good");

    assertThat(findings).extracting(Finding::rule).doesNotContain(rule);
    assertThat(findings).filteredOn(each -> each.severity() == Severity.ERROR).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Rule.class)
  void aRuleIsInTheReference(Rule rule) throws IOException {
    assertThat(Files.readString(Path.of("../docs/spec/lint.md")))
        .contains("| `" + rule.id() + "` |");
  }

  private static List<Finding> lint(Rule rule, String example) {
    Path file = CASES.resolve(rule.id()).resolve(example + ".yaml");
    try {
      return LINTER.lint(Codec.standard().read(example + ".yaml", Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
