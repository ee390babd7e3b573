package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What becomes of the runs and experiments of a rollout that are no longer current: unfinished ones
 * are stopped, finished ones are kept up to a number. Rules,
 * Immutable.
 */
public final class RunHistory {
  private final Set<String> liveHashes = new HashSet<>();
  private final int successfulLimit;
  private final int unsuccessfulLimit;

  private RunHistory(EffectiveRollout rollout, List<ReplicaSet> replicaSets) {
    for (ReplicaSet each : replicaSets) {
      if (each.metadata().deletionTimestamp() == null) {
        liveHashes.add(each.hash());
      }
    }
    successfulLimit = Math.max(0, rollout.successfulRunHistoryLimit());
    unsuccessfulLimit = Math.max(0, rollout.unsuccessfulRunHistoryLimit());
  }

  /** A history under the limits of a rollout. */
  public static RunHistory of(EffectiveRollout rollout, List<ReplicaSet> owned) {
    return new RunHistory(rollout, owned);
  }

  /**
   * What to do about runs.
   *
   * @param owned by the rollout
   * @param current names of the runs that are current, or have just been made or claimed
   */
  public List<ClusterEffect> ofRuns(List<AnalysisRun> owned, Set<String> current) {
    return effects(
        owned,
        current,
        run -> run.statusOrPending().phase(),
        run -> run.spec().terminate(),
        ClusterEffect.TerminateAnalysisRun::new,
        ClusterEffect.DeleteAnalysisRun::new);
  }

  /**
   * What to do about experiments.
   *
   * @param owned by the rollout
   * @param current names of the experiments that are current, or have just been made or claimed
   */
  public List<ClusterEffect> ofExperiments(List<Experiment> owned, Set<String> current) {
    return effects(
        owned,
        current,
        Phases::of,
        experiment -> experiment.spec().terminate(),
        ClusterEffect.TerminateExperiment::new,
        ClusterEffect.DeleteExperiment::new);
  }

  /**
   * Stops those of the runs that are not finished, nor told to stop, nor being deleted (R-342,
   *
   */
  public static List<ClusterEffect> cancelRuns(List<AnalysisRun> runs) {
    return runs.stream()
        .filter(run -> isOpen(run, run.statusOrPending().phase()) && !run.spec().terminate())
        .map(run -> (ClusterEffect) new ClusterEffect.TerminateAnalysisRun(run))
        .toList();
  }

  /**
   * Stops those of the experiments that are not finished, nor told to stop, nor being deleted
   * (R-375).
   */
  public static List<ClusterEffect> cancelExperiments(List<Experiment> experiments) {
    return experiments.stream()
        .filter(each -> isOpen(each, Phases.of(each)) && !each.spec().terminate())
        .map(each -> (ClusterEffect) new ClusterEffect.TerminateExperiment(each))
        .toList();
  }

  /**
   * Deletes what belongs to a ReplicaSet that is deleted.
   *
   * @param current names of what is current and stays
   */
  public static List<ClusterEffect> deleteWith(
      ReplicaSet deleted,
      List<AnalysisRun> runs,
      List<Experiment> experiments,
      Set<String> current) {
    List<ClusterEffect> effects = new ArrayList<>();
    for (AnalysisRun run : runs) {
      if (belongsTo(deleted, run, current)) {
        effects.add(new ClusterEffect.DeleteAnalysisRun(run));
      }
    }
    for (Experiment experiment : experiments) {
      if (belongsTo(deleted, experiment, current)) {
        effects.add(new ClusterEffect.DeleteExperiment(experiment));
      }
    }
    return effects;
  }

  private static boolean belongsTo(
      ReplicaSet replicaSet, KubernetesObject child, Set<String> current) {
    return !current.contains(child.metadata().name())
        && child.metadata().deletionTimestamp() == null
        && !replicaSet.hash().isEmpty()
        && replicaSet.hash().equals(hash(child));
  }

  private <T extends KubernetesObject> List<ClusterEffect> effects(
      List<T> owned,
      Set<String> current,
      Function<T, AnalysisPhase> phase,
      Function<T, Boolean> isStopping,
      Function<T, ClusterEffect> terminate,
      Function<T, ClusterEffect> delete) {
    List<T> others =
        owned.stream()
            .filter(each -> !current.contains(each.metadata().name()))
            .filter(each -> each.metadata().deletionTimestamp() == null)
            .sorted(newestFirst())
            .toList();
    List<ClusterEffect> effects = new ArrayList<>();
    int successful = 0;
    int unsuccessful = 0;
    for (T each : others) {
      if (!phase.apply(each).isCompleted()) {
        if (!isStopping.apply(each)) {
          effects.add(terminate.apply(each));
        }
        continue;
      }
      boolean kept = liveHashes.contains(hash(each)) && !hash(each).isEmpty();
      if (kept) {
        kept =
            phase.apply(each) == AnalysisPhase.SUCCESSFUL
                ? successful++ < successfulLimit
                : unsuccessful++ < unsuccessfulLimit;
      }
      if (!kept) {
        effects.add(delete.apply(each));
      }
    }
    return effects;
  }

  private static boolean isOpen(KubernetesObject object, AnalysisPhase phase) {
    return !phase.isCompleted() && object.metadata().deletionTimestamp() == null;
  }

  private static String hash(KubernetesObject object) {
    return object.metadata().labels().getOrDefault(RolloutKeys.POD_TEMPLATE_HASH, "");
  }

  private static Comparator<KubernetesObject> newestFirst() {
    return Comparator.comparing(RunHistory::createdAt)
        .thenComparing(each -> each.metadata().name())
        .reversed();
  }

  private static Instant createdAt(KubernetesObject object) {
    Instant created = object.metadata().creationTimestamp();
    return created == null ? Instant.MAX : created;
  }
}
