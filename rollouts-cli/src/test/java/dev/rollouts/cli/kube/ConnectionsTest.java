package dev.rollouts.cli.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
  private static final String SECRET = "very-secret-token";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String cluster(String name, String server) {
    return "clusters: [{name: %s, cluster: {server: \"%s\"}}]\n".formatted(name, server);
  }

  private static Connection connect(Choice choice, Map<String, String> environment) {
    return Connections.of(choice, environment);
  }

  private static Choice choice(Path kubeconfig) {
    return Choice.nothing().withKubeconfig(kubeconfig.toString());
  }

  @Test
  @DisplayName(
      "several files are merged: the first that names something wins, missing ones count as empty")
  void merges() throws IOException {
    Path one =
        file(
            "one",
            cluster("a", "https://one:1") + "users: [{name: u, user: {tokenFile: token}}]\n");
    Files.writeString(folder.resolve("token"), SECRET + "\n");
    Path two =
        file(
            "two",
            """
            current-context: c
            clusters: [{name: a, cluster: {server: "https://two:2"}}, {name: b, cluster: {server: "https://b:3"}}]
            users: [{name: u, user: {token: other}}]
            contexts: [{name: c, context: {cluster: a, user: u, namespace: prod}}, {name: d, context: {cluster: b}}]
            """);
    Map<String, String> environment =
        Map.of("KUBECONFIG", one + ":" + folder.resolve("missing") + ":" + two);
    Connection connection = connect(Choice.nothing(), environment);
    assertThat(connection.server()).hasToString("https://one:1");
    assertThat(connection.namespace()).isEqualTo("prod");
    assertThat(connection.credentials().authorization()).contains("Bearer " + SECRET);
    assertThat(connection.toString()).doesNotContain(SECRET);

    Choice other =
        new Choice(
            null, "d", null, null, "mine", null, null, null, null, null, null, null, null, null,
            List.of(), "5", false);
    Connection chosen = connect(other, environment);
    assertThat(chosen.server()).hasToString("https://b:3");
    assertThat(chosen.namespace()).isEqualTo("mine");
    assertThat(chosen.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(chosen.credentials().authorization()).isEmpty();
  }

  @Test
  @DisplayName("K-003 what is missing or broken is said with its remedy, and never with a secret")
  void refuses() throws IOException {
    Path broken = file("broken", "users: [{name: u, user: {token: " + SECRET + "}}\n  a: b: c\n");
    Path noContext = file("none", cluster("a", "https://a"));
    Path dangling =
        file(
            "dangling",
            "current-context: c\ncontexts: [{name: c, context: {cluster: gone, user: u}}]\n");
    Path badServer =
        file(
            "server",
            cluster("a", "https://user:" + SECRET + "@")
                + "contexts: [{name: c, context: {cluster: a}}]\ncurrent-context: c\n");
    Path badKey =
        file(
            "key",
            cluster("a", "https://a")
                + "users: [{name: u, user: {client-key-data: '%%%', client-certificate-data: '%%%'}}]\n"
                + "contexts: [{name: c, context: {cluster: a, user: u}}]\ncurrent-context: c\n");
    Map<Path, String> messages =
        Map.of(
            folder.resolve("nowhere"),
            "stat " + folder.resolve("nowhere") + ": no such file or directory",
            broken,
            "error loading config file \"%s\": line".formatted(broken),
            noContext,
            "names no cluster for the current context; choose one with --context",
            dangling,
            "cluster \"gone\" does not exist",
            badServer,
            "invalid configuration: server is not an address such as https://host:6443",
            badKey,
            "-data is not base64");
    messages.forEach(
        (path, message) ->
            assertThatThrownBy(() -> connect(choice(path), Map.of()))
                .isInstanceOf(KubeException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain(SECRET));
    assertThatThrownBy(() -> connect(Choice.nothing(), Map.of("HOME", folder.toString())))
        .hasMessageContaining("no configuration has been provided");
  }

  @Test
  @DisplayName("without any kubeconfig ~/.kube/config counts")
  void home() throws IOException {
    Files.createDirectories(folder.resolve(".kube"));
    file(
        ".kube/config",
        cluster("a", "https://home/")
            + "contexts: [{name: c, context: {cluster: a}}]\ncurrent-context: c\n");
    Connection connection = connect(Choice.nothing(), Map.of("HOME", folder.toString()));
    assertThat(connection.server()).hasToString("https://home");
    assertThat(connection.namespace()).isEqualTo("default");
  }

  @Test
  @DisplayName("impersonation, proxy, TLS name and insecurity are taken from the kubeconfig")
  void settings() throws IOException {
    Path file =
        file(
            "config",
            """
            current-context: c
            clusters:
            - name: a
              cluster:
                server: https://a:6443/k8s
                proxy-url: http://user:secret@proxy:3128
                tls-server-name: other.example
                insecure-skip-tls-verify: true
            users:
            - name: u
              user:
                as: bob
                as-uid: "7"
                as-groups: [dev, ops]
                as-user-extra: {reason/why: [one, two]}
                username: me
                password: pass
            contexts: [{name: c, context: {cluster: a, user: u}}]
            """);
    Connection connection = connect(choice(file), Map.of());
    assertThat(connection.headers())
        .containsEntry("Impersonate-User", List.of("bob"))
        .containsEntry("Impersonate-Uid", List.of("7"))
        .containsEntry("Impersonate-Group", List.of("dev", "ops"))
        .containsEntry("Impersonate-Extra-reason%2Fwhy", List.of("one", "two"));
    assertThat(connection.proxy()).map(Object::toString).contains("http://user:secret@proxy:3128");
    assertThat(connection.trust().serverName()).isEqualTo("other.example");
    assertThat(connection.trust().insecure()).isTrue();
    assertThat(connection.credentials().authorization())
        .contains(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("me:pass".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  @DisplayName("HTTPS_PROXY counts for TLS, but not on this machine, nor for what NO_PROXY names")
  void proxies() throws IOException {
    for (String[] each :
        new String[][] {
          {"https://api.example:6443", "http://proxy:1"},
          {"http://api.example", ""},
          {"https://127.0.0.1:6443", ""},
          {"https://localhost:6443", ""},
          {"https://[::1]:6443", ""},
          {"https://api.corp:6443", ""},
          {"https://deep.api.corp:6443", ""},
          {"https://apicorp:6443", "http://proxy:1"},
          {"https://10.1.2.3", ""},
        }) {
      Path file =
          file(
              "config",
              cluster("a", each[0])
                  + "contexts: [{name: c, context: {cluster: a}}]\ncurrent-context: c\n");
      Map<String, String> environment =
          Map.of("HTTPS_PROXY", "proxy:1", "NO_PROXY", ".corp, 10.1.2.3");
      assertThat(connect(choice(file), environment).proxy().map(Object::toString).orElse(""))
          .as(each[0])
          .isEqualTo(each[1]);
    }
    assertThat(Proxies.isDirect("anything", Map.of("no_proxy", "*"))).isTrue();
  }

  @Test
  @DisplayName(
      "a credential plugin runs when it is needed, is told what it wants, and its trouble is told without its output")
  void plugins() throws IOException {
    Path program =
        file(
            "plugin.sh",
            """
            #!/bin/sh
            echo "$GREETING $1 $KUBERNETES_EXEC_INFO" >> "$(dirname "$0")/calls"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s","expirationTimestamp":"%s"}}' very-secret-token "$UNTIL"
            """);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String config =
        cluster("a", "https://a")
            + "contexts: [{name: c, context: {cluster: a, user: u}}]\ncurrent-context: c\n"
            + "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./%s, args: [arg], env: [{name: GREETING, value: hello}], provideClusterInfo: true, interactiveMode: Never, installHint: Get it there.}}}]\n";
    Path kubeconfig = file("config", config.formatted("plugin.sh"));
    Connection.Credentials credentials =
        connect(
                choice(kubeconfig),
                Map.of("UNTIL", "2999-01-01T00:00:00Z", "PATH", System.getenv("PATH")))
            .credentials();
    assertThat(folder.resolve("calls")).doesNotExist();
    assertThat(credentials.authorization()).contains("Bearer " + SECRET);
    assertThat(credentials.authorization()).contains("Bearer " + SECRET);
    assertThat(credentials.renew()).isTrue();
    assertThat(credentials.authorization()).contains("Bearer " + SECRET);
    assertThat(Files.readAllLines(folder.resolve("calls")))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("hello arg {")
                    .contains("\"interactive\":false", "\"server\":\"https://a\""));

    Connection.Credentials expired =
        connect(
                choice(kubeconfig),
                Map.of("UNTIL", "2000-01-01T00:00:00Z", "PATH", System.getenv("PATH")))
            .credentials();
    expired.authorization();
    expired.authorization();
    assertThat(Files.readAllLines(folder.resolve("calls"))).hasSize(4);

    Path nowhere = file("nowhere", config.formatted("nope.sh"));
    Connection.Credentials missing = connect(choice(nowhere), Map.of()).credentials();
    assertThatThrownBy(missing::authorization)
        .hasMessageStartingWith("getting credentials: exec: executable ./nope.sh not found")
        .hasMessageContaining("Get it there.");
    file("bad.sh", "#!/bin/sh\necho very-secret-token\n");
    assertThat(folder.resolve("bad.sh").toFile().setExecutable(true)).isTrue();
    Connection.Credentials bad =
        connect(
                choice(file("bad", config.formatted("bad.sh"))),
                Map.of("PATH", System.getenv("PATH")))
            .credentials();
    assertThatThrownBy(bad::authorization)
        .hasMessageContaining("is not JSON")
        .message()
        .doesNotContain(SECRET);
    assertThat(connect(choice(kubeconfig), Map.of()).identity()).isEqualTo(Optional.empty());
  }
}
