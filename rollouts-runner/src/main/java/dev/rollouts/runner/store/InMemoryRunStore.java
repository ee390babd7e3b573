package dev.rollouts.runner.store;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Keeps runs as long as the process lives: all that are not completed, and of the completed ones
 * the newest. Runners in one process may share it. Thread-safe.
 */
public final class InMemoryRunStore implements RunStore {
  private static final int COMPLETED_MAX_DEFAULT = 1_000;

  private final int completedMax;
  private final Map<String, SavedRun> runs = new HashMap<>();
  private final Queue<SavedRun> completed = new ArrayDeque<>();

  /** A store that keeps the newest 1,000 completed runs. */
  public InMemoryRunStore() {
    this(COMPLETED_MAX_DEFAULT);
  }

  /**
   * A store that keeps this many completed runs.
   *
   * @param completedMax 0 or more
   */
  public InMemoryRunStore(int completedMax) {
    if (completedMax < 0) {
      throw new IllegalArgumentException("completedMax: must be 0 or more, was " + completedMax);
    }
    this.completedMax = completedMax;
  }

  @Override
  public synchronized Optional<SavedRun> load(String name) {
    return Optional.ofNullable(runs.get(name));
  }

  @Override
  public synchronized Optional<SavedRun> save(SavedRun changed) {
    if (!changed.follows(runs.get(changed.name()))) {
      return Optional.empty();
    }
    SavedRun next = new SavedRun(changed.run(), changed.version() + 1);
    runs.put(next.name(), next);
    if (next.run().statusOrPending().phase().isCompleted()) {
      completed.add(next);
      forgetOldest();
    }
    return Optional.of(next);
  }

  @Override
  public synchronized void delete(String name, String uid) {
    runs.computeIfPresent(name, (key, run) -> run.run().metadata().uid().equals(uid) ? null : run);
    completed.removeIf(run -> run.name().equals(name) && !runs.containsKey(name));
  }

  @Override
  public synchronized List<String> names() {
    return List.copyOf(runs.keySet());
  }

  private void forgetOldest() {
    while (completed.size() > completedMax) {
      SavedRun oldest = completed.remove();
      runs.remove(oldest.name(), oldest);
    }
  }
}
