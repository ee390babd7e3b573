package dev.rollouts.cli.plugin;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.ApiServer.Pending;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Json;
import dev.rollouts.codec.Limits;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.Neighbours;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.simulation.cluster.ClusterState;
import dev.rollouts.simulation.rollout.RolloutManifests;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rollout and everything that decisions about it look at, read from the cluster once. What may
 * not be read is told, and counts as unknown; what is not there does not exist.
 */
final class LiveRollout {
  private static final Set<String> DONE = Set.of("Failed", "Succeeded");
  private static final List<Resource> AROUND =
      List.of(
          Resource.PODS,
          Resource.EXPERIMENTS,
          Resource.ANALYSIS_RUNS,
          Resource.ANALYSIS_TEMPLATES,
          Resource.CLUSTER_ANALYSIS_TEMPLATES,
          Resource.of("autoscaling/v2", "HorizontalPodAutoscaler"));

  private final Session session;
  private final ApiServer server;
  private final KubeObject found;
  private final Rollout rollout;
  private final Instant at;
  private final Set<String> unread = new TreeSet<>();
  private final List<KubeObject> pods = new ArrayList<>();
  private final List<JsonObject> trees = new ArrayList<>();
  private final Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>();

  private LiveRollout(Session session, KubeObject found) {
    this.session = session;
    this.server = session.server();
    this.found = found;
    this.rollout = Wire.decode(Rollout.class, found.fields()).value();
    this.at = session.now().truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * Reads all of it.
   *
   * @throws PluginException when there is no such rollout
   */
  static LiveRollout of(Session session, String name) {
    ApiServer server = session.server();
    String namespace = session.namespace();
    Pending<KubeObject> asked = server.getSoon(Resource.ROLLOUTS, namespace, name);
    Pending<List<KubeObject>> sets =
        server.listSoon(Resource.REPLICA_SETS, namespace, Gathering.OURS);
    List<Pending<List<KubeObject>>> around = new ArrayList<>();
    for (Resource each : AROUND) {
      Selection selection = each.equals(Resource.PODS) ? Gathering.OURS : Selection.all();
      around.add(server.listSoon(each, namespace, selection));
    }
    LiveRollout live = new LiveRollout(session, Session.found(Resource.ROLLOUTS, name, asked::get));
    sets.get().forEach(live::take);
    for (int i = 0; i < AROUND.size(); i++) {
      live.take(AROUND.get(i), around.get(i));
    }
    live.readReferences();
    return live;
  }

  private void take(Resource resource, Pending<List<KubeObject>> answer) {
    try {
      answer.get().forEach(this::take);
    } catch (ApiException e) {
      missed(resource.kind(), e);
    }
  }

  private void take(KubeObject object) {
    if (object.kind().equals("Pod")) {
      pods.add(object);
    } else {
      trees.add(JsonObject.of(object.without("metadata", "managedFields").fields()));
    }
  }

  /** A kind that is not installed has no objects; one that may not be read may have some. */
  private void missed(String kind, ApiException e) {
    if (!e.isNotFound() && unread.add(kind)) {
      session.err("warning: " + e.getMessage());
    }
  }

  // --- what the rollout refers to

  private void readReferences() {
    RolloutEngine engine = new RolloutEngine();
    Neighbours around = Neighbours.ofCluster(trees);
    Set<ObjectKey> asked = new HashSet<>();
    boolean more = true;
    while (more) {
      Set<ObjectKey> wanted =
          new LinkedHashSet<>(
              engine
                  .reads(
                      rollout,
                      new RolloutObservations(
                          around.replicaSets(),
                          List.of(),
                          around.analysisRuns(),
                          around.experiments(),
                          around.templates(),
                          ClusterObjects.of(objects),
                          List.of()))
                  .objects());
      wanted.removeAll(asked);
      asked.addAll(wanted);
      more = !wanted.isEmpty();
      wanted.forEach(this::read);
    }
  }

  private void read(ObjectKey key) {
    Resource resource = Resource.of(key.apiVersion(), key.kind());
    try {
      List<KubeObject> read =
          key.isAll()
              ? server.list(resource, key.namespace(), Selection.all()).items()
              : List.of(server.get(resource, key.namespace(), key.name()));
      for (KubeObject each : read) {
        JsonObject tree = JsonObject.of(each.without("metadata", "managedFields").fields());
        objects.put(ClusterObjects.keyOf(tree), tree);
      }
    } catch (ApiException e) {
      missed(key.kind(), e);
    }
  }

  // --- what there is

  /** The rollout as the API server has it. */
  KubeObject found() {
    return found;
  }

  Rollout rollout() {
    return rollout;
  }

  /** When it was read, in whole seconds. */
  Instant at() {
    return at;
  }

  /** ReplicaSets that the rollout controls. */
  List<ReplicaSet> replicaSets() {
    return Neighbours.ofCluster(trees).replicaSets().stream()
        .filter(each -> each.metadata().controllerUid().equals(rollout.metadata().uid()))
        .toList();
  }

  /** Everything that the rollout refers to, by key. */
  Map<ObjectKey, JsonObject> objects() {
    return objects;
  }

  /** Templates of both kinds. */
  Map<TemplateRef, AnalysisTemplateSpec> templates() {
    return Neighbours.ofCluster(trees).templates();
  }

  /** For a simulation; what could not be read is made up. */
  RolloutManifests manifests() {
    List<Object> documents = new ArrayList<>();
    documents.add(found.without("metadata", "managedFields").fields());
    objects.values().forEach(each -> documents.add(each.fields()));
    for (JsonObject each : trees) {
      Object kind = each.at("kind");
      if ("AnalysisTemplate".equals(kind)
          || "ClusterAnalysisTemplate".equals(kind)
          || "HorizontalPodAutoscaler".equals(kind)) {
        documents.add(each.fields());
      }
    }
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("apiVersion", "v1");
    list.put("kind", "List");
    list.put("items", documents);
    Codec codec =
        Codec.within(
            Limits.defaults().withBytesMax(Integer.MAX_VALUE).withNodesMax(Integer.MAX_VALUE));
    return RolloutManifests.ofCluster(
        codec.read("cluster", Json.write(list)), rollout.metadata().name(), unread);
  }

  /** Where a simulation starts. */
  ClusterState state(RolloutManifests manifests) {
    Neighbours around = Neighbours.ofCluster(trees);
    Set<String> owners = new HashSet<>();
    owners.add(rollout.metadata().uid());
    var experiments =
        around.experiments().stream()
            .filter(each -> owners.contains(each.metadata().controllerUid()))
            .toList();
    experiments.forEach(each -> owners.add(each.metadata().uid()));
    List<ReplicaSet> sets =
        around.replicaSets().stream()
            .filter(each -> owners.contains(each.metadata().controllerUid()))
            .toList();
    return new ClusterState(
        rollout,
        sets,
        pods.stream()
            .filter(each -> !DONE.contains(each.text("status", "phase")))
            .map(LiveRollout::pod)
            .toList(),
        around.analysisRuns().stream()
            .filter(each -> owners.contains(each.metadata().controllerUid()))
            .toList(),
        experiments,
        manifests.objects());
  }

  private static Pod pod(KubeObject object) {
    boolean ready =
        object.children("status", "conditions").stream()
            .anyMatch(
                each -> each.text("type").equals("Ready") && each.text("status").equals("True"));
    return new Pod(ClusterObjects.metadata(JsonObject.of(object.fields())), ready);
  }
}
