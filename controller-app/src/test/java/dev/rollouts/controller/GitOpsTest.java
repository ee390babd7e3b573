package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Json;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Argo CD and its like read of Rollouts, and what their buttons write. */
@Tag("it")
class GitOpsTest {
  private static final int ATTEMPTS = 50;

  private Live live;

  @BeforeEach
  void start() {
    RouterDefinitions.install(TestCluster.shared().client());
    live = new Live();
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private static String rollout(String steps) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 4
          selector: {matchLabels: {app: web}}
          strategy: {canary: {abortScaleDownDelaySeconds: 1, steps: %s}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
        .formatted(steps);
  }

  /** A button: reads the object, edits the tree, and puts the whole of it. */
  private void button(String subresource, Consumer<Map<String, Object>> edit) {
    for (int attempt = 1; ; attempt++) {
      Map<String, Object> tree = live();
      edit.accept(tree);
      try {
        live.cluster
            .client()
            .raw(
                "/apis/argoproj.io/v1alpha1/namespaces/%s/rollouts/web%s"
                    .formatted(live.namespace, subresource),
                "PUT",
                tree);
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != 409 || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** The Rollout as it is, to be edited. */
  private Map<String, Object> live() {
    String json = Json.write(live.find(live.key("Rollout", "web")).orElseThrow().fields());
    try {
      return new ObjectMapper().readValue(json, new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> status(Map<String, Object> tree) {
    return (Map<String, Object>) tree.get("status");
  }

  /** As the health script of Argo CD judges. */
  private String health() {
    JsonObject tree = live.find(live.key("Rollout", "web")).orElseThrow();
    Object observed = tree.at("status", "observedGeneration");
    assertThat(observed).isInstanceOf(String.class);
    if (!observed.equals(String.valueOf(tree.at("metadata", "generation")))) {
      return "Progressing";
    }
    String phase = String.valueOf(tree.at("status", "phase"));
    return phase.equals("Paused") ? "Suspended" : phase;
  }

  @Test
  @DisplayName(
      "O-240, O-241, O-242 Resume, skip a step, abort, retry, promote: written into the whole object by others, they are heeded, and the health follows")
  void buttons() {
    live.apply(rollout("[{setWeight: 25}, {pause: {}}, {setWeight: 50}, {pause: {}}]"));
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(health()).isEqualTo("Healthy");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(health()).isEqualTo("Suspended");

    button("/status", tree -> status(tree).remove("pauseConditions"));
    live.await(
        "web",
        it ->
            Integer.valueOf(3).equals(it.statusOrEmpty().currentStepIndex())
                && it.statusOrEmpty().phase() == RolloutPhase.PAUSED);

    button("/status", tree -> status(tree).put("abort", true));
    live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    assertThat(health()).isEqualTo("Degraded");
    button("/status", tree -> status(tree).remove("abort"));
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(live.rollout("web").statusOrEmpty().currentStepIndex()).isEqualTo(1);

    button(
        "/status",
        tree -> {
          status(tree).remove("pauseConditions");
          status(tree).put("currentStepIndex", 2);
        });
    live.await(
        "web",
        it ->
            Integer.valueOf(3).equals(it.statusOrEmpty().currentStepIndex())
                && it.statusOrEmpty().phase() == RolloutPhase.PAUSED);

    button("/status", tree -> status(tree).put("promoteFull", true));
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(health()).isEqualTo("Healthy");

    // What tools draw as a tree.
    for (JsonObject set : live.list("ReplicaSet")) {
      var meta = ClusterObjects.metadata(set);
      assertThat(meta.controllerUid()).isEqualTo(live.rollout("web").metadata().uid());
      assertThat(meta.labels()).containsKey(RolloutKeys.POD_TEMPLATE_HASH);
      assertThat(meta.annotations()).containsKey(RolloutKeys.REVISION);
    }
  }

  @Test
  @DisplayName(
      "O-240, O-241 Pause and restart are written into the spec, and a rollout that is paused by hand is resumed")
  void specButtons() {
    live.apply(rollout("[{setWeight: 25}]"));
    live.await("web", RolloutPhase.HEALTHY, "");
    button("", tree -> spec(tree).put("paused", true));
    live.await("web", RolloutPhase.PAUSED, "manually paused");
    assertThat(health()).isEqualTo("Suspended");
    button("", tree -> spec(tree).put("paused", false));
    live.await("web", RolloutPhase.HEALTHY, "");
    String restartAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    button("", tree -> spec(tree).put("restartAt", restartAt));
    live.await(
        "web",
        it ->
            it.statusOrEmpty().restartedAt() != null
                && it.statusOrEmpty().restartedAt().toString().equals(restartAt));
    live.await("web", RolloutPhase.HEALTHY, "");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> spec(Map<String, Object> tree) {
    return (Map<String, Object>) tree.get("spec");
  }

  @Test
  @DisplayName(
      "O-244 An abort changes nothing that is in Git: the spec stays as it was applied, and the Rollout is Degraded")
  void rollbackIsNotWritten() {
    live.apply(rollout("[{setWeight: 25}, {pause: {}}]"));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    JsonObject before = live.find(live.key("Rollout", "web")).orElseThrow();
    live.abort("web");
    live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    live.await("web", it -> live.sizes().equals("1=4 2=0"));
    JsonObject after = live.find(live.key("Rollout", "web")).orElseThrow();
    assertThat(after.at("spec")).isEqualTo(before.at("spec"));
    assertThat(after.at("metadata", "generation")).isEqualTo(before.at("metadata", "generation"));
    assertThat(health()).isEqualTo("Degraded");
  }

  @Test
  @DisplayName(
      "O-243 Of what a user has applied beside a canary, the controller changes weights, the hash in selectors and subsets, and its annotations, and nothing else")
  void noiseInDiffs() throws ApiException {
    Map<String, Set<String>> expected = new LinkedHashMap<>();
    expected.put(
        "Istio by subset",
        Set.of(
            "VirtualService web: spec.http[0].route[0].weight",
            "VirtualService web: spec.http[0].route[1].weight",
            "DestinationRule web: metadata.annotations.argo-rollouts.argoproj.io/managed-by-rollouts",
            "DestinationRule web: spec.subsets[0].labels.rollouts-pod-template-hash",
            "DestinationRule web: spec.subsets[1].labels.rollouts-pod-template-hash"));
    expected.put(
        "NGINX Ingress",
        Set.of(
            "Service web-canary: metadata.annotations.argo-rollouts.argoproj.io/managed-by-rollouts",
            "Service web-canary: spec.selector.rollouts-pod-template-hash",
            "Service web-stable: metadata.annotations.argo-rollouts.argoproj.io/managed-by-rollouts",
            "Service web-stable: spec.selector.rollouts-pod-template-hash"));
    for (RouterCase router : RouterCase.ALL) {
      if (!expected.containsKey(router.name())) {
        continue;
      }
      try (Live other = new Live()) {
        List<ObjectKey> users =
            Codec.standard().read("x.yaml", router.yaml("[]")).stream()
                .filter(each -> !each.kind().equals("Rollout"))
                .map(
                    each ->
                        new ObjectKey(each.apiVersion(), each.kind(), other.namespace, each.name()))
                .toList();
        other.controller().close();
        other.apply(router.yaml("[{setWeight: 20}, {pause: {}}]"));
        Map<ObjectKey, JsonObject> before = new LinkedHashMap<>();
        users.forEach(key -> before.put(key, other.find(key).orElseThrow()));
        other.restart();
        other.await("web", RolloutPhase.HEALTHY, "");
        other.image("web", "web:2");
        other.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
        Set<String> changed = new TreeSet<>();
        before.forEach(
            (key, tree) ->
                differ(
                    key.kind() + " " + key.name() + ": ",
                    tree.fields(),
                    other.find(key).orElseThrow().fields(),
                    changed));
        changed.removeIf(it -> it.contains(": metadata.") && !it.contains("annotations"));
        assertThat(changed).as(router.name()).isEqualTo(new TreeSet<>(expected.get(router.name())));
      }
    }
  }

  /** Paths at which two trees differ. */
  private static void differ(String path, Object one, Object other, Set<String> found) {
    if (one instanceof Map<?, ?> || other instanceof Map<?, ?>) {
      Map<?, ?> left = one instanceof Map<?, ?> map ? map : Map.of();
      Map<?, ?> right = other instanceof Map<?, ?> map ? map : Map.of();
      Set<Object> keys = new LinkedHashSet<>(left.keySet());
      keys.addAll(right.keySet());
      String dot = path.endsWith(": ") ? "" : ".";
      keys.forEach(key -> differ(path + dot + key, left.get(key), right.get(key), found));
    } else if (one instanceof List<?> left && other instanceof List<?> right) {
      for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
        differ(
            path + "[" + i + "]",
            i < left.size() ? left.get(i) : null,
            i < right.size() ? right.get(i) : null,
            found);
      }
    } else if (!Objects.equals(one, other)) {
      found.add(path);
    }
  }
}
