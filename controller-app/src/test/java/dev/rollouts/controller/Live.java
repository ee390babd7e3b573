package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Json;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.client.ClientPatch;
import dev.rollouts.engine.client.ClientPatches;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.client.Config;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A namespace of the test cluster with a controller of its own. */
final class Live implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  final TestCluster cluster = TestCluster.shared();
  final String namespace = cluster.namespace();
  final Api api = new Api(cluster.client());
  private Controller controller;

  private final String user;
  private final String[] groups;

  /** Starts the controller, with all rights. */
  Live() {
    this("controller", "system:masters");
  }

  /** Starts the controller as somebody. */
  Live(String user, String... groups) {
    this.user = user;
    this.groups = groups;
    controller = start(settings());
  }

  /** What a controller of one namespace is told; there is only one, so it need not be elected. */
  Settings settings(String... flags) {
    return Flags.settings(namespace, flags);
  }

  /** Starts another controller of this namespace, which the caller closes. */
  Controller start(Settings settings) {
    return start(settings, user, groups);
  }

  /** Starts another controller as somebody with all rights, which the caller closes. */
  Controller start(Settings settings, String as) {
    return start(settings, as, "system:masters");
  }

  /** Starts another controller as a member of these groups, which the caller closes. */
  Controller start(Settings settings, String user, String... groups) {
    Controller made =
        new Controller(
            settings,
            Config.fromKubeconfig(cluster.controlPlane().kubeconfigFor(user, groups)),
            Clock.systemUTC(),
            () -> {});
    try {
      made.start();
    } catch (Exception e) {
      made.close();
      throw new IllegalStateException("the controller does not start", e);
    }
    return made;
  }

  Controller controller() {
    return controller;
  }

  /** Another process takes over. */
  void restart() {
    controller.close();
    controller = start(settings());
  }

  // --- what users do

  /** Creates or changes objects, as {@code kubectl apply} does. */
  void apply(String yaml) {
    for (Document document : Codec.standard().read("test.yaml", yaml)) {
      JsonObject tree = JsonObject.of(document.tree());
      ObjectKey key =
          new ObjectKey(document.apiVersion(), document.kind(), namespace, document.name());
      try {
        if (api.get(key).isPresent()) {
          api.patch(key, "", tree.fields());
        } else {
          api.create(key, tree);
        }
      } catch (ApiException e) {
        throw new AssertionError(key + ": " + e.text(), e);
      }
    }
  }

  void patch(String kind, String name, String json) {
    try {
      api.patch(key(kind, name), "", map(json));
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(String json) {
    return (Map<String, Object>) Json.read("patch", json);
  }

  void image(String rollout, String image) {
    JsonObject template =
        ClientPatches.withImage(rollout(rollout).spec().template(), "*", image).orElseThrow();
    try {
      api.patch(key("Rollout", rollout), "", Map.of("spec", Map.of("template", template.fields())));
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  void promote(String rollout) {
    send(rollout, ClientPatches.promote(rollout(rollout)));
  }

  void abort(String rollout) {
    send(rollout, ClientPatches.abort());
  }

  void send(String rollout, List<ClientPatch> patches) {
    for (ClientPatch each : patches) {
      try {
        api.patch(key("Rollout", rollout), each.ofStatus() ? "status" : "", each.body().fields());
      } catch (ApiException e) {
        throw new AssertionError(e.text(), e);
      }
    }
  }

  // --- what there is

  ObjectKey key(String kind, String name) {
    String version =
        switch (kind) {
          case "ReplicaSet", "Deployment" -> "apps/v1";
          case "Service", "Pod", "Event" -> "v1";
          default -> KubernetesObject.API_VERSION;
        };
    return new ObjectKey(version, kind, namespace, name);
  }

  Optional<JsonObject> find(ObjectKey key) {
    try {
      return api.get(key);
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  List<JsonObject> list(String kind) {
    try {
      return api.list(key(kind, "*"), Map.of());
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  Rollout rollout(String name) {
    return Wire.decode(Rollout.class, find(key("Rollout", name)).orElseThrow().fields()).value();
  }

  /** ReplicaSets of a rollout by revision: wanted sizes, such as {@code 1=4 2=1}. */
  String sizes() {
    StringBuilder text = new StringBuilder();
    list("ReplicaSet").stream()
        .map(dev.rollouts.controller.kube.ReplicaSetTree::read)
        .filter(each -> each.metadata().labels().containsKey(RolloutKeys.POD_TEMPLATE_HASH))
        .sorted(Comparator.comparingLong(ReplicaSet::revision))
        .forEach(
            each ->
                text.append(text.isEmpty() ? "" : " ")
                    .append(each.revision())
                    .append('=')
                    .append(each.replicas()));
    return text.toString();
  }

  /** Reasons of the events about an object, in their order. */
  List<String> events(String object) {
    return list("Event").stream()
        .filter(each -> object.equals(each.at("involvedObject", "name")))
        .sorted(Comparator.comparing(each -> ClusterObjects.metadata(each).resourceVersion()))
        .map(each -> String.valueOf(each.at("reason")))
        .toList();
  }

  // --- waiting

  Rollout await(String rollout, RolloutPhase phase, String message) {
    return await(
        rollout,
        it ->
            it.statusOrEmpty().phase() == phase
                && it.statusOrEmpty().message().startsWith(message)
                && Long.toString(it.metadata().generation())
                    .equals(it.statusOrEmpty().observedGeneration()));
  }

  Rollout await(String rollout, Predicate<Rollout> condition) {
    await(
        () -> condition.test(rollout(rollout)),
        () -> "rollout " + rollout + ": " + rollout(rollout).status() + " " + sizes());
    return rollout(rollout);
  }

  static void await(BooleanSupplier condition, Supplier<String> otherwise) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        assertThat(condition.getAsBoolean()).as(otherwise).isTrue();
        return;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    controller.close();
    cluster.client().namespaces().withName(namespace).delete();
  }
}
