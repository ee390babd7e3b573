package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.controller.Controller;
import dev.rollouts.testcluster.TestCluster;
import dev.rollouts.testcluster.proxy.Fault;
import dev.rollouts.testcluster.proxy.FaultProxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The API server does not say whether what a Rollout names is there. */
@Tag("it")
class LookupsTest {
  @Test
  @DisplayName(
      "R-513 A lookup that fails is tried again, and says nothing of the spec; one that finds nothing does")
  void failedLookups() throws InterruptedException {
    TestCluster cluster = TestCluster.shared();
    try (LiveCluster live = new LiveCluster(cluster, "web");
        FaultProxy proxy =
            FaultProxy.start(cluster.controlPlane(), "controller", "system:masters")) {
      AtomicInteger asked = new AtomicInteger();
      try (Controller controller = Controllers.start(live.namespace(), proxy.kubeconfig())) {
        assertThat(controller).isNotNull();
        proxy.plan(
            request -> {
              boolean lookup =
                  request.verb().equals("get") && request.resource().equals("services");
              if (lookup) {
                asked.incrementAndGet();
              }
              return lookup ? Fault.answer(500) : Fault.none();
            });
        live.applyText(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              strategy: {blueGreen: {activeService: missing}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: "web:1"}]}
            """);
        Waiting.until(() -> asked.get() >= 4, () -> "asked " + asked);
        assertThat(live.rollout().statusOrEmpty().condition("InvalidSpec")).isEmpty();
        proxy.plan(request -> Fault.none());
        Waiting.until(
            () -> live.rollout().statusOrEmpty().condition("InvalidSpec").isPresent(),
            () -> String.valueOf(live.rollout()));
      }
    }
  }
}
