package dev.rollouts.controller.rollout;

import dev.rollouts.api.Condition;
import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.Store;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gathers what a decision about a rollout looks at. Thread-safe. */
final class RolloutObserver {
  private static final int ROUNDS_MAX = 5;

  private final RolloutEngine engine;
  private final Api api;
  private final Stores stores;
  private final Objects objects;
  private final References references;

  RolloutObserver(
      RolloutEngine engine, Api api, Stores stores, Objects objects, References references) {
    this.engine = engine;
    this.api = api;
    this.stores = stores;
    this.objects = objects;
    this.references = references;
  }

  RolloutObservations observe(Rollout rollout, List<ClusterAnswer> answers, Instant now)
      throws ApiException {
    ObjectMeta meta = rollout.metadata();
    Map<String, ReplicaSet> related = new HashMap<>();
    withNamesakes(stores.replicaSets(), meta, ReplicaSet::metadata)
        .forEach(each -> related.put(each.name(), each));
    for (ReplicaSet orphan : stores.replicaSets().orphans(meta.namespace())) {
      if (mayClaim(rollout, orphan)) {
        related.put(orphan.name(), orphan);
      }
    }
    List<ReplicaSet> sets = new ArrayList<>(related.values());
    sets.sort(java.util.Comparator.comparing(ReplicaSet::name));
    Collection<AnalysisRun> runs =
        withNamesakes(stores.analysisRuns(), meta, AnalysisRun::metadata);
    Collection<Experiment> experiments =
        withNamesakes(stores.experiments(), meta, Experiment::metadata);
    Map<ObjectKey, JsonObject> read = new LinkedHashMap<>();
    Map<TemplateRef, AnalysisTemplateSpec> templates = new HashMap<>();
    Set<ObjectKey> asked = new LinkedHashSet<>();
    Set<ObjectKey> unserved = new LinkedHashSet<>();
    Set<TemplateRef> named = new LinkedHashSet<>();
    RolloutObservations seen =
        new RolloutObservations(
            sets,
            List.of(),
            List.copyOf(runs),
            List.copyOf(experiments),
            templates,
            ClusterObjects.none(),
            answers);
    for (int round = 0; round < ROUNDS_MAX; round++) {
      RolloutEngine.Reads reads = engine.reads(rollout, seen);
      boolean news = false;
      for (ObjectKey key : reads.objects()) {
        if (asked.add(key)) {
          references.also(meta, key);
          objects.read(key, read);
          if (!key.isAll() && !read.containsKey(key) && !objects.isServed(key)) {
            unserved.add(key);
          }
          news = true;
        }
      }
      for (TemplateRef ref : reads.templates()) {
        if (named.add(ref)) {
          objects.template(meta.namespace(), ref).ifPresent(spec -> templates.put(ref, spec));
          news = true;
        }
      }
      if (!news) {
        break;
      }
      seen =
          new RolloutObservations(
              sets,
              List.of(),
              List.copyOf(runs),
              List.copyOf(experiments),
              templates,
              ClusterObjects.of(read, unserved),
              answers);
    }
    references.of(meta, asked, named);
    if (stores.rollouts().get(meta.namespace(), meta.name()).isEmpty()) {
      references.forget(meta); // it went meanwhile
    }
    return engine.readsPods(rollout, sets)
        ? new RolloutObservations(
            sets,
            pods(meta.namespace(), sets, now),
            seen.analysisRuns(),
            seen.experiments(),
            seen.templates(),
            seen.objects(),
            answers)
        : seen;
  }

  /** The selector may be that of the workload, which only the decision knows. */
  private static boolean mayClaim(Rollout rollout, ReplicaSet orphan) {
    LabelSelector selector = rollout.spec().selector();
    return selector == null
        ? rollout.spec().workloadRef() != null
        : selector.matches(orphan.metadata().labels());
  }

  /** Those that the rollout owns, and others that have a name which it might want. */
  private static <T> Collection<T> withNamesakes(
      Store<T> store, ObjectMeta owner, java.util.function.Function<T, ObjectMeta> metadata) {
    Map<String, T> found = new LinkedHashMap<>();
    store
        .named(owner.namespace(), owner.name() + "-")
        .forEach(each -> found.put(metadata.apply(each).name(), each));
    store.ownedBy(owner.uid()).forEach(each -> found.put(metadata.apply(each).name(), each));
    return found.values();
  }

  private List<Pod> pods(String namespace, List<ReplicaSet> sets, Instant now) throws ApiException {
    List<Pod> pods = new ArrayList<>();
    for (ReplicaSet set : sets) {
      if (set.replicas() == 0 && set.status().replicas() == 0) {
        continue;
      }
      ObjectKey all = ObjectKey.all("v1", "Pod", namespace);
      for (JsonObject tree : api.list(all, Map.of(RolloutKeys.POD_TEMPLATE_HASH, set.hash()))) {
        ObjectMeta meta = ClusterObjects.metadata(tree);
        if (meta.controllerUid().equals(set.metadata().uid())) {
          pods.add(new Pod(meta, isAvailable(tree, set.minReadySeconds(), now)));
        }
      }
    }
    return pods;
  }

  private static boolean isAvailable(JsonObject pod, int minReadySeconds, Instant now) {
    if (pod.at("status", "conditions") instanceof List<?> conditions) {
      for (Object each : conditions) {
        Condition condition = Wire.decode(Condition.class, each).value();
        if (condition.type().equals("Ready")) {
          Instant since = condition.lastTransitionTime();
          return condition.status().equals(Condition.TRUE)
              && (minReadySeconds == 0
                  || (since != null && !since.plusSeconds(minReadySeconds).isAfter(now)));
        }
      }
    }
    return false;
  }
}
