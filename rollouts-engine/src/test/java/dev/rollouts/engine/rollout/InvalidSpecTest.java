package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A spec that cannot be used: docs/spec/rollout.md#invalid-spec. */
class InvalidSpecTest {
  private static final String VALID =
      "replicas: 5\nstrategy: {canary: {steps: [{setWeight: 20}, {pause: {}}]}}";

  private static RolloutSpec broken(RolloutSpec spec) {
    return spec.withStrategy(
        Manifests.rollout("strategy: {canary: {steps: [{setWeight: 200}]}}").spec().strategy());
  }

  private static RolloutSpec repaired(RolloutSpec spec) {
    return spec.withStrategy(Manifests.rollout(VALID).spec().strategy());
  }

  private static World paused() {
    return Play.of(new World(Manifests.rollout(VALID)), "+0s; web:2");
  }

  @ParameterizedTest(name = "{0} while invalid, {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-510|+0s|1/4",
        "R-510|+24h|1/4",
        "R-008, R-510|replicas 10|1/4",
        "R-510|abort|1/4",
        "R-008, R-510|web:3|1/4",
        "R-510|full|1/4",
        "R-510|break 1 1; +1h|1/4",
      })
  void everythingStands(String rule, String script, String sizes) {
    World world = paused();
    world.edit(InvalidSpecTest::broken).turn();
    int decisions = world.decisions.size();
    Play.of(world, script);
    assertThat(Play.sizes(world)).as(rule).isEqualTo(sizes);
    assertThat(world.decisions.subList(decisions, world.decisions.size()))
        .allMatch(each -> each.effects().isEmpty());
    assertThat(world.phase()).startsWith("DEGRADED InvalidSpec: The Rollout \"web\" is invalid: ");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
  }

  @Test
  @DisplayName("R-511 Condition, generation and phase come in one write, and only once")
  void oneWrite() {
    World world = paused();
    world.edit(InvalidSpecTest::broken).turn();
    assertThat(world.status().observedGeneration())
        .isEqualTo(Long.toString(world.rollout.metadata().generation()));
    Condition condition = world.status().condition("InvalidSpec").orElseThrow();
    assertThat(condition.status()).isEqualTo("True");
    assertThat(condition.reason()).isEqualTo("InvalidSpec");
    assertThat(condition.message())
        .isEqualTo(
            "The Rollout \"web\" is invalid: spec.strategy.steps[0].setWeight: Invalid value: 200: SetWeight needs to be between 0 and 100");
    assertThat(world.status().message()).isEqualTo("InvalidSpec: " + condition.message());
    assertThat(world.status().currentPodHash()).isEqualTo(world.revision(2).hash());

    var before = world.status();
    world.pass(Duration.ofHours(1));
    assertThat(world.turn().status()).isSameAs(before);
  }

  @Test
  @DisplayName("R-511 Another error replaces the message, and since when it is invalid stays")
  void anotherError() {
    World world = paused();
    world.edit(InvalidSpecTest::broken).turn();
    Condition first = world.status().condition("InvalidSpec").orElseThrow();
    world
        .pass(Duration.ofMinutes(5))
        .edit(
            spec ->
                spec.withStrategy(
                    Manifests.rollout("strategy: {canary: {steps: [{setWeight: 300}]}}")
                        .spec()
                        .strategy()))
        .turn();
    Condition second = world.status().condition("InvalidSpec").orElseThrow();
    assertThat(second.message()).contains("300");
    assertThat(second.lastUpdateTime()).isEqualTo(world.now);
    assertThat(second.lastTransitionTime()).isEqualTo(first.lastTransitionTime());
    assertThat(
            world.status().conditions().stream().filter(each -> each.type().equals("InvalidSpec")))
        .hasSize(1);
  }

  @Test
  @DisplayName("R-512 It is looked at again after 20 s, and heals when what it refers to comes")
  void heals() {
    World world =
        new World(
            Manifests.rollout("replicas: 2\nstrategy: {blueGreen: {activeService: web-active}}"));
    var decision = world.turn();
    assertThat(decision.wakeUp()).contains(world.now.plusSeconds(20));
    assertThat(decision.effects()).isEmpty();
    assertThat(world.phase()).startsWith("DEGRADED InvalidSpec: ").contains("web-active");
    world.service("web-active").settle();
    assertThat(world.phase()).isEqualTo("HEALTHY");
    assertThat(world.condition("InvalidSpec")).isEmpty();
  }

  @Test
  @DisplayName(
      "R-514 The first turn with a valid spec removes the condition, and goes on as before")
  void goesOn() {
    World world = paused();
    world.edit(InvalidSpecTest::broken).settle();
    world.edit(InvalidSpecTest::repaired).settle();
    assertThat(world.condition("InvalidSpec")).isEmpty();
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
    assertThat(Play.sizes(world)).isEqualTo("1/4");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
  }

  @Test
  @DisplayName("R-510 A rollout that was never valid makes nothing")
  void neverValid() {
    World world = new World(Manifests.rollout("strategy: {canary: {steps: [{setWeight: 200}]}}"));
    world.settle();
    assertThat(world.sets).isEmpty();
    assertThat(world.events).isEmpty();
  }

  @Test
  @DisplayName("R-522 A conflict is told nobody and costs one more turn")
  void conflict() {
    World world = new World(Manifests.rollout(VALID)).settle();
    world.events.clear();
    world.image("web:2").turns(2);
    world.refuse(
        ClusterEffect.UpdateReplicaSet.class,
        dev.rollouts.engine.cluster.ClusterAnswer.Refusal.CONFLICT);
    world.turns(3);
    assertThat(world.told()).doesNotContain("ScalingReplicaSet");
    assertThat(world.phase()).isEqualTo("PROGRESSING more replicas need to be updated");
    world.refuse(ClusterEffect.UpdateReplicaSet.class, null).settle();
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
    assertThat(world.told("ScalingReplicaSet")).hasSize(2);
  }

  @ParameterizedTest(name = "{0} {1}: wakes after {2} s")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-523|+0s; web:2|",
        "R-523|+0s; web:2; pause|",
        "R-523|+0s; web:2; abort|",
        "R-524|+0s; hold; web:2|601",
        "R-524|+0s; break 1 1|601",
        "R-524|+0s|",
      })
  void wakeUps(String rule, String script, Integer seconds) {
    World world = Play.of(new World(Manifests.rollout(VALID)), script);
    var decision = world.turn();
    assertThat(decision.wakeUp().map(at -> Duration.between(world.now, at).toSeconds()))
        .as(rule)
        .isEqualTo(java.util.Optional.ofNullable(seconds).map(Integer::longValue));
  }
}
