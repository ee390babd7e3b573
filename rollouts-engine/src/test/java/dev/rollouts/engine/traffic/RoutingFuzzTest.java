package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Live objects as nobody should write them: an error or a right edit, never an exception. */
class RoutingFuzzTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 10_000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);

  static Stream<Arguments> cases() {
    return Stream.concat(RoutingGoldenTest.cases(), IngressRoutersGoldenTest.cases());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @Tag("sim")
  void anythingInLiveObjectsIsAnErrorOrARightEdit(RoutingCase given, TrafficRouter router) {
    long count = Math.max(1, COUNT / cases().count());
    for (long seed = SEED; seed < SEED + count; seed++) {
      RoutingRequest request = given.request();
      ClusterObjects mutated = mutate(request.objects(), new Random(seed));
      try {
        check(router, RoutingCase.over(request, mutated));
      } catch (RuntimeException | AssertionError e) {
        fail(
            "%s, -Dfuzz.seed=%d -Dfuzz.count=1%n%s"
                .formatted(given.folder(), seed, mutated.asMap().values()),
            e);
      }
    }
  }

  private static void check(TrafficRouter router, RoutingRequest request) {
    RoutingCase.Outcome outcome = RoutingCase.settle(router, request);
    assertThat(outcome.last().effects()).allMatch(ClusterEffect.Announce.class::isInstance);
    if (outcome.last().error() != null) {
      assertThat(outcome.last().error()).isNotBlank().doesNotContain("Exception");
    }
    Map<ObjectKey, JsonObject> before = request.objects().asMap();
    outcome
        .objects()
        .asMap()
        .forEach(
            (key, after) -> {
              if (before.containsKey(key)) {
                assertThat(after.at("metadata", "name"))
                    .isEqualTo(before.get(key).at("metadata", "name"));
              }
            });
  }

  private static ClusterObjects mutate(ClusterObjects objects, Random random) {
    Map<ObjectKey, JsonObject> mutated = new LinkedHashMap<>(objects.asMap());
    List<ObjectKey> keys = new ArrayList<>(mutated.keySet());
    if (keys.isEmpty()) {
      return objects;
    }
    for (int i = random.nextInt(3); i >= 0; i--) {
      ObjectKey key = keys.get(random.nextInt(keys.size()));
      JsonObject tree = mutated.get(key);
      if (tree == null || random.nextInt(100) == 0) {
        mutated.remove(key);
        continue;
      }
      Map<String, @Nullable Object> fields = new LinkedHashMap<>(tree.fields());
      // What an object is called by is how it was found.
      String part = random.nextInt(4) == 0 ? "metadata" : "spec";
      fields.put(part, mutated(fields.get(part), random));
      mutated.put(key, JsonObject.of(fields));
    }
    return ClusterObjects.of(mutated);
  }

  private static @Nullable Object mutated(@Nullable Object value, Random random) {
    if (value instanceof Map<?, ?> map && !map.isEmpty() && random.nextInt(6) > 0) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, each) -> copy.put(String.valueOf(key), each));
      String key = List.copyOf(copy.keySet()).get(random.nextInt(copy.size()));
      if (random.nextInt(8) == 0) {
        copy.remove(key);
      } else {
        copy.put(key, mutated(copy.get(key), random));
      }
      return copy;
    }
    if (value instanceof List<?> list && !list.isEmpty() && random.nextInt(6) > 0) {
      List<@Nullable Object> copy = new ArrayList<>(list);
      int index = random.nextInt(copy.size());
      switch (random.nextInt(8)) {
        case 0 -> copy.remove(index);
        case 1 -> copy.add(copy.get(index));
        case 2 -> copy.add(random.nextInt(copy.size() + 1), junk(random));
        default -> copy.set(index, mutated(copy.get(index), random));
      }
      return copy;
    }
    return junk(random);
  }

  private static @Nullable Object junk(Random random) {
    return switch (random.nextInt(14)) {
      case 0 -> null;
      case 1 -> "20";
      case 2 -> "";
      case 3 -> 20;
      case 4 -> -1;
      case 5 -> Long.MAX_VALUE;
      case 6 -> 20.5;
      case 7 -> true;
      case 8 -> List.of();
      case 9 -> Map.of();
      case 10 -> List.of("a", 1);
      case 11 -> Map.of("name", "beta");
      case 12 -> "shop-canary";
      default -> Map.of("destination", Map.of("host", "shop-canary"));
    };
  }
}
