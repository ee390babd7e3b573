package dev.rollouts.engine.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The right side of {@code matches}: RE2 syntax, searched anywhere in the text, in time linear in
 * text and pattern. What a search costs is estimated from the pattern and spent as steps.
 */
final class RegularExpression {
  private static final int TEXT_LIMIT = 4096;
  private static final int SIZE_LIMIT = 10_000;
  private static final int NESTING_LIMIT = 100;
  private static final int REPEAT_LIMIT = 1000;

  private final Pattern pattern;
  private final long size;

  private RegularExpression(Pattern pattern, long size) {
    this.pattern = pattern;
    this.size = size;
  }

  /**
   * The expression that {@code text} stands for; throws a {@link Fault} without a place if it is
   * none.
   */
  static RegularExpression of(String text) {
    if (text.length() > TEXT_LIMIT) {
      throw tooLarge(text);
    }
    long size = size(text);
    if (size > SIZE_LIMIT) {
      throw tooLarge(text);
    }
    try {
      return new RegularExpression(Pattern.compile(text), size);
    } catch (PatternSyntaxException malformed) {
      throw Fault.run(String.valueOf(malformed.getMessage()));
    }
  }

  /** As {@link #of(String)} for a pattern that shows only when the condition runs. */
  static RegularExpression of(Evaluation evaluation, String text) {
    evaluation.step(64);
    evaluation.step(8L * text.length());
    RegularExpression expression = of(text);
    evaluation.step(8 * expression.size);
    return expression;
  }

  boolean find(Evaluation evaluation, String text) {
    evaluation.step((text.length() + 1L) * (size + 1) / 4);
    return pattern.matcher(text).find();
  }

  private static Fault tooLarge(String text) {
    return Fault.run(
        "error parsing regexp: expression too large: `%s`".formatted(Fault.excerpt(text)));
  }

  /**
   * At least the number of instructions that the expression compiles to: repetition copies what it
   * repeats. Where the text is not an expression at all, any number will do.
   */
  private static long size(String text) {
    Deque<Long> enclosing = new ArrayDeque<>();
    long total = 0;
    long last = 0;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      switch (c) {
        case '(' -> {
          if (enclosing.size() >= NESTING_LIMIT) {
            throw tooLarge(text);
          }
          enclosing.push(total);
          total = 0;
          last = 0;
          i++;
        }
        case ')' -> {
          last = total + 2;
          total = last + (enclosing.isEmpty() ? 0 : enclosing.pop());
          i++;
        }
        case '{' -> {
          int end = text.indexOf('}', i);
          long copies = end < 0 ? 1 : copies(text.substring(i + 1, end));
          total = Math.min(total + last * copies, Integer.MAX_VALUE);
          last = Math.min(last * (copies + 1), Integer.MAX_VALUE);
          i = end < 0 ? i + 1 : end + 1;
        }
        default -> {
          i = afterAtom(text, i);
          last = 1;
          total += 2;
        }
      }
    }
    while (!enclosing.isEmpty()) {
      total += enclosing.pop();
    }
    return total;
  }

  /** What {@code {n}}, {@code {n,}} and {@code {n,m}} multiply by. */
  private static long copies(String bounds) {
    long copies = 0;
    for (String bound : bounds.split(",", -1)) {
      boolean number = !bound.isEmpty() && bound.length() <= 5;
      for (int i = 0; i < bound.length(); i++) {
        number &= bound.charAt(i) >= '0' && bound.charAt(i) <= '9';
      }
      copies = Math.max(copies, number ? Math.min(Integer.parseInt(bound), REPEAT_LIMIT + 1) : 1);
    }
    return copies;
  }

  private static int afterAtom(String text, int at) {
    char c = text.charAt(at);
    if (c == '\\') {
      return Math.min(at + 2, text.length());
    }
    if (c != '[') {
      return at + 1;
    }
    // The first bracket inside a class may be part of it.
    int i = at + 1;
    if (i < text.length() && text.charAt(i) == '^') {
      i++;
    }
    if (i < text.length() && text.charAt(i) == ']') {
      i++;
    }
    while (i < text.length() && text.charAt(i) != ']') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(i + 1, text.length());
  }
}
