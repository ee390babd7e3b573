package dev.rollouts.cli.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No error on any template that works. */
class ValidManifestsLintTest {
  static List<Path> files() {
    try (Stream<Path> files = Files.list(Path.of("../rollouts-codec/src/test/resources/valid"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aValidManifestHasNoErrorsAndNoWarnings(Path file) {
    List<Document> documents = Codec.standard().read(file);

    List<Finding> findings = Linter.knowing(KnownProviders.published()).lint(documents);

    assertThat(documents).isNotEmpty();
    assertThat(findings).filteredOn(each -> each.severity() != Severity.INFO).isEmpty();
  }
}
