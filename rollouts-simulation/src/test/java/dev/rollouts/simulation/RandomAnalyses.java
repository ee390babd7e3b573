package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TtlStrategy;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.wire.InvalidObjectException;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Valid specs and scripts from a seed; small numbers, so that limits meet counts often. */
final class RandomAnalyses {
  private static final List<String> INTERVALS = List.of("1s", "7s", "10s", "30s", "1m", "5m");
  private static final List<String> SUCCESS =
      List.of("result[0] >= 0.3", "len(result) == 0 || result[0] > 0.1", "all(result, # < 0.9)");
  private static final List<String> FAILURE =
      List.of("result[0] < 0.05", "isNaN(result[0])", "result[0] > {{args.max}}", "result[9] > 1");
  private static final List<String> DELAYS = List.of("0s", "1s", "30s", "10m");

  private final SplittableRandom random;

  private RandomAnalyses(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A simulation of a random spec whose back-ends answer at random. */
  static Simulation simulation(long seed) {
    RandomAnalyses analyses = new RandomAnalyses(Seeds.mix(seed, 17));
    Simulation simulation = Simulation.of(analyses.spec(), seed);
    for (Metric metric : simulation.spec().metrics()) {
      simulation = simulation.metric(metric.name(), analyses.script());
    }
    return simulation;
  }

  /** How long to simulate it; the last quarter is calm and often long enough to finish in. */
  static Duration length(long seed) {
    return Duration.ofMinutes(List.of(10, 60, 200).get((int) Math.floorMod(seed, 3L)));
  }

  private AnalysisSpec spec() {
    List<Metric> metrics = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      metrics.add(metric("metric-" + i));
    }
    List<DryRun> dry = new ArrayList<>();
    if (chance(0.3)) {
      dry.add(new DryRun(chance(0.2) ? "metric" : "-" + random.nextInt(count) + "$"));
    }
    List<MeasurementRetention> retention = new ArrayList<>();
    if (chance(0.4)) {
      retention.add(new MeasurementRetention("metric", random.nextInt(4)));
      retention.add(new MeasurementRetention("-0", 1 + random.nextInt(20)));
    }
    TtlStrategy ttl = chance(0.2) ? new TtlStrategy(random.nextInt(600), null, null) : null;
    return new AnalysisSpec(
        metrics,
        List.of(
            Argument.of("count", String.valueOf(1 + random.nextInt(5))),
            Argument.of("max", "0.98"),
            Argument.fromSecret("token", "s", "k")),
        false,
        dry,
        retention,
        ttl);
  }

  private Metric metric(String name) {
    while (true) {
      try {
        return candidate(name);
      } catch (InvalidObjectException invalid) {
        // The limits do not fit together; draw again.
      }
    }
  }

  private Metric candidate(String name) {
    Metric.Builder metric =
        Metric.named(name).provider(PrometheusQuery.of("http://prometheus:9090", "up"));
    if (chance(0.6)) {
      metric.successCondition(pick(SUCCESS));
    }
    if (chance(0.3)) {
      metric.failureCondition(pick(FAILURE));
    }
    boolean repeated = chance(0.85);
    boolean counted = chance(0.6);
    if (repeated) {
      // Endless and every second would be slow to simulate and teach nothing more.
      metric.interval(counted ? pick(INTERVALS) : pick(INTERVALS.subList(2, INTERVALS.size())));
    }
    if (chance(0.3)) {
      metric.initialDelay(pick(DELAYS));
    }
    if (counted && repeated && chance(0.3)) {
      metric.count("{{args.count}}");
    } else if (counted) {
      metric.count(repeated ? 1 + random.nextInt(8) : random.nextInt(2));
    }
    if (chance(0.6)) {
      metric.failureLimit(random.nextInt(5) - 1);
    }
    if (chance(0.5)) {
      metric.inconclusiveLimit(random.nextInt(4));
    }
    if (chance(0.5)) {
      metric.consecutiveErrorLimit(random.nextInt(4));
    }
    if (chance(0.4)) {
      metric.consecutiveSuccessLimit(random.nextInt(4));
    }
    return metric.build();
  }

  /** Mostly one outcome, sometimes others; at once, late, in progress, or without end. */
  private Script script() {
    Script script =
        chance(0.5)
            ? numbers()
            : verdicts(chance(0.85) ? AnalysisPhase.SUCCESSFUL : pick(outcomes()));
    if (chance(0.5)) {
      for (AnalysisPhase other : outcomes()) {
        script = script.sometimes(random.nextDouble() * 0.25, verdicts(other));
      }
    }
    script = script.withErrors(random.nextDouble() * 0.3, "boom");
    if (chance(0.1)) {
      script = script.withErrors(0.1, "x".repeat(300_000));
    }
    if (chance(0.4)) {
      script = script.withLatency(Duration.ZERO, Duration.ofSeconds(1 + random.nextInt(90)));
    }
    if (chance(0.2)) {
      script = script.inProgressFor(Duration.ofSeconds(random.nextInt(300)));
    }
    return chance(0.05) ? unstoppable(script) : script;
  }

  private Script numbers() {
    Duration period = Duration.ofMinutes(1 + random.nextInt(60));
    Script script =
        Script.seasonal(0.6, random.nextDouble() * 0.5, period)
            .withNoise(random.nextDouble() * 0.2);
    script = chance(0.3) ? Script.series(script, Script.ramp(0, 1, period)) : script;
    return script.withGaps(random.nextDouble() * 0.1).sometimes(0.02, Script.nan());
  }

  private static List<AnalysisPhase> outcomes() {
    return List.of(AnalysisPhase.SUCCESSFUL, AnalysisPhase.FAILED, AnalysisPhase.INCONCLUSIVE);
  }

  private Script verdicts(AnalysisPhase phase) {
    int size = chance(0.1) ? 200_000 : 1;
    return Script.always(
        new Observation.Verdict(
            phase, "\"".repeat(size), chance(0.5) ? "said so" : "", Map.of("k", "<".repeat(size))));
  }

  /** A back-end that cannot be stopped. */
  private static Script unstoppable(Script script) {
    return Script.answering(
        question ->
            question.asked() == Observed.Asked.TERMINATE
                ? Reply.of(Observation.inProgress(Map.of(), null))
                : script.answer(question));
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
