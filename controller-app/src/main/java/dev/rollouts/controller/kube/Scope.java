package dev.rollouts.controller.kube;

import dev.rollouts.engine.cluster.ObjectKey;

/**
 * What one watch sees: the objects of a kind, in one namespace or in all.
 *
 * @param namespace empty for all
 */
record Scope(String apiVersion, String kind, String namespace) {
  /**
   * The scope that an object belongs to. Kinds of routers are few and small: one watch serves the
   * whole cluster. Workloads are many and large, so only those beside a Rollout that refers to one
   * are watched.
   *
   * @param onlyNamespace the only one that this process looks after; empty for all
   */
  static Scope of(ObjectKey key, String onlyNamespace) {
    boolean narrow = !onlyNamespace.isEmpty() || isWorkload(key.kind());
    return new Scope(key.apiVersion(), key.kind(), narrow ? key.namespace() : "");
  }

  boolean contains(ObjectKey key) {
    return key.apiVersion().equals(apiVersion)
        && key.kind().equals(kind)
        && (namespace.isEmpty() || key.namespace().equals(namespace));
  }

  /** Whether only the pod template of its objects is looked at. */
  boolean isOfWorkloads() {
    return isWorkload(kind);
  }

  private static boolean isWorkload(String kind) {
    return switch (kind) {
      case "Deployment", "ReplicaSet", "PodTemplate" -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return kind + " of " + apiVersion + (namespace.isEmpty() ? "" : " in " + namespace);
  }
}
