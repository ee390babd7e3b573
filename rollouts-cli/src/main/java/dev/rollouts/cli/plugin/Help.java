package dev.rollouts.cli.plugin;

import dev.rollouts.cli.plugin.line.CommandLine;
import dev.rollouts.cli.plugin.line.Usage;
import java.util.ArrayList;
import java.util.List;

/** {@code help [command]}. */
final class Help {
  private Help() {}

  static void show(Session session) {
    List<String> words = new ArrayList<>(session.arguments());
    words.add("--help");
    CommandLine<Action> line = CommandLine.parse(Commands.root(), words);
    if (!line.values().arguments().isEmpty()) {
      throw new PluginException(
          "unknown help topic \"%s\"; kubectl argo rollouts help lists the commands"
              .formatted(String.join(" ", session.arguments())));
    }
    session.surroundings().out().print(Usage.help(line));
  }
}
