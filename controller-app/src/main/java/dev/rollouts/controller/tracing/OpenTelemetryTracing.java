package dev.rollouts.controller.tracing;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutDuration;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.engine.cluster.ReplicaSet;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Spans by OpenTelemetry. A trace is an update of a Rollout, or an AnalysisRun of its own: below
 * the update its steps and runs, below a run its measurements. Attributes are names, numbers and
 * phases; nothing that was measured, and no message.
 */
final class OpenTelemetryTracing implements Tracing {
  private final Spans spans;
  private final Stores stores;

  /** When the current step began, by the uid of the Rollout, as far as this process has seen it. */
  private final Map<String, Instant> stepsBegan = new ConcurrentHashMap<>();

  private OpenTelemetryTracing(Spans spans, Stores stores) {
    this.spans = spans;
    this.stores = stores;
    stores
        .rollouts()
        .listen(
            (before, after) -> {
              if (after == null && before != null) {
                stepsBegan.remove(before.metadata().uid());
              } else if (before == null && after != null) {
                // Who ends the pause removes its start with it.
                after.statusOrEmpty().pauseConditions().stream()
                    .findFirst()
                    .ifPresent(
                        pause -> stepsBegan.putIfAbsent(after.metadata().uid(), pause.startTime()));
              }
            });
  }

  static OpenTelemetryTracing start(Map<String, String> environment, Stores stores) {
    return new OpenTelemetryTracing(new Spans(environment), stores);
  }

  /** An attempt at an update: where its spans belong. */
  private record Attempt(String trace, String root, String revision) {}

  private Attempt attempt(Rollout rollout, RolloutStatus status) {
    return attempt(rollout, revision(rollout, status.currentPodHash()), status);
  }

  private static Attempt attempt(Rollout rollout, String revision, RolloutStatus status) {
    String uid = rollout.metadata().uid();
    RolloutDuration duration = status.duration();
    Instant start = duration == null ? null : duration.rolloutStartedAt();
    return new Attempt(
        TraceKeys.trace(uid, revision),
        TraceKeys.span("update", uid, revision, String.valueOf(start)),
        revision);
  }

  /** The revision that a version has or, when it is gone, the one that the Rollout tells. */
  private String revision(Rollout rollout, String hash) {
    for (ReplicaSet each : stores.replicaSets().ownedBy(rollout.metadata().uid())) {
      if (hash.equals(each.metadata().labels().get(RolloutKeys.POD_TEMPLATE_HASH))) {
        return Long.toString(each.revision());
      }
    }
    return rollout.metadata().annotations().getOrDefault(RolloutKeys.REVISION, "");
  }

  private static AttributesBuilder about(String kind, ObjectMeta object) {
    return Attributes.builder()
        .put("k8s.namespace.name", object.namespace())
        .put(kind + ".name", object.name());
  }

  // --- updates and steps

  @Override
  public void saved(Rollout rollout, RolloutStatus after, Instant now) {
    RolloutStatus before = rollout.statusOrEmpty();
    steps(rollout, before, after, now);
    RolloutDuration was = before.duration();
    RolloutDuration is = after.duration();
    Instant started = was == null ? null : was.rolloutStartedAt();
    if (was != null && started != null && was.finishedAt() == null) {
      if (is == null || !started.equals(is.rolloutStartedAt())) {
        String outcome = was.completionStatus().isEmpty() ? "Superseded" : was.completionStatus();
        update(rollout, before, started, now, outcome);
        return;
      }
    }
    if (is != null
        && is.finishedAt() != null
        && is.rolloutStartedAt() != null
        && (was == null || was.finishedAt() == null)) {
      update(rollout, after, is.rolloutStartedAt(), is.finishedAt(), is.completionStatus());
    }
  }

  private void update(
      Rollout rollout, RolloutStatus status, Instant start, Instant end, String outcome) {
    Attempt attempt = attempt(rollout, status);
    boolean blueGreen = rollout.spec().strategy().blueGreen() != null;
    spans.send(
        "rollout update",
        attempt.trace(),
        attempt.root(),
        null,
        start,
        end,
        about("rollout", rollout.metadata())
            .put("rollout.revision", attempt.revision())
            .put("rollout.strategy", blueGreen ? "blueGreen" : "canary")
            .put("rollout.outcome", outcome)
            .build(),
        outcome.equals("Aborted"));
  }

  private void steps(Rollout rollout, RolloutStatus before, RolloutStatus after, Instant now) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    Integer from = before.currentStepIndex();
    Integer to = after.currentStepIndex();
    boolean sameVersion = before.currentPodHash().equals(after.currentPodHash());
    boolean aborts = before.abortedAt() == null && after.abortedAt() != null;
    boolean moves = !Objects.equals(from, to) || !sameVersion;
    if (canary != null && from != null && sameVersion && (moves || aborts)) {
      List<CanaryStep> steps = canary.steps();
      int end = aborts || before.promoteFull() ? from + 1 : to == null ? from : to;
      for (int index = from; index < Math.min(end, steps.size()); index++) {
        step(rollout, after, index, steps.get(index), began(rollout, before, index), now, aborts);
        stepsBegan.put(rollout.metadata().uid(), now);
      }
    }
    if (moves || before.abortedAt() != null && after.abortedAt() == null) {
      stepsBegan.put(rollout.metadata().uid(), now);
    }
  }

  /** When a step began: as seen or, after a restart, as the status tells; null when neither. */
  private @Nullable Instant began(Rollout rollout, RolloutStatus before, int index) {
    Instant seen = stepsBegan.get(rollout.metadata().uid());
    if (seen != null) {
      return seen;
    }
    RolloutDuration duration = before.duration();
    return index == 0 && duration != null ? duration.rolloutStartedAt() : null;
  }

  private void step(
      Rollout rollout,
      RolloutStatus status,
      int index,
      CanaryStep step,
      @Nullable Instant began,
      Instant end,
      boolean aborted) {
    Attempt attempt = attempt(rollout, status);
    String name = StepNames.of(step);
    AttributesBuilder attributes =
        about("rollout", rollout.metadata())
            .put("rollout.revision", attempt.revision())
            .put("rollout.step.index", index)
            .put("rollout.step", name);
    if (step.setWeight() != null) {
      attributes.put("rollout.step.weight", step.setWeight());
    }
    if (began == null) {
      attributes.put("rollout.step.start_unknown", true);
    }
    spans.send(
        "step " + name,
        attempt.trace(),
        TraceKeys.span("step", attempt.root(), Integer.toString(index)),
        attempt.root(),
        began == null ? end : began,
        end,
        attributes.build(),
        aborted);
  }

  // --- runs and measurements

  /** Where the spans of a run belong: below the update that it judges, else alone. */
  private Attempt attempt(AnalysisRun run) {
    ObjectMeta owner = run.metadata();
    Experiment experiment =
        owner(owner, "Experiment")
            .flatMap(name -> stores.experiments().get(owner.namespace(), name))
            .orElse(null);
    ObjectMeta child = experiment == null ? owner : experiment.metadata();
    Optional<Rollout> rollout =
        owner(child, "Rollout").flatMap(name -> stores.rollouts().get(child.namespace(), name));
    if (rollout.isEmpty()) {
      return new Attempt(TraceKeys.trace(owner.uid(), ""), "", "");
    }
    RolloutStatus status = rollout.get().statusOrEmpty();
    String own = child.annotations().getOrDefault(RolloutKeys.REVISION, "");
    return own.isEmpty() ? attempt(rollout.get(), status) : attempt(rollout.get(), own, status);
  }

  private static Optional<String> owner(ObjectMeta of, String kind) {
    return of.ownerReferences().stream()
        .filter(each -> each.controller() && each.kind().equals(kind))
        .map(ObjectMeta.OwnerReference::name)
        .findFirst();
  }

  private static String span(AnalysisRun run) {
    return TraceKeys.span("run", run.metadata().uid());
  }

  @Override
  public void measured(AnalysisRun run, String metric, Measurement measurement) {
    Instant start = measurement.startedAt();
    Instant end = measurement.finishedAt();
    if (start == null || end == null) {
      return; // it goes on
    }
    AnalysisPhase phase = measurement.phase();
    spans.send(
        "measurement",
        attempt(run).trace(),
        TraceKeys.span("measurement", run.metadata().uid(), metric, start.toString()),
        span(run),
        start,
        end,
        about("analysisrun", run.metadata())
            .put("analysis.metric", metric)
            .put("analysis.phase", phase.wireName())
            .build(),
        phase == AnalysisPhase.ERROR || phase == AnalysisPhase.FAILED);
  }

  @Override
  public void completed(AnalysisRun run) {
    AnalysisRunStatus status = run.statusOrPending();
    Instant start = status.startedAt();
    Instant end = status.completedAt();
    if (start == null || end == null) {
      return; // it never began
    }
    Attempt attempt = attempt(run);
    spans.send(
        "analysis run",
        attempt.trace(),
        span(run),
        attempt.root().isEmpty() ? null : attempt.root(),
        start,
        end,
        about("analysisrun", run.metadata())
            .put("analysis.phase", status.phase().wireName())
            .build(),
        status.phase() == AnalysisPhase.ERROR || status.phase() == AnalysisPhase.FAILED);
  }

  @Override
  public void close() {
    spans.close();
  }
}
