package dev.rollouts.testcluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster in a process of its own, as {@code ./dev cluster} starts it. */
@Tag("it")
class MainTest {
  @TempDir Path folder;
  private Process process;

  @AfterEach
  void stop() {
    process.destroyForcibly().onExit().join();
  }

  @Test
  void itSaysHowToUseTheClusterAndEndsWithAllOfIt() throws Exception {
    start();
    Config config = Config.fromKubeconfig(folder.resolve("admin.kubeconfig").toFile());
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      assertThat(client.nodes().list().getItems()).hasSize(3);
    }
    List<ProcessHandle> programs = process.descendants().toList();

    process.destroy();

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    awaitEnd(programs);
    assertThat(folder.resolve("etcd")).doesNotExist();
    assertThat(folder.resolve("log/kube-apiserver")).isNotEmptyFile();
  }

  @Test
  void noProgramOutlivesAJvmThatIsKilled() throws Exception {
    start();
    List<ProcessHandle> programs = process.descendants().toList();
    assertThat(programs).hasSizeGreaterThanOrEqualTo(3);

    process.destroyForcibly();

    awaitEnd(programs);
  }

  private void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = process.inputReader();
    assertThat(output.readLine())
        .isEqualTo("export KUBECONFIG=" + folder.resolve("admin.kubeconfig"));
  }

  private static void awaitEnd(List<ProcessHandle> programs) {
    CompletableFuture.allOf(
            programs.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }
}
