package dev.rollouts.testcluster;

import static dev.rollouts.testcluster.Kubelet.image;
import static dev.rollouts.testcluster.Kubelet.inNamespace;
import static dev.rollouts.testcluster.Kubelet.label;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods of a real API server that do as they are told. */
@Tag("it")
class KubeletTest {
  private static final long PATIENCE_SECONDS = 60;

  private final TestCluster cluster = TestCluster.shared();
  private final KubernetesClient client = cluster.client();
  private final String namespace = cluster.namespace();

  @Test
  void aDeploymentGetsReadyPodsOnNodesWithAddressesOfTheirOwn() {
    create(Workloads.deployment("shop", 3, Map.of()));

    awaitReady("shop", 3);

    assertThat(pods("shop")).extracting(pod -> pod.getSpec().getNodeName()).doesNotContainNull();
    assertThat(pods("shop")).extracting(pod -> pod.getStatus().getPodIP()).doesNotHaveDuplicates();
  }

  @Test
  void aPodIsWrittenAsOftenAsItChanges() {
    create(Workloads.deployment("shop", 3, Map.of()));
    awaitReady("shop", 3);

    List<AuditLog.Request> writes =
        cluster.controlPlane().audit().writes("kubelet").stream()
            .filter(request -> request.namespace().equals(namespace))
            .toList();

    assertThat(writes)
        .extracting(request -> request.verb() + " " + request.subresource())
        .containsOnly("create binding", "patch status")
        .hasSize(6);
  }

  @Test
  void aPodThatIsNeverReadyRunsAndIsNotReadyUntilTheScriptChanges() {
    create(Workloads.deployment("slow", 1, Map.of("never-ready", "true")));

    Pod pod = awaitPod("slow", there -> "Running".equals(there.getStatus().getPhase()));
    assertThat(isReady(pod)).isFalse();

    cluster.kubelet().when(inNamespace(namespace), PodScript.ready());
    awaitReady("slow", 1);
  }

  @Test
  void aRuleHoldsForAnImageAndUntilItIsTakenBack() {
    Kubelet.Rule rule =
        cluster
            .kubelet()
            .when(
                inNamespace(namespace)
                    .and(label("app", "shop"))
                    .and(image("registry.example/shop:1")),
                PodScript.ready().butWithoutImage());
    create(Workloads.deployment("shop", 1, Map.of()));

    Pod pod = awaitPod("shop", there -> !there.getStatus().getContainerStatuses().isEmpty());
    assertThat(pod.getStatus().getPhase()).isEqualTo("Pending");
    assertThat(pod.getStatus().getContainerStatuses().get(0).getState().getWaiting().getReason())
        .isEqualTo("ImagePullBackOff");

    rule.close();
    awaitReady("shop", 1);
  }

  @Test
  void aPodIsReadyAfterAWhileAndCrashesLater() {
    create(Workloads.deployment("frail", 1, Map.of("ready-after", "1s", "crash-after", "3s")));

    awaitReady("frail", 1);
    Pod crashed =
        awaitPod(
            "frail", pod -> pod.getStatus().getContainerStatuses().get(0).getRestartCount() == 1);

    assertThat(isReady(crashed)).isFalse();
    assertThat(
            crashed.getStatus().getContainerStatuses().get(0).getState().getWaiting().getReason())
        .isEqualTo("CrashLoopBackOff");
  }

  @Test
  void aPodWithoutANodeStaysPending() {
    create(Workloads.deployment("big", 1, Map.of("unschedulable", "true")));
    create(Workloads.deployment("small", 1, Map.of()));
    awaitReady("small", 1);

    Pod pod = awaitPod("big", Objects::nonNull);
    assertThat(pod.getSpec().getNodeName()).isNull();
    assertThat(pod.getStatus().getPhase()).isEqualTo("Pending");
  }

  @Test
  void aReadinessGateIsLeftToItsOwner() {
    Deployment gated =
        new DeploymentBuilder(Workloads.deployment("gated", 1, Map.of()))
            .editSpec()
            .editTemplate()
            .editSpec()
            .addNewReadinessGate("example.com/registered")
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    create(gated);
    Pod waiting = awaitPod("gated", pod -> condition(pod, "ContainersReady"));
    assertThat(isReady(waiting)).isFalse();

    client.resource(waiting).editStatus(pod -> withGateOpen(pod));

    awaitReady("gated", 1);
    assertThat(condition(pods("gated").get(0), "example.com/registered")).isTrue();
  }

  private static Pod withGateOpen(Pod pod) {
    return pod.edit()
        .editStatus()
        .addNewCondition()
        .withType("example.com/registered")
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  @Test
  void aJobCompletesOrFailsByTheExitCodeOfItsPod() {
    client.resource(Workloads.job("good", Map.of())).inNamespace(namespace).create();
    client
        .resource(Workloads.job("bad", Map.of("run-for", "1s", "exit-code", "1")))
        .inNamespace(namespace)
        .create();

    assertThat(awaitEnd("good").getStatus().getSucceeded()).isEqualTo(1);
    assertThat(awaitEnd("bad").getStatus().getFailed()).isEqualTo(1);
  }

  private Job awaitEnd(String name) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            job ->
                job.getStatus().getConditions().stream()
                    .anyMatch(
                        condition -> List.of("Complete", "Failed").contains(condition.getType())),
            PATIENCE_SECONDS,
            SECONDS);
  }

  @Test
  void aDeletedPodTerminatesForAsLongAsItsScriptSays() {
    create(Workloads.deployment("slow", 1, Map.of("slow-deletion", "2s")));
    awaitReady("slow", 1);
    Pod pod = pods("slow").get(0);

    Instant before = Instant.now();
    client.resource(pod).delete();
    client.resource(pod).waitUntilCondition(there -> isGone(there, pod), PATIENCE_SECONDS, SECONDS);

    assertThat(Duration.between(before, Instant.now()))
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(30));
  }

  private static boolean isGone(Pod there, Pod pod) {
    return there == null || !there.getMetadata().getUid().equals(pod.getMetadata().getUid());
  }

  @Test
  void aNamespaceIsDeletedWithItsPods() {
    create(Workloads.deployment("shop", 2, Map.of()));
    awaitReady("shop", 2);

    client.namespaces().withName(namespace).delete();

    client
        .namespaces()
        .withName(namespace)
        .waitUntilCondition(Objects::isNull, PATIENCE_SECONDS, SECONDS);
    assertThat(pods("shop")).isEmpty();
  }

  @Test
  void fiveHundredPodsAreReadySoon() {
    create(Workloads.deployment("many", 500, Map.of()));

    awaitReady("many", 500);
  }

  @Test
  void theKubeletGoesOnAfterTheApiServerWasAway() {
    create(Workloads.deployment("before", 2, Map.of("ready-after", "4s")));
    awaitPod("before", pod -> "Running".equals(pod.getStatus().getPhase()));

    cluster.controlPlane().stopApiServer();
    cluster.controlPlane().startApiServer();

    create(Workloads.deployment("after", 2, Map.of()));
    awaitReady("before", 2);
    awaitReady("after", 2);
  }

  private void create(Deployment deployment) {
    client.apps().deployments().inNamespace(namespace).resource(deployment).create();
  }

  private void awaitReady(String name, int expected) {
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            there ->
                Optional.ofNullable(there.getStatus().getReadyReplicas()).orElse(0) == expected,
            PATIENCE_SECONDS,
            SECONDS);
  }

  private Pod awaitPod(String app, Predicate<Pod> condition) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("app", app)
        .waitUntilCondition(pod -> pod != null && condition.test(pod), PATIENCE_SECONDS, SECONDS);
  }

  private List<Pod> pods(String app) {
    return client.pods().inNamespace(namespace).withLabel("app", app).list().getItems();
  }

  private static boolean isReady(Pod pod) {
    return condition(pod, "Ready");
  }

  private static boolean condition(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(
            condition -> condition.getType().equals(type) && condition.getStatus().equals("True"));
  }
}
