package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of Ingresses by others, on a real API server. */
@Tag("it")
class IngressWakesTest {
  private static final RouterCase NGINX =
      RouterCase.ALL.stream()
          .filter(each -> each.name().equals("NGINX Ingress"))
          .findFirst()
          .orElseThrow();
  private static final String WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";

  private Live live;

  @BeforeEach
  void start() {
    live = new Live();
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private ObjectKey ingress(String name) {
    return new ObjectKey("networking.k8s.io/v1", "Ingress", live.namespace, name);
  }

  private void patch(String ingress, String json) {
    try {
      live.api.patch(ingress(ingress), "", Live.map(json));
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  private Object at(String ingress, Object... path) {
    Optional<JsonObject> found = live.find(ingress(ingress));
    return found.map(tree -> RouterCase.at(tree, path)).orElse(null);
  }

  /** The class by annotation, by field, by both, and one that nobody has told the controller. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "annotations: {kubernetes.io/ingress.class: nginx}|",
        "annotations: {}|ingressClassName: nginx",
        "annotations: {kubernetes.io/ingress.class: nginx}|ingressClassName: nginx",
        "annotations: {}|ingressClassName: public-nginx",
      })
  @DisplayName(
      "T-109, O-044, R-520 A change of the stable or the canary Ingress wakes the Rollout, whatever the class of it")
  void wakes(String ingressClass) {
    String[] parts = ingressClass.split("\\|", -1);
    live.apply(
        NGINX
            .yaml("[{setWeight: 20}, {pause: {}}]")
            .replace(
                "metadata: {name: web}\nspec:\n  ingressClassName: nginx\n",
                "metadata: {name: web, %s}\nspec:\n  %s\n".formatted(parts[0], parts[1])));
    assertThat(at("web", "spec", "ingressClassName"))
        .isEqualTo(parts[1].isEmpty() ? null : parts[1].replace("ingressClassName: ", ""));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    String canary = NGINX.written().get(2);

    // Somebody has the stable Ingress lead from another host.
    patch(
        "web",
        """
        {"spec": {"rules": [{"host": "new.test", "http": {"paths": [{"path": "/", "pathType": "Prefix",
          "backend": {"service": {"name": "web-stable", "port": {"number": 80}}}}]}}]}}
        """);
    Live.await(
        () -> "new.test".equals(at(canary, "spec", "rules", 0, "host")),
        () -> String.valueOf(at(canary, "spec")));

    // Somebody has the canary Ingress send more.
    patch(canary, "{\"metadata\": {\"annotations\": {\"%s\": \"90\"}}}".formatted(WEIGHT));
    Live.await(
        () -> "20".equals(at(canary, "metadata", "annotations", WEIGHT)),
        () -> String.valueOf(at(canary, "metadata")));

    // Somebody deletes it.
    try {
      live.api.delete(ingress(canary), "");
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
    Live.await(() -> at(canary, "spec") != null, () -> "there is no canary Ingress");
    assertThat(at(canary, "metadata", "annotations", WEIGHT)).isEqualTo("20");
    assertThat(live.rollout("web").statusOrEmpty().phase()).isEqualTo(RolloutPhase.PAUSED);
  }
}
