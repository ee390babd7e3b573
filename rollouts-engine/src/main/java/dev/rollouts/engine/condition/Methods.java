package dev.rollouts.engine.condition;

import dev.rollouts.engine.condition.Builtin.Parameter;
import dev.rollouts.engine.condition.Type.Kind;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The methods of times, durations and their parts: the only methods there are. The first argument
 * is the receiver.
 */
final class Methods {
  private static final Map<Kind, Map<String, Builtin>> ALL = new EnumMap<>(Kind.class);

  static {
    time("Year", Type.INTEGER, t -> (long) t.getYear());
    time("Month", Type.MONTH, ZonedDateTime::getMonth);
    time("Day", Type.INTEGER, t -> (long) t.getDayOfMonth());
    time("Hour", Type.INTEGER, t -> (long) t.getHour());
    time("Minute", Type.INTEGER, t -> (long) t.getMinute());
    time("Second", Type.INTEGER, t -> (long) t.getSecond());
    time("Nanosecond", Type.INTEGER, t -> (long) t.getNano());
    time("YearDay", Type.INTEGER, t -> (long) t.getDayOfYear());
    time("Weekday", Type.WEEKDAY, ZonedDateTime::getDayOfWeek);
    time("Unix", Type.INTEGER, ZonedDateTime::toEpochSecond);
    time("UnixMilli", Type.INTEGER, Times::unixMillis);
    time("UnixMicro", Type.INTEGER, Times::unixMicros);
    time("UnixNano", Type.INTEGER, Times::unixNanos);
    time("IsZero", Type.BOOLEAN, t -> t.toInstant().equals(Times.ZERO));
    time("UTC", Type.TIME, t -> t.withZoneSameInstant(ZoneOffset.UTC));
    time("Local", Type.TIME, t -> t.withZoneSameInstant(ZoneOffset.UTC));
    time("Location", Type.ZONE, ZonedDateTime::getZone);
    time("String", Type.STRING, Times::text);
    define(Kind.TIME, "In", Type.TIME, List.of(Parameter.ZONE), Methods::in);
    define(Kind.TIME, "Format", Type.STRING, List.of(Parameter.STRING), Methods::format);
    define(
        Kind.TIME,
        "Add",
        Type.TIME,
        List.of(Parameter.DURATION),
        (e, a) -> Times.plus(time(a[0]), duration(a, 1)));
    define(
        Kind.TIME,
        "Sub",
        Type.DURATION,
        List.of(Parameter.TIME),
        (e, a) -> Times.between(other(a), time(a[0])));
    define(
        Kind.TIME,
        "AddDate",
        Type.TIME,
        List.of(Parameter.INTEGER, Parameter.INTEGER, Parameter.INTEGER),
        Methods::addDate);
    define(
        Kind.TIME,
        "After",
        Type.BOOLEAN,
        List.of(Parameter.TIME),
        (e, a) -> time(a[0]).isAfter(other(a)));
    define(
        Kind.TIME,
        "Before",
        Type.BOOLEAN,
        List.of(Parameter.TIME),
        (e, a) -> time(a[0]).isBefore(other(a)));
    define(
        Kind.TIME,
        "Equal",
        Type.BOOLEAN,
        List.of(Parameter.TIME),
        (e, a) -> time(a[0]).isEqual(other(a)));
    define(
        Kind.TIME,
        "Compare",
        Type.INTEGER,
        List.of(Parameter.TIME),
        (e, a) -> (long) Integer.signum(time(a[0]).toInstant().compareTo(other(a).toInstant())));
    define(
        Kind.TIME,
        "Truncate",
        Type.TIME,
        List.of(Parameter.DURATION),
        (e, a) -> Times.truncate(time(a[0]), duration(a, 1)));
    define(
        Kind.TIME,
        "Round",
        Type.TIME,
        List.of(Parameter.DURATION),
        (e, a) -> Times.round(time(a[0]), duration(a, 1)));

    duration("Hours", Type.FLOAT, d -> d.toNanos() / 3.6e12);
    duration("Minutes", Type.FLOAT, d -> d.toNanos() / 6e10);
    duration("Seconds", Type.FLOAT, d -> d.toNanos() / 1e9);
    duration("Milliseconds", Type.INTEGER, d -> d.toNanos() / 1_000_000);
    duration("Microseconds", Type.INTEGER, d -> d.toNanos() / 1_000);
    duration("Nanoseconds", Type.INTEGER, Duration::toNanos);
    duration("Abs", Type.DURATION, d -> Duration.ofNanos(Times.nanos(d.abs())));
    duration("String", Type.STRING, Times::text);
    define(
        Kind.DURATION,
        "Truncate",
        Type.DURATION,
        List.of(Parameter.DURATION),
        (e, a) -> Times.truncate(duration(a, 0), duration(a, 1)));
    define(
        Kind.DURATION,
        "Round",
        Type.DURATION,
        List.of(Parameter.DURATION),
        (e, a) -> Times.round(duration(a, 0), duration(a, 1)));

    for (Kind kind : List.of(Kind.ZONE, Kind.MONTH, Kind.WEEKDAY)) {
      define(kind, "String", Type.STRING, List.of(), (e, a) -> Formats.text(e, a[0]));
    }
  }

  private Methods() {}

  /** The method of values of that type, or null. */
  static @Nullable Builtin named(Kind type, String name) {
    return ALL.getOrDefault(type, Map.of()).get(name);
  }

  /** The method of that very value, or null. */
  static @Nullable Builtin named(@Nullable Object receiver, String name) {
    if (receiver instanceof ZonedDateTime) {
      return named(Kind.TIME, name);
    }
    if (receiver instanceof Duration) {
      return named(Kind.DURATION, name);
    }
    if (receiver instanceof ZoneId) {
      return named(Kind.ZONE, name);
    }
    if (receiver instanceof Month) {
      return named(Kind.MONTH, name);
    }
    return receiver instanceof DayOfWeek ? named(Kind.WEEKDAY, name) : null;
  }

  /** The names of all methods. */
  static Set<String> names() {
    Set<String> names = new HashSet<>();
    ALL.values().forEach(methods -> names.addAll(methods.keySet()));
    return names;
  }

  private interface OfTime {
    Object apply(ZonedDateTime time);
  }

  private interface OfDuration {
    Object apply(Duration duration);
  }

  private static void time(String name, Type result, OfTime function) {
    define(Kind.TIME, name, result, List.of(), (e, a) -> function.apply(time(a[0])));
  }

  private static void duration(String name, Type result, OfDuration function) {
    define(Kind.DURATION, name, result, List.of(), (e, a) -> function.apply(duration(a, 0)));
  }

  private static void define(
      Kind type, String name, Type result, List<Parameter> parameters, Site.Operation operation) {
    ALL.computeIfAbsent(type, kind -> new HashMap<>())
        .put(
            name,
            new Builtin(
                name,
                parameters,
                parameters.size(),
                false,
                false,
                types -> result,
                true,
                operation));
  }

  private static ZonedDateTime time(@Nullable Object value) {
    if (value instanceof ZonedDateTime time) {
      return time;
    }
    throw Builtins.cannotUse(value, Parameter.TIME, "a method of a time");
  }

  private static ZonedDateTime other(@Nullable Object[] arguments) {
    return time(arguments[1]);
  }

  private static Duration duration(@Nullable Object[] arguments, int i) {
    if (arguments[i] instanceof Duration duration) {
      return duration;
    }
    throw Builtins.cannotUse(arguments[i], Parameter.DURATION, "a method of a time");
  }

  private static Object in(Evaluation evaluation, @Nullable Object[] arguments) {
    if (arguments[1] instanceof ZoneId zone) {
      return time(arguments[0]).withZoneSameInstant(zone);
    }
    throw Builtins.cannotUse(arguments[1], Parameter.ZONE, "In");
  }

  private static Object format(Evaluation evaluation, @Nullable Object[] arguments) {
    Layout layout = Layout.of(Builtins.string(arguments, 1, "Format"));
    String text = layout.format(time(arguments[0]));
    evaluation.allocate(text.length());
    return text;
  }

  private static Object addDate(Evaluation evaluation, @Nullable Object[] arguments) {
    return Times.plusDate(
        time(arguments[0]),
        Builtins.integer(arguments[1], "AddDate"),
        Builtins.integer(arguments[2], "AddDate"),
        Builtins.integer(arguments[3], "AddDate"));
  }
}
