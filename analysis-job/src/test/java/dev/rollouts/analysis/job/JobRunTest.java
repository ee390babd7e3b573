package dev.rollouts.analysis.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.analysis.job.InMemoryJobs.Trouble;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEngine;
import dev.rollouts.engine.analysis.Observed;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.runner.Measurer;
import dev.rollouts.runner.Providers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole runs with Jobs, turn by turn as a shell takes them, on a clock of their own. */
class JobRunTest {
  private static final List<Trouble> TROUBLES = List.of(Trouble.values());
  private static final RunIdentity RUN = new RunIdentity("u-1", "shop-42", "shop");

  private final Ticking clock = new Ticking();
  private final InMemoryJobs cluster = new InMemoryJobs(clock);
  private final AnalysisEngine engine = new AnalysisEngine();
  private final Measurer measurer =
      new Measurer(
          Providers.of(new JobProvider(cluster)),
          new ConditionEvaluator(),
          SecretSource.none(),
          clock);
  private AnalysisRunStatus status = AnalysisRunStatus.pending();

  @Test
  @DisplayName("A-195, A-202 the run is what its Job is")
  void completion() {
    AnalysisSpec spec = AnalysisSpec.of(job("smoke").build());
    turns(spec, 10);
    assertThat(status.phase()).isEqualTo(AnalysisPhase.RUNNING);

    cluster.complete("shop", "u-1.smoke.1");
    turns(spec, 60);

    assertThat(status.phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(status.metricResults().get(0).measurements())
        .singleElement()
        .satisfies(measurement -> assertThat(measurement.value()).isEmpty());
  }

  @Test
  @DisplayName(
      "A-172 told to end: the Job is deleted, the measurement and the run are Inconclusive")
  void terminated() {
    AnalysisSpec spec = AnalysisSpec.of(job("smoke").build());
    turns(spec, 5);

    turns(spec.terminated(), 5);

    assertThat(cluster.deleted()).containsExactly("shop/u-1.smoke.1");
    assertThat(status.phase()).isEqualTo(AnalysisPhase.INCONCLUSIVE);
    assertThat(status.message())
        .isEqualTo(
            "Metric \"smoke\" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0): \"Error Message: Metric Terminated\"");
  }

  @Test
  @DisplayName("A-172 with an inconclusiveLimit the run that is told to end is Successful")
  void terminatedWithLimit() {
    AnalysisSpec spec = AnalysisSpec.of(job("smoke").inconclusiveLimit(1).build());
    turns(spec, 5);

    turns(spec.terminated(), 5);

    assertThat(status.phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(status.message()).isEqualTo("Run Terminated");
  }

  @Test
  @DisplayName("S-04 a metric that fails stops the Job of another")
  void siblings() {
    AnalysisSpec spec = AnalysisSpec.of(job("a").build(), job("j").build());
    turns(spec, 5);
    cluster.fail("shop", "u-1.a.1");
    turns(spec, 20);

    assertThat(cluster.deleted()).containsExactly("shop/u-1.j.1");
    assertThat(status.phase()).isEqualTo(AnalysisPhase.FAILED);
    assertThat(status.runSummary())
        .hasToString("RunSummary[count=2, successful=0, failed=1, inconclusive=1, error=0]");
  }

  @Test
  @DisplayName("A-192 a refused Job is tried again under the next name")
  void retried() {
    AnalysisSpec spec = AnalysisSpec.of(job("smoke").build());
    cluster.next(Trouble.REFUSED);
    turns(spec, 15);

    assertThat(cluster.created()).containsExactly("shop/u-1.smoke.2");
  }

  static LongStream seeds() {
    return LongStream.range(0, 500);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @DisplayName(
      "A-190, A-211 whenever the process is killed, whatever is lost: one Job for each measurement")
  void oneJobForEachMeasurement(long seed) {
    Random random = new Random(seed);
    AnalysisSpec spec =
        AnalysisSpec.of(
            job("smoke").interval(Duration.ofSeconds(5)).count(3).failureLimit(3).build());
    for (int second = 0; second < 600 && !status.phase().isCompleted(); second++) {
      turn(spec, () -> random.nextInt(4) == 0);
      if (random.nextInt(5) == 0) {
        cluster.next(TROUBLES.get(random.nextInt(TROUBLES.size())));
      }
      for (JsonObject manifest : cluster.manifests()) {
        if (random.nextInt(4) == 0) {
          cluster.condition(
              "shop",
              String.valueOf(manifest.at("metadata", "name")),
              random.nextBoolean() ? "Complete" : "Failed");
        }
      }
      clock.tick();
    }

    assertThat(cluster.created()).doesNotHaveDuplicates();
    if (!status.metricResults().isEmpty()) {
      MetricResult result = status.metricResults().get(0);
      assertThat(cluster.created().size())
          .as("no Job beyond the measurements and the one that is to be recorded next")
          .isLessThanOrEqualTo(result.count() + result.error() + 1);
      assertThat(result.count())
          .as("no verdict without a Job")
          .isLessThanOrEqualTo(cluster.created().size());
    }
  }

  private void turns(AnalysisSpec spec, int seconds) {
    for (int i = 0; i < seconds; i++) {
      turn(spec, () -> false);
      clock.tick();
    }
  }

  /** Decides, saves and acts until nothing is due, unless the process is killed in between. */
  private void turn(AnalysisSpec spec, BooleanSupplier killed) {
    List<Observed> seen = List.of();
    do {
      Decision<AnalysisRunStatus, AnalysisEffect> decision =
          engine.decide(spec, status, seen, clock.instant());
      if (killed.getAsBoolean()) {
        return;
      }
      status = decision.status();
      List<Observed> next = new ArrayList<>();
      for (AnalysisEffect.Asking effect : AnalysisEffect.asking(decision.effects())) {
        if (killed.getAsBoolean()) {
          return;
        }
        next.add(measurer.measure(RUN, spec, effect));
      }
      seen = next;
    } while (!seen.isEmpty());
  }

  private static Metric.Builder job(String name) {
    return Metric.named(name)
        .provider(
            new JobTemplate(null, JsonObject.of(Map.of("template", Map.of("spec", Map.of())))));
  }

  /** A clock that stands still between ticks of one second. */
  private static final class Ticking extends Clock {
    private Instant now = Instant.parse("2026-05-01T10:00:00Z");

    void tick() {
      now = now.plusSeconds(1);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
