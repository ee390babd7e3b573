package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Json;
import dev.rollouts.controller.istio.PrimaryCluster;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.StartException;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.AuditLog;
import dev.rollouts.testcluster.ControlPlane;
import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A mesh of two clusters, both real: Rollouts in one, the configuration of Istio in the other. */
@Tag("it")
class PrimaryClusterTest {
  private static final String USER = "primary-cluster-test";
  private static final RouterCase ISTIO =
      RouterCase.ALL.stream()
          .filter(each -> each.name().equals("Istio by subset"))
          .findFirst()
          .orElseThrow();

  private static void secret(Live live, String name, String... kubeconfigs) {
    SecretBuilder secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(live.namespace)
            .addToLabels("istio.argoproj.io/primary-cluster", "true")
            .endMetadata();
    for (int i = 0; i < kubeconfigs.length; i++) {
      secret.addToStringData("mesh" + i, kubeconfigs[i]);
    }
    live.cluster.client().resource(secret.build()).create();
  }

  private static Controller controller(Live live) {
    return new Controller(
        live.settings(),
        Config.fromKubeconfig(live.cluster.controlPlane().kubeconfigFor(USER, "system:masters")),
        Clock.systemUTC(),
        () -> {});
  }

  private static void create(Api api, String namespace, String yaml) throws ApiException {
    for (Document document : Codec.standard().read("istio.yaml", yaml)) {
      ObjectKey key =
          new ObjectKey(document.apiVersion(), document.kind(), namespace, document.name());
      api.create(key, JsonObject.of(document.tree()));
    }
  }

  @Test
  @DisplayName(
      "T-403 The labelled Secret leads all reads, watches, writes and the clean-up of Istio to the primary cluster")
  void istioIsElsewhere() throws Exception {
    RouterDefinitions.install(TestCluster.shared().client());
    try (Live live = new Live();
        ControlPlane primary = ControlPlane.setup().start()) {
      live.controller().close();
      RouterDefinitions.install(primary.client(), "virtualservices.networking.istio.io");
      RouterDefinitions.install(primary.client(), "destinationrules.networking.istio.io");
      primary
          .client()
          .namespaces()
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName(live.namespace)
                  .endMetadata()
                  .build())
          .create();
      Api there = new Api(primary.client());
      create(there, live.namespace, ISTIO.objects());
      secret(live, "mesh", primary.kubeconfigFor("rollouts", "system:masters"));

      try (Controller controller = controller(live)) {
        controller.start();
        String rolloutAlone = ISTIO.yaml("[{setWeight: 20}, {pause: {}}]");
        live.apply(rolloutAlone.substring(0, rolloutAlone.indexOf("---\napiVersion: networking")));
        live.await("web", RolloutPhase.HEALTHY, "");
        live.image("web", "web:2");
        live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
        awaitWeights(there, live.namespace, "20/80");

        there.patch(
            ISTIO.key(live.namespace),
            "",
            Live.map(
                """
                {"spec": {"http": [{"route": [
                  {"destination": {"host": "web", "subset": "canary"}, "weight": 90},
                  {"destination": {"host": "web", "subset": "stable"}, "weight": 10}]}]}}
                """));
        awaitWeights(there, live.namespace, "20/80");

        assertThat(managed(there, live.namespace)).isTrue();
        live.cluster
            .client()
            .genericKubernetesResources("argoproj.io/v1alpha1", "Rollout")
            .inNamespace(live.namespace)
            .withName("web")
            .delete();
        Live.await(
            () -> !managed(there, live.namespace),
            () -> "the DestinationRule is still that of the Rollout");
      }
      assertThat(
              live.cluster.controlPlane().audit().requests().stream()
                  .filter(each -> each.user().equals(USER))
                  .map(AuditLog.Request::resource))
          .contains("rollouts", "secrets")
          .doesNotContain("virtualservices", "destinationrules");
    }
  }

  private static void awaitWeights(Api there, String namespace, String weights) {
    Live.await(() -> weights(there, namespace).equals(weights), () -> weights(there, namespace));
  }

  private static String weights(Api there, String namespace) {
    try {
      return ISTIO.weights().apply(there.get(ISTIO.key(namespace)).orElseThrow());
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  private static boolean managed(Api there, String namespace) {
    try {
      Optional<JsonObject> rule =
          there.get(
              new ObjectKey("networking.istio.io/v1alpha3", "DestinationRule", namespace, "web"));
      return rule.orElseThrow().at("metadata", "annotations", RolloutKeys.MANAGED_BY) != null;
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  @Test
  @DisplayName(
      "T-403, O-002 A Secret that cannot be used, or several, end the start with a reason and without a value of them, before a port opens")
  void doesNotGuess() {
    try (Live live = new Live()) {
      secret(
          live,
          "mesh",
          """
          apiVersion: v1
          kind: Config
          current-context: a
          contexts: [{name: a, context: {cluster: a, user: a}}]
          clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]
          users: [{name: a, user: {exec: {command: planted-program}}}]
          """);
      try (Controller controller = controller(live)) {
        assertThatThrownBy(controller::start)
            .isInstanceOf(StartException.class)
            .hasMessage(
                "Secret %s/mesh, mesh0: user.exec: programs are not run; use a token or client-certificate-data",
                live.namespace);
        assertThat(controller.healthPort()).isEqualTo(-1);
        assertThat(controller.metricsPort()).isEqualTo(-1);
      }
      live.cluster.client().secrets().inNamespace(live.namespace).withName("mesh").delete();
      secret(live, "mesh", "a: 1", "a: 2");
      try (Controller controller = controller(live)) {
        assertThatThrownBy(controller::start)
            .isInstanceOf(StartException.class)
            .hasMessage(
                "several primary clusters of Istio: 1 Secrets of namespace %1$s have the label istio.argoproj.io/primary-cluster, and Secret %1$s/mesh has 2 entries; leave one",
                live.namespace);
      }
    }
  }

  @Test
  @DisplayName(
      "T-403 Who may not list Secrets looks for Istio here; deploy/istio-primary-cluster.yaml lets the controller list those of its namespace")
  void needsTheRight() throws Exception {
    try (Live live = new Live()) {
      secret(live, "mesh", "a: 1");
      String account = "system:serviceaccount:" + live.namespace + ":argo-rollouts";
      Api api =
          new Api(
              new KubernetesClientBuilder()
                  .withConfig(
                      Config.fromKubeconfig(live.cluster.controlPlane().kubeconfigFor(account)))
                  .build());
      assertThat(PrimaryCluster.find(api, live.namespace)).isEmpty();

      List<Document> role = Codec.standard().read(Path.of("deploy", "istio-primary-cluster.yaml"));
      for (Document each : role) {
        live.api.create(
            new ObjectKey(each.apiVersion(), each.kind(), live.namespace, each.name()),
            JsonObject.of(inNamespace(each.tree(), live.namespace)));
      }
      Live.await(
          () -> {
            try {
              PrimaryCluster.find(api, live.namespace);
              return false; // rights are granted a moment later
            } catch (StartException found) {
              return String.valueOf(found.getMessage()).contains("current-context: must be set");
            }
          },
          () -> "the Secret is not found");
      api.client().close();
    }
  }

  /** The subject of the binding is in the namespace that the file is applied to. */
  private static Map<String, ?> inNamespace(Map<String, ?> tree, String namespace) {
    return Live.map(
        Json.write(tree)
            .replace("\"namespace\":\"argo-rollouts\"", "\"namespace\":\"" + namespace + '"'));
  }
}
