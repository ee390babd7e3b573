package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a program: what it takes, what it answers, how it ends. */
class EndToEndTest {
  private static final String DEMO = "../examples/demo/";
  private static final String TEMPLATE = DEMO + "template.yaml";
  private static final String SCENARIO = DEMO + "scenario.yaml";

  @Test
  void theWayInForOtherProgramsNeedsNoTerminal() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Main.run(
            new String[] {"simulate", "-f", TEMPLATE, "--metrics", SCENARIO},
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8));
    assertThat(exitCode).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Verdict  Successful after 4m30s")
        .doesNotContain("\u001b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void tellsItsVersion(String option) {
    Cli.Result result = Cli.plain().run(option);
    assertThat(result.out()).matches("rollouts \\S.* \\(Java \\d.*\\)\\R");
    assertThat(result.exitCode()).isZero();
  }

  @ParameterizedTest(name = "columns {0}, option {1}: {2} of them")
  @CsvSource({"70, , 70", "70, 90, 90", ", 50, 50", "junk, , 60", ", , 60"})
  void isAsWideAsToldElseAsTheTerminal(String columns, String option, int widest) {
    Cli cli = Cli.terminal(60);
    if (columns != null) {
      cli.with("COLUMNS", columns);
    }
    Cli.Result result =
        option == null
            ? cli.run("simulate", "-f", TEMPLATE, "--metrics", SCENARIO, "--no-color")
            : cli.run(
                "simulate", "-f", TEMPLATE, "--metrics", SCENARIO, "--no-color", "--width", option);
    assertThat(result.out().lines().mapToInt(String::length).max().orElse(0))
        .isBetween(widest - 8, widest);
  }

  @Test
  void coloursAreForTerminalsUnlessToldOtherwise() {
    String[] args = {"explain", "-f", "src/test/resources/cases/failed-run.yaml"};
    String[] always = {args[0], args[1], args[2], "--color=always"};
    String[] never = {args[0], args[1], args[2], "--color=never"};
    assertThat(Cli.terminal(80).run(args).out()).contains("\u001b[");
    assertThat(Cli.plain().run(args).out()).doesNotContain("\u001b[");
    assertThat(Cli.plain().run(always).out()).contains("\u001b[");
    assertThat(Cli.terminal(80).run(never).out()).doesNotContain("\u001b[");
    assertThat(Cli.terminal(80).with("NO_COLOR", "1").run(args).out()).doesNotContain("\u001b[");
    assertThat(Cli.terminal(80).with("NO_COLOR", "1").run(always).out()).contains("\u001b[");
    assertThat(Cli.terminal(80).with("TERM", "dumb").run(args).out()).doesNotContain("\u001b[");
  }

  @ParameterizedTest(name = "--expect {0} ends with {1}")
  @CsvSource({"Successful, 0", "Failed, 3", "Inconclusive, 3"})
  void expectTurnsTheVerdictIntoAnExitCode(String phase, int exitCode) {
    Cli.Result result =
        Cli.plain().run("simulate", "-f", TEMPLATE, "-m", SCENARIO, "--expect", phase);
    assertThat(result.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void theSameSeedGivesTheSameOutput() {
    String[] args = {"simulate", "-f", TEMPLATE, "-m", SCENARIO, "--seed", "42", "--runs", "30"};
    assertThat(Cli.plain().run(args).out()).isEqualTo(Cli.plain().run(args).out());
    args[6] = "43";
    assertThat(Cli.plain().run(args).out())
        .isNotEqualTo(
            Cli.plain()
                .run("simulate", "-f", TEMPLATE, "-m", SCENARIO, "--seed", "42", "--runs", "30")
                .out());
  }

  @Test
  void anArgumentOnTheCommandLineWinsOverTheScenario() {
    assertThat(Cli.plain().run("simulate", "-f", TEMPLATE, "-m", SCENARIO).out())
        .contains("release=v1.4.0", "Verdict  Successful");
    assertThat(
            Cli.plain()
                .run("simulate", "-f", TEMPLATE, "-m", SCENARIO, "--arg", "release=v1.5.0")
                .out())
        .contains("release=v1.5.0", "Verdict  Failed");
  }

  @Test
  void aFolderMayHoldAnything(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("a/.hidden"));
    Files.copy(Path.of(TEMPLATE), folder.resolve("a/template.yml"));
    Files.writeString(folder.resolve("a/.hidden/broken.yaml"), "{");
    Files.writeString(folder.resolve("a/notes.txt"), "{");
    Files.writeString(folder.resolve("a/deployment.json"), "{\"kind\": \"Deployment\"}");
    Files.writeString(folder.resolve("chart.yaml"), "a: {{ .Values.x }}\n");
    Cli.Result result = Cli.plain().run("simulate", "-f", folder.toString(), "--arg", "release=v1");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).startsWith("warning: " + folder.resolve("chart.yaml") + ":1:");
    assertThat(result.err().lines()).hasSize(1);
  }

  @Test
  void completionKnowsEveryCommandAndOption() {
    for (String shell : new String[] {"bash", "zsh", "fish"}) {
      String script = Cli.plain().run("completion", shell).out();
      assertThat(script).as(shell).contains("simulate", "analyze", "explain", "lint", "metrics");
    }
    assertThat(Cli.plain().run("completion", "fish").out())
        .contains(
            "-l html -r -d 'Write a report with charts as well; one file that needs nothing else'")
        .contains("-s f -l file")
        .contains("-xa 'text json'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completionIsAScriptThatTheShellTakes(String shell, @TempDir Path folder) throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, Cli.plain().run("completion", shell).out());
    Process bash = new ProcessBuilder("bash", "-n", script.toString()).start();
    assertThat(new String(bash.getErrorStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(bash.waitFor()).isZero();
  }

  @Test
  void anInternalErrorIsOneLineUnlessDebugIsAskedFor() {
    Surroundings broken =
        new Surroundings(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            System.err,
            Map.of(),
            Tty.NONE,
            Interrupts.none(),
            new BrokenClock());
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings here =
        new Surroundings(
            broken.in(),
            broken.out(),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            broken.environment(),
            broken.tty(),
            broken.interrupts(),
            broken.clock());
    String run = "src/test/resources/cases/failed-run.yaml";
    assertThat(Main.run(here, "explain", "-f", run)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "rollouts: internal error, which is a bug of this program: IllegalStateException: the clock"
                + " is broken; in two places; --debug shows where\n");
    err.reset();
    assertThat(Main.run(here, "explain", "-f", run, "--debug")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("\tat ");
  }

  /** Stands in for a bug. */
  private static final class BrokenClock extends java.time.Clock {
    @Override
    public java.time.ZoneId getZone() {
      return java.time.ZoneOffset.UTC;
    }

    @Override
    public java.time.Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public java.time.Instant instant() {
      throw new IllegalStateException("the clock is broken\nin two places");
    }
  }
}
