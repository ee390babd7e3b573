package dev.rollouts.examples;

import dev.rollouts.analysis.prometheus.PrometheusProvider;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEngine;
import dev.rollouts.engine.analysis.Observed;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.runner.AnalysisRunner;
import dev.rollouts.runner.Measurer;
import dev.rollouts.runner.Providers;
import dev.rollouts.runner.RunHandle;
import dev.rollouts.runner.secrets.FileSecrets;
import dev.rollouts.runner.store.FileRunStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The code of docs/guide/embedding.md. */
public final class Embedding {
  private Embedding() {}

  /** The analysis that the guide judges by. */
  public static AnalysisSpec spec(String prometheus) {
    // region spec
    return AnalysisSpec.of(
        Metric.named("success-rate")
            .interval(Duration.ofSeconds(1))
            .count(2)
            .failureLimit(1)
            .successCondition("len(result) > 0 && result[0] >= 0.95")
            .provider(PrometheusQuery.of(prometheus, "sum(rate(ok[1m])) / sum(rate(all[1m]))"))
            .build());
    // endregion
  }

  /** One release, judged on the runner's threads. */
  public static boolean judge(AnalysisSpec spec) throws InterruptedException, TimeoutException {
    // region runner
    try (AnalysisRunner runner =
        AnalysisRunner.builder().provider(new PrometheusProvider()).build()) {
      RunHandle run = runner.start("shop-42", spec);
      AnalysisRunStatus status = run.await(Duration.ofMinutes(15));
      return status.phase() == AnalysisPhase.SUCCESSFUL;
    }
    // endregion
  }

  /** A runner whose runs outlive the process. */
  public static AnalysisRunner durable(Path runs, Path secrets) throws IOException {
    // region store
    AnalysisRunner runner =
        AnalysisRunner.builder()
            .provider(new PrometheusProvider())
            .store(FileRunStore.in(runs))
            .secrets(FileSecrets.in(secrets))
            .build();
    runner.resumeAll();
    return runner;
    // endregion
  }

  /** An argument that is read from a secret. */
  public static Argument token() {
    // region secret
    return Argument.fromSecret("token", "prometheus", "token");
    // endregion
  }

  /** The same without a runner: the caller owns the loop. */
  public static AnalysisRunStatus loop(AnalysisSpec spec, Sleeper sleeper)
      throws InterruptedException {
    // region loop
    Clock clock = Clock.systemUTC();
    AnalysisEngine engine = new AnalysisEngine();
    Measurer measurer =
        new Measurer(
            Providers.of(new PrometheusProvider()),
            new ConditionEvaluator(),
            SecretSource.none(),
            clock);
    RunIdentity identity = new RunIdentity("f2b1c9d4", "shop-42", "");
    AnalysisRunStatus status = AnalysisRunStatus.pending();
    List<Observed> seen = List.of();
    while (!status.phase().isCompleted()) {
      Decision<AnalysisRunStatus, AnalysisEffect> decision =
          engine.decide(spec, status, seen, clock.instant());
      status = decision.status(); // remember this, then act
      seen =
          AnalysisEffect.asking(decision.effects()).stream()
              .map(effect -> measurer.measure(identity, spec, effect))
              .toList();
      if (seen.isEmpty() && decision.wakeUp().isPresent()) {
        sleeper.until(decision.wakeUp().get());
      }
    }
    return status;
    // endregion
  }

  /** How the caller's loop waits. */
  @FunctionalInterface
  public interface Sleeper {
    /** Returns at or after the instant. */
    void until(Instant when) throws InterruptedException;
  }
}
