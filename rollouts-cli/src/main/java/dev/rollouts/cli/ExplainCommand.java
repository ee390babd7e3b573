package dev.rollouts.cli;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.cli.report.TextReport;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.analysis.explain.Explanation;
import dev.rollouts.engine.explain.Account;
import dev.rollouts.engine.explain.Neighbours;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "explain",
    header =
        "Say in plain words why a Rollout, Experiment or AnalysisRun stands as it does, and what you can do.",
    description = {
      "Of a Rollout or Experiment: what it is doing or where it is stuck, why, what it waits for and until"
          + " when, and the commands that help. Its status is enough; with its ReplicaSets, pods, runs and"
          + " what it refers to beside it, more is said. What is not given is not guessed.",
      "",
      "Of an AnalysisRun: the chain from the phase over metric, limit, measurement and condition down to"
          + " the numbers, and what would have to change. Runs and Experiments of a Rollout that is"
          + " explained are told with it.",
      "",
      "Objects of Argo Rollouts are explained as well."
    },
    customSynopsis = "rollouts explain -f FILE [OPTIONS]",
    sortOptions = false,
    exitCodeList = {"0:whatever the phase", "2:wrong usage or unusable input", "1:something broke"},
    footer = {
      "",
      "Examples:",
      "  kubectl get rollout,rs,pods,ar -n NS -o yaml | rollouts explain -f - --name NAME",
      "  kubectl get analysisrun NAME -o yaml | rollouts explain -f -"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int WARNINGS_SHOWN = 5;

  private final Surroundings surroundings;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      description =
          "A file or folder with objects and what is around them, as YAML or JSON, lists included; - for"
              + " standard input. May be given several times.")
  List<String> files = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Explain only the Rollouts, Experiments and AnalysisRuns of this name.")
  @Nullable String name;

  @Option(names = "--run", paramLabel = "NAME", description = "Explain this AnalysisRun only.")
  @Nullable String run;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Tell times from there, such as 2026-05-01T10:00:00Z. Default: now.")
  @Nullable String at;

  /** How explanations are printed. */
  enum Output {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}. Default: text.")
  Output output = Output.text;

  @Mixin CommonOptions common = new CommonOptions();

  ExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Screen screen = common.screen(surroundings);
    Instant now = at == null ? surroundings.clock().instant() : time(at);
    Manifests manifests = Manifests.read(files, surroundings);
    List<Document> chosen = chosen(manifests);
    chosen.stream()
        .flatMap(each -> unread(each).stream())
        .limit(WARNINGS_SHOWN)
        .forEach(each -> Main.tell(surroundings, "warning: " + each));
    Neighbours around = around(manifests);
    if (output == Output.json) {
      List<Object> trees = new ArrayList<>();
      chosen.forEach(each -> trees.add(tree(each, around, now)));
      surroundings.out().print(Json.writePretty(trees));
      return ExitCodes.OK;
    }
    StringBuilder out = new StringBuilder();
    for (Document document : chosen) {
      if (chosen.size() > 1 || !document.name().isEmpty()) {
        out.append(out.isEmpty() ? "" : "\n")
            .append(Style.BOLD.paint(screen, Text.shown(screen, title(document))))
            .append('\n');
      }
      out.append(new TextReport(screen).explanation(text(document, around, now, screen.width())));
    }
    surroundings.out().print(out);
    return ExitCodes.OK;
  }

  private static String title(Document document) {
    return document.kind().equals("AnalysisRun")
        ? document.name()
        : document.kind() + " " + document.name();
  }

  private static String text(Document document, Neighbours around, Instant now, int width) {
    KubernetesObject object = document.object().orElseThrow();
    if (object instanceof Rollout rollout) {
      return Account.of(rollout, problems(document), around, now).text(width);
    }
    if (object instanceof Experiment experiment) {
      return Account.of(experiment, problems(document), around, now).text(width);
    }
    return explanation(document, now).text(width);
  }

  private static Map<String, @Nullable Object> tree(
      Document document, Neighbours around, Instant now) {
    KubernetesObject object = document.object().orElseThrow();
    if (object instanceof Rollout rollout) {
      return Account.of(rollout, problems(document), around, now).tree();
    }
    if (object instanceof Experiment experiment) {
      return Account.of(experiment, problems(document), around, now).tree();
    }
    return ExplanationTree.of(document, explanation(document, now));
  }

  private static Explanation explanation(Document document, Instant now) {
    AnalysisRun run = document.as(AnalysisRun.class);
    return Explanation.of(run.spec(), run.statusOrPending(), now);
  }

  private static Neighbours around(Manifests manifests) {
    List<JsonObject> trees = new ArrayList<>();
    for (Document document : manifests.documents()) {
      Map<String, @Nullable Object> tree = new LinkedHashMap<>(document.tree());
      tree.put("apiVersion", document.apiVersion());
      tree.put("kind", document.kind());
      trees.add(JsonObject.of(tree));
    }
    return Neighbours.ofFiles(trees);
  }

  // --- which objects ---

  private List<Document> chosen(Manifests manifests) {
    if (run != null) {
      return named(manifests.runs(), "--run", run, "run");
    }
    List<Document> all = new ArrayList<>(manifests.rollouts());
    all.addAll(manifests.experiments());
    all.addAll(manifests.runs());
    if (all.isEmpty()) {
      throw CliException.badInput(
          "-f: no Rollout, Experiment or AnalysisRun in there%s; for what a template would do: rollouts simulate"
              .formatted(manifests.inventory()));
    }
    return name != null ? named(all, "--name", name, "object") : standingAlone(all);
  }

  private static List<Document> named(List<Document> all, String option, String name, String what) {
    List<Document> named = all.stream().filter(each -> each.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw CliException.badInput(
          "%s %s: there is no such %s; there is: %s"
              .formatted(
                  option,
                  name,
                  what,
                  all.isEmpty()
                      ? "none"
                      : String.join(", ", all.stream().map(Document::name).toList())));
    }
    return named;
  }

  /** Objects whose owner is explained are told with it. */
  private static List<Document> standingAlone(List<Document> all) {
    List<String> uids =
        all.stream()
            .map(each -> each.object().orElseThrow().metadata().uid())
            .filter(uid -> !uid.isEmpty())
            .toList();
    return all.stream()
        .filter(each -> !uids.contains(each.object().orElseThrow().metadata().controllerUid()))
        .toList();
  }

  /** Fields of a status that are not what they should be, and are passed over. */
  private static List<DocumentProblem> unread(Document document) {
    return document.problems().stream()
        .filter(each -> each.path().toString().startsWith("status"))
        .filter(each -> each.kind() != DocumentProblem.Kind.UNKNOWN_FIELD)
        .limit(WARNINGS_SHOWN)
        .toList();
  }

  /** The same without the place in the file. */
  private static List<String> problems(Document document) {
    return unread(document).stream().map(each -> each.path() + ": " + each.message()).toList();
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
