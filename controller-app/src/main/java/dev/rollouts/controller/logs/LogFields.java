package dev.rollouts.controller.logs;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Fields of the log lines that the current thread writes until this is closed; then those that were
 * there before count again (O-090).
 */
public final class LogFields implements AutoCloseable {
  private final Map<String, @Nullable String> before = new LinkedHashMap<>();

  private LogFields() {}

  /** Lines about an object, of a kind in lower case. */
  public static LogFields of(String kind, String namespace, String name) {
    return new LogFields().and(kind, name).and("namespace", namespace);
  }

  /** Lines with one field more. */
  public static LogFields of(String field, String value) {
    return new LogFields().and(field, value);
  }

  /** And another one. */
  public LogFields and(String field, String value) {
    before.putIfAbsent(field, MDC.get(field));
    MDC.put(field, value);
    return this;
  }

  @Override
  public void close() {
    before.forEach(
        (field, value) -> {
          if (value == null) {
            MDC.remove(field);
          } else {
            MDC.put(field, value);
          }
        });
  }
}
