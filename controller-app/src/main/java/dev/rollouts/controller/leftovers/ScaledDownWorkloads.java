package dev.rollouts.controller.leftovers;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.leftovers.Leftovers.Check;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deployments that were scaled down for a Rollout: which says so on the Deployment, and gets its
 * size back when the Rollout is deleted, so that the application runs on (pain 37), unless another
 * Rollout refers to it by then. Also when the Rollout's pods are to be kept: their ReplicaSets have
 * no owner then, so the Deployment takes them over, and they would go down to its own size.
 */
public final class ScaledDownWorkloads {
  /** Annotation on Deployments: the size that it had before it was scaled down for a Rollout. */
  static final String SCALED_DOWN_FROM = "rollout.argoproj.io/scaled-down-from";

  private static final Logger LOG = LoggerFactory.getLogger(ScaledDownWorkloads.class);

  private final Api api;

  ScaledDownWorkloads(Api api) {
    this.api = api;
  }

  /**
   * The merge patch that scales a Deployment for a Rollout, and notes from where.
   *
   * @param deployment as it is; null when that is not known
   */
  public static Map<String, Object> scale(@Nullable JsonObject deployment, int replicas) {
    Map<String, Object> patch = new LinkedHashMap<>();
    patch.put("spec", Map.of("replicas", replicas));
    if (deployment != null
        && deployment.at("metadata", "annotations", SCALED_DOWN_FROM) == null
        && size(deployment) > replicas) {
      patch.put(
          "metadata",
          Map.of("annotations", Map.of(SCALED_DOWN_FROM, Integer.toString(size(deployment)))));
    }
    return patch;
  }

  private static int size(JsonObject deployment) {
    return deployment.at("spec", "replicas") instanceof Number number ? number.intValue() : 1;
  }

  /** Looks at the Deployment of a Rollout that was deleted; empty when it had none. */
  Optional<Check> of(Rollout gone) {
    WorkloadRef ref = gone.spec().workloadRef();
    return ref == null || !ref.kind().equals("Deployment")
        ? Optional.empty()
        : Optional.of(() -> restore(gone, ref.name()));
  }

  private void restore(Rollout gone, String name) throws ApiException {
    String namespace = gone.metadata().namespace();
    ObjectKey key = new ObjectKey("apps/v1", "Deployment", namespace, name);
    JsonObject deployment = api.get(key).orElse(null);
    if (deployment == null
        || !(deployment.at("metadata", "annotations", SCALED_DOWN_FROM) instanceof String from)
        || ClusterObjects.metadata(deployment).deletionTimestamp() != null
        || isReferred(namespace, name)) {
      return;
    }
    int wanted = gone.spec().replicas() == null ? number(from) : gone.spec().replicas();
    Map<String, @Nullable Object> annotations = new LinkedHashMap<>();
    annotations.put(SCALED_DOWN_FROM, null);
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    patch.put(
        "metadata",
        Map.of(
            "resourceVersion",
            ClusterObjects.metadata(deployment).resourceVersion(),
            "annotations",
            annotations));
    if (size(deployment) < wanted) {
      patch.put("spec", Map.of("replicas", wanted));
    }
    api.patch(key, "", patch);
    LOG.info(
        "deployment {}/{} gets {} pods again: rollout {} is deleted",
        namespace,
        name,
        wanted,
        gone.metadata().name());
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException somebodyElses) {
      return 1;
    }
  }

  private boolean isReferred(String namespace, String deployment) throws ApiException {
    ObjectKey all = ObjectKey.all(KubernetesObject.API_VERSION, "Rollout", namespace);
    for (JsonObject each : api.list(all, Map.of())) {
      if (deployment.equals(each.at("spec", "workloadRef", "name"))
          && ClusterObjects.metadata(each).deletionTimestamp() == null) {
        return true;
      }
    }
    return false;
  }
}
