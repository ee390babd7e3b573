package dev.rollouts.benchmarks.controller;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to measure.
 *
 * @param program the controller and its own options
 * @param rollouts how many are updated together
 * @param replicas of each
 * @param present how many are there, Healthy, when the measured process starts
 * @param warmUp at least so many updates are not counted
 * @param rounds how often all are updated
 * @param touches how many labels are written, over all of them in turn, in a round that updates
 *     none
 * @param touchRounds how many such rounds there are
 * @param idle how long to look on when nothing happens
 * @param jdk the {@code bin} folder of a JDK, to ask for the live heap; null for not asking
 */
record Arguments(
    List<String> program,
    int rollouts,
    int replicas,
    int present,
    int warmUp,
    int rounds,
    int touches,
    int touchRounds,
    Duration idle,
    @Nullable Path jdk) {
  private static final Set<String> NAMES =
      Set.of(
          "--program",
          "--rollouts",
          "--replicas",
          "--present",
          "--warm-up",
          "--rounds",
          "--touches",
          "--touch-rounds",
          "--idle",
          "--jdk");

  /**
   * Those of the command line.
   *
   * @throws IllegalArgumentException that says what is possible
   */
  static Arguments of(String[] args) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!NAMES.contains(args[i]) || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "%s: expected pairs of an option and its value; options are %s"
                .formatted(args[i], String.join(", ", NAMES.stream().sorted().toList())));
      }
      given.put(args[i], args[i + 1]);
    }
    String program = given.get("--program");
    if (program == null) {
      throw new IllegalArgumentException("--program: say which controller to run");
    }
    String jdk = given.get("--jdk");
    return new Arguments(
        List.of(program.strip().split("\\s+")),
        number(given, "--rollouts", 10),
        number(given, "--replicas", 3),
        number(given, "--present", 0),
        number(given, "--warm-up", 0),
        number(given, "--rounds", 1),
        number(given, "--touches", 1_000),
        number(given, "--touch-rounds", 0),
        Duration.ofSeconds(number(given, "--idle", 30)),
        jdk == null ? null : Path.of(jdk));
  }

  private static int number(Map<String, String> given, String name, int otherwise) {
    String text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Said below.
    }
    throw new IllegalArgumentException(name + " " + text + ": expected a number from 0 on");
  }
}
