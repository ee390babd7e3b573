package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.cli.Interrupts;
import dev.rollouts.cli.Surroundings;
import dev.rollouts.cli.Tty;
import dev.rollouts.cli.plugin.Main;
import dev.rollouts.codec.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code kubectl argo rollouts} says of the future of a real Rollout, and that it comes so.
 */
@Tag("it")
class PluginForecastsTest {
  private static final String ASKING = "asking-user";
  private static final String ACTING = "acting-user";
  private static final String MANIFESTS =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 5
        strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {duration: 2s}}]}}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: ok}
      spec:
        args: [{name: token, valueFrom: {secretKeyRef: {name: api, key: token}}}]
        metrics:
        - name: ok
          successCondition: result >= 0.95
          provider: {web: {url: "URL", headers: [{key: X-Token, value: "{{args.token}}"}], jsonPath: "{$.ok}"}}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: api}
      stringData: {token: sesame}
      """;

  private record Ran(int exitCode, String out, String err) {}

  @TempDir Path folder;

  private final List<String> tokens = new ArrayList<>();
  private HttpServer backEnd;
  private Live live;

  @BeforeEach
  void start() throws IOException {
    backEnd = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backEnd.createContext(
        "/",
        exchange -> {
          tokens.add(exchange.getRequestHeaders().getFirst("X-Token"));
          byte[] answer = "{\"ok\": 0.99}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    backEnd.start();
    live = new Live();
    live.apply(MANIFESTS.replace("URL", "http://127.0.0.1:" + backEnd.getAddress().getPort()));
    live.await("web", RolloutPhase.HEALTHY, "");
  }

  @AfterEach
  void stop() {
    live.close();
    backEnd.stop(0);
  }

  private Ran as(String user, String line) throws IOException {
    Path kubeconfig = folder.resolve(user);
    Files.writeString(
        kubeconfig, live.cluster.controlPlane().kubeconfigFor(user, "system:masters"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Main.run(
            new Surroundings(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("LANG", "C.UTF-8", "KUBECONFIG", kubeconfig.toString()),
                Tty.NONE,
                Interrupts.none(),
                Clock.systemUTC()),
            (line + " -n " + live.namespace).split(" "));
    return new Ran(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Map<?, ?> simulated(String flags) throws IOException {
    Ran ran = as(ASKING, ("simulate web -o json " + flags).strip());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    return (Map<?, ?>) Json.read("simulation", ran.out());
  }

  @Test
  @DisplayName(
      "K-200, K-210, K-220 simulate, diff and analyze tell of a live Rollout and write nothing; what was foretold comes")
  void foretold() throws IOException {
    assertThat(simulated("").get("outcome")).isEqualTo("deployed");
    assertThat(as(ASKING, "diff web --image web=web:2").out())
        .contains("to    a new revision\n")
        .contains("- spec.containers[web].image: web:1\n+ spec.containers[web].image: web:2\n")
        .contains("  2  pause until somebody promotes\n");
    assertThat(simulated("--set-image web=web:2").get("message")).isEqualTo("CanaryPauseStep");

    assertThat(as(ACTING, "set image web web=web:2").exitCode()).isZero();
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(as(ACTING, "status web --for=phase=Paused --timeout 90s").out())
        .isEqualTo("rollout.argoproj.io/web condition met\n");
    assertThat(as(ACTING, "get ro web -o jsonpath={.status.currentStepIndex}").out())
        .isEqualTo("1");
    assertThat(as(ASKING, "diff web").out())
        .contains(", which exists\n")
        .contains("- spec.containers[web].image: web:1\n+ spec.containers[web].image: web:2\n");
    Map<?, ?> waits = simulated("");
    assertThat(waits.get("phase")).isEqualTo("Paused");
    assertThat(waits.get("outcome")).isEqualTo("unfinished");
    assertThat(simulated("--abort").get("outcome")).isEqualTo("aborted");
    Map<?, ?> promoted = simulated("--promote");
    assertThat(promoted.get("outcome")).isEqualTo("promoted");

    Ran analyzed = as(ASKING, "analyze ok");
    assertThat(analyzed.err()).isEmpty();
    assertThat(analyzed.exitCode()).isZero();
    assertThat(tokens).containsExactly("sesame");
    assertThat(analyzed.out()).contains("Successful").doesNotContain("sesame");
    assertThat(as(ASKING, "list analysisruns").err()).isEqualTo("No resources found.\n");
    assertThat(live.cluster.controlPlane().audit().writes(ASKING)).isEmpty();

    assertThat(as(ACTING, "promote web").exitCode()).isZero();
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(live.rollout("web").statusOrEmpty().stableRS())
        .isEqualTo(((Map<?, ?>) ((List<?>) promoted.get("updates")).get(0)).get("hash"));
    assertThat(live.cluster.controlPlane().audit().writes(ACTING)).hasSize(2);
  }
}
