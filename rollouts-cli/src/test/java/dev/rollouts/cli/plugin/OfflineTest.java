package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.plugin.Plugin.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no API server. */
class OfflineTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "\"{0}\"")
  @ValueSource(
      strings = {
        "",
        "get",
        "get foo",
        "get rollout",
        "list",
        "set",
        "set image a",
        "set image a b",
        "set image a b=c=d",
        "retry",
        "terminate",
        "abort",
        "pause",
        "promote",
        "restart",
        "status",
        "undo",
        "lint",
        "create",
        "completion",
        "completion bash zsh",
        "terminate analysisrun",
        "retry experiment",
        "explain",
      })
  @DisplayName(
      "K-004, K-006, K-141 what is called in a wrong way answers with its usage, on standard error, and exit code 1")
  void misuse(String line) {
    Result result = Plugin.alone().run(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("Usage:\n  kubectl-argo-rollouts").doesNotContain("Error:");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "get rollout --nope a|unknown flag: --nope",
        "dashboard|unknown command \"dashboard\" for \"kubectl-argo-rollouts\"",
        "get rollout a --loglevel loud|not a valid logrus Level: \"loud\"",
        "version --loglevel loud|not a valid logrus Level: \"loud\"",
        "promote a -c -a|Cannot use skip-current-step and skip-all-steps flags at the same time",
        "restart a --in soon|time: invalid duration \"soon\"",
        "status a --timeout 5|invalid argument \"5\" for \"-t, --timeout\" flag: time: missing unit in duration \"5\"",
        "undo a --to-revision one|invalid argument \"one\" for \"--to-revision\" flag: strconv.ParseInt: parsing \"one\": invalid syntax",
        "create -f a -f b -w|Cannot watch multiple resources",
        "create -f /nowhere/a|open /nowhere/a: no such file or directory",
        "create -f /tmp|read /tmp: is a directory",
        "create ar|one of --from or --from-file must be specified",
        "create ar --from a --from-file b|one of --from or --from-file must be specified",
        "create ar --from a -a b|arguments must be in the form NAME=VALUE",
        "lint -f /nowhere/a|open /nowhere/a: no such file or directory",
        "completion tcsh|invalid argument \"tcsh\" for \"kubectl-argo-rollouts completion\"",
        "get rollout a --kubeconfig /nowhere/c|stat /nowhere/c: no such file or directory",
        "abort a/b|invalid resource name \"a/b\": a name has lower case letters, digits, '-' and '.'",
        "abort a --dry-run=maybe|Invalid dry-run value (maybe). Must be \"none\", \"server\", or \"client\".",
        "get rollout a -o wat|unable to match a printer suitable for the output format \"wat\", allowed formats are: json,jsonpath,jsonpath-file,name,wide,yaml",
        "get rollout a -w -o json|-o cannot be watched; leave -o or -w out",
        "help nope|unknown help topic \"nope\"; kubectl argo rollouts help lists the commands",
        "get rollout a --as-group g -s http://127.0.0.1:9|requesting uid, groups or user-extra for  without impersonating a user; add --as",
        "get rollout a --request-timeout 1x -s http://127.0.0.1:9|Invalid timeout value.",
      })
  @DisplayName(
      "K-003, K-005, K-007, K-012, K-020, K-030, K-141, K-152, K-156, K-158, K-184 what is wrong is one line behind Error:, and exit code 1")
  void errors(String line, String message) {
    Result result = Plugin.alone().run(line.split(" "));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    List<String> lines = result.err().lines().filter(each -> !each.startsWith("Flag --")).toList();
    assertThat(lines.get(0)).startsWith("Error: " + message);
    assertThat(result.err()).doesNotContain("\tat ");
  }

  @Test
  @DisplayName("K-022 deprecated flags say what to use, also by their letters")
  void deprecations() {
    assertThat(Plugin.alone().run("promote", "a", "-c", "-a").err())
        .startsWith(
            """
            Flag --skip-current-step has been deprecated, use without the flag instead ex: promote ROLLOUT_NAME
            Flag --skip-all-steps has been deprecated, use --full instead
            """);
    assertThat(Plugin.alone().run("promote", "-h").out())
        .contains("--full")
        .doesNotContain("--skip-");
  }

  @Test
  @DisplayName(
      "K-001, K-009 help goes to standard output, and shows the commands as kubectl calls them")
  void help() {
    for (String[] line :
        List.of(
            new String[] {"get", "rollout", "--help"},
            new String[] {"help", "get", "ro"},
            new String[] {"get", "ro", "-h"})) {
      Result result = Plugin.alone().run(line);
      assertThat(result.exitCode()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.out())
          .startsWith("Show a Rollout\n\nUsage:\n  kubectl-argo-rollouts get rollout ROLLOUT_NAME")
          .contains("Aliases:", "Examples:\n  # Watch it\n  kubectl argo rollouts get", "Flags:")
          .contains("Global Flags:");
    }
    assertThat(Plugin.alone().run("--help").out()).contains("Available Commands:\n  abort ");
  }

  @Test
  @DisplayName("K-180, K-181 version prints seven lines, or one")
  void version() {
    Result result = Plugin.alone().run("version");
    assertThat(result.out().lines().map(line -> line.split(":")[0]))
        .containsExactly(
            "kubectl-argo-rollouts",
            "  BuildDate",
            "  GitCommit",
            "  GitTreeState",
            "  GoVersion",
            "  Compiler",
            "  Platform");
    assertThat(Plugin.alone().run("version", "--short").out())
        .matches("kubectl-argo-rollouts: v[^+]+\\+\\w+(\\.dirty)?\n");
  }

  @Test
  @DisplayName("K-182, K-183 scripts for four shells, and candidates with a directive behind them")
  void completion() {
    for (String shell : List.of("bash", "zsh", "fish", "powershell")) {
      assertThat(Plugin.alone().run("completion", shell).out())
          .contains("kubectl-argo-rollouts __complete");
    }
    assertThat(Plugin.alone().run("__complete", "re").out())
        .isEqualTo("restart\tRestart the pods of a Rollout\nretry\tTry something again\n:4\n");
    assertThat(Plugin.alone().run("__completeNoDesc", "re").out())
        .isEqualTo("restart\nretry\n:4\n");
    assertThat(Plugin.alone().run("__complete", "create", "-f", "").out()).isEqualTo(":0\n");
    assertThat(Plugin.alone().run("__complete", "promote", "a", "--f").out())
        .isEqualTo("--full\tskip everything that is left\n:4\n");
    // Nobody can say which Rollouts there are.
    Result unreachable = Plugin.alone().run("__complete", "promote", "");
    assertThat(unreachable.out()).isEqualTo(":1\n");
    assertThat(unreachable.exitCode()).isZero();
  }

  @Test
  @DisplayName("K-140, K-004 lint prints findings, and the first of them again as the error")
  void lint() throws IOException {
    Path good = Files.writeString(folder.resolve("good.yaml"), ROLLOUT);
    assertThat(Plugin.alone().run("lint", "-f", good.toString())).isEqualTo(new Result(0, "", ""));
    Path bad =
        Files.writeString(
            folder.resolve("bad.yaml"),
            ROLLOUT.replace("canary: {}", "canary: {maxSurge: 0, maxUnavailable: 0}"));
    Result result = Plugin.alone().run("lint", "-f", bad.toString());
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isNotEmpty();
    assertThat(result.err()).startsWith("Error: spec.strategy").endsWith(result.out());
    Path unknown =
        Files.writeString(folder.resolve("unknown.yaml"), ROLLOUT.replace("replicas", "replica"));
    assertThat(Plugin.alone().run("lint", "-f", unknown.toString()).err())
        .isEqualTo(
            "Error: error unmarshaling JSON: while decoding JSON: json: unknown field \"replica\"\n");
  }

  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 1
        strategy: {canary: {}}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
      """;

  @Test
  @DisplayName("K-150, K-153, K-155 files are read, strictly and whole, before anything is created")
  void createReadsFirst() throws IOException {
    Path service =
        Files.writeString(
            folder.resolve("s.yaml"), "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n");
    assertThat(Plugin.alone().run("create", "-f", service.toString()).err())
        .isEqualTo("Error: creates of /Service unsupported\n");
    Path unknown =
        Files.writeString(folder.resolve("u.yaml"), ROLLOUT.replace("replicas", "replica"));
    assertThat(Plugin.alone().run("create", "-f", unknown.toString()).err())
        .startsWith("Error: " + unknown + ":5:3: spec.replica: ");
    Path template =
        Files.writeString(
            folder.resolve("t.yaml"),
            "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: a}\nspec: {metrics: []}\n");
    assertThat(Plugin.alone().run("create", "-w", "-f", template.toString()).err())
        .isEqualTo("Error: Can only watch resources of type Rollout or Experiment\n");
  }

  @Test
  @DisplayName("what is from outside does nothing to a terminal")
  void hostile() {
    Result result = Plugin.alone().run("abort", "a\u001b[2J");
    assertThat(result.err()).contains("a\\u001b[2J").doesNotContain("\u001b");
  }
}
