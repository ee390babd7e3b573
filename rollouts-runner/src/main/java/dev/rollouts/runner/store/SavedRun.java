package dev.rollouts.runner.store;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.AnalysisRun;
import org.jspecify.annotations.Nullable;

/**
 * A run as it was stored.
 *
 * @param version changes with every save; 0 for a run that is not stored yet
 */
public record SavedRun(AnalysisRun run, long version) {
  /** Version of a run that is not stored yet. */
  public static final long NEW = 0;

  public SavedRun {
    requireNonNull(run, "run");
  }

  /** A run that is not stored yet. */
  public static SavedRun fresh(AnalysisRun run) {
    return new SavedRun(run, NEW);
  }

  /**
   * Whether this may replace what is stored: the same run with the same version, or nothing in
   * place of which a new run goes. A run that was deleted and started anew under its name is not
   * the same.
   *
   * @param stored null when there is none of this name
   */
  public boolean follows(@Nullable SavedRun stored) {
    return stored == null
        ? version == NEW
        : version == stored.version && uid().equals(stored.uid());
  }

  /** Uid of the run. */
  public String uid() {
    return run.metadata().uid();
  }

  /** Name of the run, which is its key. */
  public String name() {
    return run.metadata().name();
  }
}
