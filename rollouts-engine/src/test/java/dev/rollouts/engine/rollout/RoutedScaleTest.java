package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes of a canary whose traffic is routed: docs/spec/canary.md#replicas. */
class RoutedScaleTest {
  private static final String DYNAMIC = "dynamicStableScale: true";

  private static World world(String options, String steps) {
    return RoutedCanaryTest.istio(options, "- " + steps.replace("; ", "\n- ")).settle();
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-100|''|setWeight: 50; pause: {}|5/10",
        "R-103|''|setWeight: 99; pause: {}|10/10",
        "R-112|''|setWeight: 5; pause: {}|1/10",
        "R-112|''|setWeight: 25; pause: {}|3/10",
        "R-112|minPodsPerReplicaSet: 2|setWeight: 5; pause: {}|2/10",
        "R-104|minPodsPerReplicaSet: 2|setWeight: 0; pause: {}|0/10",
        "R-104|minPodsPerReplicaSet: 20|setWeight: 5; pause: {}|10/10",
        "R-104|minPodsPerReplicaSet: 4|setCanaryScale: {replicas: 3}; pause: {}|3/10",
        "R-102|''|pause: {}|0/10",
        "R-112|''|setCanaryScale: {replicas: 3}; setWeight: 50; pause: {}|3/10",
        "R-112|''|setCanaryScale: {replicas: 3}; setWeight: 50; setCanaryScale: {matchTrafficWeight: true}; pause: {}|5/10",
        "R-112|''|setWeight: 50; setCanaryScale: {weight: 25}; pause: {}|3/10",
        "R-101|''|setCanaryScale: {replicas: 3}; setCanaryScale: {weight: 10}; pause: {}|1/10",
        "R-104|dynamicStableScale: true\\nminPodsPerReplicaSet: 4|setCanaryScale: {replicas: 3}; pause: {}|4/10",
        "R-105|dynamicStableScale: true|setCanaryScale: {replicas: 3}; setWeight: 30; pause: {}|3/10",
        "R-105|dynamicStableScale: true|setWeight: 25; pause: {}|3/8",
        "R-105|dynamicStableScale: true\\nminPodsPerReplicaSet: 3|setWeight: 80; pause: {}|8/3",
        "R-108|dynamicStableScale: true|setWeight: 20; pause: {}|2/8",
        "R-108|dynamicStableScale: true|setWeight: 50; pause: {}|5/5",
      })
  void sizesOfAStep(String rule, String options, String steps, String sizes) {
    World world = world(options.replace("\\n", "\n"), steps);
    world.update("web:2");
    assertThat(world.status().message()).isEqualTo("CanaryPauseStep");
    assertThat(world.sizes(2, 1)).as(rule).isEqualTo(sizes);
  }

  @Test
  @DisplayName("R-101 A pinned size ends with the steps, and with an abort")
  void pinnedSizeEnds() {
    World world = world("", "setCanaryScale: {replicas: 3}; setWeight: 50; pause: {}");
    world.update("web:2").resume().settle();
    assertThat(world.revision(2).replicas()).isEqualTo(10);

    World aborted =
        world("abortScaleDownDelaySeconds: 5", "setCanaryScale: {replicas: 3}; pause: {}");
    aborted.update("web:2").patch(status -> status.abort(true)).settle();
    assertThat(aborted.revision(2).replicas()).isEqualTo(3);
    aborted.pass(java.time.Duration.ofSeconds(6)).settle();
    assertThat(aborted.revision(2).replicas()).isZero();
  }

  @Test
  @DisplayName("R-107, R-108, R-109 Stable shrinks behind the traffic, one group in a turn")
  void stableShrinksBehind() {
    World world = world(DYNAMIC, "setWeight: 20; setWeight: 50; setWeight: 80");
    world.image("web:2").turn();
    List<Integer> stable = new ArrayList<>(List.of(10));
    List<Integer> canary = new ArrayList<>(List.of(0));
    for (int i = 0; i < 60; i++) {
      int sentBefore = RoutedCanaryTest.weight(world, 1);
      String before = world.sizes(2, 1);
      world.turn();
      int stableNow = world.revision(1).replicas();
      int canaryNow = world.revision(2).replicas();
      if (!world.status().stableRS().equals(world.revision(2).hash())) {
        assertThat(stableNow * 10)
            .as("stable can serve what it was sent before the turn, %s", sentBefore)
            .isGreaterThanOrEqualTo(100 - sentBefore);
      }
      if (stable.get(stable.size() - 1) != stableNow) {
        stable.add(stableNow);
        assertThat(before).as("one group in a turn").startsWith(canaryNow + "/");
      }
      if (canary.get(canary.size() - 1) != canaryNow) {
        canary.add(canaryNow);
      }
    }
    assertThat(canary).containsExactly(0, 2, 5, 8, 10);
    assertThat(stable).containsExactly(10, 8, 5, 2, 0);
  }

  @Test
  @DisplayName("R-110 Another number of replicas changes sizes, not the weight")
  void otherReplicas() {
    World world = world("", "setWeight: 20; pause: {}").update("web:2");
    world.edit(spec -> spec.withReplicas(20)).settle();
    assertThat(world.sizes(2, 1)).isEqualTo("4/20");
    assertThat(RoutedCanaryTest.weight(world, 1)).isEqualTo(20);

    World dynamic = world(DYNAMIC, "setWeight: 20; pause: {}").update("web:2");
    dynamic.edit(spec -> spec.withReplicas(20)).settle();
    assertThat(dynamic.sizes(2, 1)).isEqualTo("4/16");
    assertThat(RoutedCanaryTest.weight(dynamic, 1)).isEqualTo(20);
  }

  @Test
  @DisplayName("R-111 When new and stable are one, it has all pods")
  void oneVersion() {
    World world = world(DYNAMIC, "setWeight: 20");
    assertThat(world.sizes(1)).isEqualTo("10");
    world.edit(spec -> spec.withReplicas(7)).settle();
    assertThat(world.sizes(1)).isEqualTo("7");
  }
}
