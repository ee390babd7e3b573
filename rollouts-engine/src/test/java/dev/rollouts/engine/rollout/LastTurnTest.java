package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.traffic.RouterSettings;
import dev.rollouts.engine.traffic.RoutingRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a turn may take over from the one before. */
class LastTurnTest {
  private static final ObjectKey SERVICE = ObjectKey.service("default", "web");

  private final Rollout rollout = Manifests.rollout("strategy: {canary: {}}");
  private final ClusterObjects objects = objects("web");
  private final AtomicInteger checks = new AtomicInteger();
  private final LastTurn last = new LastTurn();

  private static ClusterObjects objects(String app) {
    return ClusterObjects.of(
        Map.of(SERVICE, JsonObject.of(Map.of("spec", Map.of("selector", Map.of("app", app))))));
  }

  private static RolloutObservations seen(
      ClusterObjects objects, Map<TemplateRef, AnalysisTemplateSpec> templates) {
    return new RolloutObservations(
        List.of(), List.of(), List.of(), List.of(), templates, objects, List.of());
  }

  private int checksAfter(Rollout asked, RolloutObservations seen) {
    last.error(
        asked,
        seen,
        given -> {
          checks.incrementAndGet();
          return Optional.empty();
        });
    return checks.get();
  }

  @Test
  @DisplayName("R-510 what a rollout refers to is checked again when anything of it has changed")
  void referentsAreCheckedAgain() {
    RolloutObservations first = seen(objects, Map.of());
    assertThat(checksAfter(rollout, first)).isEqualTo(1);
    assertThat(checksAfter(rollout, first)).isEqualTo(1);
    assertThat(checksAfter(rollout, seen(objects("web"), Map.of())))
        .as("an equal one")
        .isEqualTo(1);

    assertThat(checksAfter(rollout, seen(objects("shop"), Map.of()))).isEqualTo(2);
    RolloutObservations gone = seen(ClusterObjects.none(), Map.of());
    assertThat(checksAfter(rollout, gone)).isEqualTo(3);
    Map<TemplateRef, AnalysisTemplateSpec> templates =
        Map.of(new TemplateRef("check", false), AnalysisTemplateSpec.of());
    assertThat(checksAfter(rollout, seen(ClusterObjects.none(), templates))).isEqualTo(4);
    Rollout paused =
        rollout.withStatus(RolloutStatus.empty().toBuilder().controllerPause(true).build());
    assertThat(checksAfter(paused, seen(ClusterObjects.none(), templates)))
        .as("nothing that it refers to follows from a pause")
        .isEqualTo(4);
    CanaryStatus swapped = new CanaryStatus(null, null, "", null, "ping", List.of());
    Rollout pinged = rollout.withStatus(RolloutStatus.empty().toBuilder().canary(swapped).build());
    assertThat(checksAfter(pinged, seen(ClusterObjects.none(), templates))).isEqualTo(5);
    Rollout other = Manifests.rollout("strategy: {canary: {canaryService: other}}");
    assertThat(checksAfter(other, seen(ClusterObjects.none(), templates))).isEqualTo(6);
  }

  @Test
  @DisplayName("T-003 a router with anything left to do is asked in every turn")
  void routersAreAskedUntilTheyAreSettled() {
    RouteObject router = new RouteObject("Mesh");
    RoutingRequest unsettled = request(objects, 20);
    ClusterEffect write = last.plan(router, unsettled).effects().get(0);
    JsonObject wanted = ((ClusterEffect.UpdateObject) write).after();
    router.weightError = "denied";
    assertThat(last.plan(router, unsettled).error()).isEqualTo("denied");

    router.weightError = null;
    ClusterObjects written = ClusterObjects.of(Map.of(router.key(), wanted));
    assertThat(last.plan(router, request(written, 20)).isSettled()).isTrue();
    router.weightError = "not to be asked for that";
    assertThat(last.plan(router, request(written, 20)).error()).isNull();
    assertThat(last.plan(router, request(written, 30)).error()).isNotNull();
    assertThat(last.plan(router, request(objects, 20)).error()).isNotNull();
  }

  private RoutingRequest request(ClusterObjects live, int weight) {
    return new RoutingRequest(
        rollout,
        live,
        List.of(),
        "canary",
        "stable",
        weight,
        List.of(),
        List.of(),
        List.of(),
        false,
        false,
        RouterSettings.defaults(),
        List.of());
  }
}
