package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Objects before and after, in files, of the routers whose objects lead from outside to the two
 * Services. A second plan writes nothing, and what is not ours stays.
 */
class IngressRoutersGoldenTest {
  static final Map<String, TrafficRouter> ROUTERS =
      Map.of(
          "nginx", new NginxRouter(),
          "alb", new AlbRouter(),
          "ambassador", new AmbassadorRouter(),
          "apisix", new ApisixRouter(),
          "traefik", new TraefikRouter(),
          "appmesh", new AppMeshRouter());

  static Stream<Arguments> cases() {
    return ROUTERS.keySet().stream()
        .sorted()
        .flatMap(
            router ->
                RoutingCase.of(router).stream()
                    .map(each -> Arguments.of(each, ROUTERS.get(router))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @Tag("golden")
  void writesAsTheGoldenFileHasIt(RoutingCase given, TrafficRouter router) {
    assertThat(router.isConfigured(given.request().rollout())).isTrue();
    RoutingCase.Outcome outcome = RoutingCase.settle(router, given.request());
    given.assertGolden(outcome);
    assertThat(outcome.last().isSettled()).isEqualTo(outcome.last().error() == null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void leavesWhatIsNotOursAsItWas(RoutingCase given, TrafficRouter router) {
    RoutingRequest request = given.request();
    ClusterObjects after = RoutingCase.settle(router, request).objects();
    Set<String> routes = ManagedRoutes.of(request.rollout());
    request
        .objects()
        .asMap()
        .forEach(
            (key, before) -> {
              boolean isMade =
                  Ownership.isControlledBy(before, request.rollout())
                      || (key.kind().equals("Mapping") && key.name().endsWith("-canary"));
              JsonObject now = after.find(key).orElse(null);
              if (!isMade || now != null) {
                assertThat(now).as("%s", key).isNotNull();
              }
              if (!isMade) {
                // Text, so that the order of keys counts.
                assertThat(foreign(now.fields(), routes).toString())
                    .as("%s", key)
                    .isEqualTo(foreign(before.fields(), routes).toString());
              }
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void readsEveryObjectThatItLooksAt(RoutingCase given, TrafficRouter router) {
    RoutingRequest request = given.request();
    Map<ObjectKey, JsonObject> shown = new LinkedHashMap<>(request.objects().asMap());
    shown.keySet().removeIf(key -> !RoutingCase.isRead(router, request, key));
    assertThat(router.plan(RoutingCase.over(request, ClusterObjects.of(shown))))
        .isEqualTo(router.plan(request));
  }

  /** What is left without the parts that these routers may write. */
  private static @Nullable Object foreign(@Nullable Object value, Set<String> routes) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> rest = new LinkedHashMap<>();
      map.forEach(
          (key, each) -> {
            if (!isOurs(String.valueOf(key))) {
              rest.put(key, foreign(each, routes));
            }
          });
      rest.remove("annotations", Map.of());
      return rest;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> rest = new ArrayList<>();
      for (Object each : list) {
        if (!leadsToARoute(each, routes)) {
          rest.add(foreign(each, routes));
        }
      }
      return rest;
    }
    return value;
  }

  private static boolean isOurs(String key) {
    return key.equals("weight")
        || key.equals(RolloutKeys.POD_TEMPLATE_HASH)
        || key.equals("rollouts.argoproj.io/managed-alb-annotations")
        || key.matches("alb\\.[a-z.]+/(actions|conditions)\\.(shop-root|shop-stable|beta|gold)");
  }

  private static boolean leadsToARoute(@Nullable Object path, Set<String> routes) {
    if (!(path instanceof Map<?, ?> map) || !(map.get("backend") instanceof Map<?, ?> backend)) {
      return false;
    }
    return backend.get("service") instanceof Map<?, ?> service
        && routes.contains(String.valueOf(service.get("name")))
        && Map.of("name", "use-annotation").equals(service.get("port"));
  }
}
