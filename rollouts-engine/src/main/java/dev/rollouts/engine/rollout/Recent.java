package dev.rollouts.engine.rollout;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the things that were asked for last; of two equal things each has its own, since
 * comparing would cost more than is saved. Thread-safe.
 */
final class Recent<K, V> {
  private final Map<Same<K>, V> known;

  Recent(int max) {
    this.known =
        new LinkedHashMap<>(64, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Same<K>, V> eldest) {
            return size() > max;
          }
        };
  }

  /** The very object. */
  private record Same<K>(K key) {
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(@Nullable Object other) {
      return other instanceof Same<?> that && that.key == key;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(key);
    }
  }

  /** What is known and still holds, else what is found out anew. */
  V get(K key, Predicate<V> holds, Supplier<V> findOut) {
    Same<K> same = new Same<>(key);
    V value;
    synchronized (known) {
      value = known.get(same);
    }
    if (value != null && holds.test(value)) {
      return value;
    }
    V fresh = findOut.get();
    synchronized (known) {
      known.put(same, fresh);
    }
    return fresh;
  }
}
