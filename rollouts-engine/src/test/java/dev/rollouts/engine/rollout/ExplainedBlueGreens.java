package dev.rollouts.engine.rollout;

import dev.rollouts.engine.explain.Situation;
import java.time.Duration;
import java.util.Map;

/** Blue-green rollouts, each in a situation. */
final class ExplainedBlueGreens {
  private static final String SMOKE = "{templates: [{templateName: smoke}]}";

  private ExplainedBlueGreens() {}

  private static World deployed(String options) {
    return BlueGreenWorld.deployed(options).world;
  }

  static void put(Map<String, Told> all) {
    all.put(
        "blue-green-pause",
        Told.of(
            Situation.BLUE_GREEN_PAUSE, deployed("autoPromotionEnabled: false\n").update("web:2")));
    all.put(
        "blue-green-pause-with-a-small-preview",
        Told.of(
            Situation.BLUE_GREEN_PAUSE,
            deployed("autoPromotionEnabled: false\npreviewReplicaCount: 1\n").update("web:2")));
    all.put(
        "blue-green-timed-pause",
        Told.of(
                Situation.BLUE_GREEN_TIMED_PAUSE,
                deployed("autoPromotionSeconds: 600\n").update("web:2"))
            .later(Duration.ofMinutes(3)));
    World held = deployed("autoPromotionEnabled: false\n").holdPods();
    all.put(
        "waiting-for-preview-pods",
        Told.of(Situation.WAITING_FOR_PREVIEW_PODS, held.update("web:2")));
    all.put(
        "waiting-for-preview-pods-status-only",
        Told.of(Situation.ACTIVE_SERVICE_SWITCH, held).byItself());
    World pre = deployed("prePromotionAnalysis: " + SMOKE + "\n").update("web:2");
    all.put(
        "pre-promotion-analysis-running", Told.of(Situation.PRE_PROMOTION_ANALYSIS_RUNNING, pre));
    World preFailed = deployed("prePromotionAnalysis: " + SMOKE + "\n");
    all.put(
        "aborted-by-pre-promotion-analysis",
        Told.of(
            Situation.ABORTED_BY_PRE_PROMOTION_ANALYSIS, Play.of(preFailed, "web:2; run Failed")));
    World post = deployed("postPromotionAnalysis: " + SMOKE + "\n").update("web:2");
    all.put(
        "post-promotion-analysis-running",
        Told.of(Situation.POST_PROMOTION_ANALYSIS_RUNNING, post));
    World postFailed = deployed("postPromotionAnalysis: " + SMOKE + "\n");
    all.put(
        "aborted-by-post-promotion-analysis",
        Told.of(
            Situation.ABORTED_BY_POST_PROMOTION_ANALYSIS,
            Play.of(postFailed, "web:2; run Failed")));
    all.put(
        "blue-green-scale-down-delay",
        Told.of(Situation.SCALE_DOWN_DELAY, deployed("").update("web:2")));
    all.put(
        "blue-green-paused-by-user",
        Told.of(
            Situation.PAUSED_BY_USER,
            Play.of(deployed("autoPromotionEnabled: false\n"), "web:2; pause")));
    all.put(
        "blue-green-aborted",
        Told.of(
            Situation.ABORTED_BY_USER,
            Play.of(deployed("autoPromotionEnabled: false\n"), "web:2; abort")));
    all.put(
        "blue-green-first-pods",
        Told.of(Situation.WAITING_FOR_FIRST_PODS, BlueGreenWorld.of("").world.holdPods().settle()));
    World switching = deployed("");
    switching.image("web:2").pass(Duration.ofMinutes(1));
    for (int i = 0; i < 10; i++) {
      switching.turn();
      boolean ready =
          switching.sets.size() > 1
              && switching.revision(2).available() == 3
              && !switching
                  .status()
                  .blueGreen()
                  .activeSelector()
                  .equals(switching.revision(2).hash());
      if (ready) {
        break;
      }
    }
    all.put("active-service-switch", Told.of(Situation.ACTIVE_SERVICE_SWITCH, switching));
    World idle = deployed("autoPromotionEnabled: false\n");
    all.put("blue-green-healthy", Told.of(Situation.HEALTHY, idle));
  }
}
