package dev.rollouts.testcluster;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a script from the annotations of a pod. */
record ScriptAnnotations(Map<String, String> annotations) {
  private static final String PREFIX = "test.rollouts.dev/";
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Set<String> NAMES =
      Set.of(
          "ready-after",
          "never-ready",
          "crash-after",
          "run-for",
          "exit-code",
          "image-pull-error",
          "unschedulable",
          "slow-deletion");

  /**
   * The script.
   *
   * @throws IllegalArgumentException for a name or a value that is none
   */
  PodScript script() {
    annotations.keySet().forEach(ScriptAnnotations::requireKnown);
    Optional<Duration> crashAfter = duration("crash-after");
    return new PodScript(
        duration("ready-after").orElse(Duration.ZERO),
        flag("never-ready"),
        crashAfter.or(() -> duration("run-for")),
        number("exit-code").orElse(crashAfter.isPresent() ? 1 : 0),
        flag("image-pull-error") ? Optional.of(PodScript.Waiting.forImage()) : Optional.empty(),
        flag("unschedulable"),
        duration("slow-deletion").orElse(Duration.ZERO));
  }

  private static void requireKnown(String key) {
    if (key.startsWith(PREFIX) && !NAMES.contains(key.substring(PREFIX.length()))) {
      throw new IllegalArgumentException(
          "annotation %s: the kubelet knows %s below %s"
              .formatted(key, String.join(", ", NAMES.stream().sorted().toList()), PREFIX));
    }
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(annotations.get(PREFIX + name));
  }

  private boolean flag(String name) {
    return value(name)
        .map(
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw invalid(name, text, "true or false");
                })
        .orElse(false);
  }

  private Optional<Integer> number(String name) {
    return value(name)
        .map(
            text -> {
              if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > 255) {
                throw invalid(name, text, "a number from 0 to 255");
              }
              return Integer.valueOf(text);
            });
  }

  private Optional<Duration> duration(String name) {
    return value(name)
        .map(
            text -> {
              Matcher matcher = DURATION.matcher(text);
              if (!matcher.matches()) {
                throw invalid(name, text, "a number with ms, s, m or h, such as 2s");
              }
              return duration(Long.parseLong(matcher.group(1)), matcher.group(2));
            });
  }

  private static Duration duration(long amount, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  private static IllegalArgumentException invalid(String name, String text, String expected) {
    return new IllegalArgumentException(
        "annotation %s%s: '%s' is not %s".formatted(PREFIX, name, text, expected));
  }
}
