package dev.rollouts.cli.plugin;

import dev.rollouts.cli.Surroundings;
import dev.rollouts.cli.kube.KubeException;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.plugin.line.Command;
import dev.rollouts.cli.plugin.line.CommandLine;
import dev.rollouts.cli.plugin.line.LineException;
import dev.rollouts.cli.plugin.line.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code completion}, and the answers that its scripts ask for (K-182, K-183). */
final class Completion {
  /** What scripts call: {@code __complete WORD...}. */
  static final String REQUEST = "__complete";

  /** The same for candidates without descriptions. */
  private static final String REQUEST_PLAIN = "__completeNoDesc";

  private static final int NO_FILES = 4;
  private static final int ERROR = 1;
  private static final Map<String, Resource> KINDS =
      Map.of(
          Resource.ROLLOUTS.plural(), Resource.ROLLOUTS,
          Resource.EXPERIMENTS.plural(), Resource.EXPERIMENTS,
          Resource.ANALYSIS_RUNS.plural(), Resource.ANALYSIS_RUNS);
  private static final Set<String> SHELLS = Set.of("bash", "zsh", "fish", "powershell");

  private Completion() {}

  /** Prints the script for a shell. */
  static void script(Session session) {
    String shell = session.argument(0);
    if (!SHELLS.contains(shell)) {
      throw new PluginException(
          "invalid argument \"%s\" for \"%s completion\"".formatted(shell, Commands.PROGRAM));
    }
    try (InputStream script = Completion.class.getResourceAsStream("completion." + shell)) {
      if (script == null) {
        throw new PluginException("the script for %s is missing in this build".formatted(shell));
      }
      session.surroundings().out().print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new PluginException("the script for %s cannot be read".formatted(shell));
    }
  }

  /** Whether a script asks, and not a person. */
  static boolean isAsked(List<String> args) {
    return at(args) >= 0;
  }

  /** Where the request is: it may have flags before it, as kubectl passes on its own. */
  private static int at(List<String> args) {
    int plain = args.indexOf(REQUEST);
    return plain >= 0 ? plain : args.indexOf(REQUEST_PLAIN);
  }

  /** Prints what the last word may become, one candidate a line, and a directive. */
  static void answer(Surroundings surroundings, Command<Action> root, List<String> args) {
    List<String> words = new ArrayList<>(args);
    boolean plain = words.remove(at(args)).equals(REQUEST_PLAIN);
    List<String> candidates = new ArrayList<>();
    int directive = NO_FILES;
    String last = words.isEmpty() ? "" : words.get(words.size() - 1);
    List<String> before = words.isEmpty() ? words : words.subList(0, words.size() - 1);
    try {
      Words<Action> asked = Words.of(root, before, last);
      candidates.addAll(asked.candidates());
      if (asked.takesFile()) {
        directive = 0;
      } else if (asked.wantsFirstArgument()) {
        candidates.addAll(names(surroundings, asked.line(), last));
      }
    } catch (KubeException | LineException e) {
      directive = ERROR;
    }
    candidates.forEach(each -> surroundings.out().println(plain ? each.split("\t", 2)[0] : each));
    surroundings.out().println(":" + directive);
    surroundings.out().flush();
  }

  private static List<String> names(
      Surroundings surroundings, CommandLine<Action> line, String prefix) {
    Command<Action> command = line.command();
    if (command.name().equals("completion")) {
      return SHELLS.stream().filter(each -> each.startsWith(prefix)).sorted().toList();
    }
    Resource resource = KINDS.get(command.completes());
    if (resource == null) {
      return List.of();
    }
    try (Session session = new Session(surroundings, line)) {
      return session.server().list(resource, session.namespace(), Selection.all()).items().stream()
          .map(each -> each.name())
          .filter(name -> name.startsWith(prefix))
          .toList();
    }
  }
}
