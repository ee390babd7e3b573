package dev.rollouts.cli;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.cli.report.TextReport;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.codec.Document;
import dev.rollouts.engine.analysis.explain.Explanation;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "explain",
    header = "Say in plain words why an AnalysisRun stands as it does.",
    description = {
      "Tells the chain from the phase over metric, limit, measurement and condition down to the numbers,"
          + " and what would have to change; of a run that goes on, what it waits for and until when."
          + " Runs of Argo Rollouts are explained as well."
    },
    customSynopsis = "rollouts explain -f FILE [OPTIONS]",
    sortOptions = false,
    exitCodeList = {"0:whatever the phase", "2:wrong usage or unusable input", "1:something broke"},
    footer = {"", "Example:", "  kubectl get analysisrun NAME -o yaml | rollouts explain -f -"})
final class ExplainCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      description =
          "A file or folder with AnalysisRuns, as YAML or JSON; - for standard input. May be given several"
              + " times.")
  List<String> files = new ArrayList<>();

  @Option(names = "--run", paramLabel = "NAME", description = "Explain this run only.")
  @Nullable String run;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Tell times from there, such as 2026-05-01T10:00:00Z. Default: now.")
  @Nullable String at;

  @Mixin CommonOptions common = new CommonOptions();

  ExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Screen screen = common.screen(surroundings);
    Instant now = at == null ? surroundings.clock().instant() : time(at);
    Manifests manifests = Manifests.read(files, surroundings);
    List<Document> runs = runs(manifests);
    TextReport texts = new TextReport(screen);
    StringBuilder out = new StringBuilder();
    for (Document document : runs) {
      AnalysisRun each = document.as(AnalysisRun.class);
      if (runs.size() > 1 || !document.name().isEmpty()) {
        out.append(out.isEmpty() ? "" : "\n")
            .append(Style.BOLD.paint(screen, Text.shown(screen, document.name())))
            .append('\n');
      }
      Explanation explanation = Explanation.of(each.spec(), each.statusOrPending(), now);
      out.append(texts.explanation(explanation.text(screen.width())));
    }
    surroundings.out().print(out);
    return ExitCodes.OK;
  }

  private List<Document> runs(Manifests manifests) {
    List<Document> all = manifests.runs();
    if (all.isEmpty()) {
      throw CliException.badInput(
          "-f: no AnalysisRun in there%s; for what a template would do: rollouts simulate"
              .formatted(manifests.inventory()));
    }
    if (run == null) {
      return all;
    }
    List<Document> named = all.stream().filter(each -> each.name().equals(run)).toList();
    if (named.isEmpty()) {
      throw CliException.badInput(
          "--run %s: there is no such run; there is: %s"
              .formatted(run, String.join(", ", all.stream().map(Document::name).toList())));
    }
    return named;
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException notATime) {
      throw CliException.badInput(
          "--at: expected a time such as 2026-05-01T10:00:00Z, was \"%s\"".formatted(text));
    }
  }
}
