package dev.rollouts.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the README and the guide show is what the build compiles and runs. */
class ReadmeTest {
  @ParameterizedTest(name = "{2}: {1} of {0}")
  @CsvSource({
    "src/main/java/dev/rollouts/examples/ReleaseGate.java, embed, README.md",
    "src/test/java/dev/rollouts/examples/SuccessRateTemplateTest.java, first, README.md",
    "src/test/java/dev/rollouts/examples/CheckoutRolloutTest.java, rollout, README.md",
    "src/test/java/dev/rollouts/examples/CheckoutRolloutTest.java, rollout, docs/guide/testing.md",
    "src/test/java/dev/rollouts/examples/CheckoutRolloutTest.java, seeds, docs/guide/testing.md",
  })
  void theRegionIsShown(String file, String region, String page) throws IOException {
    String source = Files.readString(Path.of(file));
    int from = source.indexOf("// tag::" + region + "[]");
    int to = source.indexOf("// end::" + region + "[]");
    assertThat(from).isGreaterThanOrEqualTo(0);
    String snippet = source.substring(source.indexOf('\n', from) + 1, source.lastIndexOf('\n', to));
    assertThat(Files.readString(Path.of("..", page)))
        .contains(snippet.stripTrailing().stripIndent());
  }
}
