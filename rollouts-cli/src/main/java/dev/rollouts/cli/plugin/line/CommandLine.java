package dev.rollouts.cli.plugin.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command line that was understood: which command, and what its flags and arguments are.
 *
 * @param path from the root to the command
 */
public record CommandLine<A>(List<Command<A>> path, Values values) {
  private static final Flag HELP = Flag.bool("help", "h", false, "help for this command");

  public CommandLine {
    path = List.copyOf(path);
  }

  /** The command. */
  public Command<A> command() {
    return path.get(path.size() - 1);
  }

  /** The words that lead to the command. */
  public String words() {
    return String.join(" ", path.stream().map(Command::name).toList());
  }

  /** Whether only help is wanted. */
  public boolean wantsHelp() {
    return values.flag("help");
  }

  /**
   * Understands a command line.
   *
   * @param root whose flags all commands have
   * @throws LineException when something in it is unknown, or malformed
   */
  public static <A> CommandLine<A> parse(Command<A> root, List<String> words) {
    List<Command<A>> path = new ArrayList<>(List.of(root));
    List<String> rest = new ArrayList<>(words);
    descend(path, rest, root);
    Command<A> command = path.get(path.size() - 1);
    List<Flag> flags = flags(root, command);
    Values values = new Values(flags);
    read(flags, rest, values);
    CommandLine<A> line = new CommandLine<>(path, values);
    if (path.size() == 1 && !values.arguments().isEmpty() && !line.wantsHelp()) {
      throw unknown(root, values.arguments().get(0));
    }
    return line;
  }

  /** The flags of a command: its own first. */
  static <A> List<Flag> flags(Command<A> root, Command<A> command) {
    List<Flag> flags = new ArrayList<>(command.flags());
    flags.add(HELP);
    if (!command.name().equals(root.name())) {
      flags.addAll(root.flags());
    }
    return flags;
  }

  /** The command that words lead to, whatever else is in them. */
  static <A> Command<A> commandOf(Command<A> root, List<String> words) {
    List<Command<A>> path = new ArrayList<>(List.of(root));
    descend(path, new ArrayList<>(words), root);
    return path.get(path.size() - 1);
  }

  /** Takes the words that name commands out of the line. */
  private static <A> void descend(List<Command<A>> path, List<String> rest, Command<A> root) {
    int at = 0;
    while (at < rest.size()) {
      String word = rest.get(at);
      Command<A> here = path.get(path.size() - 1);
      if (word.equals("--")) {
        return;
      }
      if (word.startsWith("-") && word.length() > 1) {
        at += takesNext(word, flags(root, here)) ? 2 : 1;
        continue;
      }
      Optional<Command<A>> below = here.find(word);
      if (below.isEmpty()) {
        return;
      }
      path.add(below.get());
      rest.remove(at);
    }
  }

  private static boolean takesNext(String word, List<Flag> flags) {
    if (word.contains("=")) {
      return false;
    }
    if (word.startsWith("--")) {
      return byName(flags, word.substring(2))
          .map(each -> each.type() != Flag.Type.BOOL)
          .orElse(false);
    }
    for (int i = 1; i < word.length(); i++) {
      Optional<Flag> flag = byLetter(flags, word.charAt(i));
      if (flag.isEmpty()) {
        return false;
      }
      if (flag.get().type() != Flag.Type.BOOL) {
        return i == word.length() - 1;
      }
    }
    return false;
  }

  private static Optional<Flag> byName(List<Flag> flags, String name) {
    return flags.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private static Optional<Flag> byLetter(List<Flag> flags, char letter) {
    return flags.stream()
        .filter(each -> each.shorthand().equals(String.valueOf(letter)))
        .findFirst();
  }

  private static void read(List<Flag> flags, List<String> words, Values values) {
    for (int at = 0; at < words.size(); at++) {
      String word = words.get(at);
      if (word.equals("--")) {
        words.subList(at + 1, words.size()).forEach(values::addArgument);
        return;
      }
      if (!word.startsWith("-") || word.length() == 1) {
        values.addArgument(word);
      } else if (word.startsWith("--")) {
        at = readLong(flags, words, at, values);
      } else {
        at = readShort(flags, words, at, values);
      }
    }
  }

  private static int readLong(List<Flag> flags, List<String> words, int at, Values values) {
    String word = words.get(at).substring(2);
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    if (name.isEmpty() || name.startsWith("-")) {
      throw new LineException("bad flag syntax: " + words.get(at));
    }
    Flag flag = byName(flags, name).orElseThrow(() -> new LineException("unknown flag: --" + name));
    if (equals >= 0) {
      values.add(flag, word.substring(equals + 1));
      return at;
    }
    if (flag.type() == Flag.Type.BOOL) {
      values.add(flag, "true");
      return at;
    }
    if (at + 1 == words.size()) {
      throw new LineException("flag needs an argument: --" + name);
    }
    values.add(flag, words.get(at + 1));
    return at + 1;
  }

  private static int readShort(List<Flag> flags, List<String> words, int at, Values values) {
    String word = words.get(at);
    for (int i = 1; i < word.length(); i++) {
      char letter = word.charAt(i);
      Flag flag =
          byLetter(flags, letter)
              .orElseThrow(
                  () ->
                      new LineException(
                          "unknown shorthand flag: '%s' in %s".formatted(letter, word)));
      String rest = word.substring(i + 1);
      if (rest.startsWith("=")) {
        values.add(flag, rest.substring(1));
        return at;
      }
      if (flag.type() == Flag.Type.BOOL) {
        values.add(flag, "true");
        continue;
      }
      if (!rest.isEmpty()) {
        values.add(flag, rest);
        return at;
      }
      if (at + 1 == words.size()) {
        throw new LineException("flag needs an argument: '%s' in %s".formatted(letter, word));
      }
      values.add(flag, words.get(at + 1));
      return at + 1;
    }
    return at;
  }

  private static <A> LineException unknown(Command<A> root, String word) {
    StringBuilder message =
        new StringBuilder("unknown command \"%s\" for \"%s\"".formatted(word, root.name()));
    List<String> near =
        root.commands().stream()
            .filter(each -> !each.hidden())
            .map(Command::name)
            .filter(name -> Similar.isNear(word, name))
            .toList();
    if (!near.isEmpty()) {
      message.append("\n\nDid you mean this?\n");
      near.forEach(each -> message.append('\t').append(each).append('\n'));
    }
    return new LineException(message + "\n" + "Run '%s --help' for usage.".formatted(root.name()));
  }
}
