package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterAnswer.TrafficPluginAnswered;
import dev.rollouts.engine.cluster.ClusterEffect.CallTrafficPlugin;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.RoutingCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which calls a plugin gets, and what its answers mean. */
class PluginRouterTest {
  private static final TrafficRouter ROUTER = new PluginRouter();
  private static final List<WeightDestination> EXTRA =
      List.of(new WeightDestination(5, "exp-a", "h"));
  private static final SetHeaderRoute BETA =
      Wire.decode(
              SetHeaderRoute.class,
              LiveObjects.tree("{name: beta, match: [{headerName: x, headerValue: {exact: a}}]}")
                  .fields())
          .value();
  private static final RoutingCall HASH = new RoutingCall.UpdateHash("6f9c", "5d4b", EXTRA);
  private static final RoutingCall WEIGHT = new RoutingCall.SetWeight(200, EXTRA);
  private static final RoutingCall VERIFY = new RoutingCall.VerifyWeight(200, EXTRA);
  private static final RoutingCall REMOVE = new RoutingCall.RemoveManagedRoutes();
  private static final RoutingCall HEADER = new RoutingCall.SetHeader(BETA);
  private static final RoutingCall NO_HEADER =
      new RoutingCall.SetHeader(new SetHeaderRoute("gold", List.of()));
  private static final RoutingCall NO_MIRROR =
      new RoutingCall.SetMirror(new SetMirrorRoute("copy", List.of(), null));

  private static Rollout rollout(String plugins, String more) {
    return Wire.decode(
            Rollout.class,
            LiveObjects.tree(
                    """
                    metadata: {name: shop, namespace: prod}
                    spec:
                      strategy:
                        canary:
                          trafficRouting: {maxTrafficWeight: 1000, plugins: %s}
                          %s
                    """
                        .formatted(plugins, more))
                .fields())
        .value();
  }

  private static Rollout plain() {
    return rollout("{acme/router: {a: 1}}", "steps: []");
  }

  private static Rollout withRoutes() {
    return rollout(
        "{acme/router: {}, argoproj-labs/gatewayAPI: {httpRoute: shop}, beta/other: {}}",
        "steps: [{setHeaderRoute: {name: beta}}, {setHeaderRoute: {name: gold}}, {setMirrorRoute: {name: copy}}]");
  }

  private static RoutingRequest request(
      Rollout rollout, int weight, List<SetHeaderRoute> headers, List<ClusterAnswer> answers) {
    return new RoutingRequest(
        rollout,
        ClusterObjects.none(),
        List.of(),
        "6f9c",
        "5d4b",
        weight,
        EXTRA,
        headers,
        List.of(),
        false,
        false,
        RouterSettings.defaults(),
        answers);
  }

  private static List<RoutingCall> calls(RoutingPlan plan, String plugin) {
    return plan.effects().stream()
        .filter(CallTrafficPlugin.class::isInstance)
        .map(CallTrafficPlugin.class::cast)
        .filter(call -> call.plugin().equals(plugin))
        .map(CallTrafficPlugin::call)
        .toList();
  }

  private static List<ClusterAnswer> answers(
      RoutingPlan plan, @Nullable RoutingCall failing, @Nullable Boolean verified) {
    List<ClusterAnswer> answers = new ArrayList<>();
    plan.effects()
        .forEach(
            effect -> {
              CallTrafficPlugin call = (CallTrafficPlugin) effect;
              answers.add(
                  new TrafficPluginAnswered(
                      call.plugin(),
                      call.call(),
                      call.call().equals(VERIFY) ? verified : null,
                      call.call().equals(failing) ? "boom" : null));
            });
    return answers;
  }

  @Test
  @DisplayName("T-750 T-752 hash, weight and verification are asked for until they are answered")
  void callsUntilAnswered() {
    RoutingPlan plan = ROUTER.plan(request(plain(), 200, List.of(), List.of()));
    assertThat(calls(plan, "acme/router")).containsExactly(HASH, WEIGHT, VERIFY);
    assertThat(plan.isSettled()).isFalse();
    RoutingPlan partly =
        ROUTER.plan(request(plain(), 200, List.of(), answers(plan, null, null).subList(0, 2)));
    assertThat(partly.effects()).as("asked again, all of it").isEqualTo(plan.effects());
    RoutingPlan done = ROUTER.plan(request(plain(), 200, List.of(), answers(plan, null, null)));
    assertThat(done).isEqualTo(RoutingPlan.settled());
    RoutingPlan moved = ROUTER.plan(request(plain(), 400, List.of(), answers(plan, null, null)));
    assertThat(moved.isSettled()).as("answers to another weight are none").isFalse();
  }

  @Test
  @DisplayName("T-002 T-752 T-906 routes in force are made, others removed; without any, all go")
  void routes() {
    RoutingPlan some = ROUTER.plan(request(withRoutes(), 200, List.of(BETA), List.of()));
    assertThat(calls(some, "acme/router"))
        .containsExactly(HASH, WEIGHT, HEADER, NO_HEADER, NO_MIRROR, VERIFY)
        .isEqualTo(calls(some, "beta/other"));
    assertThat(calls(some, "argoproj-labs/gatewayAPI")).isEmpty();
    RoutingPlan none = ROUTER.plan(request(withRoutes(), 200, List.of(), List.of()));
    assertThat(calls(none, "acme/router")).containsExactly(REMOVE, HASH, WEIGHT, VERIFY);
  }

  @Test
  @DisplayName("T-008 T-902 without weight routes are removed, and the weight can go first")
  void withoutWeight() {
    RoutingRequest before = request(plain(), 0, List.of(), List.of());
    RoutingRequest request =
        new RoutingRequest(
            before.rollout(),
            before.objects(),
            List.of(),
            "6f9c",
            "5d4b",
            0,
            List.of(),
            List.of(),
            List.of(),
            true,
            false,
            before.settings(),
            List.of());
    assertThat(calls(ROUTER.plan(request), "acme/router"))
        .containsExactly(
            REMOVE,
            new RoutingCall.SetWeight(0, List.of()),
            new RoutingCall.UpdateHash("6f9c", "5d4b", List.of()),
            new RoutingCall.VerifyWeight(0, List.of()));
  }

  @ParameterizedTest(name = "T-752 answer {0}: verified {0}, settled")
  @CsvSource(
      value = {"true", "false", "null"},
      nullValues = "null")
  void verification(@Nullable Boolean said) {
    RoutingPlan plan = ROUTER.plan(request(plain(), 200, List.of(), List.of()));
    RoutingPlan answered = ROUTER.plan(request(plain(), 200, List.of(), answers(plan, null, said)));
    assertThat(answered.isSettled()).isTrue();
    assertThat(answered.verified()).isEqualTo(said);
  }

  @Test
  @DisplayName("T-752 R-133 one plugin that says no is enough, and one that fails says no")
  void severalVerifications() {
    RoutingPlan plan = ROUTER.plan(request(withRoutes(), 200, List.of(BETA), List.of()));
    List<ClusterAnswer> answers = new ArrayList<>(answers(plan, null, true));
    assertThat(ROUTER.plan(request(withRoutes(), 200, List.of(BETA), answers)).verified()).isTrue();
    answers.add(new TrafficPluginAnswered("beta/other", VERIFY, false, null));
    assertThat(ROUTER.plan(request(withRoutes(), 200, List.of(BETA), answers)).verified())
        .isFalse();
    answers.add(new TrafficPluginAnswered("beta/other", VERIFY, null, "boom"));
    RoutingPlan failed = ROUTER.plan(request(withRoutes(), 200, List.of(BETA), answers));
    assertThat(failed.isSettled()).isTrue();
    assertThat(failed.verified()).isFalse();
    assertThat(LiveObjects.events(failed))
        .containsExactly(
            Event.warning(
                "WeightVerifyError",
                "Failed to verify weight: failed to verify weight via plugin: boom"));
  }

  @ParameterizedTest(name = "T-753 {1}")
  @CsvSource({
    "0, failed to update hash via plugin: boom, false",
    "1, failed to set weight via plugin: boom, true",
    "2, failed to set header route via plugin: boom, false",
    "4, failed to set mirror route via plugin: boom, false"
  })
  void errors(int call, String expected, boolean atWeight) {
    RoutingPlan plan = ROUTER.plan(request(withRoutes(), 200, List.of(BETA), List.of()));
    RoutingCall failing = calls(plan, "acme/router").get(call);
    RoutingPlan failed =
        ROUTER.plan(request(withRoutes(), 200, List.of(BETA), answers(plan, failing, null)));
    assertThat(failed.error()).isEqualTo(expected);
    assertThat(failed.atWeight()).isEqualTo(atWeight);
    assertThat(failed.effects()).as("left to the turn after the back-off").isEmpty();
  }

  @Test
  @DisplayName("T-753 removal that fails, and a plugin that is not there")
  void removalAndUnknownPlugins() {
    RoutingPlan plan = ROUTER.plan(request(withRoutes(), 200, List.of(), List.of()));
    assertThat(
            ROUTER.plan(request(withRoutes(), 200, List.of(), answers(plan, REMOVE, null))).error())
        .isEqualTo("failed to remove managed routes via plugin: boom");
    ClusterAnswer refused =
        new ClusterAnswer.Refused(
            plan.effects().get(0), ClusterAnswer.Refusal.NOT_FOUND, "it is not registered");
    RoutingPlan unknown = ROUTER.plan(request(withRoutes(), 200, List.of(), List.of(refused)));
    assertThat(unknown.error())
        .isEqualTo("failed to get traffic router plugin acme/router: it is not registered");
    assertThat(unknown.effects()).isEmpty();
  }

  @Test
  @DisplayName("T-750 the Gateway API key alone is no plugin")
  void theGatewayIsBuiltIn() {
    assertThat(
            ROUTER.isConfigured(
                rollout("{argoproj-labs/gatewayAPI: {httpRoute: shop}}", "steps: []")))
        .isFalse();
    assertThat(ROUTER.isConfigured(withRoutes())).isTrue();
    assertThat(ROUTER.reads(withRoutes(), ClusterObjects.none(), RouterSettings.defaults()))
        .isEmpty();
  }
}
