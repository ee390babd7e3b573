package dev.rollouts.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.runner.store.InMemoryRunStore;
import dev.rollouts.runner.store.RunStore;
import dev.rollouts.runner.store.SavedRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two runners that hold the same saved run, in every order of events that a seed comes up with. */
class TwoRunnersTest {
  private static final int COUNT = 6;

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @DisplayName("A-211, A-212 whoever is faster, each measurement counts once")
  void eachMeasurementCountsOnce(long seed) {
    Random random = new Random(seed);
    Stage stage = new Stage(random);
    History history = new History(new InMemoryRunStore());
    AnalysisSpec spec = spec(random);
    List<AnalysisRunner> runners = new ArrayList<>();
    List<RunHandle> handles = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      AnalysisRunner runner = runner(stage, history, random);
      runners.add(runner);
      handles.add(runner.start("shop-42", spec));
    }
    for (int i = 0; i < 40; i++) {
      stage.advance(Duration.ofMillis(random.nextInt(30_000)));
      if (random.nextInt(12) == 0) {
        int restarted = random.nextInt(2);
        runners.get(restarted).close();
        runners.set(restarted, runner(stage, history, random));
        handles.set(restarted, runners.get(restarted).start("shop-42", spec));
      }
    }
    stage.advance(Duration.ofHours(1));

    AnalysisRunStatus last = history.last();
    assertThat(last.phase().isCompleted()).isTrue();
    handles.forEach(handle -> assertThat(handle.status()).isEqualTo(last));
    for (MetricResult result : last.metricResults()) {
      assertThat(result.count()).isLessThanOrEqualTo(COUNT);
      assertThat(result.measurements())
          .as("all are kept, so the counters must agree with them")
          .hasSize(result.count() + result.error() + (result.isInFlight() ? 1 : 0));
    }
  }

  /** The same with real threads, where nobody decides the order. */
  @RepeatedTest(5)
  void eachMeasurementCountsOnceOnRealThreads() throws Exception {
    InMemoryRunStore store = new InMemoryRunStore();
    AnalysisSpec spec =
        AnalysisSpec.of(
            metric("a").count(1).build(),
            metric("b").count(1).build(),
            metric("c").count(1).build());
    try (AnalysisRunner one = onThreads(store);
        AnalysisRunner two = onThreads(store)) {
      List<RunHandle> handles = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        handles.add(one.start("run-" + i, spec));
        handles.add(two.start("run-" + i, spec));
      }
      // A runner that was slower than the other learns of the end with its own next turn.
      for (RunHandle handle : handles) {
        AnalysisRunStatus status = handle.await(Duration.ofMinutes(2));

        assertThat(status.phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
        assertThat(status.metricResults()).hasSize(3).allMatch(each -> each.count() == 1);
      }
    }
  }

  private static AnalysisRunner onThreads(RunStore store) {
    return AnalysisRunner.builder()
        .store(store)
        .provider(Scripted.prometheus((context, query) -> Observation.value(1.0)))
        .build();
  }

  private static AnalysisRunner runner(Stage stage, RunStore store, Random random) {
    return stage
        .runner()
        .store(store)
        .provider(
            Scripted.prometheus(
                (context, query) ->
                    random.nextInt(4) == 0
                        ? Observation.failure("boom")
                        : Observation.value(random.nextDouble())))
        .provider(
            Scripted.kayenta(
                    (context, canary) ->
                        Observation.inProgress(
                            Map.of("id", "" + random.nextInt(1000)),
                            stage.instant().plusSeconds(random.nextInt(10))))
                .resuming(
                    (context, canary) ->
                        random.nextBoolean()
                            ? Observation.verdict(AnalysisPhase.SUCCESSFUL)
                            : Observation.inProgress(
                                Map.of(), stage.instant().plusSeconds(random.nextInt(10))))
                .terminating((context, canary) -> Observation.verdict(AnalysisPhase.INCONCLUSIVE)))
        .build();
  }

  private static AnalysisSpec spec(Random random) {
    return AnalysisSpec.builder()
        .metric(
            metric("m")
                .interval(Duration.ofSeconds(1 + random.nextInt(60)))
                .count(COUNT)
                .consecutiveErrorLimit(random.nextInt(5))
                .build())
        .metric(
            Metric.named("k")
                .interval(Duration.ofSeconds(1 + random.nextInt(60)))
                .count(COUNT)
                .provider(Wire.decode(KayentaCanary.class, Map.of("address", "http://k")).value())
                .build())
        .measurementRetention(".*", 1_000)
        .build();
  }

  private static Metric.Builder metric(String name) {
    return Metric.named(name).provider(PrometheusQuery.of("http://prometheus:9090", "up"));
  }

  /** A store that checks every save against the one before. */
  private static final class History implements RunStore {
    private final RunStore store;
    private AnalysisRunStatus last = AnalysisRunStatus.pending();

    History(RunStore store) {
      this.store = store;
    }

    AnalysisRunStatus last() {
      return last;
    }

    @Override
    public Optional<SavedRun> save(SavedRun changed) throws IOException {
      Optional<SavedRun> saved = store.save(changed);
      saved.ifPresent(
          run -> {
            AnalysisRunStatus next = run.run().statusOrPending();
            assertThat(last.phase().isCompleted()).as("saved after the end").isFalse();
            for (MetricResult before : last.metricResults()) {
              MetricResult after = next.result(before.name()).orElseThrow();
              assertThat(after.count() + after.error())
                  .isBetween(before.count() + before.error(), before.count() + before.error() + 1);
              assertThat(after.measurements().subList(0, before.count() + before.error()))
                  .as("what was measured stays as it was")
                  .isEqualTo(before.measurements().subList(0, before.count() + before.error()));
            }
            last = next;
          });
      return saved;
    }

    @Override
    public Optional<SavedRun> load(String name) throws IOException {
      return store.load(name);
    }

    @Override
    public void delete(String name, String uid) throws IOException {
      store.delete(name, uid);
    }

    @Override
    public List<String> names() throws IOException {
      return store.names();
    }
  }
}
