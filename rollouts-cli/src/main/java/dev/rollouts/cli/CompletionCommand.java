package dev.rollouts.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    header = "Print a script that teaches a shell to complete this command.",
    customSynopsis = "rollouts completion bash|zsh|fish",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  source <(rollouts completion bash)",
      "  source <(rollouts completion zsh)",
      "  rollouts completion fish | source"
    })
final class CompletionCommand implements Callable<Integer> {
  /** Shells that it knows. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  private final Surroundings surroundings;

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.", arity = "1")
  @SuppressWarnings("NullAway.Init")
  Shell shell;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    CommandLine all = Commands.everything(surroundings);
    surroundings
        .out()
        .print(shell == Shell.fish ? FishCompletion.of(all) : AutoComplete.bash("rollouts", all));
    return ExitCodes.OK;
  }
}
