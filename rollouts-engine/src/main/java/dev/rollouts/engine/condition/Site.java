package dev.rollouts.engine.condition;

import dev.rollouts.engine.condition.syntax.Span;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.introspection.JexlMethod;
import org.jspecify.annotations.Nullable;

/**
 * One operation at one place of a condition, as something that the generated script can call
 * without reflection. JEXL hands the context over as the target of the call, and so the running
 * {@link Evaluation} arrives.
 */
final class Site implements JexlMethod {

  /** Computes a value from values; throws {@link Fault} if they do not fit. */
  interface Operation {
    @Nullable Object apply(Evaluation evaluation, @Nullable Object[] arguments);
  }

  private final Span span;
  private final Operation operation;

  Site(Span span, Operation operation) {
    this.span = span;
    this.operation = operation;
  }

  @Override
  public @Nullable Object invoke(Object target, @Nullable Object... arguments) {
    try {
      return operation.apply((Evaluation) target, arguments);
    } catch (Fault fault) {
      throw fault.at(span);
    }
  }

  @Override
  public @Nullable Object tryInvoke(String name, Object target, @Nullable Object... arguments) {
    return JexlEngine.TRY_FAILED;
  }

  @Override
  public boolean tryFailed(Object value) {
    return value == JexlEngine.TRY_FAILED;
  }

  @Override
  public boolean isCacheable() {
    return false;
  }

  @Override
  public Class<?> getReturnType() {
    return Object.class;
  }
}
