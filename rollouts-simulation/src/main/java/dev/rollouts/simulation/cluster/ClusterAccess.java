package dev.rollouts.simulation.cluster;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What people and neighbours of a rollout can see and do, in a simulated cluster or in a real one:
 * the acts of a scenario need nothing else.
 */
public interface ClusterAccess {
  /** The rollout. */
  Rollout rollout();

  /** Its clock. */
  Instant now();

  /** Creates the rollout, or replaces its spec and adds its labels and annotations. */
  void apply(Rollout manifest);

  /** Writes the rollout, but for its status. */
  void editRollout(UnaryOperator<Rollout> edit);

  /** Merge-patches the rollout's status. */
  void patchStatus(Map<String, ? extends @Nullable Object> patch);

  /** An object, or null when it does not exist. */
  @Nullable JsonObject object(ObjectKey key);

  /** Writes an object as its owner does, whatever its version. */
  void applyObject(JsonObject tree);

  /** The rollout's ReplicaSets. */
  List<ReplicaSet> replicaSets();

  /** The rollout's AnalysisRuns. */
  List<AnalysisRun> analysisRuns();

  /** Tells a run to stop. */
  void terminate(AnalysisRun run);

  /** Deletes the oldest pod of a version; nothing when it has none. */
  void deletePod(String hash);

  /** Sets a Deployment's size. */
  void scaleDeployment(String name, int replicas);
}
