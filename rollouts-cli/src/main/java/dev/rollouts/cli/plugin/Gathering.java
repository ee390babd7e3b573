package dev.rollouts.cli.plugin;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.ApiServer.Pending;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.plugin.view.Scene;
import java.util.List;

/** Reads what belongs to an object, all at the same time. */
final class Gathering {
  /** Pods and ReplicaSets of rollouts and experiments carry it. */
  static final Selection OURS = Selection.labels(RolloutKeys.POD_TEMPLATE_HASH);

  private final Pending<List<KubeObject>> replicaSets;
  private final Pending<List<KubeObject>> pods;
  private final Pending<List<KubeObject>> experiments;
  private final Pending<List<KubeObject>> runs;

  /** Starts to read. */
  Gathering(ApiServer server, String namespace) {
    replicaSets = server.listSoon(Resource.REPLICA_SETS, namespace, OURS);
    pods = server.listSoon(Resource.PODS, namespace, OURS);
    experiments = server.listSoon(Resource.EXPERIMENTS, namespace, Selection.all());
    runs = server.listSoon(Resource.ANALYSIS_RUNS, namespace, Selection.all());
  }

  /** Waits for all of it. */
  Scene scene() {
    return Scene.of(replicaSets.get(), pods.get(), experiments.get(), runs.get());
  }
}
