package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplatePhase;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a rollout makes Experiments, stops them, and what their outcomes do. */
class RolloutExperimentsTest {
  private static final String STEPS =
      """
      - experiment:
          duration: 5m
          templates:
          - {name: base, specRef: stable, replicas: 1}
          - {name: fresh, specRef: canary, weight: 10}
      - setWeight: 50
      - pause: {}
      """;

  private static RoutedWorld updated() {
    RoutedWorld routed = RoutedWorld.deployed("", "{plugins: {test/route: {}}}", STEPS).update();
    if (routed.world.experiments.isEmpty()) {
      throw new AssertionError(routed.world.status());
    }
    return routed;
  }

  private static String name(RoutedWorld routed, String suffix) {
    return "web-" + routed.world.revision(2).hash() + "-2-0" + suffix;
  }

  private static boolean isTold(RoutedWorld routed, String suffix) {
    return routed.world.experiments.get(name(routed, suffix)).spec().terminate();
  }

  private static void run(
      RoutedWorld routed, AnalysisPhase phase, ExperimentTemplatePhase template) {
    Experiment experiment = routed.world.experiments.get(name(routed, ""));
    ExperimentTemplateStatus fresh =
        new ExperimentTemplateStatus(
            "fresh", 1, 1, 1, 1, null, template, "", routed.world.now, "web-fresh", "f00");
    routed.world.experiments.put(
        name(routed, ""),
        experiment.withStatus(
            new ExperimentStatus(
                phase, "", routed.world.now, List.of(fresh), List.of(), List.of())));
    routed.world.settle();
  }

  @Test
  @DisplayName("R-370, R-372, E-080 It is made when its step is reached, named, and told")
  void made() {
    RoutedWorld routed = updated();
    Experiment made = routed.world.experiments.get(name(routed, ""));
    assertThat(routed.world.experiments).containsOnlyKeys(name(routed, ""));
    assertThat(made.metadata().labels())
        .containsEntry(RolloutKeys.POD_TEMPLATE_HASH, routed.world.revision(2).hash());
    assertThat(made.metadata().annotations()).containsEntry(RolloutKeys.REVISION, "2");
    assertThat(made.metadata().controllerUid()).isEqualTo("uid-rollout");
    assertThat(made.spec().templates())
        .extracting(each -> each.name())
        .containsExactly("base", "fresh");
    assertThat(routed.world.events)
        .contains(
            Event.normal("ExperimentCreated", "Created Experiment '" + name(routed, "") + "'"));
    assertThat(routed.world.status().canary().currentExperiment()).isEqualTo(name(routed, ""));
    assertThat(routed.world.status().currentStepIndex()).isZero();
  }

  @Test
  @DisplayName("R-158, E-082 The first revision runs none")
  void firstRevision() {
    assertThat(RoutedWorld.deployed("", "{plugins: {test/route: {}}}", STEPS).world.experiments)
        .isEmpty();
  }

  @ParameterizedTest(name = "{0}: the experiment that exists is {1}")
  @CsvSource({"R-370, equal, ''", "E-083, equal, ''", "E-083, finished, -1", "E-083, foreign, -1"})
  void aNameThatIsTaken(String rule, String which, String suffix) {
    RoutedWorld made = updated();
    Experiment first = made.world.experiments.get(name(made, ""));

    RoutedWorld routed = RoutedWorld.deployed("", "{plugins: {test/route: {}}}", STEPS);
    routed.world.image("web:2").pass(Duration.ofMinutes(1)).turn();
    var metadata = first.metadata();
    routed.world.experiments.put(
        metadata.name(),
        which.equals("foreign")
            ? first.withMetadata(
                metadata.with(metadata.labels(), metadata.annotations(), List.of()))
            : first);
    if (which.equals("finished")) {
      routed.world.experiment(metadata.name(), AnalysisPhase.SUCCESSFUL, "");
    }
    routed.world.settle();
    assertThat(routed.world.status().canary().currentExperiment()).isEqualTo(name(routed, suffix));
    assertThat(routed.world.experiments).hasSize(suffix.isEmpty() ? 1 : 2);
  }

  @Test
  @DisplayName("R-373, R-158, E-084 A success ends the step, and the status forgets the name")
  void success() {
    RoutedWorld routed = updated();
    routed.world.experiment(name(routed, ""), AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(routed.world.status().currentStepIndex()).isEqualTo(2);
    assertThat(routed.world.status().canary().currentExperiment()).isEmpty();
    assertThat(routed.world.experiments).hasSize(1);
  }

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @CsvSource({
    "R-373, FAILED, bad, 'Experiment analysis phase is error/failed: bad'",
    "E-084, ERROR, '', Experiment analysis phase is error/failed",
    "R-227, FAILED, '', Experiment analysis phase is error/failed"
  })
  void aFailureAborts(String rule, AnalysisPhase phase, String message, String text) {
    RoutedWorld routed = updated();
    routed.world.experiment(name(routed, ""), phase, message).settle();
    assertThat(routed.world.status().message())
        .isEqualTo("RolloutAborted: Rollout aborted update to revision 2: " + text);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"R-374", "R-373", "E-084"})
  void anInconclusiveOneIsNotRepeatedByItself(String rule) {
    RoutedWorld routed = updated();
    routed.world.experiment(name(routed, ""), AnalysisPhase.INCONCLUSIVE, "").settle();
    assertThat(routed.isPausedFor(PauseCondition.INCONCLUSIVE_EXPERIMENT)).isTrue();
    routed.world.pass(Duration.ofDays(1)).settle();
    assertThat(routed.world.experiments).hasSize(1);
    assertThat(routed.world.status().currentStepIndex()).isZero();

    routed.resume();
    assertThat(routed.world.experiments).containsOnlyKeys(name(routed, ""), name(routed, "-1"));
    assertThat(routed.world.status().canary().currentExperiment()).isEqualTo(name(routed, "-1"));
    assertThat(routed.world.status().pauseConditions()).isEmpty();
  }

  @Test
  @DisplayName("E-085, R-372 None is made, and none forgotten, while an analysis could not tell")
  void whileInconclusive() {
    RoutedWorld routed = updated();
    routed
        .world
        .patch(
            status ->
                status
                    .pauseConditions(
                        List.of(
                            new PauseCondition(
                                PauseCondition.INCONCLUSIVE_ANALYSIS, routed.world.now)))
                    .controllerPause(true))
        .settle();
    routed.world.experiment(name(routed, ""), AnalysisPhase.FAILED, "").settle();
    assertThat(routed.world.status().abort()).isFalse();
    assertThat(routed.world.experiments).hasSize(1);
    routed.resume();
    assertThat(routed.world.experiments).hasSize(1);
    assertThat(routed.world.status().abort()).isTrue();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "R-375, abort",
    "E-085, abort",
    "R-235, abort",
    "R-375, promoteFull",
    "R-375, next step",
    "E-086, next step"
  })
  void whatStopsIt(String rule, String what) {
    RoutedWorld routed = updated();
    run(routed, AnalysisPhase.RUNNING, ExperimentTemplatePhase.RUNNING);
    assertThat(isTold(routed, "")).isFalse();
    routed.world.patch(
        status ->
            switch (what) {
              case "abort" -> status.abort(true);
              case "promoteFull" -> status.promoteFull(true);
              default -> status.currentStepIndex(1);
            });
    routed.world.settle();
    assertThat(isTold(routed, "")).isTrue();
    assertThat(routed.world.status().canary().currentExperiment()).isEmpty();
    assertThat(routed.world.experiments).hasSize(1);
  }

  @Test
  @DisplayName("R-375, E-086 Others are stopped, and finished ones go beyond the limits")
  void others() {
    RoutedWorld routed = updated();
    Experiment current = routed.world.experiments.get(name(routed, ""));
    for (int i = 0; i < 8; i++) {
      String name = "old-" + i;
      routed.world.experiments.put(name, current.withMetadata(current.metadata().withName(name)));
      if (i > 0) {
        routed.world.experiment(name, AnalysisPhase.SUCCESSFUL, "");
      }
    }
    routed.world.settle();
    assertThat(routed.world.experiments.get("old-0").spec().terminate()).isTrue();
    assertThat(isTold(routed, "")).isFalse();
    assertThat(routed.world.experiments).as("R-376").hasSize(7);
  }

  @ParameterizedTest(name = "{0}: {1}, template {2}")
  @CsvSource({
    "R-131, RUNNING, RUNNING, true",
    "E-087, RUNNING, PROGRESSING, false",
    "R-131 #3420, RUNNING, PROGRESSING, false",
    "E-087, PENDING, RUNNING, false",
    "R-377, RUNNING, RUNNING, true"
  })
  void itsTraffic(
      String rule, AnalysisPhase phase, ExperimentTemplatePhase template, boolean gets) {
    RoutedWorld routed = updated();
    run(routed, phase, template);
    assertThat(routed.route("additional")).hasToString(gets ? "[web-fresh=10]" : "[]");
    var weights = routed.world.status().canary().weights();
    assertThat(weights.stable().weight()).isEqualTo(gets ? 90 : 100);
    assertThat(weights.additional()).hasSize(gets ? 1 : 0);

    routed.world.experiment(name(routed, ""), AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(routed.route("additional")).hasToString("[]");
    assertThat(routed.world.status().canary().weights().stable().weight()).isEqualTo(50);
  }

  @Test
  @DisplayName("R-130 An event tells of destinations that come and go")
  void destinationsAreTold() {
    RoutedWorld routed = updated();
    run(routed, AnalysisPhase.RUNNING, ExperimentTemplatePhase.RUNNING);
    assertThat(routed.world.events)
        .extracting(Event::message)
        .anyMatch(text -> text.matches("Traffic weight updated .*additional: \\[web-fresh=10\\]"));
  }

  @Test
  @DisplayName("R-371 What cannot be built fails the turn with the reason")
  void cannotBeBuilt() {
    RoutedWorld routed =
        RoutedWorld.deployed(
            "",
            "{plugins: {test/route: {}}}",
            """
            - experiment:
                templates: [{name: a, specRef: canary}]
                analyses:
                - name: x
                  templateName: smoke
                  args: [{name: a, valueFrom: {fieldRef: {fieldPath: spec.nowhere}}}]
            """);
    routed.world.image("web:2");
    for (int i = 0; i < 6; i++) {
      routed.world.turn();
    }
    assertThat(routed.decide().effects())
        .containsExactly(new ClusterEffect.Retry("invalid path spec.nowhere in rollout"));
  }

  @Test
  @DisplayName("E-081, R-371 Its pods are those of the versions, under the step's size")
  void podsOfTheVersions() {
    RoutedWorld routed = updated();
    var templates = routed.world.experiments.get(name(routed, "")).spec().templates();
    assertThat(templates.get(0).template().toString()).contains("web:1");
    assertThat(templates.get(1).template().toString()).contains("web:2");
    assertThat(templates.get(0).replicas()).isEqualTo(1);
    assertThat(templates.get(1).service()).isNotNull();
    assertThat(templates.get(0).service()).isNull();
  }

  @Test
  @DisplayName("R-436 With an old version its experiments go")
  void goWithTheirVersion() {
    RoutedWorld routed = updated();
    String made = name(routed, "");
    routed.world.experiment(made, AnalysisPhase.SUCCESSFUL, "").settle();
    routed.world.sets.remove(routed.world.revision(2).name());
    routed.world.image("web:3").settle();
    assertThat(routed.world.experiments).doesNotContainKey(made);
  }
}
