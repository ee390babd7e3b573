package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.plugin.Plugin.Result;
import dev.rollouts.cli.plugin.ScriptedServer.Answer;
import dev.rollouts.cli.plugin.line.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every command that talks to the API server, when all is well and when it is not: what goes to
 * which stream, the exit code, and what the server is asked. {@link CommandsTest} and {@link
 * TroubleTest} do the same with a real server.
 */
class CommandTableTest {
  private static final String OBJECTS =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web, uid: r, generation: 1}
      spec:
        selector: {matchLabels: {app: web}}
        strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}, {analysis: {templates: [{templateName: measured}]}}]}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:2"}]}
      status: {observedGeneration: "1", phase: Healthy, currentStepIndex: 1}
      ---
      apiVersion: apps/v1
      kind: ReplicaSet
      metadata:
        name: web-1
        labels: {app: web, rollouts-pod-template-hash: "1"}
        annotations: {rollout.argoproj.io/revision: "1"}
        ownerReferences: [{uid: r, controller: true}]
      spec:
        template:
          metadata: {labels: {app: web, rollouts-pod-template-hash: "1"}}
          spec: {containers: [{name: web, image: "web:1"}]}
      ---
      apiVersion: apps/v1
      kind: ReplicaSet
      metadata:
        name: web-2
        labels: {app: web, rollouts-pod-template-hash: "2"}
        annotations: {rollout.argoproj.io/revision: "2"}
        ownerReferences: [{uid: r, controller: true}]
      spec:
        template:
          metadata: {labels: {app: web, rollouts-pod-template-hash: "2"}}
          spec: {containers: [{name: web, image: "web:2"}]}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: Experiment
      metadata: {name: exp}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisRun
      metadata: {name: run}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: check}
      spec: {metrics: []}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: measured}
      spec:
        metrics:
        - name: errors
          successCondition: result < 1
          provider: {plugin: {test/scripted: {answers: [0.5]}}}
      """;
  private static final String FILE =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: new}
      spec: {metrics: []}
      """;
  private static final String[] AROUND = {
    "GET replicasets?labelSelector=rollouts-pod-template-hash&limit=500",
    "GET pods?labelSelector=rollouts-pod-template-hash&limit=500",
    "GET experiments?limit=500",
    "GET analysisruns?limit=500"
  };

  /** Which ask nobody. */
  private static final Set<String> ALONE = Set.of("completion", "help", "lint", "version");

  @TempDir Path folder;

  /**
   * A command.
   *
   * @param out how its result begins
   * @param missing what it says of an object that is not there; empty when it says nothing
   * @param asked what the server is asked; several answers may be awaited at a time
   */
  record Call(String line, String out, String missing, List<String> asked) {
    Result run(Plugin plugin, String... more) {
      return plugin.run(
          Stream.concat(Stream.of(line.split(" ")), Stream.of(more)).toArray(String[]::new));
    }

    boolean isWrite() {
      return asked.stream().anyMatch(each -> !each.startsWith("GET"));
    }

    boolean isList() {
      return line.startsWith("list");
    }

    /** Which does not end by itself while all is well. */
    boolean isEndless() {
      return line.equals("list rollouts -w");
    }

    @Override
    public String toString() {
      return line;
    }
  }

  private static Call call(String line, String out, String missing, String... asked) {
    return new Call(line, out, missing, List.of(asked));
  }

  private static String[] and(String first, String... others) {
    return Stream.concat(Stream.of(first), Stream.of(others)).toArray(String[]::new);
  }

  static Stream<Call> calls() {
    String rollout = "rollouts.argoproj.io \"web\" not found";
    String seen = "rollout.argoproj.io \"web\" not found";
    String experiment = "experiments.argoproj.io \"exp\" not found";
    String run = "analysisruns.argoproj.io \"run\" not found";
    return Stream.of(
        call(
            "abort web",
            "rollout 'web' aborted\n",
            rollout,
            "PATCH rollouts/web/status {\"status\":{\"abort\":true}}"),
        call(
            "analyze measured",
            "measured  1 metric, started ",
            "there is no AnalysisTemplate \"measured\" in namespace shop, and no such ClusterAnalysisTemplate",
            "GET analysistemplates/measured"),
        call(
            "analyze --rollout web",
            "web, analysis of step 3  1 metric, started ",
            seen,
            "GET rollouts/web",
            "GET analysistemplates/measured"),
        call(
            "create -f FILE",
            "analysistemplate.argoproj.io/new created\n",
            "",
            "POST analysistemplates {\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"AnalysisTemplate\",\"metadata\":{\"name\":\"new\"},\"spec\":{\"metrics\":[]}}"),
        call(
            "create analysisrun --from check --name mine",
            "analysisrun.argoproj.io/mine created\n",
            "analysistemplates.argoproj.io \"check\" not found",
            "GET analysistemplates/check",
            "POST analysisruns {\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"AnalysisRun\",\"metadata\":{\"name\":\"mine\",\"namespace\":\"shop\"},\"spec\":{\"metrics\":[]}}"),
        call(
            "diff web",
            "Rollout web\nfrom  ",
            seen,
            "GET rollouts/web",
            "GET replicasets?labelSelector=rollouts-pod-template-hash&limit=500"),
        call(
            "explain web",
            "Rollout web\n",
            seen,
            "GET rollouts/web",
            "GET replicasets?limit=500",
            "GET pods?limit=500",
            "GET services?limit=500",
            "GET experiments?limit=500",
            "GET analysisruns?limit=500",
            "GET analysistemplates?limit=500",
            "GET clusteranalysistemplates?limit=500"),
        call("get rollout web", "Name:            web\n", seen, and("GET rollouts/web", AROUND)),
        call(
            "get experiment exp",
            "Name:            exp\n",
            "experiment.argoproj.io \"exp\" not found",
            and("GET experiments/exp", AROUND)),
        call(
            "get analysisrun run",
            "Name:            run\n",
            "analysisrun.argoproj.io \"run\" not found",
            "GET analysisruns/run"),
        call("list rollouts", "NAME ", "", "GET rollouts?limit=500"),
        call("list rollouts -w", "NAME ", "", "GET rollouts?limit=500"),
        call(
            "list rollouts --name web",
            "NAME ",
            "",
            "GET rollouts?fieldSelector=metadata.name=web&limit=500"),
        call("list experiments", "NAME ", "", "GET experiments?limit=500"),
        call("list analysisruns", "NAME ", "", "GET analysisruns?limit=500"),
        call(
            "pause web",
            "rollout 'web' paused\n",
            rollout,
            "PATCH rollouts/web {\"spec\":{\"paused\":true}}"),
        call(
            "promote web",
            "rollout 'web' promoted\n",
            rollout,
            "GET rollouts/web",
            "PATCH rollouts/web/status {\"status\":{\"currentStepIndex\":2,\"pauseConditions\":null}}"),
        call("promote web --full", "rollout 'web' fully promoted\n", rollout, "GET rollouts/web"),
        call(
            "restart web",
            "rollout 'web' restarts in 0s\n",
            rollout,
            "PATCH rollouts/web {\"spec\":{\"restartAt\":\"NOW\"}}"),
        call(
            "retry rollout web",
            "rollout 'web' retried\n",
            rollout,
            "PATCH rollouts/web/status {\"status\":{\"abort\":false}}"),
        call(
            "retry experiment exp",
            "experiment 'exp' retried\n",
            experiment,
            "PATCH experiments/exp {\"status\":null}"),
        call(
            "set image web web=web:3",
            "rollout \"web\" image updated\n",
            rollout,
            "GET rollouts/web",
            "PUT rollouts/web ALL"),
        call(
            "simulate web",
            "web\n  from     web in shop as it is at ",
            seen,
            "GET rollouts/web",
            "GET replicasets?labelSelector=rollouts-pod-template-hash&limit=500",
            "GET pods?labelSelector=rollouts-pod-template-hash&limit=500",
            "GET experiments?limit=500",
            "GET analysisruns?limit=500",
            "GET analysistemplates?limit=500",
            "GET clusteranalysistemplates?limit=500",
            "GET horizontalpodautoscalers?limit=500"),
        call(
            "status web",
            "Healthy\n",
            seen,
            "GET rollouts?fieldSelector=metadata.name=web&limit=500"),
        call("status web -w=false", "Healthy\n", seen, "GET rollouts/web"),
        call(
            "terminate analysisrun run",
            "analysisRun 'run' terminated\n",
            run,
            "PATCH analysisruns/run {\"spec\":{\"terminate\":true}}"),
        call(
            "terminate experiment exp",
            "experiment 'exp' terminated\n",
            experiment,
            "PATCH experiments/exp {\"spec\":{\"terminate\":true}}"),
        call(
            "undo web",
            "rollout 'web' undo\n",
            rollout,
            "GET rollouts/web",
            "GET replicasets?labelSelector=app=web&limit=500",
            "PATCH rollouts/web [{\"op\":\"replace\",\"path\":\"/spec/template\",\"value\":{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"image\":\"web:1\",\"name\":\"web\"}]}}}]"));
  }

  private Call prepared(Call call) throws IOException {
    Path file = Files.writeString(folder.resolve("new.yaml"), FILE);
    return new Call(
        call.line().replace("FILE", file.toString()), call.out(), call.missing(), call.asked());
  }

  /** Without what differs each time, or is long. */
  private static String plain(String asked) {
    return asked
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "NOW")
        .replaceAll("^(PUT \\S+) .*", "$1 ALL")
        .replaceAll(",?\"(namespace|resourceVersion)\":\"7\"", "");
  }

  private static List<String> plain(List<String> asked) {
    return asked.stream()
        .map(CommandTableTest::plain)
        // A watch is opened beside the list; whether it is before the end comes is chance.
        .filter(each -> !each.contains("watch=true"))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  @DisplayName(
      "K-002, K-004, K §3 what is well goes to standard output, ends with 0, and asks the server just that")
  void well(Call given) throws IOException {
    Call call = prepared(given);
    if (call.isEndless()) {
      return;
    }
    try (ScriptedServer server = ScriptedServer.with(OBJECTS)) {
      Result result = call.run(server.plugin());
      assertThat(result.out()).startsWith(call.out()).endsWith("\n");
      boolean needless = call.line().startsWith("promote web --full");
      assertThat(result.err())
          .isEqualTo(needless ? "there was nothing to promote: nothing was written\n" : "");
      assertThat(result.exitCode()).isZero();
      assertThat(plain(server.asked())).containsExactlyInAnyOrderElementsOf(call.asked());
      assertThat(server.contentTypes())
          .allMatch(
              type ->
                  type.equals(
                      call.line().startsWith("undo")
                          ? "application/json-patch+json"
                          : call.line().startsWith("create") || call.line().startsWith("set")
                              ? "application/json"
                              : "application/merge-patch+json"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  @DisplayName("K-005, K-010, K-015, K-134 what is not there is said in one line, and ends with 1")
  void missing(Call given) throws IOException {
    Call call = prepared(given);
    if (call.isEndless() || call.line().startsWith("create -f")) {
      return;
    }
    try (ScriptedServer server = ScriptedServer.with()) {
      Result result = call.run(server.plugin());
      assertThat(result)
          .isEqualTo(
              call.isList()
                  ? new Result(0, "", "No resources found.\n")
                  : new Result(1, "", "Error: " + call.missing() + "\n"));
      List<String> writes = plain(server.writes());
      if (call.line().startsWith("abort") || call.line().startsWith("retry rollout")) {
        assertThat(writes).hasSize(2);
        assertThat(writes.get(1)).isEqualTo(writes.get(0).replace("/status", ""));
      } else {
        assertThat(writes).hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  @DisplayName("K-003, K-005, K-016 who may not is told so in the server's words, at once")
  void forbidden(Call given) throws IOException {
    Call call = prepared(given);
    String message = "it is forbidden: User \"me\" cannot do that";
    try (ScriptedServer server = ScriptedServer.with(OBJECTS)) {
      server.insteadOfAnswering(asked -> Answer.refusal(403, "Forbidden", message));
      assertThat(call.run(server.plugin()))
          .isEqualTo(new Result(1, "", "Error: " + message + "\n"));
      assertThat(server.writes()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  @DisplayName(
      "K-005, K-043, K-055 a conflict is said in the server's words; only set image tries again, five times in all")
  void conflict(Call given) throws IOException {
    Call call = prepared(given);
    if (!call.isWrite()) {
      return;
    }
    String message = "the object has been modified";
    try (ScriptedServer server = ScriptedServer.with(OBJECTS)) {
      server.insteadOfAnswering(
          asked -> asked.isWrite() ? Answer.refusal(409, "Conflict", message) : null);
      String said =
          (call.line().startsWith("undo") ? "failed restoring revision 0: " : "") + message;
      assertThat(call.run(server.plugin())).isEqualTo(new Result(1, "", "Error: " + said + "\n"));
      assertThat(server.writes()).hasSize(call.line().startsWith("set image") ? 5 : 1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  @DisplayName("K-003, K-005 where nobody listens, the address is said, and ends with 1")
  void away(Call given) throws IOException {
    Call call = prepared(given);
    Result result = call.run(Plugin.at("http://127.0.0.1:9", "shop"));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .matches(
            "Error: (Get|Patch|Put|Post) \"http://127\\.0\\.0\\.1:9/apis?/\\S+\": dial tcp 127\\.0\\.0\\.1:9: connect: connection refused\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  @DisplayName(
      "K §1.1 a server that does not answer is given up after --request-timeout, and is not asked to write a second time")
  void late(Call given) throws IOException {
    Call call = prepared(given);
    try (ScriptedServer server = ScriptedServer.with(OBJECTS)) {
      server.fallSilent();
      Result result = call.run(server.plugin(), "--request-timeout", "300ms");
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .startsWith("Error: ")
          .endsWith(
              "net/http: request canceled (Client.Timeout exceeded while awaiting headers)\n");
      assertThat(server.writes()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  @DisplayName("K-006, K-007 what is called in a wrong way asks the server nothing")
  void wrong(Call given) throws IOException {
    Call call = prepared(given);
    try (ScriptedServer server = ScriptedServer.with(OBJECTS)) {
      Result unknown = call.run(server.plugin(), "--no-such-flag");
      assertThat(unknown).isEqualTo(new Result(1, "", "Error: unknown flag: --no-such-flag\n"));
      boolean takesOne =
          !call.isList()
              && !call.line().startsWith("create")
              && !call.line()
                  .matches(
                      "(abort|analyze|get|pause|promote|restart|retry|set image|status|terminate) .*");
      if (takesOne) {
        Result misused = call.run(server.plugin(), "one", "more");
        assertThat(misused.exitCode()).isEqualTo(1);
        assertThat(misused.out()).isEmpty();
        assertThat(misused.err())
            .startsWith("Usage:\n  kubectl-argo-rollouts ")
            .contains("Global Flags:")
            .doesNotContain("Error:");
      }
      assertThat(server.asked()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "completion bash",
        "help",
        "help undo",
        "lint -f FILE",
        "version",
        "version --short"
      })
  @DisplayName("K-002, K-003, K-004 what needs no server asks none, and does not miss it")
  void alone(String line) throws IOException {
    try (ScriptedServer server = ScriptedServer.with()) {
      server.fallSilent();
      Result result = prepared(call(line, "", "")).run(server.plugin());
      assertThat(result.exitCode()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void everyCommandIsInTheTable() {
    List<String> lines = calls().map(each -> each.line() + " ").toList();
    assertThat(names(Commands.root().commands(), ""))
        .filteredOn(name -> !ALONE.contains(name))
        .hasSizeGreaterThan(20)
        .allMatch(name -> lines.stream().anyMatch(line -> line.startsWith(name + " ")));
  }

  private static List<String> names(List<Command<Action>> commands, String before) {
    return commands.stream()
        .flatMap(
            each ->
                Stream.concat(
                    each.action() == null ? Stream.of() : Stream.of(before + each.name()),
                    names(each.commands(), before + each.name() + " ").stream()))
        .toList();
  }
}
