/**
 * How many pods each version gets: arithmetic on plain numbers. Start with {@link
 * dev.rollouts.engine.rollout.replicas.BasicReplicas}, for a canary whose traffic follows its pods,
 * and {@link dev.rollouts.engine.rollout.replicas.RoutedReplicas}, for one whose traffic is routed.
 */
@NullMarked
package dev.rollouts.engine.rollout.replicas;

import org.jspecify.annotations.NullMarked;
