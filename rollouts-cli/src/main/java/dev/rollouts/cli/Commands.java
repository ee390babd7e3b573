package dev.rollouts.cli;

import dev.rollouts.cli.terminal.Screen;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The commands by name. The model of a command is only built when it is needed: that is most of
 * what starting costs.
 */
final class Commands {
  private static final Map<String, Function<Surroundings, Object>> BY_NAME = byName();

  private Commands() {}

  private static Map<String, Function<Surroundings, Object>> byName() {
    Map<String, Function<Surroundings, Object>> all = new LinkedHashMap<>();

    all.put("lint", LintCommand::new);
    all.put("simulate", SimulateCommand::new);
    all.put("analyze", AnalyzeCommand::new);
    all.put("explain", ExplainCommand::new);
    all.put("migrate", MigrateCommand::new);
    all.put("completion", CompletionCommand::new);
    return all;
  }

  /** The command line that understands these arguments. */
  static CommandLine commandLine(Surroundings surroundings, String... args) {
    CommandLine root = new CommandLine(new Root());
    Function<Surroundings, Object> only = args.length == 0 ? null : BY_NAME.get(args[0]);
    if (only == null) {
      BY_NAME.forEach((name, command) -> root.addSubcommand(name, command.apply(surroundings)));
      root.addSubcommand("help", new HelpCommand());
    } else {
      root.addSubcommand(args[0], only.apply(surroundings));
    }
    return prepare(root, surroundings);
  }

  /** With every command. */
  static CommandLine everything(Surroundings surroundings) {
    return commandLine(surroundings);
  }

  private static CommandLine prepare(CommandLine root, Surroundings surroundings) {
    CommonOptions defaults = new CommonOptions();
    Screen screen = defaults.screen(surroundings);
    ColorScheme colours = CommandLine.Help.defaultColorScheme(Main.ansi(screen));
    root.setColorScheme(colours);
    root.setUsageHelpWidth(screen.width() == 0 ? 100 : Math.max(60, Math.min(120, screen.width())));
    root.setUsageHelpLongOptionsMaxWidth(26);
    headings(root);
    root.getSubcommands().values().forEach(Commands::headings);
    root.setOut(new PrintWriter(new Through(surroundings.out()), true));
    root.setErr(new PrintWriter(new Through(surroundings.err()), true));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.registerConverter(Integer.class, Commands::integer);
    root.registerConverter(int.class, Commands::integer);
    root.registerConverter(Long.class, Commands::number);
    return root;
  }

  private static void headings(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .headerHeading("")
        .synopsisHeading("%nUsage: ")
        .descriptionHeading("%n")
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .exitCodeListHeading("%nExit codes:%n");
  }

  private static Integer integer(String text) {
    long number = number(text);
    if (number != (int) number) {
      throw new TypeConversionException("'%s' is too large".formatted(text));
    }
    return (int) number;
  }

  private static Long number(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException notANumber) {
      throw new TypeConversionException("'%s' is not a whole number".formatted(text));
    }
  }

  /** Leaves the encoding to the stream. */
  private static final class Through extends Writer {
    private final PrintStream stream;

    Through(PrintStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(char[] buffer, int from, int length) {
      stream.print(new String(buffer, from, length));
    }

    @Override
    public void flush() {
      stream.flush();
    }

    @Override
    public void close() {
      stream.flush();
    }
  }

  /** What is called without a command. */
  @Command(
      name = "rollouts",
      header = "Judge releases by their metrics, with the templates of Argo Rollouts.",
      synopsisSubcommandLabel = "COMMAND",
      exitCodeList = {
        "0:all is well",
        "1:something broke; lint: there are errors",
        "2:wrong usage or unusable input",
        "3, 4, 5:analyze: Failed, Error, Inconclusive"
      },
      footer = {"", "Try: rollouts simulate -f template.yaml"})
  static final class Root implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
        names = {"-V", "--version"},
        description = "Show the version.")
    boolean version;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    boolean help;

    @Override
    public void run() {
      if (version) {
        spec.commandLine().getOut().println(Version.text());
        return;
      }
      throw new ParameterException(
          spec.commandLine(), "which command? lint, simulate, analyze, explain or migrate");
    }
  }
}
