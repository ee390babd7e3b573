package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.BlueGreenStatus;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blue-green, rule by rule. docs/spec/blue-green.md. */
class BlueGreenRulesTest {
  private static final String BY_HAND = "autoPromotionEnabled: false";
  private static final String PRE = "prePromotionAnalysis: {templates: [{templateName: smoke}]}\n";
  private static final String POST =
      "postPromotionAnalysis: {templates: [{templateName: smoke}]}\n";

  @Test
  @DisplayName("R-260 The preview Service follows before any pod is there, and stays")
  void previewFollows() {
    BlueGreenWorld it = BlueGreenWorld.deployed("");
    it.world.image("web:2").turn();
    assertThat(it.size(2)).isZero();
    it.turn();
    assertThat(it.preview()).isEqualTo(2);
    it.settle();
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.preview()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-260, R-211 Not while somebody paused; the new version gets its pods all the same")
  void previewWaitsForPause() {
    BlueGreenWorld it = BlueGreenWorld.deployed("");
    it.world.edit(spec -> spec.withPaused(true));
    it.update();
    assertThat(it.preview()).isEqualTo(1);
    assertThat(it.active()).isEqualTo(1);
    assertThat(it.size(2)).isEqualTo(3);
    assertThat(it.world.status().message()).isEqualTo("manually paused");
    it.then(each -> each.world.edit(spec -> spec.withPaused(false)));
    assertThat(it.active()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-260 Without a preview Service there is nothing to point")
  void noPreviewService() {
    BlueGreenWorld it = BlueGreenWorld.deployed("previewService: ''").update();
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.preview()).isZero();
    assertThat(it.world.status().blueGreen().previewSelector()).isEmpty();
    assertThat(it.world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @Test
  @DisplayName("R-261 A Service that points right and has no owner gets one")
  void takesOver() {
    BlueGreenWorld it = BlueGreenWorld.deployed("");
    ObjectKey key = ObjectKey.service("default", "web-active");
    var service =
        ClusterObjects.of(it.world.objects).service("default", "web-active").orElseThrow();
    it.world.updateService(
        new ClusterEffect.UpdateService(
            service,
            new Service(
                service.metadata().withAnnotation(RolloutKeys.MANAGED_BY, null),
                service.selector(),
                service.ports())));
    assertThat(it.world.objects.get(key).at("metadata", "annotations", RolloutKeys.MANAGED_BY))
        .isNull();
    it.settle();
    assertThat(it.world.objects.get(key).at("metadata", "annotations", RolloutKeys.MANAGED_BY))
        .isEqualTo("web");
  }

  @Test
  @DisplayName("R-262, R-280, R-293 New and stable versions lose their deadlines")
  void deadlinesGo() {
    BlueGreenWorld it = BlueGreenWorld.deployed(BY_HAND).update();
    for (long revision : new long[] {1, 2}) {
      ReplicaSet set = it.world.revision(revision);
      it.world.sets.put(
          set.name(), set.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, "2020-01-01T00:00:00Z"));
    }
    it.settle();
    for (long revision : new long[] {1, 2}) {
      assertThat(it.world.revision(revision).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNull();
      assertThat(it.size(revision)).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("R-263, R-211 Stable and new follow spec.replicas, also while paused")
  void followsReplicas() {
    BlueGreenWorld it = BlueGreenWorld.deployed(BY_HAND).update();
    it.then(each -> each.world.edit(spec -> spec.withReplicas(5)));
    assertThat(it.size(1)).isEqualTo(5);
    assertThat(it.size(2)).isEqualTo(5);
    assertThat(it.isPaused()).isTrue();
    assertThat(it.active()).isEqualTo(1);
    it.then(each -> each.pods(1, 2, 2));
    assertThat(it.size(1)).isEqualTo(5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          R-264 | no active version        | 3
          R-264 | promoteFull              | 3
          R-264 | passed                   | 3
          R-264 | passed, paused           | 1
          R-264 | passed, manually paused  | 1
          R-264 | not passed               | 1
          """)
  void sizeOfThePreview(String rule, String state, int size) {
    BlueGreenWorld it =
        BlueGreenWorld.deployed("previewReplicaCount: 1\nautoPromotionEnabled: false").begin();
    it.pods(2, 2, 2);
    if (state.equals("no active version")) {
      it.world.service("web-active");
    }
    boolean passed = state.startsWith("passed");
    it.world.patch(
        status ->
            status
                .promoteFull(state.equals("promoteFull"))
                .conditions(List.of())
                .pauseConditions(
                    state.equals("passed, paused")
                        ? List.of(new PauseCondition("BlueGreenPause", it.world.now))
                        : List.of())
                .blueGreen(
                    new BlueGreenStatus(
                        it.world.selected("web-preview"),
                        it.world.selected("web-active"),
                        passed,
                        null,
                        null)));
    if (state.contains("manually")) {
      it.world.edit(spec -> spec.withPaused(true));
    }
    if (state.equals("passed, paused")) {
      it.turn(); // writes the condition that tells of the pause
    }
    it.turn();
    assertThat(it.size(2)).isEqualTo(size);
  }

  @Test
  @DisplayName("R-267 Small, checked, paused, passed, full size, switched: in this order")
  void previewReplicaCount() {
    BlueGreenWorld it =
        BlueGreenWorld.deployed("previewReplicaCount: 1\nautoPromotionEnabled: false\n" + PRE)
            .update();
    assertThat(it.size(2)).isEqualTo(1);
    assertThat(it.world.runs).containsKey(it.run("-pre"));
    assertThat(it.isPaused()).isFalse();

    it.world.finish(it.run("-pre"), AnalysisPhase.SUCCESSFUL, "");
    it.settle();
    assertThat(it.isPaused()).isTrue();
    assertThat(it.size(2)).isEqualTo(1);
    assertThat(it.world.status().blueGreen().scaleUpPreviewCheckPoint()).isFalse();

    it.world.patch(status -> status.pauseConditions(List.of()));
    // Its last pods are slow: the promotion by hand must not be forgotten meanwhile.
    it.world.broken.put(it.world.revision(2).name(), 1);
    for (int i = 0; i < 10; i++) {
      it.turn();
    }
    assertThat(it.world.status().blueGreen().scaleUpPreviewCheckPoint()).isTrue();
    assertThat(it.size(2)).isEqualTo(3);
    assertThat(it.active()).isEqualTo(1);
    it.breakPods(2, 0).settle();
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.world.status().blueGreen().scaleUpPreviewCheckPoint()).isFalse();
  }

  @Test
  @DisplayName("R-267 Promoted by itself, the preview passes when its few pods are there")
  void previewPassesByItself() {
    BlueGreenWorld it = BlueGreenWorld.deployed("previewReplicaCount: 1").begin();
    it.breakPods(2, 1).settle();
    assertThat(it.size(2)).isEqualTo(1);
    assertThat(it.active()).isEqualTo(1);
    it.breakPods(2, 0).settle();
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.size(2)).isEqualTo(3);
  }

  @Test
  @DisplayName("R-267, R-031 The next version starts small again")
  void seen71_theCheckPointIsCleared() {
    BlueGreenWorld it = BlueGreenWorld.deployed("previewReplicaCount: 1\n" + BY_HAND).update();
    it.world.patch(status -> status.pauseConditions(List.of()));
    for (int i = 0; i < 10 && !it.world.status().blueGreen().scaleUpPreviewCheckPoint(); i++) {
      it.turn();
    }
    assertThat(it.world.status().blueGreen().scaleUpPreviewCheckPoint()).isTrue();
    it.world.image("web:3");
    for (int i = 0; i < 20; i++) {
      it.turn();
      assertThat(it.world.sets.size() < 3 ? 0 : it.size(3)).isLessThanOrEqualTo(1);
    }
    assertThat(it.isPaused()).isTrue();
    assertThat(it.size(3)).isEqualTo(1);
  }

  @Test
  @DisplayName("R-268, R-269 The pause begins when all pods are there and the checks passed")
  void whenThePauseBegins() {
    BlueGreenWorld it = BlueGreenWorld.deployed(BY_HAND + "\n" + PRE).begin();
    it.breakPods(2, 1).settle();
    assertThat(it.isPaused()).isFalse();
    assertThat(it.world.runs).isEmpty();
    it.breakPods(2, 0).settle();
    assertThat(it.isPaused()).isFalse();
    it.world.finish(it.run("-pre"), AnalysisPhase.SUCCESSFUL, "");
    it.settle();
    assertThat(it.isPaused()).isTrue();
    assertThat(it.decide().wakeUp()).isEmpty();
  }

  @Test
  @DisplayName("R-269, R-270 autoPromotionSeconds end the pause when they are over, not before")
  void autoPromotionSeconds() {
    BlueGreenWorld it = BlueGreenWorld.deployed("autoPromotionSeconds: 60").update();
    assertThat(it.isPaused()).isTrue();
    assertThat(it.decide().wakeUp()).contains(it.world.now.plusSeconds(61));
    it.later(60);
    assertThat(it.isPaused()).isTrue();
    assertThat(it.active()).isEqualTo(1);
    it.later(1);
    assertThat(it.isPaused()).isFalse();
    assertThat(it.active()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-270 autoPromotionSeconds mean nothing without auto promotion")
  void secondsWithoutAutoPromotion() {
    BlueGreenWorld it =
        BlueGreenWorld.deployed("autoPromotionSeconds: 60\n" + BY_HAND).update().later(600);
    assertThat(it.isPaused()).isTrue();
    assertThat(it.active()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "R-271, autoPromotionSeconds: 600",
    "R-273, autoPromotionEnabled: false",
  })
  void whoEndsThePauseIsHeard(String rule, String options) {
    BlueGreenWorld it = BlueGreenWorld.deployed(options).update();
    it.breakPods(2, 1);
    it.resume();
    // One pod is missing in the very turn; the promotion waits and is not asked for again.
    assertThat(it.active()).isEqualTo(1);
    assertThat(it.isPaused()).isFalse();
    it.later(30);
    it.breakPods(2, 0).settle();
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.isPaused()).isFalse();
  }

  @Test
  @DisplayName("R-272 The switch waits for every pod, and for whoever paused")
  void whenTheSwitchHappens() {
    BlueGreenWorld it = BlueGreenWorld.deployed("").begin();
    it.breakPods(2, 1).settle();
    assertThat(it.active()).isEqualTo(1);
    it.world.edit(spec -> spec.withPaused(true));
    it.breakPods(2, 0).settle();
    assertThat(it.active()).isEqualTo(1);
    it.then(each -> each.world.edit(spec -> spec.withPaused(false)));
    assertThat(it.active()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-274, R-348, R-190 Checks after the switch come before the promotion")
  void afterTheSwitch() {
    BlueGreenWorld it = BlueGreenWorld.deployed(POST).update();
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.stable()).isEqualTo(1);
    assertThat(it.world.status().message()).isEqualTo("waiting for analysis to complete");
    it.world.finish(it.run("-post"), AnalysisPhase.SUCCESSFUL, "");
    it.settle();
    assertThat(it.stable()).isEqualTo(2);
    assertThat(it.world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @ParameterizedTest(name = "{0}: {1} pods of three broken")
  @CsvSource({"R-275, 0", "R-234, 1", "R-234, 3"})
  void aFailureAfterTheSwitchGoesBack(String rule, int broken) {
    BlueGreenWorld it = BlueGreenWorld.deployed(POST).update();
    it.breakPods(2, broken);
    it.world.finish(it.run("-post"), AnalysisPhase.FAILED, "");
    it.settle();
    assertThat(it.active()).isEqualTo(1);
    assertThat(it.preview()).isEqualTo(2);
    assertThat(it.world.status().phase()).isEqualTo(RolloutPhase.DEGRADED);
    it.later(31);
    assertThat(it.size(2)).isZero();
    assertThat(it.size(1)).isEqualTo(3);
  }

  @Test
  @DisplayName("R-234 It does not go back to a version that can serve less")
  void notBackToNothing() {
    BlueGreenWorld it = BlueGreenWorld.deployed(POST).update();
    it.breakPods(1, 3);
    it.world.patch(status -> status.abort(true));
    it.settle();
    assertThat(it.active()).isEqualTo(2);
    it.breakPods(1, 0).settle();
    assertThat(it.active()).isEqualTo(1);
  }

  @Test
  @DisplayName("R-232, R-282 abortScaleDownDelaySeconds 0 keeps the preview")
  void abortKeepsThePreview() {
    BlueGreenWorld it =
        BlueGreenWorld.deployed("abortScaleDownDelaySeconds: 0\n" + BY_HAND).update();
    it.world.patch(status -> status.abort(true));
    it.settle().later(3600);
    assertThat(it.size(2)).isEqualTo(3);
  }

  @Test
  @DisplayName(
      "R-347 An active Service that stable gets late does not spare the new version its checks")
  void activeServiceOfALateFirstVersion() {
    BlueGreenWorld it = BlueGreenWorld.deployed(PRE);
    it.world.service("web-active");
    it.world.patch(status -> status.blueGreen(new BlueGreenStatus("", "", false, null, null)));
    it.update();
    assertThat(it.active()).isEqualTo(1);
    assertThat(it.world.runs).containsKey(it.run("-pre"));
  }

  @Test
  @DisplayName("R-264 Back on stable's template all its pods count, not those of a preview")
  void backToStableWithASmallPreview() {
    BlueGreenWorld it = BlueGreenWorld.deployed("previewReplicaCount: 2\n" + POST).update();
    assertThat(it.active()).isEqualTo(2);
    String stable = it.world.status().stableRS();
    it.world.image("web:1");
    it.settle();
    assertThat(it.world.selected("web-active")).isEqualTo(stable);
    assertThat(it.world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-230, R-234 While a pause keeps traffic on an aborted version, it keeps its pods")
  void abortWhilePaused() {
    BlueGreenWorld it = BlueGreenWorld.deployed(POST).update();
    assertThat(it.active()).isEqualTo(2);
    it.world.edit(spec -> spec.withPaused(true)).patch(status -> status.abort(true));
    it.settle();
    it.later(60);
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.size(2)).isEqualTo(3);

    it.world.edit(spec -> spec.withPaused(false));
    it.settle();
    assertThat(it.active()).isEqualTo(1);
    it.later(29);
    assertThat(it.size(2)).isEqualTo(3);
    it.later(1);
    assertThat(it.size(2)).isZero();
  }

  @Test
  @DisplayName("R-276 Counts are those of the active version; replicas and updatedReplicas are not")
  void counts() {
    BlueGreenWorld it = BlueGreenWorld.deployed("previewReplicaCount: 1\n" + BY_HAND).update();
    var status = it.world.status();
    assertThat(status.blueGreen().activeSelector()).isEqualTo(it.world.revision(1).hash());
    assertThat(status.blueGreen().previewSelector()).isEqualTo(it.world.revision(2).hash());
    assertThat(status.HPAReplicas()).isEqualTo(3);
    assertThat(status.availableReplicas()).isEqualTo(3);
    assertThat(status.readyReplicas()).isEqualTo(3);
    assertThat(status.replicas()).isEqualTo(4);
    assertThat(status.updatedReplicas()).isEqualTo(1);
    assertThat(status.selector()).contains("app=web").contains(it.world.revision(1).hash());
  }

  @Test
  @DisplayName(
      "R-276 Without an active version they are those of all, and the selector is the spec's")
  void countsWithoutActive() {
    BlueGreenWorld it = BlueGreenWorld.of("");
    for (int i = 0; i < 3; i++) {
      it.turn();
    }
    it.world.service("web-active");
    it.turn();
    var status = it.world.status();
    assertThat(status.selector()).isEqualTo("app=web");
    assertThat(status.HPAReplicas()).isEqualTo(status.replicas());
  }

  @Test
  @DisplayName("R-277 maxUnavailable takes no pod of an update away")
  void maxUnavailable() {
    BlueGreenWorld it = BlueGreenWorld.deployed("maxUnavailable: 3\n" + BY_HAND).update();
    assertThat(it.size(1)).isEqualTo(3);
    assertThat(it.size(2)).isEqualTo(3);
  }

  @Test
  @DisplayName("R-190 An active Service that loses its revision mid-update goes back to stable")
  void lostSelector() {
    BlueGreenWorld it = BlueGreenWorld.deployed(BY_HAND).update();
    it.world.service("web-active");
    it.settle();
    assertThat(it.active()).isEqualTo(1);
    assertThat(it.stable()).isEqualTo(1);
    assertThat(it.isPaused()).isTrue();
  }

  @Test
  @DisplayName("R-258, R-264 A full promotion needs neither pause nor checks")
  void promoteFull() {
    BlueGreenWorld it =
        BlueGreenWorld.deployed("previewReplicaCount: 1\n" + BY_HAND + "\n" + PRE + POST).update();
    it.world.patch(status -> status.promoteFull(true));
    it.settle();
    assertThat(it.active()).isEqualTo(2);
    assertThat(it.stable()).isEqualTo(2);
    assertThat(it.world.runs.get(it.run("-pre")).spec().terminate()).isTrue();
    assertThat(it.world.runs).doesNotContainKey(it.run("-post"));
    assertThat(it.world.status().promoteFull()).isFalse();
  }

  @Test
  @DisplayName("R-017 Preview first, then sizes; the active Service, then what follows from it")
  void orderOfATurn() {
    BlueGreenWorld it =
        BlueGreenWorld.deployed("postPromotionAnalysis: {templates: [{templateName: smoke}]}");
    it.world.image("web:2").pass(Duration.ofMinutes(1));
    List<String> deeds = new ArrayList<>();
    for (int i = 0; i < 20 && it.world.runs.isEmpty(); i++) {
      for (ClusterEffect each : it.turn().effects()) {
        if (each instanceof ClusterEffect.UpdateService service) {
          deeds.add(service.after().name());
        } else if (each instanceof ClusterEffect.UpdateReplicaSet set) {
          deeds.add("size " + set.after().replicas());
        } else if (each instanceof ClusterEffect.CreateAnalysisRun) {
          deeds.add("run");
        }
      }
    }
    assertThat(deeds).containsExactly("web-preview", "size 3", "web-active", "run");

    it.world.objects.keySet().removeIf(each -> each.name().equals("web-active"));
    it.world.image("web:3").turn();
    assertThat(it.decide().effects()).isEmpty();
    assertThat(it.world.status().message()).contains("web-active");
  }

  // --- when old versions go ---

  @Test
  @DisplayName("R-265, R-281, R-282, R-292 Thirty seconds after nobody refers to it any more")
  void delay() {
    BlueGreenWorld it = BlueGreenWorld.deployed("").update();
    assertThat(it.world.revision(1).annotation(RolloutKeys.SCALE_DOWN_DEADLINE))
        .isEqualTo(it.world.now.plusSeconds(30).toString());
    assertThat(it.decide().wakeUp()).contains(it.world.now.plusSeconds(30));
    it.later(29);
    assertThat(it.size(1)).isEqualTo(3);
    it.later(1);
    assertThat(it.size(1)).isZero();
  }

  @Test
  @DisplayName("R-284 At size 0 the deadline is gone in the same write")
  void deadlineGoesWithThePods() {
    BlueGreenWorld it = BlueGreenWorld.deployed("").update();
    it.world.pass(Duration.ofSeconds(30));
    var writes =
        it.decide().effects().stream()
            .filter(ClusterEffect.UpdateReplicaSet.class::isInstance)
            .map(each -> ((ClusterEffect.UpdateReplicaSet) each).after())
            .toList();
    assertThat(writes).hasSize(1);
    assertThat(writes.get(0).replicas()).isZero();
    assertThat(writes.get(0).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNull();
  }

  @Test
  @DisplayName("R-282 While it waits it follows spec.replicas")
  void waitingFollowsReplicas() {
    BlueGreenWorld it = BlueGreenWorld.deployed("").update();
    it.then(each -> each.world.edit(spec -> spec.withReplicas(4)));
    assertThat(it.size(1)).isEqualTo(4);
  }

  @ParameterizedTest(name = "{0}: deadline {1}")
  @CsvSource({"R-282, soon", "R-282, 2020-13-99"})
  void anUnreadableDeadlineIsOver(String rule, String deadline) {
    BlueGreenWorld it = BlueGreenWorld.deployed("").update();
    ReplicaSet old = it.world.revision(1);
    it.world.sets.put(old.name(), old.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, deadline));
    it.settle();
    assertThat(it.size(1)).isZero();
  }

  @ParameterizedTest(name = "{0}: at most {1} wait")
  @CsvSource({"R-282, 1, 3, 0", "R-282, 2, 3, 3", "R-282, 0, 0, 0"})
  void howManyMayWait(String rule, int limit, int second, int first) {
    BlueGreenWorld it =
        BlueGreenWorld.deployed(
            "scaleDownDelaySeconds: 600\nscaleDownDelayRevisionLimit: " + limit);
    it.update().world.image("web:3");
    it.settle();
    assertThat(it.size(2)).isEqualTo(second);
    assertThat(it.size(1)).isEqualTo(first);
  }

  @Test
  @DisplayName("R-283 No delay means at once")
  void noDelay() {
    BlueGreenWorld it = BlueGreenWorld.deployed("scaleDownDelaySeconds: 0").update();
    assertThat(it.size(1)).isZero();
    assertThat(it.world.revision(1).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNull();
  }

  @Test
  @DisplayName("R-285 Scaled to nothing, a waiting version keeps no deadline")
  void noReplicas() {
    BlueGreenWorld it = BlueGreenWorld.deployed("").update();
    it.then(each -> each.world.edit(spec -> spec.withReplicas(0)));
    it.later(60);
    assertThat(it.size(1)).isZero();
    assertThat(it.world.revision(1).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNull();
  }

  @ParameterizedTest(name = "{0}: named by {1}")
  @CsvSource({
    "R-286, active, true",
    "R-286, preview, true",
    "R-286, status active, true",
    "R-286, status preview, true",
    "R-286, nobody, false"
  })
  void whatIsReferredToStays(String rule, String by, boolean stays) {
    BlueGreenWorld it = BlueGreenWorld.deployed("scaleDownDelaySeconds: 0").begin();
    // Three versions: the second is neither new nor stable.
    it.settle().world.image("web:3");
    it.settle();
    String second = it.world.revision(2).hash();
    it.pods(2, 3, 3);
    if (by.equals("active") || by.equals("preview")) {
      var service =
          ClusterObjects.of(it.world.objects).service("default", "web-" + by).orElseThrow();
      it.world.updateService(
          new ClusterEffect.UpdateService(service, service.pointingAt(second, "web")));
    }
    BlueGreenStatus before = it.world.status().blueGreen();
    it.world.patch(
        status ->
            status.blueGreen(
                new BlueGreenStatus(
                    by.equals("status preview") ? second : before.previewSelector(),
                    by.equals("status active") ? second : before.activeSelector(),
                    false,
                    null,
                    null)));
    assertThat(
            it.decide().effects().stream()
                .filter(ClusterEffect.UpdateReplicaSet.class::isInstance)
                .map(each -> ((ClusterEffect.UpdateReplicaSet) each).after().hash())
                .anyMatch(second::equals))
        .isNotEqualTo(stays);
  }

  @Test
  @DisplayName("R-290 Nothing goes while an analysis could not tell")
  void inconclusiveKeepsAll() {
    BlueGreenWorld it = BlueGreenWorld.deployed(POST + "scaleDownDelaySeconds: 20").update();
    // The second version is live and unverified when a third one takes over.
    it.world.image("web:3");
    it.settle();
    it.world.finish(it.run("-post"), AnalysisPhase.INCONCLUSIVE, "");
    it.settle().later(3600);
    assertThat(it.size(2)).isEqualTo(3);
    it.resume();
    assertThat(it.size(2)).isZero();
  }

  @ParameterizedTest(name = "{0}: scaleDownDelaySeconds {1}")
  @CsvSource({"R-290, '', 3", "R-291, 20, 0"})
  void anIntermediateVersionWaitsForTheChecks(String rule, String delay, int size) {
    BlueGreenWorld it =
        BlueGreenWorld.deployed(POST + (delay.isEmpty() ? "" : "scaleDownDelaySeconds: " + delay))
            .update();
    // The second version is live and unverified when a third one takes over.
    it.world.image("web:3");
    it.settle();
    assertThat(it.active()).isEqualTo(3);
    it.later(60);
    assertThat(it.size(2)).isEqualTo(size);
    // Stable is kept in any case, as it is where an abort goes.
    assertThat(it.stable()).isEqualTo(1);
    assertThat(it.size(1)).isEqualTo(3);

    it.world.finish(it.run("-post"), AnalysisPhase.SUCCESSFUL, "");
    it.settle();
    assertThat(it.size(1)).isEqualTo(3);
    it.later(31);
    assertThat(it.size(1)).isZero();
    assertThat(it.size(2)).isZero();
  }
}
