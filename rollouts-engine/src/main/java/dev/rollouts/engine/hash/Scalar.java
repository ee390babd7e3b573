package dev.rollouts.engine.hash;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Types without parts. */
enum Scalar implements WireType {
  STRING {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      return tree instanceof String ? tree : null;
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return value == null || value.equals("");
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      json.quote(value == null ? "" : (String) value);
    }
  },
  BOOL {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      return tree instanceof Boolean ? tree : null;
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return !Boolean.TRUE.equals(value);
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      json.plain(Boolean.TRUE.equals(value) ? "true" : "false");
    }
  },
  INT32 {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      return integer(tree, 31);
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return value == null || value.equals(0L);
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      json.plain(value == null ? "0" : value.toString());
    }
  },
  INT64 {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      return integer(tree, 63);
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return INT32.isEmpty(value);
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      INT32.write(value, json);
    }
  },
  INT_OR_STRING {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      return tree instanceof String ? tree : INT32.read(tree);
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return false;
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      (value instanceof String ? STRING : INT32).write(value, json);
    }
  },
  QUANTITY {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      if (tree instanceof String text) {
        return Quantity.parse(text.strip());
      }
      return tree instanceof Number number ? Quantity.parse(TypedJson.number(number)) : null;
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return false;
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      Quantity quantity = value == null ? Quantity.ZERO : (Quantity) value;
      json.quote(json.comparing() ? quantity.plain() : quantity.canonical());
    }
  },
  /** Absent ones are always left out. */
  TIME {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      if (tree instanceof String text) {
        try {
          return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS);
        } catch (DateTimeException e) {
          return null;
        }
      }
      return null;
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return value == null;
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      if (value == null) {
        json.plain("null");
      } else {
        json.quote(value.toString());
      }
    }
  },
  /** Any JSON, kept as an API server returns it: keys sorted. */
  RAW {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      return tree;
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return value == null;
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      json.raw(value);
    }
  };

  /** The number as a Long when it is whole and fits; otherwise null. */
  private static @Nullable Object integer(@Nullable Object tree, int bits) {
    if (!(tree instanceof Number number)) {
      return null;
    }
    if (number instanceof Integer || number instanceof Long) {
      long value = number.longValue();
      return bits == 63 || value == (int) value ? (Object) value : null;
    }
    try {
      BigInteger value = new BigDecimal(number.toString()).toBigIntegerExact();
      return value.bitLength() <= bits ? (Object) value.longValue() : null;
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }
}
