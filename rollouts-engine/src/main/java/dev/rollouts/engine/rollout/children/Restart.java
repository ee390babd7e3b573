package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of every pod that is older than {@code spec.restartAt}, a few at a time. Rules
 *
 *
 * @param effects evictions, and {@link ClusterEffect.Retry} after one that went wrong
 * @param restartedAt what {@code status.restartedAt} becomes; null leaves it
 * @param wakeUp when to look again; empty when nothing is to come
 * @param pending whether old pods are still to be replaced
 */
public record Restart(
    List<ClusterEffect> effects,
    @Nullable Instant restartedAt,
    Optional<Instant> wakeUp,
    boolean pending,
    List<Reason> reasons) {
  private static final Duration PACE = Duration.ofSeconds(30);
  private static final Restart NOTHING =
      new Restart(List.of(), null, Optional.empty(), false, List.of());

  public Restart {
    effects = List.copyOf(effects);
    reasons = List.copyOf(reasons);
  }

  /** Whether a restart was asked for that is not finished. */
  public static boolean isPending(Rollout rollout) {
    Instant restartAt = rollout.spec().restartAt();
    return restartAt != null && !restartAt.equals(rollout.statusOrEmpty().restartedAt());
  }

  /** Whether a restart was asked for whose moment has come and that is not finished. */
  public static boolean isDue(Rollout rollout, Instant now) {
    Instant restartAt = rollout.spec().restartAt();
    return restartAt != null && isPending(rollout) && now.isAfter(restartAt);
  }

  /**
   * Decides about a restart.
   *
   * @param inOrder the rollout's ReplicaSets: stable, new, the others by age
   * @param pods of these ReplicaSets, as listed
   * @param answers to earlier evictions; one that a disruption budget blocks makes the restart wait
   */
  public static Restart decide(
      Rollout rollout,
      List<ReplicaSet> inOrder,
      List<Pod> pods,
      List<ClusterAnswer> answers,
      Instant now) {
    Instant restartAt = rollout.spec().restartAt();
    if (restartAt == null || !isPending(rollout)) {
      return NOTHING;
    }
    if (!now.isAfter(restartAt)) {
      return new Restart(List.of(), null, Optional.of(restartAt.plusSeconds(1)), false, List.of());
    }
    Old old = Old.of(rollout, inOrder, pods, restartAt);
    if (old.pods.isEmpty()) {
      return new Restart(
          List.of(),
          restartAt,
          Optional.empty(),
          false,
          List.of(Reason.of("R-423", "restart", "restartedAt", restartAt.toString())));
    }
    long budget = old.available - floor(EffectiveRollout.of(rollout.spec()), inOrder);
    Refusals refusals = Refusals.of(answers);
    List<ClusterEffect> effects = new ArrayList<>();
    if (refusals.error != null) {
      effects.add(new ClusterEffect.Retry(refusals.error));
    } else {
      for (Pod pod : old.pods) {
        if (effects.size() >= budget || !refusals.blocked.isEmpty()) {
          break;
        }
        if (!pod.isTerminating()) {
          effects.add(new ClusterEffect.EvictPod(pod));
        }
      }
    }
    return new Restart(
        effects,
        null,
        Optional.of(now.plus(PACE)),
        true,
        List.of(
            Reason.of(
                "R-421",
                "restart",
                "outstanding",
                old.pods.size(),
                "budget",
                Math.max(0, budget),
                "blocked",
                refusals.blocked.size())));
  }

  /** Pods that must stay available. */
  private static long floor(EffectiveRollout rollout, List<ReplicaSet> replicaSets) {
    long wanted = replicaSets.stream().mapToLong(ReplicaSet::replicas).sum();
    return Math.max(rollout.replicas(), wanted) - Math.max(rollout.maxUnavailable(), 1);
  }

  /**
   * Pods to be replaced.
   *
   * @param pods created before the moment of the restart, those being deleted included
   * @param available pods of the rollout, old or new, that are available and stay so
   */
  private record Old(List<Pod> pods, long available) {
    static Old of(Rollout rollout, List<ReplicaSet> inOrder, List<Pod> pods, Instant restartAt) {
      LabelSelector selector = rollout.spec().selector();
      List<Pod> old = new ArrayList<>();
      long available = 0;
      for (ReplicaSet replicaSet : inOrder) {
        for (Pod pod : pods) {
          if (!Owners.isControlledBy(pod.metadata(), replicaSet.metadata())
              || (selector != null && !selector.matches(pod.metadata().labels()))) {
            continue;
          }
          available += pod.available() && !pod.isTerminating() ? 1 : 0;
          Instant created = pod.metadata().creationTimestamp();
          if (created != null && created.isBefore(restartAt)) {
            old.add(pod);
          }
        }
      }
      return new Old(old, available);
    }
  }

  /**
   * What became of earlier evictions.
   *
   * @param error of one that failed for another reason than a disruption budget; null when none
   */
  private record Refusals(Set<String> blocked, @Nullable String error) {
    static Refusals of(List<ClusterAnswer> answers) {
      Set<String> blocked = new HashSet<>();
      String error = null;
      for (ClusterAnswer answer : answers) {
        if (answer instanceof ClusterAnswer.Refused refused
            && refused.effect() instanceof ClusterEffect.EvictPod evict) {
          switch (refused.why()) {
            case BLOCKED -> blocked.add(evict.pod().name());
            case OTHER -> error = refused.error();
            case ALREADY_EXISTS, CONFLICT, NOT_FOUND -> {
              // The next look at the pods tells.
            }
          }
        }
      }
      return new Refusals(blocked, error);
    }
  }
}
