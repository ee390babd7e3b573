package dev.rollouts.simulation.rollout;

import static dev.rollouts.simulation.rollout.Pains.CHECK;
import static dev.rollouts.simulation.rollout.Pains.ISTIO;
import static dev.rollouts.simulation.rollout.Pains.LENGTH;
import static dev.rollouts.simulation.rollout.Pains.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.Autoscaler;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rollouts that were stuck, looped or fought with conflicts, as users of Argo Rollouts reported
 * them; the numbers in brackets are those of the threads there. Each is a whole rollout in virtual
 * time, with every invariant checked after every decision.
 */
class StuckPainsTest {
  private static final String STEPS = "canary: {steps: [{setWeight: 50}, {pause: {duration: 1m}}]}";
  private static final String HALF_THEN_WAIT = "canary: {steps: [{setWeight: 50}, {pause: {}}]}";

  private static List<PlannedFault> again(
      ClusterFault fault, Duration every, int times, long extent) {
    List<PlannedFault> faults = new ArrayList<>();
    for (int i = 1; i <= times; i++) {
      faults.add(new PlannedFault(fault, every.toMillis() * i, extent));
    }
    return faults;
  }

  /** When the update was over. */
  private static Duration done(RolloutTrace trace) {
    String last = trace.status().currentPodHash();
    return Pains.first(
        trace, row -> row.phase() == RolloutPhase.HEALTHY && row.stable().equals(last));
  }

  private static VersionModel broken() {
    return VersionModel.healthy().neverReady(1);
  }

  @ParameterizedTest(name = "abort on deadline: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("Pain 1 (#3316), R-389, R-390 A deadline does not fire on counts that are old")
  void deadlineOnOldCounts(boolean abort) {
    RolloutTrace trace =
        Pains.shop(
                "replicas: 4\nprogressDeadlineSeconds: 120\nprogressDeadlineAbort: " + abort, STEPS)
            .act(When.healthy(), UPDATE)
            .faults(List.of(new PlannedFault(ClusterFault.STALE_READ, 11_000, 500_000)))
            .run(LENGTH);
    assertThat(trace.rows()).noneMatch(row -> row.phase() == RolloutPhase.DEGRADED);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
  }

  @Test
  @DisplayName("Pain 2 (#4073), R-002, R-522 An older copy of the rollout is never acted on")
  void ownWritesThatAreNotSeenYet() {
    List<PlannedFault> faults = again(ClusterFault.STALE_ROLLOUT, Duration.ofSeconds(7), 20, 3_000);
    faults.addAll(again(ClusterFault.LOST_ANSWER, Duration.ofSeconds(11), 10, 0));
    RolloutTrace trace =
        Pains.shop(4, STEPS).act(When.healthy(), UPDATE).faults(faults).run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    assertThat(done(trace)).isLessThan(Duration.ofMinutes(10));
  }

  @Test
  @DisplayName("Pain 3 (#1904, #3080), R-522 A storm of conflicts is told nobody and passes")
  void stormOfConflicts() {
    RolloutTrace calm = Pains.shop(4, STEPS).act(When.healthy(), UPDATE).run(LENGTH);
    RolloutTrace storm =
        Pains.shop(4, STEPS)
            .act(When.healthy(), UPDATE)
            .faults(again(ClusterFault.CONFLICT, Duration.ofMillis(500), 100, 0))
            .run(LENGTH);
    assertThat(storm.end()).isEqualTo(calm.end());
    assertThat(Pains.told(storm, "fault")).hasSizeGreaterThan(10);
    assertThat(Pains.told(storm, "event")).noneMatch(event -> event.contains("modified"));
    assertThat(storm.decisions()).isLessThan(calm.decisions() + 250);
  }

  @Test
  @DisplayName("Pain 4 (#5052), R-522 Conflicts with an autoscaler never show in the status")
  void conflictsOfAWorkloadThatIsScaled() {
    RolloutTrace trace =
        Pains.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: {name: shop}
                spec:
                  replicas: 2
                  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web, scaleDown: onsuccess}
                  strategy: {canary: {steps: [{setWeight: 50}, {pause: {duration: 1m}}]}}
                """)
            .cluster(
                it ->
                    it.autoscaler(Autoscaler.between(2, 8, 0.5))
                        .load(millis -> millis < 60_000 ? 100 : 300)
                        .otherVersions(VersionModel.healthy().serving(100)))
            .act(When.healthy(), Act.setImage("web", "web:2"))
            .faults(again(ClusterFault.CONFLICT, Duration.ofSeconds(1), 120, 0))
            .run(Duration.ofMinutes(20));
    assertThat(trace.phase()).as(trace.timeline()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(trace.rows())
        .noneMatch(row -> row.phase() == RolloutPhase.DEGRADED)
        .noneMatch(row -> row.message().contains("modified") || row.message().contains("conflict"));
    assertThat(trace.rollout().spec().replicas()).isEqualTo(6);
  }

  @ParameterizedTest(name = "after {0} s")
  @ValueSource(ints = {9, 10, 12, 16, 18, 60, 80, 85})
  @DisplayName("Pain 5 (#2522), R-007, R-525 What a watch has lost is found without anybody's help")
  void lostWatchEvents(int seconds) {
    List<PlannedFault> faults = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      faults.add(new PlannedFault(ClusterFault.LOST_WATCH_EVENT, seconds * 1_000L, 0));
    }
    RolloutTrace trace =
        Pains.shop(4, STEPS).act(When.healthy(), UPDATE).faults(faults).run(LENGTH);
    assertThat(Pains.told(trace, "fault")).isNotEmpty();
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    assertThat(done(trace)).isLessThan(Duration.ofMinutes(80));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "basic | canary: {}",
        "steps | canary: {steps: [{setWeight: 25}, {pause: {}}]}",
        "blue-green | blueGreen: {activeService: a}"
      })
  @DisplayName("Pain 6 (#4128), R-389, R-390, R-225 Pods that never come up end by the deadline")
  void podsThatNeverComeUp(String name, String strategy) {
    RolloutSimulation update =
        Pains.shop(4, strategy)
            .cluster(it -> it.version("shop:2", broken()))
            .act(When.healthy(), UPDATE);
    RolloutTrace exceeded = update.run(LENGTH);
    assertThat(exceeded.status().message()).startsWith("ProgressDeadlineExceeded: ReplicaSet");

    RolloutTrace aborted = update.act(When.degraded(), Act.abort()).run(LENGTH);
    assertThat(aborted.status().message())
        .isEqualTo("RolloutAborted: Rollout aborted update to revision 2");
    assertThat(aborted.end().sizes()).containsKey(aborted.status().stableRS());
    assertThat(aborted.end().shares())
        .containsExactly(Map.entry(aborted.status().stableRS(), 1000L));

    RolloutTrace byItself =
        Pains.shop("replicas: 4\nprogressDeadlineAbort: true", strategy)
            .cluster(it -> it.version("shop:2", broken()))
            .act(When.healthy(), UPDATE)
            .run(LENGTH);
    assertThat(byItself.status().message()).contains("has timed out progressing");
    assertThat(byItself.status().abort()).isTrue();
    assertThat(byItself.end().shares()).isEqualTo(aborted.end().shares());
  }

  @Test
  @DisplayName("Pain 7 (#3457), R-386, R-389 An old ReplicaSet does not hold the deadline up")
  void deadlineOfAnOldVersion() {
    RolloutTrace trace =
        Pains.shop(4, "canary: {}")
            .cluster(it -> it.version("shop:2", broken()))
            .act(When.healthy(), UPDATE)
            .act(When.degraded(), Act.setImage("web", "shop:3"))
            .run(LENGTH);
    Duration exceeded = Pains.first(trace, row -> row.phase() == RolloutPhase.DEGRADED);
    assertThat(Pains.since(trace, exceeded.plusSeconds(1)))
        .noneMatch(row -> row.phase() == RolloutPhase.DEGRADED);
    assertThat(Pains.isAllOn(trace, "shop:3")).as(trace.timeline()).isTrue();
    assertThat(trace.replicaSets()).hasSize(3);
  }

  @Test
  @DisplayName("Pain 8 (#1624, #3843, #939), R-388, R-391 Neither a pause nor idleness times out")
  void deadlineWhilePausedOrIdle() {
    RolloutTrace paused =
        Pains.shop("replicas: 4\nprogressDeadlineAbort: true", HALF_THEN_WAIT)
            .act(When.healthy(), UPDATE)
            .act(When.paused().later(Duration.ofHours(1)), Act.deletePod())
            .act(When.paused().later(Duration.ofHours(5)), Act.promote())
            .act(When.healthy().later(Duration.ofHours(1)), Act.deletePod())
            .run(Duration.ofHours(12));
    assertThat(paused.rows())
        .noneMatch(row -> row.phase() == RolloutPhase.DEGRADED || row.aborted());
    assertThat(Pains.isAllOn(paused, "shop:2")).as(paused.timeline()).isTrue();

    RolloutTrace byHand =
        Pains.shop("replicas: 4\nprogressDeadlineAbort: true", STEPS)
            .act(When.healthy(), UPDATE)
            .act(When.step(0), Act.pause())
            .act(When.at(Duration.ofHours(5)), Act.resume())
            .run(Duration.ofHours(12));
    assertThat(byHand.rows())
        .noneMatch(row -> row.phase() == RolloutPhase.DEGRADED || row.aborted());
    assertThat(Pains.isAllOn(byHand, "shop:2")).as(byHand.timeline()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "no steps              | canary: {}",
        "basic canary          | canary: {steps: [{setWeight: 25}, {pause: {duration: 10s}}]}",
        "no unavailability     | canary: {maxUnavailable: 0, steps: [{setWeight: 25}]}",
        "Istio                 | ISTIO",
        "Istio, dynamic        | DYNAMIC",
        "blue-green            | blueGreen: {activeService: a}"
      })
  @DisplayName("Pain 9 (#1377), R-045, R-075 A broken stable version does not hold back its fix")
  void brokenStable(String name, String strategy) {
    String steps = "  steps: [{setWeight: 25}, {pause: {duration: 10s}}]\n";
    String what =
        switch (strategy) {
          case "ISTIO" -> ISTIO + steps;
          case "DYNAMIC" -> ISTIO + "  dynamicStableScale: true\n" + steps;
          default -> strategy;
        };
    for (boolean fromTheStart : new boolean[] {true, false}) {
      RolloutTrace trace =
          Pains.shop(4, what)
              .cluster(
                  it ->
                      it.version(
                          "shop:1",
                          fromTheStart
                              ? broken()
                              : VersionModel.healthy().crashing(1, Duration.ofSeconds(30), null)))
              .act(When.at(Duration.ofMinutes(1)), UPDATE)
              .run(LENGTH);
      assertThat(Pains.isAllOn(trace, "shop:2"))
          .as("broken from the start: %s%n%s", fromTheStart, trace.timeline())
          .isTrue();
    }
  }

  @Test
  @DisplayName("Pain 10 (#1372), R-031, R-038, R-345 Another version in mid-canary starts over")
  void supersededInMidCanary() {
    RolloutTrace trace =
        Pains.shop(
                4,
                ISTIO
                    + """
                      analysis: {templates: [{templateName: check}]}
                      steps:
                      - setWeight: 25
                      - pause: {duration: 5m}
                      - analysis: {templates: [{templateName: check}]}
                      - setWeight: 50
                      - pause: {duration: 5m}
                    """,
                CHECK)
            .cluster(it -> it.otherMetrics(TrafficScript.of(Script.constant(1))))
            .act(When.healthy(), UPDATE)
            .act(When.step(4), Act.setImage("web", "shop:3"))
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:3")).as(trace.timeline()).isTrue();
    Duration edited = Pains.first(trace, row -> row.happenings().toString().contains("web=shop:3"));
    String third = trace.status().currentPodHash();
    Duration begun = Pains.first(trace, row -> row.newest().equals(third));
    assertThat(begun.minus(edited)).isLessThan(Duration.ofSeconds(1));
    RolloutTrace.Row start =
        Pains.since(trace, begun).stream().findFirst().orElseThrow(AssertionError::new);
    assertThat(start.step()).isZero();
    assertThat(trace.runs())
        .extracting(RolloutTrace.Run::name)
        .containsExactlyInAnyOrder(
            name(trace, "shop:2") + "-2",
            name(trace, "shop:2") + "-2-2",
            name(trace, "shop:3") + "-3",
            name(trace, "shop:3") + "-3-2");
  }

  private static String name(RolloutTrace trace, String image) {
    return trace.replicaSets().stream()
        .filter(set -> set.template().toString().contains(image))
        .findFirst()
        .orElseThrow(AssertionError::new)
        .name();
  }

  @Test
  @DisplayName("Pain 11 (#3082), R-237, R-390, R-514 After a spec that was invalid nothing aborts")
  void correctedSpec() {
    RolloutTrace trace =
        Pains.shop("replicas: 4\nprogressDeadlineAbort: true", STEPS)
            .act(When.healthy(), Act.editSpec("invalid", spec -> spec.withReplicas(-1)))
            .act(When.degraded().later(Duration.ofHours(1)), Act.scale(4))
            .act(When.healthy().later(Duration.ofMillis(20)), UPDATE)
            .run(LENGTH);
    assertThat(trace.rows()).noneMatch(RolloutTrace.Row::aborted);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();

    RolloutTrace inOneEdit =
        Pains.shop("replicas: 4\nprogressDeadlineAbort: true", STEPS)
            .act(When.healthy(), UPDATE)
            .act(When.step(0), Act.editSpec("invalid", spec -> spec.withReplicas(-1)))
            .act(When.degraded().later(Duration.ofHours(1)), Act.setImage("web", "shop:3"))
            .act(When.degraded(), Act.scale(4))
            .run(LENGTH);
    assertThat(inOneEdit.rows()).noneMatch(RolloutTrace.Row::aborted);
    assertThat(Pains.isAllOn(inOneEdit, "shop:3")).as(inOneEdit.timeline()).isTrue();
  }

  @Test
  @DisplayName("Pain 12 (#2982), R-010, R-238 An abort of what is promoted costs two decisions")
  void abortOfWhatIsPromoted() {
    RolloutSimulation promoted = Pains.shop(4, ISTIO).act(When.healthy(), UPDATE);
    RolloutTrace without =
        promoted
            .act(When.healthy().later(Duration.ofMinutes(5)), Act.of("look", it -> {}))
            .run(LENGTH);
    RolloutTrace with =
        promoted.act(When.healthy().later(Duration.ofMinutes(5)), Act.abort()).run(LENGTH);
    assertThat(with.end()).isEqualTo(without.end());
    assertThat(with.status().abort()).isFalse();
    assertThat(with.decisions() - without.decisions()).isBetween(1L, 3L);
    assertThat(with.writes() - without.writes()).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest(name = "delay {0}")
  @ValueSource(strings = {"", "0", "1", "30", "3600"})
  @DisplayName("Pain 13 (#4898), R-106, R-231, R-232 A dynamic abort brings all traffic back")
  void dynamicAbortWithADelay(String delay) {
    RolloutTrace trace =
        Pains.shop(
                8,
                ISTIO
                    + "  dynamicStableScale: true\n"
                    + (delay.isEmpty() ? "" : "  abortScaleDownDelaySeconds: " + delay + "\n")
                    + "  steps: [{setWeight: 25}, {setWeight: 50}, {setWeight: 75}, {pause: {}}]\n")
            .act(When.healthy(), UPDATE)
            .act(When.paused(), Act.abort())
            .run(LENGTH);
    String stable = trace.status().stableRS();
    assertThat(trace.end().shares()).as(trace.timeline()).containsExactly(Map.entry(stable, 1000L));
    assertThat(trace.end().sizes()).containsEntry(stable, "8/8").hasSize(delay.equals("0") ? 2 : 1);
    Duration aborted = Pains.first(trace, RolloutTrace.Row::aborted);
    Duration back =
        Pains.first(
            trace,
            row ->
                row.elapsed().compareTo(aborted) > 0
                    && row.shares().keySet().equals(java.util.Set.of(stable)));
    assertThat(back.minus(aborted)).isLessThan(Duration.ofMinutes(2));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"the answer is lost", "reads lag", "both"})
  @DisplayName(
      "Pain 14 (#4842, #4804), R-370, R-340 What exists already and is not seen is no error")
  void experimentThatExistsAlready(String what) {
    RolloutSimulation update =
        Pains.shop(
                4,
                """
                canary:
                  steps:
                  - experiment:
                      duration: 1m
                      templates: [{name: candidate, specRef: canary}]
                      analyses: [{name: check, templateName: check}]
                  - analysis: {templates: [{templateName: check}]}
                """,
                CHECK)
            .cluster(it -> it.otherMetrics(TrafficScript.of(Script.constant(1))))
            .act(When.healthy(), UPDATE);
    Duration made =
        Pains.first(
            update.run(LENGTH), row -> row.happenings().toString().contains("create Experiment"));
    for (long at = made.toMillis() - 20; at <= made.toMillis() + 5; at += 5) {
      List<PlannedFault> faults = new ArrayList<>();
      if (!what.equals("reads lag")) {
        faults.add(new PlannedFault(ClusterFault.LOST_ANSWER, at, 0));
      }
      if (!what.equals("the answer is lost")) {
        faults.add(new PlannedFault(ClusterFault.STALE_READ, at, 20_000));
      }
      RolloutTrace trace = update.faults(faults).run(LENGTH);
      assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
      assertThat(trace.rows()).noneMatch(RolloutTrace.Row::aborted);
      assertThat(trace.runs()).hasSize(2);
    }
  }

  @ParameterizedTest(name = "reads lag for {0} ms")
  @ValueSource(longs = {0, 5_000, 20_000})
  @DisplayName("Pain 15 (#3988), R-262, R-280 A version that is used again keeps no deadline")
  void deadlineThatStays(long lag) {
    for (String strategy : List.of(ISTIO, "blueGreen: {activeService: a}")) {
      RolloutSimulation back =
          Pains.shop(4, strategy)
              .act(When.healthy(), UPDATE)
              .act(When.healthy().later(Duration.ofSeconds(10)), Act.undo(0));
      Duration undone =
          Pains.first(back.run(LENGTH), row -> row.happenings().toString().contains("text=undo"));
      RolloutTrace trace =
          lag == 0
              ? back.run(LENGTH)
              : back.faults(
                      List.of(
                          new PlannedFault(
                              ClusterFault.STALE_READ, undone.toMillis() - 5_000, lag)))
                  .run(LENGTH);
      assertThat(Pains.isAllOn(trace, "shop:1")).as(trace.timeline()).isTrue();
      assertThat(trace.replicaSets())
          .filteredOn(set -> set.replicas() > 0)
          .allSatisfy(
              set ->
                  assertThat(set.metadata().annotations())
                      .doesNotContainKey(RolloutKeys.SCALE_DOWN_DEADLINE));
    }
  }
}
