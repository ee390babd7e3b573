package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything of {@code deploy} that an operator applies, on a real API server. */
@Tag("it")
class DeployTest {
  private static final String NAMESPACE = "argo-rollouts";

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "cluster-install, install.yaml",
    "namespace-install, namespace-install.yaml",
    "monitoring, monitoring.yaml"
  })
  @DisplayName("O-050 The rendered manifests are what their folders say")
  void rendered(String folder, String file) throws IOException {
    assertThat(Manifests.objects(Files.readString(Manifests.DEPLOY.resolve(file))))
        .as("render again: ./dev manifests")
        .isEqualTo(Manifests.objects(Manifests.kustomize(folder)));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "cluster-install",
        "cluster-install-ha",
        "namespace-install",
        "namespace-install-ha",
        "monitoring"
      })
  @DisplayName("O-050, O-051 Every manifest is accepted, strictly")
  void accepted(String folder) throws IOException {
    Manifests.defineMonitoring();
    String namespace = folder.startsWith("namespace") ? folder : NAMESPACE;
    assertThat(Manifests.apply(namespace, Manifests.kustomize(folder)).good())
        .contains("serverside-applied");
  }

  @Test
  @DisplayName("A field that nobody knows would not be accepted")
  void strict() throws IOException {
    Manifests.defineMonitoring();
    String monitor =
        Files.readString(Manifests.DEPLOY.resolve("monitoring/service-monitor.yaml"))
            .replace("honorLabels", "honourLabels");
    Program applied = Manifests.apply(NAMESPACE, monitor);
    assertThat(applied.exitCode()).isNotZero();
    assertThat(applied.err()).contains("honourLabels");
  }

  @Test
  @DisplayName("O-051 Plain client-side apply takes the definitions, too")
  void smallEnough() throws IOException {
    for (JsonNode each :
        Manifests.objects(Files.readString(Manifests.DEPLOY.resolve("install.yaml"))).values()) {
      assertThat(each.toString().length())
          .as(each.path("metadata").path("name").asText())
          .isLessThan(262_144);
    }
  }

  @Test
  @DisplayName("O-050 Two replicas are spread, and one of them may be evicted at a time")
  void highAvailability() throws IOException {
    Map<String, JsonNode> plain = Manifests.objects(Manifests.kustomize("cluster-install"));
    Map<String, JsonNode> twice = Manifests.objects(Manifests.kustomize("cluster-install-ha"));
    assertThat(twice.keySet()).containsAll(plain.keySet()).hasSize(plain.size() + 1);
    JsonNode deployment = twice.get("Deployment argo-rollouts");
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(deployment.at("/spec/template/spec/containers"))
        .isEqualTo(plain.get("Deployment argo-rollouts").at("/spec/template/spec/containers"));
    assertThat(twice.get("PodDisruptionBudget argo-rollouts").at("/spec/selector"))
        .isEqualTo(deployment.at("/spec/selector"));
  }

  @Test
  @DisplayName("The container is not root, cannot become it, and writes to /tmp only")
  void hardened() throws IOException {
    for (String file : new String[] {"install.yaml", "namespace-install.yaml"}) {
      JsonNode pod =
          Manifests.objects(Files.readString(Manifests.DEPLOY.resolve(file)))
              .get("Deployment argo-rollouts")
              .at("/spec/template/spec");
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      JsonNode container = pod.at("/containers/0");
      JsonNode security = container.at("/securityContext");
      assertThat(security.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(security.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
      assertThat(security.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
      assertThat(container.at("/resources/requests").isEmpty()).isFalse();
      assertThat(container.at("/volumeMounts")).hasSize(1);
      assertThat(container.at("/volumeMounts/0/mountPath").asText()).isEqualTo("/tmp");
    }
  }
}
