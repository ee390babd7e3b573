/**
 * Rollout as immutable records. Start with {@link dev.rollouts.api.rollout.Rollout}; the spec says
 * what is wanted, the status what has been observed and decided. Component names are the keys of
 * the YAML.
 *
 * <p>The records say what the user wrote: defaults are the business of {@link
 * dev.rollouts.api.rollout.EffectiveRollout}, and pod templates are carried as trees.
 *
 * <pre>{@code
 * Rollout rollout = codec.readOne(Rollout.class, "rollout.yaml", text);
 * int replicas = EffectiveRollout.of(rollout.spec()).replicas();
 * }</pre>
 */
@NullMarked
package dev.rollouts.api.rollout;

import org.jspecify.annotations.NullMarked;
