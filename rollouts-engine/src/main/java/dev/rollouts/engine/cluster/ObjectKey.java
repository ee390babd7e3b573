package dev.rollouts.engine.cluster;

/**
 * Which object.
 *
 * @param apiVersion such as {@code networking.istio.io/v1alpha3}, or {@code v1}
 * @param kind such as {@code VirtualService}
 * @param namespace empty for objects of the whole cluster
 */
public record ObjectKey(String apiVersion, String kind, String namespace, String name) {
  /** A Service. */
  public static ObjectKey service(String namespace, String name) {
    return new ObjectKey("v1", "Service", namespace, name);
  }

  /** The group; empty for the core group. */
  public String group() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
