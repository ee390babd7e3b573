package dev.rollouts.cli.plugin.line;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What may come next in a command line.
 *
 * @param candidates commands and flags that begin so, with what they are for behind a tab
 * @param takesFile whether a file name is expected
 * @param wantsFirstArgument whether the first argument of the command is expected
 * @param line what is there already
 */
public record Words<A>(
    List<String> candidates, boolean takesFile, boolean wantsFirstArgument, CommandLine<A> line) {
  public Words {
    candidates = List.copyOf(candidates);
  }

  /**
   * Looks at the words before, and the beginning of the next.
   *
   * @throws LineException when the words before cannot be understood
   */
  public static <A> Words<A> of(Command<A> root, List<String> before, String prefix) {
    String last = before.isEmpty() ? "" : before.get(before.size() - 1);
    Flag open = openFlag(root, before, last);
    List<String> whole = open == null ? before : before.subList(0, before.size() - 1);
    CommandLine<A> line = CommandLine.parse(root, whole);
    if (open != null) {
      boolean file = open.name().contains("file") || open.name().equals("kubeconfig");
      return new Words<>(List.of(), file, false, line);
    }
    Command<A> command = line.command();
    boolean none = line.values().arguments().isEmpty();
    List<String> candidates = new ArrayList<>();
    if (prefix.startsWith("-")) {
      CommandLine.flags(root, command).stream()
          .filter(each -> !each.isHidden() && ("--" + each.name()).startsWith(prefix))
          .sorted(Comparator.comparing(Flag::name))
          .forEach(each -> candidates.add("--" + each.name() + "\t" + each.usage()));
      return new Words<>(candidates, false, false, line);
    }
    if (none) {
      command.commands().stream()
          .filter(each -> !each.hidden() && each.name().startsWith(prefix))
          .sorted(Comparator.comparing(Command::name))
          .forEach(each -> candidates.add(each.name() + "\t" + each.summary()));
    }
    return new Words<>(candidates, false, none && command.commands().isEmpty(), line);
  }

  /** The flag whose value is the next word; null when there is none. */
  private static <A> @org.jspecify.annotations.Nullable Flag openFlag(
      Command<A> root, List<String> before, String last) {
    if (!last.startsWith("-") || last.contains("=") || before.contains("--")) {
      return null;
    }
    Command<A> command = CommandLine.commandOf(root, before);
    return CommandLine.flags(root, command).stream()
        .filter(each -> each.type() != Flag.Type.BOOL)
        .filter(
            each ->
                last.equals("--" + each.name())
                    || !each.shorthand().isEmpty() && last.equals("-" + each.shorthand()))
        .findFirst()
        .orElse(null);
  }
}
