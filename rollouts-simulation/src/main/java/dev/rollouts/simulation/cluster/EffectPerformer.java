package dev.rollouts.simulation.cluster;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterEffect.Announce;
import dev.rollouts.engine.cluster.ClusterEffect.CallStepPlugin;
import dev.rollouts.engine.cluster.ClusterEffect.CallTrafficPlugin;
import dev.rollouts.engine.cluster.ClusterEffect.CreateAnalysisRun;
import dev.rollouts.engine.cluster.ClusterEffect.CreateExperiment;
import dev.rollouts.engine.cluster.ClusterEffect.CreateObject;
import dev.rollouts.engine.cluster.ClusterEffect.CreateReplicaSet;
import dev.rollouts.engine.cluster.ClusterEffect.CreateService;
import dev.rollouts.engine.cluster.ClusterEffect.DeleteAnalysisRun;
import dev.rollouts.engine.cluster.ClusterEffect.DeleteExperiment;
import dev.rollouts.engine.cluster.ClusterEffect.DeleteObject;
import dev.rollouts.engine.cluster.ClusterEffect.DeleteReplicaSet;
import dev.rollouts.engine.cluster.ClusterEffect.DeleteService;
import dev.rollouts.engine.cluster.ClusterEffect.EvictPod;
import dev.rollouts.engine.cluster.ClusterEffect.PatchRollout;
import dev.rollouts.engine.cluster.ClusterEffect.Retry;
import dev.rollouts.engine.cluster.ClusterEffect.ScaleDeployment;
import dev.rollouts.engine.cluster.ClusterEffect.TerminateAnalysisRun;
import dev.rollouts.engine.cluster.ClusterEffect.TerminateExperiment;
import dev.rollouts.engine.cluster.ClusterEffect.UpdateObject;
import dev.rollouts.engine.cluster.ClusterEffect.UpdatePod;
import dev.rollouts.engine.cluster.ClusterEffect.UpdateReplicaSet;
import dev.rollouts.engine.cluster.ClusterEffect.UpdateService;
import dev.rollouts.engine.cluster.ClusterEffect.VerifyTargets;
import dev.rollouts.engine.cluster.ClusterEffect.VerifyWeight;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.RoutingCall;
import dev.rollouts.engine.cluster.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does to a simulated cluster what an effect says, under its preconditions. Gives nothing when it
 * is done and there is nothing to tell, else the answer.
 */
public final class EffectPerformer implements ClusterEffect.Handler<Optional<ClusterAnswer>> {
  private final SimulatedCluster cluster;

  /** A performer on this cluster. */
  public EffectPerformer(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  private static Optional<ClusterAnswer> answer(ClusterEffect effect, @Nullable Refusal refusal) {
    return refusal == null
        ? Optional.empty()
        : Optional.of(new ClusterAnswer.Refused(effect, refusal.why(), refusal.error()));
  }

  @Override
  public Optional<ClusterAnswer> createReplicaSet(CreateReplicaSet effect) {
    return answer(effect, cluster.sets().create(effect.replicaSet()));
  }

  @Override
  public Optional<ClusterAnswer> updateReplicaSet(UpdateReplicaSet effect) {
    return answer(effect, cluster.sets().update(effect.before(), effect.after()));
  }

  @Override
  public Optional<ClusterAnswer> deleteReplicaSet(DeleteReplicaSet effect) {
    return answer(
        effect,
        cluster.sets().delete(effect.replicaSet().name(), effect.replicaSet().metadata().uid()));
  }

  @Override
  public Optional<ClusterAnswer> createService(CreateService effect) {
    Service service = effect.service();
    ObjectMeta meta = service.metadata();
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "v1");
    tree.put("kind", "Service");
    tree.put("metadata", dev.rollouts.api.wire.Wire.encode(meta));
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("selector", service.selector());
    spec.put("ports", service.ports().stream().map(JsonObject::fields).toList());
    tree.put("spec", spec);
    return answer(
        effect,
        cluster.createObject(
            ObjectKey.service(meta.namespace(), meta.name()), JsonObject.of(tree)));
  }

  @Override
  public Optional<ClusterAnswer> updateService(UpdateService effect) {
    ObjectKey key =
        ObjectKey.service(
            effect.before().metadata().namespace(), effect.before().metadata().name());
    JsonObject live = cluster.object(key);
    if (live == null) {
      return answer(effect, Refusal.notFound("services", effect.before().name()));
    }
    JsonObject changed =
        patched(
            live,
            effect.before().metadata().annotations(),
            effect.after().metadata().annotations(),
            "metadata",
            "annotations");
    changed =
        patched(changed, effect.before().selector(), effect.after().selector(), "spec", "selector");
    cluster.putObject(key, changed);
    return Optional.empty();
  }

  /** What a merge patch of the difference does to a map of texts. */
  private static JsonObject patched(
      JsonObject live, Map<String, String> before, Map<String, String> after, String... keys) {
    if (before.equals(after)) {
      return live;
    }
    Map<String, String> texts = LiveReplicaSet.texts(live.at(keys));
    before.keySet().stream().filter(key -> !after.containsKey(key)).forEach(texts::remove);
    after.forEach(
        (key, value) -> {
          if (!value.equals(before.get(key))) {
            texts.put(key, value);
          }
        });
    return Trees.with(live, texts, keys);
  }

  @Override
  public Optional<ClusterAnswer> deleteService(DeleteService effect) {
    ObjectMeta meta = effect.service().metadata();
    cluster.removeObject(ObjectKey.service(meta.namespace(), meta.name()));
    return Optional.empty();
  }

  @Override
  public Optional<ClusterAnswer> createAnalysisRun(CreateAnalysisRun effect) {
    return answer(effect, cluster.analyses().create(effect.run()));
  }

  @Override
  public Optional<ClusterAnswer> terminateAnalysisRun(TerminateAnalysisRun effect) {
    return answer(effect, cluster.analyses().terminate(effect.run().metadata().name()));
  }

  @Override
  public Optional<ClusterAnswer> deleteAnalysisRun(DeleteAnalysisRun effect) {
    return answer(effect, cluster.analyses().delete(effect.run().metadata().name()));
  }

  @Override
  public Optional<ClusterAnswer> createExperiment(CreateExperiment effect) {
    return answer(effect, cluster.experimentStore().create(effect.experiment()));
  }

  @Override
  public Optional<ClusterAnswer> terminateExperiment(TerminateExperiment effect) {
    return answer(
        effect, cluster.experimentStore().terminate(effect.experiment().metadata().name()));
  }

  @Override
  public Optional<ClusterAnswer> deleteExperiment(DeleteExperiment effect) {
    return answer(effect, cluster.experimentStore().delete(effect.experiment().metadata().name()));
  }

  @Override
  public Optional<ClusterAnswer> createObject(CreateObject effect) {
    return answer(effect, cluster.createObject(effect.key(), effect.object()));
  }

  @Override
  public Optional<ClusterAnswer> updateObject(UpdateObject effect) {
    JsonObject live = cluster.object(effect.key());
    if (live == null) {
      return answer(effect, Refusal.notFound(effect.key().kind(), effect.key().name()));
    }
    if (!Trees.text(live, "metadata", "resourceVersion")
        .equals(Trees.text(effect.before(), "metadata", "resourceVersion"))) {
      return answer(effect, Refusal.conflict(effect.key().kind(), effect.key().name()));
    }
    cluster.putObject(effect.key(), effect.after());
    return Optional.empty();
  }

  @Override
  public Optional<ClusterAnswer> deleteObject(DeleteObject effect) {
    cluster.removeObject(effect.key());
    return Optional.empty();
  }

  @Override
  public Optional<ClusterAnswer> updatePod(UpdatePod effect) {
    return answer(effect, cluster.sets().updatePod(effect.before(), effect.after()));
  }

  @Override
  public Optional<ClusterAnswer> evictPod(EvictPod effect) {
    return answer(effect, cluster.sets().evict(effect.pod().name()));
  }

  @Override
  public Optional<ClusterAnswer> patchRollout(PatchRollout effect) {
    cluster.editRollout(
        rollout -> {
          ObjectMeta meta = rollout.metadata();
          Map<String, String> annotations = new LinkedHashMap<>(meta.annotations());
          annotations.putAll(effect.annotations());
          Integer replicas = effect.replicas();
          return new dev.rollouts.api.rollout.Rollout(
              meta.with(meta.labels(), annotations, meta.ownerReferences()),
              replicas == null ? rollout.spec() : rollout.spec().withReplicas(replicas),
              rollout.status());
        });
    return Optional.empty();
  }

  @Override
  public Optional<ClusterAnswer> scaleDeployment(ScaleDeployment effect) {
    return answer(effect, cluster.deployments().scale(effect.name(), effect.replicas()));
  }

  @Override
  public Optional<ClusterAnswer> verifyWeight(VerifyWeight effect) {
    return Optional.of(
        new ClusterAnswer.WeightVerified(
            effect.router(),
            effect.weight(),
            cluster.traffic().isRouted(),
            List.of(),
            List.of(),
            null));
  }

  @Override
  public Optional<ClusterAnswer> verifyTargets(VerifyTargets effect) {
    return Optional.of(
        new ClusterAnswer.TargetsVerified(
            effect.service(),
            effect.podTemplateHash(),
            cluster.areTargetsRegistered(effect.podTemplateHash()),
            List.of(),
            null));
  }

  @Override
  public Optional<ClusterAnswer> callStepPlugin(CallStepPlugin effect) {
    return Optional.of(cluster.callStepPlugin(effect));
  }

  @Override
  public Optional<ClusterAnswer> callTrafficPlugin(CallTrafficPlugin effect) {
    Boolean verified = null;
    if (effect.call() instanceof RoutingCall.VerifyWeight) {
      verified = cluster.traffic().isRouted();
    } else {
      cluster.tellPlugin(effect.plugin(), effect.call());
    }
    return Optional.of(
        new ClusterAnswer.TrafficPluginAnswered(effect.plugin(), effect.call(), verified, null));
  }

  @Override
  public Optional<ClusterAnswer> announce(Announce effect) {
    Event event = effect.event();
    cluster.announced(event);
    return Optional.empty();
  }

  @Override
  public Optional<ClusterAnswer> retry(Retry effect) {
    return Optional.empty();
  }
}
