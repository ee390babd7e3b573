package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.engine.traffic.RouterSettings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
    "--rollout-resync, -1, '--rollout-resync: must be at least 0, was -1'",
    "--rollout-threads, 0, '--rollout-threads: must be at least 1, was 0'",
    "--experiment-threads, -2, '--experiment-threads: must be at least 1, was -2'",
    "--analysis-threads, 0, '--analysis-threads: must be at least 1, was 0'",
    "--plugin-folder, /nowhere, '--plugin-folder: expected a folder that can be read, was \"/nowhere\"'",
    "--ingress-api-version, extensions/v1beta1, only networking/v1 is known",
  })
  void badFlags(String flag, String value, String message) {
    assertThat(run("--server", "http://127.0.0.1:1", flag, value)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  private static Settings settings(String... arguments) throws IOException {
    Options options = new Options();
    new CommandLine(options).parseArgs(arguments);
    return options.settings(
        new ConfigBuilder(Config.empty()).withNamespace("configured").build(),
        Map.of("POD_NAMESPACE", "argo-rollouts"));
  }

  @Test
  @DisplayName("O-010, O-042 -n restricts nothing without --namespaced")
  void namespaces() throws IOException {
    assertThat(settings("-n", "shop").watchedNamespace()).isEmpty();
    assertThat(settings("-n", "shop", "--namespaced").watchedNamespace()).isEqualTo("shop");
    assertThat(settings("--namespaced").watchedNamespace()).isEqualTo("configured");
    assertThat(settings("-n", "shop").controllerNamespace()).isEqualTo("argo-rollouts");
  }

  @Test
  @DisplayName(
      "O-030, O-034, O-076 The Lease is that of Argo Rollouts, with the instance id behind it, whatever is looked after")
  void lease() throws IOException {
    assertThat(settings().leaseName()).isEqualTo("argo-rollouts-controller-lock");
    assertThat(settings("--instance-id", "blue").leaseName())
        .isEqualTo("argo-rollouts-controller-lock-blue");
    assertThat(settings("--controllers", "analysis").leaseName())
        .isEqualTo("argo-rollouts-controller-lock");
    assertThat(settings("--controllers", "analysis", "--instance-id", "blue").leaseName())
        .isEqualTo("argo-rollouts-controller-lock-blue");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--lease-name=x", "--lease-namespace=x", "--metrics-path=x", "--tls-cert=x"})
  @DisplayName(
      "O-012 There are no flags for the Lease's name and namespace, the metrics' path, TLS")
  void noSuchFlag(String flag) {
    assertThat(run(flag)).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown option");
  }

  @Test
  @DisplayName("T-158, T-202, T-400 Flags of routers reach them")
  void routers() throws IOException {
    assertThat(settings().routers()).isEqualTo(RouterSettings.defaults());
    RouterSettings routers =
        settings(
                "--alb-verify-weight",
                "--aws-target-group-binding-api-version=eks.amazonaws.com/v1",
                "--alb-tag-key-resource-id=tag",
                "--allow-cross-namespace-routes")
            .routers();
    assertThat(routers.verifyTargetGroup()).isTrue();
    assertThat(routers.targetGroupBindingApiVersion()).isEqualTo("eks.amazonaws.com/v1");
    assertThat(routers.albTag()).isEqualTo("tag");
    assertThat(routers.crossNamespace()).isTrue();
  }
}
