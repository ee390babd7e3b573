package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.Rollout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What is known of each of the rollouts that were asked for last. Thread-safe. */
final class Recent<V> {
  private final Map<Name, V> known;

  private record Name(String namespace, String name) {}

  Recent(int max) {
    this.known =
        new LinkedHashMap<>(64, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Name, V> eldest) {
            return size() > max;
          }
        };
  }

  /** What is known and still holds, else what is found out anew. */
  V get(Rollout rollout, Predicate<V> holds, Supplier<V> findOut) {
    Name name = new Name(rollout.metadata().namespace(), rollout.metadata().name());
    V value;
    synchronized (known) {
      value = known.get(name);
    }
    if (value != null && holds.test(value)) {
      return value;
    }
    V fresh = findOut.get();
    synchronized (known) {
      known.put(name, fresh);
    }
    return fresh;
  }
}
