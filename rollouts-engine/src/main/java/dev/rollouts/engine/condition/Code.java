package dev.rollouts.engine.condition;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a generated script.
 *
 * @param type what it evaluates to
 * @param sure whether it does so always: not nil, and for numbers really a number, for arrays all
 *     elements likewise
 * @param text the script
 * @param depth how deep the script is nested
 * @param constant whether {@code value} is what it evaluates to
 */
record Code(
    Type type, boolean sure, String text, int depth, boolean constant, @Nullable Object value) {

  /** Of what may be anything, nobody can be sure. */
  Code {
    sure = sure && !type.isAny();
  }

  static Code of(Type type, boolean sure, String text, int depth) {
    return new Code(type, sure, text, depth, false, null);
  }

  boolean isConstant(@Nullable Object value) {
    return constant && Objects.equals(this.value, value);
  }

  boolean isSureNumber() {
    return sure && type.isNumber();
  }

  boolean isSureBoolean() {
    return sure && type.is(Type.Kind.BOOLEAN);
  }

  /** Whether evaluating it again costs nothing. */
  boolean isSimple() {
    return depth == 0;
  }

  Code as(Type type, boolean sure) {
    return new Code(type, sure, text, depth, constant, value);
  }

  /** The same code, of which nobody knows any more that it is a constant. */
  Code opaque() {
    return of(type, sure, text, depth);
  }
}
