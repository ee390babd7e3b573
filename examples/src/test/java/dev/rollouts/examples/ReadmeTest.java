package dev.rollouts.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the README shows is what the build compiles and runs. */
class ReadmeTest {
  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource({
    "src/main/java/dev/rollouts/examples/ReleaseGate.java, embed",
    "src/test/java/dev/rollouts/examples/SuccessRateTemplateTest.java, first",
  })
  void theReadmeShowsTheRegion(String file, String region) throws IOException {
    String source = Files.readString(Path.of(file));
    int from = source.indexOf("// tag::" + region + "[]");
    int to = source.indexOf("// end::" + region + "[]");
    assertThat(from).isGreaterThanOrEqualTo(0);
    String snippet = source.substring(source.indexOf('\n', from) + 1, source.lastIndexOf('\n', to));
    assertThat(Files.readString(Path.of("..", "README.md")))
        .contains(snippet.stripTrailing().stripIndent());
  }
}
