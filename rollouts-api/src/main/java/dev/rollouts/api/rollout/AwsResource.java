package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;

/** A load balancer or target group. */
public record AwsResource(@Required String name, @Required String arn, @Required String fullName) {}
