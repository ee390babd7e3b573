package dev.rollouts.cli.lint;

import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.RecordShape;
import dev.rollouts.codec.Document;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to do about a field that does not exist.
 *
 * @param misplaced whether the field exists elsewhere
 */
record FieldAdvice(boolean misplaced, String text) {
  /** Keys that exist in so many places that none of them is meant. */
  private static final Set<String> COMMON = Set.of("name", "value", "key", "metricName", "scope");

  /** Stands for any index in the path of a field. */
  private static final int ANY_INDEX = -1;

  /** The advice for an unknown field of an object whose record is {@code type}. */
  static FieldAdvice of(Class<? extends Record> type, Path unknown, Document document) {
    String key = String.valueOf(unknown.segments().get(unknown.segments().size() - 1));
    List<List<Object>> places = new ArrayList<>();
    List<Object> here = unknown.parent().segments();
    collect(type, List.of(), key, places);
    List<Object> best = null;
    for (List<Object> place : places) {
      if (rank(place, here, key, document) > rank(best, here, key, document)) {
        best = place;
      }
    }
    if (best != null && rank(best, here, key, document) > 0) {
      return new FieldAdvice(true, "move it to " + show(best, here) + "." + key);
    }
    Collection<String> siblings = fieldsAt(type, here);
    String similar = similar(key, siblings);
    return similar != null
        ? new FieldAdvice(false, "write " + similar)
        : new FieldAdvice(
            false, siblings.isEmpty() ? "remove it" : "known here: " + String.join(", ", siblings));
  }

  /** Every object, as the path of its field, that has the key. */
  private static void collect(
      Class<?> type, List<Object> path, String key, List<List<Object>> places) {
    RecordShape shape = RecordShape.of(type);
    if (shape.fields().containsKey(key)) {
      places.add(path);
    }
    shape
        .fields()
        .forEach(
            (name, field) -> {
              List<Object> inner = new ArrayList<>(path);
              inner.add(name);
              Class<?> record = recordOf(field.type(), inner);
              if (record != null) {
                collect(record, inner, key, places);
              }
            });
  }

  /** The record that a field holds, or a list of them; what is below a map has keys of any name. */
  private static @Nullable Class<?> recordOf(Type type, List<Object> path) {
    Type inner = type;
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      path.add(ANY_INDEX);
      inner = list.getActualTypeArguments()[0];
    }
    return inner instanceof Class<?> it
            && it.isRecord()
            && !it.getPackageName().equals(RecordShape.class.getPackageName())
        ? it
        : null;
  }

  /** How well a place fits: above 0 when it lies on the way to the field, or below it. */
  private static int rank(
      @Nullable List<Object> place, List<Object> here, String key, Document document) {
    if (place == null) {
      return 0;
    }
    int common = 0;
    while (common < Math.min(place.size(), here.size())
        && matches(place.get(common), here.get(common))) {
      common++;
    }
    if (common == place.size()) {
      // An enclosing object; the nearest one is meant.
      return 1_000 + common;
    }
    if (common < here.size()) {
      return 0;
    }
    List<Object> rest = place.subList(common, place.size());
    boolean throughList = rest.contains(ANY_INDEX);
    if (throughList) {
      return COMMON.contains(key) ? 0 : 100 - rest.size();
    }
    List<Object> concrete = new ArrayList<>(here);
    concrete.addAll(rest);
    return document.valueAt(new Path(concrete)) == null ? 0 : 500 - rest.size();
  }

  private static boolean matches(Object place, Object segment) {
    return place.equals(segment) || (place.equals(ANY_INDEX) && segment instanceof Integer);
  }

  private static String show(List<Object> place, List<Object> here) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < place.size(); i++) {
      Object segment = place.get(i);
      if (segment.equals(ANY_INDEX)) {
        boolean known = i < here.size() && here.get(i) instanceof Integer;
        text.append('[').append(known ? here.get(i) : "").append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(segment);
      }
    }
    return text.isEmpty() ? "the object itself" : text.toString();
  }

  /** The fields that an object at a place can have; empty where they are not known. */
  static String known(Class<? extends Record> type, Path place) {
    Collection<String> fields = fieldsAt(type, place.segments());
    return fields.isEmpty() ? "" : "fields known here: " + String.join(", ", fields);
  }

  private static Collection<String> fieldsAt(Class<?> type, List<Object> path) {
    Class<?> here = type;
    for (int i = 0; i < path.size(); i++) {
      if (path.get(i) instanceof Integer) {
        continue;
      }
      RecordShape.Field field = RecordShape.of(here).fields().get(path.get(i));
      Class<?> inner = field == null ? null : recordOf(field.type(), new ArrayList<>());
      if (inner == null) {
        return List.of();
      }
      here = inner;
    }
    return RecordShape.of(here).fields().keySet();
  }

  /** The key that was probably meant, or null. */
  static @Nullable String similar(String key, Collection<String> candidates) {
    String best = null;
    int distance = Math.min(3, 1 + key.length() / 4);
    for (String candidate : candidates) {
      int here =
          candidate.equalsIgnoreCase(key.replace("-", "").replace("_", ""))
              ? 0
              : distance(key, candidate);
      if (here < distance || (here == distance && best == null && here <= key.length() / 3)) {
        best = candidate;
        distance = here;
      }
    }
    return best;
  }

  /** Insertions, deletions, replacements and swaps of neighbours between two short words. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + same, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
