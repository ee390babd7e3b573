package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.Condition;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The conditions of a status, and the order of events: docs/spec/rollout.md#conditions. */
class ConditionsTest {
  private static World canary() {
    return new World(
        Manifests.rollout(
            "replicas: 5\nstrategy: {canary: {steps: [{setWeight: 20}, {pause: {}}]}}"));
  }

  private static World blueGreen() {
    return new World(
            Manifests.rollout(
                "replicas: 3\nstrategy: {blueGreen: {activeService: web-active, autoPromotionEnabled: false}}"))
        .service("web-active");
  }

  @ParameterizedTest(name = "{0} {1} after {2}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-470|Progressing|(web:1); turn|True NewReplicaSetCreated Created new replica set \"web-1\"",
        "R-473|Progressing|+1s|True NewReplicaSetAvailable ReplicaSet \"web-1\" has successfully progressed.",
        "R-473|Progressing|+1s; hold; web:2|True ReplicaSetUpdated ReplicaSet \"web-2\" is progressing.",
        "R-473|Progressing|+1s; break 1 1|True ReplicaSetNotAvailable Rollout does not have minimum availability",
        "R-473|Progressing|+1s; web:2; abort|False RolloutAborted Rollout aborted update to revision 2",
        "R-473|Progressing|+1s; break 1 1; break 1 0|True NewReplicaSetAvailable ReplicaSet \"web-1\" has successfully progressed.",
        "R-472|Available|hold; +1s|False AvailableReason Rollout does not have minimum availability",
        "R-472|Available|+1s|True AvailableReason Rollout has minimum availability",
        "R-472|Available|+1s; break 1 1|False AvailableReason Rollout does not have minimum availability",
        "R-472|Available|+1s; web:2|True AvailableReason Rollout has minimum availability",
        "R-475|Completed|(hold); turn; turn|False RolloutCompleted RolloutCompleted",
        "R-475|Completed|+1s|True RolloutCompleted RolloutCompleted",
        "R-475|Completed|+1s; web:2|False RolloutCompleted RolloutCompleted",
        "R-475|Completed|+1s; web:2; abort|False RolloutCompleted RolloutCompleted",
        "R-475|Completed|+1s; web:2; full|True RolloutCompleted RolloutCompleted",
        "R-476|Healthy|hold; +1s|''",
        "R-477|Healthy|+1s|True RolloutHealthy Rollout is healthy",
        "R-477|Healthy|+1s; web:2|False RolloutHealthy Rollout is not healthy",
        "R-477|Healthy|+1s; pause|False RolloutHealthy Rollout is not healthy",
        "R-477|Healthy|+1s; break 1 1|False RolloutHealthy Rollout is not healthy",
        "R-477|Healthy|+1s; web:2; full|True RolloutHealthy Rollout is healthy",
        "R-478|Healthy|+1s; (replicas 4); turn|False RolloutHealthy Rollout is not healthy",
        "R-478|Healthy|+1s; replicas 4|True RolloutHealthy Rollout is healthy",
        "R-471|Paused|+1s|''",
        "R-471|Paused|+1s; web:2|True RolloutPaused Rollout is paused",
        "R-470|ReplicaFailure|+1s|''",
        "R-470|InvalidSpec|+1s|''",
      })
  void ofACanary(String rule, String type, String script, String condition) {
    World world = Play.of(canary(), script);
    String found = world.condition(type);
    for (ReplicaSet set : world.sets.values()) {
      found = found.replace(set.name(), "web-" + set.revision());
    }
    assertThat(found).as(rule).isEqualTo(condition);
  }

  @ParameterizedTest(name = "{0} blue-green, {1} after {2}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-472|Available|+1s; hold; web:2|True",
        "R-472|Available|+1s; break 1 1|False",
        "R-472|Available|+1s; web:2; break 2 1|True",
        "R-477|Healthy|+1s|True",
        "R-477|Healthy|+1s; web:2|False",
        "R-477|Healthy|+1s; web:2; promote|True",
        "R-475|Completed|+1s; web:2|False",
        "R-475|Completed|+1s; web:2; promote|True",
      })
  void ofBlueGreen(String rule, String type, String script, String status) {
    assertThat(Play.of(blueGreen(), script).condition(type)).as(rule).startsWith(status);
  }

  @Test
  @DisplayName("R-470 A condition that says the same keeps its times and its place")
  void keepsTimes() {
    World world = canary().settle();
    List<Condition> before = world.status().conditions();
    world.pass(Duration.ofHours(1)).edit(spec -> spec.withPaused(true)).settle();
    List<String> same = List.of("Available", "Completed");
    assertThat(world.status().conditions().stream().filter(each -> same.contains(each.type())))
        .containsExactlyElementsOf(
            before.stream().filter(each -> same.contains(each.type())).toList());
  }

  @Test
  @DisplayName(
      "R-470 A reason that changes moves the condition to the end, since when it holds stays")
  void movesToTheEnd() {
    World world = canary().settle();
    Condition before = world.status().condition("Progressing").orElseThrow();
    Play.of(world, "+1h; break 1 1");
    Condition after = world.status().condition("Progressing").orElseThrow();
    assertThat(after.lastTransitionTime()).isEqualTo(before.lastTransitionTime());
    assertThat(after.lastUpdateTime()).isEqualTo(world.now);
    List<Condition> all = world.status().conditions();
    assertThat(all.indexOf(after)).isGreaterThan(types(all).indexOf("Completed"));
  }

  private static List<String> types(List<Condition> conditions) {
    return conditions.stream().map(Condition::type).toList();
  }

  @Test
  @DisplayName("R-470 ReplicaFailure is that of the new version, else of another, else gone")
  void replicaFailure() {
    World world = Play.of(canary(), "+1s; web:2");
    failing(world, 1, "old");
    world.settle();
    assertThat(world.condition("ReplicaFailure")).isEqualTo("True FailedCreate old");
    failing(world, 1, "");
    world.settle();
    assertThat(world.condition("ReplicaFailure")).isEmpty();
    failing(world, 1, "old");
    failing(world, 2, "new");
    world.settle();
    assertThat(world.condition("ReplicaFailure")).isEqualTo("True FailedCreate new");
  }

  private static void failing(World world, long revision, String message) {
    ReplicaSet set = world.revision(revision);
    ReplicaSet.Status status = set.status();
    world.sets.put(
        set.name(),
        set.withStatus(
            new ReplicaSet.Status(
                status.replicas(),
                status.readyReplicas(),
                status.availableReplicas(),
                status.observedGeneration(),
                message.isEmpty()
                    ? List.of()
                    : List.of(
                        new Condition(
                            "ReplicaFailure",
                            Condition.TRUE,
                            world.now,
                            world.now,
                            "FailedCreate",
                            message)))));
  }

  @Test
  @DisplayName(
      "R-477 Routed: not healthy while the old version waits for its end, though the phase is")
  void waitingForTheOldVersion() {
    World world = RoutedCanaryTest.istio("", "- setWeight: 20\n- pause: {}").settle();
    Play.of(world, "web:2; full");
    assertThat(world.phase()).as("R-462").isEqualTo("HEALTHY");
    assertThat(world.condition("Healthy")).startsWith("False");
    Play.of(world, "+31s");
    assertThat(world.revision(1).replicas()).isZero();
    assertThat(world.condition("Healthy")).startsWith("True");
  }

  // --- events in their order ---

  @ParameterizedTest(name = "{0} {1} then {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-490|''|+0s|RolloutUpdated NewReplicaSetCreated RolloutNotCompleted ScalingReplicaSet RolloutCompleted",
        "R-491|+0s|web:2|RolloutUpdated NewReplicaSetCreated RolloutNotCompleted ScalingReplicaSet ScalingReplicaSet RolloutStepCompleted RolloutPaused",
        "R-492|+0s; web:2|abort|ScalingReplicaSet RolloutAborted ScalingReplicaSet",
        "R-492|+0s; web:2; abort|retry|ScalingReplicaSet ScalingReplicaSet RolloutStepCompleted RolloutPaused",
        "R-194|+0s; web:2|promote|RolloutStepCompleted ScalingReplicaSet ScalingReplicaSet ScalingReplicaSet ScalingReplicaSet RolloutCompleted",
        "R-032|+0s; web:2|web:1|RolloutUpdated SkipSteps RolloutResumed ScalingReplicaSet ScalingReplicaSet",
      })
  void told(String rule, String before, String script, String reasons) {
    World world = Play.of(canary(), before);
    world.events.clear();
    Play.of(world, script);
    assertThat(String.join(" ", world.told())).as(rule).isEqualTo(reasons);
  }

  @Test
  @DisplayName("R-490 A later blue-green update says that it is not completed, and when it is")
  void toldByBlueGreen() {
    World world = blueGreen().settle();
    world.events.clear();
    Play.of(world, "web:2; promote");
    assertThat(world.told())
        .containsExactly(
            "RolloutUpdated",
            "NewReplicaSetCreated",
            "RolloutNotCompleted",
            "ScalingReplicaSet",
            "RolloutPaused",
            "SwitchService",
            "RolloutCompleted");
  }
}
