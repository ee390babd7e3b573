package dev.rollouts.simulation.cluster;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.Event;
import java.util.ArrayDeque;
import java.util.Deque;

/** A HorizontalPodAutoscaler at work: it scales by the average use of the pods that it sees. */
final class AutoscalerLoop {
  private static final long PERIOD = 15_000;
  private static final double TOLERANCE = 0.1;

  private final SimulatedCluster cluster;
  private final VirtualTime time;
  private final ClusterSettings settings;
  private final Autoscaler scaler;
  private final Deque<long[]> recommendations = new ArrayDeque<>();

  AutoscalerLoop(
      SimulatedCluster cluster, VirtualTime time, ClusterSettings settings, Autoscaler scaler) {
    this.cluster = cluster;
    this.time = time;
    this.settings = settings;
    this.scaler = scaler;
  }

  void start() {
    time.inBackground(time.now() + PERIOD, this::look);
  }

  private void look() {
    Rollout rollout = cluster.rolloutOrNull();
    if (rollout != null && !rollout.statusOrEmpty().selector().isEmpty()) {
      scale(rollout);
    }
    start();
  }

  private void scale(Rollout rollout) {
    String selector = rollout.statusOrEmpty().selector();
    int current = rollout.spec().replicas() == null ? 1 : rollout.spec().replicas();
    double asked = 0;
    double capacity = 0;
    int pods = 0;
    for (LiveReplicaSet set : cluster.sets().all()) {
      if (set.hash.isEmpty()
          || !set.owner.equals(rollout.metadata().uid())
          || (selector.contains(RolloutKeys.POD_TEMPLATE_HASH) && !selector.contains(set.hash))) {
        continue;
      }
      asked += settings.load().at(time.now()) * cluster.traffic().share(set.hash);
      capacity += set.ready * set.model.capacity();
      pods += set.ready;
    }
    if (pods == 0 || capacity == 0 || current == 0) {
      return;
    }
    double ratio = Math.min(1, asked / capacity) / scaler.targetUtilisation();
    int wanted = Math.abs(ratio - 1) <= TOLERANCE ? current : (int) Math.ceil(pods * ratio);
    wanted = Math.min(scaler.max(), Math.max(scaler.min(), wanted));
    recommendations.add(new long[] {time.now(), wanted});
    long since = time.now() - scaler.scaleDownStabilisation().toMillis();
    recommendations.removeIf(each -> each[0] < since);
    int highest = wanted;
    for (long[] each : recommendations) {
      highest = (int) Math.max(highest, each[1]);
    }
    int chosen = wanted < current ? Math.min(current, highest) : wanted;
    if (chosen != current) {
      cluster.announced(
          Event.normal("SuccessfulRescale", "the autoscaler wants %d replicas".formatted(chosen)));
      cluster.editRollout(live -> live.withSpec(live.spec().withReplicas(chosen)));
    }
  }
}
