package dev.rollouts.controller.analysis;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.engine.Event;
import dev.rollouts.runner.AnalysisListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes Kubernetes events and log lines of what the runner tells. */
public final class RunEvents implements AnalysisListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.rollouts.controller.analysis");

  private final EventRecorder events;

  /** Tells this recorder. */
  public RunEvents(EventRecorder events) {
    this.events = events;
  }

  @Override
  public void announced(AnalysisRun run, Event event) {
    events.record(run, event);
  }

  @Override
  public void troubled(String run, String problem, @Nullable Throwable cause) {
    LOG.warn("run \"{}\": {}", run, problem, cause);
  }
}
