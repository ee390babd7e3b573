package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class OptionsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new Options())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  @DisplayName("O-001 --version prints the version alone")
  void version() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches("v\\S+\\R");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "--controllers, rollouts, unsupported controller: rollouts",
    "--kubeconfig, /nowhere/config, --kubeconfig: cannot read",
    "--leader-election-renew-deadline, 20s, must be below --leader-election-lease-duration",
    "--leader-election-retry-period, soon, 'expected a time such as 15s, was \"soon\"'",
    "--qps, many, --qps",
    "--ingress-api-version, extensions/v1beta1, only networking/v1 is known",
  })
  void badFlags(String flag, String value, String message) {
    assertThat(run("--server", "http://127.0.0.1:1", flag, value)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  @DisplayName("O-011 Verification of target groups is refused rather than ignored")
  void noAws() {
    assertThat(run("--aws-verify-target-group")).isEqualTo(2);
    assertThat(err.toString()).contains("cannot ask AWS yet");
  }
}
