package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.AlbStatus;
import dev.rollouts.api.rollout.AwsResource;
import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer.WeightVerified;
import dev.rollouts.engine.cluster.ClusterEffect.VerifyWeight;
import dev.rollouts.engine.traffic.AlbWeights.Finding;
import dev.rollouts.engine.traffic.AlbWeights.LoadBalancer;
import dev.rollouts.engine.traffic.AlbWeights.TargetGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What AWS reports, and what it means. */
class AlbWeightsTest {
  private static final String ARN = "arn:aws:elasticloadbalancing:eu-central-1:1:";
  private static final String CANARY = ARN + "targetgroup/k8s-canary/11";
  private static final String STABLE = ARN + "targetgroup/k8s-stable/22";
  private static final String EXTRA = ARN + "targetgroup/k8s-exp/33";

  private static Rollout rollout() {
    return LiveObjects.request("alb", "weight").rollout();
  }

  private static TargetGroup group(String arn, String service, String ingress) {
    return new TargetGroup(
        arn.split("/")[1],
        arn,
        Map.of("ingress.k8s.aws/resource", "prod/" + ingress + "-" + service + ":80"));
  }

  private static LoadBalancer balancer(Map<String, Integer> forward) {
    return new LoadBalancer(
        "k8s-shop",
        ARN + "loadbalancer/app/k8s-shop/99",
        List.of(
            new TargetGroup("other", ARN + "targetgroup/other/44", Map.of("team", "x")),
            group(CANARY, "shop-canary", "shop-ing"),
            group(STABLE, "shop-stable", "shop-ing"),
            group(EXTRA, "exp-a", "shop-ing")),
        List.of(forward));
  }

  private static Finding found(LoadBalancer balancer) {
    return new Finding("shop-ing", "shop.elb.test", balancer, null);
  }

  private static WeightVerified verify(Rollout rollout, int weight, Finding... findings) {
    return AlbWeights.verify(
        rollout,
        new VerifyWeight("ALB", weight, List.of()),
        AlbWeights.DEFAULT_TAG,
        List.of(findings));
  }

  private static String canary() {
    return "Service shop-canary (TargetGroup " + CANARY + ") ";
  }

  @Test
  @DisplayName("T-158 T-159 a weight that is set, and what was examined")
  void aWeightThatIsSet() {
    WeightVerified answer = verify(rollout(), 20, found(balancer(Map.of(CANARY, 20, STABLE, 80))));
    assertThat(answer)
        .isEqualTo(
            new WeightVerified(
                "ALB",
                20,
                true,
                List.of(
                    new AlbStatus(
                        new AwsResource(
                            "k8s-shop", ARN + "loadbalancer/app/k8s-shop/99", "k8s-shop/99"),
                        new AwsResource("k8s-canary", CANARY, "k8s-canary/11"),
                        new AwsResource("k8s-stable", STABLE, "k8s-stable/22"),
                        "shop-ing")),
                List.of(
                    Event.normal(
                        "TargetGroupVerified", canary() + "verified: canary weight 20 set")),
                null));
  }

  @ParameterizedTest(name = "T-158 {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          not yet               | 0   |    |     | not verified: canary weight 20 not yet set (current: 0)
          one of two rules      | 20  | 10 |     | not verified: canary weight 20 not yet set (current: 10)
          both rules            | 20  | 20 |     | verified: canary weight 20 set
          header route beside   | 20  |    | 100 | verified: canary weight 20 set
          header route only     |     |    | 100 | not verified: no listener rule of k8s-shop forwards to Service shop-stable, too
          no rule               |     |    |     | not verified: no listener rule of k8s-shop forwards to Service shop-stable, too
          """)
  void rulesThatDivideTheTrafficCount(
      String what, Integer first, Integer second, Integer header, String expected) {
    List<Map<String, Integer>> forwards = new ArrayList<>();
    if (first != null) {
      forwards.add(Map.of(CANARY, first, STABLE, 100 - first));
    }
    if (second != null) {
      forwards.add(Map.of(CANARY, second, STABLE, 100 - second));
    }
    if (header != null) {
      forwards.add(Map.of(CANARY, header));
    }
    LoadBalancer all = balancer(Map.of());
    WeightVerified answer =
        verify(
            rollout(),
            20,
            found(new LoadBalancer(all.name(), all.arn(), all.targetGroups(), forwards)));
    assertThat(answer.verified()).isEqualTo(expected.startsWith("verified"));
    assertThat(answer.events())
        .containsExactly(
            new Event(
                !answer.verified(),
                answer.verified() ? "TargetGroupVerified" : "TargetGroupUnverified",
                canary() + expected));
    assertThat(answer.error()).isNull();
  }

  @Test
  @DisplayName("T-158 experiment destinations must have their weights, too")
  void experimentsMustHaveTheirWeights() {
    for (int weight : new int[] {5, 6}) {
      WeightVerified answer =
          AlbWeights.verify(
              rollout(),
              new VerifyWeight("ALB", 20, List.of(new WeightDestination(5, "exp-a", "h"))),
              AlbWeights.DEFAULT_TAG,
              List.of(found(balancer(Map.of(CANARY, 20, EXTRA, weight, STABLE, 75)))));
      assertThat(answer.verified()).isEqualTo(weight == 5);
      assertThat(answer.events()).hasSize(2);
    }
  }

  @Test
  @DisplayName("T-158 nothing is verified without a hostname, a load balancer, a target group")
  void whatIsMissingIsNotVerified() {
    assertThat(verify(rollout(), 20).verified()).isFalse();
    WeightVerified lost = verify(rollout(), 20, found(null));
    assertThat(lost.verified()).isFalse();
    assertThat(lost.events())
        .containsExactly(
            Event.warning("LoadBalancerNotFound", "Failed to find load balancer: shop.elb.test"));
    WeightVerified untagged =
        AlbWeights.verify(
            rollout(),
            new VerifyWeight("ALB", 20, List.of()),
            "acme/tag",
            List.of(found(balancer(Map.of(CANARY, 20, STABLE, 80)))));
    assertThat(untagged.verified()).isFalse();
    assertThat(untagged.events())
        .containsExactly(
            Event.warning(
                "TargetGroupUnverified",
                "Service shop-canary (TargetGroup unknown) not verified: no target group of"
                    + " k8s-shop has the tag acme/tag=prod/shop-ing-shop-canary:80"));
  }

  @Test
  @DisplayName("T-158 T-159 an error of AWS ends the look and leaves what is known")
  void anErrorEndsTheLook() {
    AwsResource known = new AwsResource("n", "a", "f");
    AlbStatus status = new AlbStatus(known, known, known, "shop-ing");
    Rollout rollout =
        rollout().withStatus(RolloutStatus.empty().toBuilder().albs(List.of(status)).build());
    WeightVerified answer =
        verify(rollout, 20, new Finding("shop-ing", "shop.elb.test", null, "throttled"));
    assertThat(answer.verified()).isFalse();
    assertThat(answer.error()).isEqualTo("throttled");
    assertThat(answer.loadBalancers()).containsExactly(status);
    assertThat(answer.events())
        .containsExactly(
            Event.warning(
                "TargetGroupVerifyError",
                "Failed to verify Service shop-canary (TargetGroup unknown): throttled"));
    assertThat(verify(rollout, 20, found(null)).loadBalancers()).containsExactly(status);
  }

  @Test
  @DisplayName("T-158 every Ingress must have a load balancer that sends the weight")
  void everyIngressCounts() {
    Rollout rollout = LiveObjects.request("alb", "second-drifted").rollout();
    LoadBalancer good = balancer(Map.of(CANARY, 20, STABLE, 80));
    LoadBalancer second =
        new LoadBalancer(
            "second",
            "x",
            List.of(
                group(CANARY, "shop-canary", "shop-api"), group(STABLE, "shop-stable", "shop-api")),
            List.of(Map.of(CANARY, 20, STABLE, 80)));
    Finding other = new Finding("shop-api", "api.elb.test", second, null);
    assertThat(verify(rollout, 20, found(good)).verified()).isFalse();
    WeightVerified both = verify(rollout, 20, found(good), other);
    assertThat(both.verified()).isTrue();
    assertThat(both.loadBalancers())
        .extracting(AlbStatus::ingress)
        .containsExactly("shop-ing", "shop-api");
    assertThat(both.loadBalancers().get(1).loadBalancer().fullName()).isEmpty();
  }

  @Test
  @DisplayName("T-158 T-006 with ping-pong the canary is looked for under its present name (#4184)")
  void pingPongByRole() {
    Rollout rollout = LiveObjects.request("alb", "ping-pong-swapped").rollout();
    assertThat(rollout.statusOrEmpty().canary().stablePingPong()).isEqualTo("ping");
    LoadBalancer balancer =
        new LoadBalancer(
            "b",
            "x",
            List.of(group(CANARY, "shop-pong", "shop-ing"), group(STABLE, "shop-ping", "shop-ing")),
            List.of(Map.of(CANARY, 20, STABLE, 80)));
    WeightVerified answer = verify(rollout, 20, found(balancer));
    assertThat(answer.verified()).isTrue();
    assertThat(answer.loadBalancers().get(0).canaryTargetGroup().arn()).isEqualTo(CANARY);
    assertThat(answer.loadBalancers().get(0).stableTargetGroup().arn()).isEqualTo(STABLE);
    Rollout first =
        rollout.withStatus(RolloutStatus.empty().toBuilder().canary(CanaryStatus.empty()).build());
    assertThat(verify(first, 20, found(balancer)).loadBalancers().get(0).stableTargetGroup().arn())
        .isEqualTo(CANARY);
  }

  @Test
  @DisplayName("T-158 hostnames come from the status of each Ingress")
  void hostnames() {
    RoutingRequest request =
        LiveObjects.edited(
            LiveObjects.request("alb", "second-drifted"),
            "Ingress/shop-ing/status",
            Map.of(
                "loadBalancer",
                Map.of("ingress", List.of(Map.of("hostname", "a.test"), Map.of("ip", "1.2.3.4")))));
    assertThat(
            AlbWeights.hostnames(request.rollout(), request.objects(), RouterSettings.defaults()))
        .containsExactly(
            Map.entry("shop-ing", List.of("a.test")), Map.entry("shop-api", List.of()));
  }

  @ParameterizedTest(name = "T-158 T-160 {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          off            | false | false | s | c | 0 | 20  | false
          nothing known  | true  | false | '' | '' | 1 | 0 | true
          at setWeight   | true  | true  | s | c | 0 | 20  | true
          at a pause     | true  | true  | s | c | 1 | 20  | false
          at the end     | true  | true  | s | c | 2 | 100 | true
          before the end | true  | true  | s | c | 2 | 20  | false
          promoted       | true  | true  | s | s | 2 | 100 | false
          not yet stable | true  | true  | '' | c | 0 | 20 | false
          """)
  void whenAwsIsAsked(
      String when,
      boolean flag,
      boolean known,
      String stable,
      String current,
      int step,
      int weight,
      boolean asked) {
    RoutingRequest base = LiveObjects.request("alb", "verified");
    AwsResource none = new AwsResource("", "", "");
    Rollout rollout =
        base.rollout()
            .withStatus(
                RolloutStatus.empty().toBuilder()
                    .stableRS(stable)
                    .currentPodHash(current)
                    .currentStepIndex(step)
                    .albs(known ? List.of(new AlbStatus(none, none, none, "shop-ing")) : List.of())
                    .build());
    RoutingRequest request =
        new RoutingRequest(
            rollout,
            base.objects(),
            List.of(),
            current,
            stable,
            weight,
            List.of(),
            List.of(),
            List.of(),
            false,
            false,
            RouterSettings.defaults().withVerifyTargetGroup(flag),
            List.of());
    assertThat(new AlbRouter().plan(request).verifiable()).isEqualTo(asked);
  }
}
