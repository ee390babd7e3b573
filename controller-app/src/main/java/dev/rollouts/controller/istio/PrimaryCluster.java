package dev.rollouts.controller.istio;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.StartException;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import io.fabric8.kubernetes.client.Config;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster that holds the configuration of a mesh of several clusters (T-403): a Secret of the
 * controller's namespace with the label {@value #LABEL} has its kubeconfig. It is looked for once,
 * at the start.
 */
public final class PrimaryCluster {
  /** Label of the Secret, with the value {@code "true"}. */
  public static final String LABEL = "istio.argoproj.io/primary-cluster";

  /** API group of the objects that are there. */
  public static final String GROUP = "networking.istio.io";

  private static final Logger LOG = LoggerFactory.getLogger(PrimaryCluster.class);

  private PrimaryCluster() {}

  /**
   * How to reach it; empty when Istio is in the cluster of the Rollouts, as it mostly is.
   *
   * @throws StartException when a Secret names one that cannot be used: weights must not go to
   *     another mesh than the operator wants
   */
  public static Optional<Config> find(Api api, String namespace) {
    List<JsonObject> secrets;
    try {
      secrets =
          new ArrayList<>(
              api.list(ObjectKey.all("v1", "Secret", namespace), Map.of(LABEL, "true")));
    } catch (ApiException e) {
      LOG.info(
          "Istio is looked for in this cluster only, as Secrets of namespace {} may not be listed"
              + " (for a primary cluster: deploy/istio-primary-cluster.yaml): {}",
          namespace,
          e.text());
      return Optional.empty();
    }
    secrets.sort(Comparator.comparing(each -> ClusterObjects.metadata(each).name()));
    if (secrets.isEmpty()) {
      return Optional.empty();
    }
    String name = ClusterObjects.metadata(secrets.get(0)).name();
    String source = "Secret %s/%s".formatted(namespace, name);
    if (!(secrets.get(0).at("data") instanceof Map<?, ?> data) || data.isEmpty()) {
      throw new StartException(
          source + ": has no data; expected a kubeconfig under the name of the cluster");
    }
    if (secrets.size() > 1 || data.size() > 1) {
      throw new StartException(
          "several primary clusters of Istio: %d Secrets of namespace %s have the label %s, and %s has %d entries; leave one"
              .formatted(secrets.size(), namespace, LABEL, source, data.size()));
    }
    Map.Entry<?, ?> only = data.entrySet().iterator().next();
    String place = source + ", " + only.getKey();
    Config config = Kubeconfig.read(place, decoded(place, String.valueOf(only.getValue())));
    LOG.info("Istio is in another cluster: {}", place);
    return Optional.of(config);
  }

  private static byte[] decoded(String source, String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException malformed) {
      throw new StartException(source + ": its data is not base64");
    }
  }
}
