package dev.rollouts.engine.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the verbs of the kubectl plugin write. */
class ClientPatchesTest {
  private static final PauseCondition PAUSE =
      new PauseCondition(PauseCondition.CANARY_PAUSE_STEP, Instant.EPOCH);

  private static Rollout canary(boolean paused, RolloutStatus status) {
    Map<String, Object> spec =
        Map.of(
            "paused",
            paused,
            "strategy",
            Map.of(
                "canary",
                Map.of("steps", List.of(Map.of("setWeight", 20), Map.of("pause", Map.of())))));
    return new Rollout(
        ObjectMeta.named("shop"), Wire.decode(RolloutSpec.class, spec).value(), status);
  }

  private static Map<String, @Nullable Object> pastStep(int next) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("pauseConditions", null);
    fields.put("currentStepIndex", next);
    return fields;
  }

  private static RolloutStatus.Builder atStep(int index) {
    return RolloutStatus.empty().toBuilder()
        .currentPodHash("new")
        .stableRS("old")
        .currentStepIndex(index);
  }

  private static ClientPatch status(@Nullable Object... fields) {
    return new ClientPatch(true, tree("status", fields));
  }

  private static ClientPatch spec(@Nullable Object... fields) {
    return new ClientPatch(false, tree("spec", fields));
  }

  private static JsonObject tree(String part, @Nullable Object... fields) {
    Map<String, @Nullable Object> inner = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      inner.put(String.valueOf(fields[i]), fields[i + 1]);
    }
    return JsonObject.of(Map.of(part, inner));
  }

  @Test
  @DisplayName("R-245 R-246 R-247 abort, retry and pause set one field each")
  void oneField() {
    assertThat(ClientPatches.abort()).containsExactly(status("abort", true));
    assertThat(ClientPatches.retry()).containsExactly(status("abort", false));
    assertThat(ClientPatches.pause()).containsExactly(spec("paused", true));
  }

  @Test
  @DisplayName(
      "R-254 R-255 what runs is told to stop, and a finished experiment forgets its status")
  void runsAndExperiments() {
    assertThat(ClientPatches.terminate()).containsExactly(spec("terminate", true));
    Map<String, @Nullable Object> nothing = new LinkedHashMap<>();
    nothing.put("status", null);
    assertThat(ClientPatches.retryExperiment())
        .containsExactly(new ClientPatch(true, JsonObject.of(nothing)));
  }

  @Test
  @DisplayName("R-248 promote ends a pause and leaves the step to the controller")
  void promoteAPause() {
    Rollout rollout = canary(false, atStep(1).pauseConditions(List.of(PAUSE)).build());
    assertThat(ClientPatches.promote(rollout)).containsExactly(status("pauseConditions", null));
  }

  @Test
  @DisplayName("R-248 promote skips a step that is no pause, at most to the end")
  void promoteAStep() {
    assertThat(ClientPatches.promote(canary(false, atStep(0).build())))
        .containsExactly(status("pauseConditions", null, "currentStepIndex", 1));
    assertThat(ClientPatches.promote(canary(false, atStep(2).build())))
        .containsExactly(status("pauseConditions", null, "currentStepIndex", 2));
  }

  @Test
  @DisplayName(
      "R-248, K-024, K-025 promote ends a pause by hand and skips the step that it was in; the status comes first")
  void promoteAHandPause() {
    assertThat(ClientPatches.promote(canary(true, atStep(0).build())))
        .containsExactly(
            new ClientPatch(true, JsonObject.of(Map.of("status", pastStep(1)))),
            spec("paused", false));
    Rollout both = canary(true, atStep(1).pauseConditions(List.of(PAUSE)).build());
    assertThat(ClientPatches.promote(both))
        .containsExactly(status("pauseConditions", null), spec("paused", false));
  }

  @Test
  @DisplayName("R-248 promote never goes beyond the end, not even from a run that could not tell")
  void promoteAtTheEnd() {
    RunReference run = new RunReference("shop-new-2-1", AnalysisPhase.INCONCLUSIVE, "");
    RolloutStatus end =
        atStep(2)
            .controllerPause(true)
            .pauseConditions(List.of(PAUSE))
            .canary(new CanaryStatus(run, null, "", null, "", List.of()))
            .build();
    assertThat(ClientPatches.promote(canary(false, end)))
        .containsExactly(
            status("pauseConditions", null, "controllerPause", false, "currentStepIndex", 2));
  }

  @Test
  @DisplayName("R-248 promote jumps over a step whose analysis could not tell")
  void promoteAnInconclusiveStep() {
    RunReference run = new RunReference("shop-new-2-0", AnalysisPhase.INCONCLUSIVE, "");
    Rollout rollout =
        canary(
            false,
            atStep(0)
                .controllerPause(true)
                .pauseConditions(
                    List.of(
                        new PauseCondition(PauseCondition.INCONCLUSIVE_ANALYSIS, Instant.EPOCH)))
                .canary(new CanaryStatus(run, null, "", null, "", List.of()))
                .build());
    assertThat(ClientPatches.promote(rollout))
        .containsExactly(
            status("pauseConditions", null, "controllerPause", false, "currentStepIndex", 1));
  }

  @Test
  @DisplayName("R-249 promote --full asks only while there is something to promote")
  void promoteFull() {
    assertThat(ClientPatches.promoteFull(canary(true, atStep(0).build())))
        .containsExactly(status("promoteFull", true), spec("paused", false));
    assertThat(ClientPatches.promoteFull(canary(false, atStep(2).stableRS("new").build())))
        .isEmpty();
  }

  @Test
  @DisplayName("R-250 skipping steps is for canaries with steps")
  void skip() {
    Rollout rollout = canary(false, atStep(0).build());
    assertThat(ClientPatches.skipCurrentStep(rollout))
        .containsExactly(status("currentStepIndex", 1));
    assertThat(ClientPatches.skipAllSteps(rollout)).containsExactly(status("currentStepIndex", 2));
    Rollout blueGreen =
        rollout.withSpec(
            Wire.decode(
                    RolloutSpec.class,
                    Map.of("strategy", Map.of("blueGreen", Map.of("activeService", "a"))))
                .value());
    assertThat(ClientPatches.skipCurrentStep(blueGreen)).isEmpty();
    assertThat(ClientPatches.skipAllSteps(blueGreen)).isEmpty();
  }

  @Test
  @DisplayName("R-251 undo takes the template of a revision, without its hash label")
  void undo() {
    List<ReplicaSet> sets = List.of(set("a", 1), set("b", 3), set("c", 2));
    assertThat(ClientPatches.templateOf(sets, 0)).contains(template("c", false));
    assertThat(ClientPatches.templateOf(sets, 1)).contains(template("a", false));
    assertThat(ClientPatches.templateOf(sets, 9)).isEmpty();
    assertThat(ClientPatches.templateOf(List.of(set("a", 1)), 0)).isEmpty();
  }

  @Test
  @DisplayName("R-252 restart writes whole seconds")
  void restart() {
    assertThat(ClientPatches.restart(Instant.parse("2026-01-01T00:00:01.9Z")))
        .containsExactly(spec("restartAt", "2026-01-01T00:00:01Z"));
  }

  @Test
  @DisplayName("R-253 set image edits every container of that name, and tells when there is none")
  void image() {
    JsonObject template =
        JsonObject.of(
            Map.of(
                "spec",
                Map.of(
                    "initContainers",
                    List.of(Map.of("name", "web", "image", "a")),
                    "containers",
                    List.of(Map.of("name", "web", "image", "a"), Map.of("name", "log")))));
    JsonObject changed = ClientPatches.withImage(template, "web", "b").orElseThrow();
    assertThat(changed.at("spec", "initContainers"))
        .isEqualTo(List.of(Map.of("name", "web", "image", "b")));
    assertThat(changed.at("spec", "containers"))
        .isEqualTo(List.of(Map.of("name", "web", "image", "b"), Map.of("name", "log")));
    assertThat(ClientPatches.withImage(template, "*", "b").orElseThrow().at("spec", "containers"))
        .isEqualTo(
            List.of(Map.of("name", "web", "image", "b"), Map.of("name", "log", "image", "b")));
    assertThat(ClientPatches.withImage(template, "db", "b")).isEmpty();
  }

  private static ReplicaSet set(String name, int revision) {
    return new ReplicaSet(
        ObjectMeta.named(name).withAnnotation(RolloutKeys.REVISION, Integer.toString(revision)),
        1,
        0,
        LabelSelector.of(Map.of()),
        template(name, true),
        ReplicaSet.Status.empty());
  }

  private static JsonObject template(String name, boolean hashed) {
    Map<String, String> labels = new LinkedHashMap<>(Map.of("app", name));
    if (hashed) {
      labels.put(RolloutKeys.POD_TEMPLATE_HASH, name);
    }
    return JsonObject.of(Map.of("metadata", Map.of("labels", labels)));
  }
}
