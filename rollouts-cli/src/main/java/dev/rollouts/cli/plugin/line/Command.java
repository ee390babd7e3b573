package dev.rollouts.cli.plugin.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command, or a group of commands.
 *
 * @param <A> what it does
 * @param name of the command
 * @param synopsis what follows the name in the usage line; empty for nothing but flags
 * @param summary one line
 * @param examples each a comment or a command; empty lines separate them
 * @param arity how many arguments it takes
 * @param action null for a group
 * @param completes what its first argument names; empty for nothing
 * @param hidden whether the help leaves it out
 */
public record Command<A>(
    String name,
    List<String> aliases,
    String synopsis,
    String summary,
    List<String> examples,
    Arity arity,
    List<Flag> flags,
    List<Command<A>> commands,
    @Nullable A action,
    String completes,
    boolean hidden) {
  public Command {
    aliases = List.copyOf(aliases);
    examples = List.copyOf(examples);
    flags = List.copyOf(flags);
    commands = List.copyOf(commands);
  }

  /** How many arguments a command takes. */
  public enum Arity {
    ANY,
    EXACTLY_ONE,
    EXACTLY_TWO,
    AT_LEAST_ONE;

    /** Whether so many are right. */
    public boolean takes(int count) {
      return switch (this) {
        case ANY -> true;
        case EXACTLY_ONE -> count == 1;
        case EXACTLY_TWO -> count == 2;
        case AT_LEAST_ONE -> count >= 1;
      };
    }
  }

  /** A command that does something. */
  public static <A> Command<A> of(String name, String synopsis, String summary, A action) {
    return new Command<>(
        name, List.of(), synopsis, summary, List.of(), Arity.ANY, List.of(), List.of(), action, "",
        false);
  }

  /** A command that only has commands. */
  public static <A> Command<A> group(
      String name, String synopsis, String summary, List<Command<A>> commands) {
    return new Command<>(
        name, List.of(), synopsis, summary, List.of(), Arity.ANY, List.of(), commands, null, "",
        false);
  }

  /** The same command, which has other names, too. */
  public Command<A> aliases(String... names) {
    return new Command<>(
        name,
        List.of(names),
        synopsis,
        summary,
        examples,
        arity,
        flags,
        commands,
        action,
        completes,
        hidden);
  }

  /** The same command with examples. */
  public Command<A> examples(String... lines) {
    return new Command<>(
        name,
        aliases,
        synopsis,
        summary,
        List.of(lines),
        arity,
        flags,
        commands,
        action,
        completes,
        hidden);
  }

  /** The same command, which takes so many arguments. */
  public Command<A> takes(Arity count) {
    return new Command<>(
        name, aliases, synopsis, summary, examples, count, flags, commands, action, completes,
        hidden);
  }

  /** The same command with more flags. */
  public Command<A> flags(Flag... more) {
    List<Flag> all = new ArrayList<>(flags);
    all.addAll(List.of(more));
    return new Command<>(
        name, aliases, synopsis, summary, examples, arity, all, commands, action, completes,
        hidden);
  }

  /** The same command with commands below it. */
  public Command<A> commands(List<Command<A>> below) {
    return new Command<>(
        name, aliases, synopsis, summary, examples, arity, flags, below, action, completes, hidden);
  }

  /** The same command, whose first argument is the name of something. */
  public Command<A> completes(String what) {
    return new Command<>(
        name, aliases, synopsis, summary, examples, arity, flags, commands, action, what, hidden);
  }

  /** The same command, which the help leaves out. */
  public Command<A> hide() {
    return new Command<>(
        name, aliases, synopsis, summary, examples, arity, flags, commands, action, completes,
        true);
  }

  /** The command below this one that is called so. */
  Optional<Command<A>> find(String word) {
    return commands.stream()
        .filter(each -> each.name.equals(word) || each.aliases.contains(word))
        .findFirst();
  }
}
