package dev.rollouts.controller.kube;

import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What decisions look at beside what a rollout or experiment owns: Services and Ingresses from the
 * watches, everything else watched from the first look on. Thread-safe.
 */
public final class Objects {
  private final Api api;
  private final Stores stores;
  private final Watches watches;

  /** Objects of a cluster. */
  public Objects(Api api, Stores stores, Watches watches) {
    this.api = api;
    this.stores = stores;
    this.watches = watches;
  }

  /**
   * Reads objects.
   *
   * @param into gets those that exist, by their keys
   */
  public void read(ObjectKey key, Map<ObjectKey, JsonObject> into) throws ApiException {
    Optional<Store<JsonObject>> watched = stores.of(key).or(() -> watches.of(key));
    if (key.isAll()) {
      Iterable<JsonObject> all =
          watched.isPresent() ? watched.get().in(key.namespace()) : api.list(key, Map.of());
      for (JsonObject each : all) {
        String name = ClusterObjects.metadata(each).name();
        into.put(new ObjectKey(key.apiVersion(), key.kind(), key.namespace(), name), each);
      }
      return;
    }
    Optional<JsonObject> found =
        watched.isPresent() ? watched.get().get(key.namespace(), key.name()) : api.get(key);
    found.ifPresent(it -> into.put(key, it));
  }

  /** Whether the cluster serves the kind of an object; also when it does not say. */
  public boolean isServed(ObjectKey key) {
    try {
      return api.definition(key.apiVersion(), key.kind()).isPresent();
    } catch (KubernetesClientException unknown) {
      return true;
    }
  }

  /** A template, or nothing when there is none. */
  public Optional<AnalysisTemplateSpec> template(String namespace, TemplateRef ref) {
    return Boolean.TRUE.equals(ref.clusterScope())
        ? stores.clusterTemplates().get("", ref.templateName()).map(ClusterAnalysisTemplate::spec)
        : stores.templates().get(namespace, ref.templateName()).map(AnalysisTemplate::spec);
  }

  /** Templates by reference; those that do not exist are left out. */
  public Map<TemplateRef, AnalysisTemplateSpec> templates(
      String namespace, Iterable<TemplateRef> refs) {
    Map<TemplateRef, AnalysisTemplateSpec> found = new LinkedHashMap<>();
    for (TemplateRef ref : refs) {
      template(namespace, ref).ifPresent(spec -> found.put(ref, spec));
    }
    return found;
  }
}
