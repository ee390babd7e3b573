package dev.rollouts.testcluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real API server with pods that do as they are told. */
@Tag("it")
class KubeletTest {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.namespace();

  @Test
  void aDeploymentGetsReadyPods() {
    create(deployment("shop", 3, Map.of()));

    assertThat(readyReplicas("shop", 3)).isEqualTo(3);
  }

  private void create(Deployment deployment) {
    cluster.client().apps().deployments().inNamespace(namespace).resource(deployment).create();
  }

  private int readyReplicas(String name, int expected) {
    return cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            there ->
                there.getStatus().getReadyReplicas() != null
                    && there.getStatus().getReadyReplicas() == expected,
            60,
            TimeUnit.SECONDS)
        .getStatus()
        .getReadyReplicas();
  }

  private static Deployment deployment(String name, int replicas, Map<String, String> annotations) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .withMatchLabels(Map.of("app", name))
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(Map.of("app", name))
        .withAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/shop:1")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
