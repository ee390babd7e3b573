package dev.rollouts.engine.condition;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as text, the way Go prints them: {@code string(value)}, and values inside messages. */
final class Formats {
  private static final int BRIEF_LIMIT = 64;

  private Formats() {}

  /** {@code string(value)}. */
  static String text(Evaluation evaluation, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    Printer printer = new Printer((int) Evaluation.SIZE_LIMIT);
    printer.print(evaluation, value, 0);
    if (printer.isFull()) {
      throw Fault.memory();
    }
    evaluation.allocate(printer.text.length());
    return printer.text.toString();
  }

  /** The beginning of a value for a message; never fails. */
  static String brief(@Nullable Object value) {
    Printer printer = new Printer(BRIEF_LIMIT);
    printer.print(null, value, 0);
    return Fault.excerpt(printer.text.toString());
  }

  private static final class Printer {
    private final StringBuilder text = new StringBuilder();
    private final int limit;

    Printer(int limit) {
      this.limit = limit;
    }

    boolean isFull() {
      return text.length() >= limit;
    }

    /** Without an evaluation it stops where a budget would end it. */
    void print(@Nullable Evaluation evaluation, @Nullable Object value, int depth) {
      if (evaluation != null) {
        evaluation.step(1);
      }
      if (isFull()) {
        return;
      }
      if (value instanceof List || value instanceof Map) {
        if (evaluation == null && depth >= Evaluation.DEPTH_LIMIT) {
          text.append('…');
        } else if (value instanceof List<?> list) {
          list(evaluation, list, Evaluation.deeper(depth));
        } else {
          map(evaluation, (Map<?, ?>) value, Evaluation.deeper(depth));
        }
      } else if (value instanceof String string) {
        text.append(string, 0, Math.min(string.length(), limit - text.length() + 1));
      } else {
        text.append(scalar(value));
      }
    }

    private void list(@Nullable Evaluation evaluation, List<?> list, int depth) {
      text.append('[');
      boolean first = true;
      for (Object element : list) {
        if (isFull()) {
          return;
        }
        if (!first) {
          text.append(' ');
        }
        first = false;
        print(evaluation, element, depth);
      }
      text.append(']');
    }

    private void map(@Nullable Evaluation evaluation, Map<?, ?> map, int depth) {
      text.append("map[");
      List<Object> keys = new ArrayList<>(map.keySet());
      keys.sort(Formats::compareKeys);
      boolean first = true;
      for (Object key : keys) {
        if (isFull()) {
          return;
        }
        if (!first) {
          text.append(' ');
        }
        first = false;
        print(evaluation, key, depth);
        text.append(':');
        print(evaluation, map.get(key), depth);
      }
      text.append(']');
    }
  }

  /** Maps print their keys in order. */
  static int compareKeys(@Nullable Object a, @Nullable Object b) {
    if (a instanceof String x && b instanceof String y) {
      return Operators.compareTexts(x, y);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    return Values.kindName(a).compareTo(Values.kindName(b));
  }

  private static String scalar(@Nullable Object value) {
    if (value == null) {
      return "<nil>";
    }
    if (value instanceof Double number) {
      return number(number);
    }
    if (value instanceof ZonedDateTime time) {
      return Times.text(time);
    }
    if (value instanceof Duration duration) {
      return Times.text(duration);
    }
    if (value instanceof ZoneId zone) {
      return Times.name(zone);
    }
    if (value instanceof Month month) {
      return Times.name(month);
    }
    if (value instanceof DayOfWeek day) {
      return Times.name(day);
    }
    return value instanceof Builtin function ? function.name() : value.toString();
  }

  /** {@code 0.95}, {@code 100000}, {@code 1e+06}, {@code NaN}. */
  static String number(double value) {
    return number(value, -4, 6);
  }

  /**
   * The shortest decimal that reads back as the same double, with an exponent if that would be less
   * than {@code low}, or {@code high} and more.
   */
  private static String number(double value, int low, int high) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal decimal = shortest(value);
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= low && exponent < high) {
      return decimal.toPlainString();
    }
    String digits = decimal.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    // Near zero a double has fewer digits than elsewhere.
    for (int digits = Math.abs(value) < 1e-290 ? 1 : 15; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros();
      }
    }
    return exact.round(new MathContext(17)).stripTrailingZeros();
  }

  /** A double as JSON has it: {@code 1e+21}, {@code 1e-7}. */
  static String jsonNumber(double value) {
    String text = number(value, -6, 21);
    int exponent = text.indexOf("e-0");
    return exponent < 0 ? text : text.substring(0, exponent + 2) + text.substring(exponent + 3);
  }
}
