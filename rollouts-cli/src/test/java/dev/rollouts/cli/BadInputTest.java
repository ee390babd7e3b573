package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broken and hostile calls: each ends with a message that says what to do, never with a stack
 * trace.
 */
@Tag("golden")
class BadInputTest {
  /** A folder whose name stays the same, since messages show it. */
  private static final String BAD = "target/bad/";

  private static final String TEMPLATE = "../examples/demo/template.yaml";
  private static final String SCENARIO = "../examples/demo/scenario.yaml";
  private static final String CASES = "src/test/resources/cases/";

  private record Call(Cli cli, List<String> args) {
    Cli.Result run() {
      return cli.run(args.toArray(String[]::new));
    }
  }

  @BeforeAll
  static void writeWhatIsTooOddForTheRepository() throws IOException {
    Files.createDirectories(Path.of(BAD, "empty-folder"));
    write("empty.yaml", "");
    write("comment.yaml", "# nothing here\n");
    write("open.yaml", "spec: {metrics: [");
    write("tab.yaml", "spec:\n\tmetrics: []\n");
    write("other-kinds.yaml", "kind: Deployment\napiVersion: apps/v1\n---\nkind: Service\n");
    write("list.yaml", "- 1\n- 2\n");
    write("two.yaml", template("one", "up") + "---\n" + template("two", "up"));
    write("twice.yaml", template("one", "up") + "---\n" + template("one", "up"));
    write("no-metrics.yaml", head("empty") + "  metrics: []\n");
    write(
        "circle.yaml",
        head("a")
            + "  templates:\n  - templateName: b\n---\n"
            + head("b")
            + "  templates:\n  - templateName: a\n");
    write("nested-missing.yaml", head("a") + "  templates:\n  - templateName: gone\n");
    write("misspelt.yaml", template("one", "up").replace("query:", "qeury:"));
    write("wrong-types.yaml", template("one", "up") + "    count: [1]\n    interval: 5\n");
    write(
        "conflict.yaml",
        template("one", "up")
            + "    count: 2\n    interval: 1m\n    failureLimit: 5\n    initialDelay: 1d\n");
    write("placeholder.yaml", template("one", "{{workflow.name}}"));
    write("bomb.yaml", bomb());
    write(
        "plugin.yaml",
        template("one", "up").replace("prometheus: {query: \"up\"}", "plugin: {acme/x: {}}"));
    write(
        "lint-errors.yaml",
        template("one", "{{args.gone}}")
            .replace("- name: up", "- name: up\n    successCondition: result >="));
    write("deep.json", "[".repeat(100_000));
    write("scenario-misspelt.yaml", "metrics:\n  success-rate: {valu: 1}\n");
    write("scenario-unknown-metric.yaml", "metrics:\n  success-rat: {value: 1}\n");
    write("scenario-number.yaml", "duration: soon\nmetrics:\n  '*': {value: much, noise: -1}\n");
    write(
        "acts.yaml",
        """
        load: -1
        duration: 0s
        versions:
          shop:2: {ready: [20s, 5s], neverReady: 2, crash: {shares: 1}, capacity: 0}
          shop:3: {errorRate: {forty: 0.1, 50: 3}, speed: 1}
        cluster: {nodes: many, autoscaler: {min: 1, utilisation: 0}, routers: {lag: 5s}}
        metrics: {up: {byWeight: {150: 1}}, down: {traffic: errors}, odd: {byVersion: 3}}
        acts:
        - setImage: shop:2
        - at: 5m
        - {at: 5m, every: 10m, promote: true}
        - {at: 5m, promote: true, abort: true}
        - {when: happy, promote: fully}
        - {when: {step: 1, weight: 20}, abort: false}
        - {at: 1m, each: true, deletePod: all}
        - {at: soon, scale: few}
        - {every: 0s, editService: {hash: x}}
        - {at: 1m, apply: gone.yaml, later: now}
        - {at: 1m, pormote: true}
        - wait
        faults:
        - {at: 1m, fault: RESTRAT}
        - {fault: CLOCK_STEP}
        """);
    write(
        "invalid-rollout.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: shop}
        spec:
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: cart}}
            spec: {containers: [{name: web, image: "shop:1"}]}
          strategy: {canary: {steps: [{setWeight: 110}]}}
        """);
    write("scenario-missing-file.yaml", "metrics:\n  '*': {csv: gone.csv}\n");
    Files.write(
        Path.of(BAD, "binary.yaml"), new byte[] {0x7f, 'E', 'L', 'F', 0, 1, 2, (byte) 0xff});
    Files.write(Path.of(BAD, "latin1.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe9, '\n'});
    Path huge = Path.of(BAD, "huge.yaml");
    if (!Files.exists(huge)) {
      Files.writeString(huge, "a: b\n".repeat(4_000_000));
    }
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(Path.of(BAD, name), text, StandardCharsets.UTF_8);
  }

  private static String head(String name) {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: AnalysisTemplate
    metadata: {name: %s}
    spec:
    """
        .formatted(name);
  }

  private static String template(String name, String query) {
    return head(name)
        + """
          metrics:
          - name: up
            provider: {prometheus: {query: "%s"}}
        """
            .formatted(query);
  }

  private static String bomb() {
    StringBuilder text = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 40; i++) {
      String before = "*a" + (i - 1);
      text.append("a%d: &a%d [%s]\n".formatted(i, i, (before + ", ").repeat(9) + before));
    }
    return text.toString();
  }

  static Map<String, Call> calls() {
    Map<String, Call> all = new LinkedHashMap<>();
    usage(all);
    lints(all);
    files(all);
    templates(all);
    scenarios(all);
    rollouts(all);
    analyses(all);
    explanations(all);
    return all;
  }

  private static void put(Map<String, Call> all, String name, String... args) {
    all.put(name, new Call(Cli.plain(), List.of(args)));
  }

  private static void usage(Map<String, Call> all) {
    put(all, "no-command");
    put(all, "unknown-command", "anlyze");
    put(all, "unknown-option", "simulate", "--file", TEMPLATE, "--metric", SCENARIO);
    put(all, "option-without-value", "simulate", "-f");
    put(all, "no-file", "simulate");
    put(all, "unknown-shell", "completion", "tcsh");
    put(all, "unknown-output", "simulate", "-f", TEMPLATE, "-o", "xml");
    put(all, "unknown-colour", "explain", "-f", TEMPLATE, "--color", "sometimes");
    put(all, "width-too-small", "explain", "-f", TEMPLATE, "--width", "5");
    put(all, "width-no-number", "explain", "-f", TEMPLATE, "--width", "wide");
    put(all, "surplus-word", "simulate", "-f", TEMPLATE, "now");
    put(all, "escape-in-a-word", "simulate", "-f", TEMPLATE, "\u001b[31mred\n\u0007");
    put(all, "runs-zero", "simulate", "-f", TEMPLATE, "--arg", "release=x", "--runs", "0");
    put(all, "runs-too-many", "simulate", "-f", TEMPLATE, "--runs", "999999999");
    put(all, "seed-no-number", "simulate", "-f", TEMPLATE, "--seed", "abc");
    put(all, "unknown-phase", "simulate", "-f", TEMPLATE, "--expect", "Sucessful");
    put(all, "no-duration", "simulate", "-f", TEMPLATE, "--arg", "release=x", "--for", "1 day");
    put(all, "no-time-left", "simulate", "-f", TEMPLATE, "--arg", "release=x", "--for", "0s");
  }

  private static void lints(Map<String, Call> all) {
    put(all, "lint-no-path", "lint");
    put(all, "lint-missing", "lint", "gone.yaml", TEMPLATE);
    put(all, "lint-errors", "lint", BAD + "lint-errors.yaml", "--width", "100");
    put(all, "lint-binary", "lint", BAD + "binary.yaml");
    put(all, "lint-cut-off", "lint", BAD + "open.yaml", "--format", "json");
    put(all, "lint-unknown-format", "lint", TEMPLATE, "--format", "html");
    put(all, "lint-empty-folder", "lint", BAD + "empty-folder");
    put(all, "lint-empty-standard-input", "lint", "-");
    put(all, "lint-argo-missing", "lint", "-f", "gone.yaml", "--format", "argo");
    put(all, "lint-argo-folder", "lint", BAD + "empty-folder", "--format", "argo");
    put(all, "lint-argo-two", "lint", TEMPLATE, SCENARIO, "--format", "argo");
    put(all, "lint-argo-cut-off", "lint", BAD + "open.yaml", "--format", "argo");
  }

  private static void rollouts(Map<String, Call> all) {
    String rollout = CASES + "rollouts/basic.yaml";
    put(all, "rollout-update", "simulate", rollout, "--update", "shop:2");
    put(all, "rollout-update-container", "simulate", rollout, "--update", "wbe=shop:2");
    put(all, "rollout-update-of-a-template", "simulate", TEMPLATE, "--update", "image=shop:2");
    put(all, "rollout-name", "simulate", rollout, "--rollout", "shpo");
    put(all, "rollout-two", "simulate", rollout, CASES + "rollouts/hpa.yaml");
    put(all, "rollout-none", "simulate", TEMPLATE, "--rollout", "shop");
    put(all, "rollout-expect", "simulate", rollout, "--expect", "Failed");
    put(all, "rollout-scenario-missing", "simulate", rollout, "--scenario", "gone.yaml");
    put(all, "rollout-scenario", "simulate", rollout, "--scenario", BAD + "acts.yaml");
    put(all, "rollout-scenario-of-a-template", "simulate", rollout, "--scenario", SCENARIO);
    put(all, "rollout-scenario-list", "simulate", rollout, "--scenario", BAD + "list.yaml");
    put(all, "rollout-scenario-empty", "simulate", rollout, "--scenario", BAD + "comment.yaml");
    put(all, "rollout-invalid", "simulate", BAD + "invalid-rollout.yaml", "--width", "100");
  }

  private static void files(Map<String, Call> all) {
    put(all, "missing-file", "simulate", "-f", "gone.yaml");
    put(all, "missing-folder", "simulate", "-f", "gone/deeper/x.yaml");
    put(all, "file-as-folder", "simulate", "-f", TEMPLATE + "/x.yaml");
    put(all, "empty-folder", "simulate", "-f", BAD + "empty-folder");
    put(all, "no-path", "simulate", "-f", "a\0b");
    put(all, "empty-file", "simulate", "-f", BAD + "empty.yaml");
    put(all, "only-a-comment", "simulate", "-f", BAD + "comment.yaml");
    put(all, "cut-off", "simulate", "-f", BAD + "open.yaml");
    put(all, "tab", "simulate", "-f", BAD + "tab.yaml");
    put(all, "binary", "simulate", "-f", BAD + "binary.yaml");
    put(all, "not-utf-8", "simulate", "-f", BAD + "latin1.yaml");
    put(all, "huge", "simulate", "-f", BAD + "huge.yaml");
    put(all, "bomb", "simulate", "-f", BAD + "bomb.yaml");
    put(all, "deep", "simulate", "-f", BAD + "deep.json");
    put(all, "list", "simulate", "-f", BAD + "list.yaml");
    put(all, "other-kinds", "simulate", "-f", BAD + "other-kinds.yaml");
    all.put("empty-standard-input", new Call(Cli.plain(), List.of("simulate", "-f", "-")));
    put(all, "standard-input-twice", "simulate", "-f", "-", "-f", "-");
    all.put(
        "garbage-on-standard-input",
        new Call(Cli.plain().stdin("\u001b[2J{{{"), List.of("simulate", "-f", "-")));
    put(
        all,
        "report-cannot-be-written",
        "simulate",
        "-f",
        TEMPLATE,
        "-m",
        SCENARIO,
        "--html",
        "/proc/x/y.html");
  }

  private static void templates(Map<String, Call> all) {
    put(all, "which-of-two", "simulate", "-f", BAD + "two.yaml");
    put(all, "unknown-template", "simulate", "-f", BAD + "two.yaml", "--template", "three");
    put(all, "defined-twice", "simulate", "-f", BAD + "twice.yaml");
    put(all, "no-metrics", "simulate", "-f", BAD + "no-metrics.yaml");
    put(all, "circle", "simulate", "-f", BAD + "circle.yaml", "--template", "a");
    put(all, "nested-missing", "simulate", "-f", BAD + "nested-missing.yaml");
    put(
        all,
        "merged-with-conflict",
        "simulate",
        "-f",
        BAD + "two.yaml",
        "--template",
        "one",
        "--template",
        "two");
    put(all, "arg-missing", "simulate", "-f", TEMPLATE);
    put(all, "arg-without-value", "simulate", "-f", TEMPLATE, "--arg", "release");
    put(all, "arg-without-name", "simulate", "-f", TEMPLATE, "--arg", "=x");
    put(all, "arg-twice", "simulate", "-f", TEMPLATE, "--arg", "release=1", "--arg", "release=2");
    put(
        all,
        "arg-not-declared",
        "simulate",
        "-f",
        TEMPLATE,
        "-m",
        SCENARIO,
        "--arg",
        "relase=1",
        "--for",
        "1s",
        "--width",
        "80");
    put(all, "misspelt-field", "simulate", "-f", BAD + "misspelt.yaml", "--for", "1s");
    put(all, "wrong-types", "simulate", "-f", BAD + "wrong-types.yaml", "--for", "1s");
    put(all, "spec-invalid", "simulate", "-f", BAD + "conflict.yaml");
    put(all, "placeholder-unknown", "simulate", "-f", BAD + "placeholder.yaml");
  }

  private static void scenarios(Map<String, Call> all) {
    put(all, "scenario-missing", "simulate", "-f", TEMPLATE, "-m", "gone.yaml");
    put(all, "scenario-folder", "simulate", "-f", TEMPLATE, "-m", CASES);
    put(all, "scenario-is-a-template", "simulate", "-f", TEMPLATE, "-m", TEMPLATE);
    put(all, "scenario-misspelt", "simulate", "-f", TEMPLATE, "-m", BAD + "scenario-misspelt.yaml");
    put(
        all,
        "scenario-unknown-metric",
        "simulate",
        "-f",
        TEMPLATE,
        "--arg",
        "release=x",
        "-m",
        BAD + "scenario-unknown-metric.yaml");
    put(all, "scenario-numbers", "simulate", "-f", TEMPLATE, "-m", BAD + "scenario-number.yaml");
    put(
        all,
        "scenario-recording-missing",
        "simulate",
        "-f",
        TEMPLATE,
        "-m",
        BAD + "scenario-missing-file.yaml");
    put(all, "both-from-standard-input", "simulate", "-f", "-", "-m", "-");
  }

  private static void analyses(Map<String, Call> all) {
    put(
        all,
        "prometheus-no-url",
        "analyze",
        "-f",
        TEMPLATE,
        "--arg",
        "release=x",
        "--prometheus",
        "localhost:9090");
    put(
        all,
        "prometheus-other-scheme",
        "analyze",
        "-f",
        CASES + "kinds-template.yaml",
        "--template",
        "all-kinds",
        "--prometheus",
        "ftp://x");
    put(
        all,
        "job-needs-a-cluster",
        "analyze",
        "-f",
        CASES + "kinds-template.yaml",
        "--template",
        "smoke");
    put(
        all,
        "prometheus-is-not-asked",
        "analyze",
        "-f",
        CASES + "kinds-template.yaml",
        "--template",
        "smoke",
        "--prometheus",
        "http://x");
    put(all, "provider-not-there", "analyze", "-f", BAD + "plugin.yaml");
    put(
        all,
        "secrets-folder-missing",
        "analyze",
        "-f",
        TEMPLATE,
        "--arg",
        "release=x",
        "--secrets-dir",
        "gone");
    put(
        all,
        "secret-malformed",
        "analyze",
        "-f",
        TEMPLATE,
        "--arg",
        "release=x",
        "--secret",
        "prom/token=hunter2");
    put(
        all,
        "secret-variable-missing",
        "analyze",
        "-f",
        TEMPLATE,
        "--arg",
        "release=x",
        "--secret",
        "prom/token=env:PROM_TOKEN_OF_NOBODY");
    put(
        all,
        "secret-file-missing",
        "analyze",
        "-f",
        TEMPLATE,
        "--arg",
        "release=x",
        "--secret",
        "prom/token=file:gone");
    put(all, "analysis-arg-missing", "analyze", "-f", TEMPLATE);
    put(
        all,
        "analysis-for-no-duration",
        "analyze",
        "-f",
        TEMPLATE,
        "--arg",
        "release=x",
        "--for",
        "-5m");
  }

  private static void explanations(Map<String, Call> all) {
    put(all, "explain-a-template", "explain", "-f", TEMPLATE);
    put(all, "explain-unknown-run", "explain", "-f", CASES + "failed-run.yaml", "--run", "other");
    put(
        all,
        "explain-unknown-name",
        "explain",
        "-f",
        CASES + "explained/stuck.yaml",
        "--name",
        "other");
    put(all, "explain-no-run", "explain", "-f", CASES + "explained/stuck.yaml", "--run", "other");
    put(all, "explain-at-no-time", "explain", "-f", CASES + "failed-run.yaml", "--at", "yesterday");
    put(all, "explain-missing", "explain", "-f", "gone.yaml");
  }

  static Stream<String> names() {
    return calls().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void saysAsTheGoldenFileHasIt(String name) {
    Cli.Result result = calls().get(name).run();
    assertThat(result.out() + result.err())
        .doesNotContain("Exception", "\tat ", "internal error", "hunter2");
    assertThat(result.exitCode()).isIn(0, 1, 2, 3);
    Golden.check("bad-input/" + name + ".txt", result.transcript());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void showsNoControlCharacters(String name) {
    Cli.Result result = calls().get(name).run();
    assertThat(result.err()).matches("[\\P{Cntrl}\\n]*");
    if (result.exitCode() != 0) {
      assertThat(result.out() + result.err()).isNotEmpty();
    }
  }
}
