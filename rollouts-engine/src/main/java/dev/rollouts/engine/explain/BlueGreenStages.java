package dev.rollouts.engine.explain;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import java.util.Optional;

/** Blue-green rollouts in the middle of an update. */
final class BlueGreenStages {
  private final RolloutScene scene;
  private final PodWaits waits;

  BlueGreenStages(RolloutScene scene) {
    this.scene = scene;
    this.waits = new PodWaits(scene);
  }

  Optional<Finding> find() {
    BlueGreenStrategy strategy = scene.effective.blueGreen();
    if (strategy == null || scene.isFullyPromoted() || scene.status.stableRS().isEmpty()) {
      return Optional.empty();
    }
    boolean switched =
        scene.status.blueGreen().activeSelector().equals(scene.status.currentPodHash());
    return Optional.of(switched ? after(strategy) : before(strategy));
  }

  private Finding before(BlueGreenStrategy strategy) {
    ReplicaSet fresh = scene.fresh().orElse(null);
    String waiting = "%s waits behind the preview for its pods".formatted(scene.newVersion());
    if (fresh != null && (fresh.replicas() == 0 || !scene.pods(fresh).areAvailable())) {
      return waits.escapable(
          waits.forPods(
              fresh, Situation.WAITING_FOR_PREVIEW_PODS, scene.newVersion(), waiting, "R-268"));
    }
    RunReference pre = scene.status.blueGreen().prePromotionAnalysisRunStatus();
    if (strategy.prePromotionAnalysis() != null && pre != null && !pre.status().isCompleted()) {
      return analysis(
          Situation.PRE_PROMOTION_ANALYSIS_RUNNING,
          "%s is not switched to before its analysis has passed".formatted(scene.newVersion()),
          pre,
          "R-347");
    }
    if (fresh == null && scene.status.updatedReplicas() < wanted(strategy)) {
      return waits.escapable(byStatus(waiting));
    }
    if (scene.isDeadlineExceeded()) {
      return waits.escapable(
          byStatus("%s made no progress for too long".formatted(scene.newVersion())));
    }
    Finding finding =
        Finding.of(
                Situation.ACTIVE_SERVICE_SWITCH,
                "%s is about to be switched to".formatted(scene.newVersion()))
            .why(
                "Service %s still points at the stable version"
                    .formatted(Words.shown(strategy.activeService())),
                "R-272")
            .awaits("the next decision that finds all its pods available and wanted", "R-272");
    if (fresh == null) {
      finding.why("whether its pods are available, the status alone does not tell", "R-276");
    }
    waits.deadline(finding);
    return waits.escapable(finding);
  }

  private Finding byStatus(String what) {
    return waits.byStatus(
        Situation.WAITING_FOR_PREVIEW_PODS,
        what,
        "%s of the new version, %d wanted in the end"
            .formatted(
                Words.many(scene.status.updatedReplicas(), "pod"), scene.effective.replicas()),
        "R-268");
  }

  private int wanted(BlueGreenStrategy strategy) {
    Integer preview = strategy.previewReplicaCount();
    return preview == null ? scene.effective.replicas() : preview;
  }

  private Finding after(BlueGreenStrategy strategy) {
    RunReference post = scene.status.blueGreen().postPromotionAnalysisRunStatus();
    if (strategy.postPromotionAnalysis() != null && post != null && !post.status().isCompleted()) {
      return analysis(
              Situation.POST_PROMOTION_ANALYSIS_RUNNING,
              "%s is live and becomes stable when its analysis has passed"
                  .formatted(scene.newVersion()),
              post,
              "R-348")
          .why("the stable version keeps its pods, to be switched back to", "R-290");
    }
    Finding finding =
        Finding.of(
                Situation.POST_PROMOTION,
                "%s is live and not stable yet".formatted(scene.newVersion()))
            .why("the active Service points at it; the promotion is still to be written", "R-274")
            .awaits(
                "the next decision, or the load balancer's targets where these are verified",
                "R-274");
    waits.deadline(finding);
    return finding.act("take the update back", scene.commands.abort());
  }

  private Finding analysis(Situation situation, String what, RunReference reference, String rule) {
    Finding finding = Finding.of(situation, what);
    AnalysisRun run = scene.run(reference).orElse(null);
    if (run == null) {
      finding
          .why(
              "AnalysisRun %s is %s"
                  .formatted(Words.shown(reference.name()), reference.status().wireName()),
              "R-350")
          .act(
              "explain the run as well: add it to the input",
              scene.commands.kubectl("get", "analysisrun", reference.name()) + " -o yaml");
    } else {
      RunLinks links = new RunLinks(run, scene.now);
      finding.links.add(links.link());
      finding.awaits(links.waits()).child(reference.name());
    }
    return finding
        .awaits("the run to end", rule)
        .act("go on without it", scene.commands.promoteFull())
        .act("take the update back", scene.commands.abort());
  }
}
