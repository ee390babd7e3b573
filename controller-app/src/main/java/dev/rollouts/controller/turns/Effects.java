package dev.rollouts.controller.turns;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.controller.aws.AwsVerification;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.ReplicaSetTree;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does to the cluster what the effects of one object's decisions say. Gives nothing when it is done
 * and there is nothing to tell, else the answer. What the server answers goes into the stores, so
 * that the next decision knows it.
 */
public final class Effects implements ClusterEffect.Handler<Optional<ClusterAnswer>> {
  private static final String MODEL = KubernetesObject.API_VERSION;

  private final Api api;
  private final Stores stores;
  private final ObjectWrites objects;
  private final EventRecorder events;
  private final KubernetesObject owner;
  private final Plugins plugins;
  private final AwsVerification aws;

  /**
   * Effects of decisions about an object.
   *
   * @param owner the Rollout or Experiment
   */
  public Effects(Surroundings surroundings, KubernetesObject owner) {
    this.api = surroundings.api();
    this.stores = surroundings.stores();
    this.objects = new ObjectWrites(api, stores, surroundings.watches());
    this.events = surroundings.events();
    this.plugins = surroundings.plugins();
    this.aws = surroundings.aws();
    this.owner = owner;
  }

  private interface Request {
    void send() throws ApiException;
  }

  private Optional<ClusterAnswer> request(ClusterEffect effect, Request request) {
    try {
      request.send();
      return Optional.empty();
    } catch (ApiException e) {
      return Optional.of(new ClusterAnswer.Refused(effect, e.refusal(), e.text()));
    }
  }

  // --- ReplicaSets

  private static ObjectKey key(ReplicaSet set) {
    return new ObjectKey("apps/v1", "ReplicaSet", set.metadata().namespace(), set.name());
  }

  @Override
  public Optional<ClusterAnswer> createReplicaSet(ClusterEffect.CreateReplicaSet effect) {
    ReplicaSet set = effect.replicaSet();
    return request(
        effect,
        () -> {
          try {
            keep(api.create(key(set), ReplicaSetTree.write(set)));
          } catch (ApiException e) {
            if (e.refusal() == ClusterAnswer.Refusal.ALREADY_EXISTS) {
              api.get(key(set)).ifPresent(this::keep);
            }
            throw e;
          }
        });
  }

  private void keep(JsonObject set) {
    stores.replicaSets().put(ReplicaSetTree.read(set));
  }

  @Override
  public Optional<ClusterAnswer> updateReplicaSet(ClusterEffect.UpdateReplicaSet effect) {
    ReplicaSet before = effect.before();
    Map<String, @Nullable Object> patch =
        MergePatch.between(
            ReplicaSetTree.write(before).fields(), ReplicaSetTree.write(effect.after()).fields());
    return request(
        effect,
        () -> {
          try {
            keep(api.patch(key(before), "", at(before.metadata(), patch)));
          } catch (ApiException e) {
            if (e.refusal() == ClusterAnswer.Refusal.CONFLICT) {
              api.get(key(before)).ifPresent(this::keep);
            }
            throw e;
          }
        });
  }

  /** The patch, refused unless the object is still at the version that was read. */
  private static Map<String, @Nullable Object> at(
      ObjectMeta before, Map<String, @Nullable Object> patch) {
    Map<String, @Nullable Object> meta = new LinkedHashMap<>();
    if (patch.get("metadata") instanceof Map<?, ?> changed) {
      changed.forEach((key, value) -> meta.put(String.valueOf(key), value));
    }
    meta.put("resourceVersion", before.resourceVersion());
    Map<String, @Nullable Object> locked = new LinkedHashMap<>(patch);
    locked.put("metadata", meta);
    return locked;
  }

  @Override
  public Optional<ClusterAnswer> deleteReplicaSet(ClusterEffect.DeleteReplicaSet effect) {
    ObjectMeta meta = effect.replicaSet().metadata();
    return request(
        effect,
        () -> {
          api.delete(key(effect.replicaSet()), meta.uid());
          stores.replicaSets().remove(meta.namespace(), meta.name(), meta.uid());
        });
  }

  // --- Services

  private static ObjectKey key(Service service) {
    return ObjectKey.service(service.metadata().namespace(), service.name());
  }

  @Override
  public Optional<ClusterAnswer> createService(ClusterEffect.CreateService effect) {
    Service service = effect.service();
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("selector", service.selector());
    spec.put("ports", service.ports().stream().map(JsonObject::fields).toList());
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "v1");
    tree.put("kind", "Service");
    tree.put("metadata", Wire.encode(service.metadata()));
    tree.put("spec", spec);
    return request(
        effect,
        () -> {
          try {
            stores.services().put(api.create(key(service), JsonObject.of(tree)));
          } catch (ApiException e) {
            if (e.refusal() == ClusterAnswer.Refusal.ALREADY_EXISTS) {
              api.get(key(service)).ifPresent(stores.services()::put);
            }
            throw e;
          }
        });
  }

  @Override
  public Optional<ClusterAnswer> updateService(ClusterEffect.UpdateService effect) {
    Map<String, @Nullable Object> patch =
        MergePatch.between(patchable(effect.before()), patchable(effect.after()));
    return request(effect, () -> stores.services().put(api.patch(key(effect.before()), "", patch)));
  }

  private static Map<String, @Nullable Object> patchable(Service service) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("metadata", Map.of("annotations", service.metadata().annotations()));
    tree.put("spec", Map.of("selector", service.selector()));
    return tree;
  }

  @Override
  public Optional<ClusterAnswer> deleteService(ClusterEffect.DeleteService effect) {
    ObjectMeta meta = effect.service().metadata();
    return request(
        effect,
        () -> {
          api.delete(key(effect.service()), meta.uid());
          stores.services().remove(meta.namespace(), meta.name(), meta.uid());
        });
  }

  // --- AnalysisRuns and Experiments

  private static ObjectKey key(KubernetesObject object) {
    return new ObjectKey(
        MODEL, object.kind(), object.metadata().namespace(), object.metadata().name());
  }

  private void create(KubernetesObject object) throws ApiException {
    try {
      keep(object.kind(), api.create(key(object), JsonObject.of(Codec.tree(object))));
    } catch (ApiException e) {
      if (e.refusal() == ClusterAnswer.Refusal.ALREADY_EXISTS) {
        Optional<JsonObject> there = api.get(key(object));
        if (there.isPresent()) {
          keep(object.kind(), there.get());
        }
      }
      throw e;
    }
  }

  private void keep(String kind, JsonObject tree) {
    if (kind.equals("AnalysisRun")) {
      stores.analysisRuns().put(Wire.decode(AnalysisRun.class, tree.fields()).value());
    } else {
      stores.experiments().put(Wire.decode(Experiment.class, tree.fields()).value());
    }
  }

  /** Tells a run or experiment to end; one that is gone is fine. */
  private void terminate(KubernetesObject object) throws ApiException {
    try {
      keep(object.kind(), api.patch(key(object), "", Map.of("spec", Map.of("terminate", true))));
    } catch (ApiException e) {
      if (e.refusal() != ClusterAnswer.Refusal.NOT_FOUND) {
        throw e;
      }
    }
  }

  @Override
  public Optional<ClusterAnswer> createAnalysisRun(ClusterEffect.CreateAnalysisRun effect) {
    return request(effect, () -> create(effect.run()));
  }

  @Override
  public Optional<ClusterAnswer> terminateAnalysisRun(ClusterEffect.TerminateAnalysisRun effect) {
    return request(effect, () -> terminate(effect.run()));
  }

  @Override
  public Optional<ClusterAnswer> deleteAnalysisRun(ClusterEffect.DeleteAnalysisRun effect) {
    ObjectMeta meta = effect.run().metadata();
    return request(
        effect,
        () -> {
          api.delete(key(effect.run()), meta.uid());
          stores.analysisRuns().remove(meta.namespace(), meta.name(), meta.uid());
        });
  }

  @Override
  public Optional<ClusterAnswer> createExperiment(ClusterEffect.CreateExperiment effect) {
    return request(effect, () -> create(effect.experiment()));
  }

  @Override
  public Optional<ClusterAnswer> terminateExperiment(ClusterEffect.TerminateExperiment effect) {
    return request(effect, () -> terminate(effect.experiment()));
  }

  @Override
  public Optional<ClusterAnswer> deleteExperiment(ClusterEffect.DeleteExperiment effect) {
    ObjectMeta meta = effect.experiment().metadata();
    return request(
        effect,
        () -> {
          api.delete(key(effect.experiment()), meta.uid());
          stores.experiments().remove(meta.namespace(), meta.name(), meta.uid());
        });
  }

  // --- other objects

  @Override
  public Optional<ClusterAnswer> createObject(ClusterEffect.CreateObject effect) {
    return request(effect, () -> objects.create(effect.key(), effect.object()));
  }

  @Override
  public Optional<ClusterAnswer> updateObject(ClusterEffect.UpdateObject effect) {
    return request(effect, () -> objects.replace(effect.key(), effect.after()));
  }

  @Override
  public Optional<ClusterAnswer> deleteObject(ClusterEffect.DeleteObject effect) {
    return request(effect, () -> objects.delete(effect.key()));
  }

  // --- pods

  private static ObjectKey key(Pod pod) {
    return new ObjectKey("v1", "Pod", pod.metadata().namespace(), pod.name());
  }

  @Override
  public Optional<ClusterAnswer> updatePod(ClusterEffect.UpdatePod effect) {
    Map<String, @Nullable Object> patch =
        MergePatch.between(labelled(effect.before()), labelled(effect.after()));
    return request(
        effect,
        () -> {
          try {
            api.patch(key(effect.before()), "", patch);
          } catch (ApiException e) {
            if (e.refusal() != ClusterAnswer.Refusal.NOT_FOUND) {
              throw e;
            }
          }
        });
  }

  private static Map<String, @Nullable Object> labelled(Pod pod) {
    return Map.of(
        "metadata",
        Map.of("labels", pod.metadata().labels(), "annotations", pod.metadata().annotations()));
  }

  @Override
  public Optional<ClusterAnswer> evictPod(ClusterEffect.EvictPod effect) {
    ObjectMeta meta = effect.pod().metadata();
    return request(effect, () -> api.evict(meta.namespace(), meta.name()));
  }

  // --- the rollout and its Deployment

  @Override
  public Optional<ClusterAnswer> patchRollout(ClusterEffect.PatchRollout effect) {
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    if (!effect.annotations().isEmpty()) {
      patch.put("metadata", Map.of("annotations", effect.annotations()));
    }
    if (effect.replicas() != null) {
      patch.put("spec", Map.of("replicas", effect.replicas()));
    }
    return request(
        effect,
        () ->
            stores
                .rollouts()
                .put(
                    Wire.decode(Rollout.class, api.patch(key(owner), "", patch).fields()).value()));
  }

  @Override
  public Optional<ClusterAnswer> scaleDeployment(ClusterEffect.ScaleDeployment effect) {
    ObjectKey key =
        new ObjectKey("apps/v1", "Deployment", owner.metadata().namespace(), effect.name());
    return request(effect, () -> objects.scaleDeployment(key, effect.replicas()));
  }

  // --- questions to others

  @Override
  public Optional<ClusterAnswer> verifyWeight(ClusterEffect.VerifyWeight effect) {
    return Optional.of(aws.weight((Rollout) owner, effect));
  }

  @Override
  public Optional<ClusterAnswer> verifyTargets(ClusterEffect.VerifyTargets effect) {
    return Optional.of(aws.targets((Rollout) owner, effect));
  }

  @Override
  public Optional<ClusterAnswer> callStepPlugin(ClusterEffect.CallStepPlugin effect) {
    return Optional.of(plugins.call((Rollout) owner, effect));
  }

  @Override
  public Optional<ClusterAnswer> callTrafficPlugin(ClusterEffect.CallTrafficPlugin effect) {
    return Optional.of(plugins.call((Rollout) owner, effect));
  }

  @Override
  public Optional<ClusterAnswer> announce(ClusterEffect.Announce effect) {
    events.record(owner, effect.event());
    return Optional.empty();
  }

  @Override
  public Optional<ClusterAnswer> retry(ClusterEffect.Retry effect) {
    return Optional.empty();
  }
}
