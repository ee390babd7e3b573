package dev.rollouts.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.testcluster.PodScript.Waiting;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the annotations of a pod make of it. */
class ScriptAnnotationsTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("scripts")
  void aScriptIsRead(Map<String, String> annotations, PodScript expected) {
    assertThat(script(annotations)).isEqualTo(expected);
  }

  static Stream<Arguments> scripts() {
    PodScript ready = PodScript.ready();
    return Stream.of(
        Arguments.of(Map.of(), ready),
        Arguments.of(Map.of("ready-after", "1500ms"), ready.readyAfter(Duration.ofMillis(1500))),
        Arguments.of(Map.of("never-ready", "true"), ready.butNeverReady()),
        Arguments.of(Map.of("never-ready", "false"), ready),
        Arguments.of(Map.of("crash-after", "5s"), ready.exitsAfter(Duration.ofSeconds(5), 1)),
        Arguments.of(
            Map.of("crash-after", "5s", "exit-code", "137"),
            ready.exitsAfter(Duration.ofSeconds(5), 137)),
        Arguments.of(
            Map.of("run-for", "1m", "exit-code", "3"), ready.exitsAfter(Duration.ofMinutes(1), 3)),
        Arguments.of(Map.of("image-pull-error", "true"), ready.butWithoutImage()),
        Arguments.of(Map.of("unschedulable", "true"), ready.butUnschedulable()),
        Arguments.of(Map.of("slow-deletion", "1h"), ready.deletedIn(Duration.ofHours(1))));
  }

  @ParameterizedTest
  @CsvSource({
    "ready-after, soon, 'a number with ms, s, m or h'",
    "never-ready, yes, true or false",
    "exit-code, -1, a number from 0 to 255",
    "exit-code, 256, a number from 0 to 255",
    "redy-after, 2s, 'ready-after, run-for'",
  })
  void whatMakesNoSenseIsNamed(String name, String value, String remedy) {
    assertThatThrownBy(() -> script(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test.rollouts.dev/" + name)
        .hasMessageContaining(remedy);
  }

  @Test
  void whatMakesNoSenseIsToldInTheStatusOfThePod() {
    PodScript script =
        PodScript.of(
            new PodBuilder()
                .withNewMetadata()
                .addToAnnotations("test.rollouts.dev/exit-code", "one")
                .endMetadata()
                .build());

    assertThat(script.waiting())
        .contains(
            new Waiting(
                "CreateContainerConfigError",
                "annotation test.rollouts.dev/exit-code: 'one' is not a number from 0 to 255"));
  }

  private static PodScript script(Map<String, String> annotations) {
    return new ScriptAnnotations(
            annotations.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        entry -> "test.rollouts.dev/" + entry.getKey(), Map.Entry::getValue)))
        .script();
  }
}
