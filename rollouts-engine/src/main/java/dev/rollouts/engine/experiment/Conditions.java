package dev.rollouts.engine.experiment;

import dev.rollouts.api.Condition;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Conditions of an experiment. Rules E-001, E-070, E-071. */
final class Conditions {
  private static final String PROGRESSING = "Progressing";
  private static final String INVALID_SPEC = "InvalidSpec";

  private Conditions() {}

  /** The conditions of an experiment that cannot be run. */
  static List<Condition> invalid(List<Condition> before, String message, Instant now) {
    return with(before, INVALID_SPEC, Condition.TRUE, INVALID_SPEC, message, false, now);
  }

  /**
   * The conditions that belong to a new status.
   *
   * @param after without conditions
   * @param running whether every template runs
   */
  static List<Condition> after(
      Experiment experiment, ExperimentStatus after, boolean running, Instant now) {
    ExperimentStatus before = experiment.statusOrEmpty();
    List<Condition> conditions =
        before.conditions().stream().filter(each -> !each.type().equals(INVALID_SPEC)).toList();
    String name = experiment.metadata().name();
    if (after.phase() == AnalysisPhase.SUCCESSFUL) {
      return with(
          conditions,
          PROGRESSING,
          Condition.FALSE,
          "ExperimentCompleted",
          "Experiment \"%s\" has successfully ran and completed.".formatted(name),
          false,
          now);
    }
    if (running && after.availableAt() != null && !Turn.isCompleted(after.phase())) {
      return with(
          conditions,
          PROGRESSING,
          Condition.TRUE,
          "NewReplicaSetAvailable",
          "Experiment \"%s\" is running.".formatted(name),
          false,
          now);
    }
    if (!counts(before).equals(counts(after))) {
      return with(
          conditions,
          PROGRESSING,
          Condition.TRUE,
          "ReplicaSetUpdated",
          "Experiment \"%s\" is progressing.".formatted(name),
          true,
          now);
    }
    return conditions;
  }

  private static List<List<Object>> counts(ExperimentStatus status) {
    List<List<Object>> counts = new ArrayList<>();
    for (ExperimentTemplateStatus each : status.templateStatuses()) {
      counts.add(
          List.of(each.name(), each.replicas(), each.readyReplicas(), each.availableReplicas()));
    }
    return counts;
  }

  /**
   * The conditions with one more or changed.
   *
   * @param refresh whether it is written even if status and reason are the same
   */
  private static List<Condition> with(
      List<Condition> before,
      String type,
      String status,
      String reason,
      String message,
      boolean refresh,
      Instant now) {
    List<Condition> conditions = new ArrayList<>();
    Instant since = now;
    for (Condition each : before) {
      if (!each.type().equals(type)) {
        conditions.add(each);
        continue;
      }
      boolean sameStatus = each.status().equals(status);
      boolean same = sameStatus && each.reason().equals(reason) && each.message().equals(message);
      if (same && !refresh) {
        return before;
      }
      since = sameStatus ? each.lastTransitionTime() : now;
    }
    conditions.add(new Condition(type, status, now, since, reason, message));
    return conditions;
  }
}
