/**
 * What people and tools write to steer a rollout. Start with {@link
 * dev.rollouts.engine.client.ClientPatches}. Pure: whoever has the object applies the patch.
 *
 * <p>Rules: docs/spec/rollout.md#what-a-client-writes.
 */
@NullMarked
package dev.rollouts.engine.client;

import org.jspecify.annotations.NullMarked;
