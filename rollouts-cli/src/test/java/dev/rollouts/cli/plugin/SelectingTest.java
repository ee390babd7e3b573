package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.Plugin.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which objects, which fields of them, and what is waited for. */
class SelectingTest {
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: %s, uid: uid-%s, generation: 2, labels: {team: %s}, managedFields: [{manager: x}]}
      spec:
        replicas: 2
        strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}]}}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}, {name: log, image: "log:1"}]}
      status:
        phase: %s
        message: said
        observedGeneration: "2"
        currentStepIndex: 1
        currentPodHash: new
        stableRS: old
        pauseConditions: [{reason: CanaryPauseStep, startTime: "2026-05-01T10:00:00Z"}]
        conditions: [{type: Available, status: "True"}, {type: Healthy, status: "False"}]
      """;

  private final ScriptedServer server =
      ScriptedServer.with(
          ROLLOUT.formatted("web", "web", "a", "Paused"),
          ROLLOUT.formatted("api", "api", "a", "Healthy"),
          ROLLOUT.formatted("job", "job", "b", "Degraded"));

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private Result run(String... words) {
    return server.plugin().run(words);
  }

  // --- output

  @Test
  @DisplayName("K-190 get and list fill in templates of kubectl's JSONPath, also from a file")
  void templates() throws IOException {
    assertThat(run("get", "ro", "web", "-o", "jsonpath={.status.phase}"))
        .isEqualTo(new Result(0, "Paused", ""));
    assertThat(run("get", "ro", "web", "-o", "jsonpath={.metadata.managedFields}").out()).isEmpty();
    assertThat(
            run(
                "list",
                "ro",
                "-o",
                "jsonpath={range .items[*]}{.metadata.name}={.status.phase}{\"\\n\"}{end}"))
        .isEqualTo(new Result(0, "web=Paused\napi=Healthy\njob=Degraded\n", ""));
    Path file = Files.writeString(folder.resolve("t"), "{.items[?(@.kind==\"Rollout\")].kind}");
    assertThat(run("list", "ro", "-l", "team=b", "-o", "jsonpath-file=" + file))
        .isEqualTo(new Result(0, "Rollout", ""));
  }

  @ParameterizedTest(name = "-o {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "jsonpath|template format specified but no template given",
        "jsonpath=|template format specified but no template given",
        "jsonpath-file=|template format specified but no template given",
        "jsonpath-file=/nowhere/t|open /nowhere/t: no such file or directory",
        "jsonpath={.items[|error parsing jsonpath \"{.items[\" at character 8: unterminated array; write ] behind the index",
        "jsonpath={.a\u001b[2J}|error parsing jsonpath \"{.a\\u001b[2J}\" at character",
        "go-template={{.a}}|unable to match a printer suitable for the output format \"go-template={{.a}}\"",
      })
  @DisplayName(
      "K-190 a format that cannot be used is one line with the remedy, before anything is asked")
  void malformed(String format, String message) {
    Result result = run("get", "ro", "web", "-o", format);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).startsWith("Error: " + message).hasLineCount(1);
    assertThat(result.out()).isEmpty();
    assertThat(server.asked()).isEmpty();
  }

  @Test
  @DisplayName(
      "K-190 a template that does not fit is one line; on a terminal texts do nothing to it")
  void unfit() {
    assertThat(run("list", "ro", "-o", "jsonpath={.items[9].kind}"))
        .isEqualTo(
            new Result(
                1,
                "",
                "Error: error executing jsonpath \"{.items[9].kind}\": array index out of bounds: index 9, length 3\n"));
    server.put(ROLLOUT.formatted("evil", "evil", "c", "\"a\\e[2J\\nb\""));
    assertThat(run("get", "ro", "evil", "-o", "jsonpath={.status.phase}").out())
        .isEqualTo("a\u001b[2J\nb");
    assertThat(
            server
                .plugin()
                .on(new FixedTty(80))
                .run("get", "ro", "evil", "-o", "jsonpath={.status.phase}{\"\\n\"}")
                .out())
        .isEqualTo("a\\u001b[2J\nb\n");
  }

  // --- several

  @Test
  @DisplayName(
      "K-191 get takes several names, or labels; what is missing is told, and the others are shown")
  void getSeveral() {
    assertThat(run("get", "ro", "web", "api", "-o", "name").out())
        .isEqualTo("rollout.argoproj.io/web\nrollout.argoproj.io/api\n");
    Result views = run("get", "ro", "web", "gone", "api");
    assertThat(views.out()).contains("Name:            web\n", "\n\nName:            api\n");
    assertThat(views.err()).isEqualTo("Error: rollout.argoproj.io \"gone\" not found\n");
    assertThat(views.exitCode()).isEqualTo(1);
    assertThat(run("get", "ro", "-l", "team=a", "-o", "jsonpath={.items[*].metadata.name}").out())
        .isEqualTo("web api");
    assertThat(run("get", "ro", "-l", "team=z"))
        .isEqualTo(new Result(0, "", "No resources found.\n"));
    assertThat(run("get", "ro", "web", "-l", "team=a").err())
        .startsWith("Error: name cannot be provided when a selector is specified");
    assertThat(run("get", "ro", "web", "api", "-w").err())
        .isEqualTo("Error: -w watches one object; name one\n");
    assertThat(run("get", "ro").err()).startsWith("Usage:");
  }

  @Test
  @DisplayName(
      "K-191 promote, restart and set image do each, tell what went wrong for which, and end with 1")
  void writeSeveral() {
    Result promoted = run("promote", "web", "gone", "api", "--full");
    assertThat(promoted.out())
        .isEqualTo("rollout 'web' fully promoted\nrollout 'api' fully promoted\n");
    assertThat(promoted.err()).isEqualTo("Error: rollouts.argoproj.io \"gone\" not found\n");
    assertThat(promoted.exitCode()).isEqualTo(1);
    Result images = run("set", "image", "web", "api", "web=web:2", "log=log:2");
    assertThat(images)
        .isEqualTo(
            new Result(0, "rollout \"web\" image updated\nrollout \"api\" image updated\n", ""));
    assertThat(
            run("get", "ro", "api", "-o", "jsonpath={.spec.template.spec.containers[*].image}")
                .out())
        .isEqualTo("web:2 log:2");
    Result unknown = run("set", "image", "web", "api", "db=db:2");
    assertThat(unknown.err())
        .isEqualTo(
            "Error: web: unable to find container named \"db\"\nError: api: unable to find container named \"db\"\n");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(run("restart", "-l", "team=a").out())
        .isEqualTo("rollout 'web' restarts in 0s\nrollout 'api' restarts in 0s\n");
  }

  @Test
  @DisplayName(
      "K-191 all names are looked at before the first write; labels that find nothing, or mean all, are errors")
  void nothingWritten() {
    assertThat(run("promote", "web", "a/b").err()).startsWith("Error: invalid resource name");
    assertThat(run("set", "image", "web", "a/b", "web=web:2").exitCode()).isEqualTo(1);
    assertThat(run("abort", "-l", "team=z").err())
        .isEqualTo("Error: no rollouts in namespace shop has the labels team=z\n");
    assertThat(run("abort", "-l", "").err()).startsWith("Error: -l wants labels");
    assertThat(run("abort", "web", "-l", "team=a").exitCode()).isEqualTo(1);
    assertThat(server.writes()).isEmpty();
    server.forbid("rollouts");
    assertThat(run("abort", "-l", "team=a").err()).contains("rollouts is forbidden");
    assertThat(server.writes()).isEmpty();
  }

  @Test
  @DisplayName("K-191 abort, pause and retry take labels, too")
  void byLabels() {
    assertThat(run("abort", "-l", "team=a").out())
        .isEqualTo("rollout 'web' aborted\nrollout 'api' aborted\n");
    assertThat(run("pause", "-l", "team=b").out()).isEqualTo("rollout 'job' paused\n");
    assertThat(run("retry", "ro", "-l", "team=b", "--dry-run=client").out())
        .isEqualTo("rollout 'job' retried (dry run)\n");
    assertThat(server.writes()).hasSize(3);
  }

  @Test
  @DisplayName("K-192 what writes prints what it wrote, or what it would write")
  void written() {
    assertThat(run("pause", "web", "-o", "jsonpath={.spec.paused}"))
        .isEqualTo(new Result(0, "true", ""));
    assertThat(run("restart", "web", "api", "-o", "yaml").out())
        .startsWith("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n")
        .contains("\n---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\n")
        .doesNotContain("managedFields", "restarts in");
    int writes = server.writes().size();
    assertThat(run("abort", "api", "--dry-run=client", "-o", "jsonpath={.status.abort}").out())
        .isEqualTo("true");
    assertThat(
            run(
                    "promote",
                    "web",
                    "--dry-run=client",
                    "-o",
                    "jsonpath={.status.pauseConditions}|{.spec.paused}")
                .out())
        .isEqualTo("|false");
    assertThat(run("set", "image", "web", "web=web:7", "--dry-run=client", "-o", "name").out())
        .isEqualTo("rollout.argoproj.io/web\n");
    assertThat(run("promote", "web", "-o", "nonsense").err())
        .startsWith("Error: unable to match a printer");
    assertThat(server.writes()).hasSize(writes);
  }

  // --- status

  @ParameterizedTest(name = "status {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "web --for=phase=Paused|0|`rollout.argoproj.io/web condition met\n`|``",
        "web --for=phase=paused|0|`rollout.argoproj.io/web condition met\n`|``",
        "web --for=condition=Available|0|`rollout.argoproj.io/web condition met\n`|``",
        "web --for=condition=healthy=false|0|`rollout.argoproj.io/web condition met\n`|``",
        "web --for=jsonpath={.status.currentStepIndex}=1|0|`rollout.argoproj.io/web condition met\n`|``",
        "web --for=jsonpath={.status.conditions[?(@.type==\"Available\")].status}=True|0|`rollout.argoproj.io/web condition met\n`|``",
        "web --for=jsonpath=.status.stableRS|0|`rollout.argoproj.io/web condition met\n`|``",
        "gone --for=delete|0|`rollout.argoproj.io/gone condition met\n`|``",
        "web --for=phase=Healthy --timeout 300ms|1|``|`Error: timed out waiting for the condition on rollouts/web\n`",
        "web --for=delete -t 300ms|1|``|`Error: timed out waiting for the condition on rollouts/web\n`",
        "web --for=jsonpath={.status.conditions[7]} -t 300ms|1|``|`Error: timed out waiting for the condition on rollouts/web\n`",
        "web --for=phase=Healthy --watch=false|1|``|`Error: rollouts/web is not there yet: it is Paused - said\n`",
        "job --for=phase=Healthy|1|``|`Error: The rollout is in a degraded state with message: said\n`",
        "job --for=phase=Degraded|0|`rollout.argoproj.io/job condition met\n`|``",
        "gone --for=phase=Paused|1|``|`Error: rollout.argoproj.io \"gone\" not found\n`",
        "web --for=jsonpath={.status.conditions[*].type}=a|1|``|`Error: --for=jsonpath={.status.conditions[*].type} finds 2 values, and one can be waited for; make it narrower\n`",
        "web job --watch=false|1|`web: Paused - said\njob: Degraded\n`|`Error: job: The rollout is in a degraded state with message: said\n`",
        "web api --for=phase=Healthy -t 300ms|1|`rollout.argoproj.io/api condition met\n`|`Error: timed out waiting for the condition on rollouts/web\n`",
        "-l team=a --for=condition=Available|0|`rollout.argoproj.io/web condition met\nrollout.argoproj.io/api condition met\n`|``",
      })
  @DisplayName("K-065 to K-067 status waits for whatever kubectl wait does, and for phases")
  void waiting(String line, int exitCode, String out, String err) {
    assertThat(run(("status " + line).split(" "))).isEqualTo(new Result(exitCode, out, err));
    assertThat(server.writes()).isEmpty();
  }

  @ParameterizedTest(name = "--for={0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "phase=Puased|--for=phase=Puased: there is no such phase; there is: Progressing, Paused, Healthy, Degraded",
        "phase=|unrecognized condition: \"phase=\"; write --for=phase=Paused",
        "ready|unrecognized condition: \"ready\"",
        "condition=|unrecognized condition",
        "condition=A=|unrecognized condition",
        "jsonpath={.a|error parsing jsonpath \"{.a\"",
        "jsonpath={.a}b|unrecognized condition",
        "jsonpath={.a}=|--for=jsonpath={.a}=: a value is expected behind the equals sign",
        "jsonpath={.a}{.b}|error parsing jsonpath \"{.a}{.b}\": one path is expected",
      })
  @DisplayName(
      "K-065 what cannot be waited for is one line with the remedy, before anything is asked")
  void unknownGoal(String goal, String message) {
    Result result = run("status", "web", "--for=" + goal);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).startsWith("Error: " + message).hasLineCount(1);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  @DisplayName(
      "K-065 conditions of a spec that was not observed yet do not count; it is waited until they do")
  void stale() throws Exception {
    server.put(
        ROLLOUT.formatted("web", "web", "a", "Paused").replace("generation: 2", "generation: 3"));
    CompletableFuture<Result> waiting = waiting("status", "web", "--for=condition=Available");
    assertThat(waiting).isNotDone();
    server.put(ROLLOUT.formatted("web", "web", "a", "Paused"));
    assertThat(waiting.get(60, TimeUnit.SECONDS).exitCode()).isZero();
  }

  @Test
  @DisplayName("K-065 status waits until a rollout has gone")
  void deletion() throws Exception {
    CompletableFuture<Result> waiting = waiting("status", "web", "--for=delete");
    assertThat(waiting).isNotDone();
    server.delete(Resource.ROLLOUTS, "web");
    assertThat(waiting.get(60, TimeUnit.SECONDS))
        .isEqualTo(new Result(0, "rollout.argoproj.io/web condition met\n", ""));
  }

  /** A call that has begun to watch. */
  private CompletableFuture<Result> waiting(String... words) {
    CompletableFuture<Result> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              ByteArrayOutputStream out = new ByteArrayOutputStream();
              ByteArrayOutputStream err = new ByteArrayOutputStream();
              int code =
                  server
                      .plugin()
                      .run(
                          new PrintStream(out, true, StandardCharsets.UTF_8),
                          new PrintStream(err, true, StandardCharsets.UTF_8),
                          words);
              return new Result(
                  code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
            });
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (server.watching() == 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(server.watching()).isPositive();
    return waiting;
  }
}
