package dev.rollouts.engine.cluster;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.OrderedMap;
import dev.rollouts.engine.Event;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something for the shell to do to the cluster. Effects follow from spec, status and observations:
 * a decision that does not see one done asks for it again.
 */
public sealed interface ClusterEffect {
  /** Calls the method that belongs to this variant. */
  <R> R accept(Handler<R> handler);

  /** Make a ReplicaSet. */
  record CreateReplicaSet(ReplicaSet replicaSet) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.createReplicaSet(this);
    }
  }

  /**
   * Change a ReplicaSet: metadata, size, ready time, template. Refused as a conflict unless it
   * still has the resourceVersion of {@code before}.
   */
  record UpdateReplicaSet(ReplicaSet before, ReplicaSet after) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.updateReplicaSet(this);
    }
  }

  /** Delete a ReplicaSet. One that is gone already is fine. */
  record DeleteReplicaSet(ReplicaSet replicaSet) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.deleteReplicaSet(this);
    }
  }

  /** Make a Service. */
  record CreateService(Service service) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.createService(this);
    }
  }

  /** Merge-patch annotations and selector of a Service. */
  record UpdateService(Service before, Service after) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.updateService(this);
    }
  }

  /** Delete a Service. One that is gone already is fine. */
  record DeleteService(Service service) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.deleteService(this);
    }
  }

  /** Make an AnalysisRun. */
  record CreateAnalysisRun(AnalysisRun run) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.createAnalysisRun(this);
    }
  }

  /** Set {@code spec.terminate} of an AnalysisRun. One that is gone already is fine. */
  record TerminateAnalysisRun(AnalysisRun run) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.terminateAnalysisRun(this);
    }
  }

  /** Delete an AnalysisRun. One that is gone already is fine. */
  record DeleteAnalysisRun(AnalysisRun run) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.deleteAnalysisRun(this);
    }
  }

  /** Make an Experiment. */
  record CreateExperiment(Experiment experiment) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.createExperiment(this);
    }
  }

  /** Set {@code spec.terminate} of an Experiment. One that is gone already is fine. */
  record TerminateExperiment(Experiment experiment) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.terminateExperiment(this);
    }
  }

  /** Delete an Experiment. One that is gone already is fine. */
  record DeleteExperiment(Experiment experiment) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.deleteExperiment(this);
    }
  }

  /** Make an object of another kind, such as a canary Ingress. */
  record CreateObject(ObjectKey key, JsonObject object) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.createObject(this);
    }
  }

  /**
   * Change an object of another kind: whole, where {@code before} is what was read. Refused as a
   * conflict unless it still has its resourceVersion.
   */
  record UpdateObject(ObjectKey key, JsonObject before, JsonObject after) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.updateObject(this);
    }
  }

  /** Delete an object of another kind. One that is gone already is fine. */
  record DeleteObject(ObjectKey key) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.deleteObject(this);
    }
  }

  /** Merge-patch labels and annotations of a pod. */
  record UpdatePod(Pod before, Pod after) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.updatePod(this);
    }
  }

  /**
   * Evict a pod. Where a disruption budget does not allow it, the shell goes on with the
   * next effect and answers {@link ClusterAnswer.Refusal#BLOCKED}.
   */
  record EvictPod(Pod pod) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.evictPod(this);
    }
  }

  /**
   * Merge-patch the rollout itself.
   *
   * @param annotations to set
   * @param replicas {@code spec.replicas} to set; null leaves it
   */
  record PatchRollout(Map<String, String> annotations, @Nullable Integer replicas)
      implements ClusterEffect {
    public PatchRollout {
      annotations = OrderedMap.copyOf(annotations);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.patchRollout(this);
    }
  }

  /** Set {@code spec.replicas} of a Deployment. */
  record ScaleDeployment(String name, int replicas) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.scaleDeployment(this);
    }
  }

  /**
   * Ask the back-end of a router whether it sends what it should (T-158). Answered by {@link
   * ClusterAnswer.WeightVerified}.
   */
  record VerifyWeight(String router, int weight, List<WeightDestination> additional)
      implements ClusterEffect {
    public VerifyWeight {
      additional = List.copyOf(additional);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.verifyWeight(this);
    }
  }

  /**
   * Ask the load balancer whether the pods behind a Service are registered (T-200). Answered by
   * {@link ClusterAnswer.TargetsVerified}.
   */
  record VerifyTargets(String service, String podTemplateHash) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.verifyTargets(this);
    }
  }

  /**
   * Call a step plugin. Answered by {@link ClusterAnswer.StepPluginAnswered}.
   *
   * @param operation {@code Run}, {@code Terminate} or {@code Abort}
   * @param status what the plugin last asked to be given back
   */
  record CallStepPlugin(
      int index, String name, String operation, JsonObject config, JsonObject status)
      implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.callStepPlugin(this);
    }
  }

  /**
   * Call a traffic router plugin (T-752). Answered by {@link ClusterAnswer.TrafficPluginAnswered}.
   */
  record CallTrafficPlugin(String plugin, RoutingCall call) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.callTrafficPlugin(this);
    }
  }

  /**
   * Tell the outside, as a Kubernetes event.
   *
   * @param ofStatus whether it tells of the status that was saved, so that it is made also when an
   *     earlier effect of the turn was refused
   */
  record Announce(Event event, boolean ofStatus) implements ClusterEffect {
    /** Tells of the effect before it. */
    public Announce(Event event) {
      this(event, false);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.announce(this);
    }
  }

  /**
   * The turn could not be finished for a reason that may pass: decide again after a back-off that
   * grows with each failure.
   */
  record Retry(String error) implements ClusterEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.retry(this);
    }
  }

  /** One answer per variant. */
  interface Handler<R> {
    R createReplicaSet(CreateReplicaSet effect);

    R updateReplicaSet(UpdateReplicaSet effect);

    R deleteReplicaSet(DeleteReplicaSet effect);

    R createService(CreateService effect);

    R updateService(UpdateService effect);

    R deleteService(DeleteService effect);

    R createAnalysisRun(CreateAnalysisRun effect);

    R terminateAnalysisRun(TerminateAnalysisRun effect);

    R deleteAnalysisRun(DeleteAnalysisRun effect);

    R createExperiment(CreateExperiment effect);

    R terminateExperiment(TerminateExperiment effect);

    R deleteExperiment(DeleteExperiment effect);

    R createObject(CreateObject effect);

    R updateObject(UpdateObject effect);

    R deleteObject(DeleteObject effect);

    R updatePod(UpdatePod effect);

    R evictPod(EvictPod effect);

    R patchRollout(PatchRollout effect);

    R scaleDeployment(ScaleDeployment effect);

    R verifyWeight(VerifyWeight effect);

    R verifyTargets(VerifyTargets effect);

    R callStepPlugin(CallStepPlugin effect);

    R callTrafficPlugin(CallTrafficPlugin effect);

    R announce(Announce effect);

    R retry(Retry effect);
  }
}
