package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.engine.Event;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something for the shell to do. Effects follow from the status: until an observation answers one,
 * every decision asks for it again, with the same identity, and the shell starts it once.
 */
public sealed interface AnalysisEffect {
  /** Calls the method that belongs to this variant. */
  <R> R accept(Handler<R> handler);

  /** An effect that an {@link Observed} answers. */
  sealed interface Asking extends AnalysisEffect permits Measure, Resume, Terminate {
    /** Which measurement. */
    MeasurementId id();

    /** The metric as the spec has it, placeholders included. */
    Metric metric();

    /** Start of the run; null when it has none yet. */
    @Nullable Instant runStartedAt();
  }

  /**
   * Take a new measurement.
   *
   * @param runStartedAt start of the run
   */
  record Measure(MeasurementId id, Metric metric, @Nullable Instant runStartedAt)
      implements Asking {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.measure(this);
    }
  }

  /** Look again at a measurement in flight. */
  record Resume(
      MeasurementId id, Metric metric, @Nullable Instant runStartedAt, Measurement inFlight)
      implements Asking {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.resume(this);
    }
  }

  /** Stop a measurement in flight. */
  record Terminate(
      MeasurementId id, Metric metric, @Nullable Instant runStartedAt, Measurement inFlight)
      implements Asking {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.terminate(this);
    }
  }

  /**
   * Remove what dropped measurements left in the back-end.
   *
   * @param keep newest measurements whose remains stay
   */
  record CollectGarbage(Metric metric, int keep) implements AnalysisEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.collectGarbage(this);
    }
  }

  /** Tell the outside, as a Kubernetes event or to a listener. */
  record Announce(Event event) implements AnalysisEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.announce(this);
    }
  }

  /** Delete the run: its time to live is over. A run that is gone already is fine. */
  record DeleteRun() implements AnalysisEffect {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.deleteRun(this);
    }
  }

  /** One answer per variant. */
  interface Handler<R> {
    R measure(Measure effect);

    R resume(Resume effect);

    R terminate(Terminate effect);

    R collectGarbage(CollectGarbage effect);

    R announce(Announce effect);

    R deleteRun(DeleteRun effect);
  }

  /** The effects that an observation answers, in their order. */
  static List<Asking> asking(List<AnalysisEffect> effects) {
    return effects.stream().filter(Asking.class::isInstance).map(Asking.class::cast).toList();
  }
}
