package dev.rollouts.cli;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.codec.Codec;
import dev.rollouts.runner.AnalysisRunner;
import dev.rollouts.runner.Providers;
import dev.rollouts.runner.RunHandle;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
    String address = prometheus;
    AnalysisSpec spec =
        address == null
            ? subject.spec()
            : usable(() -> BackEnds.redirected(subject.spec(), address));
    subject.requireUsable();
    Providers providers =
        Providers.discover(
            ProviderSettings.defaults().withEnvironment(surroundings.environment()),
            Main.class.getClassLoader());
    usable(
        () -> {
          BackEnds.require(spec, providers);
          return spec;
        });
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

  private static AnalysisSpec usable(Supplier<AnalysisSpec> spec) {
    try {
      return spec.get();
    } catch (IllegalArgumentException unusable) {
      throw CliException.badInput(String.valueOf(unusable.getMessage()));
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
