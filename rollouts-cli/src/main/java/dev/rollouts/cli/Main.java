package dev.rollouts.cli;

import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.codec.CodecException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code rollouts} command: lint, simulate, analyze, explain. */
public final class Main {
  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    if (args.length == 1 && isVersion(args[0])) {
      // Somebody's prompt or script may ask for it all the time: no parser, no models.
      System.out.println(Version.text());
      return;
    }
    System.exit(runAsProcess(args));
  }

  /**
   * Runs the command with the streams and the terminal of this process.
   *
   * @return the exit code
   */
  static int runAsProcess(String... args) {
    Map<String, String> environment = System.getenv();
    Charset charset =
        Screen.isUnicode(environment) ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
    StandardOutput out = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    Surroundings surroundings =
        new Surroundings(
            System.in,
            new PrintStream(out, false, charset),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset),
            environment,
            Tty.ofProcess(),
            Interrupts.ofProcess(),
            Clock.systemUTC());
    int exitCode = run(surroundings, args);
    surroundings.out().flush();
    out.trouble().ifPresent(trouble -> tell(surroundings, "rollouts: standard output: " + trouble));
    return exitCode == ExitCodes.OK && out.trouble().isPresent() ? ExitCodes.FAILURE : exitCode;
  }

  /**
   * Runs the command within a process, without a terminal.
   *
   * @return the exit code
   */
  public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    return run(
        new Surroundings(
            in,
            out,
            err,
            Map.of("LANG", "C.UTF-8"),
            Tty.NONE,
            Interrupts.none(),
            Clock.systemUTC()),
        args);
  }

  static int run(Surroundings surroundings, String... args) {
    if (args.length == 1 && isVersion(args[0])) {
      surroundings.out().println(Version.text());
      return ExitCodes.OK;
    }
    boolean debug = Arrays.asList(args).contains("--debug");
    try {
      CommandLine commandLine = Commands.commandLine(surroundings, args);
      commandLine.setParameterExceptionHandler(
          (exception, ignored) -> misused(surroundings, exception));
      commandLine.setExecutionExceptionHandler(
          (exception, command, result) -> broken(surroundings, exception, debug));
      int exitCode = commandLine.execute(args);
      surroundings.out().flush();
      return exitCode;
    } catch (RuntimeException | Error e) {
      return broken(surroundings, e, debug);
    }
  }

  private static boolean isVersion(String arg) {
    return arg.equals("--version") || arg.equals("-V");
  }

  private static int misused(Surroundings surroundings, ParameterException exception) {
    String command = exception.getCommandLine().getCommandSpec().qualifiedName();
    String problem =
        exception instanceof UnmatchedArgumentException unmatched
            ? unmatched(unmatched)
            : oneLine(String.valueOf(exception.getMessage()));
    tell(
        surroundings,
        "%s: %s%s %s --help tells more"
            .formatted(command, problem, problem.endsWith("?") ? "" : ";", command));
    return ExitCodes.BAD_INPUT;
  }

  /** The first thing that is not understood; what follows it is rarely a mistake of its own. */
  private static String unmatched(UnmatchedArgumentException exception) {
    String given = exception.getUnmatched().get(0);
    String what =
        exception.isUnknownOption()
            ? "there is no option %s"
            : exception.getCommandLine().getSubcommands().isEmpty()
                ? "nothing is to be done with \"%s\""
                : "there is no command \"%s\"";
    return what.formatted(oneLine(given))
        + exception.getSuggestions().stream()
            .findFirst()
            .map(similar -> "; did you mean " + similar + "?")
            .orElse("");
  }

  /** One line, or one per problem of the input; a stack trace never, unless asked for. */
  private static int broken(Surroundings surroundings, Throwable thrown, boolean debug) {
    surroundings.out().flush();
    int exitCode;
    if (thrown instanceof CliException e) {
      tell(surroundings, (e.isPlaced() ? "" : "rollouts: ") + e.getMessage());
      exitCode = e.exitCode();
    } else if (thrown instanceof CodecException e) {
      // Places come first, so that editors can jump there.
      tell(surroundings, String.valueOf(e.getMessage()));
      exitCode = ExitCodes.BAD_INPUT;
    } else if (thrown instanceof OutOfMemoryError) {
      tell(
          surroundings,
          "rollouts: out of memory; give the command less at once, or more with JAVA_TOOL_OPTIONS=-Xmx2g");
      exitCode = ExitCodes.FAILURE;
    } else {
      tell(
          surroundings,
          "rollouts: internal error, which is a bug of this program: %s: %s; --debug shows where"
              .formatted(
                  thrown.getClass().getSimpleName(), oneLine(String.valueOf(thrown.getMessage()))));
      exitCode = ExitCodes.FAILURE;
    }
    if (debug) {
      thrown.printStackTrace(surroundings.err());
    }
    return exitCode;
  }

  private static String oneLine(String message) {
    return String.join("; ", List.of(message.strip().split("\\s*\\R\\s*")));
  }

  /** Lines from outside may hold anything; a terminal must not act on it. */
  static void tell(Surroundings surroundings, String message) {
    Screen screen = new Screen(0, false, Screen.isUnicode(surroundings.environment()));
    for (String line : message.split("\n", -1)) {
      surroundings.err().println(Text.shown(screen, line));
    }
    surroundings.err().flush();
  }

  /** Colours of help texts. */
  static Ansi ansi(Screen screen) {
    return screen.colour() ? Ansi.ON : Ansi.OFF;
  }
}
