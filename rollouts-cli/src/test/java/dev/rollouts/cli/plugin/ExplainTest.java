package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.plugin.Plugin.Result;
import dev.rollouts.codec.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code explain} on an update that waits at its first pause. */
class ExplainTest {
  private final ScriptedServer server = Moment.server();

  @AfterEach
  void stop() {
    assertThat(server.writes()).isEmpty();
    server.close();
  }

  private Result run(String... words) {
    return server.plugin().at(Moment.clock()).run(words);
  }

  @Test
  @DisplayName("what may not be read is told by a warning, and the rest is explained")
  void forbidden() {
    server.forbid("pods").forbid("services");
    Result result = run("explain", "web");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).startsWith("Rollout web\nPaused: ").contains("[pause-step]");
    assertThat(result.err())
        .isEqualTo(
            """
            warning: pods is forbidden: User "me" may not do that
            warning: services is forbidden: User "me" may not do that
            """);
  }

  @ParameterizedTest(name = "-o {0}")
  @ValueSource(strings = {"yaml", "wide", "name", "jsonpath={.kind}"})
  @DisplayName("a form in which nothing can be explained is refused before anything is asked")
  void forms(String form) {
    assertThat(run("explain", "web", "-o", form))
        .isEqualTo(new Result(1, "", "Error: explain prints text or -o json\n"));
    assertThat(server.asked()).isEmpty();
  }

  @ParameterizedTest(name = "status: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Healthy|status: expected an object, found the string \"Healthy\"",
        "{observedGeneration: 1}|status.observedGeneration: expected a string, found 1; put it in quotes",
        "{conditions: none}|status.conditions: expected a list, found the string \"none\"",
      })
  @DisplayName("a status that cannot be read is not taken for none: what is wrong with it is said")
  void malformed(String status, String problem) {
    server.put(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: odd, generation: 1}
        spec: {replicas: 1, strategy: {canary: {}}}
        status: %s
        """
            .formatted(status));
    Result result = run("explain", "odd");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains(
            "its status is malformed, so where it stands cannot be told [status-malformed]\n",
            "Why\n  " + problem + "\n")
        .doesNotContain("there is no status");
    assertThat(result.err()).isEqualTo("warning: " + problem + "\n");
    assertThat(run("explain", "odd", "-o", "json").out())
        .contains("\"situation\": \"status-malformed\"", Json.write(problem));
  }
}
