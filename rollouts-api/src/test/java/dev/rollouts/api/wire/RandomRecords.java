package dev.rollouts.api.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Records of any class with random content: absent, empty, zero, extreme and ordinary values. */
final class RandomRecords {
  private static final String[] TEXTS = {
    "",
    "a",
    "5m",
    "{{args.x}}",
    "result[0] >= 0.95",
    "yes",
    "null",
    "007",
    "ü",
    "line\nline",
    "\uD83D\uDE00",
    "a: b # c",
    "\u0000\t\\\"'"
  };

  private final Random random;

  RandomRecords(long seed) {
    random = new Random(seed);
  }

  <R extends Record> R next(Class<R> type) {
    List<@Nullable Object> values = new ArrayList<>();
    for (RecordShape.Field field : RecordShape.of(type).fields().values()) {
      values.add(field.nullable() && random.nextInt(3) == 0 ? null : value(field.type()));
    }
    return type.cast(RecordShape.of(type).construct(values.toArray()));
  }

  private Object value(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      int size = random.nextInt(4);
      if (parameterized.getRawType() == List.class) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          list.add(value(parameterized.getActualTypeArguments()[0]));
        }
        return list;
      }
      Map<String, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        map.put(text(), value(parameterized.getActualTypeArguments()[1]));
      }
      return map;
    }
    Class<?> target = (Class<?>) type;
    if (target == String.class) {
      return text();
    }
    if (target == boolean.class || target == Boolean.class) {
      return random.nextBoolean();
    }
    if (target == int.class || target == Integer.class) {
      return number();
    }
    if (target == long.class || target == Long.class) {
      return random.nextBoolean() ? random.nextLong() : (long) number();
    }
    if (target == Instant.class) {
      return Instant.ofEpochSecond(random.nextInt(2_000_000_000));
    }
    if (target == IntOrString.class) {
      return random.nextBoolean() ? IntOrString.of(number()) : IntOrString.of(text());
    }
    if (target == JsonObject.class) {
      return JsonObject.of(object(3));
    }
    if (target.isEnum()) {
      return target.getEnumConstants()[random.nextInt(target.getEnumConstants().length)];
    }
    return next(target.asSubclass(Record.class));
  }

  /** An object of plain values, nested at most so deep. */
  Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      object.put(text(), plain(depth - 1));
    }
    return object;
  }

  private @Nullable Object plain(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> number();
      case 3 -> random.nextDouble();
      case 4 -> text();
      case 5 -> object(depth);
      default -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(plain(depth - 1));
        }
        yield list;
      }
    };
  }

  private int number() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> random.nextInt();
      default -> random.nextInt(100);
    };
  }

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }
}
