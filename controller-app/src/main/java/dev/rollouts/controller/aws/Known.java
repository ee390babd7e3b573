package dev.rollouts.controller.aws;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Answers that stay true for a while; the oldest goes when there are too many. Thread-safe. */
final class Known<K, V> {
  private final Map<K, Entry<V>> entries = new LinkedHashMap<>();
  private final int most;
  private final Duration kept;
  private final LongSupplier nanos;

  private record Entry<V>(V value, long until) {}

  Known(int most, Duration kept, LongSupplier nanos) {
    this.most = most;
    this.kept = kept;
    this.nanos = nanos;
  }

  synchronized Optional<V> get(K key) {
    Entry<V> entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (nanos.getAsLong() - entry.until() >= 0) {
      entries.remove(key);
      return Optional.empty();
    }
    return Optional.of(entry.value());
  }

  synchronized void put(K key, V value) {
    entries.remove(key);
    if (entries.size() >= most) {
      entries.remove(entries.keySet().iterator().next());
    }
    entries.put(key, new Entry<>(value, nanos.getAsLong() + kept.toNanos()));
  }

  synchronized void forget(K key) {
    entries.remove(key);
  }
}
