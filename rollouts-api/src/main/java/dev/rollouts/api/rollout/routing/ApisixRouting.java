package dev.rollouts.api.rollout.routing;

import org.jspecify.annotations.Nullable;

/** Apache APISIX. */
public record ApisixRouting(@Nullable ApisixRoute route) {}
