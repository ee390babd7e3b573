package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.Controller;
import dev.rollouts.testcluster.TestCluster;
import dev.rollouts.testcluster.proxy.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Among a hundred rollouts are some that no program likes to read. */
@Tag("it")
class PoisonTest {
  private static final int HEALTHY = 100;
  private static final int DEPTH = 1_500;
  private static final int MEGABYTE = 1_000_000;
  private static final int KEY = 60_000;

  /** A rollout as text, since client libraries do not write such things. */
  private static String rollout(String name, String podSpec) {
    return """
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "%s"},
         "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "%s"}},
          "strategy": {"canary": {}},
          "template": {"metadata": {"labels": {"app": "%s"}}, "spec": %s}}}
        """
        .formatted(name, name, name, podSpec);
  }

  private static final String GOOD =
      "{\"containers\": [{\"name\": \"web\", \"image\": \"shop:1\"}]}";

  /** Specs of pods that are too much of something. */
  private static Map<String, String> poisons() {
    Map<String, String> poisons = new LinkedHashMap<>();
    poisons.put(
        "deep",
        "{\"containers\": [], \"x\": " + "{\"a\":".repeat(DEPTH) + "1" + "}".repeat(DEPTH + 1));
    poisons.put("large", "{\"containers\": [{\"name\": \"" + "x".repeat(MEGABYTE) + "\"}]}");
    poisons.put("long-key", "{\"containers\": [], \"" + "y".repeat(KEY) + "\": 1}");
    poisons.put(
        "quantity",
        GOOD.replace(
            "\"shop:1\"", "\"shop:1\", \"resources\": {\"limits\": {\"cpu\": \"parsecs\"}}"));
    return poisons;
  }

  private static void create(FaultProxy server, LiveCluster live, String rollout)
      throws InterruptedException {
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          server.address(
                              "/apis/argoproj.io/v1alpha1/namespaces/%s/rollouts"
                                  .formatted(live.namespace())))
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(rollout))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer::body).isEqualTo(201);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName("O-007, R-510 What cannot be read or made stops nothing else, before and after")
  void othersGoOn() throws InterruptedException {
    TestCluster cluster = TestCluster.shared();
    try (LiveCluster live = new LiveCluster(cluster, "n1");
        FaultProxy server = FaultProxy.start(cluster.controlPlane(), "poisoner", "system:masters");
        Controller controller =
            Controllers.start(
                live.namespace(),
                cluster.controlPlane().kubeconfigFor("controller", "system:masters"))) {
      assertThat(controller).isNotNull();
      Map<String, String> poisons = poisons();
      for (int i = 1; i <= HEALTHY; i++) {
        create(server, live, rollout("n" + i, GOOD));
        if (i == HEALTHY / 2) {
          for (Map.Entry<String, String> poison : poisons.entrySet()) {
            create(server, live, rollout(poison.getKey(), poison.getValue()));
          }
        }
      }
      Waiting.until(() -> healthy(live) == HEALTHY, () -> healthy(live) + " are healthy");
      // A successor reads all of them at once.
      controller.close();
      try (Controller second =
          Controllers.start(
              live.namespace(),
              cluster.controlPlane().kubeconfigFor("controller", "system:masters"))) {
        assertThat(second).isNotNull();
        live.image("shop:2");
        Waiting.until(
            () -> "shop:2".equals(Ending.of(live).stable()), () -> live.rollout().toString());
        Waiting.until(
            () -> poisons.keySet().stream().allMatch(name -> isWrong(live, name)),
            () ->
                poisons.keySet().stream()
                    .map(name -> name + ": " + status(live, name))
                    .toList()
                    .toString());
      }
    }
  }

  private static long healthy(LiveCluster live) {
    return java.util.stream.IntStream.rangeClosed(1, HEALTHY)
        .filter(
            i ->
                status(live, "n" + i) instanceof Map<?, ?> status
                    && "Healthy".equals(status.get("phase")))
        .count();
  }

  private static @Nullable Object status(LiveCluster live, String name) {
    JsonObject tree = live.object(live.key("Rollout", name));
    return tree == null ? null : tree.at("status");
  }

  /** It says that something is wrong. */
  private static boolean isWrong(LiveCluster live, String name) {
    return String.valueOf(status(live, name))
        .matches("(?s).*(InvalidSpec|ReplicaSetCreateError|Failed to create).*");
  }
}
