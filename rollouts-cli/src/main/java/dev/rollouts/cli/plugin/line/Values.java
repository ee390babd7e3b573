package dev.rollouts.cli.plugin.line;

import dev.rollouts.api.wire.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the flags of a command line say. */
public final class Values {
  private final Map<String, Flag> flags = new HashMap<>();
  private final Map<String, List<String>> given = new HashMap<>();
  private final List<String> arguments = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();

  Values(List<Flag> known) {
    known.forEach(each -> flags.put(each.name(), each));
  }

  void add(Flag flag, String value) {
    check(flag, value);
    String instead = flag.deprecated();
    if (instead != null) {
      notices.add("Flag --%s has been deprecated, %s".formatted(flag.name(), instead));
    }
    given.computeIfAbsent(flag.name(), name -> new ArrayList<>()).add(value);
  }

  void addArgument(String argument) {
    arguments.add(argument);
  }

  private static void check(Flag flag, String value) {
    String problem =
        switch (flag.type()) {
          case TEXT, TEXTS -> "";
          case BOOL ->
              truth(value) == null
                  ? "strconv.ParseBool: parsing %s: invalid syntax".formatted(quoted(value))
                  : "";
          case INT -> number(value, "strconv.ParseInt", Integer.MIN_VALUE, Integer.MAX_VALUE);
          case LONG -> number(value, "strconv.ParseInt", Long.MIN_VALUE, Long.MAX_VALUE);
          case DURATION -> span(value);
        };
    if (!problem.isEmpty()) {
      throw new LineException(
          "invalid argument %s for \"%s\" flag: %s"
              .formatted(quoted(value), flag.shown(), problem));
    }
  }

  private static String number(String value, String parser, long min, long max) {
    if (!value.matches("[-+]?[0-9]+")) {
      return "%s: parsing %s: invalid syntax".formatted(parser, quoted(value));
    }
    java.math.BigInteger number = new java.math.BigInteger(value);
    boolean fits =
        number.compareTo(java.math.BigInteger.valueOf(min)) >= 0
            && number.compareTo(java.math.BigInteger.valueOf(max)) <= 0;
    return fits ? "" : "%s: parsing %s: value out of range".formatted(parser, quoted(value));
  }

  private static String span(String value) {
    try {
      GoDuration.parse(value);
      return "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static @Nullable Boolean truth(String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> null;
    };
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** What is neither a flag nor a command. */
  public List<String> arguments() {
    return List.copyOf(arguments);
  }

  /** What to say about deprecated flags. */
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /** Whether a flag was given. */
  public boolean isGiven(String name) {
    return given.containsKey(name);
  }

  /** The last value of a flag, or its default. */
  public String text(String name) {
    List<String> values = given.get(name);
    return values == null ? fallback(name) : values.get(values.size() - 1);
  }

  /** The last value of a flag; null when it was not given, or is empty. */
  public @Nullable String textOrNull(String name) {
    String value = isGiven(name) ? text(name) : "";
    return value.isEmpty() ? null : value;
  }

  /** All values of a flag. */
  public List<String> texts(String name) {
    return List.copyOf(given.getOrDefault(name, List.of()));
  }

  /** Whether a flag is on. */
  public boolean flag(String name) {
    return Boolean.TRUE.equals(truth(text(name)));
  }

  /** The number that a flag says. */
  public long number(String name) {
    return Long.parseLong(text(name));
  }

  /** The span that a flag says. */
  public Duration duration(String name) {
    return GoDuration.parse(text(name));
  }

  private String fallback(String name) {
    Flag flag = flags.get(name);
    return flag == null ? "" : flag.fallback();
  }
}
