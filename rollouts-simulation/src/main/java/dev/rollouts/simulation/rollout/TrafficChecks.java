package dev.rollouts.simulation.rollout;

import static dev.rollouts.simulation.rollout.RolloutInvariant.ABORTED_WEIGHT_FALLS;
import static dev.rollouts.simulation.rollout.RolloutInvariant.NO_FLAPPING;
import static dev.rollouts.simulation.rollout.RolloutInvariant.PRE_PROMOTION_SUCCEEDED;
import static dev.rollouts.simulation.rollout.RolloutInvariant.PROMOTION_WAS_ASKED_FOR;
import static dev.rollouts.simulation.rollout.RolloutInvariant.SERVICE_FINDS_PODS;
import static dev.rollouts.simulation.rollout.RolloutInvariant.TRAFFIC_FINDS_PODS;
import static dev.rollouts.simulation.rollout.RolloutInvariant.WEIGHT_HAS_CAPACITY;
import static dev.rollouts.simulation.rollout.RolloutInvariant.WEIGHT_NOT_BEYOND_STEP;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Where traffic is sent. */
final class TrafficChecks {
  private static final double EPSILON = 1e-9;
  private static final int REMEMBERED = 3;

  private final Requirement require;
  private final Map<String, Deque<String>> targets = new HashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private String resumed = "";

  TrafficChecks(Requirement require) {
    this.require = require;
  }

  // -- what a decision wants of Services

  void checkSwitches(Facts facts) {
    if (facts.before.controllerPause()
        && !facts.before.isPausedFor(PauseCondition.BLUE_GREEN_PAUSE)) {
      resumed = facts.before.currentPodHash();
    }
    for (ClusterEffect.UpdateService each : facts.switches) {
      checkSwitch(facts, each);
      checkFlapping(facts, each);
    }
  }

  private void checkSwitch(Facts facts, ClusterEffect.UpdateService update) {
    String service = update.after().name();
    String hash = update.after().hash();
    if (hash.isEmpty() || facts.replicas == 0) {
      return;
    }
    CanaryStrategy canary = facts.effective.canary();
    BlueGreenStrategy blueGreen = facts.effective.blueGreen();
    boolean toStable = hash.equals(facts.before.stableRS());
    if (canary != null) {
      boolean pingPong = canary.pingPong() != null;
      boolean retreats = facts.after.abort() && toStable;
      if (!pingPong && !retreats) {
        require.that(
            SERVICE_FINDS_PODS,
            facts.available(hash) > 0,
            () -> "Service %s is pointed at %s; %s".formatted(service, hash, facts.sizes()));
      }
    } else if (blueGreen != null && service.equals(blueGreen.activeService())) {
      checkActive(facts, blueGreen, update);
    }
  }

  private void checkActive(
      Facts facts, BlueGreenStrategy blueGreen, ClusterEffect.UpdateService update) {
    String hash = update.after().hash();
    ReplicaSet target = facts.owned.get(hash);
    boolean toStable = hash.equals(facts.before.stableRS());
    if (toStable && !facts.after.abort()) {
      require.that(
          SERVICE_FINDS_PODS,
          facts.available(hash) > 0,
          () ->
              "Service %s is pointed at %s; %s"
                  .formatted(update.after().name(), hash, facts.sizes()));
    } else if (!toStable) {
      require.that(
          SERVICE_FINDS_PODS,
          target != null
              && target.available() >= facts.replicas
              && target.replicas() >= facts.replicas,
          () ->
              "Service %s is pointed at %s; %s"
                  .formatted(update.after().name(), hash, facts.sizes()));
    }
    boolean isUpdate =
        !update.before().hash().isEmpty()
            && !facts.before.stableRS().isEmpty()
            && !hash.equals(facts.before.stableRS())
            && !facts.before.promoteFull()
            && !facts.isRollback();
    if (!isUpdate) {
      return;
    }
    if (blueGreen.prePromotionAnalysis() != null
        && !blueGreen.prePromotionAnalysis().templates().isEmpty()) {
      require.that(
          PRE_PROMOTION_SUCCEEDED,
          facts.turn.seen().analysisRuns().stream()
              .anyMatch(
                  run ->
                      run.statusOrPending().phase() == AnalysisPhase.SUCCESSFUL
                          && "PrePromotion"
                              .equals(run.metadata().labels().get(RolloutKeys.RUN_TYPE))
                          && hash.equals(
                              run.metadata().labels().get(RolloutKeys.POD_TEMPLATE_HASH))),
          () -> "active is switched to %s; %s".formatted(hash, facts.sizes()));
    }
    if (!facts.effective.isAutoPromoted()) {
      require.that(
          PROMOTION_WAS_ASKED_FOR,
          resumed.equals(hash) || facts.before.blueGreen().scaleUpPreviewCheckPoint(),
          () ->
              "active is switched to %s, pauses %s, controllerPause %s"
                  .formatted(hash, facts.before.pauseConditions(), facts.before.controllerPause()));
    }
  }

  private void checkFlapping(Facts facts, ClusterEffect.UpdateService update) {
    String service = update.after().name();
    String state =
        "%s %s %s %s %s %s"
            .formatted(
                facts.before.currentPodHash(),
                facts.before.stableRS(),
                facts.before.abort(),
                facts.before.promoteFull(),
                facts.before.currentStepIndex(),
                facts.sizes());
    Deque<String> recent = targets.computeIfAbsent(service, each -> new ArrayDeque<>());
    if (!state.equals(states.put(service, state))) {
      recent.clear();
    }
    recent.add(update.after().hash());
    if (recent.size() > REMEMBERED) {
      recent.remove();
    }
    if (recent.size() == REMEMBERED) {
      String[] all = recent.toArray(String[]::new);
      require.that(
          NO_FLAPPING,
          !all[0].equals(all[2]) || all[0].equals(all[1]),
          () -> "Service %s is pointed at %s in turn".formatted(service, recent));
    }
  }

  // -- what became of the routes

  /**
   * Checks where traffic goes once a decision has been done.
   *
   * @param before shares by hash before it
   * @param after shares by hash after it
   */
  void checkShares(Facts facts, Map<String, Double> before, Map<String, Double> after) {
    if (facts.before.stableRS().isEmpty() || facts.hasUnadoptedService()) {
      return;
    }
    if (facts.effective.isRouted()) {
      checkStep(facts, before, after);
    }
    after.forEach(
        (hash, share) -> {
          double was = before.getOrDefault(hash, 0.0);
          if (share > was + EPSILON && facts.owned.containsKey(hash)) {
            checkRaise(facts, hash, was, share);
          }
        });
  }

  private void checkStep(Facts facts, Map<String, Double> before, Map<String, Double> after) {
    String hash = facts.before.currentPodHash();
    if (facts.isPromoted() || facts.wasPromoted() || !facts.isSameUpdate()) {
      return;
    }
    double was = before.getOrDefault(hash, 0.0) * facts.maxWeight;
    double is = after.getOrDefault(hash, 0.0) * facts.maxWeight;
    if (facts.before.abort() && facts.after.abort()) {
      require.that(
          ABORTED_WEIGHT_FALLS,
          is <= Math.max(was, knownToRetreat(facts, hash)) + EPSILON,
          () -> "the aborted %s went from %.1f to %.1f".formatted(hash, was, is));
    } else if (!facts.steps.isEmpty() && !facts.before.promoteFull()) {
      TrafficWeights recorded = facts.before.canary().weights();
      int allowed =
          Math.max(
              facts.weightAt(facts.before.currentStepIndex()),
              facts.weightAt(facts.after.currentStepIndex()));
      int most =
          facts.after.abort() && recorded != null
              ? Math.max(allowed, recorded.canary().weight())
              : allowed;
      if (is > was + EPSILON) {
        require.that(
            WEIGHT_NOT_BEYOND_STEP,
            is <= most + EPSILON,
            () ->
                "%s gets %.1f at step %s, which allows %d"
                    .formatted(hash, is, facts.before.currentStepIndex(), most));
      }
    }
  }

  /**
   * A canary retreats as its stable version grows, so a read that lags behind can send it back too
   * far; the next decision may take that back as long as the status does not know of it. Any other
   * aborted canary has no way back.
   */
  private static int knownToRetreat(Facts facts, String hash) {
    TrafficWeights recorded = facts.before.canary().weights();
    return facts.effective.isDynamic()
            && recorded != null
            && recorded.canary().podTemplateHash().equals(hash)
        ? recorded.canary().weight()
        : 0;
  }

  private void checkRaise(Facts facts, String hash, double was, double is) {
    int available = facts.available(hash);
    boolean isStable = hash.equals(facts.before.stableRS());
    if (facts.replicas == 0 || (isStable && (facts.after.abort() || facts.isPromoted()))) {
      return;
    }
    require.that(
        TRAFFIC_FINDS_PODS,
        available > 0 || isStable,
        () ->
            "%s went from %.0f %% to %.0f %% of the traffic without pods; %s"
                .formatted(hash, was * 100, is * 100, facts.sizes()));
    if (facts.effective.isRouted() && !isStable && !facts.hasOwnSizes()) {
      require.that(
          WEIGHT_HAS_CAPACITY,
          available >= Math.floor(is * facts.replicas + EPSILON),
          () ->
              "%s went from %.0f %% to %.0f %% of the traffic with %d pods; %s"
                  .formatted(hash, was * 100, is * 100, available, facts.sizes()));
    }
  }
}
