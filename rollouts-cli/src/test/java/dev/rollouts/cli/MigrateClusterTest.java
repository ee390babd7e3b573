package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check on a real API server, by the real kubectl. */
@Tag("it")
class MigrateClusterTest {
  @TempDir Path folder;

  @Test
  void saysOfALiveClusterWhatItSaysOfItsFiles() throws Exception {
    TestCluster cluster = TestCluster.shared();
    KubernetesClient client = cluster.client();
    String namespace = cluster.namespace();
    client
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: errors}
                spec:
                  metrics:
                  - name: errors
                    provider: {datadog: {query: "sum:errors"}}
                ---
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata:
                  name: web
                  annotations: {notifications.argoproj.io/subscribe.on-rollout-aborted.slack: all}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: web}}
                  strategy: {canary: {steps: [{plugin: {name: acme/approve}}]}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "web:1"}]}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: argo-rollouts}
                spec:
                  selector: {matchLabels: {app: argo}}
                  template:
                    metadata: {labels: {app: argo}}
                    spec:
                      containers:
                      - name: argo-rollouts
                        image: registry.example/argoproj/argo-rollouts:v1.9.0
                        args: [--namespaced, --enable-pprof-address=127.0.0.1:8888]
                """
                    .getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
    String before = versions(client, namespace);

    Cli.Result all =
        kubectl(cluster.controlPlane().kubeconfig()).run("migrate", "check", "-n", namespace);

    assertThat(all.exitCode()).as(all.transcript()).isEqualTo(1);
    assertThat(all.out())
        .contains("provider-missing  AnalysisTemplate " + namespace + "/errors")
        .contains("plugin-program  Rollout " + namespace + "/web")
        .contains("flag-refused  Deployment " + namespace + "/argo-rollouts")
        .contains("notifications are in use")
        .doesNotContain("not-checked");
    assertThat(versions(client, namespace)).isEqualTo(before);

    Path nobody = folder.resolve("kubeconfig");
    Files.writeString(nobody, cluster.controlPlane().kubeconfigFor("nobody"));
    Cli.Result blind = kubectl(nobody).run("migrate", "check", "-n", namespace);
    assertThat(blind.out()).contains("not-checked  Rollout", "you may not list it");
  }

  private static Cli kubectl(Path kubeconfig) {
    return Cli.plain()
        .with("PATH", System.getenv("PATH"))
        .with("HOME", System.getProperty("java.io.tmpdir"))
        .with("KUBECONFIG", kubeconfig.toString());
  }

  private static String versions(KubernetesClient client, String namespace) {
    StringBuilder text = new StringBuilder();
    for (String kind : new String[] {"Rollout", "AnalysisTemplate"}) {
      client
          .genericKubernetesResources("argoproj.io/v1alpha1", kind)
          .inNamespace(namespace)
          .list()
          .getItems()
          .forEach(each -> text.append(each.getMetadata().getResourceVersion()).append(' '));
    }
    return text.toString();
  }
}
