package dev.rollouts.cli;

import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.cli.migrate.Direction;
import dev.rollouts.cli.migrate.Kubectl;
import dev.rollouts.cli.migrate.MigrationCheck;
import dev.rollouts.cli.migrate.MigrationReport;
import dev.rollouts.cli.migrate.Snapshot;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.codec.Json;
import dev.rollouts.runner.Providers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "migrate",
    header = "Say before a swap of controllers what would not work.",
    description = {
      "check asks the cluster, by kubectl and only reading, what Argo Rollouts' controller does there that"
          + " this one would not: metric providers that are not on its class path, plugins, flags, fields,"
          + " notifications; which controllers run; and what is rolling out. With --back the other way"
          + " round.",
      "",
      "Secrets are not read. What you may not list is said."
    },
    customSynopsis = "rollouts migrate check [OPTIONS]",
    sortOptions = false,
    exitCodeList = {
      "0:nothing is in the way (there may be warnings)",
      "1:something would not work",
      "2:wrong usage, or the cluster cannot be asked"
    },
    footer = {
      "",
      "Examples:",
      "  rollouts migrate check --context production",
      "  kubectl get rollouts,analysistemplates,deploy,cm -A -o yaml | rollouts migrate check -f -"
    })
final class MigrateCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  /** What can be done. */
  enum Action {
    check
  }

  @Parameters(paramLabel = "check", arity = "1", description = "The only thing to do.")
  @SuppressWarnings("NullAway.Init")
  Action action;

  @Option(
      names = "--back",
      description = "From this controller to Argo Rollouts'. Default: from there to here.")
  boolean back;

  @Option(names = "--kubeconfig", paramLabel = "FILE", description = "As for kubectl.")
  @Nullable String kubeconfig;

  @Option(names = "--context", paramLabel = "NAME", description = "As for kubectl.")
  @Nullable String context;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      defaultValue = "",
      description = "Look at Rollouts and analyses of this namespace only. Default: at all.")
  String namespace = "";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description =
          "Ask these files instead of a cluster: a file, a folder, or - for standard input. May be given"
              + " several times.")
  List<String> files = new ArrayList<>();

  @Option(
      names = "--have",
      paramLabel = "NAME",
      split = ",",
      description =
          "A provider or plugin that your image has besides, such as datadog or acme/queue-depth. May be"
              + " given several times.")
  List<String> have = new ArrayList<>();

  /** How findings are printed. */
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

  MigrateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Direction direction = back ? Direction.BACK : Direction.HERE;
    Snapshot snapshot = files.isEmpty() ? ofCluster() : ofFiles();
    Providers providers =
        Providers.discover(ProviderSettings.defaults(), Main.class.getClassLoader());
    MigrationReport report =
        new MigrationReport(
            direction,
            snapshot.known(),
            new MigrationCheck(direction, providers, Set.copyOf(have)).check(snapshot));
    if (output == Output.json) {
      surroundings.out().print(Json.writePretty(report.tree()));
    } else {
      report
          .text()
          .lines()
          .forEach(
              line -> surroundings.out().println(Text.shown(common.screen(surroundings), line)));
    }
    return report.hasProblems() ? ExitCodes.FAILURE : ExitCodes.OK;
  }

  private Snapshot ofFiles() {
    return new Snapshot(Manifests.read(files, surroundings).documents(), Map.of());
  }

  private Snapshot ofCluster() {
    if (!namespace.isEmpty() && !namespace.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
      throw CliException.badInput("-n: \"%s\" cannot be a namespace".formatted(namespace));
    }
    List<String> options = new ArrayList<>();
    if (kubeconfig != null) {
      options.add("--kubeconfig=" + kubeconfig);
    }
    if (context != null) {
      options.add("--context=" + context);
    }
    try {
      return new Kubectl("kubectl", options, surroundings.environment()).snapshot(namespace);
    } catch (Kubectl.Unreachable e) {
      throw CliException.badInput(
          String.join("; ", String.valueOf(e.getMessage()).lines().toList()));
    }
  }
}
