package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.client.ClientPatches;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.ControlPlane;
import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.client.Config;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cluster whose definitions are older than the controller. */
@Tag("it")
class OldDefinitionsTest {
  private static final String USER = "newer-controller";

  @Test
  @DisplayName(
      "O-072 What an older definition does not keep of a status is saved once, not again and again, and the delivery goes on")
  void savesOnce() throws Exception {
    try (TestCluster cluster = TestCluster.start(ControlPlane.setup().audited())) {
      cluster
          .client()
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName("rollouts.argoproj.io")
          .edit(
              it -> {
                var status =
                    it.getSpec()
                        .getVersions()
                        .get(0)
                        .getSchema()
                        .getOpenAPIV3Schema()
                        .getProperties()
                        .get("status")
                        .getProperties();
                assertThat(status.remove("duration")).as("in the definition of today").isNotNull();
                assertThat(status.remove("message")).isNotNull();
                return it;
              });
      String namespace = cluster.namespace();
      Api api = new Api(cluster.client());
      ObjectKey key = new ObjectKey("argoproj.io/v1alpha1", "Rollout", namespace, "web");
      Settings settings = Flags.settings(namespace, "--metricsPort=-1", "--healthzPort=-1");
      try (Controller controller =
          new Controller(
              settings,
              Config.fromKubeconfig(cluster.controlPlane().kubeconfigFor(USER, "system:masters")),
              Clock.systemUTC(),
              () -> {})) {
        controller.start();
        api.create(
            key,
            JsonObject.of(
                Live.map(
                    """
                    {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "web"},
                     "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}},
                      "strategy": {"canary": {"steps": [{"setWeight": 50}, {"pause": {}}]}},
                      "template": {"metadata": {"labels": {"app": "web"}},
                       "spec": {"containers": [{"name": "web", "image": "web:1"}]}}}}
                    """)));
        Live.await(
            () -> phase(api, key) == RolloutPhase.HEALTHY, () -> String.valueOf(get(api, key)));
        JsonObject template =
            ClientPatches.withImage(get(api, key).spec().template(), "*", "web:2").orElseThrow();
        api.patch(key, "", Map.of("spec", Map.of("template", template.fields())));
        Live.await(
            () -> phase(api, key) == RolloutPhase.PAUSED, () -> String.valueOf(get(api, key)));
        assertThat(get(api, key).statusOrEmpty().message()).as("is not kept").isEmpty();

        long before = -1;
        for (int calm = 0; calm < 3; ) { // what belongs to the pause may still be saved
          long now = saves(cluster, namespace);
          calm = now == before ? calm + 1 : 0;
          before = now;
          assertThat(now).as("saves of one Rollout").isLessThan(60);
          Thread.sleep(500);
        }
      }
    }
  }

  private static long saves(TestCluster cluster, String namespace) {
    return cluster.controlPlane().audit().writes(USER).stream()
        .filter(each -> each.namespace().equals(namespace))
        .filter(each -> each.resource().equals("rollouts"))
        .count();
  }

  private static Rollout get(Api api, ObjectKey key) {
    try {
      return Wire.decode(Rollout.class, api.get(key).orElseThrow().fields()).value();
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  private static RolloutPhase phase(Api api, ObjectKey key) {
    return get(api, key).statusOrEmpty().phase();
  }
}
