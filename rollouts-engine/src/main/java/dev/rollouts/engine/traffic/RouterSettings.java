package dev.rollouts.engine.traffic;

/**
 * What the operator says about routers, for all rollouts. Spec:
 * docs/spec/rollout-api.md#controller-configuration.
 *
 * @param ingressApiVersion {@code networking.k8s.io/v1} or {@code extensions/v1beta1}
 * @param istioApiVersion version alone, such as {@code v1alpha3}
 * @param trafficSplitApiVersion {@code v1alpha1}, {@code v1alpha2} or {@code v1alpha3}
 * @param ambassadorApiVersion group and version
 * @param traefikApiVersion group and version
 * @param appMeshApiVersion version alone
 * @param verifyTargetGroup whether ALB weights and targets are verified
 */
public record RouterSettings(
    String ingressApiVersion,
    String istioApiVersion,
    String trafficSplitApiVersion,
    String ambassadorApiVersion,
    String traefikApiVersion,
    String appMeshApiVersion,
    boolean verifyTargetGroup) {
  private static final RouterSettings DEFAULTS =
      new RouterSettings(
          "networking.k8s.io/v1",
          "v1alpha3",
          "v1alpha1",
          "getambassador.io/v2",
          "traefik.io/v1alpha1",
          "v1beta2",
          false);

  /** What holds where the operator says nothing. */
  public static RouterSettings defaults() {
    return DEFAULTS;
  }

  /** The same settings with verification on or off. */
  public RouterSettings withVerifyTargetGroup(boolean verify) {
    return new RouterSettings(
        ingressApiVersion,
        istioApiVersion,
        trafficSplitApiVersion,
        ambassadorApiVersion,
        traefikApiVersion,
        appMeshApiVersion,
        verify);
  }
}
