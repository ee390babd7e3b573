/**
 * What decisions about rollouts and experiments see of a cluster and do to it. Start with {@link
 * dev.rollouts.engine.cluster.ClusterEffect}.
 *
 * <p>Objects are values: what a shell has read, or wants to be written. Kinds that the engine does
 * not look into, such as a VirtualService, are {@link dev.rollouts.engine.cluster.ClusterObjects
 * trees}.
 *
 * <p>A shell performs the effects of one decision in their order after it has saved the status, and
 * leaves out what follows the first that is refused, but for the announcements of the status; then
 * it observes and decides again until a decision has no effects left. Each may be performed twice
 * without harm.
 */
@NullMarked
package dev.rollouts.engine.cluster;

import org.jspecify.annotations.NullMarked;
