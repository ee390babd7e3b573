package dev.rollouts.simulation.rollout;

import dev.rollouts.api.Condition;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Mistakes that an engine could make. Each spoils what the engine sees, or what it decides; the
 * invariants are worth their time only if they find every one of them.
 */
enum RolloutBug implements RolloutDecider {
  /** Pods of the new version count as available as soon as they are asked for. */
  TAKES_STARTING_PODS_FOR_AVAILABLE(
      RolloutInvariant.WEIGHT_STEP_HAS_PODS,
      RolloutInvariant.WEIGHT_HAS_CAPACITY,
      RolloutInvariant.TRAFFIC_FINDS_PODS,
      RolloutInvariant.SERVICE_FINDS_PODS,
      RolloutInvariant.PROMOTED_WHEN_AVAILABLE,
      RolloutInvariant.AVAILABILITY_IS_KEPT) {
    @Override
    RolloutObservations see(Rollout rollout, RolloutObservations seen, Instant now) {
      String hash = rollout.statusOrEmpty().currentPodHash();
      return withReplicaSets(
          seen,
          set ->
              set.hash().equals(hash)
                  ? set.withStatus(
                      new ReplicaSet.Status(
                          set.replicas(),
                          set.replicas(),
                          set.replicas(),
                          set.metadata().generation(),
                          set.status().conditions()))
                  : set);
    }
  },

  /** Completing a step completes the next one, too. */
  SKIPS_A_STEP(RolloutInvariant.STEPS_ADVANCE_BY_ONE) {
    @Override
    RolloutStatus write(Rollout rollout, RolloutStatus status, Instant now) {
      Integer before = rollout.statusOrEmpty().currentStepIndex();
      Integer after = status.currentStepIndex();
      int steps = EffectiveRollout.of(rollout.spec()).steps().size();
      return before != null && after != null && after == before + 1 && after < steps
          ? status.toBuilder().currentStepIndex(after + 1).build()
          : status;
    }
  },

  /** An aborted update goes on. */
  IGNORES_AN_ABORT(
      RolloutInvariant.NO_STEP_WHILE_ABORTED_OR_PAUSED,
      RolloutInvariant.NO_HOT_LOOP,
      RolloutInvariant.STEP_INDEX_IN_RANGE,
      RolloutInvariant.ABORTED_WEIGHT_FALLS,
      RolloutInvariant.ABORTED_WEIGHT_ENDS_AT_ZERO,
      RolloutInvariant.ENDS_SOMEWHERE) {
    @Override
    public Decision<RolloutStatus, ClusterEffect> decide(
        Rollout rollout, RolloutObservations seen, Instant now) {
      RolloutStatus before = rollout.statusOrEmpty();
      if (!before.abort()) {
        return ENGINE.decide(rollout, seen, now);
      }
      var decision =
          ENGINE.decide(
              rollout.withStatus(before.toBuilder().abort(false).abortedAt(null).build()),
              seen,
              now);
      return with(
          decision,
          decision.status().toBuilder().abort(true).abortedAt(before.abortedAt()).build());
    }
  },

  /** A run that was stopped, or could not measure, has not failed. */
  TAKES_AN_UNSUCCESSFUL_RUN_FOR_A_SUCCESS(
      RolloutInvariant.ANALYSIS_STEP_SUCCEEDED,
      RolloutInvariant.PRE_PROMOTION_SUCCEEDED,
      RolloutInvariant.POST_PROMOTION_SUCCEEDED) {
    @Override
    RolloutObservations see(Rollout rollout, RolloutObservations seen, Instant now) {
      return withRuns(
          seen,
          seen.analysisRuns().stream()
              .map(
                  run -> {
                    AnalysisRunStatus status = run.statusOrPending();
                    return run.spec().terminate() || status.phase() == AnalysisPhase.ERROR
                        ? run.withStatus(
                            new AnalysisRunStatus(
                                AnalysisPhase.SUCCESSFUL,
                                "",
                                status.startedAt(),
                                status.completedAt(),
                                status.runSummary(),
                                status.dryRunSummary(),
                                status.metricResults()))
                        : run;
                  })
              .toList());
    }
  },

  /** The active Service is switched as soon as the new version exists. */
  SWITCHES_THE_SERVICE_BEFORE_THE_PODS(RolloutInvariant.SERVICE_FINDS_PODS) {
    @Override
    List<ClusterEffect> want(
        Rollout rollout,
        RolloutObservations seen,
        Decision<RolloutStatus, ClusterEffect> decision) {
      BlueGreenStrategy blueGreen = rollout.spec().strategy().blueGreen();
      String hash = decision.status().currentPodHash();
      if (blueGreen == null || hash.isEmpty() || decision.status().abort()) {
        return decision.effects();
      }
      List<ClusterEffect> effects = new ArrayList<>(decision.effects());
      seen.objects()
          .service(rollout.metadata().namespace(), blueGreen.activeService())
          .filter(service -> !service.hash().equals(hash))
          .ifPresent(
              service ->
                  effects.add(
                      new ClusterEffect.UpdateService(
                          service, service.pointingAt(hash, rollout.metadata().name()))));
      return effects;
    }
  },

  /** The stable version shrinks while the new one still has steps ahead. */
  SCALES_STABLE_DOWN_EARLY(
      RolloutInvariant.STABLE_KEEPS_ITS_SIZE,
      RolloutInvariant.AVAILABILITY_IS_KEPT,
      RolloutInvariant.CAPACITY_FOR_TRAFFIC_IS_KEPT) {
    @Override
    List<ClusterEffect> want(
        Rollout rollout,
        RolloutObservations seen,
        Decision<RolloutStatus, ClusterEffect> decision) {
      RolloutStatus status = decision.status();
      Integer index = status.currentStepIndex();
      if (index == null || index == 0 || status.currentPodHash().equals(status.stableRS())) {
        return decision.effects();
      }
      List<ClusterEffect> effects = new ArrayList<>(decision.effects());
      for (ReplicaSet each : seen.replicaSets()) {
        if (each.hash().equals(status.stableRS()) && each.replicas() > 1) {
          effects.add(
              new ClusterEffect.UpdateReplicaSet(each, each.withReplicas(each.replicas() - 1)));
        }
      }
      return effects;
    }
  },

  /** A run is forgotten until it is over, and made again. */
  MAKES_A_RUN_TWICE(RolloutInvariant.ONE_RUN_AT_A_TIME) {
    @Override
    RolloutObservations see(Rollout rollout, RolloutObservations seen, Instant now) {
      return withRuns(
          seen,
          seen.analysisRuns().stream()
              .filter(run -> run.statusOrPending().phase().isCompleted())
              .toList());
    }
  },

  /** Every deadline for scaling down is over. */
  IGNORES_THE_SCALE_DOWN_DEADLINE(
      RolloutInvariant.DELAY_IS_KEPT, RolloutInvariant.CAPACITY_FOR_TRAFFIC_IS_KEPT) {
    @Override
    RolloutObservations see(Rollout rollout, RolloutObservations seen, Instant now) {
      return withReplicaSets(
          seen,
          set ->
              set.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) == null
                  ? set
                  : set.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, "2001-01-01T00:00:00Z"));
    }
  },

  /** A pause counts as ended by somebody. */
  FORGETS_A_PAUSE(RolloutInvariant.PAUSE_IS_HONOURED) {
    @Override
    public Decision<RolloutStatus, ClusterEffect> decide(
        Rollout rollout, RolloutObservations seen, Instant now) {
      RolloutStatus before = rollout.statusOrEmpty();
      return ENGINE.decide(
          before.isPausedFor(PauseCondition.CANARY_PAUSE_STEP)
              ? rollout.withStatus(before.toBuilder().pauseConditions(List.of()).build())
              : rollout,
          seen,
          now);
    }
  },

  /** A pause starts anew with every look at it. */
  STARTS_A_PAUSE_ANEW(RolloutInvariant.PAUSE_START_IS_KEPT, RolloutInvariant.NO_HOT_LOOP) {
    @Override
    RolloutStatus write(Rollout rollout, RolloutStatus status, Instant now) {
      return status.toBuilder()
          .pauseConditions(
              status.pauseConditions().stream()
                  .map(
                      each ->
                          new PauseCondition(
                              each.reason(), Instant.ofEpochSecond(now.getEpochSecond())))
                  .toList())
          .build();
    }
  },

  /** Services are found by the beginning of their name. */
  WRITES_WHAT_IS_ANOTHERS(RolloutInvariant.EFFECTS_ON_OWN_OBJECTS) {
    @Override
    List<ClusterEffect> want(
        Rollout rollout,
        RolloutObservations seen,
        Decision<RolloutStatus, ClusterEffect> decision) {
      List<ClusterEffect> effects = new ArrayList<>();
      for (ClusterEffect effect : decision.effects()) {
        effects.add(effect);
        if (effect instanceof ClusterEffect.UpdateService update) {
          effects.add(
              new ClusterEffect.UpdateService(
                  neighbour(update.before()), neighbour(update.after())));
        }
      }
      return effects;
    }
  },

  /** The status is written in two ways that mean the same, in turn. */
  NEVER_SETTLES(RolloutInvariant.NOTHING_NEW_SETTLES, RolloutInvariant.NO_HOT_LOOP) {
    @Override
    RolloutStatus write(Rollout rollout, RolloutStatus status, Instant now) {
      boolean again = rollout.statusOrEmpty().message().endsWith(" ");
      return status.toBuilder().message(status.message().strip() + (again ? "" : " ")).build();
    }
  },

  /** Times are kept more precisely than they are written. */
  KEEPS_FRACTIONS_OF_SECONDS(RolloutInvariant.STATUS_SURVIVES_A_RESTART) {
    @Override
    RolloutStatus write(Rollout rollout, RolloutStatus status, Instant now) {
      return status.equals(rollout.statusOrEmpty())
          ? status
          : status.toBuilder()
              .conditions(
                  status.conditions().stream()
                      .map(
                          each ->
                              new Condition(
                                  each.type(),
                                  each.status(),
                                  now,
                                  each.lastTransitionTime(),
                                  each.reason(),
                                  each.message()))
                      .toList())
              .build();
    }
  },

  /** Nothing that is due later is remembered. */
  FORGETS_TO_WAKE_UP(
      RolloutInvariant.FINITE_EXIT,
      RolloutInvariant.ENDS_SOMEWHERE,
      RolloutInvariant.ABORTED_WEIGHT_ENDS_AT_ZERO) {
    @Override
    public Decision<RolloutStatus, ClusterEffect> decide(
        Rollout rollout, RolloutObservations seen, Instant now) {
      var decision = ENGINE.decide(rollout, seen, now);
      return new Decision<>(
          decision.status(), decision.effects(), Optional.empty(), decision.reasons());
    }
  },

  /** A canary is promoted behind its last step, whatever its pods do. */
  PROMOTES_WITHOUT_PODS(
      RolloutInvariant.PROMOTED_WHEN_AVAILABLE, RolloutInvariant.WEIGHT_HAS_CAPACITY) {
    @Override
    RolloutStatus write(Rollout rollout, RolloutStatus status, Instant now) {
      Integer index = status.currentStepIndex();
      int steps = EffectiveRollout.of(rollout.spec()).steps().size();
      return index != null && index == steps && !status.abort()
          ? status.toBuilder().stableRS(status.currentPodHash()).build()
          : status;
    }
  },

  /** The new version gets all of its pods at once, beside the old ones. */
  FORGETS_THE_SURGE(RolloutInvariant.SURGE_IS_KEPT) {
    @Override
    List<ClusterEffect> want(
        Rollout rollout,
        RolloutObservations seen,
        Decision<RolloutStatus, ClusterEffect> decision) {
      int replicas = EffectiveRollout.of(rollout.spec()).replicas();
      return decision.effects().stream()
          .map(
              effect ->
                  effect instanceof ClusterEffect.UpdateReplicaSet update
                          && update.after().replicas() > update.before().replicas()
                      ? new ClusterEffect.UpdateReplicaSet(
                          update.before(), update.after().withReplicas(replicas))
                      : effect)
          .toList();
    }
  };

  private static final RolloutEngine ENGINE = History.engine();

  @SuppressWarnings("ImmutableEnumChecker") // nobody gets to change it
  private final Set<RolloutInvariant> broken;

  RolloutBug(RolloutInvariant first, RolloutInvariant... others) {
    this.broken = Collections.unmodifiableSet(EnumSet.of(first, others));
  }

  /** Invariants any of which may be the first to show it. */
  Set<RolloutInvariant> broken() {
    return broken;
  }

  /** Spoils what {@link #see}, {@link #write} and {@link #want} spoil. */
  @Override
  public Decision<RolloutStatus, ClusterEffect> decide(
      Rollout rollout, RolloutObservations seen, Instant now) {
    var decision = ENGINE.decide(rollout, see(rollout, seen, now), now);
    decision = with(decision, write(rollout, decision.status(), now));
    return new Decision<>(
        decision.status(), want(rollout, seen, decision), decision.wakeUp(), decision.reasons());
  }

  RolloutObservations see(Rollout rollout, RolloutObservations seen, Instant now) {
    return seen;
  }

  RolloutStatus write(Rollout rollout, RolloutStatus status, Instant now) {
    return status;
  }

  List<ClusterEffect> want(
      Rollout rollout, RolloutObservations seen, Decision<RolloutStatus, ClusterEffect> decision) {
    return decision.effects();
  }

  private static Decision<RolloutStatus, ClusterEffect> with(
      Decision<RolloutStatus, ClusterEffect> decision, RolloutStatus status) {
    return new Decision<>(status, decision.effects(), decision.wakeUp(), decision.reasons());
  }

  private static RolloutObservations withReplicaSets(
      RolloutObservations seen, UnaryOperator<ReplicaSet> change) {
    return new RolloutObservations(
        seen.replicaSets().stream().map(change).toList(),
        seen.pods(),
        seen.analysisRuns(),
        seen.experiments(),
        seen.templates(),
        seen.objects(),
        seen.answers());
  }

  private static RolloutObservations withRuns(RolloutObservations seen, List<AnalysisRun> runs) {
    return new RolloutObservations(
        seen.replicaSets(),
        seen.pods(),
        runs,
        seen.experiments(),
        seen.templates(),
        seen.objects(),
        seen.answers());
  }

  private static Service neighbour(Service service) {
    ObjectMeta metadata = service.metadata().withName("shop-neighbour");
    return new Service(metadata, service.selector(), service.ports());
  }
}
