/**
 * A real Kubernetes API server without containers: etcd, kube-apiserver and kube-controller-manager
 * as programs of this machine, and a kubelet of our own that makes pods ready or lets them fail as
 * a test says. Open {@link dev.rollouts.testcluster.TestCluster} first. Imports the definitions,
 * fabric8, Bouncy Castle.
 *
 * <pre>{@code
 * TestCluster cluster = TestCluster.shared();
 * String namespace = cluster.namespace();
 * cluster.kubelet().when(inNamespace(namespace), PodScript.ready().readyAfter(ofSeconds(2)));
 * cluster.client().apps().deployments().inNamespace(namespace).resource(shop).create();
 * }</pre>
 */
@NullMarked
package dev.rollouts.testcluster;

import org.jspecify.annotations.NullMarked;
