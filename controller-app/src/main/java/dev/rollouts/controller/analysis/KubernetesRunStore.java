package dev.rollouts.controller.analysis;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Store;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.runner.store.RunStore;
import dev.rollouts.runner.store.SavedRun;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** AnalysisRuns of one namespace, kept where they are: in the cluster. Thread-safe. */
final class KubernetesRunStore implements RunStore {
  private final Api api;
  private final Store<AnalysisRun> known;
  private final String namespace;
  private final Consumer<ObjectMeta> failed;

  /**
   * The runs of a namespace.
   *
   * @param failed told of each run that the server refuses to save
   */
  KubernetesRunStore(
      Api api, Store<AnalysisRun> known, String namespace, Consumer<ObjectMeta> failed) {
    this.api = api;
    this.known = known;
    this.namespace = namespace;
    this.failed = failed;
  }

  private ObjectKey key(String name) {
    return new ObjectKey(KubernetesObject.API_VERSION, "AnalysisRun", namespace, name);
  }

  @Override
  public Optional<SavedRun> load(String name) {
    return known
        .get(namespace, name)
        .filter(run -> run.metadata().deletionTimestamp() == null)
        .map(KubernetesRunStore::saved);
  }

  private static SavedRun saved(AnalysisRun run) {
    return new SavedRun(run, version(run.metadata()));
  }

  /**
   * The resourceVersion; a text that is no number, which no known server has, stands for itself.
   */
  private static long version(ObjectMeta meta) {
    try {
      return Long.parseLong(meta.resourceVersion());
    } catch (NumberFormatException opaque) {
      return meta.resourceVersion().hashCode();
    }
  }

  @Override
  public Optional<SavedRun> save(SavedRun changed) throws IOException {
    AnalysisRun before =
        known
            .get(namespace, changed.name())
            .filter(run -> changed.follows(saved(run)))
            .orElse(null);
    if (before == null) {
      return Optional.empty();
    }
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    patch.put("metadata", Map.of("resourceVersion", before.metadata().resourceVersion()));
    patch.putAll(MergePatch.between(content(before), content(FittingRuns.of(changed.run()))));
    try {
      JsonObject tree = api.patch(key(changed.name()), "", patch);
      return Optional.of(saved(keep(tree)));
    } catch (ApiException e) {
      if (e.refusal() == Refusal.NOT_FOUND) {
        known.remove(namespace, changed.name(), changed.uid());
        return Optional.empty();
      }
      if (e.refusal() == Refusal.CONFLICT) {
        lookAgain(changed.name());
        return Optional.empty();
      }
      failed.accept(before.metadata());
      throw new IOException("the run could not be saved: " + e.text(), e);
    }
  }

  private static Map<String, @Nullable Object> content(AnalysisRun run) {
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    content.put("spec", Wire.encode(run.spec()));
    content.put("status", Wire.encode(run.statusOrPending()));
    return content;
  }

  private AnalysisRun keep(JsonObject tree) {
    AnalysisRun run = Wire.decode(AnalysisRun.class, tree.fields()).value();
    known.put(run);
    return run;
  }

  private void lookAgain(String name) throws IOException {
    try {
      api.get(key(name)).ifPresent(this::keep);
    } catch (ApiException e) {
      throw new IOException("the run could not be read: " + e.text(), e);
    }
  }

  @Override
  public void delete(String name, String uid) throws IOException {
    try {
      api.delete(key(name), uid);
      known.remove(namespace, name, uid);
    } catch (ApiException e) {
      throw new IOException("the run could not be deleted: " + e.text(), e);
    }
  }

  @Override
  public List<String> names() {
    return known.in(namespace).stream().map(run -> run.metadata().name()).toList();
  }
}
