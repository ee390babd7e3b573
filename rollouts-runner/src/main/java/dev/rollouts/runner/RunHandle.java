package dev.rollouts.runner;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** A run that an {@link AnalysisRunner} looks after. Thread-safe. */
public interface RunHandle {
  /** Name of the run. */
  String name();

  /** The run as last saved, with its spec and status. */
  AnalysisRun run();

  /** Where the run stands, as last saved. */
  AnalysisRunStatus status();

  /**
   * Waits for the verdict.
   *
   * @return a completed status; only phase Successful is a success
   * @throws TimeoutException if it takes longer than {@code limit}; the run goes on
   * @throws CancellationException if the run was deleted or {@link #cancel cancelled}, or the
   *     runner closed
   */
  AnalysisRunStatus await(Duration limit) throws InterruptedException, TimeoutException;

  /**
   * Completes with the completed status, or with a {@link CancellationException} if the run was
   * deleted or {@link #cancel cancelled}, or the runner closed. A copy: completing it oneself
   * changes nothing.
   */
  CompletableFuture<AnalysisRunStatus> completion();

  /**
   * Asks the run to end: no further measurement is taken, those in flight are
   * stopped in their back-ends, and the run gets its verdict, Successful unless something worse was
   * measured. Returns at once.
   */
  void terminate();

  /**
   * Stops looking after the run: its calls are interrupted, nothing is decided any more. What is
   * saved stays as it is, so that the run can be taken up again, here or elsewhere. A run that is
   * completed already stays so.
   */
  void cancel();
}
