/**
 * Traffic routers as pure transforms: live objects and wanted routes in, wanted objects out. Start
 * with {@link dev.rollouts.engine.traffic.TrafficRouter}; each router is a class of its own, and
 * none knows another. What is not ours stays as it is, and a second plan with nothing new is empty.
 *
 * <p>Rules: docs/spec/traffic-routing.md.
 */
@NullMarked
package dev.rollouts.engine.traffic;

import org.jspecify.annotations.NullMarked;
