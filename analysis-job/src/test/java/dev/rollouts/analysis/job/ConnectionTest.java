package dev.rollouts.analysis.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.analysis.job.JobClient.RefusedException;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("§7.2 which cluster Jobs run in")
class ConnectionTest {
  @TempDir private Path directory;

  @Test
  void theServiceAccountsTokenIsReadAnew() throws Exception {
    Files.writeString(directory.resolve("token"), "old\n");
    Config config =
        Connection.ofServiceAccount(
            Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "6443"),
            directory);

    assertThat(config.getMasterUrl()).isEqualTo("https://10.0.0.1:6443/");
    assertThat(config.getCaCertFile()).isEqualTo(directory.resolve("ca.crt").toString());
    assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("old");
    Files.writeString(directory.resolve("token"), "new");
    assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("new");
  }

  @Test
  void anIpv6AddressIsPutInBrackets() throws Exception {
    Files.writeString(directory.resolve("token"), "t");

    assertThat(
            Connection.ofServiceAccount(Map.of("KUBERNETES_SERVICE_HOST", "fd00::1"), directory)
                .getMasterUrl())
        .isEqualTo("https://[fd00::1]:443/");
  }

  @Test
  void withoutATokenThereIsNoCluster() {
    assertThatThrownBy(
            () ->
                Connection.ofServiceAccount(
                    Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"), directory))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG \"in-cluster\": there is no "
                + directory.resolve("token"));
  }

  @Test
  void theClientIsMadeOnceAndAKubeconfigMayAppearLater() throws Exception {
    Path file = directory.resolve("config");
    Connection connection = Connection.to(file.toString(), Map.of());

    assertThatThrownBy(connection::get).hasMessageContaining("no readable kubeconfig");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: k, cluster: {server: "https://jobs.example:6443"}}]
        contexts: [{name: c, context: {cluster: k, user: u}}]
        users: [{name: u, user: {token: t}}]
        """);
    assertThat(connection.get()).isSameAs(connection.get());
  }
}
