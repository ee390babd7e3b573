package dev.rollouts.cli;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for fish, which picocli does not write. */
final class FishCompletion {
  private FishCompletion() {}

  static String of(CommandLine root) {
    StringBuilder out = new StringBuilder("# Completion of the rollouts command for fish.\n");
    out.append("complete -c rollouts -e\n");
    String names = String.join(" ", root.getSubcommands().keySet());
    String none = "not __fish_seen_subcommand_from " + names;
    for (OptionSpec option : root.getCommandSpec().options()) {
      option(out, none, option);
    }
    for (Map.Entry<String, CommandLine> each : root.getSubcommands().entrySet()) {
      out.append(
          "complete -c rollouts -f -n %s -a %s -d %s\n"
              .formatted(quoted(none), each.getKey(), quoted(summary(each.getValue()))));
    }
    for (Map.Entry<String, CommandLine> each : root.getSubcommands().entrySet()) {
      CommandSpec spec = each.getValue().getCommandSpec();
      String seen = "__fish_seen_subcommand_from " + each.getKey();
      spec.options().forEach(option -> option(out, seen, option));
      for (PositionalParamSpec parameter : spec.positionalParameters()) {
        String candidates = candidates(parameter.completionCandidates());
        if (!candidates.isEmpty()) {
          out.append(
              "complete -c rollouts -f -n %s -a %s\n".formatted(quoted(seen), quoted(candidates)));
        }
      }
    }
    return out.toString();
  }

  private static void option(StringBuilder out, String condition, OptionSpec option) {
    if (option.hidden()) {
      return;
    }
    out.append("complete -c rollouts -n ").append(quoted(condition));
    for (String name : option.names()) {
      out.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      String candidates = candidates(option.completionCandidates());
      out.append(candidates.isEmpty() ? " -r" : " -xa " + quoted(candidates));
    }
    String[] description = option.description();
    if (description.length > 0) {
      out.append(" -d ").append(quoted(firstSentence(description[0])));
    }
    out.append('\n');
  }

  private static String candidates(Iterable<String> candidates) {
    return candidates == null
        ? ""
        : StreamSupport.stream(candidates.spliterator(), false).collect(Collectors.joining(" "));
  }

  private static String summary(CommandLine command) {
    String[] description = command.getCommandSpec().usageMessage().description();
    return description.length == 0 ? "" : firstSentence(description[0]);
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text.replaceFirst("\\.$", "") : text.substring(0, end);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
