package dev.rollouts.cli.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.rollouts.codec.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Rollouts, Experiments and routers' objects as people get them wrong: each mistake is named with
 * its place and its remedy. {@code -Dgolden.update=true} rewrites what is expected.
 */
@Tag("golden")
class BrokenManifestsTest {
  private static final Path BROKEN = Path.of("src/test/resources/broken");
  private static final Path EXPECTED = Path.of("src/test/resources/golden/broken");
  private static final Linter LINTER = Linter.knowing(KnownProviders.published());

  @TestFactory
  Stream<DynamicTest> aBrokenManifestIsExplained() throws IOException {
    try (Stream<Path> files = Files.list(BROKEN)) {
      List<Path> inputs = files.sorted().toList();
      assertThat(inputs).hasSizeGreaterThanOrEqualTo(60);
      return inputs.stream()
          .map(input -> dynamicTest(input.getFileName().toString(), () -> check(input)));
    }
  }

  private static void check(Path input) throws IOException {
    String name = input.getFileName().toString();
    List<Finding> findings = LINTER.lint(Codec.standard().read(name, Files.readAllBytes(input)));
    String actual = LintReport.of(findings).text();

    assertThat(findings).filteredOn(each -> each.severity() != Severity.INFO).isNotEmpty();
    assertThat(actual).doesNotContain("Exception", "org.yaml", "java.", "dev.rollouts");
    Path golden = EXPECTED.resolve(name.replace(".yaml", ".txt"));
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(EXPECTED);
      Files.writeString(golden, actual);
    }
    assertThat(golden).as("run with -Dgolden.update=true to write it").exists();
    assertThat(actual).isEqualTo(Files.readString(golden));
  }
}
