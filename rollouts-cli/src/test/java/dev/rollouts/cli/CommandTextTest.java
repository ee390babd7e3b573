package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people read, at several widths, with colours and without; the texts are in golden/commands.
 */
@Tag("golden")
class CommandTextTest {
  private static final String LINT = "src/test/resources/lint/";
  private static final String CASES = "src/test/resources/cases/";
  private static final String DEMO = "../examples/demo/";

  private static String[] simulate(String... more) {
    return join(
        new String[] {
          "simulate", "-f", DEMO + "template.yaml", "--metrics", DEMO + "scenario.yaml"
        },
        more);
  }

  private static String[] join(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  static Map<String, Supplier<Cli.Result>> cases() {
    Map<String, Supplier<Cli.Result>> all = new LinkedHashMap<>();
    help(all);
    lints(all);
    simulations(all);
    rollouts(all);
    explanations(all);
    return all;
  }

  private static void help(Map<String, Supplier<Cli.Result>> all) {
    all.put("help", () -> Cli.plain().run("--help"));
    all.put("help-80-colour", () -> Cli.terminal(80).run("--help"));
    for (String command : new String[] {"lint", "simulate", "analyze", "explain", "completion"}) {
      all.put("help-" + command, () -> Cli.plain().run(command, "--help"));
    }
    all.put("help-of-a-command", () -> Cli.terminal(80).with("NO_COLOR", "1").run("help", "lint"));
  }

  private static void lints(Map<String, Supplier<Cli.Result>> all) {
    all.put("lint-clean", () -> Cli.plain().run("lint", DEMO + "template.yaml"));
    all.put("lint-colour", () -> Cli.terminal(100).run("lint", CASES + "suspicious.yaml"));
    all.put(
        "lint-json", () -> Cli.plain().run("lint", CASES + "suspicious.yaml", "--format", "json"));
    all.put(
        "lint-argo",
        () -> Cli.plain().run("lint", "-f", LINT + "rollout-invalid/bad.yaml", "--format", "argo"));
    all.put(
        "lint-argo-clean",
        () ->
            Cli.plain().run("lint", "-f", LINT + "rollout-invalid/good.yaml", "--format", "argo"));
  }

  private static void simulations(Map<String, Supplier<Cli.Result>> all) {
    String bad = "release=v1.5.0";
    all.put("simulate-good-80", () -> Cli.plain().run(simulate("--width", "80")));
    all.put("simulate-good-unlimited", () -> Cli.plain().run(simulate()));
    all.put("simulate-bad-80-colour", () -> Cli.terminal(80).run(simulate("--arg", bad)));
    all.put(
        "simulate-bad-120", () -> Cli.plain().with("COLUMNS", "120").run(simulate("--arg", bad)));
    all.put("simulate-bad-unlimited", () -> Cli.plain().run(simulate("--arg", bad)));
    all.put(
        "simulate-bad-ascii",
        () -> Cli.terminal(80).with("LANG", "C").run(simulate("--arg", bad, "--no-color")));
    all.put("simulate-bad-40", () -> Cli.plain().run(simulate("--arg", bad, "--width", "40")));
    all.put(
        "simulate-odds",
        () -> Cli.plain().run(simulate("--arg", bad, "--runs", "100", "--width", "80")));
    all.put(
        "simulate-json",
        () -> Cli.plain().run(simulate("--arg", bad, "-o", "json", "--runs", "5")));
    all.put(
        "simulate-another-verdict-than-expected",
        () -> Cli.plain().run(simulate("--expect", "Failed", "--for", "1m", "--width", "80")));
    all.put(
        "simulate-healthy",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    "-f",
                    CASES + "nested",
                    "--arg",
                    "service=checkout",
                    "--width",
                    "100"));
    all.put(
        "simulate-healthy-of-every-kind",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    "-f",
                    CASES + "kinds-template.yaml",
                    "--template",
                    "all-kinds",
                    "--width",
                    "80"));
    all.put(
        "simulate-from-standard-input",
        () ->
            Cli.plain()
                .stdin(
                    """
                    {"apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate",
                     "metadata": {"name": "tiny"},
                     "spec": {"metrics": [{"name": "up", "successCondition": "result[0] == 1",
                       "provider": {"prometheus": {"query": "up"}}}]}}
                    """)
                .run("simulate", "-f", "-"));
    all.put(
        "simulate-a-run",
        () -> Cli.plain().run("simulate", "-f", CASES + "failed-run.yaml", "--width", "80"));
    all.put(
        "simulate-hostile",
        () ->
            Cli.terminal(100)
                .run(
                    "simulate",
                    "-f",
                    CASES + "hostile-template.yaml",
                    "--metrics",
                    CASES + "hostile-scenario.yaml"));
  }

  private static void rollouts(Map<String, Supplier<Cli.Result>> all) {
    String folder = CASES + "rollouts/";
    String demo = "../examples/demo/rollout.yaml";
    String versions = "../examples/demo/versions.yaml";
    String bad = "image=registry.example/checkout:1.6.0";
    all.put(
        "rollout-basic-100",
        () -> Cli.plain().run("simulate", folder + "basic.yaml", "--width", "100"));
    all.put(
        "rollout-bad-120",
        () ->
            Cli.plain()
                .run("simulate", demo, "--scenario", versions, "--update", bad, "--width", "120"));
    all.put(
        "rollout-bad-80-colour",
        () -> Cli.terminal(80).run("simulate", demo, "--scenario", versions, "--update", bad));
    all.put(
        "rollout-bad-ascii-40",
        () ->
            Cli.terminal(40)
                .with("LANG", "C")
                .run("simulate", demo, "-m", versions, "--update", bad, "--no-color"));
    all.put(
        "rollout-bad-odds",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    demo,
                    "-m",
                    versions,
                    "--update",
                    bad,
                    "--runs",
                    "60",
                    "--width",
                    "100"));
    all.put(
        "rollout-good-unlimited",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    demo,
                    "--scenario",
                    versions,
                    "--update",
                    "web=registry.example/checkout:1.5.0",
                    "--expect",
                    "promoted"));
    all.put(
        "rollout-ping-pong",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    folder + "alb-ping-pong.yaml",
                    "--scenario",
                    folder + "ping-pong-scenario.yaml",
                    "--width",
                    "110"));
    all.put(
        "rollout-blue-green",
        () -> Cli.plain().run("simulate", folder + "blue-green.yaml", "--width", "110"));
    all.put(
        "rollout-blue-green-slow",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    folder + "blue-green.yaml",
                    "--scenario",
                    folder + "blue-green-slow.yaml",
                    "--update",
                    "image=registry.example/payments:8",
                    "--width",
                    "110"));
    all.put(
        "rollout-workload-ref",
        () -> Cli.plain().run("simulate", folder + "workload-ref.yaml", "--width", "110"));
    all.put(
        "rollout-experiment",
        () -> Cli.plain().run("simulate", folder + "experiment.yaml", "--width", "110"));
    all.put(
        "rollout-hpa",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    folder + "hpa.yaml",
                    "--scenario",
                    folder + "rush-hour.yaml",
                    "--width",
                    "110"));
    all.put(
        "rollout-json",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    folder + "workload-ref.yaml",
                    "-o",
                    "json",
                    "--runs",
                    "3",
                    "--seed",
                    "4"));
    all.put(
        "rollout-unfinished",
        () -> Cli.plain().run("simulate", folder + "basic.yaml", "--for", "2m", "--width", "100"));
    all.put(
        "rollout-another-verdict-than-expected",
        () ->
            Cli.plain()
                .run(
                    "simulate",
                    folder + "basic.yaml",
                    "--expect",
                    "aborted",
                    "--for",
                    "10m",
                    "--width",
                    "80"));
    all.put("rollout-hostile", () -> Cli.terminal(100).run("simulate", folder + "hostile.yaml"));
  }

  private static void explanations(Map<String, Supplier<Cli.Result>> all) {
    all.put(
        "explain-failed-80",
        () -> Cli.plain().run("explain", "-f", CASES + "failed-run.yaml", "--width", "80"));
    all.put(
        "explain-failed-120-colour",
        () -> Cli.terminal(120).run("explain", "-f", CASES + "failed-run.yaml"));
    all.put(
        "explain-running-unlimited",
        () -> Cli.plain().run("explain", "-f", CASES + "running-run.yaml"));
    all.put(
        "explain-running-later",
        () ->
            Cli.plain()
                .run(
                    "explain",
                    "-f",
                    CASES + "running-run.yaml",
                    "--at",
                    "2026-05-01T12:00:00+02:00",
                    "--color",
                    "always"));
    all.put(
        "explain-two-runs",
        () ->
            Cli.plain()
                .run("explain", "-f", CASES + "running-run.yaml", "-f", CASES + "failed-run.yaml"));
    all.put(
        "explain-stuck-rollout",
        () ->
            Cli.plain()
                .run(
                    "explain",
                    "-f",
                    CASES + "explained/stuck.yaml",
                    "--at",
                    "2026-05-01T10:00:00Z",
                    "--width",
                    "88"));
    all.put(
        "explain-stuck-rollout-colour",
        () ->
            Cli.plain()
                .run(
                    "explain",
                    "-f",
                    CASES + "explained/stuck.yaml",
                    "--at",
                    "2026-05-01T10:00:00Z",
                    "--color",
                    "always"));
    all.put(
        "explain-stuck-rollout-json",
        () ->
            Cli.plain()
                .run(
                    "explain",
                    "-f",
                    CASES + "explained/stuck.yaml",
                    "--at",
                    "2026-05-01T10:00:00Z",
                    "-o",
                    "json"));
    all.put(
        "explain-analysed-rollout-and-experiment",
        () ->
            Cli.plain()
                .run(
                    "explain",
                    "-f",
                    CASES + "explained/analysed.yaml",
                    "--at",
                    "2026-05-01T10:00:00Z",
                    "--width",
                    "88"));
    all.put(
        "explain-by-name",
        () ->
            Cli.plain()
                .run(
                    "explain",
                    "-f",
                    CASES + "explained/analysed.yaml",
                    "--at",
                    "2026-05-01T10:00:00Z",
                    "--name",
                    "baseline"));
    all.put(
        "explain-run-json",
        () -> Cli.plain().run("explain", "-f", CASES + "failed-run.yaml", "-o", "json"));
    all.put(
        "explain-broken-status",
        () ->
            Cli.plain()
                .run(
                    "explain",
                    "-f",
                    CASES + "explained/broken-status.yaml",
                    "--at",
                    "2026-05-01T10:00:00Z"));
    all.put(
        "explain-one-of-two-runs",
        () ->
            Cli.plain()
                .run(
                    "explain",
                    "-f",
                    CASES,
                    "--run",
                    "checkout-6c9f-2",
                    "--color",
                    "never",
                    "--width",
                    "0"));
  }

  static Stream<String> names() {
    return cases().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void readsAsTheGoldenFileHasIt(String name) {
    Cli.Result result = cases().get(name).get();
    Golden.check("commands/" + name + ".txt", result.transcript());
    assertThat(result.err()).doesNotContain("Exception", "\tat ");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void sendsATerminalNothingButColours(String name) {
    Cli.Result result = cases().get(name).get();
    assertThat(result.out().replaceAll("\u001b\\[[0-9;]*m", "") + result.err())
        .matches("[\\P{Cntrl}\\n]*")
        .doesNotContain("\u202e");
  }
}
