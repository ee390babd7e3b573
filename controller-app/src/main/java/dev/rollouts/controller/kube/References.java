package dev.rollouts.controller.kube;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which objects looked at which others in their last turn, so that a change of one wakes those that
 * depend on it. Thread-safe.
 */
public final class References {
  private static final String TEMPLATE = "AnalysisTemplate";
  private static final String CLUSTER_TEMPLATE = "ClusterAnalysisTemplate";

  private final Map<ObjectKey, Set<Dependent>> dependents = new ConcurrentHashMap<>();
  private final Map<Dependent, Set<ObjectKey>> references = new ConcurrentHashMap<>();

  /** An object that depends on others. */
  public record Dependent(String namespace, String name) {}

  /** What an object looked at in the turn that it takes. */
  public void of(ObjectMeta object, Set<ObjectKey> objects, Set<TemplateRef> templates) {
    Set<ObjectKey> all = new HashSet<>(objects);
    templates.forEach(ref -> all.add(template(object.namespace(), ref)));
    Dependent dependent = new Dependent(object.namespace(), object.name());
    Set<ObjectKey> before =
        all.isEmpty() ? references.remove(dependent) : references.put(dependent, Set.copyOf(all));
    if (before == null) {
      before = Set.of();
    }
    for (ObjectKey gone : before) {
      if (!all.contains(gone)) {
        dependents.computeIfPresent(
            gone,
            (key, those) -> {
              those.remove(dependent);
              return those.isEmpty() ? null : those;
            });
      }
    }
    for (ObjectKey each : all) {
      if (!before.contains(each)) {
        add(each, dependent);
      }
    }
  }

  /**
   * What an object is about to look at, beside what it looked at before: so no change goes
   * unnoticed between the look and the end of the turn.
   */
  public void also(ObjectMeta object, ObjectKey key) {
    Dependent dependent = new Dependent(object.namespace(), object.name());
    if (references.getOrDefault(dependent, Set.of()).contains(key)) {
      return;
    }
    references.merge(
        dependent,
        Set.of(key),
        (before, one) -> {
          Set<ObjectKey> more = new HashSet<>(before);
          more.addAll(one);
          return more;
        });
    add(key, dependent);
  }

  private void add(ObjectKey key, Dependent dependent) {
    dependents.compute(
        key,
        (it, those) -> {
          Set<Dependent> set = those == null ? ConcurrentHashMap.newKeySet() : those;
          set.add(dependent);
          return set;
        });
  }

  /** All that is looked at by anybody. */
  public Set<ObjectKey> keys() {
    return Collections.unmodifiableSet(dependents.keySet());
  }

  /** What an object looked at. */
  public Set<ObjectKey> of(ObjectMeta object) {
    return references.getOrDefault(new Dependent(object.namespace(), object.name()), Set.of());
  }

  /** The object is gone, and depends on nothing any more. */
  public void forget(ObjectMeta object) {
    of(object, Set.of(), Set.of());
  }

  /** Who looked at an object, or at all of its kind there. */
  public List<Dependent> on(ObjectKey key) {
    Set<Dependent> found = new HashSet<>(dependents.getOrDefault(key, Set.of()));
    found.addAll(
        dependents.getOrDefault(
            ObjectKey.all(key.apiVersion(), key.kind(), key.namespace()), Set.of()));
    return List.copyOf(found);
  }

  /** The key of a template. */
  public static ObjectKey template(String namespace, TemplateRef ref) {
    return Boolean.TRUE.equals(ref.clusterScope())
        ? new ObjectKey("argoproj.io/v1alpha1", CLUSTER_TEMPLATE, "", ref.templateName())
        : new ObjectKey("argoproj.io/v1alpha1", TEMPLATE, namespace, ref.templateName());
  }
}
