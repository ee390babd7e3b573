package dev.rollouts.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs several commands in one JVM, so that one class-data archive has the classes of them all:
 * {@code lint FILE -- simulate FILE}. For {@code ./dev install}.
 */
public final class Training {
  private Training() {}

  /** Runs the commands, and ends with the exit code of the first that fails. */
  public static void main(String[] args) {
    for (String[] command : commands(args)) {
      int exitCode = Main.runAsProcess(command);
      if (exitCode != ExitCodes.OK) {
        System.exit(exitCode);
      }
    }
  }

  static List<String[]> commands(String[] args) {
    List<String[]> commands = new ArrayList<>();
    List<String> command = new ArrayList<>();
    for (String arg : args) {
      if (arg.equals("--")) {
        commands.add(command.toArray(String[]::new));
        command.clear();
      } else {
        command.add(arg);
      }
    }
    commands.add(command.toArray(String[]::new));
    return commands;
  }
}
