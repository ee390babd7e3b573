package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.StepPluginStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterAnswer.StepPluginAnswered;
import dev.rollouts.engine.cluster.ClusterEffect.CallStepPlugin;
import dev.rollouts.engine.traffic.RouterSettings;
import dev.rollouts.engine.traffic.TrafficRouters;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that plugins perform: docs/spec/canary.md#step-plugins. */
class StepPluginsTest {
  private static final String CHECK = "org/check";
  private static final String STEPS =
      "{setWeight: 20}, {plugin: {name: org/check, config: {a: 1}}}, {pause: {}}";

  /** What the plugin says to each operation. */
  private final Map<String, String> phases = new LinkedHashMap<>();

  private @Nullable Duration requeueAfter;
  private @Nullable String error;
  private boolean infrastructure;

  private World world(String steps, Set<String> known, Set<String> disabled) {
    return world(
        steps, new RolloutSettings("", RouterSettings.defaults(), known, disabled, List.of()));
  }

  private World world(String steps, RolloutSettings settings) {
    World world =
        new World(
            Manifests.rollout("replicas: 5\nstrategy: {canary: {steps: [%s]}}".formatted(steps)),
            new RolloutEngine(settings, TrafficRouters.builtIn()));
    world.plugins.put(CHECK, this::answer);
    world.settle();
    world.events.clear();
    return world;
  }

  private World world() {
    return world(STEPS, Set.of(CHECK), Set.of());
  }

  private StepPluginAnswered answer(CallStepPlugin call) {
    return new StepPluginAnswered(
        call.index(),
        call.operation(),
        error == null ? phases.getOrDefault(call.operation(), "Successful") : "",
        "said",
        requeueAfter,
        JsonObject.of(Map.of("calls", call.status().fields().isEmpty() ? 1 : 2)),
        false,
        infrastructure,
        error);
  }

  private static List<String> operations(World world) {
    return world.stepCalls.stream().map(each -> each.index() + " " + each.operation()).toList();
  }

  private static String entries(World world) {
    return String.join(
        ", ",
        world.status().canary().stepPluginStatuses().stream()
            .map(each -> each.index() + " " + each.operation() + " " + each.phase())
            .toList());
  }

  @ParameterizedTest(name = "{0} {1}: {2}, index {3}; {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-558|Successful|PAUSED CanaryPauseStep|2|1 Run Successful",
        "R-557|Running|PROGRESSING more replicas need to be updated|1|1 Run Running",
        "R-557|Error|PROGRESSING more replicas need to be updated|1|1 Run Error",
        "R-558|Failed|DEGRADED RolloutAborted: Rollout aborted update to revision 2: Step Plugin 2 (org/check) failed: said|0|1 Run Failed",
      })
  void outcome(String rule, String said, String phase, int index, String entries) {
    if (said.equals("Error")) {
      error = "no connection";
    } else {
      phases.put("Run", said);
    }
    World world = Play.of(world(), "web:2");
    assertThat(world.phase()).as(rule).isEqualTo(phase);
    assertThat(world.status().currentStepIndex()).isEqualTo(index);
    assertThat(entries(world)).isEqualTo(entries);
    assertThat(operations(world)).containsExactly("1 Run");
    assertThat(world.stepCalls.get(0).config()).isEqualTo(JsonObject.of(Map.of("a", 1)));
  }

  @ParameterizedTest(name = "{0} requeue after {1} s, error {2}: called again after {3} s")
  @CsvSource({
    "R-557, , false, 30",
    "R-557, 5, false, 30",
    "R-557, 10, false, 30",
    "R-557, 11, false, 11",
    "R-557, 120, false, 120",
    "R-557, 120, true, 30",
  })
  void calledAgain(String rule, @Nullable Integer requeue, boolean fails, int after) {
    phases.put("Run", "Running");
    requeueAfter = requeue == null ? null : Duration.ofSeconds(requeue);
    error = fails ? "no connection" : null;
    World world = Play.of(world(), "web:2");
    assertThat(world.turn().wakeUp()).as(rule).contains(world.now.plusSeconds(after + 5L));
    Play.of(world, "+" + (after - 1) + "s");
    assertThat(operations(world)).hasSize(1);
    Play.of(world, "+1s");
    assertThat(operations(world)).hasSize(2);
    assertThat(world.stepCalls.get(1).status())
        .as("R-556 it gets back what it said")
        .isEqualTo(JsonObject.of(Map.of("calls", 1)));
  }

  @Test
  @DisplayName("R-556 The status keeps times, executions and the plugin's own words")
  void keepsTheStatus() {
    phases.put("Run", "Running");
    World world = Play.of(world(), "web:2");
    var began = world.now;
    phases.put("Run", "Successful");
    Play.of(world, "+30s");
    StepPluginStatus entry = world.status().canary().stepPluginStatuses().get(0);
    assertThat(entry.name()).isEqualTo(CHECK);
    assertThat(entry.message()).isEqualTo("said");
    assertThat(entry.startedAt()).isEqualTo(began);
    assertThat(entry.updatedAt()).isEqualTo(world.now);
    assertThat(entry.finishedAt()).isEqualTo(world.now);
    assertThat(entry.executions()).isEqualTo(2);
    assertThat(entry.backoff()).isEmpty();
    assertThat(entry.disabled()).isFalse();
    assertThat(entry.status()).isEqualTo(JsonObject.of(Map.of("calls", 2)));
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
    Play.of(world, "+1h");
    assertThat(operations(world)).hasSize(2);
  }

  @ParameterizedTest(name = "{0} {1}: calls {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-555|pause; web:2; +1h|''",
        "R-555|hold; web:2|''",
        "R-555|web:2; (pause); turn; +1h|1 Run",
        "R-560|web:2; full|1 Run, 1 Terminate",
        "R-560|web:2; full; +1h|1 Run, 1 Terminate",
        "R-559|web:2; abort|1 Run, 1 Abort",
        "R-559|web:2; abort; +1h|1 Run, 1 Abort",
        "R-561|web:2; abort; retry|1 Run, 1 Abort, 1 Run",
        "R-561|web:2; web:3|1 Run, 1 Run",
        "R-565|web:2; (abort); turn|1 Run",
      })
  void calls(String rule, String script, String calls) {
    phases.put("Run", "Running");
    World world = Play.of(world(), script);
    assertThat(String.join(", ", operations(world))).as(rule).isEqualTo(calls);
  }

  @Test
  @DisplayName(
      "R-559 An abort undoes what ran, the last first, each once; one that says Running failed")
  void undoes() {
    phases.put("Abort", "Running");
    World world =
        world(
            "{plugin: {name: org/check}}, {plugin: {name: org/check}}, {plugin: {name: org/check}}, {setWeight: 20}, {pause: {}}",
            Set.of(CHECK),
            Set.of());
    Play.of(world, "web:2; abort; +1h");
    assertThat(operations(world))
        .containsExactly("0 Run", "1 Run", "2 Run", "2 Abort", "1 Abort", "0 Abort");
    assertThat(world.status().canary().stepPluginStatuses())
        .filteredOn(each -> each.operation().equals("Abort"))
        .hasSize(3)
        .allMatch(each -> each.phase().equals("Failed"));
    assertThat(world.phase())
        .isEqualTo("DEGRADED RolloutAborted: Rollout aborted update to revision 2");
  }

  @Test
  @DisplayName("R-561 A retry begins anew, also with a plugin at step 0")
  void retries() {
    World world = world("{plugin: {name: org/check}}, {pause: {}}", Set.of(CHECK), Set.of());
    Play.of(world, "web:2; abort; retry");
    assertThat(operations(world)).containsExactly("0 Run", "0 Abort", "0 Run");
    assertThat(entries(world)).isEqualTo("0 Run Successful");
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
  }

  @Test
  @DisplayName("R-561 A step that failed runs anew when a retry is seen together with a skip to it")
  void retriesAtALaterStep() {
    phases.put("Run", "Failed");
    World world = Play.of(world(), "web:2");
    assertThat(world.phase()).startsWith("DEGRADED RolloutAborted");
    phases.put("Run", "Running");
    Play.of(world, "(retry); skip");
    assertThat(operations(world)).containsExactly("1 Run", "1 Run");
    assertThat(entries(world)).isEqualTo("1 Run Running");
    assertThat(world.phase()).startsWith("PROGRESSING");
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-562|Running|web:2|Step plugin org/check (step 2) transitioned to Running",
        "R-562|Running|web:2; +30s|Step plugin org/check (step 2) transitioned to Running",
        "R-562|Failed|web:2|Step plugin org/check (step 2) transitioned to Failed",
        "R-562|Successful|web:2|''",
        "R-562|Running|web:2; abort|Step plugin org/check (step 2) transitioned to Running, Step plugin org/check (step 2) aborted (Successful)",
        "R-562|Running|web:2; full|Step plugin org/check (step 2) transitioned to Running, Step plugin org/check (step 2) terminated (Successful)",
      })
  void told(String rule, String said, String script, String told) {
    phases.put("Run", said);
    World world = Play.of(world(), script);
    assertThat(String.join(", ", world.told("StepPluginTransition"))).as(rule).isEqualTo(told);
  }

  @Test
  @DisplayName("R-562 Failures are warnings")
  void warnings() {
    phases.put("Run", "Failed");
    World world = Play.of(world(), "web:2");
    assertThat(world.events)
        .filteredOn(each -> each.message().endsWith("transitioned to Failed"))
        .singleElement()
        .matches(each -> each.warning());
  }

  @Test
  @DisplayName("R-563 One that is not configured is told once, and looked for every 30 s")
  void notConfigured() {
    World world = Play.of(world(STEPS, Set.of(), Set.of()), "web:2");
    assertThat(world.told("ReconciliationError"))
        .containsExactly(
            "Reconciliation failed with error: step plugin org/check is not configured");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(world.sizes(2, 1)).isEqualTo("1/4");
    assertThat(world.turn().wakeUp()).contains(world.now.plusSeconds(35));
    Play.of(world, "+1h");
    assertThat(world.told("ReconciliationError")).hasSize(1);
    assertThat(world.stepCalls).isEmpty();
  }

  @Test
  @DisplayName("R-563 Where one is missing, it is said what could not be loaded")
  void notLoaded() {
    RolloutSettings settings =
        new RolloutSettings(
            "",
            RouterSettings.defaults(),
            Set.of(),
            Set.of(),
            List.of("check.jar: is no jar: zip END header not found"));
    World world = Play.of(world(STEPS, settings), "web:2");
    String error =
        "step plugin org/check is not configured; could not be loaded: check.jar: is no jar: zip END header not found";
    assertThat(world.told("ReconciliationError"))
        .containsExactly("Reconciliation failed with error: " + error);
    assertThat(world.status().canary().stepPluginStatuses().get(0).message()).isEqualTo(error);
  }

  @Test
  @DisplayName("R-160, R-558, R-563 An error of the infrastructure completes nothing")
  void infrastructureError() {
    error = "socket closed";
    infrastructure = true;
    World world = Play.of(world(), "web:2");
    assertThat(world.told("ReconciliationError"))
        .containsExactly("Reconciliation failed with error: socket closed");
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    error = null;
    Play.of(world, "+30s");
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-564 One that the operator disabled is done at once, and never called")
  void disabled() {
    World world = Play.of(world(STEPS, Set.of(CHECK), Set.of(CHECK)), "web:2");
    assertThat(world.phase()).isEqualTo("PAUSED CanaryPauseStep");
    assertThat(world.stepCalls).isEmpty();
    assertThat(world.status().canary().stepPluginStatuses())
        .singleElement()
        .matches(StepPluginStatus::disabled);
    assertThat(world.told("StepPluginTransition")).isEmpty();
  }

  @Test
  @DisplayName("R-565 With a pause at step 0 an abort undoes what ran, too")
  void undoesBehindAPause() {
    World world =
        world("{pause: {}}, {plugin: {name: org/check}}, {pause: {}}", Set.of(CHECK), Set.of());
    Play.of(world, "web:2; promote; abort");
    assertThat(operations(world)).containsExactly("1 Run", "1 Abort");
  }
}
