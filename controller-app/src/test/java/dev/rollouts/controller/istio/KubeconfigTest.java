package dev.rollouts.controller.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.controller.kube.StartException;
import io.fabric8.kubernetes.client.Config;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeconfigTest {
  private static final String SECRET = "Secret argo-rollouts/istio, mesh";

  private static byte[] kubeconfig(String cluster, String user) {
    return """
        apiVersion: v1
        kind: Config
        current-context: main
        contexts:
        - {name: other, context: {cluster: nowhere, user: nobody}}
        - {name: main, context: {cluster: mesh, user: rollouts, namespace: default}}
        clusters:
        - {name: mesh, cluster: %s}
        users:
        - {name: rollouts, user: %s}
        """
        .formatted(cluster, user)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("T-403 An address, its authority and credentials are taken over, and nothing else")
  void reads() {
    Config config =
        Kubeconfig.read(
            SECRET,
            kubeconfig(
                "{server: \"https://mesh.example:6443\", certificate-authority-data: Y2E=}",
                "{token: planted, client-certificate-data: Y2VydA==, client-key-data: a2V5}"));
    assertThat(config.getMasterUrl()).startsWith("https://mesh.example:6443");
    assertThat(config.getCaCertData()).isEqualTo("Y2E=");
    assertThat(config.getOauthToken()).isEqualTo("planted");
    assertThat(config.getClientCertData()).isEqualTo("Y2VydA==");
    assertThat(config.getClientKeyData()).isEqualTo("a2V5");
    assertThat(config.getAutoConfigure()).isFalse();
    assertThat(config.isTrustCerts()).isFalse();
    assertThat(config.getOauthTokenProvider()).isNull();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {server: "https://a"} | {exec: {apiVersion: client.authentication.k8s.io/v1, command: planted}} | user.exec: programs are not run; use a token or client-certificate-data
          {server: "https://a"} | {auth-provider: {name: gcp, config: {cmd-path: planted}}} | user.auth-provider: programs are not run; use a token or client-certificate-data
          {server: "https://a"} | {tokenFile: /planted} | user.tokenFile: files are not read; use token
          {server: "https://a"} | {client-certificate: /planted} | user.client-certificate: files are not read; use client-certificate-data
          {server: "https://a"} | {token: planted, client-key: /planted} | user.client-key: files are not read; use client-key-data
          {server: "https://a"} | {username: planted, password: planted} | user.username: is not known here; expected one of [client-certificate-data, client-key-data, extensions, token]
          {server: "https://a"} | {as: planted, token: planted} | user.as: is not known here; expected one of [client-certificate-data, client-key-data, extensions, token]
          {server: "https://a"} | {token: {a: planted}} | token: must be a text
          {server: "https://a", certificate-authority: /planted} | {} | cluster.certificate-authority: files are not read; use certificate-authority-data
          {server: "https://a", insecure-skip-tls-verify: true} | {} | cluster.insecure-skip-tls-verify: servers are verified; use certificate-authority-data
          {server: "https://a", proxy-url: "http://planted"} | {} | cluster.proxy-url: is not known here; expected one of [certificate-authority-data, extensions, server]
          {server: "http://planted"} | {} | cluster.server: must be an address such as https://istio.example:6443
          {server: "https://planted:planted@a"} | {} | cluster.server: must be an address such as https://istio.example:6443
          {server: "file:///planted"} | {} | cluster.server: must be an address such as https://istio.example:6443
          {server: "https://a b"} | {} | cluster.server: must be an address such as https://istio.example:6443
          {} | {} | cluster.server: must be a text
          [planted] | {} | clusters: must have the entry that the current context names
          """)
  @DisplayName(
      "T-403 A hostile kubeconfig is refused: it says which field, what to do, and nothing of the Secret")
  void refuses(String cluster, String user, String why) {
    assertThatThrownBy(() -> Kubeconfig.read(SECRET, kubeconfig(cluster, user)))
        .isInstanceOf(StartException.class)
        .hasMessage(SECRET + ": " + why)
        .hasMessageNotContaining("planted")
        .hasNoCause();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          planted                                   | current-context: must be set
          current-context: main                     | contexts: must have the entry that the current context names
          'a: [planted'                             | no kubeconfig: it is not YAML
          'a: !!javax.script.ScriptEngineManager []' | no kubeconfig: it is not YAML
          """)
  @DisplayName("T-403 What is no kubeconfig is refused")
  void refusesOthers(String text, String why) {
    assertThatThrownBy(() -> Kubeconfig.read(SECRET, text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(StartException.class)
        .hasMessage(SECRET + ": " + why);
  }

  @Test
  @DisplayName("T-403 A kubeconfig is small")
  void refusesLarge() {
    assertThatThrownBy(() -> Kubeconfig.read(SECRET, new byte[300_000]))
        .hasMessage(SECRET + ": larger than 262144 bytes, which no kubeconfig is");
  }
}
