package dev.rollouts.cli;

import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.cli.lint.ArgoLint;
import dev.rollouts.cli.lint.Finding;
import dev.rollouts.cli.lint.LintReport;
import dev.rollouts.cli.lint.Linter;
import dev.rollouts.cli.lint.Severity;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Document;
import dev.rollouts.runner.Providers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "lint",
    header = "Find what is wrong with manifests before a cluster sees them.",
    description = {
      "Reads Rollouts, Experiments, AnalysisTemplates, ClusterAnalysisTemplates and AnalysisRuns, and"
          + " what Rollouts refer to: Services, Ingresses, VirtualServices, workloads, autoscalers."
          + " An error: the controller would refuse it, or every measurement would be an Error. A"
          + " warning: it does something, but hardly what was meant. Objects that refer to each other"
          + " should be given together."
    },
    customSynopsis = "rollouts lint PATH... [OPTIONS]",
    sortOptions = false,
    exitCodeList = {"0:no errors", "1:errors", "2:wrong usage, or a file that cannot be read"},
    footer = {"", "Example: rollouts lint k8s/ && kubectl apply -f k8s/"})
final class LintCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description =
          "Files (YAML with any number of documents, JSON), folders with what is below them, or - for"
              + " standard input.")
  List<String> paths = new ArrayList<>();

  /** As Argo Rollouts' plugin names the file. */
  @Option(
      names = {"-f", "--filename"},
      paramLabel = "PATH",
      description = "The same as PATH.")
  List<String> files = new ArrayList<>();

  /** How findings are printed. */
  enum Format {
    text,
    json,
    sarif,
    argo
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "${COMPLETION-CANDIDATES}. Default: text. argo: what the lint command of Argo Rollouts' kubectl"
              + " plugin says about one file.")
  Format format = Format.text;

  @Mixin CommonOptions common = new CommonOptions();

  LintCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    paths.addAll(files);
    if (paths.isEmpty()) {
      throw CliException.badInput(
          "nothing to lint; name a file, a folder, or - for standard input");
    }
    return format == Format.argo ? argo() : lint();
  }

  private int lint() {
    Screen screen = common.screen(surroundings);
    List<Document> documents = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    int files = 0;
    boolean stdin = false;
    for (String name : paths) {
      if (name.equals("-")) {
        if (stdin) {
          throw CliException.badInput("-: standard input can be read once only; leave one out");
        }
        stdin = true;
        documents.addAll(Codec.standard().read("stdin", surroundings.in()));
        files++;
        continue;
      }
      for (Path file : files(name)) {
        files++;
        try {
          documents.addAll(Codec.standard().read(file));
        } catch (CodecException e) {
          unreadable.add(String.valueOf(e.getMessage()));
        }
      }
    }
    List<Finding> findings = linter().lint(documents);
    LintReport report = LintReport.of(findings);
    switch (format) {
      case text -> surroundings.out().print(text(screen, report, files, documents));
      case json -> surroundings.out().print(report.json());
      case sarif -> surroundings.out().print(report.sarif());
      case argo -> throw new IllegalStateException("has its own way");
    }
    surroundings.out().flush();
    unreadable.forEach(message -> Main.tell(surroundings, message));
    if (!unreadable.isEmpty()) {
      return ExitCodes.BAD_INPUT;
    }
    return report.count(Severity.ERROR) > 0 ? ExitCodes.FAILURE : ExitCodes.OK;
  }

  /** K-140, K-141: one file, its findings, and the first of them again as an error. */
  private int argo() {
    if (paths.size() > 1) {
      throw CliException.badInput("--format argo reads one file; leave the others out");
    }
    Path file = Path.of(paths.get(0));
    String failure = null;
    if (Files.isDirectory(file)) {
      failure = "read %s: is a directory".formatted(file);
    } else if (!Files.exists(file)) {
      failure = "open %s: no such file or directory".formatted(file);
    } else if (!Files.isReadable(file)) {
      failure = "open %s: permission denied".formatted(file);
    } else {
      ArgoLint outcome = ArgoLint.of(Codec.standard().read(file));
      Screen screen = common.screen(surroundings);
      outcome.lines().forEach(line -> surroundings.out().println(Text.shown(screen, line)));
      surroundings.out().flush();
      failure = outcome.error().orElse(null);
    }
    if (failure == null) {
      return ExitCodes.OK;
    }
    surroundings.err().println(Text.shown(common.screen(surroundings), "Error: " + failure));
    surroundings.err().flush();
    return ExitCodes.FAILURE;
  }

  private static Linter linter() {
    return Linter.knowing(
        Providers.discover(ProviderSettings.defaults(), Main.class.getClassLoader()));
  }

  private static List<Path> files(String name) {
    Path path = Manifests.path(name);
    return Files.isDirectory(path) ? Manifests.below(path) : List.of(path);
  }

  private static String text(
      Screen screen, LintReport report, int files, List<Document> documents) {
    StringBuilder out = new StringBuilder();
    for (String line : report.text().lines().toList()) {
      out.append(painted(screen, Text.shown(screen, line))).append('\n');
    }
    List<String> counts = new ArrayList<>();
    for (Severity severity : Severity.values()) {
      long count = report.count(severity);
      if (count > 0) {
        counts.add(count + " " + severity + (count == 1 || severity == Severity.INFO ? "" : "s"));
      }
    }
    return out.append(files)
        .append(files == 1 ? " file: " : " files: ")
        .append(counts.isEmpty() ? nothingFound(documents) : String.join(", ", counts))
        .append('\n')
        .toString();
  }

  private static String nothingFound(List<Document> documents) {
    return documents.stream().anyMatch(document -> document.object().isPresent())
        ? "nothing to complain about"
        : "no Rollout, Experiment, AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun in there";
  }

  private static String painted(Screen screen, String line) {
    for (Severity severity : Severity.values()) {
      String word = " " + severity + " ";
      int at = line.startsWith("    ") ? -1 : line.indexOf(word);
      if (at >= 0) {
        Style style =
            switch (severity) {
              case ERROR -> Style.BAD_BOLD;
              case WARNING -> Style.UNSURE;
              case INFO -> Style.BUSY;
            };
        return line.substring(0, at)
            + " "
            + style.paint(screen, severity.toString())
            + line.substring(at + word.length() - 1);
      }
    }
    return Style.DIM.paint(screen, line);
  }
}
