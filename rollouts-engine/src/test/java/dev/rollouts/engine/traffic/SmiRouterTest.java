package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SmiRouterTest {
  private static RoutingRequest answered(Refusal why) {
    RoutingRequest request = RoutingCase.of("smi").get(0).request();
    ClusterEffect refused =
        new SmiRouter()
            .plan(request).effects().stream()
                .filter(ClusterEffect.CreateObject.class::isInstance)
                .findFirst()
                .orElseThrow();
    return new RoutingRequest(
        request.rollout(),
        request.objects(),
        request.replicaSets(),
        request.canaryHash(),
        request.stableHash(),
        request.weight(),
        request.additional(),
        request.headerRoutes(),
        request.mirrorRoutes(),
        request.weightBeforeHash(),
        request.canaryHashFrozen(),
        request.settings(),
        List.of(new ClusterAnswer.Refused(refused, why, "no quota")));
  }

  private static List<String> said(RoutingRequest request) {
    return new SmiRouter()
        .plan(request).effects().stream()
            .filter(ClusterEffect.Announce.class::isInstance)
            .map(each -> ((ClusterEffect.Announce) each).event().message())
            .toList();
  }

  @Test
  @DisplayName("T-502 a split that could not be created is announced, and asked for again")
  void announcesAFailedCreation() {
    assertThat(said(answered(Refusal.OTHER)))
        .containsExactly(
            "TrafficSplit `shop` failed creation: no quota", "TrafficSplit `shop` created");
  }

  @Test
  @DisplayName("T-502 a split that another turn created is no failure")
  void saysNothingOfAConflict() {
    assertThat(said(answered(Refusal.ALREADY_EXISTS)))
        .containsExactly("TrafficSplit `shop` created");
  }
}
