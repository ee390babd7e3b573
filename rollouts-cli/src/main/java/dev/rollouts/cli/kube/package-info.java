/**
 * A small client of the Kubernetes API, on the HTTP client of the JDK, for programs that start, ask
 * and end. Open {@link dev.rollouts.cli.kube.ApiServer} first; {@link
 * dev.rollouts.cli.kube.Kubeconfig} says whom it talks to.
 *
 * <pre>{@code
 * Connection connection = Kubeconfig.load(choice, environment).connection(choice);
 * ApiServer server = new ApiServer(connection, err);
 * KubeObject rollout = server.get(Resource.ROLLOUTS, "default", "web");
 * }</pre>
 *
 * <p>Knows nothing of commands. Messages never hold credentials.
 */
@NullMarked
package dev.rollouts.cli.kube;

import org.jspecify.annotations.NullMarked;
