package dev.rollouts.controller.analysis;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.logs.LogFields;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.controller.tracing.Tracing;
import dev.rollouts.engine.Event;
import dev.rollouts.runner.AnalysisListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes Kubernetes events and log lines of what the runner tells. */
public final class RunEvents implements AnalysisListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.rollouts.controller.analysis");

  private final EventRecorder events;
  private final ControllerMetrics metrics;
  private final Tracing tracing;

  /** Tells this recorder, has verdicts counted, and everything traced. */
  public RunEvents(EventRecorder events, ControllerMetrics metrics, Tracing tracing) {
    this.events = events;
    this.metrics = metrics;
    this.tracing = tracing;
  }

  @Override
  public void measured(AnalysisRun run, String metric, Measurement measurement) {
    tracing.measured(run, metric, measurement);
  }

  @Override
  public void announced(AnalysisRun run, Event event) {
    events.record(run, event);
  }

  @Override
  public void completed(AnalysisRun run) {
    metrics.judged(run.statusOrPending().phase());
    tracing.completed(run);
  }

  @Override
  public void troubled(String run, String problem, @Nullable Throwable cause) {
    try (LogFields fields = LogFields.of("analysisrun", run)) {
      LOG.warn("run \"{}\": {}", run, problem, cause);
    }
  }
}
