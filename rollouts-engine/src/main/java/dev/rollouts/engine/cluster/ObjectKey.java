package dev.rollouts.engine.cluster;

/**
 * Which object.
 *
 * @param apiVersion such as {@code networking.istio.io/v1alpha3}, or {@code v1}
 * @param kind such as {@code VirtualService}
 * @param namespace empty for objects of the whole cluster
 * @param name {@code *} where a shell is asked to read all objects of the kind in the namespace
 *     (see {@link #all})
 */
public record ObjectKey(String apiVersion, String kind, String namespace, String name) {
  /** A Service. */
  public static ObjectKey service(String namespace, String name) {
    return new ObjectKey("v1", "Service", namespace, name);
  }

  /**
   * All objects of a kind in a namespace, which a shell reads by listing. What it finds is kept by
   * the objects' own keys; {@link ClusterObjects#list} gives them.
   */
  public static ObjectKey all(String apiVersion, String kind, String namespace) {
    return new ObjectKey(apiVersion, kind, namespace, "*");
  }

  /** Whether this stands for {@link #all} objects of the kind; no object has such a name. */
  public boolean isAll() {
    return name.equals("*");
  }

  /** The group; empty for the core group. */
  public String group() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
