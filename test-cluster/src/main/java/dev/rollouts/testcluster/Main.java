package dev.rollouts.testcluster;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A cluster to try things in, until the process is stopped; {@code ./dev cluster} runs it. Its only
 * argument is the folder for data, logs and {@code admin.kubeconfig}.
 */
public final class Main {
  private Main() {}

  /** Prints how to use the cluster as soon as it is ready. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 1) {
      throw new IllegalArgumentException(
          "expected one argument, the folder of the cluster, such as target/dev/cluster");
    }
    TestCluster cluster = TestCluster.start(ControlPlane.setup().in(Path.of(args[0])));
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
    System.out.println("export KUBECONFIG=" + cluster.controlPlane().kubeconfig());
    new CountDownLatch(1).await();
  }
}
