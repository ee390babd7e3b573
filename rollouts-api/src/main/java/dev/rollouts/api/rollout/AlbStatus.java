package dev.rollouts.api.rollout;

/** A load balancer as last examined (T-159). */
public record AlbStatus(
    AwsResource loadBalancer,
    AwsResource canaryTargetGroup,
    AwsResource stableTargetGroup,
    String ingress) {}
