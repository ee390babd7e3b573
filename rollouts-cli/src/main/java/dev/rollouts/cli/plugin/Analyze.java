package dev.rollouts.cli.plugin;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.cli.BackEnds;
import dev.rollouts.cli.LiveView;
import dev.rollouts.codec.Codec;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.runner.AnalysisRunner;
import dev.rollouts.runner.Providers;
import dev.rollouts.runner.RunHandle;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code analyze}: measures now, from here, what templates of the cluster want to be measured.
 * Nothing is created in the cluster.
 */
final class Analyze {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  private final Session session;
  private final Output output;

  private Analyze(Session session) {
    this.session = session;
    this.output = Output.of(session);
    if (output != Output.VIEW && output != Output.JSON && output != Output.YAML) {
      throw new PluginException("analyze prints text, or the run by -o json or -o yaml");
    }
    Duration limit = session.values().duration("for");
    if (session.values().isGiven("for") && (limit.isZero() || limit.isNegative())) {
      throw new PluginException("--for: must be positive, was " + session.values().text("for"));
    }
  }

  static void templates(Session session) {
    new Analyze(session).run();
  }

  private void run() {
    LiveAnalysis analysis = LiveAnalysis.of(session);
    String prometheus = session.values().text("prometheus");
    Providers providers =
        Providers.discover(
            ProviderSettings.defaults().withEnvironment(session.environment()),
            Analyze.class.getClassLoader());
    AnalysisSpec spec;
    try {
      spec =
          prometheus.isEmpty() ? analysis.spec() : BackEnds.redirected(analysis.spec(), prometheus);
      BackEnds.require(spec, providers);
    } catch (IllegalArgumentException unusable) {
      throw new PluginException(String.valueOf(unusable.getMessage()));
    }
    String broken =
        AnalysisForecast.of(spec, AnalysisRunStatus.pending(), Instant.EPOCH).unusable();
    if (broken != null) {
      throw new PluginException(
          "%s: a run would end as Error before anything is measured: %s"
              .formatted(analysis.name(), broken));
    }
    PrintStream progress =
        output == Output.VIEW ? session.surroundings().out() : session.surroundings().err();
    LiveView view =
        new LiveView(
            session.look().screen(), progress, false, spec, session.surroundings().clock());
    AtomicBoolean interrupted = new AtomicBoolean();
    try (AnalysisRunner runner =
        AnalysisRunner.builder()
            .providers(providers)
            .secrets(new ClusterSecrets(session.server(), session.namespace()))
            .clock(session.surroundings().clock())
            .listener(view)
            .build()) {
      view.begin(analysis.name());
      RunHandle run = runner.start(named(analysis.name(), spec));
      Runnable restore =
          session
              .surroundings()
              .interrupts()
              .onInterrupt(
                  () -> {
                    interrupted.set(true);
                    run.terminate();
                  });
      try {
        AnalysisRunStatus status = await(run, view);
        view.end(status);
        report(run.run());
        judge(status, interrupted.get());
      } finally {
        restore.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PluginException("interrupted");
    }
  }

  /** A name that a cluster would take, in case the result is stored there. */
  private AnalysisRun named(String name, AnalysisSpec spec) {
    String plain = name.replaceAll("[^a-z0-9.-]+", "-");
    return AnalysisRun.of("analyze", spec)
        .withMetadata(ObjectMeta.named(plain + "-analyze").inNamespace(session.namespace()));
  }

  private AnalysisRunStatus await(RunHandle run, LiveView view) throws InterruptedException {
    Duration limit = session.values().duration("for");
    long start = System.nanoTime();
    Duration stoppedAt = null;
    while (true) {
      try {
        return run.await(LOOK);
      } catch (TimeoutException goesOn) {
        view.tick(run.status());
      }
      Duration gone = Duration.ofNanos(System.nanoTime() - start);
      if (stoppedAt == null && !limit.isZero() && gone.compareTo(limit) > 0) {
        stoppedAt = gone;
        run.terminate();
      }
      if (stoppedAt != null && gone.compareTo(stoppedAt.plus(STOP_LIMIT)) > 0) {
        throw new PluginException(
            "the run was told to stop and has not done so; its last state: "
                + run.status().phase().wireName());
      }
    }
  }

  private void report(AnalysisRun run) {
    if (output == Output.YAML) {
      session.surroundings().out().print(Codec.yaml(run));
    } else if (output == Output.JSON) {
      session.surroundings().out().println(Codec.json(run));
    }
    session.surroundings().out().flush();
  }

  /** A run that was stopped is Successful though it may have measured nothing. */
  private static void judge(AnalysisRunStatus status, boolean interrupted) {
    if (status.phase() != AnalysisPhase.SUCCESSFUL) {
      throw new PluginException(
          "the analysis is %s%s"
              .formatted(
                  status.phase().wireName(),
                  status.message().isEmpty() ? "" : ": " + status.message()));
    }
    boolean unjudged =
        status.metricResults().stream()
            .anyMatch(each -> !each.dryRun() && each.count() == 0 && each.error() > 0);
    if (unjudged || interrupted) {
      throw new PluginException(
          "the analysis was stopped before it was through; what was measured is not bad, and the verdict says no more");
    }
  }
}
