package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes of a canary whose traffic follows its pods: docs/spec/canary.md#replicas. */
class BasicCanaryTest {
  private static World basic(int replicas, String steps) {
    return new World(
            Manifests.rollout(
                "replicas: %d\nstrategy: {canary: {steps: [%s]}}".formatted(replicas, steps)))
        .settle();
  }

  @ParameterizedTest(name = "{0} {1} replicas, surge {2}, unavailable {3}: {4} and {5}")
  @CsvSource({
    "R-070, 5, 25%, 25%, 2, 1",
    "R-070, 10, 1, 20%, 1, 2",
    "R-070, 4, 0, 0, 0, 1",
    "R-070, 4, 0%, 10%, 0, 1",
    "R-070, 3, 50%, 5, 2, 3",
    "R-070, 1, 25%, 25%, 1, 0",
    "R-070, 0, 25%, 25%, 0, 0",
  })
  void bounds(String rule, int replicas, String surge, String unavailable, int most, int least) {
    var rollout =
        EffectiveRollout.of(
            Manifests.rollout(
                    "replicas: %d\nstrategy: {canary: {maxSurge: %s, maxUnavailable: %s}}"
                        .formatted(replicas, surge, unavailable))
                .spec());
    assertThat(rollout.maxSurge()).as(rule).isEqualTo(most);
    assertThat(rollout.maxUnavailable()).as(rule).isEqualTo(least);
  }

  @Test
  @DisplayName("R-070 Where nothing is said, 25% up and 25% down")
  void defaultBounds() {
    var rollout =
        EffectiveRollout.of(Manifests.rollout("replicas: 10\nstrategy: {canary: {}}").spec());
    assertThat(rollout.maxSurge()).isEqualTo(3);
    assertThat(rollout.maxUnavailable()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-071 The weight is 0 before the first setWeight, all at the end, 0 when aborted")
  void weightOfAStep() {
    World world = basic(5, "{pause: {}}, {setWeight: 40}, {pause: {}}, {setWeight: 60}");
    world.update("web:2");
    assertThat(world.sizes(2, 1)).isEqualTo("0/5");
    world.resume().settle();
    assertThat(world.sizes(2, 1)).isEqualTo("2/3");
    world.patch(status -> status.abort(true)).settle();
    assertThat(world.sizes(2, 1)).isEqualTo("0/5");
    world.patch(status -> status.abort(false)).settle();
    world.patch(status -> status.promoteFull(true)).settle();
    assertThat(world.sizes(2, 1)).isEqualTo("5/0");
  }

  @Test
  @DisplayName("R-075, R-076, R-082 One group changes its size in a turn; the bounds always hold")
  void withinTheBounds() {
    World world =
        basic(10, "{setWeight: 30}, {pause: {}}, {setWeight: 70}, {pause: {}}").update("web:2");
    List<String> images = List.of("web:3", "web:4", "web:1");
    for (String image : images) {
      world.resume().settle().image(image).pass(Duration.ofMinutes(1));
      int first = world.decisions.size();
      for (int i = 0; i < 40; i++) {
        world.turn();
        int wanted = world.sets.values().stream().mapToInt(each -> each.replicas()).sum();
        int available = world.sets.values().stream().mapToInt(each -> each.available()).sum();
        assertThat(wanted).isLessThanOrEqualTo(13);
        assertThat(available).isGreaterThanOrEqualTo(8);
      }
      for (var decision : world.decisions.subList(first, world.decisions.size())) {
        List<String> resized = new ArrayList<>();
        for (ClusterEffect effect : decision.effects()) {
          if (effect instanceof ClusterEffect.UpdateReplicaSet update
              && update.before().replicas() != update.after().replicas()
              && (update.after().hash().equals(decision.status().stableRS())
                  || update.after().hash().equals(decision.status().currentPodHash()))) {
            resized.add(update.after().name());
          }
        }
        assertThat(resized).hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  @DisplayName("R-078 A size that its controller has not seen is not changed again (pain 68)")
  void waitsForItsController() {
    World world = basic(5, "{setWeight: 20}, {pause: {}}").update("web:2");
    var canary = world.revision(2);
    var seen = canary.status();
    world.sets.put(
        canary.name(),
        canary.withStatus(
            new dev.rollouts.engine.cluster.ReplicaSet.Status(
                seen.replicas(),
                seen.readyReplicas(),
                seen.availableReplicas(),
                canary.metadata().generation() - 1,
                List.of())));
    world.patch(status -> status.abort(true)).turns(3);
    assertThat(world.revision(2).replicas()).isEqualTo(1);
    world.releasePods().settle();
    assertThat(world.revision(2).replicas()).isZero();
  }

  @Test
  @DisplayName("R-083, R-210 While somebody has paused nothing is scaled")
  void halted() {
    World world = basic(5, "{setWeight: 40}, {pause: {}}");
    world.edit(spec -> spec.withPaused(true)).settle().update("web:2");
    assertThat(world.sizes(2, 1)).isEqualTo("0/5");
    world.edit(spec -> spec.withReplicas(8)).settle();
    assertThat(world.sizes(2, 1)).isEqualTo("0/5");
    assertThat(world.phase()).isEqualTo("PAUSED manually paused");
    world.edit(spec -> spec.withPaused(false)).settle();
    assertThat(world.sizes(2, 1)).isEqualTo("3/5");
  }

  @Test
  @DisplayName("R-085, R-110 Another number of replicas keeps the weight of the step")
  void otherReplicas() {
    World world = basic(5, "{setWeight: 20}, {pause: {}}").update("web:2");
    world.edit(spec -> spec.withReplicas(20)).settle();
    assertThat(world.sizes(2, 1)).isEqualTo("4/16");
    world.edit(spec -> spec.withReplicas(5)).settle();
    assertThat(world.sizes(2, 1)).isEqualTo("1/4");
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
  }

  @Test
  @DisplayName("R-084, R-090 Of an old version the unhealthy pods go first")
  void unhealthyFirst() {
    World world = basic(10, "{setWeight: 50}, {pause: {}}").update("web:2");
    world.breakPods(world.revision(2), 2);
    world.events.clear();
    world.image("web:3").pass(Duration.ofMinutes(1)).settle();
    String name = world.revision(2).name();
    assertThat(world.told("ScalingReplicaSet").stream().filter(each -> each.contains(name)))
        .first()
        .asString()
        .isEqualTo("Scaled down ReplicaSet %s (revision 2) from 5 to 3".formatted(name));
    assertThat(world.sizes(3, 2, 1)).isEqualTo("5/0/5");
  }

  @Test
  @DisplayName("R-090 Old versions are drained only as far as enough pods are available")
  void budgetOfOldVersions() {
    World world = basic(10, "{setWeight: 50}, {pause: {}}").update("web:2");
    world.holdPods().image("web:3").pass(Duration.ofMinutes(1)).settle();
    int available = world.sets.values().stream().mapToInt(each -> each.available()).sum();
    assertThat(available).isEqualTo(8);
    assertThat(world.revision(2).replicas()).isPositive();
    world.releasePods().settle();
    assertThat(world.sizes(3, 2, 1)).isEqualTo("5/0/5");
  }

  @Test
  @DisplayName("R-289 Without routing the last version has no delay")
  void noDelay() {
    World world = basic(4, "{setWeight: 50}").update("web:2");
    assertThat(world.sizes(2, 1)).isEqualTo("4/0");
    assertThat(world.sets.values())
        .allMatch(each -> each.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) == null);
  }

  @Test
  @DisplayName("R-076, ScalingReplicaSet Each change of size is told with both numbers")
  void tellsOfSizes() {
    World world = basic(5, "{setWeight: 20}, {pause: {}}");
    world.events.clear();
    world.update("web:2");
    assertThat(world.told("ScalingReplicaSet"))
        .containsExactlyInAnyOrder(
            "Scaled up ReplicaSet %s (revision 2) from 0 to 1".formatted(world.revision(2).name()),
            "Scaled down ReplicaSet %s (revision 1) from 5 to 4"
                .formatted(world.revision(1).name()));
  }
}
