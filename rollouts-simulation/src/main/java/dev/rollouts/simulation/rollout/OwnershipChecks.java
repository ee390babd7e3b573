package dev.rollouts.simulation.rollout;

import static dev.rollouts.simulation.rollout.RolloutInvariant.EFFECTS_ON_OWN_OBJECTS;
import static dev.rollouts.simulation.rollout.RolloutInvariant.HASHES_ARE_UNIQUE;
import static dev.rollouts.simulation.rollout.RolloutInvariant.ONE_RUN_AT_A_TIME;
import static dev.rollouts.simulation.rollout.RolloutInvariant.SPEC_IS_THE_USERS;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.Objects;
import java.util.Set;

/** Whose objects are written, and that each is made once. */
final class OwnershipChecks {
  private final Requirement require;
  private final Set<String> foreign;

  /**
   * Checks of ownership.
   *
   * @param foreign names of objects that are nobody's business
   */
  OwnershipChecks(Requirement require, Set<String> foreign) {
    this.require = require;
    this.foreign = foreign;
  }

  void check(Facts facts) {
    for (ClusterEffect effect : facts.turn.decision().effects()) {
      check(facts, effect);
    }
  }

  private void check(Facts facts, ClusterEffect effect) {
    if (effect instanceof ClusterEffect.CreateReplicaSet create) {
      owned(facts, create.replicaSet().metadata(), effect);
      checkNew(facts, create.replicaSet());
    } else if (effect instanceof ClusterEffect.UpdateReplicaSet update) {
      ObjectMeta meta = update.before().metadata();
      owned(facts, meta.controllerUid().isEmpty() ? update.after().metadata() : meta, effect);
    } else if (effect instanceof ClusterEffect.DeleteReplicaSet delete) {
      owned(facts, delete.replicaSet().metadata(), effect);
    } else if (effect instanceof ClusterEffect.CreateAnalysisRun create) {
      owned(facts, create.run().metadata(), effect);
      checkOnlyRun(facts, create.run());
    } else if (effect instanceof ClusterEffect.TerminateAnalysisRun terminate) {
      owned(facts, terminate.run().metadata(), effect);
    } else if (effect instanceof ClusterEffect.DeleteAnalysisRun delete) {
      owned(facts, delete.run().metadata(), effect);
    } else if (effect instanceof ClusterEffect.CreateExperiment create) {
      owned(facts, create.experiment().metadata(), effect);
    } else if (effect instanceof ClusterEffect.TerminateExperiment terminate) {
      owned(facts, terminate.experiment().metadata(), effect);
    } else if (effect instanceof ClusterEffect.DeleteExperiment delete) {
      owned(facts, delete.experiment().metadata(), effect);
    } else if (effect instanceof ClusterEffect.UpdateService update) {
      known(update.before().name(), effect);
    } else if (effect instanceof ClusterEffect.UpdateObject update) {
      known(update.key().name(), effect);
    } else if (effect instanceof ClusterEffect.DeleteObject delete) {
      known(delete.key().name(), effect);
    } else if (effect instanceof ClusterEffect.PatchRollout patch) {
      require.that(
          SPEC_IS_THE_USERS,
          patch.replicas() == null || facts.rollout.spec().replicas() == null,
          () -> "replicas are written: " + effect);
    }
  }

  private void owned(Facts facts, ObjectMeta meta, ClusterEffect effect) {
    require.that(
        EFFECTS_ON_OWN_OBJECTS,
        meta.controllerUid().equals(facts.rollout.metadata().uid())
            && !foreign.contains(meta.name()),
        () -> "%s belongs to '%s': %s".formatted(meta.name(), meta.controllerUid(), effect));
  }

  private void known(String name, ClusterEffect effect) {
    require.that(
        EFFECTS_ON_OWN_OBJECTS, !foreign.contains(name), () -> name + " is foreign: " + effect);
  }

  private void checkNew(Facts facts, ReplicaSet created) {
    for (ReplicaSet each : facts.owned.values()) {
      require.that(
          HASHES_ARE_UNIQUE,
          !each.hash().equals(created.hash()) && !each.name().equals(created.name()),
          () -> "%s is made beside %s".formatted(created.name(), each.name()));
    }
  }

  private void checkOnlyRun(Facts facts, AnalysisRun created) {
    ObjectMeta mine = created.metadata();
    for (AnalysisRun each : facts.turn.seen().analysisRuns()) {
      ObjectMeta its = each.metadata();
      if (its.controllerUid().equals(facts.rollout.metadata().uid())
          && same(mine, its, RolloutKeys.RUN_TYPE)
          && same(mine, its, RolloutKeys.STEP_INDEX)
          && same(mine, its, RolloutKeys.POD_TEMPLATE_HASH)) {
        require.that(
            ONE_RUN_AT_A_TIME,
            each.statusOrPending().phase().isCompleted()
                || each.spec().terminate()
                || terminates(facts, its.name()),
            () -> "%s is made while %s is unfinished".formatted(mine.name(), its.name()));
      }
    }
  }

  private static boolean terminates(Facts facts, String name) {
    return facts.turn.decision().effects().stream()
        .anyMatch(
            each ->
                each instanceof ClusterEffect.TerminateAnalysisRun terminate
                    && terminate.run().metadata().name().equals(name));
  }

  private static boolean same(ObjectMeta a, ObjectMeta b, String label) {
    return Objects.equals(a.labels().get(label), b.labels().get(label));
  }
}
