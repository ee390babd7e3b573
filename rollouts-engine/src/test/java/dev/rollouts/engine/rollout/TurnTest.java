package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a turn does, and in which order: docs/spec/rollout.md#the-turn. */
class TurnTest {
  private static World basic() {
    return new World(
        Manifests.rollout(
            """
            replicas: 5
            strategy:
              canary:
                steps:
                - setWeight: 20
                - pause: {}
                - setWeight: 60
                - pause: {}
            """));
  }

  private static World paused() {
    return basic().settle().update("web:2");
  }

  private static void put(World world, ReplicaSet set) {
    world.sets.put(set.name(), set);
  }

  private static ReplicaSet owned(ReplicaSet set, List<ObjectMeta.OwnerReference> owners) {
    ObjectMeta meta = set.metadata();
    return set.withMetadata(meta.with(meta.labels(), meta.annotations(), owners));
  }

  @Test
  @DisplayName(
      "Pain 67, R-004 A rollout that is being deleted is left alone, and gets nothing back")
  void deleted() {
    World world = basic();
    ObjectMeta meta = world.rollout.metadata();
    world.rollout =
        world.rollout.withMetadata(
            new ObjectMeta(
                meta.name(),
                meta.generateName(),
                meta.namespace(),
                meta.uid(),
                meta.resourceVersion(),
                meta.generation(),
                meta.creationTimestamp(),
                World.START,
                meta.labels(),
                meta.annotations(),
                meta.ownerReferences()));
    var decision = world.turn();
    assertThat(decision.effects()).isEmpty();
    assertThat(decision.wakeUp()).isEmpty();
    assertThat(world.sets).isEmpty();
  }

  @Test
  @DisplayName("R-003 Quantities that mean the same hash alike, so no new revision comes of them")
  void normalisesTheSpec() {
    String spec =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web, namespace: default}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          strategy: {canary: {}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: web:1
                resources: {limits: {cpu: %s}}
        """;
    World world =
        new World(
                dev.rollouts.codec.Codec.standard()
                    .readOne(dev.rollouts.api.rollout.Rollout.class, "a", spec.formatted("1000m")))
            .settle();
    var same =
        dev.rollouts.codec.Codec.standard()
            .readOne(dev.rollouts.api.rollout.Rollout.class, "b", spec.formatted("\"1\""));
    world.edit(before -> before.withTemplate(same.spec().template())).settle();
    assertThat(world.sets).hasSize(1);
  }

  @Test
  @DisplayName("R-006 An orphan that the selector matches is adopted, before anything else")
  void adopts() {
    World world = basic().settle();
    ReplicaSet orphan = owned(world.revision(1), List.of());
    put(world, orphan);

    var decision = world.turn();
    assertThat(decision.effects()).hasSize(1);
    assertThat(world.revision(1).metadata().controllerUid()).isEqualTo("uid-rollout");
    assertThat(world.settle().sets).hasSize(1);
  }

  @Test
  @DisplayName("R-006 One that the selector no longer matches is released and made anew")
  void releases() {
    World world = basic().settle();
    ReplicaSet before = world.revision(1);
    Map<String, String> labels = new LinkedHashMap<>(before.metadata().labels());
    labels.put("app", "else");
    put(
        world,
        before.withMetadata(
            before
                .metadata()
                .with(
                    labels, before.metadata().annotations(), before.metadata().ownerReferences())));

    world.turn();
    assertThat(world.sets.get(before.name()).metadata().ownerReferences()).isEmpty();
  }

  @Test
  @DisplayName("R-006 Neither one without hash, nor one of somebody else, nor one going is claimed")
  void claimsNothingElse() {
    World world = basic().settle();
    ReplicaSet mine = world.revision(1);
    ObjectMeta meta = mine.metadata();
    put(
        world,
        mine.withMetadata(
            meta.withName("no-hash").with(Map.of("app", "web"), meta.annotations(), List.of())));
    put(
        world,
        mine.withMetadata(
            meta.withName("foreign")
                .with(
                    meta.labels(),
                    meta.annotations(),
                    List.of(
                        new ObjectMeta.OwnerReference(
                            "argoproj.io/v1alpha1", "Rollout", "x", "uid-x", true, true)))));
    var decision = world.turn();
    assertThat(decision.effects()).isEmpty();
  }

  @Test
  @DisplayName("R-009 The ReplicaSet of a new template is made while paused or aborted, too")
  void createsWhilePausedOrAborted() {
    World manual = basic().settle();
    manual.edit(spec -> spec.withPaused(true)).settle().update("web:2");
    assertThat(manual.sizes(2, 1)).isEqualTo("0/5");
    assertThat(manual.status().currentPodHash()).isEqualTo(manual.revision(2).hash());

    World aborted = paused();
    aborted.patch(status -> status.abort(true)).settle();
    aborted.image("web:3").turn();
    assertThat(aborted.revision(3).replicas()).isZero();
  }

  @Test
  @DisplayName("R-010, R-238 An abort of an update that is over is cleared, without an event")
  void abortOfNothing() {
    World world = basic().settle();
    world.events.clear();
    world.patch(status -> status.abort(true)).settle();

    assertThat(world.status().abort()).isFalse();
    assertThat(world.status().abortedAt()).isNull();
    assertThat(world.sizes(1)).isEqualTo("5");
    assertThat(world.told()).isEmpty();
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-011 Absent replicas are written down as 1, and the turn ends")
  void writesReplicas() {
    World world = new World(Manifests.rollout("strategy: {canary: {}}"));
    world.turn();
    assertThat(world.rollout.spec().replicas()).isNull();
    var decision = world.turn();
    assertThat(decision.effects()).containsExactly(new ClusterEffect.PatchRollout(Map.of(), 1));
    assertThat(world.settle().sizes(1)).isEqualTo("1");
  }

  @Test
  @DisplayName("R-013, R-037 A rollback reuses the ReplicaSet, which gets the next number")
  void reusesAReplicaSet() {
    World world = paused();
    world.events.clear();
    ReplicaSet first = world.revision(1);
    world.image("web:1").turn();

    ReplicaSet again = world.sets.get(first.name());
    assertThat(again.revision()).isEqualTo(3);
    assertThat(again.annotation(RolloutKeys.REVISION_HISTORY)).isEqualTo("1");
    assertThat(world.rollout.metadata().annotations()).containsEntry(RolloutKeys.REVISION, "2");
    world.settle();
    assertThat(world.rollout.metadata().annotations()).containsEntry(RolloutKeys.REVISION, "3");
    assertThat(world.told("RolloutUpdated")).containsExactly("Rollout updated to revision 3");
    assertThat(world.sets).hasSize(2);

    world.update("web:2").update("web:1");
    assertThat(world.sets.get(first.name()).annotation(RolloutKeys.REVISION_HISTORY))
        .isEqualTo("1,3");
  }

  @Test
  @DisplayName(
      "R-013 Ready time and annotations of the rollout follow onto the new ReplicaSet only")
  void syncsTheNewReplicaSet() {
    World world = paused();
    world.rollout =
        world.rollout.withMetadata(
            world
                .rollout
                .metadata()
                .withAnnotation("team", "shop")
                .withAnnotation("notified.notifications.argoproj.io", "{}"));
    world.settle();
    assertThat(world.revision(2).annotation("team")).isEqualTo("shop");
    assertThat(world.revision(2).annotation("notified.notifications.argoproj.io")).isNull();
    assertThat(world.revision(1).annotation("team")).isNull();
  }

  @Test
  @DisplayName("R-013 Without a Progressing condition the new ReplicaSet counts as found")
  void findsTheNewReplicaSet() {
    World world = paused();
    world.patch(
        status ->
            status.conditions(
                world.status().conditions().stream()
                    .filter(each -> !each.type().equals("Progressing"))
                    .toList()));
    world.turn();
    assertThat(world.condition("Progressing"))
        .isEqualTo(
            "True FoundNewReplicaSet Found new replica set \"" + world.revision(2).name() + "\"");
  }

  @Test
  @DisplayName(
      "R-014, R-085, R-110 After another number of replicas a turn only brings sizes along")
  void scalingEvent() {
    World world = paused();
    var before = world.status();
    world.edit(spec -> spec.withReplicas(10));
    var decision = world.turn();

    assertThat(decision.reasons()).anyMatch(each -> each.rule().equals("R-014"));
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(world.status().replicas()).isEqualTo(before.replicas());
    assertThat(world.status().updatedReplicas()).isEqualTo(before.updatedReplicas());
    assertThat(world.status().readyReplicas()).isEqualTo(before.readyReplicas());
    assertThat(world.status().stableRS()).isEqualTo(before.stableRS());
    assertThat(world.status().pauseConditions()).isEqualTo(before.pauseConditions());
    assertThat(world.settle().sizes(2, 1)).isEqualTo("2/8");
    assertThat(world.status().message()).isEqualTo("CanaryPauseStep");
  }

  @Test
  @DisplayName("R-014 A pause that a person has ended in the meantime is still over afterwards")
  void scalingEventKeepsTheResume() {
    World world = paused();
    world.edit(spec -> spec.withReplicas(10)).resume().settle();
    assertThat(world.sizes(2, 1)).isEqualTo("6/4");
  }

  @Test
  @DisplayName("R-014, R-514 It does not remove the condition InvalidSpec")
  void scalingEventKeepsInvalidSpec() {
    World world = paused();
    var valid = world.rollout.spec();
    world.edit(spec -> spec.withTemplate(dev.rollouts.api.wire.JsonObject.empty())).settle();
    assertThat(world.condition("InvalidSpec")).isNotEmpty();
    world.edit(spec -> valid.withReplicas(10)).turn();
    assertThat(world.condition("InvalidSpec")).isNotEmpty();
    world.settle();
    assertThat(world.condition("InvalidSpec")).isEmpty();
  }

  @Test
  @DisplayName("R-015 With template and replicas changed at once the update starts over first")
  void bothAtOnce() {
    World world = paused();
    world.resume().settle().resume().settle();
    world.image("web:3").edit(spec -> spec.withReplicas(10)).turn();
    world.turn();
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.revision(3).replicas()).isZero();
    world.settle();
    assertThat(world.sizes(3, 2)).isEqualTo("2/8");
  }

  @Test
  @DisplayName("R-016, R-031 Another template: only the status starts over")
  void startsOver() {
    World world = paused();
    world.image("web:3").turn();
    var decision = world.turn();
    assertThat(decision.effects()).allMatch(ClusterEffect.Announce.class::isInstance);
    assertThat(decision.reasons()).anyMatch(each -> each.rule().equals("R-031"));
    assertThat(world.sizes(3, 2, 1)).isEqualTo("0/1/4");
  }

  @Test
  @DisplayName("R-018 A turn completes one step at most")
  void oneStepATurn() {
    World world =
        new World(
                Manifests.rollout(
                    """
                    replicas: 5
                    strategy:
                      canary:
                        steps: [{setWeight: 0}, {setWeight: 0}, {setWeight: 0}, {pause: {}}]
                    """))
            .settle();
    world.image("web:2");
    int last = 0;
    world.turns(2);
    for (int i = 0; i < 4; i++) {
      world.turn();
      int index = world.status().currentStepIndex();
      assertThat(index - last).isBetween(0, 1);
      last = index;
    }
    assertThat(last).isEqualTo(3);
  }

  @Test
  @DisplayName("R-019, R-357 A turn that cannot go on saves and scales nothing, and is tried again")
  void failsWithoutAWrite() {
    World world =
        new World(
                Manifests.rollout(
                    """
                    replicas: 5
                    strategy:
                      canary:
                        analysis:
                          templates: [{templateName: smoke}]
                          args:
                          - name: since
                            valueFrom: {fieldRef: {fieldPath: spec.restartAt}}
                        steps: [{setWeight: 20}, {pause: {}}]
                    """))
            .template("smoke")
            .settle();
    world.image("web:2").turns(2);
    var before = world.status();
    for (int i = 0; i < 3; i++) {
      var decision = world.turn();
      assertThat(decision.status()).isSameAs(before);
      assertThat(decision.effects())
          .singleElement()
          .isInstanceOfSatisfying(
              ClusterEffect.Retry.class,
              retry -> assertThat(retry.error()).contains("spec.restartAt"));
    }
    assertThat(world.sizes(2, 1)).isEqualTo("0/5");

    world.edit(spec -> spec.withRestartAt(World.START)).settle();
    assertThat(world.runs).hasSize(1);
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
    assertThat(world.sizes(2, 1)).isEqualTo("1/4");
  }

  @Test
  @DisplayName("R-019 A pause for want of a verdict is saved although another run cannot be made")
  void pausesAllTheSame() {
    World world =
        new World(
                Manifests.rollout(
                    """
                    replicas: 5
                    strategy:
                      canary:
                        analysis:
                          startingStep: 1
                          templates: [{templateName: smoke}]
                          args:
                          - name: since
                            valueFrom: {fieldRef: {fieldPath: spec.restartAt}}
                        steps: [{setWeight: 20}, {analysis: {templates: [{templateName: smoke}]}}]
                    """))
            .template("smoke")
            .settle();
    world.edit(spec -> spec.withRestartAt(World.START)).settle();
    world.image("web:2").settle();
    String step = world.status().canary().currentStepAnalysisRunStatus().name();
    String background = world.status().canary().currentBackgroundAnalysisRunStatus().name();

    world.runs.remove(background);
    world.edit(spec -> spec.withRestartAt(null));
    world.finish(step, AnalysisPhase.INCONCLUSIVE, "").turns(3);
    assertThat(world.phase()).isEqualTo("PAUSED InconclusiveAnalysisRun");
    assertThat(world.status().canary().currentStepAnalysisRunStatus().status())
        .isEqualTo(AnalysisPhase.INCONCLUSIVE);
    assertThat(world.runs).containsOnlyKeys(step);
  }

  @Test
  @DisplayName("R-019, R-140 A Service that is gone is said as such, and nothing is saved")
  void failsWithoutItsService() {
    RoutedWorld routed = RoutedWorld.deployed("", "- setWeight: 20\n- pause: {}");
    World world = routed.begin().world;
    var before = world.status();
    world.objects.keySet().removeIf(each -> each.name().equals("web-canary"));
    var decision = world.turn();
    assertThat(decision.effects()).noneMatch(ClusterEffect.UpdateReplicaSet.class::isInstance);
    assertThat(decision.status().currentStepIndex()).isEqualTo(before.currentStepIndex());
    assertThat(decision.status().message()).contains("web-canary");
    world.service("web-canary").settle();
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
  }

  @Test
  @DisplayName(
      "R-019 Old ReplicaSets that cannot be scaled do not keep the status from being saved")
  void savesBeforeActing() {
    World world = basic().settle();
    world.image("web:2").turns(2);
    world.refuse(ClusterEffect.UpdateReplicaSet.class, Refusal.CONFLICT);
    world.turn();
    assertThat(world.sizes(2, 1)).isEqualTo("0/5");
    world.refuse(ClusterEffect.UpdateReplicaSet.class, null).settle();
    assertThat(world.sizes(2, 1)).isEqualTo("1/4");
  }

  @Test
  @DisplayName("R-020 Nothing new: the very same status, no effects, from any settled state")
  void nothingNew() {
    World world = basic();
    for (String image : List.of("web:1", "web:2", "web:1", "web:3")) {
      world.update(image);
      var before = world.status();
      var decision = world.turn();
      assertThat(decision.effects()).isEmpty();
      assertThat(decision.status()).isSameAs(before);
    }
    world.patch(status -> status.abort(true)).settle();
    assertThat(world.turn().effects()).isEmpty();
    world.pass(Duration.ofHours(1)).settle();
    assertThat(world.turn().effects()).isEmpty();
  }

  @Test
  @DisplayName("R-021 Every write brings generation, conditions, phase and duration along")
  void everyWrite() {
    World world = basic().settle();
    world.edit(spec -> spec.withPaused(true)).settle();
    assertThat(world.status().observedGeneration()).isEqualTo("2");
    assertThat(world.phase()).isEqualTo("PAUSED manually paused");
    assertThat(world.condition("Paused")).isEqualTo("True RolloutPaused Rollout is paused");
    world.edit(spec -> spec.withPaused(false)).settle();
    assertThat(world.status().observedGeneration()).isEqualTo("3");
    assertThat(world.phase()).isEqualTo("HEALTHY");
    assertThat(world.condition("Paused")).isEqualTo("False RolloutPaused Rollout is paused");
  }

  @Test
  @DisplayName("R-022 promoteFull is forgotten with the promotion, what is carried is carried")
  void carriesFields() {
    World world = paused();
    Instant restarted = world.now;
    world.patch(status -> status.promoteFull(true).restartedAt(restarted).collisionCount(0));
    world.settle();
    assertThat(world.status().promoteFull()).isFalse();
    assertThat(world.status().restartedAt()).isEqualTo(restarted);
    assertThat(world.status().collisionCount()).isZero();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
  }

  @Test
  @DisplayName("R-007 Runs belong to a rollout by its uid, not by their name or labels")
  void runsOfOthers() {
    World world = basic().settle();
    World other =
        new World(
                Manifests.rollout(
                    """
                    replicas: 2
                    strategy:
                      canary:
                        steps: [{analysis: {templates: [{templateName: smoke}]}}]
                    """))
            .template("smoke")
            .settle()
            .update("web:2");
    var run = other.runs.values().iterator().next();
    ObjectMeta meta = run.metadata();
    world.runs.put(
        "foreign",
        run.withMetadata(
            meta.withName("foreign")
                .with(
                    meta.labels(),
                    meta.annotations(),
                    List.of(
                        new ObjectMeta.OwnerReference(
                            "argoproj.io/v1alpha1", "Rollout", "web", "uid-else", true, true)))));
    assertThat(world.turn().effects()).isEmpty();
  }
}
