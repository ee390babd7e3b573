/**
 * Settings of the traffic routers under {@code spec.strategy.canary.trafficRouting}. Start with
 * {@link dev.rollouts.api.rollout.routing.TrafficRouting}.
 */
@NullMarked
package dev.rollouts.api.rollout.routing;

import org.jspecify.annotations.NullMarked;
