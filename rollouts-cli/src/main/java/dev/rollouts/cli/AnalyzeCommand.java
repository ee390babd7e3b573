package dev.rollouts.cli;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.Provider;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.codec.Codec;
import dev.rollouts.runner.AnalysisRunner;
import dev.rollouts.runner.Providers;
import dev.rollouts.runner.RunHandle;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "analyze",
    header = "Run an AnalysisTemplate now, against the real back-ends.",
    description = {
      "Prints each measurement as it comes, then the verdict and why. Ctrl-C stops the run as"
          + " spec.terminate does; a second one quits at once. Metrics of provider job need a cluster and"
          + " are refused."
    },
    customSynopsis = "rollouts analyze -f FILE [--prometheus URL] [OPTIONS]",
    sortOptions = false,
    exitCodeList = {
      "0:Successful",
      "3:Failed",
      "4:Error, or stopped by --for before a metric could be measured",
      "5:Inconclusive",
      "130:stopped by Ctrl-C, with nothing worse to tell",
      "2:wrong usage or unusable input",
      "1:something else broke"
    },
    footer = {
      "",
      "Example:",
      "  rollouts analyze -f template.yaml --arg service=shop --prometheus http://localhost:9090"
    })
final class AnalyzeCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  private final Surroundings surroundings;

  @Mixin InputOptions input = new InputOptions();

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description =
          "Ask this server, whatever address the template has. Default: the template's, else"
              + " ARGO_ROLLOUTS_PROMETHEUS_ADDRESS.")
  @Nullable String prometheus;

  @Mixin SecretOptions secrets = new SecretOptions();

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Stop the run after this time, such as 10m, as Ctrl-C would. Default: never.")
  @Nullable String atMost;

  @Option(
      names = "--watch",
      description = "Draw the state of the run in place instead of printing line by line.")
  boolean watch;

  /** How the result is printed. */
  enum Output {
    text,
    yaml,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description =
          "text for people (default), or the resulting AnalysisRun as yaml or json; progress then goes to"
              + " standard error.")
  Output output = Output.text;

  @Mixin CommonOptions common = new CommonOptions();

  AnalyzeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    Screen screen = common.screen(surroundings);
    Duration limit = atMost == null ? null : positive("--for", atMost);
    Subject subject = input.subject(surroundings, Map.of());
    AnalysisSpec spec =
        prometheus == null ? subject.spec() : redirected(subject.spec(), prometheus);
    subject.requireUsable();
    Providers providers =
        Providers.discover(
            ProviderSettings.defaults().withEnvironment(surroundings.environment()),
            Main.class.getClassLoader());
    requireProviders(spec, providers);
    boolean progressAside = output != Output.text;
    PrintStream progress = progressAside ? surroundings.err() : surroundings.out();
    boolean inPlace = watch && !progressAside && surroundings.tty().isTerminal();
    LiveView view = new LiveView(screen, progress, inPlace, spec, surroundings.clock());
    AtomicBoolean interrupted = new AtomicBoolean();
    try (AnalysisRunner runner =
        AnalysisRunner.builder()
            .providers(providers)
            .secrets(secrets.source(surroundings))
            .clock(surroundings.clock())
            .listener(view)
            .build()) {
      view.begin(subject.name());
      RunHandle run = runner.start(run(subject.name(), spec));
      Runnable restore =
          surroundings
              .interrupts()
              .onInterrupt(
                  () -> {
                    interrupted.set(true);
                    run.terminate();
                  });
      try {
        AnalysisRunStatus status = await(run, view, limit);
        view.end(status);
        report(run.run());
        return exitCode(status, interrupted.get());
      } finally {
        restore.run();
      }
    }
  }

  private AnalysisRun run(String name, AnalysisSpec spec) {
    // A name that a cluster would take, in case the result is stored there.
    String plain = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9.-]+", "-");
    return AnalysisRun.of("analyze", spec)
        .withMetadata(ObjectMeta.named((plain.isEmpty() ? "analyze" : plain) + "-analyze"));
  }

  private AnalysisRunStatus await(RunHandle run, LiveView view, @Nullable Duration limit)
      throws InterruptedException {
    Instant start = surroundings.clock().instant();
    Instant stoppedAt = null;
    while (true) {
      try {
        return run.await(LOOK);
      } catch (TimeoutException goesOn) {
        view.tick(run.status());
      }
      Instant now = surroundings.clock().instant();
      if (stoppedAt == null && limit != null && now.isAfter(start.plus(limit))) {
        stoppedAt = now;
        run.terminate();
      }
      if (stoppedAt != null && now.isAfter(stoppedAt.plus(STOP_LIMIT))) {
        throw CliException.failure(
            "the run was told to stop and has not done so within %s; its last state: %s"
                .formatted(GoDuration.format(STOP_LIMIT), run.status().phase().wireName()));
      }
    }
  }

  private void report(AnalysisRun run) {
    switch (output) {
      case yaml -> surroundings.out().print(Codec.yaml(run));
      case json -> surroundings.out().println(Codec.json(run));
      case text -> {}
    }
  }

  /**
   * A run that is stopped is Successful unless something went wrong that counts. Where
   * every measurement of a metric was an Error, nobody should take that for a good release.
   */
  private int exitCode(AnalysisRunStatus status, boolean interrupted) {
    List<String> unjudged =
        status.metricResults().stream()
            .filter(result -> !result.dryRun() && result.count() == 0 && result.error() > 0)
            .map(result -> "\"" + result.name() + "\"")
            .toList();
    if (status.phase() == AnalysisPhase.SUCCESSFUL && !unjudged.isEmpty()) {
      Main.tell(
          surroundings,
          "rollouts: stopped before anything could be measured of %s; the verdict says nothing of it. Mend the errors above, or give it more time"
              .formatted(String.join(", ", unjudged)));
      return interrupted ? ExitCodes.INTERRUPTED : ExitCodes.VERDICT_ERROR;
    }
    return interrupted && status.phase() == AnalysisPhase.SUCCESSFUL
        ? ExitCodes.INTERRUPTED
        : ExitCodes.of(status.phase());
  }

  private static void requireProviders(AnalysisSpec spec, Providers providers) {
    List<String> missing = new ArrayList<>();
    for (Metric metric : spec.metrics()) {
      for (ProviderConfig config : metric.provider().configured()) {
        if (config instanceof JobTemplate) {
          missing.add(
              "metric \"%s\": provider job runs a Job in a cluster, which this command has not; leave the metric out, or run the analysis in the cluster"
                  .formatted(metric.name()));
        } else if (providers.find(config).isEmpty()) {
          missing.add(
              "metric \"%s\": provider %s is not among those of this command: %s; put its jar on the class path"
                  .formatted(metric.name(), name(config), String.join(", ", providers.names())));
        }
      }
    }
    if (!missing.isEmpty()) {
      throw CliException.badInput(String.join("\n", missing));
    }
  }

  private static String name(ProviderConfig config) {
    return config instanceof PluginConfig plugin ? "plugin " + plugin.name() : config.key();
  }

  /** The spec with another address in every prometheus metric. */
  private static AnalysisSpec redirected(AnalysisSpec spec, String address) {
    requireUrl(address);
    List<Metric> metrics = new ArrayList<>();
    boolean any = false;
    for (Metric metric : spec.metrics()) {
      PrometheusQuery query = metric.provider().prometheus();
      if (query == null || metric.provider().configured().size() != 1) {
        metrics.add(metric);
        continue;
      }
      any = true;
      metrics.add(
          metric.withProvider(
              Provider.of(
                  new PrometheusQuery(
                      address,
                      query.query(),
                      query.timeout(),
                      query.insecure(),
                      query.headers(),
                      query.rangeQuery(),
                      query.authentication()))));
    }
    if (!any) {
      throw CliException.badInput(
          "--prometheus %s: no metric of this template asks Prometheus; leave the option out"
              .formatted(address));
    }
    return new AnalysisSpec(
        metrics,
        spec.args(),
        spec.terminate(),
        spec.dryRun(),
        spec.measurementRetention(),
        spec.ttlStrategy());
  }

  private static void requireUrl(String address) {
    try {
      URI uri = new URI(address);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return;
      }
    } catch (URISyntaxException notAUrl) {
      // Said below.
    }
    throw CliException.badInput(
        "--prometheus: expected a URL such as http://localhost:9090, was \"%s\""
            .formatted(address));
  }

  static Duration positive(String option, String text) {
    Duration duration;
    try {
      duration = GoDuration.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw CliException.badInput(
          "%s: expected a duration such as 90s or 1h30m, was \"%s\"".formatted(option, text));
    }
    if (duration.isZero() || duration.isNegative()) {
      throw CliException.badInput("%s: must be positive, was %s".formatted(option, text));
    }
    return duration;
  }
}
