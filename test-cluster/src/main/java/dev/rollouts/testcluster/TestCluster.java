package dev.rollouts.testcluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A control plane with the definitions of the five kinds and a kubelet. {@link #shared} is one for
 * all tests of this JVM. A test that uses it carries the tag {@code it}. Thread-safe.
 */
public final class TestCluster implements AutoCloseable {
  private static final Once SHARED = new Once();
  private static final int NODES = 3;

  private final ControlPlane plane;
  private final Kubelet kubelet;
  private final AtomicInteger namespaces = new AtomicInteger();

  private TestCluster(ControlPlane plane) {
    this.plane = plane;
    // The controllers start up meanwhile.
    Definitions.install(plane.client());
    kubelet = Kubelet.start(plane, NODES);
    plane.awaitControllers();
  }

  /**
   * The cluster of this JVM, with an audit log. It is started by the first caller and ends with the
   * JVM; who stops its API server starts it again.
   *
   * @throws ClusterException when the programs can neither be found nor built, or do not start
   */
  public static TestCluster shared() {
    return SHARED.get();
  }

  /** A cluster of one's own, which the caller closes. */
  public static TestCluster start(ControlPlane.Setup setup) {
    ControlPlane plane = setup.launch();
    try {
      return new TestCluster(plane);
    } catch (RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  /** etcd, API server and controllers. */
  public ControlPlane controlPlane() {
    return plane;
  }

  /** What becomes of pods. */
  public Kubelet kubelet() {
    return kubelet;
  }

  /** A client with all rights. */
  public KubernetesClient client() {
    return plane.client();
  }

  /** A new namespace, for one test. */
  public String namespace() {
    String name = "test-" + namespaces.incrementAndGet();
    client()
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /** Ends all of it. */
  @Override
  public void close() {
    kubelet.close();
    plane.close();
  }

  /** Starts one, once: after a failure it says the same again, at once. */
  private static final class Once {
    private Optional<TestCluster> started = Optional.empty();
    private Optional<RuntimeException> failure = Optional.empty();

    synchronized TestCluster get() {
      failure.ifPresent(
          cause -> {
            throw new ClusterException("there is no test cluster: " + cause, cause);
          });
      return started.orElseGet(this::start);
    }

    private TestCluster start() {
      try {
        TestCluster cluster = TestCluster.start(ControlPlane.setup().audited());
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        started = Optional.of(cluster);
        return cluster;
      } catch (RuntimeException e) {
        failure = Optional.of(e);
        throw e;
      }
    }
  }
}
