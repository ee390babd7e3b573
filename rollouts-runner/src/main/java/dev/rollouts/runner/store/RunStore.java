package dev.rollouts.runner.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps runs by name. Implementations are thread-safe and may block; several processes may use one
 * store.
 *
 * <p>An {@link IOException} or {@link RuntimeException} stands for a store that is out of order for
 * the moment: the runner keeps what it has observed and tries again.
 */
public interface RunStore {
  /** The run of this name, or nothing when there is none (any more). */
  Optional<SavedRun> load(String name) throws IOException;

  /**
   * Replaces the stored run if its version is still the given one, in one step.
   *
   * @param changed the run to store, with the version that it was loaded with, or {@link
   *     SavedRun#NEW} to store it only if there is none of its name
   * @return what is stored now, with its new version; nothing when another was faster or the run is
   *     gone
   */
  Optional<SavedRun> save(SavedRun changed) throws IOException;

  /**
   * Removes the run of this name; one that is gone already is fine.
   *
   * @param uid only if it is still this run, not a newer one of the same name
   */
  void delete(String name, String uid) throws IOException;

  /** Names of all stored runs, in no particular order. */
  List<String> names() throws IOException;
}
