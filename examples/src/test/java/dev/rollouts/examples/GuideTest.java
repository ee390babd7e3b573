package dev.rollouts.examples;

import static dev.rollouts.simulation.Script.constant;
import static dev.rollouts.testing.RolloutsAssertions.assertThat;
import static dev.rollouts.testing.RolloutsAssertions.lessThan;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rollouts.simulation.MonteCarlo;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.Simulation;
import dev.rollouts.simulation.Templates;
import dev.rollouts.simulation.Trace;
import dev.rollouts.testing.Template;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the guides show is what comes out; {@code ./dev golden --update} writes it there. */
@Tag("golden")
class GuideTest {
  private static final Path SIMULATION = Path.of("..", "docs", "guide", "simulation.md");
  private static final Path TESTING = Path.of("..", "docs", "guide", "testing.md");

  private static Simulation simulation(long seed) throws IOException {
    return Templates.read(Path.of("src/test/resources/success-rate.yaml"))
        .simulation(seed)
        .arg("service", "shop");
  }

  private static Script broken(int afterMinutes) {
    return constant(0.99).then(Duration.ofMinutes(afterMinutes), constant(0.80));
  }

  @Test
  void theTimelineOfASimulation() throws IOException {
    List<String> lines =
        simulation(42)
            .metric("success-rate", broken(3))
            .run(Duration.ofHours(2))
            .timeline()
            .lines()
            .toList();

    check(SIMULATION, "  0:00:00  run ", excerpt(lines, 3));
  }

  @Test
  void theOddsOfANoisyRelease() throws IOException {
    Simulation noisy = simulation(42).metric("success-rate", Script.constant(0.96).withNoise(0.01));

    check(
        SIMULATION,
        "Successful  ",
        MonteCarlo.run(noisy, 1_000, Duration.ofHours(2)).toString().stripTrailing());
  }

  @Test
  void aFailedAssertion(@Template("/success-rate.yaml") Simulation simulation) throws IOException {
    Trace trace =
        simulation
            .arg("service", "shop")
            .metric("success-rate", broken(2))
            .run(Duration.ofHours(1));
    Throwable failure = catchThrowable(() -> assertThat(trace).after(lessThan(3, MINUTES)));
    List<String> lines = String.valueOf(failure.getMessage()).strip().lines().toList();
    int start = lines.indexOf("") + 1;
    int end = lines.size() - 1;
    String replay =
        lines
            .get(end)
            .replaceFirst("-Dtest=\\S+", "-Dtest=SuccessRateTemplateTest#aBrokenCanaryFailsSoon");

    check(
        TESTING,
        "Expected the verdict ",
        String.join("\n", lines.subList(0, start))
            + "\n"
            + excerpt(lines.subList(start, end), 0)
            + "\n"
            + replay);
  }

  /** The beginning and the end, with the rest left out. */
  private static String excerpt(List<String> lines, int last) {
    return String.join("\n", lines.subList(0, 2))
        + "\n  …"
        + lines.subList(lines.size() - last, lines.size()).stream()
            .map(line -> "\n" + line)
            .reduce("", String::concat);
  }

  private static void check(Path guide, String beginning, String printed) throws IOException {
    String text = Files.readString(guide);
    Matcher shown =
        Pattern.compile("```\\n(" + Pattern.quote(beginning) + ".*?)\\n```", Pattern.DOTALL)
            .matcher(text);
    assertThat(shown.find()).as("%s: a block that starts with %s", guide, beginning).isTrue();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(
          guide,
          text.substring(0, shown.start(1)) + printed + text.substring(shown.end(1)),
          StandardCharsets.UTF_8);
      return;
    }
    assertThat(shown.group(1)).as("%s; ./dev golden --update writes it", guide).isEqualTo(printed);
  }
}
