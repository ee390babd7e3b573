/**
 * A cluster in virtual time: ReplicaSets with pods, Services, routers' objects, analysis runs,
 * experiments, an autoscaler and the traffic that all of it carries. Start with {@link
 * dev.rollouts.simulation.cluster.SimulatedCluster}.
 *
 * <p>No thread, no clock, no reflection on the way: everything follows from the settings and their
 * seed. What is read are the values that the engine decides on.
 */
@NullMarked
package dev.rollouts.simulation.cluster;

import org.jspecify.annotations.NullMarked;
