package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.engine.cluster.ClusterObjects;
import java.util.LinkedHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Live objects and wanted routes in, written objects out; each case cites its rules. */
class RoutingGoldenTest {
  static Stream<Arguments> cases() {
    return Stream.of(
            cases("istio", new IstioRouter()),
            cases("smi", new SmiRouter()),
            cases("gateway-api", new GatewayApiRouter()))
        .flatMap(each -> each);
  }

  private static Stream<Arguments> cases(String folder, TrafficRouter router) {
    return RoutingCase.of(folder).stream().map(each -> Arguments.of(each, router));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @Tag("golden")
  void writesAsTheGoldenFileHasIt(RoutingCase given, TrafficRouter router) {
    assertThat(router.isConfigured(given.request().rollout())).isTrue();
    given.assertGolden(RoutingCase.settle(router, given.request()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void leavesWhatIsNotOursAsItWas(RoutingCase given, TrafficRouter router) {
    RoutingCase.Outcome outcome = RoutingCase.settle(router, given.request());
    Foreign foreign = new Foreign(given.request());
    given
        .request()
        .objects()
        .asMap()
        .forEach(
            (key, before) ->
                assertThat(foreign.of(outcome.objects().find(key).orElseThrow()))
                    .as("%s", key)
                    .isEqualTo(foreign.of(before)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void readsEveryObjectThatItLooksAt(RoutingCase given, TrafficRouter router) {
    RoutingRequest request = given.request();
    var shown = new LinkedHashMap<>(request.objects().asMap());
    shown.keySet().removeIf(key -> !RoutingCase.isRead(router, request, key));
    assertThat(router.plan(RoutingCase.over(request, ClusterObjects.of(shown))))
        .isEqualTo(router.plan(request));
  }
}
