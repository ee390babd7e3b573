package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.AlbStatus;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.controller.aws.FakeAws;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.testcluster.TestCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Verification of ALB weights and targets: a real API server, and AWS in its own protocol. */
@Tag("it")
class AlbVerificationTest {
  private static final RouterCase ALB =
      RouterCase.ALL.stream()
          .filter(each -> each.name().equals("ALB Ingress"))
          .findFirst()
          .orElseThrow();

  private final FakeAws aws = new FakeAws();
  private Live live;
  private Controller controller;

  @BeforeEach
  void start() {
    RouterDefinitions.install(TestCluster.shared().client());
    live = new Live();
    live.controller().close();
    controller = live.start(live.settings("--aws-verify-target-group"));
    aws.targetGroups(
        Map.of(
            "canary", live.namespace + "/web-web-canary:80",
            "stable", live.namespace + "/web-web-stable:80"));
    aws.weights(Map.of("canary", 0, "stable", 100));
    aws.targets(List.of(), 80);
  }

  @AfterEach
  void stop() {
    controller.close();
    live.close();
    aws.close();
  }

  private void hasHostname() {
    try {
      live.api.patch(
          ALB.key(live.namespace),
          "status",
          Live.map(
              "{\"status\": {\"loadBalancer\": {\"ingress\": [{\"hostname\": \"%s\"}]}}}"
                  .formatted(FakeAws.HOSTNAME)));
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  private void awaitEvent(String reason, String text) {
    Live.await(() -> said(reason, text), () -> messages().toString());
  }

  private boolean said(String reason, String text) {
    return messages().stream().anyMatch(it -> it.startsWith(reason + ": ") && it.contains(text));
  }

  private List<String> messages() {
    return live.list("Event").stream()
        .filter(it -> "web".equals(it.at("involvedObject", "name")))
        .map(it -> it.at("reason") + ": " + it.at("message"))
        .toList();
  }

  /** The addresses of all pods. */
  private List<String> addresses() {
    return live.list("Pod").stream().map(pod -> String.valueOf(pod.at("status", "podIP"))).toList();
  }

  private static String binding(String service) {
    return """
        ---
        apiVersion: elbv2.k8s.aws/v1beta1
        kind: TargetGroupBinding
        metadata: {name: %1$s}
        spec:
          targetGroupARN: %2$s
          targetType: ip
          serviceRef: {name: %1$s, port: 80}
        """
        .formatted(service, FakeAws.arn(service));
  }

  @Test
  @DisplayName(
      "T-158, T-159, T-904, R-131, R-133, O-062 A step ends, and a version is promoted, once AWS reports the weight; what AWS refuses is told and asked again")
  void weightsAreVerified() {
    live.apply(ALB.yaml("[{setWeight: 20}, {pause: {}}]"));
    live.await("web", RolloutPhase.HEALTHY, "");
    hasHostname();
    live.image("web", "web:2");
    awaitEvent(
        "TargetGroupUnverified",
        "Service web-canary (TargetGroup %s) not verified: canary weight 20 not yet set (current: 0)"
            .formatted(FakeAws.arn("canary")));
    Rollout waiting =
        live.await(
            "web",
            it ->
                it.statusOrEmpty().canary().weights() != null
                    && it.statusOrEmpty().canary().weights().canary().weight() == 20);
    assertThat(waiting.statusOrEmpty().currentStepIndex()).isZero();
    assertThat(waiting.statusOrEmpty().canary().weights().verified()).isFalse();
    AlbStatus examined = live.await("web", it -> it.statusOrEmpty().alb() != null).status().alb();
    assertThat(examined.ingress()).isEqualTo("web");
    assertThat(examined.loadBalancer().name()).isEqualTo("web");
    assertThat(examined.loadBalancer().arn()).isEqualTo(FakeAws.BALANCER);
    assertThat(examined.loadBalancer().fullName()).isEqualTo("web/50dc6c495c0c9188");
    assertThat(examined.canaryTargetGroup().arn()).isEqualTo(FakeAws.arn("canary"));
    assertThat(examined.canaryTargetGroup().fullName()).isEqualTo("canary/73e2d6bc24d8a067");
    assertThat(examined.stableTargetGroup().name()).isEqualTo("stable");

    aws.weights(Map.of("canary", 20, "stable", 80));
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    awaitEvent("TargetGroupVerified", "verified: canary weight 20 set");

    aws.refuse("DescribeRules");
    live.promote("web");
    awaitEvent(
        "TargetGroupVerifyError",
        "AccessDenied: role rollouts is not authorized to perform elasticloadbalancing:DescribeRules");
    awaitEvent("WeightVerifyError", "Failed to verify weight: AccessDenied");
    assertThat(live.rollout("web").statusOrEmpty().stableRS())
        .isNotEqualTo(live.rollout("web").statusOrEmpty().currentPodHash());
    assertThat(ALB.weights(live)).isEqualTo("100/0");

    aws.weights(Map.of("canary", 100, "stable", 0));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.await("web", it -> live.sizes().equals("1=0 2=2"));
    assertThat(aws.actions())
        .contains("DescribeLoadBalancers")
        .allMatch(
            List.of(
                    "DescribeTargetGroups",
                    "DescribeLoadBalancers",
                    "DescribeListeners",
                    "DescribeRules",
                    "DescribeTags",
                    "DescribeTargetHealth")
                ::contains);
    assertThat(messages()).noneMatch(it -> it.contains("planted"));
  }

  @Test
  @DisplayName("T-158 A hostname that no load balancer has is told, and so is one without AWS")
  void balancersThatAreNotThere() {
    live.apply(ALB.yaml("[{setWeight: 20}, {pause: {}}]"));
    live.await("web", RolloutPhase.HEALTHY, "");
    try {
      live.api.patch(
          ALB.key(live.namespace),
          "status",
          Live.map(
              "{\"status\": {\"loadBalancer\": {\"ingress\": [{\"hostname\": \"gone.elb.amazonaws.com\"}]}}}"));
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
    live.image("web", "web:2");
    awaitEvent("LoadBalancerNotFound", "Failed to find load balancer: gone.elb.amazonaws.com");
    aws.refuse("DescribeLoadBalancers");
    awaitEvent(
        "TargetGroupVerifyError", "Failed to verify Service web-canary (TargetGroup unknown): ");
    live.abort("web");
    live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    live.await("web", it -> ALB.weights(live).equals("0/100")); // written after the status
  }

  @Test
  @DisplayName(
      "T-200, T-202, T-203, T-205 After its promotion the old version keeps its pods until those of the new one are registered")
  void canaryTargetsAreVerified() {
    live.apply(ALB.yaml("[{setWeight: 20}]") + binding("web-stable"));
    live.await("web", RolloutPhase.HEALTHY, "");
    hasHostname();
    aws.weights(Map.of("canary", 20, "stable", 80));
    live.image("web", "web:2");
    awaitEvent("TargetGroupVerified", "verified: canary weight 20 set");
    aws.weights(Map.of("canary", 100, "stable", 0));
    awaitEvent(
        "TargetGroupUnverified",
        "Service web-stable (TargetGroup %s) not verified: 0/2 endpoints registered"
            .formatted(FakeAws.arn("web-stable")));
    assertThat(live.sizes()).isEqualTo("1=2 2=2");

    aws.targets(addresses(), 80);
    live.await("web", it -> live.sizes().equals("1=0 2=2"));
    awaitEvent("TargetGroupVerified", "verified: 2 endpoints registered");
  }

  @Test
  @DisplayName(
      "T-201, T-204 A blue-green version becomes the stable one, and is analysed, once its pods are registered")
  void activeTargetsAreVerified() {
    live.apply(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          strategy: {blueGreen: {activeService: web-active, scaleDownDelaySeconds: 1}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
            + RouterCase.service("web-active")
            + binding("web-active"));
    live.await("web", RolloutPhase.HEALTHY, "");
    String first = live.rollout("web").statusOrEmpty().stableRS();

    aws.targets(addresses(), 80);
    live.image("web", "web:2");
    awaitEvent("TargetGroupUnverified", "0/2 endpoints registered");
    assertThat(live.rollout("web").statusOrEmpty().blueGreen().activeSelector())
        .isNotEqualTo(first);
    assertThat(live.rollout("web").statusOrEmpty().stableRS()).isEqualTo(first);
    assertThat(live.sizes()).isEqualTo("1=2 2=2");
    aws.targets(addresses(), 80);
    live.await("web", RolloutPhase.HEALTHY, "");
    live.await("web", it -> live.sizes().equals("1=0 2=2"));
    assertThat(live.rollout("web").statusOrEmpty().stableRS()).isNotEqualTo(first);
  }
}
