package dev.rollouts.engine.condition;

import dev.rollouts.api.analysis.ResultKind;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that were used last, bounded in number and in what their texts add up to, so that
 * a stream of ever new texts does not fill the memory. Thread-safe.
 */
final class ConditionCache {
  private static final int ENTRY_LIMIT = 4096;
  private static final int TEXT_LIMIT = 1 << 20;

  private final Map<Key, Condition> conditions = new LinkedHashMap<>(64, 0.75f, true);
  private int textLength;

  private record Key(String text, ResultKind kind) {}

  synchronized @Nullable Condition get(String text, ResultKind kind) {
    return conditions.get(new Key(text, kind));
  }

  synchronized void put(Condition condition) {
    Condition previous = conditions.put(new Key(condition.text(), condition.kind()), condition);
    textLength += previous == null ? condition.text().length() : 0;
    Iterator<Key> eldest = conditions.keySet().iterator();
    while (conditions.size() > ENTRY_LIMIT || textLength > TEXT_LIMIT) {
      textLength -= eldest.next().text().length();
      eldest.remove();
    }
  }

  synchronized int size() {
    return conditions.size();
  }

  synchronized int textLength() {
    return textLength;
  }
}
