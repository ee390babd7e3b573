package dev.rollouts.cli.plugin.line;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Help and usage of a command. */
public final class Usage {
  private static final int NAMES = 11;

  private Usage() {}

  /** What the command is for, and its usage. */
  public static <A> String help(CommandLine<A> line) {
    return line.command().summary() + "\n\n" + usage(line);
  }

  /** The usage block. */
  public static <A> String usage(CommandLine<A> line) {
    Command<A> command = line.command();
    StringBuilder out = new StringBuilder("Usage:\n");
    String words = line.words();
    String synopsis = command.synopsis().isEmpty() ? "" : " " + command.synopsis();
    if (command.action() != null || command.commands().isEmpty()) {
      out.append("  ").append(words).append(synopsis).append(" [flags]\n");
    } else if (!command.synopsis().isEmpty()) {
      out.append("  ").append(words).append(synopsis).append(" [flags]\n");
    }
    if (!command.commands().isEmpty()) {
      out.append("  ").append(words).append(" [command]\n");
    }
    if (!command.aliases().isEmpty()) {
      out.append("\nAliases:\n  ").append(command.name());
      command.aliases().forEach(each -> out.append(", ").append(each));
      out.append('\n');
    }
    if (!command.examples().isEmpty()) {
      out.append("\nExamples:\n");
      command
          .examples()
          .forEach(each -> out.append(each.isEmpty() ? "" : "  ").append(each).append('\n'));
    }
    commands(out, command);
    boolean root = line.path().size() == 1;
    List<Flag> own = new ArrayList<>(command.flags());
    own.add(Flag.bool("help", "h", false, "help for " + command.name()));
    out.append("\nFlags:\n");
    flags(out, own);
    if (!root) {
      out.append("\nGlobal Flags:\n");
      flags(out, line.path().get(0).flags());
    }
    if (!command.commands().isEmpty()) {
      out.append("\nUse \"")
          .append(words)
          .append(" [command] --help\" for more information about a command.\n");
    }
    return out.toString();
  }

  private static <A> void commands(StringBuilder out, Command<A> command) {
    List<Command<A>> shown =
        command.commands().stream()
            .filter(each -> !each.hidden())
            .sorted(Comparator.comparing(Command::name))
            .toList();
    if (shown.isEmpty()) {
      return;
    }
    int width = shown.stream().mapToInt(each -> each.name().length()).reduce(NAMES, Math::max);
    out.append("\nAvailable Commands:\n");
    for (Command<A> each : shown) {
      out.append("  ")
          .append(each.name())
          .append(" ".repeat(width - each.name().length() + 1))
          .append(each.summary())
          .append('\n');
    }
  }

  private static void flags(StringBuilder out, List<Flag> flags) {
    List<Flag> shown =
        flags.stream()
            .filter(each -> !each.isHidden())
            .sorted(Comparator.comparing(Flag::name))
            .toList();
    int width = shown.stream().mapToInt(each -> left(each).length()).max().orElse(0);
    for (Flag each : shown) {
      String left = left(each);
      out.append(left)
          .append(" ".repeat(width - left.length() + 3))
          .append(each.usage())
          .append(fallback(each))
          .append('\n');
    }
  }

  private static String left(Flag flag) {
    String name = flag.shorthand().isEmpty() ? "      --" : "  -" + flag.shorthand() + ", --";
    String word = flag.type().word();
    return name + flag.name() + (word.isEmpty() ? "" : " " + word);
  }

  private static String fallback(Flag flag) {
    return switch (flag.type()) {
      case BOOL -> flag.fallback().equals("true") ? " (default true)" : "";
      case TEXT, TEXTS -> flag.fallback().isEmpty() ? "" : " (default \"" + flag.fallback() + "\")";
      case INT, LONG, DURATION ->
          flag.fallback().equals("0") ? "" : " (default " + flag.fallback() + ")";
    };
  }
}
