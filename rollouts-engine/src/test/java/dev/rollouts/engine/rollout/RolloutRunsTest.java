package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a rollout makes AnalysisRuns, stops them, and what their outcomes do. */
class RolloutRunsTest {
  private static final String STEP =
      "- setWeight: 50\n- analysis: {templates: [{templateName: smoke}]}\n- pause: {}\n";
  private static final String BACKGROUND = "analysis: {templates: [{templateName: smoke}]}\n";
  private static final String PRE = "prePromotionAnalysis: {templates: [{templateName: smoke}]}\n";
  private static final String POST =
      "postPromotionAnalysis: {templates: [{templateName: smoke}]}\n";

  /** A canary of four pods without routing, whose first version is deployed. */
  private static World canary(String options, String steps) {
    return canary("", options, steps);
  }

  private static World canary(String spec, String options, String steps) {
    World world =
        new World(
            Manifests.rollout(
                "replicas: 4\n"
                    + spec
                    + "strategy:\n  canary:\n"
                    + (options + (steps.isEmpty() ? "" : "steps:\n" + steps)).indent(4)));
    world.template("smoke").settle();
    if (!world.status().message().isEmpty()) {
      throw new AssertionError(world.status().message());
    }
    world.events.clear();
    return world;
  }

  private static World updated(String options, String steps) {
    World world = canary(options, steps);
    return world.image("web:2").pass(Duration.ofMinutes(1)).settle();
  }

  private static String name(World world, String suffix) {
    return "web-" + world.revision(2).hash() + "-2" + suffix;
  }

  private static AnalysisRun run(World world, String suffix) {
    AnalysisRun run = world.runs.get(name(world, suffix));
    if (run == null) {
      throw new AssertionError(suffix + " is not among " + world.runs.keySet());
    }
    return run;
  }

  private static boolean isTold(World world, String suffix) {
    return run(world, suffix).spec().terminate();
  }

  private static World finish(World world, String suffix, AnalysisPhase phase, String message) {
    return world.finish(name(world, suffix), phase, message).settle();
  }

  private static World resume(World world) {
    return world.patch(status -> status.pauseConditions(List.of())).settle();
  }

  // --- names, labels, order ---

  @Test
  @DisplayName("R-340, A-240, A-259 The step's run is made before the one in the background")
  void stepBeforeBackground() {
    World world = canary(BACKGROUND, "- analysis: {templates: [{templateName: smoke}]}\n");
    world.image("web:2");
    List<String> made = List.of();
    for (int i = 0; i < 6 && made.isEmpty(); i++) {
      made =
          world.turn().effects().stream()
              .filter(ClusterEffect.CreateAnalysisRun.class::isInstance)
              .map(each -> ((ClusterEffect.CreateAnalysisRun) each).run().metadata().name())
              .toList();
    }
    assertThat(made).containsExactly(name(world, "-0"), name(world, ""));
  }

  @Test
  @DisplayName("R-340 A run carries the revision, its kind and its step")
  void labels() {
    World world = updated(BACKGROUND, STEP);
    assertThat(run(world, "-1").metadata().labels())
        .containsEntry(RolloutKeys.POD_TEMPLATE_HASH, world.revision(2).hash())
        .containsEntry(RolloutKeys.RUN_TYPE, "Step")
        .containsEntry(RolloutKeys.STEP_INDEX, "1");
    assertThat(run(world, "").metadata().labels())
        .containsEntry(RolloutKeys.RUN_TYPE, "Background")
        .doesNotContainKey(RolloutKeys.STEP_INDEX);
    assertThat(run(world, "").metadata().annotations()).containsEntry(RolloutKeys.REVISION, "2");
    assertThat(run(world, "").metadata().controllerUid()).isEqualTo("uid-rollout");
  }

  @Test
  @DisplayName("R-341, A-241, A-242 Hashes and empty arguments reach the run")
  void arguments() {
    String options =
        """
        analysis:
          templates: [{templateName: smoke}]
          args:
          - {name: latest, valueFrom: {podTemplateHashValue: Latest}}
          - {name: stable, valueFrom: {podTemplateHashValue: Stable}}
          - {name: who, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
          - {name: empty}
        """;
    World world = canary(options, "- pause: {}\n");
    var smoke = world.templates.get(new TemplateRef("smoke", false));
    world.templates.put(
        new TemplateRef("smoke", false),
        new AnalysisTemplateSpec(
            smoke.metrics(),
            List.of("latest", "stable", "who", "empty").stream()
                .map(each -> new Argument(each, "default", null))
                .toList(),
            List.of(),
            List.of(),
            List.of()));
    world.image("web:2").settle();
    assertThat(run(world, "").spec().args())
        .extracting(each -> each.name() + "=" + each.value())
        .containsExactlyInAnyOrder(
            "latest=" + world.revision(2).hash(),
            "stable=" + world.revision(1).hash(),
            "who=web",
            "empty=");
  }

  @ParameterizedTest(name = "{0}: the run that exists is {1}")
  @CsvSource({
    "R-340, equal, ''",
    "A-247, equal, ''",
    "A-247, finished, .1",
    "A-247, foreign, .1",
    "A-247, other, .1"
  })
  void aNameThatIsTaken(String rule, String which, String suffix) {
    World made = updated(BACKGROUND, "- pause: {}\n");
    AnalysisRun run = run(made, "");

    World world = canary(BACKGROUND, "- pause: {}\n");
    world.image("web:2").turn();
    AnalysisRun taken =
        switch (which) {
          case "foreign" ->
              run.withMetadata(
                  run.metadata()
                      .with(run.metadata().labels(), run.metadata().annotations(), List.of()));
          case "other" -> {
            world.template("unlike");
            yield new AnalysisRun(run.metadata(), unlike(), run.status());
          }
          default -> run;
        };
    world.runs.put(run.metadata().name(), taken);
    if (which.equals("finished")) {
      world.finish(run.metadata().name(), AnalysisPhase.SUCCESSFUL, "");
    }
    world.settle();
    assertThat(world.status().canary().currentBackgroundAnalysisRunStatus().name())
        .isEqualTo(name(world, suffix));
    assertThat(world.runs).containsKey(name(world, suffix));
  }

  private static AnalysisSpec unlike() {
    return AnalysisSpec.of(
        Metric.named("unlike")
            .provider(PrometheusQuery.of("http://prometheus:9090", "up"))
            .build());
  }

  // --- when there is one ---

  @Test
  @DisplayName("R-344, A-254 A run that nobody refers to is stopped; one of another owner is not")
  void strays() {
    World world = updated(BACKGROUND, "- pause: {}\n");
    AnalysisRun current = run(world, "");
    AnalysisRun stray = current.withMetadata(current.metadata().withName("stray"));
    world.runs.put("stray", stray);
    world.runs.put(
        "foreign",
        current.withMetadata(
            current
                .metadata()
                .withName("foreign")
                .with(current.metadata().labels(), Map.of(), List.of())));
    world.settle();
    assertThat(world.runs.get("stray").spec().terminate()).isTrue();
    assertThat(world.runs.get("foreign").spec().terminate()).isFalse();
    assertThat(isTold(world, "")).isFalse();
  }

  @Test
  @DisplayName("R-343, A-253 A run is told to stop once, and not when it is over")
  void toldOnce() {
    World world = updated(BACKGROUND, "- pause: {}\n");
    world.patch(status -> status.abort(true));
    long told = count(world, ClusterEffect.TerminateAnalysisRun.class);
    world.settle();
    assertThat(count(world, ClusterEffect.TerminateAnalysisRun.class)).isEqualTo(told + 1);

    World over = updated(BACKGROUND, "- pause: {}\n");
    finish(over, "", AnalysisPhase.SUCCESSFUL, "");
    over.patch(status -> status.abort(true)).settle();
    assertThat(isTold(over, "")).isFalse();
  }

  private static long count(World world, Class<?> kind) {
    return world.decisions.stream()
        .flatMap(each -> each.effects().stream())
        .filter(kind::isInstance)
        .count();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "R-342, abort",
    "R-235, abort",
    "A-245, abort",
    "A-245, promoteFull",
    "R-258, promoteFull",
    "R-342, rollback",
    "A-249, done"
  })
  void whatStopsTheRunsOfACanary(String rule, String what) {
    World world = updated(BACKGROUND, STEP);
    assertThat(isTold(world, "")).isFalse();
    switch (what) {
      case "abort" -> world.patch(status -> status.abort(true));
      case "promoteFull" -> world.patch(status -> status.promoteFull(true));
      case "rollback" -> world.image("web:1");
      default -> {
        finish(world, "-1", AnalysisPhase.SUCCESSFUL, "");
        resume(world);
        assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
      }
    }
    String hash = world.status().currentPodHash();
    world.settle();
    String made = "web-" + hash + "-2";
    assertThat(world.runs.get(made).spec().terminate()).isTrue();
    assertThat(world.status().canary().currentBackgroundAnalysisRunStatus()).isNull();
    assertThat(world.status().canary().currentStepAnalysisRunStatus()).isNull();
    assertThat(count(world, ClusterEffect.CreateAnalysisRun.class)).isEqualTo(2);
  }

  @Test
  @DisplayName("R-041, A-245 The first revision is not analysed")
  void firstRevision() {
    World world = canary(BACKGROUND, STEP);
    assertThat(world.runs).isEmpty();
  }

  @Test
  @DisplayName("R-345, A-248 A step's run ends when a client goes past the step")
  void pastTheStep() {
    World world =
        updated("", STEP + "- analysis: {templates: [{templateName: smoke}]}\n- pause: {}\n");
    assertThat(isTold(world, "-1")).isFalse();
    world.patch(status -> status.currentStepIndex(3)).settle();
    assertThat(isTold(world, "-1")).isTrue();
    assertThat(world.status().canary().currentStepAnalysisRunStatus().name())
        .isEqualTo(name(world, "-3"));
    assertThat(isTold(world, "-3")).isFalse();
    world.patch(status -> status.currentStepIndex(4)).settle();
    assertThat(isTold(world, "-3")).isTrue();
    assertThat(world.status().canary().currentStepAnalysisRunStatus()).isNull();
  }

  @Test
  @DisplayName("A-248 A step without templates makes no run and does not end by itself")
  void noTemplates() {
    World world = updated("", "- analysis: {templates: []}\n- pause: {}\n");
    world.pass(Duration.ofHours(1)).settle();
    assertThat(world.runs).isEmpty();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(1).hash());
  }

  @Test
  @DisplayName("R-349, A-249 A run in the background waits for its startingStep, and goes with it")
  void startingStep() {
    World world =
        updated(
            "analysis: {startingStep: 2, templates: [{templateName: smoke}]}\n",
            "- setWeight: 25\n- pause: {}\n- setWeight: 50\n- pause: {}\n");
    assertThat(world.runs).isEmpty();
    resume(world);
    assertThat(isTold(world, "")).isFalse();
    world.patch(status -> status.currentStepIndex(0).pauseConditions(List.of())).settle();
    assertThat(isTold(world, "")).isTrue();
    assertThat(world.status().canary().currentBackgroundAnalysisRunStatus()).isNull();
  }

  // --- outcomes ---

  @ParameterizedTest(name = "{0}: {1} {2}, {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          R-350 | -1 | Failed | too slow | Step-based analysis phase error/failed: too slow
          R-350 | -1 | Error  |          | Step-based analysis phase error/failed
          A-252 |    | Failed | too slow | Background analysis phase error/failed: too slow
          A-252 |    | Error  |          | Background analysis phase error/failed
          R-227 | -1 | Failed | x        | Step-based analysis phase error/failed: x
          """)
  void aFailureAborts(String rule, String suffix, String phase, String message, String text) {
    World world = updated(BACKGROUND, STEP);
    String which = suffix == null ? "" : suffix;
    finish(
        world,
        which,
        AnalysisPhase.valueOf(phase.toUpperCase(Locale.ROOT)),
        message == null ? "" : message);
    assertThat(world.status().abort()).isTrue();
    assertThat(world.status().message())
        .isEqualTo("RolloutAborted: Rollout aborted update to revision 2: " + text);
    assertThat(world.revision(2).replicas()).isZero();
    assertThat(isTold(world, which.isEmpty() ? "-1" : "")).as("the other one").isTrue();
  }

  @Test
  @DisplayName("R-350, R-157 A success ends its step; one in the background is not repeated")
  void successes() {
    World world = updated(BACKGROUND, STEP);
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    finish(world, "", AnalysisPhase.SUCCESSFUL, "");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    finish(world, "-1", AnalysisPhase.SUCCESSFUL, "");
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    world.pass(Duration.ofHours(1)).settle();
    assertThat(world.runs).hasSize(2);
  }

  @Test
  @DisplayName("R-157, R-350 A step whose run somebody stops is not done, and waits for a person")
  void aStoppedRunIsNoSuccess() {
    World world = updated("", STEP);
    finish(world, "-1", AnalysisPhase.SUCCESSFUL, "Run Terminated");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(world.status().message()).isEqualTo("InconclusiveAnalysisRun");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @ValueSource(strings = {"R-350", "A-252", "R-215"})
  void anInconclusiveRunPausesForGood(String rule) {
    World world = updated("", STEP);
    finish(world, "-1", AnalysisPhase.INCONCLUSIVE, "");
    assertThat(world.status().message()).isEqualTo("InconclusiveAnalysisRun");
    world.pass(Duration.ofDays(7)).settle();
    assertThat(world.status().message()).isEqualTo("InconclusiveAnalysisRun");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(world.runs).hasSize(1);
  }

  @Test
  @DisplayName("R-346, R-352, A-246 Who ends the pause gets a new run, which must succeed")
  void resumeAfterInconclusive() {
    World world = updated("", STEP);
    finish(world, "-1", AnalysisPhase.INCONCLUSIVE, "");
    resume(world);
    assertThat(world.status().canary().currentStepAnalysisRunStatus().name())
        .isEqualTo(name(world, "-1.1"));
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(world.status().pauseConditions()).isEmpty();
    finish(world, "-1.1", AnalysisPhase.SUCCESSFUL, "");
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-346, A-246 A run in the background likewise")
  void resumeAfterInconclusiveBackground() {
    World world = updated(BACKGROUND, "- pause: {}\n- setWeight: 75\n- pause: {}\n");
    finish(world, "", AnalysisPhase.INCONCLUSIVE, "");
    resume(world);
    assertThat(world.runs).containsKey(name(world, ".1"));
    assertThat(world.status().canary().currentBackgroundAnalysisRunStatus().name())
        .isEqualTo(name(world, ".1"));
  }

  @Test
  @DisplayName("R-353 During a pause step both reasons are told")
  void bothReasons() {
    World world = updated(BACKGROUND, "- setWeight: 50\n- pause: {}\n");
    finish(world, "", AnalysisPhase.INCONCLUSIVE, "");
    assertThat(world.status().pauseConditions())
        .extracting(each -> each.reason())
        .containsExactly("CanaryPauseStep", "InconclusiveAnalysisRun");
  }

  @Test
  @DisplayName("R-236, R-346, A-246 A retry makes new runs, under new names")
  void retry() {
    World world = updated(BACKGROUND, STEP);
    finish(world, "-1", AnalysisPhase.FAILED, "");
    world.patch(status -> status.abort(false)).settle();
    assertThat(world.status().canary().currentStepAnalysisRunStatus().name())
        .isEqualTo(name(world, "-1.1"));
    assertThat(world.status().canary().currentBackgroundAnalysisRunStatus().name())
        .isEqualTo(name(world, ".1"));
    assertThat(world.runs).hasSize(4);
  }

  @Test
  @DisplayName("R-355, A-258 The status names the run, its phase and its message")
  void reference() {
    World world = updated("", STEP);
    assertThat(world.status().canary().currentStepAnalysisRunStatus())
        .isEqualTo(new RunReference(name(world, "-1"), AnalysisPhase.PENDING, ""));
    finish(world, "-1", AnalysisPhase.RUNNING, "measuring");
    assertThat(world.status().canary().currentStepAnalysisRunStatus())
        .isEqualTo(new RunReference(name(world, "-1"), AnalysisPhase.RUNNING, "measuring"));
  }

  @Test
  @DisplayName("R-354 Each new phase is an event, once")
  void events() {
    World world = updated("", STEP);
    finish(world, "-1", AnalysisPhase.RUNNING, "");
    finish(world, "-1", AnalysisPhase.FAILED, "");
    world.pass(Duration.ofMinutes(1)).settle();
    assertThat(world.events)
        .filteredOn(each -> each.reason().startsWith("AnalysisRun"))
        .containsExactly(
            Event.normal(
                "AnalysisRunRunning",
                "Step Analysis Run '%s' Status New: 'Running' Previous: 'NoPreviousStatus'"
                    .formatted(name(world, "-1"))),
            Event.warning(
                "AnalysisRunFailed",
                "Step Analysis Run '%s' Status New: 'Failed' Previous: 'Running'"
                    .formatted(name(world, "-1"))));
  }

  @Test
  @DisplayName(
      "R-356, A-255 Finished runs beyond the limits go, unfinished and current ones do not")
  void history() {
    World world = updated(BACKGROUND, "- pause: {}\n");
    AnalysisRun current = run(world, "");
    for (int i = 0; i < 14; i++) {
      String name = "old-" + (char) ('a' + i);
      world.runs.put(name, current.withMetadata(current.metadata().withName(name)));
      if (i < 12) {
        world.finish(name, i % 2 == 0 ? AnalysisPhase.SUCCESSFUL : AnalysisPhase.FAILED, "");
      }
    }
    world.settle();
    assertThat(world.runs).hasSize(13).containsKeys(name(world, ""), "old-m", "old-n");
    assertThat(world.runs).doesNotContainKeys("old-a", "old-b");
  }

  @Test
  @DisplayName("R-357, A-243 What cannot be built fails the turn and is tried again")
  void cannotBeBuilt() {
    World world =
        canary(
            """
            analysis:
              templates: [{templateName: smoke}]
              args: [{name: a, valueFrom: {fieldRef: {fieldPath: "spec.nowhere"}}}]
            """,
            "- pause: {}\n");
    world.image("web:2");
    for (int i = 0; i < 6; i++) {
      world.turn();
    }
    var before = world.status();
    var decision = world.turn();
    assertThat(decision.status()).isEqualTo(before);
    assertThat(decision.effects())
        .singleElement()
        .isEqualTo(new ClusterEffect.Retry("invalid path spec.nowhere in rollout"));
  }

  @Test
  @DisplayName("A-257, A-228 A run is made once, whatever comes of its template later")
  void madeOnce() {
    World world = updated(BACKGROUND, "- pause: {}\n");
    AnalysisRun made = run(world, "");
    world.template("smoke");
    world.templates.put(
        new TemplateRef("smoke", false),
        new AnalysisTemplateSpec(unlike().metrics(), List.of(), List.of(), List.of(), List.of()));
    world.settle();
    assertThat(world.runs).hasSize(1);
    assertThat(run(world, "").spec()).isEqualTo(made.spec());
  }

  @Test
  @DisplayName("R-340 A creation that was lost is made good under the same name")
  void lostCreation() {
    World world = updated("", STEP);
    world.runs.clear();
    world.settle();
    assertThat(world.runs).containsOnlyKeys(name(world, "-1"));
  }

  // --- blue-green ---

  @ParameterizedTest(name = "{0}: {1} pods of {2}, preview {3}")
  @CsvSource({
    "R-347, 2, 3, '', false",
    "R-347, 3, 3, '', true",
    "A-250, 0, 1, 1, false",
    "A-250, 1, 1, 1, true"
  })
  void prePromotionStartsWithItsPods(
      String rule, int available, int wanted, String preview, boolean starts) {
    String small = preview.isEmpty() ? "" : "previewReplicaCount: " + preview + "\n";
    BlueGreenWorld it = BlueGreenWorld.deployed(PRE + small).begin();
    it.breakPods(2, wanted - available).settle();
    assertThat(it.world.runs.containsKey(it.run("-pre"))).isEqualTo(starts);
    if (starts) {
      it.breakPods(2, 1).settle();
      assertThat(it.world.runs.get(it.run("-pre")).spec().terminate()).isFalse();
    }
  }

  @Test
  @DisplayName("R-347, A-250 There is none before the first version, nor back on stable")
  void prePromotionIsSkipped() {
    BlueGreenWorld it = BlueGreenWorld.deployed(PRE);
    assertThat(it.world.runs).isEmpty();
    it.update().world.image("web:1");
    String run = it.run("-pre");
    it.settle();
    assertThat(it.world.runs.get(run).spec().terminate()).isTrue();
    assertThat(it.world.runs).hasSize(1);
  }

  @Test
  @DisplayName("R-348, A-251 After the switch, with all pods, and not on stable")
  void postPromotion() {
    BlueGreenWorld it = BlueGreenWorld.deployed("autoPromotionEnabled: false\n" + POST).update();
    assertThat(it.world.runs).isEmpty();
    it.resume();
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.world.runs).containsOnlyKeys(it.run("-post"));
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({"R-351, -pre, pre", "R-351, -post, post", "A-252, -pre, pre", "A-252, -post, post"})
  void theirFailuresAbort(String rule, String suffix, String word) {
    BlueGreenWorld it = BlueGreenWorld.deployed(word.equals("pre") ? PRE : POST).update();
    it.world.finish(it.run(suffix), AnalysisPhase.FAILED, "broken");
    it.settle();
    assertThat(it.world.status().message())
        .isEqualTo(
            "RolloutAborted: Rollout aborted update to revision 2: Blue/green %s-promotion analysis phase error/failed: broken"
                .formatted(word));
    assertThat(it.active()).isEqualTo(1);
    // Blue-green keeps telling of the run.
    var status = it.world.status().blueGreen();
    assertThat(
            word.equals("pre")
                ? status.prePromotionAnalysisRunStatus()
                : status.postPromotionAnalysisRunStatus())
        .isEqualTo(new RunReference(it.run(suffix), AnalysisPhase.FAILED, "broken"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"R-351, -pre", "R-352, -pre", "R-351, -post", "R-352, -post"})
  void inconclusiveChecksAreMadeAnew(String rule, String suffix) {
    BlueGreenWorld it = BlueGreenWorld.deployed(suffix.equals("-pre") ? PRE : POST).update();
    it.world.finish(it.run(suffix), AnalysisPhase.INCONCLUSIVE, "");
    it.settle();
    assertThat(it.world.status().message()).isEqualTo("InconclusiveAnalysisRun");
    it.later(3600).resume();
    assertThat(it.world.runs).containsOnlyKeys(it.run(suffix), it.run(suffix + ".1"));
    assertThat(it.stable()).isEqualTo(1);
    it.world.finish(it.run(suffix + ".1"), AnalysisPhase.SUCCESSFUL, "");
    it.settle();
    assertThat(it.stable()).isEqualTo(2);
  }

  @Test
  @DisplayName("A-258, A-240 After promotion the references stay, and both runs were in order")
  void referencesStay() {
    BlueGreenWorld it = BlueGreenWorld.deployed(PRE + POST).update();
    assertThat(it.world.runs).containsOnlyKeys(it.run("-pre"));
    it.world.finish(it.run("-pre"), AnalysisPhase.SUCCESSFUL, "");
    it.settle();
    it.world.finish(it.run("-post"), AnalysisPhase.SUCCESSFUL, "");
    it.settle();
    assertThat(it.stable()).isEqualTo(2);
    assertThat(it.world.status().blueGreen().prePromotionAnalysisRunStatus().status())
        .isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(it.world.status().blueGreen().postPromotionAnalysisRunStatus().status())
        .isEqualTo(AnalysisPhase.SUCCESSFUL);
  }

  @Test
  @DisplayName("R-436, A-256 With an old version its runs go")
  void goWithTheirVersion() {
    World world = canary("revisionHistoryLimit: 0\n", BACKGROUND, "- pause: {}\n");
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    String run = name(world, "");
    finish(world, "", AnalysisPhase.SUCCESSFUL, "");
    world.image("web:3").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.sets.values()).extracting(each -> each.revision()).containsExactly(1L, 3L);
    assertThat(world.runs).doesNotContainKey(run);
  }
}
