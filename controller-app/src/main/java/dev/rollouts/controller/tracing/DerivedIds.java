package dev.rollouts.controller.tracing;

import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/** Gives the ids that the current thread wants next. */
final class DerivedIds implements IdGenerator {
  private static final ThreadLocal<@Nullable Ids> NEXT = new ThreadLocal<>();

  private final IdGenerator random = IdGenerator.random();

  private record Ids(String trace, String span) {}

  void use(String trace, String span) {
    NEXT.set(new Ids(trace, span));
  }

  void used() {
    NEXT.remove();
  }

  @Override
  public String generateSpanId() {
    Ids ids = NEXT.get();
    return ids == null ? random.generateSpanId() : ids.span();
  }

  @Override
  public String generateTraceId() {
    Ids ids = NEXT.get();
    return ids == null ? random.generateTraceId() : ids.trace();
  }
}
