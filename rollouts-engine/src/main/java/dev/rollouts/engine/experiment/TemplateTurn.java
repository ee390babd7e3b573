package dev.rollouts.engine.experiment;

import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.experiment.ExperimentTemplatePhase;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.ServiceRef;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One turn of one template. Rules E-004, E-010 to E-022. */
final class TemplateTurn {
  private static final int DEFAULT_DELAY_SECONDS = 30;

  private final Experiment experiment;
  private final ExperimentTemplate template;
  private final ExperimentObservations seen;
  private final boolean terminating;
  private final Schedule schedule;
  private final Instant now;
  private final Output out;
  private final @Nullable ReplicaSet replicaSet;
  private final List<Service> services;
  private final @Nullable Service service;
  private @Nullable Integer collisionCount;
  private @Nullable String error;

  TemplateTurn(
      Experiment experiment,
      ExperimentTemplate template,
      Owned owned,
      ExperimentObservations seen,
      boolean terminating,
      Schedule schedule,
      Instant now,
      Output out) {
    this.experiment = experiment;
    this.template = template;
    this.seen = seen;
    this.terminating = terminating;
    this.schedule = schedule;
    this.now = now;
    this.out = out;
    this.replicaSet = owned.replicaSets().get(template.name());
    this.services = owned.services().getOrDefault(template.name(), List.of());
    this.service =
        services.stream()
            .filter(each -> each.name().equals(serviceName()))
            .findFirst()
            .orElse(services.isEmpty() ? null : services.get(0));
  }

  /**
   * Plans what to do and says what the status becomes.
   *
   * @param before null when the template is new
   */
  ExperimentTemplateStatus decide(@Nullable ExperimentTemplateStatus before) {
    boolean completed = isCompleted(before);
    int desired = terminating || completed ? 0 : wanted();
    collisionCount = before == null ? null : before.collisionCount();
    if (replicaSet == null && !completed) {
      create();
    }
    serve(desired);
    if (replicaSet != null && error == null) {
      scale(replicaSet, desired, completed);
    }
    ExperimentTemplateStatus after = assess(before, desired);
    if (before == null || after.status() != before.status()) {
      out.announce(Events.template(before, after));
    }
    return after;
  }

  private int wanted() {
    return template.replicas() == null ? 1 : Math.max(0, template.replicas());
  }

  /**
   * Makes the ReplicaSet, empty (E-010). A name that something else has is passed by for good: the
   * count of such collisions is part of the name and of the hash (E-011).
   */
  private void create() {
    Map<String, ReplicaSet> byName = new HashMap<>();
    seen.replicaSets().forEach(each -> byName.put(each.name(), each));
    while (byName.containsKey(Manifests.name(experiment, template, collisionCount))) {
      collisionCount = collisionCount == null ? 1 : collisionCount + 1;
      out.reasons.add(Reason.of("E-011", template.name(), "collisionCount", collisionCount));
    }
    ReplicaSet fresh = Manifests.replicaSet(experiment, template, collisionCount);
    ClusterAnswer.Refused refused =
        Refusals.of(
                seen.answers(),
                ClusterEffect.CreateReplicaSet.class,
                effect -> effect.replicaSet().name().equals(fresh.name()))
            .orElse(null);
    if (refused != null && Refusals.isFinal(refused)) {
      fail(
          "E-012",
          "Failed to create ReplicaSet for template '%s': %s"
              .formatted(template.name(), refused.error()));
      out.announce(Events.createError(String.valueOf(error)));
    } else if (refused != null) {
      out.retry(refused.error());
    } else {
      out.reasons.add(Reason.of("E-010", template.name(), "replicaSet", fresh.name()));
      out.effects.add(new ClusterEffect.CreateReplicaSet(fresh));
      out.announce(Events.created(fresh));
    }
  }

  /** The name that a Service of the template has; empty while it cannot be told. */
  private String serviceName() {
    ServiceRef wanted = template.service();
    if (wanted != null && !wanted.name().isEmpty()) {
      return wanted.name();
    }
    return replicaSet == null ? "" : replicaSet.name();
  }

  /** Makes the Service, and deletes what is not wanted or one too many (E-013, E-005). */
  private void serve(int desired) {
    if (service == null && replicaSet != null && desired > 0) {
      Manifests.service(experiment, template, replicaSet).ifPresent(this::createService);
    }
    for (Service each : services) {
      if (!each.equals(service) || !isServed(desired)) {
        deleteService(each);
      }
    }
  }

  private void deleteService(Service unwanted) {
    ClusterAnswer.Refused refused =
        Refusals.of(
                seen.answers(),
                ClusterEffect.DeleteService.class,
                effect -> effect.service().name().equals(unwanted.name()))
            .orElse(null);
    if (refused != null) {
      out.retry(refused.error());
    } else {
      out.reasons.add(Reason.of("E-013", template.name(), "deletes", unwanted.name()));
      out.effects.add(new ClusterEffect.DeleteService(unwanted));
    }
  }

  /** Whether a Service that exists stays. */
  private boolean isServed(int desired) {
    return template.service() != null
        && (desired > 0 || (replicaSet != null && replicaSet.available() > 0));
  }

  private void createService(Service wanted) {
    String failed =
        "Failed to create Service %s for template '%s': ".formatted(wanted.name(), template.name());
    if (seen.services().stream().anyMatch(each -> each.name().equals(wanted.name()))) {
      fail(
          "E-013",
          failed
              + "service %s already exists and is not owned by experiment template %s"
                  .formatted(wanted.name(), template.name()));
      return;
    }
    ClusterAnswer.Refused refused =
        Refusals.of(
                seen.answers(),
                ClusterEffect.CreateService.class,
                effect -> effect.service().name().equals(wanted.name()))
            .orElse(null);
    if (refused != null && Refusals.isFinal(refused)) {
      fail("E-013", failed + refused.error());
    } else if (refused != null) {
      out.retry(refused.error());
    } else {
      out.reasons.add(Reason.of("E-013", template.name(), "creates", wanted.name()));
      out.effects.add(new ClusterEffect.CreateService(wanted));
    }
  }

  private void scale(ReplicaSet pods, int desired, boolean completed) {
    if (pods.replicas() == desired) {
      return;
    }
    ReplicaSet scaled = desired == 0 ? towardsZero(pods) : pods.withReplicas(desired);
    if (scaled.equals(pods)) {
      return;
    }
    ClusterAnswer.Refused refused =
        Refusals.of(
                seen.answers(),
                ClusterEffect.UpdateReplicaSet.class,
                effect -> effect.after().name().equals(pods.name()))
            .orElse(null);
    if (refused != null && Refusals.isFinal(refused) && !completed) {
      fail(
          "E-015",
          "Unable to scale ReplicaSet for template '%s' to desired replica count '%d': %s"
              .formatted(template.name(), desired, refused.error()));
      out.announce(Events.updateError(String.valueOf(error)));
      return;
    }
    if (refused != null && refused.why() != ClusterAnswer.Refusal.CONFLICT) {
      out.retry(refused.error());
      return;
    }
    out.effects.add(new ClusterEffect.UpdateReplicaSet(pods, scaled));
    if (scaled.replicas() != pods.replicas()) {
      out.reasons.add(
          Reason.of(
              desired == 0 ? "E-016" : "E-015",
              template.name(),
              "from",
              pods.replicas(),
              "to",
              scaled.replicas()));
      out.announce(Events.scaled(pods, scaled.replicas()));
    }
  }

  /** The ReplicaSet on its way to 0: with a deadline, waiting for it, or empty (E-016). */
  private ReplicaSet towardsZero(ReplicaSet pods) {
    Integer configured = experiment.spec().scaleDownDelaySeconds();
    int delay = Math.max(0, configured == null ? DEFAULT_DELAY_SECONDS : configured);
    String text = pods.annotation(RolloutKeys.SCALE_DOWN_DEADLINE);
    if (delay == 0) {
      return pods.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, null).withReplicas(0);
    }
    if (text == null) {
      Instant deadline = now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(delay);
      out.reasons.add(Reason.of("E-016", template.name(), "deadline", deadline.toString()));
      return pods.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, deadline.toString());
    }
    Instant deadline = parse(text);
    if (deadline == null) {
      out.reasons.add(Reason.of("E-016", template.name(), "unreadableDeadline", text));
      return pods.withReplicas(0);
    }
    if (now.isBefore(deadline)) {
      out.reasons.add(Reason.of("E-016", template.name(), "waitsUntil", deadline.toString()));
      out.wakeUp(deadline);
      return pods;
    }
    return pods.withReplicas(0);
  }

  private static @Nullable Instant parse(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException unreadable) {
      return null;
    }
  }

  private void fail(String rule, String message) {
    error = message;
    out.reasons.add(Reason.of(rule, template.name(), "error", message));
  }

  private ExperimentTemplateStatus assess(@Nullable ExperimentTemplateStatus before, int desired) {
    ReplicaSet.Status counts = replicaSet == null ? ReplicaSet.Status.empty() : replicaSet.status();
    int available = replicaSet == null ? 0 : replicaSet.available();
    boolean complete = (replicaSet != null || terminating) && desired == available;
    Instant changedAt = changedAt(before, counts, complete);
    ExperimentTemplatePhase phase = phase(before, complete, changedAt);
    if (before == null || phase != before.status()) {
      out.reasons.add(
          Reason.of(
              "E-019",
              template.name(),
              "status",
              phase.wireName(),
              "desired",
              desired,
              "available",
              available));
    }
    boolean served = replicaSet != null && service != null && isServed(desired);
    return new ExperimentTemplateStatus(
        template.name(),
        counts.replicas(),
        counts.replicas(),
        counts.readyReplicas(),
        counts.availableReplicas(),
        collisionCount,
        phase,
        message(before, phase),
        changedAt,
        served && service != null ? service.name() : "",
        served && replicaSet != null ? replicaSet.hash() : "");
  }

  /**
   * When the template last moved: first seen, another count, or no longer running (E-010, E-018,
   * E-020).
   */
  private Instant changedAt(
      @Nullable ExperimentTemplateStatus before, ReplicaSet.Status counts, boolean complete) {
    Instant then = before == null ? null : before.lastTransitionTime();
    boolean same =
        before != null
            && before.replicas() == counts.replicas()
            && before.readyReplicas() == counts.readyReplicas()
            && before.availableReplicas() == counts.availableReplicas()
            && (complete || before.status() != ExperimentTemplatePhase.RUNNING);
    return same && then != null ? then : now.truncatedTo(ChronoUnit.SECONDS);
  }

  private ExperimentTemplatePhase phase(
      @Nullable ExperimentTemplateStatus before, boolean complete, Instant changedAt) {
    ExperimentTemplatePhase old = before == null ? null : before.status();
    if (old != null && old.isCompleted()) {
      return old;
    }
    if (error != null) {
      return ExperimentTemplatePhase.ERROR;
    }
    if (complete && schedule.isOver()) {
      return ExperimentTemplatePhase.SUCCESSFUL;
    }
    if (!complete && schedule.isLate(changedAt)) {
      return ExperimentTemplatePhase.FAILED;
    }
    if (terminating) {
      return ExperimentTemplatePhase.SUCCESSFUL;
    }
    return complete ? ExperimentTemplatePhase.RUNNING : ExperimentTemplatePhase.PROGRESSING;
  }

  private String message(@Nullable ExperimentTemplateStatus before, ExperimentTemplatePhase phase) {
    if (before != null && isCompleted(before)) {
      return before.message();
    }
    if (error != null) {
      return error;
    }
    return phase == ExperimentTemplatePhase.FAILED
        ? "Template '%s' exceeded its progressDeadlineSeconds (%d)"
            .formatted(template.name(), schedule.deadline().toSeconds())
        : "";
  }

  private static boolean isCompleted(@Nullable ExperimentTemplateStatus status) {
    return status != null && status.status() != null && status.status().isCompleted();
  }
}
