package dev.rollouts.testcluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.IntStream;

/** Nodes that are ready and have room for everything. */
final class Nodes {
  private static final Map<String, Quantity> ROOM =
      Map.of(
          "cpu", new Quantity("10000"),
          "memory", new Quantity("100Ti"),
          "pods", new Quantity("100000"));

  private Nodes() {}

  static String name(int index) {
    return "node-" + (index + 1);
  }

  /** Creates that many, or makes those ready that are there. */
  static void create(KubernetesClient client, int count) {
    IntStream.range(0, count).mapToObj(Nodes::node).forEach(node -> create(client, node));
  }

  private static void create(KubernetesClient client, Node node) {
    client.nodes().resource(node).serverSideApply();
    client.nodes().resource(node).patchStatus();
    // Admission makes a new node unready until somebody has seen it ready.
    client
        .nodes()
        .withName(node.getMetadata().getName())
        .edit(there -> new NodeBuilder(there).editSpec().withTaints().endSpec().build());
  }

  private static Node node(int index) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name(index))
        .withLabels(Map.of("kubernetes.io/hostname", name(index), "kubernetes.io/os", "linux"))
        .endMetadata()
        .withNewStatus()
        .withCapacity(ROOM)
        .withAllocatable(ROOM)
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withReason("KubeletReady")
        .withMessage("there is no kubelet, a fixture writes pods' status")
        .withLastTransitionTime(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .endCondition()
        .endStatus()
        .build();
  }
}
