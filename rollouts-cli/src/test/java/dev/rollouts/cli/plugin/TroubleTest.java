package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.Plugin.Result;
import dev.rollouts.testcluster.proxy.Fault;
import dev.rollouts.testcluster.proxy.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command without rights, without a server, and with one that does not answer. */
@Tag("it")
class TroubleTest {
  private Stage stage;

  @BeforeEach
  void start() {
    stage = new Stage();
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "abort web",
        "create ar --from check",
        "explain web",
        "get rollout web",
        "get rollout web -w",
        "get experiment web",
        "get experiment web -w",
        "get analysisrun web",
        "list rollouts",
        "list rollouts -w",
        "list rollouts -A",
        "list experiments",
        "list analysisruns",
        "pause web",
        "promote web",
        "restart web",
        "retry rollout web",
        "retry experiment web",
        "set image web a=b",
        "status web",
        "status web -w=false",
        "terminate analysisrun web",
        "terminate experiment web",
        "undo web",
      })
  @DisplayName(
      "K-003, K-005, K-016 who may not, gets the server's word for it; who reaches nobody, Go's")
  void refused(String line) {
    Result forbidden = stage.as("nobody").run(line.split(" "));
    assertThat(forbidden.exitCode()).isEqualTo(1);
    assertThat(forbidden.out()).isEmpty();
    assertThat(forbidden.err())
        .startsWith("Error: ")
        .contains("forbidden: User \"nobody\" cannot ");
    assertThat(stage.writes("nobody")).allMatch(write -> write.endsWith(" 403"));

    Plugin alone =
        Plugin.of(
            stage.file(
                "away",
                """
                current-context: c
                clusters: [{name: a, cluster: {server: "http://127.0.0.1:9"}}]
                contexts: [{name: c, context: {cluster: a}}]
                """),
            "ns");
    Result away = alone.run(line.split(" "));
    assertThat(away.exitCode()).isEqualTo(1);
    assertThat(away.out()).isEmpty();
    assertThat(away.err())
        .startsWith("Error: ")
        .endsWith("\": dial tcp 127.0.0.1:9: connect: connection refused\n");
  }

  @Test
  @DisplayName("who is nobody to the server is told so, and the token is not repeated")
  void unauthorized() {
    Path kubeconfig = stage.kubeconfig("nobody");
    Result result =
        Plugin.of(kubeconfig, "default")
            .run("list", "ro", "--token", "very-secret-token", "--client-key", "/dev/null");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).doesNotContain("very-secret-token");
  }

  @Test
  @DisplayName("a server that does not answer is given up after --request-timeout")
  void timeOut() {
    Path kubeconfig = stage.kubeconfig("late", "system:masters");
    stage.cluster.controlPlane().freezeApiServer();
    try {
      Result result =
          Plugin.of(kubeconfig, "default").run("get", "ro", "web", "--request-timeout", "1s");
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err()).contains("Client.Timeout exceeded while awaiting headers");
    } finally {
      stage.cluster.controlPlane().thawApiServer();
    }
  }

  @Test
  @DisplayName("a certificate of somebody else's authority, or for another name, is refused")
  void certificates() throws IOException {
    String trusted = stage.cluster.controlPlane().kubeconfigFor("me", "system:masters");
    String unknown =
        trusted.replaceAll(
            "certificate-authority-data: .*\n",
            "certificate-authority-data: " + clientCertificate(trusted) + "\n");
    Result untrusted = Plugin.of(stage.file("untrusted", unknown), "default").run("list", "ro");
    assertThat(untrusted.exitCode()).isEqualTo(1);
    assertThat(untrusted.err())
        .contains(
            "tls: failed to verify certificate: x509: certificate signed by unknown authority");
    Plugin plugin = Plugin.of(stage.file("trusted", trusted), stage.namespace);
    assertThat(plugin.run("list", "ro", "--tls-server-name", "nobody.example").err())
        .contains("x509: certificate is valid for ", ", not nobody.example");
    assertThat(plugin.run("list", "ro", "--tls-server-name", "127.0.0.1").exitCode()).isZero();
    assertThat(
            Plugin.of(stage.file("insecure", unknown), stage.namespace)
                .run("list", "ro", "--insecure-skip-tls-verify")
                .exitCode())
        .isZero();
  }

  private static String clientCertificate(String kubeconfig) {
    return kubeconfig.replaceAll("(?s).*client-certificate-data: (\\S+).*", "$1");
  }

  @Test
  @DisplayName(
      "K-043 where somebody else is always faster, set image is refused five times by the real server, and says so")
  void overtaken() {
    stage.create(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          strategy: {canary: {}}
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """);
    String user = "overtaken-" + stage.namespace;
    AtomicInteger changes = new AtomicInteger();
    try (FaultProxy proxy =
        FaultProxy.start(stage.cluster.controlPlane(), user, "system:masters")) {
      proxy.plan(
          request -> {
            if (request.verb().equals("update")) {
              stage.admin.merge(
                  Resource.ROLLOUTS,
                  stage.namespace,
                  "web",
                  "",
                  Map.of("spec", Map.of("replicas", changes.incrementAndGet())));
            }
            return Fault.none();
          });
      Result result =
          Plugin.of(stage.file("overtaken", proxy.kubeconfig()), stage.namespace)
              .run("set", "image", "web", "web=web:2");
      assertThat(result)
          .isEqualTo(
              new Result(
                  1,
                  "",
                  "Error: Operation cannot be fulfilled on rollouts.argoproj.io \"web\": the object has been modified; please apply your changes to the latest version and try again\n"));
    }
    assertThat(stage.writes(user))
        .hasSize(5)
        .allMatch(write -> write.equals("update rollouts web 409"));
    assertThat(stage.rollout("web").at("spec", "template").toString()).contains("web:1");
  }

  @Test
  @DisplayName("K-043 a conflict is tried again four times, and then told")
  void conflict() throws IOException {
    AtomicInteger writes = new AtomicInteger();
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          boolean write = exchange.getRequestMethod().equals("PUT");
          String body =
              write
                  ? "{\"kind\":\"Status\",\"reason\":\"Conflict\",\"message\":\"the object has been modified\",\"code\":409}"
                  : "{\"kind\":\"Rollout\",\"metadata\":{\"name\":\"web\",\"namespace\":\"ns\"},\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"a\"}]}}}}";
          if (write) {
            writes.incrementAndGet();
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(write ? 409 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    http.start();
    try {
      Result result =
          Plugin.alone()
              .run(
                  "set",
                  "image",
                  "web",
                  "a=b",
                  "-s",
                  "http://127.0.0.1:" + http.getAddress().getPort());
      assertThat(result).isEqualTo(new Result(1, "", "Error: the object has been modified\n"));
      assertThat(writes).hasValue(5);
    } finally {
      http.stop(0);
    }
  }

  @Test
  @DisplayName("a write that the server refuses for its content is told in its words")
  void invalid() {
    Result result =
        stage
            .plugin()
            .run(
                "create",
                "-f",
                stage
                    .file(
                        "bad.yaml",
                        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: Not_A_Name}\nspec: {metrics: [{name: m, provider: {web: {url: x}}}]}\n")
                    .toString());
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("Error: AnalysisTemplate.argoproj.io \"Not_A_Name\" is invalid: ");
    assertThat(Map.of(Resource.ROLLOUTS, stage.writes())).isNotEmpty();
  }
}
