package dev.rollouts.engine.experiment;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.ExperimentRunStatus;
import dev.rollouts.api.experiment.ExperimentTemplatePhase;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ReplicaSet;
import org.jspecify.annotations.Nullable;

/** What is told about an experiment, in the words of docs/spec/experiment.md#events. */
final class Events {
  private Events() {}

  static Event experiment(@Nullable AnalysisPhase from, AnalysisPhase to) {
    return new Event(
        isBad(to),
        "Experiment" + to.wireName(),
        "Experiment transitioned from %s -> %s".formatted(word(from), to.wireName()));
  }

  static Event template(@Nullable ExperimentTemplateStatus before, ExperimentTemplateStatus after) {
    ExperimentTemplatePhase from = before == null ? null : before.status();
    ExperimentTemplatePhase to = after.status();
    return new Event(
        to == ExperimentTemplatePhase.FAILED || to == ExperimentTemplatePhase.ERROR,
        "Template" + word(to),
        "Template '%s' transitioned from %s -> %s%s"
            .formatted(after.name(), word(from), word(to), behind(after.message())));
  }

  static Event analysis(@Nullable ExperimentRunStatus before, ExperimentRunStatus after) {
    AnalysisPhase to = after.phase();
    return new Event(
        to != null && isBad(to),
        "AnalysisRun" + word(to),
        "AnalysisRun '%s' transitioned from %s -> %s%s"
            .formatted(
                after.name(),
                word(before == null ? null : before.phase()),
                word(to),
                behind(after.message())));
  }

  static Event terminating(String analysis, String run) {
    return Event.normal("AnalysisRunTerminating", "Terminating %s (%s)".formatted(analysis, run));
  }

  static Event created(ReplicaSet replicaSet) {
    return Event.normal("NewReplicaSetCreated", "Created ReplicaSet " + replicaSet.name());
  }

  static Event createError(String message) {
    return Event.normal("ReplicaSetCreateError", message);
  }

  static Event updateError(String message) {
    return Event.warning("ReplicaSetUpdateError", message);
  }

  static Event scaled(ReplicaSet replicaSet, int to) {
    return Event.normal(
        "ScalingReplicaSet",
        "Scaled %s ReplicaSet %s from %d to %d"
            .formatted(
                to > replicaSet.replicas() ? "up" : "down",
                replicaSet.name(),
                replicaSet.replicas(),
                to));
  }

  /** A phase as events have it; none is the empty text. */
  static String word(@Nullable AnalysisPhase phase) {
    return phase == null ? "" : phase.wireName();
  }

  private static String word(@Nullable ExperimentTemplatePhase phase) {
    return phase == null ? "" : phase.wireName();
  }

  private static String behind(String message) {
    return message.isEmpty() ? "" : ": " + message;
  }

  private static boolean isBad(AnalysisPhase phase) {
    return phase.isCompleted() && phase != AnalysisPhase.SUCCESSFUL;
  }
}
