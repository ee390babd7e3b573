/**
 * A network that fails as a test says, between a controller and the API server. Open {@link
 * dev.rollouts.testcluster.proxy.FaultProxy} first.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.start(cluster.controlPlane(), "controller", "system:masters")) {
 *   proxy.plan(request -> request.isWrite() ? Fault.answer(409) : Fault.none());
 *   run(new Controller(settings, Config.fromKubeconfig(proxy.kubeconfig()), ...));
 * }
 * }</pre>
 */
@NullMarked
package dev.rollouts.testcluster.proxy;

import org.jspecify.annotations.NullMarked;
