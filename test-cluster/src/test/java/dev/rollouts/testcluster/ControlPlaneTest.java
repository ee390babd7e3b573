package dev.rollouts.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.crds.CustomResourceDefinitions;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real control plane, without definitions and kubelet, and its faults. */
@Tag("it")
class ControlPlaneTest {
  private static ControlPlane plane;

  @BeforeAll
  static void start() {
    plane = ControlPlane.setup().audited().start();
  }

  @AfterAll
  static void stop() {
    plane.close();
  }

  @Test
  void itIsTheVersionThatThePinsName() {
    assertThat(plane.client().getKubernetesVersion().getGitVersion())
        .isEqualTo(ClusterPrograms.version())
        .isEqualTo("v1.34.3");
  }

  @Test
  void theKubeconfigIsThatOfAUserWithAllRights() {
    Config config = Config.fromKubeconfig(new File(plane.kubeconfig().toString()));
    try (KubernetesClient admin = new KubernetesClientBuilder().withConfig(config).build()) {
      assertThat(admin.namespaces().withName("kube-system").get()).isNotNull();
    }
  }

  @Test
  void anotherUserHasTheRightsOfRbacOnly() {
    String user = "system:serviceaccount:default:reader";
    try (KubernetesClient reader = plane.clientFor(user)) {
      assertThatThrownBy(() -> reader.configMaps().inNamespace("default").list())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("forbidden: User \"" + user + "\" cannot list resource");
    }
  }

  @Test
  void groupsCount() {
    try (KubernetesClient member = plane.clientFor("ann", "devs", "system:masters")) {
      assertThat(member.configMaps().inNamespace("default").list().getItems()).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.rollouts.crds.CustomResourceDefinitions#names")
  void aDefinitionCanBeCreatedAndThenAppliedByTheServer(String name) {
    String yaml = CustomResourceDefinitions.yaml(name);

    plane.client().resource(yaml).create();
    plane.client().resource(yaml).fieldManager("another").serverSideApply();

    CustomResourceDefinition there = Definitions.awaitEstablished(plane.client(), name);
    assertThat(there.getStatus().getConditions())
        .extracting(condition -> condition.getType() + "=" + condition.getStatus())
        .containsExactlyInAnyOrder("NamesAccepted=True", "Established=True");
  }

  @Test
  void dataOutliveTheApiServerAndEtcd() {
    create("kept");

    plane.stopApiServer();
    plane.startApiServer();
    assertThat(configMap("kept")).isNotNull();

    plane.stopEtcd();
    plane.startEtcd();
    assertThat(configMap("kept")).isNotNull();
    create("later");
    assertThat(configMap("later")).isNotNull();
  }

  @Test
  void aFrozenApiServerAnswersNobodyUntilItThaws() {
    try (KubernetesClient impatient = plane.impatientClient("impatient")) {
      impatient.getConfiguration().setRequestTimeout(500);
      plane.freezeApiServer();
      try {
        assertThatThrownBy(() -> impatient.configMaps().inNamespace("default").list())
            .isInstanceOf(KubernetesClientException.class);
      } finally {
        plane.thawApiServer();
      }
      impatient.getConfiguration().setRequestTimeout(10_000);
      assertThat(impatient.configMaps().inNamespace("default").list().getItems()).isNotNull();
    }
  }

  @Test
  void theAuditLogCountsTheWritesOfAUser() {
    try (KubernetesClient writer = plane.clientFor("writer", "system:masters")) {
      ConfigMap created = writer.resource(configMapNamed("audited")).create();
      writer.resource(created).edit(there -> withData(there));
      writer.configMaps().inNamespace("default").list();
    }

    assertThat(plane.audit().writes("writer"))
        .containsExactly(
            new AuditLog.Request("writer", "create", "configmaps", "", "default", "audited", 201),
            new AuditLog.Request("writer", "patch", "configmaps", "", "default", "audited", 200));
  }

  private static ConfigMap withData(ConfigMap map) {
    return new ConfigMapBuilder(map).withData(Map.of("a", "b")).build();
  }

  private static void create(String name) {
    plane.client().resource(configMapNamed(name)).create();
  }

  private static ConfigMap configMapNamed(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .build();
  }

  private static ConfigMap configMap(String name) {
    return plane.client().configMaps().inNamespace("default").withName(name).get();
  }
}
