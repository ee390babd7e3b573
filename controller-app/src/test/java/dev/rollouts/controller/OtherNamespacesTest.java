package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Rollout that names a route of another namespace, on a real API server. */
@Tag("it")
class OtherNamespacesTest {
  private static final RouterCase ISTIO =
      RouterCase.ALL.stream()
          .filter(each -> each.name().equals("Istio by host"))
          .findFirst()
          .orElseThrow();

  private Live live;
  private String mesh;

  @BeforeEach
  void start() {
    RouterDefinitions.install(TestCluster.shared().client());
    live = new Live();
    mesh = live.cluster.namespace();
  }

  @AfterEach
  void stop() {
    live.close();
    live.cluster.client().namespaces().withName(mesh).delete();
  }

  private String weights() {
    return ISTIO.weights().apply(live.find(ISTIO.key(mesh)).orElseThrow());
  }

  private void createRoute() throws ApiException {
    for (Document document : Codec.standard().read("istio.yaml", ISTIO.objects())) {
      live.api.create(ISTIO.key(mesh), JsonObject.of(document.tree()));
    }
  }

  private String rollout() {
    String yaml = ISTIO.yaml("[{setWeight: 20}, {pause: {}}]");
    return yaml.substring(0, yaml.indexOf("---\napiVersion: networking"))
        .replace("virtualService: {name: web,", "virtualService: {name: web." + mesh + ",");
  }

  @Test
  @DisplayName(
      "T-400 A route of another namespace is left alone until it says that Rollouts of this one may change it")
  void theRouteHasTheSay() throws ApiException {
    createRoute();
    JsonObject before = live.find(ISTIO.key(mesh)).orElseThrow();
    live.apply(rollout());
    live.await(
        "web",
        it ->
            it.statusOrEmpty()
                .message()
                .contains(
                    "VirtualService `%s/web` is in another namespace, and does not say that Rollouts of `%s` may change it: annotate it with \"rollouts.argoproj.io/allow-rollouts-from: %2$s\""
                        .formatted(mesh, live.namespace)));
    assertThat(version(live.find(ISTIO.key(mesh)).orElseThrow())).isEqualTo(version(before));

    live.api.patch(
        ISTIO.key(mesh),
        "",
        Live.map(
            "{\"metadata\": {\"annotations\": {\"rollouts.argoproj.io/allow-rollouts-from\": \"%s\"}}}"
                .formatted(live.namespace)));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(weights()).isEqualTo("20/80");

    live.api.patch(
        ISTIO.key(mesh),
        "",
        Live.map(
            "{\"metadata\": {\"annotations\": {\"rollouts.argoproj.io/allow-rollouts-from\": \"other\"}}}"));
    live.await("web", it -> it.statusOrEmpty().condition("InvalidSpec").isPresent());
    assertThat(weights()).isEqualTo("20/80");
  }

  @Test
  @DisplayName("T-400 With --allow-cross-namespace-routes every route may be named")
  void theOperatorLetsAll() throws Exception {
    live.controller().close();
    createRoute();
    Settings all = live.settings("--allow-cross-namespace-routes");
    try (Controller controller = live.start(all)) {
      assertThat(controller).isNotNull();
      live.apply(rollout());
      live.await("web", RolloutPhase.HEALTHY, "");
      live.image("web", "web:2");
      live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
      assertThat(weights()).isEqualTo("20/80");
    }
  }

  private static String version(JsonObject tree) {
    return ClusterObjects.metadata(tree).resourceVersion();
  }

  @Test
  @DisplayName(
      "T-403, T-009 Without Istio's definitions a Rollout names the one that is missing, and goes on once it is there")
  void namesTheDefinition() throws ApiException {
    String definition = "virtualservices.networking.istio.io";
    RouterDefinitions.remove(live.cluster.client(), definition);
    try {
      String yaml = ISTIO.yaml("[{setWeight: 20}, {pause: {}}]");
      live.apply(yaml.substring(0, yaml.indexOf("---\napiVersion: networking")));
      live.await(
          "web",
          it ->
              it.statusOrEmpty()
                  .message()
                  .contains(
                      "this cluster serves no VirtualService in networking.istio.io/v1alpha3; install the CustomResourceDefinition virtualservices.networking.istio.io"));
    } finally {
      RouterDefinitions.install(live.cluster.client(), definition);
    }
    ObjectKey key = ISTIO.key(live.namespace);
    for (Document document : Codec.standard().read("istio.yaml", ISTIO.objects())) {
      live.api.create(key, JsonObject.of(document.tree()));
    }
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(ISTIO.weights(live)).isEqualTo("20/80");
  }
}
