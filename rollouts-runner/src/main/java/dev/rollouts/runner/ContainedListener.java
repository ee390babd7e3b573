package dev.rollouts.runner;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.analysis.AnalysisEffect;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells every listener, whatever another one throws. */
record ContainedListener(List<AnalysisListener> listeners) implements AnalysisListener {
  ContainedListener {
    listeners = List.copyOf(listeners);
  }

  @Override
  public void decided(AnalysisRun run, Decision<AnalysisRunStatus, AnalysisEffect> decision) {
    each(run.metadata().name(), listener -> listener.decided(run, decision));
  }

  @Override
  public void measured(AnalysisRun run, String metric, Measurement measurement) {
    each(run.metadata().name(), listener -> listener.measured(run, metric, measurement));
  }

  @Override
  public void announced(AnalysisRun run, Event event) {
    each(run.metadata().name(), listener -> listener.announced(run, event));
  }

  @Override
  public void completed(AnalysisRun run) {
    each(run.metadata().name(), listener -> listener.completed(run));
  }

  @Override
  public void troubled(String run, String problem, @Nullable Throwable cause) {
    each(run, listener -> listener.troubled(run, problem, cause));
  }

  private void each(String run, Consumer<AnalysisListener> call) {
    for (AnalysisListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (Throwable e) {
        System.getLogger("dev.rollouts.runner")
            .log(Level.WARNING, "run \"" + run + "\": listener " + listener.getClass(), e);
      }
    }
  }
}
