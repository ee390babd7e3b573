package dev.rollouts.simulation.rollout;

import dev.rollouts.engine.cluster.ClusterEffect;
import org.jspecify.annotations.Nullable;

/** Effects in a few words; empty for those that tell of themselves. */
final class EffectText implements ClusterEffect.Handler<String> {
  private static final EffectText INSTANCE = new EffectText();

  private EffectText() {}

  static String of(ClusterEffect effect) {
    return effect.accept(INSTANCE);
  }

  @Override
  public String createReplicaSet(ClusterEffect.CreateReplicaSet effect) {
    return "create ReplicaSet " + effect.replicaSet().name();
  }

  @Override
  public String updateReplicaSet(ClusterEffect.UpdateReplicaSet effect) {
    int before = effect.before().replicas();
    int after = effect.after().replicas();
    return before == after
        ? "update ReplicaSet " + effect.after().name()
        : "scale ReplicaSet %s from %d to %d".formatted(effect.after().name(), before, after);
  }

  @Override
  public String deleteReplicaSet(ClusterEffect.DeleteReplicaSet effect) {
    return "delete ReplicaSet " + effect.replicaSet().name();
  }

  @Override
  public String createService(ClusterEffect.CreateService effect) {
    return "create Service " + effect.service().name();
  }

  @Override
  public String updateService(ClusterEffect.UpdateService effect) {
    return "point Service %s at %s".formatted(effect.after().name(), effect.after().hash());
  }

  @Override
  public String deleteService(ClusterEffect.DeleteService effect) {
    return "delete Service " + effect.service().name();
  }

  @Override
  public String createAnalysisRun(ClusterEffect.CreateAnalysisRun effect) {
    return "create AnalysisRun " + effect.run().metadata().name();
  }

  @Override
  public String terminateAnalysisRun(ClusterEffect.TerminateAnalysisRun effect) {
    return "terminate AnalysisRun " + effect.run().metadata().name();
  }

  @Override
  public String deleteAnalysisRun(ClusterEffect.DeleteAnalysisRun effect) {
    return "delete AnalysisRun " + effect.run().metadata().name();
  }

  @Override
  public String createExperiment(ClusterEffect.CreateExperiment effect) {
    return "create Experiment " + effect.experiment().metadata().name();
  }

  @Override
  public String terminateExperiment(ClusterEffect.TerminateExperiment effect) {
    return "terminate Experiment " + effect.experiment().metadata().name();
  }

  @Override
  public String deleteExperiment(ClusterEffect.DeleteExperiment effect) {
    return "delete Experiment " + effect.experiment().metadata().name();
  }

  @Override
  public String createObject(ClusterEffect.CreateObject effect) {
    return "create %s %s".formatted(effect.key().kind(), effect.key().name());
  }

  @Override
  public String updateObject(ClusterEffect.UpdateObject effect) {
    return "update %s %s".formatted(effect.key().kind(), effect.key().name());
  }

  @Override
  public String deleteObject(ClusterEffect.DeleteObject effect) {
    return "delete %s %s".formatted(effect.key().kind(), effect.key().name());
  }

  @Override
  public String updatePod(ClusterEffect.UpdatePod effect) {
    return "update Pod " + effect.after().name();
  }

  @Override
  public String evictPod(ClusterEffect.EvictPod effect) {
    return "evict Pod " + effect.pod().name();
  }

  @Override
  public String patchRollout(ClusterEffect.PatchRollout effect) {
    @Nullable Integer replicas = effect.replicas();
    return "patch Rollout "
        + effect.annotations()
        + (replicas == null ? "" : ", replicas " + replicas);
  }

  @Override
  public String scaleDeployment(ClusterEffect.ScaleDeployment effect) {
    return "scale Deployment %s to %d".formatted(effect.name(), effect.replicas());
  }

  @Override
  public String verifyWeight(ClusterEffect.VerifyWeight effect) {
    return "verify weight %d of %s".formatted(effect.weight(), effect.router());
  }

  @Override
  public String verifyTargets(ClusterEffect.VerifyTargets effect) {
    return "verify targets of Service " + effect.service();
  }

  @Override
  public String callStepPlugin(ClusterEffect.CallStepPlugin effect) {
    return "%s of step plugin %s".formatted(effect.operation(), effect.name());
  }

  @Override
  public String callTrafficPlugin(ClusterEffect.CallTrafficPlugin effect) {
    return "%s of traffic plugin %s".formatted(effect.call(), effect.plugin());
  }

  @Override
  public String announce(ClusterEffect.Announce effect) {
    return "";
  }

  @Override
  public String retry(ClusterEffect.Retry effect) {
    return "retry: " + effect.error();
  }
}
