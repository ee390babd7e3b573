package dev.rollouts.controller.faults;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.controller.RouterDefinitions;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.ReplicaSetTree;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.simulation.cluster.ClusterAccess;
import dev.rollouts.simulation.cluster.VersionModel;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.testcluster.Kubelet;
import dev.rollouts.testcluster.PodScript;
import dev.rollouts.testcluster.TestCluster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A namespace of the test cluster in which people do what a scenario says. */
final class LiveCluster implements ClusterAccess, AutoCloseable {
  private static final int ATTEMPTS = 20;

  private final TestCluster cluster;
  private final String namespace;
  private final Api api;
  private final String rollout;
  private final List<Kubelet.Rule> rules = new ArrayList<>();

  /** A new namespace without objects, whose pods do as the scenario's versions. */
  LiveCluster(ScenarioFile scenario) {
    this(TestCluster.shared(), scenario.manifests().rollout().metadata().name());
    scenario.scenario().versions().forEach(this::behave);
  }

  /** A new namespace without objects. */
  LiveCluster(TestCluster cluster, String rollout) {
    this.cluster = cluster;
    this.namespace = cluster.namespace();
    this.api = new Api(cluster.client());
    this.rollout = rollout;
    RouterDefinitions.install(cluster.client());
  }

  private void behave(String image, VersionModel model) {
    PodScript script = PodScript.ready().readyAfter(model.readyMin());
    rules.add(
        cluster
            .kubelet()
            .when(
                Kubelet.image(image).and(pod -> pod.getMetadata().getNamespace().equals(namespace)),
                model.neverReady() >= 1 ? script.butNeverReady() : script));
  }

  TestCluster cluster() {
    return cluster;
  }

  String namespace() {
    return namespace;
  }

  Api api() {
    return api;
  }

  // --- requests, which must not fail

  private interface Request<R> {
    R send() throws ApiException;
  }

  private static <R> R sure(Request<R> request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.send();
      } catch (ApiException e) {
        if (e.refusal() != ClusterAnswer.Refusal.CONFLICT || attempt == ATTEMPTS) {
          throw new AssertionError(e.text(), e);
        }
      }
    }
  }

  ObjectKey key(String kind, String name) {
    String version =
        switch (kind) {
          case "ReplicaSet", "Deployment" -> "apps/v1";
          case "Service", "Pod", "Event", "ConfigMap" -> "v1";
          case "Job" -> "batch/v1";
          case "Ingress" -> "networking.k8s.io/v1";
          case "VirtualService" -> "networking.istio.io/v1alpha3";
          default -> KubernetesObject.API_VERSION;
        };
    return new ObjectKey(version, kind, namespace, name);
  }

  List<JsonObject> list(String kind) {
    return sure(() -> api.list(key(kind, "*"), Map.of()));
  }

  /** Applies manifests, whatever namespace they are in. */
  void applyText(String yaml) {
    for (Document document : Codec.standard().read("test.yaml", yaml)) {
      applyObject(JsonObject.of(document.tree()));
    }
  }

  /** Another image, and with it an update. */
  void image(String image) {
    Act.setImage("*", image).perform(this);
  }

  // --- access

  @Override
  public Rollout rollout() {
    return Wire.decode(
            Rollout.class, sure(() -> api.get(key("Rollout", rollout))).orElseThrow().fields())
        .value();
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void apply(Rollout manifest) {
    applyObject(JsonObject.of(Codec.tree(manifest)));
  }

  @Override
  public void applyObject(JsonObject tree) {
    ObjectKey wanted = ClusterObjects.keyOf(tree);
    ObjectKey key = new ObjectKey(wanted.apiVersion(), wanted.kind(), namespace, wanted.name());
    sure(
        () -> {
          JsonObject live = api.get(key).orElse(null);
          if (live == null) {
            return api.create(key, with(tree, Map.of("namespace", namespace)));
          }
          return api.replace(
              key,
              with(
                  tree,
                  Map.of(
                      "namespace",
                      namespace,
                      "resourceVersion",
                      String.valueOf(live.at("metadata", "resourceVersion")))));
        });
  }

  private static JsonObject with(JsonObject tree, Map<String, Object> more) {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    if (tree.at("metadata") instanceof Map<?, ?> own) {
      own.forEach((field, value) -> metadata.put(String.valueOf(field), value));
    }
    metadata.putAll(more);
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(tree.fields());
    fields.put("metadata", metadata);
    return JsonObject.of(fields);
  }

  @Override
  public void editRollout(UnaryOperator<Rollout> edit) {
    Rollout live = rollout();
    Map<String, @Nullable Object> patch =
        MergePatch.between(Codec.tree(live), Codec.tree(edit.apply(live)));
    sure(() -> api.patch(key("Rollout", rollout), "", patch));
  }

  @Override
  public void patchStatus(Map<String, ? extends @Nullable Object> patch) {
    sure(() -> api.patch(key("Rollout", rollout), "status", Map.of("status", patch)));
  }

  @Override
  public @Nullable JsonObject object(ObjectKey key) {
    return sure(() -> api.get(new ObjectKey(key.apiVersion(), key.kind(), namespace, key.name())))
        .orElse(null);
  }

  @Override
  public List<ReplicaSet> replicaSets() {
    return list("ReplicaSet").stream()
        .map(ReplicaSetTree::read)
        .filter(LiveCluster::isOfRollout)
        .sorted(Comparator.comparingLong(ReplicaSet::revision))
        .toList();
  }

  /** Not of an Experiment, nor of a Deployment. */
  static boolean isOfRollout(ReplicaSet set) {
    return set.metadata().ownerReferences().stream()
        .anyMatch(owner -> owner.controller() && owner.kind().equals("Rollout"));
  }

  @Override
  public List<AnalysisRun> analysisRuns() {
    return list("AnalysisRun").stream()
        .map(tree -> Wire.decode(AnalysisRun.class, tree.fields()).value())
        .toList();
  }

  @Override
  public void terminate(AnalysisRun run) {
    sure(
        () ->
            api.patch(
                key("AnalysisRun", run.metadata().name()),
                "",
                Map.of("spec", Map.of("terminate", true))));
  }

  @Override
  public void deletePod(String hash) {
    sure(() -> api.list(key("Pod", "*"), Map.of(RolloutKeys.POD_TEMPLATE_HASH, hash))).stream()
        .map(ClusterObjects::metadata)
        .min(
            Comparator.comparing(
                meta -> meta.creationTimestamp() == null ? Instant.MAX : meta.creationTimestamp()))
        .ifPresent(
            meta ->
                sure(
                    () -> {
                      api.delete(key("Pod", meta.name()), meta.uid());
                      return meta;
                    }));
  }

  @Override
  public void scaleDeployment(String name, int replicas) {
    sure(
        () -> api.patch(key("Deployment", name), "", Map.of("spec", Map.of("replicas", replicas))));
  }

  @Override
  public void close() {
    rules.forEach(Kubelet.Rule::close);
    cluster.client().namespaces().withName(namespace).delete();
  }
}
