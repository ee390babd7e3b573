package dev.rollouts.cli.plugin;

import dev.rollouts.cli.Interrupts;
import dev.rollouts.cli.StandardOutput;
import dev.rollouts.cli.Surroundings;
import dev.rollouts.cli.Tty;
import dev.rollouts.cli.kube.KubeException;
import dev.rollouts.cli.plugin.line.Command;
import dev.rollouts.cli.plugin.line.CommandLine;
import dev.rollouts.cli.plugin.line.LineException;
import dev.rollouts.cli.plugin.line.Usage;
import dev.rollouts.cli.plugin.line.Values;
import dev.rollouts.cli.terminal.Screen;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The program {@code kubectl-argo-rollouts}, which kubectl runs for {@code kubectl argo rollouts}.
 */
public final class Main {
  /** As logrus has them (K-012). */
  private static final Set<String> LEVELS =
      Set.of("panic", "fatal", "error", "warn", "warning", "info", "debug", "trace");

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(runAsProcess(args));
  }

  /**
   * Runs the command with the streams and the terminal of this process.
   *
   * @return the exit code
   */
  public static int runAsProcess(String... args) {
    Map<String, String> environment = System.getenv();
    Tty tty = Tty.ofProcess();
    Charset charset =
        Screen.isUnicode(environment) || !tty.isTerminal()
            ? StandardCharsets.UTF_8
            : StandardCharsets.US_ASCII;
    StandardOutput out = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    Surroundings surroundings =
        new Surroundings(
            System.in,
            new PrintStream(out, false, charset),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset),
            environment,
            tty,
            Interrupts.ofProcess(1),
            Clock.systemUTC());
    int exitCode = run(surroundings, args);
    out.trouble()
        .ifPresent(trouble -> Texts.tell(surroundings, "Error: standard output: " + trouble));
    return exitCode == 0 && out.trouble().isPresent() ? 1 : exitCode;
  }

  /**
   * Runs the command within a process.
   *
   * @return the exit code
   */
  public static int run(Surroundings surroundings, String... args) {
    try {
      execute(surroundings, List.of(args));
      surroundings.out().flush();
      return 0;
    } catch (PluginException | LineException | KubeException e) {
      surroundings.out().flush();
      if (!(e instanceof PluginException said && said.isTold())) {
        Texts.tell(surroundings, "Error: " + e.getMessage());
      }
    } catch (RuntimeException | Error e) {
      surroundings.out().flush();
      Texts.tell(
          surroundings,
          "Error: this is a bug of kubectl-argo-rollouts: %s: %s; -v 1 shows where"
              .formatted(e.getClass().getSimpleName(), e.getMessage()));
      if (List.of(args).contains("-v")) {
        e.printStackTrace(surroundings.err());
      }
    }
    return 1;
  }

  private static void execute(Surroundings surroundings, List<String> args) {
    Command<Action> root = Commands.root();
    if (Completion.isAsked(args)) {
      Completion.answer(surroundings, root, args);
      return;
    }
    CommandLine<Action> line = CommandLine.parse(root, args);
    Values values = line.values();
    if (line.wantsHelp()) {
      surroundings.out().print(Usage.help(line));
      return;
    }
    values.notices().forEach(each -> Texts.tell(surroundings, each));
    String level = values.text("loglevel");
    if (!LEVELS.contains(level.toLowerCase(java.util.Locale.ROOT))) {
      throw new PluginException("not a valid logrus Level: \"%s\"".formatted(level));
    }
    DryRun.of(values);
    Command<Action> command = line.command();
    Action action = command.action();
    try {
      if (action == null || !command.arity().takes(values.arguments().size())) {
        throw PluginException.misused();
      }
      try (Session session = new Session(surroundings, line)) {
        Output.of(session);
        action.run(session);
      }
    } catch (PluginException e) {
      if (e.isMisuse()) {
        surroundings.out().flush();
        surroundings.err().print(Usage.usage(line));
        surroundings.err().flush();
      }
      throw e;
    }
  }
}
