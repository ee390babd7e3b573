package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pauses, aborts and what clients write: docs/spec/rollout.md#what-a-client-writes. */
class PauseAndAbortTest {
  private static final String REVISION_2 =
      "DEGRADED RolloutAborted: Rollout aborted update to revision 2";

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
                    - pause: {duration: 30s}
                """))
        .settle();
  }

  private static World analysed(String canary) {
    return new World(Manifests.rollout("replicas: 5\nstrategy: {canary: {%s}}".formatted(canary)))
        .template("smoke")
        .settle();
  }

  @ParameterizedTest(name = "{0} {1}: {2}, index {3}, sizes {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-205|web:2|PAUSED CanaryPauseStep|1|1/4",
        "R-205|hold; web:2|PROGRESSING more replicas need to be updated|0|1/4",
        "R-205|web:2; resume; +30s|PAUSED CanaryPauseStep|3|3/2",
        "R-205|web:2; resume; +31s|HEALTHY|4|5/0",
        "R-206|web:2; +25h|PAUSED CanaryPauseStep|1|1/4",
        "R-207|web:2; resume|PAUSED CanaryPauseStep|3|3/2",
        "R-207|web:2; pause; resume|PAUSED manually paused|1|1/4",
        "R-207|web:2; pause; resume; unpause|PAUSED CanaryPauseStep|3|3/2",
        "R-207|web:2; (replicas 10); resume|PAUSED CanaryPauseStep|3|6/4",
        "R-210|pause; web:2|PAUSED manually paused|0|0/5",
        "R-210|pause; web:2; replicas 8|PAUSED manually paused|0|0/5",
        "R-210|pause; web:2; +25h|PAUSED manually paused|0|0/5",
        "R-210|web:2; resume; pause; +1h|PAUSED manually paused|3|3/2",
        "R-210|web:2; resume; pause; +1h; unpause|HEALTHY|4|5/0",
        "R-210|hold; web:2; pause; release|PAUSED manually paused|0|1/4",
        "R-212|web:2; pause|PAUSED manually paused|1|1/4",
        "R-212|web:2; pause; unpause|PAUSED CanaryPauseStep|1|1/4",
        "R-238|abort|HEALTHY|4|5",
        "R-240|web:2; pause; (abort); turn; turn; turn|" + REVISION_2 + "|0|1/4",
        "R-240|web:2; pause; abort; unpause|" + REVISION_2 + "|0|0/5",
        "R-226|web:2; abort|" + REVISION_2 + "|0|0/5",
        "R-226|web:2; resume; abort|" + REVISION_2 + "|0|0/5",
        "R-228|web:2; abort; +25h|" + REVISION_2 + "|0|0/5",
        "R-229|web:2; abort; replicas 8|" + REVISION_2 + "|0|0/8",
        "R-236|web:2; abort; retry|PAUSED CanaryPauseStep|1|1/4",
        "R-236|web:2; resume; abort; retry|PAUSED CanaryPauseStep|1|1/4",
        "R-237|web:2; abort; web:3|PAUSED CanaryPauseStep|1|1/0/4",
        "R-237|web:2; abort; web:1|HEALTHY|4|5/0",
        "R-239|web:2; abort; full|HEALTHY|4|5/0",
        "R-245|hold; web:2; abort|" + REVISION_2 + "|0|0/5",
        "R-248|web:2; promote|PAUSED CanaryPauseStep|3|3/2",
        "R-248|web:2; promote; promote|HEALTHY|4|5/0",
        "R-248|hold; web:2; (promote); turn; release|PAUSED CanaryPauseStep|1|1/4",
        "R-248|web:2; pause; promote|PAUSED CanaryPauseStep|3|3/2",
        "R-249|web:2; full|HEALTHY|4|5/0",
        "R-249|pause; web:2; full|HEALTHY|4|5/0",
        "R-249|hold; web:2; full; release|HEALTHY|4|5/0",
        "R-250|web:2; skip|PAUSED CanaryPauseStep|3|3/2",
        "R-250|web:2; skip-all|HEALTHY|4|5/0",
        "R-257|full|HEALTHY|4|5",
        "R-258|hold; web:2; full|PROGRESSING more replicas need to be updated|4|3/4",
        "R-258|web:2; break 2 1; full|PROGRESSING updated replicas are still becoming available|4|5/0",
      })
  void whereItStands(String rule, String script, String phase, int index, String sizes) {
    World world = Play.of(basic(), script);
    assertThat(world.phase() + "|" + world.status().currentStepIndex() + "|" + Play.sizes(world))
        .as(rule)
        .isEqualTo(phase + "|" + index + "|" + sizes);
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-209|web:2|Rollout is paused (CanaryPauseStep)",
        "R-209|web:2; resume|Rollout is paused (CanaryPauseStep), Rollout is paused (CanaryPauseStep)",
        "R-209|web:2; resume; +31s|Rollout is paused (CanaryPauseStep), Rollout is paused (CanaryPauseStep), Rollout is resumed",
        "R-209|web:2; pause; unpause|Rollout is paused (CanaryPauseStep)",
        "R-209|web:2; abort|Rollout is paused (CanaryPauseStep), Rollout aborted update to revision 2",
        "R-209|pause; unpause|''",
        "R-227|web:2; abort; +1h|Rollout is paused (CanaryPauseStep), Rollout aborted update to revision 2",
        "R-236|web:2; abort; retry|Rollout is paused (CanaryPauseStep), Rollout aborted update to revision 2, Rollout is paused (CanaryPauseStep)",
        "R-238|abort|''",
        "R-239|web:2; abort; full|Rollout is paused (CanaryPauseStep), Rollout aborted update to revision 2",
      })
  void whatIsTold(String rule, String script, String told) {
    World world = basic();
    world.events.clear();
    Play.of(world, script);
    List<String> texts =
        world.events.stream()
            .filter(
                each ->
                    List.of("RolloutPaused", "RolloutResumed", "RolloutAborted")
                        .contains(each.reason()))
            .map(each -> each.message())
            .toList();
    assertThat(String.join(", ", texts)).as(rule).isEqualTo(told);
  }

  @ParameterizedTest(name = "{0} {1}: {2}; {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-213|web:2|Unknown RolloutPaused Rollout is paused|True RolloutPaused Rollout is paused",
        "R-213|web:2; (resume); turn|Unknown RolloutResumed Rollout is resumed|False RolloutPaused Rollout is paused",
        "R-213|web:2; abort; (retry); turn|Unknown RolloutRetry Retrying Rollout after abort|True RolloutPaused Rollout is paused",
        "R-213|pause|True ReplicaSetNotAvailable Rollout does not have minimum availability|True RolloutPaused Rollout is paused",
        "R-213|pause; unpause|True NewReplicaSetAvailable ReplicaSet \"web-1\" has successfully progressed.|False RolloutPaused Rollout is paused",
        "R-213|web:2; abort|False RolloutAborted Rollout aborted update to revision 2|True RolloutPaused Rollout is paused",
        "R-214|(web:2); turn; turn; turn; turn; turn; turn; turn; turn|Unknown RolloutPaused Rollout is paused|True RolloutPaused Rollout is paused",
        "R-471|''|True NewReplicaSetAvailable ReplicaSet \"web-1\" has successfully progressed.|''",
      })
  void conditionsOfAPause(String rule, String script, String progressing, String paused) {
    World world = Play.of(basic(), script);
    assertThat(world.condition("Progressing").replace(world.revision(1).name(), "web-1"))
        .as(rule)
        .isEqualTo(progressing);
    assertThat(world.condition("Paused")).as(rule).isEqualTo(paused);
  }

  @Test
  @DisplayName("R-214 Pausing takes two turns: the pause itself, then its conditions")
  void twoTurns() {
    World world = basic().image("web:2");
    for (int i = 0; world.status().pauseConditions().isEmpty(); i++) {
      assertThat(i).isLessThan(20);
      world.turn();
    }
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
    assertThat(world.condition("Paused")).isEmpty();
    world.turn();
    assertThat(world.condition("Paused")).startsWith("True");
  }

  @Test
  @DisplayName("R-012 A turn that writes the conditions of a pause does nothing else")
  void conditionsAlone() {
    World world = basic().image("web:2");
    while (world.status().pauseConditions().isEmpty()) {
      world.turn();
    }
    world.edit(spec -> spec.withReplicas(50));
    var sizes = Play.sizes(world);
    world.patch(status -> status.observedGeneration("" + world.rollout.metadata().generation()));
    var decision = world.turn();
    assertThat(world.condition("Paused")).startsWith("True");
    assertThat(decision.effects()).noneMatch(ClusterEffect.UpdateReplicaSet.class::isInstance);
    assertThat(Play.sizes(world)).isEqualTo(sizes);
    world.settle();
    assertThat(Play.sizes(world)).isNotEqualTo(sizes);
  }

  @Test
  @DisplayName("R-205 A pause wakes just after its end, however far that is")
  void wakesAtTheEnd() {
    World world = Play.of(basic(), "web:2; resume");
    PauseCondition pause = world.status().pauseConditions().get(0);
    assertThat(pause.startTime()).isEqualTo(world.now);
    assertThat(world.turn().wakeUp()).contains(world.now.plusSeconds(31));
    world.pass(java.time.Duration.ofSeconds(20));
    assertThat(world.turn().wakeUp()).contains(world.now.plusSeconds(11));
    assertThat(world.status().pauseConditions()).containsExactly(pause);
  }

  @Test
  @DisplayName("R-208, R-353 A pause that is left over holds, when another one is cleared")
  void twoPauses() {
    World world =
        analysed(
            "analysis: {templates: [{templateName: smoke}]}, steps: [{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {}}]");
    Play.of(world, "web:2; run Inconclusive");
    assertThat(world.status().pauseConditions())
        .extracting(PauseCondition::reason)
        .containsExactly("CanaryPauseStep", "InconclusiveAnalysisRun");
    PauseCondition left = world.status().pauseConditions().get(1);
    world.patch(status -> status.pauseConditions(List.of(left))).settle();
    assertThat(world.phase()).isEqualTo("PAUSED InconclusiveAnalysisRun");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(world.status().pauseConditions()).contains(left);
  }

  @ParameterizedTest(name = "{0} {2} after {1}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-225|analysis: {templates: [{templateName: smoke}]}, steps: [{setWeight: 20}, {pause: {}}]|web:2; run Failed|: Background analysis phase error/failed",
        "R-225|analysis: {templates: [{templateName: smoke}]}, steps: [{setWeight: 20}, {pause: {}}]|web:2; run Error|: Background analysis phase error/failed",
        "R-225|steps: [{setWeight: 20}, {analysis: {templates: [{templateName: smoke}]}}]|web:2; run Failed|: Step-based analysis phase error/failed",
        "R-225|steps: [{setWeight: 20}, {experiment: {templates: [{name: a, specRef: canary}]}}]|web:2; experiment Failed|: Experiment analysis phase is error/failed",
        "R-227|steps: [{setWeight: 20}, {pause: {}}]|web:2; abort|''",
      })
  void whyItAborts(String rule, String canary, String script, String why) {
    World world = Play.of(analysed(canary), script);
    assertThat(world.phase()).as(rule).isEqualTo(REVISION_2 + why);
    assertThat(world.status().abort()).isTrue();
    assertThat(world.status().abortedAt()).isEqualTo(world.now);
    assertThat(world.told("RolloutAborted"))
        .containsExactly("Rollout aborted update to revision 2" + why);
    assertThat(world.sizes(2, 1)).isEqualTo("0/5");
    String message = world.phase();
    world.pass(java.time.Duration.ofHours(1)).settle();
    assertThat(world.phase()).isEqualTo(message);
    assertThat(world.status().abortedAt()).isEqualTo(world.now.minusSeconds(3600));
  }

  @Test
  @DisplayName("R-215 A pause for want of a verdict never ends by itself")
  void inconclusiveStays() {
    World world =
        Play.of(
            analysed("steps: [{setWeight: 20}, {analysis: {templates: [{templateName: smoke}]}}]"),
            "web:2; run Inconclusive; +48h");
    assertThat(world.phase()).isEqualTo("PAUSED InconclusiveAnalysisRun");
    Play.of(world, "promote");
    assertThat(world.phase()).isEqualTo("HEALTHY");
    assertThat(world.runs).as("R-248 the promote verb jumps over the step").hasSize(1);
  }

  @Test
  @DisplayName("R-235, R-236 An abort stops runs; a retry makes new ones under the next name")
  void abortStopsRuns() {
    World world =
        Play.of(
            analysed(
                "analysis: {templates: [{templateName: smoke}]}, steps: [{setWeight: 20}, {pause: {}}]"),
            "web:2; abort");
    assertThat(world.runs.values()).allMatch(each -> each.spec().terminate());
    String first = world.runs.keySet().iterator().next();
    world.finish(first, dev.rollouts.api.analysis.AnalysisPhase.SUCCESSFUL, "");
    Play.of(world, "retry");
    assertThat(world.runs).containsOnlyKeys(first, first + ".1");
    assertThat(world.status().abortedAt()).isNull();
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
  }

  @Test
  @DisplayName("R-256 A client that goes past a running analysis stops it")
  void skipsARunningAnalysis() {
    World world =
        Play.of(
            analysed(
                "steps: [{setWeight: 20}, {analysis: {templates: [{templateName: smoke}]}}, {pause: {}}]"),
            "web:2; skip");
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
    assertThat(world.runs.values()).singleElement().matches(each -> each.spec().terminate());
    assertThat(world.status().canary().currentStepAnalysisRunStatus()).isNull();
  }

  @Test
  @DisplayName("R-258 A full promotion stops runs and experiments")
  void fullPromotionStopsEverything() {
    World world =
        Play.of(
            analysed(
                "analysis: {templates: [{templateName: smoke}]}, steps: [{setWeight: 20}, {experiment: {templates: [{name: a, specRef: canary}]}}]"),
            "web:2; full");
    assertThat(world.runs.values()).hasSize(1).allMatch(each -> each.spec().terminate());
    assertThat(world.experiments.values()).hasSize(1).allMatch(each -> each.spec().terminate());
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  // --- an aborted canary with routes ---

  @ParameterizedTest(name = "{0} {1}, {2}: {3}, deadline {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-230||web:2; abort|5/10|true",
        "R-230||web:2; abort; +29s|5/10|true",
        "R-230||web:2; abort; +30s|0/10|true",
        "R-230|abortScaleDownDelaySeconds: 5|web:2; abort; +4s|5/10|true",
        "R-230|abortScaleDownDelaySeconds: 5|web:2; abort; +5s|0/10|true",
        "R-230||web:2; break 1 1; abort; +60s|5/10|false",
        "R-127||web:2; break 1 9; abort; +60s|5/10|false",
        "R-230||web:2; abort; replicas 20|5/20|true",
        "R-233|abortScaleDownDelaySeconds: 2000|web:2; abort; +1999s|5/10|true",
        "R-233|abortScaleDownDelaySeconds: 2000|web:2; abort; +2000s|0/10|true",
        "R-232|abortScaleDownDelaySeconds: 0|web:2; abort; +24h|5/10|false",
        "R-231|dynamicStableScale: true|web:2; abort|0/10|false",
        "R-241||web:2; abort; retry|5/10|false",
        "R-241||web:2; abort; +10s; retry; +60s|5/10|false",
      })
  void routedAbort(String rule, String options, String script, String sizes, boolean deadline) {
    World world =
        RoutedCanaryTest.istio(options == null ? "" : options, "- setWeight: 50\n- pause: {}")
            .settle();
    Play.of(world, script);
    assertThat(Play.sizes(world)).as(rule).isEqualTo(sizes);
    assertThat(world.revision(2).annotation(RolloutKeys.SCALE_DOWN_DEADLINE) != null)
        .as(rule)
        .isEqualTo(deadline);
    int weight = script.contains("retry") ? 50 : 0;
    assertThat(RoutedCanaryTest.weight(world, 1)).as(rule).isEqualTo(weight);
  }

  // --- blue-green ---

  @ParameterizedTest(name = "{0} {1}, {2}: active {3}, stable {4}, {5}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-211|autoPromotionEnabled: true|pause; web:2|1|1|PAUSED manually paused|3/3",
        "R-211|autoPromotionEnabled: true|pause; web:2; replicas 4|1|1|PAUSED manually paused|4/4",
        "R-211|autoPromotionEnabled: true|pause; web:2; unpause|2|2|HEALTHY|3/3",
        "R-234|autoPromotionEnabled: false|web:2; abort|1|1|" + REVISION_2 + "|3/3",
        "R-234|autoPromotionEnabled: false|web:2; break 2 3; abort|1|1|" + REVISION_2 + "|3/3",
        "R-230|autoPromotionEnabled: false|web:2; abort; +30s|1|1|" + REVISION_2 + "|0/3",
        "R-232|{autoPromotionEnabled: false, abortScaleDownDelaySeconds: 0}|web:2; abort; +1h|1|1|"
            + REVISION_2
            + "|3/3",
        "R-239|autoPromotionEnabled: false|web:2; break 2 1; full; abort|1|1|"
            + REVISION_2
            + "|3/3",
        "R-239|autoPromotionEnabled: false|web:2; abort; full|2|2|HEALTHY|3/3",
        "R-236|autoPromotionEnabled: false|web:2; abort; retry|1|1|PAUSED BlueGreenPause|3/3",
        "R-236|autoPromotionEnabled: false|web:2; abort; retry; promote|2|2|HEALTHY|3/3",
        "R-237|autoPromotionEnabled: false|web:2; abort; web:1|1|1|HEALTHY|0/3",
        "R-248|autoPromotionEnabled: false|web:2; promote|2|2|HEALTHY|3/3",
        "R-249|autoPromotionEnabled: false|web:2; full|2|2|HEALTHY|3/3",
        "R-258|{autoPromotionEnabled: false, previewReplicaCount: 1}|web:2; full|2|2|HEALTHY|3/3",
        "R-258|{autoPromotionEnabled: false, prePromotionAnalysis: {templates: [{templateName: smoke}]}, postPromotionAnalysis: {templates: [{templateName: smoke}]}}|web:2; full|2|2|HEALTHY|3/3",
        "R-270|autoPromotionSeconds: 20|web:2; +20s|1|1|PAUSED BlueGreenPause|3/3",
        "R-270|autoPromotionSeconds: 20|web:2; +21s|2|2|HEALTHY|3/3",
        "R-270|{autoPromotionSeconds: 20, autoPromotionEnabled: false}|web:2; +1h|1|1|PAUSED BlueGreenPause|3/3",
        "R-271|autoPromotionSeconds: 20|web:2; promote|2|2|HEALTHY|3/3",
        "R-273|autoPromotionEnabled: false|web:2; break 2 1; promote|1|1|PROGRESSING active service cutover pending|3/3",
        "R-273|autoPromotionEnabled: false|web:2; break 2 1; promote; break 2 0|2|2|HEALTHY|3/3",
      })
  void blueGreen(
      String rule,
      String options,
      String script,
      int active,
      int stable,
      String phase,
      String sizes) {
    String flow = options.startsWith("{") ? options.substring(1, options.length() - 1) : options;
    World world =
        new World(
                Manifests.rollout(
                    "replicas: 3\nstrategy: {blueGreen: {activeService: web-active, %s}}"
                        .formatted(flow)))
            .service("web-active")
            .template("smoke")
            .settle();
    var first = world.revision(1).name();
    Play.of(world, script);
    List<String> names = List.of(first, second(world, first));
    assertThat(world.selected("web-active"))
        .as(rule)
        .isEqualTo(world.sets.get(names.get(active - 1)).hash());
    assertThat(world.status().stableRS())
        .as(rule)
        .isEqualTo(world.sets.get(names.get(stable - 1)).hash());
    assertThat(world.phase()).as(rule).isEqualTo(phase);
    assertThat(world.sets.get(names.get(1)).replicas() + "/" + world.sets.get(first).replicas())
        .as(rule)
        .isEqualTo(sizes);
  }

  private static String second(World world, String first) {
    return world.sets.keySet().stream()
        .filter(each -> !each.equals(first))
        .findFirst()
        .orElseThrow();
  }
}
