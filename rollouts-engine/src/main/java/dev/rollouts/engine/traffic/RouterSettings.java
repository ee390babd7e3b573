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
 * @param targetGroupBindingApiVersion group and version
 * @param albTag by which target groups of an ALB tell what they are for
 * @param crossNamespace whether a rollout may have any object of another namespace changed; see
 *     {@link ForeignObjects}
 */
public record RouterSettings(
    String ingressApiVersion,
    String istioApiVersion,
    String trafficSplitApiVersion,
    String ambassadorApiVersion,
    String traefikApiVersion,
    String appMeshApiVersion,
    boolean verifyTargetGroup,
    String targetGroupBindingApiVersion,
    String albTag,
    boolean crossNamespace) {
  private static final RouterSettings DEFAULTS =
      new RouterSettings(
          "networking.k8s.io/v1",
          "v1alpha3",
          "v1alpha1",
          "getambassador.io/v2",
          "traefik.io/v1alpha1",
          "v1beta2",
          false);

  /** Settings with the defaults of those that are left out. */
  public RouterSettings(
      String ingressApiVersion,
      String istioApiVersion,
      String trafficSplitApiVersion,
      String ambassadorApiVersion,
      String traefikApiVersion,
      String appMeshApiVersion,
      boolean verifyTargetGroup) {
    this(
        ingressApiVersion,
        istioApiVersion,
        trafficSplitApiVersion,
        ambassadorApiVersion,
        traefikApiVersion,
        appMeshApiVersion,
        verifyTargetGroup,
        "elbv2.k8s.aws/v1beta1",
        AlbWeights.DEFAULT_TAG,
        false);
  }

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
        verify,
        targetGroupBindingApiVersion,
        albTag,
        crossNamespace);
  }

  /** The same settings with objects of other namespaces free to all, or not. */
  public RouterSettings withCrossNamespace(boolean allowed) {
    return new RouterSettings(
        ingressApiVersion,
        istioApiVersion,
        trafficSplitApiVersion,
        ambassadorApiVersion,
        traefikApiVersion,
        appMeshApiVersion,
        verifyTargetGroup,
        targetGroupBindingApiVersion,
        albTag,
        allowed);
  }
}
