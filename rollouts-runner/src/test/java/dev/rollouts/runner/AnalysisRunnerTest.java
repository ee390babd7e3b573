package dev.rollouts.runner;

import static dev.rollouts.api.analysis.AnalysisPhase.ERROR;
import static dev.rollouts.api.analysis.AnalysisPhase.FAILED;
import static dev.rollouts.api.analysis.AnalysisPhase.INCONCLUSIVE;
import static dev.rollouts.api.analysis.AnalysisPhase.RUNNING;
import static dev.rollouts.api.analysis.AnalysisPhase.SUCCESSFUL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.analysis.TtlStrategy;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.runner.secrets.MapSecrets;
import dev.rollouts.runner.store.InMemoryRunStore;
import dev.rollouts.runner.store.RunStore;
import dev.rollouts.runner.store.SavedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AnalysisRunnerTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Stage stage = new Stage();
  private final Heard heard = new Heard();
  private final InMemoryRunStore store = new InMemoryRunStore();

  @Test
  void aRunMeasuresUntilItHasItsVerdict() throws Exception {
    Scripted<PrometheusQuery> provider = always(Observation.value(1.0));
    AnalysisRunner runner = runner(provider).build();

    RunHandle run = runner.start("shop-42", every(MINUTE, 3));
    stage.advance(Duration.ofMinutes(5));

    assertThat(run.await(Duration.ZERO).phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.status()).isEqualTo(run.completion().join());
    assertThat(provider.asked).hasSize(3);
    assertThat(heard.measured).containsExactly("m Successful", "m Successful", "m Successful");
    assertThat(heard.announced).containsExactly("MetricSuccessful", "AnalysisRunSuccessful");
    assertThat(heard.completed)
        .extracting(each -> each.metadata().name())
        .containsExactly("shop-42");
    assertThat(runner.find("shop-42")).isEmpty();
  }

  @Test
  @DisplayName(
      "A-048 the worked timeline: delay, a call that takes two seconds, an error, the interval")
  void theWorkedTimeline() {
    Scripted<PrometheusQuery> provider =
        Scripted.prometheus(
            (context, query) -> {
              stage.takes(Duration.ofSeconds(2));
              return context.attempt() == 2 ? Observation.failure("boom") : Observation.value(1.0);
            });
    AnalysisRunner runner = runner(provider).build();

    runner.start(
        "shop-42",
        AnalysisSpec.of(
            metric().initialDelay(Duration.ofSeconds(30)).interval(MINUTE).count(3).build()));
    stage.advance(Duration.ofMinutes(5));

    assertThat(provider.asked)
        .extracting(context -> Duration.between(Stage.START, context.now()).toSeconds())
        .containsExactly(30L, 92L, 104L, 166L);
    MetricResult result = heard.completed.get(0).statusOrPending().metricResults().get(0);
    assertThat(result.measurements()).hasSize(4);
    assertThat(result.error()).isEqualTo(1);
    assertThat(result.count()).isEqualTo(3);
  }

  @Test
  @DisplayName("A-001 a run that was deleted is left alone")
  void aDeletedRun() {
    Scripted<PrometheusQuery> provider = always(Observation.value(1.0));
    AnalysisRunner runner = runner(provider).build();
    RunHandle run = runner.start("shop-42", every(MINUTE, 3));
    stage.settle();

    store.delete("shop-42", run.run().metadata().uid());
    stage.advance(Duration.ofMinutes(5));

    assertThat(provider.asked).hasSize(1);
    assertThat(store.names()).isEmpty();
    assertThat(runner.find("shop-42")).isEmpty();
    assertThatThrownBy(() -> run.await(Duration.ZERO))
        .isInstanceOf(CancellationException.class)
        .hasMessage("run \"shop-42\" was deleted");
  }

  @Test
  @DisplayName("A-170 told to end before anything ran")
  void terminatedBeforeAnythingRan() {
    Scripted<PrometheusQuery> provider = always(Observation.value(1.0));
    AnalysisRunner runner = runner(provider).build();

    RunHandle run = runner.start("shop-42", every(MINUTE, 3));
    run.terminate();
    stage.settle();

    assertThat(provider.asked).isEmpty();
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.status().message()).isEqualTo("Run Terminated");
    assertThat(run.status().startedAt()).isEqualTo(Stage.START);
    assertThat(run.status().completedAt()).isEqualTo(Stage.START);
    assertThat(run.run().spec().terminate()).isTrue();
  }

  @Test
  @DisplayName("A-171 told to end during a wait")
  void terminatedDuringAWait() {
    AnalysisRunner runner = runner(always(Observation.value(1.0))).build();
    RunHandle run = runner.start("shop-42", every(MINUTE, 3));
    stage.advance(Duration.ofSeconds(30));

    run.terminate();
    stage.settle();

    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.status().message()).isEqualTo("Run Terminated");
    assertThat(stage.next()).as("nothing is scheduled any more").isEqualTo(Instant.MAX);
  }

  @Test
  @DisplayName("A-172 told to end while a back-end is at it: it is stopped first")
  void terminatedInFlight() {
    Scripted<KayentaCanary> provider =
        Scripted.kayenta((context, canary) -> Observation.inProgress(Map.of("id", "7"), null))
            .resuming((context, canary) -> Observation.inProgress(Map.of("id", "7"), null))
            .terminating((context, canary) -> Observation.verdict(INCONCLUSIVE));
    AnalysisRunner runner = stage.runner().store(store).provider(provider).build();
    RunHandle run = runner.start("shop-42", AnalysisSpec.of(kayenta()));
    stage.advance(Duration.ofSeconds(5));

    run.terminate();
    stage.settle();

    assertThat(provider.terminated)
        .singleElement()
        .satisfies(inFlight -> assertThat(inFlight.metadata()).isEqualTo(Map.of("id", "7")));
    assertThat(run.status().phase()).isEqualTo(INCONCLUSIVE);
    assertThat(run.status().message())
        .isEqualTo(
            "Metric \"k\" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0): \"Error Message: Metric Terminated\"");
  }

  @Test
  @DisplayName("A-173 told to end while a back-end is at it that cannot be stopped")
  void terminatedUnstoppable() {
    Scripted<KayentaCanary> provider =
        Scripted.kayenta((context, canary) -> Observation.inProgress(Map.of("id", "7"), null))
            .resuming((context, canary) -> Observation.inProgress(Map.of("id", "7"), null))
            .terminating((context, canary) -> Observation.inProgress(Map.of("id", "7"), null));
    AnalysisRunner runner = stage.runner().store(store).provider(provider).build();
    RunHandle run = runner.start("shop-42", AnalysisSpec.of(kayenta()));
    stage.advance(Duration.ofSeconds(5));

    run.terminate();
    stage.settle();

    assertThat(provider.terminated).hasSize(1);
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.status().message()).isEqualTo("Run Terminated");
    assertThat(newest(run.status(), "k").isInFlight()).isTrue();
  }

  @Test
  void theVerdictWaitsForACallThatMayBeStartingSomething() {
    Scripted<KayentaCanary> provider =
        Scripted.kayenta((context, canary) -> Observation.inProgress(Map.of("id", "7"), null))
            .terminating((context, canary) -> Observation.verdict(INCONCLUSIVE));
    AnalysisRunner runner = stage.runner().store(store).provider(provider).build();
    stage.holdCalls();
    RunHandle run = runner.start("shop-42", AnalysisSpec.of(kayenta()));
    stage.settle();

    run.terminate();
    stage.settle();
    assertThat(run.status().phase()).isEqualTo(RUNNING);
    stage.releaseCalls();

    assertThat(provider.terminated).hasSize(1);
    assertThat(run.status().phase()).isEqualTo(INCONCLUSIVE);
  }

  @Test
  void theVerdictDoesNotWaitForAQuery() {
    AnalysisRunner runner = runner(always(Observation.value(1.0))).build();
    stage.holdCalls();
    RunHandle run = runner.start("shop-42", every(MINUTE, 3));
    stage.settle();

    run.terminate();
    stage.settle();

    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    stage.releaseCalls();
    assertThat(run.status().metricResults()).isEmpty();
  }

  @Test
  @DisplayName("A-210 another runner goes on from what is saved")
  void aRestart() {
    Scripted<PrometheusQuery> first = always(Observation.value(1.0));
    AnalysisRunner before = runner(first).build();
    RunHandle old = before.start("shop-42", every(MINUTE, 4));
    stage.advance(Duration.ofSeconds(90));
    before.close();

    Scripted<PrometheusQuery> second = always(Observation.value(1.0));
    AnalysisRunner after = runner(second).build();
    List<RunHandle> resumed = after.resumeAll();
    stage.advance(Duration.ofMinutes(5));

    assertThat(old.completion()).isCompletedExceptionally();
    assertThat(first.asked).extracting(MeasurementContext::attempt).containsExactly(1, 2);
    assertThat(second.asked).extracting(MeasurementContext::attempt).containsExactly(3, 4);
    assertThat(resumed)
        .singleElement()
        .satisfies(run -> assertThat(run.status().phase()).isEqualTo(SUCCESSFUL));
  }

  @Test
  @DisplayName("A-210 a measurement in flight is resumed from what its back-end left in the status")
  void aRestartInFlight() {
    AnalysisRunner before =
        stage
            .runner()
            .store(store)
            .provider(
                Scripted.kayenta(
                    (context, canary) ->
                        Observation.inProgress(Map.of("id", "7"), stage.instant().plusSeconds(15))))
            .build();
    before.start("shop-42", AnalysisSpec.of(kayenta()));
    stage.settle();
    before.close();

    Scripted<KayentaCanary> second =
        Scripted.kayenta((context, canary) -> Observation.failure("started twice"))
            .resuming((context, canary) -> Observation.verdict(SUCCESSFUL));
    AnalysisRunner after = stage.runner().store(store).provider(second).build();
    RunHandle run = after.start("shop-42", AnalysisSpec.of(kayenta()));
    stage.advance(MINUTE);

    assertThat(second.asked).isEmpty();
    assertThat(second.resumed)
        .singleElement()
        .satisfies(inFlight -> assertThat(inFlight.metadata()).isEqualTo(Map.of("id", "7")));
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
  }

  @Test
  void aStatusThatWasSavedElsewhereIsWhereTheRunGoesOn() {
    AnalysisRunner before = runner(always(Observation.value(1.0))).build();
    RunHandle old = before.start("shop-42", every(MINUTE, 3));
    stage.advance(Duration.ofSeconds(90));
    AnalysisRunStatus saved =
        Wire.decode(AnalysisRunStatus.class, Wire.encode(old.status())).value();
    before.close();

    Scripted<PrometheusQuery> second = always(Observation.value(1.0));
    AnalysisRunner after = stage.runner().provider(second).build();
    RunHandle run = after.start(AnalysisRun.of("shop-42", every(MINUTE, 3)).withStatus(saved));
    stage.advance(Duration.ofMinutes(5));

    assertThat(second.asked).extracting(MeasurementContext::attempt).containsExactly(3);
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
  }

  @Test
  @DisplayName("A-006 a store that fails costs no measurement")
  void aStoreThatFails() {
    FlakyStore flaky = new FlakyStore(store);
    Scripted<PrometheusQuery> provider = always(Observation.value(1.0));
    AnalysisRunner runner = stage.runner().store(flaky).listener(heard).provider(provider).build();
    stage.holdCalls();
    RunHandle run = runner.start("shop-42", every(MINUTE, 2));
    stage.settle();
    flaky.broken = true;
    stage.releaseCalls();
    stage.advance(Duration.ofSeconds(10));

    assertThat(run.status().metricResults()).isEmpty();
    assertThat(heard.troubles)
        .startsWith(
            "shop-42: could not take a turn; next try in 1s: disk full",
            "shop-42: could not take a turn; next try in 2s: disk full",
            "shop-42: could not take a turn; next try in 4s: disk full");
    flaky.broken = false;
    stage.advance(Duration.ofMinutes(2));

    assertThat(provider.asked).extracting(MeasurementContext::attempt).containsExactly(1, 2);
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
  }

  @Test
  void aStartThatCannotBeSavedSaysSo() {
    FlakyStore flaky = new FlakyStore(store);
    flaky.broken = true;
    AnalysisRunner runner =
        stage.runner().store(flaky).provider(always(Observation.value(1.0))).build();

    assertThatThrownBy(() -> runner.start("shop-42", every(MINUTE, 2)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("run \"shop-42\" could not be started")
        .hasRootCauseMessage("disk full");
  }

  @Test
  void anExecutorThatIsFullCostsNoMeasurement() {
    List<Runnable> room = new ArrayList<>();
    boolean[] full = {true};
    Scripted<PrometheusQuery> provider = always(Observation.value(1.0));
    AnalysisRunner runner =
        stage
            .runner()
            .executor(
                call -> {
                  if (full[0]) {
                    throw new java.util.concurrent.RejectedExecutionException("full");
                  }
                  room.add(call);
                })
            .listener(heard)
            .provider(provider)
            .build();
    RunHandle run = runner.start("shop-42", AnalysisSpec.of(metric().build()));
    stage.settle();
    full[0] = false;
    stage.advance(Duration.ofSeconds(2));
    room.forEach(Runnable::run);
    stage.settle();

    assertThat(heard.troubles)
        .containsExactly("shop-42: could not take a turn; next try in 1s: full");
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(newest(run.status(), "m").phase()).isEqualTo(SUCCESSFUL);
  }

  @Test
  void whatAListenerThrowsChangesNothing() {
    AnalysisListener hostile =
        new AnalysisListener() {
          @Override
          public void measured(AnalysisRun run, String metric, Measurement measurement) {
            throw new IllegalStateException("listener broke");
          }

          @Override
          public void completed(AnalysisRun run) {
            throw new StackOverflowError();
          }
        };
    AnalysisRunner runner =
        stage
            .runner()
            .listener(hostile)
            .listener(heard)
            .provider(always(Observation.value(1.0)))
            .build();

    RunHandle run = runner.start("shop-42", every(MINUTE, 2));
    stage.advance(Duration.ofMinutes(2));

    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(heard.measured).hasSize(2);
    assertThat(heard.completed).hasSize(1);
  }

  @Test
  @DisplayName("A-027 a secret that is gone ends the run")
  void aMissingSecret() {
    AnalysisRunner runner = runner(always(Observation.value(1.0))).build();

    RunHandle run =
        runner.start(
            "shop-42",
            AnalysisSpec.builder()
                .metric(metric().build())
                .arg(Argument.fromSecret("token", "s", "k"))
                .build());
    stage.settle();

    assertThat(run.status().phase()).isEqualTo(ERROR);
    assertThat(run.status().message())
        .isEqualTo("Unable to resolve metric arguments: secrets \"s\" not found");
  }

  @Test
  @DisplayName(
      "A-160, A-162 what dropped measurements left is removed; if that fails the listener hears of it")
  void garbage() {
    Scripted<PrometheusQuery> provider =
        Scripted.prometheus((context, query) -> Observation.value(1.0))
            .collecting(
                (context, query) -> {
                  throw new IllegalStateException("forbidden");
                });
    AnalysisRunner runner = runner(provider).build();

    RunHandle run =
        runner.start(
            "shop-42",
            AnalysisSpec.builder()
                .metric(metric().interval(MINUTE).count(5).build())
                .measurementRetention("m", 3)
                .build());
    stage.advance(Duration.ofMinutes(6));

    assertThat(provider.garbage).containsExactly(3, 3);
    assertThat(heard.troubles).hasSize(2).allMatch(each -> each.endsWith("forbidden"));
    assertThat(run.status().metricResults().get(0).measurements()).hasSize(3);
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
  }

  @Test
  @DisplayName("A-181 a completed run is deleted when its time is over, also by another runner")
  void timeToLive() {
    AnalysisRunner before = runner(always(Observation.value(1.0))).build();
    before.start("one", shortLived());
    before.start("two", shortLived());
    stage.advance(Duration.ofSeconds(30));
    before.find("two").orElseThrow().cancel();
    before.close();
    assertThat(store.names()).containsExactlyInAnyOrder("one", "two");

    AnalysisRunner after = runner(always(Observation.value(1.0))).build();
    assertThat(after.resumeAll()).isEmpty();
    stage.advance(Duration.ofSeconds(30));
    assertThat(store.names()).containsExactlyInAnyOrder("one", "two");
    stage.advance(Duration.ofSeconds(1));

    assertThat(store.names()).isEmpty();
    assertThat(after.find("one")).isEmpty();
  }

  @Test
  @DisplayName("A-182 a run that somebody else has deleted by then is no trouble")
  void aRunThatIsGoneAtItsEnd() throws IOException {
    RunHandle run = runner(always(Observation.value(1.0))).build().start("shop-42", shortLived());
    stage.advance(Duration.ofSeconds(30));
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);

    store.delete("shop-42", store.load("shop-42").orElseThrow().uid());
    stage.advance(MINUTE);

    assertThat(heard.troubles).isEmpty();
    assertThat(heard.statuses).last().isEqualTo(run.status());
  }

  @Test
  @DisplayName("A-182 a deletion that fails is told and tried again; the verdict stands")
  void aDeletionThatFails() throws IOException {
    FlakyStore flaky = new FlakyStore(store);
    RunHandle run =
        runner(always(Observation.value(1.0))).store(flaky).build().start("shop-42", shortLived());
    stage.advance(Duration.ofSeconds(30));
    flaky.broken = true;
    stage.advance(MINUTE);

    assertThat(heard.troubles)
        .isNotEmpty()
        .allSatisfy(
            trouble ->
                assertThat(trouble)
                    .startsWith("shop-42: could not take a turn; next try in ")
                    .endsWith("the run's time is over and it cannot be deleted"));
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(store.names()).containsExactly("shop-42");

    flaky.broken = false;
    stage.advance(MINUTE);
    assertThat(store.names()).isEmpty();
  }

  @Test
  @DisplayName("A-007 an answer, the wake-up, or being told to end: each brings the next turn")
  void whatBringsTheNextTurn() {
    RunHandle run = runner(always(Observation.value(1.0))).build().start("a", every(MINUTE, 3));
    stage.settle();
    assertThat(heard.measured).as("the answer").hasSize(1);

    stage.advance(MINUTE.minusSeconds(1));
    int turns = heard.statuses.size();
    stage.settle();
    assertThat(heard.statuses).as("nothing happens in between").hasSize(turns);

    stage.advance(Duration.ofSeconds(2));
    assertThat(heard.measured).as("the wake-up").hasSize(2);

    run.terminate();
    stage.settle();
    assertThat(run.status().phase()).as("told to end").isEqualTo(SUCCESSFUL);
    assertThat(heard.measured).hasSize(2);
  }

  /** A real pool of threads: on a stage there is only one. */
  @Test
  @DisplayName("A-008 one turn of a run at a time, turns of different runs side by side")
  void turnsOfARunDoNotOverlap() throws Exception {
    CountDownLatch bothTurning = new CountDownLatch(2);
    Map<String, AtomicInteger> turning = new ConcurrentHashMap<>();
    List<String> overlaps = Collections.synchronizedList(new ArrayList<>());
    RunStore watched =
        new FlakyStore(store) {
          @Override
          public Optional<SavedRun> save(SavedRun changed) throws IOException {
            AtomicInteger here =
                turning.computeIfAbsent(changed.name(), name -> new AtomicInteger());
            if (here.incrementAndGet() > 1) {
              overlaps.add(changed.name());
            }
            try {
              if (!changed.run().statusOrPending().metricResults().isEmpty()) {
                bothTurning.countDown();
                assertThat(bothTurning.await(10, TimeUnit.SECONDS)).isTrue();
              }
              return super.save(changed);
            } catch (InterruptedException e) {
              throw new IOException(e);
            } finally {
              here.decrementAndGet();
            }
          }
        };
    AnalysisSpec.Builder many = AnalysisSpec.builder();
    for (int i = 0; i < 20; i++) {
      many.metric(
          Metric.named("m" + i).provider(PrometheusQuery.of("http://prometheus", "up")).build());
    }
    try (AnalysisRunner runner =
        AnalysisRunner.builder().store(watched).provider(always(Observation.value(1.0))).build()) {
      RunHandle one = runner.start("one", many.build());
      RunHandle two = runner.start("two", many.build());

      assertThat(one.await(Duration.ofSeconds(30)).phase()).isEqualTo(SUCCESSFUL);
      assertThat(two.await(Duration.ofSeconds(30)).phase()).isEqualTo(SUCCESSFUL);
    }

    assertThat(turning).containsOnlyKeys("one", "two");
    assertThat(overlaps).isEmpty();
  }

  @Test
  void aCancelledRunIsLeftAsItIs() throws IOException {
    Scripted<PrometheusQuery> provider = always(Observation.value(1.0));
    AnalysisRunner runner = runner(provider).build();
    RunHandle run = runner.start("shop-42", every(MINUTE, 3));
    stage.advance(Duration.ofSeconds(30));
    SavedRun saved = store.load("shop-42").orElseThrow();

    run.cancel();
    stage.advance(Duration.ofMinutes(5));

    assertThat(store.load("shop-42")).contains(saved);
    assertThat(provider.asked).hasSize(1);
    assertThat(runner.find("shop-42")).isEmpty();
    assertThatThrownBy(() -> run.await(Duration.ZERO)).isInstanceOf(CancellationException.class);
    assertThat(runner.start("shop-42", every(MINUTE, 3))).isNotSameAs(run);
  }

  @Test
  void aRunIsStartedOnce() {
    AnalysisRunner runner = runner(always(Observation.value(1.0))).build();

    RunHandle one = runner.start("shop-42", every(MINUTE, 3));
    RunHandle two = runner.start("shop-42", every(MINUTE, 3));

    assertThat(two).isSameAs(one);
    assertThat(runner.find("shop-42")).contains(one);
    assertThatThrownBy(() -> runner.start("shop-42", every(MINUTE, 4)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "run \"shop-42\" exists with another spec; start this one under another name, or delete the other from the store");
  }

  @Test
  void aCompletedRunIsNotStartedAgain() throws Exception {
    Scripted<PrometheusQuery> provider = always(Observation.value(1.0));
    AnalysisRunner runner = runner(provider).build();
    runner.start("shop-42", every(MINUTE, 1));
    stage.settle();

    RunHandle again = runner.start("shop-42", every(MINUTE, 1));
    stage.settle();

    assertThat(again.await(Duration.ZERO).phase()).isEqualTo(SUCCESSFUL);
    assertThat(provider.asked).hasSize(1);
    assertThat(heard.completed).hasSize(1);
  }

  @Test
  void aRunWithoutNameIsRefused() {
    AnalysisRunner runner = runner(always(Observation.value(1.0))).build();

    assertThatThrownBy(() -> runner.start("", every(MINUTE, 1)))
        .hasMessage("metadata.name: a run needs a name");
  }

  @Test
  void waitingTooLongSaysWhereTheRunStands() {
    AnalysisRunner runner = runner(always(Observation.value(1.0))).build();
    RunHandle run = runner.start("shop-42", every(MINUTE, 3));
    stage.settle();

    assertThatThrownBy(() -> run.await(Duration.ZERO))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("run \"shop-42\" is Running after PT0S; it goes on");
  }

  @Test
  void aClosedRunnerStartsNothing() {
    AnalysisRunner runner = runner(always(Observation.value(1.0))).build();
    runner.close();
    runner.close();

    assertThatThrownBy(() -> runner.start("shop-42", every(MINUTE, 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the runner is closed");
  }

  @Test
  void aBackEndThatNamesNoTimeIsLookedAtOnceASecond() {
    Scripted<KayentaCanary> provider =
        Scripted.kayenta((context, canary) -> Observation.inProgress(Map.of("id", "7"), null))
            .resuming((context, canary) -> Observation.inProgress(Map.of("id", "7"), null));
    AnalysisRunner runner = stage.runner().provider(provider).build();

    runner.start("shop-42", AnalysisSpec.of(kayenta()));
    stage.advance(Duration.ofSeconds(60));

    assertThat(provider.resumed).hasSizeBetween(58, 62);
  }

  @Test
  void theRunOfAManifestKeepsItsIdentity() {
    Scripted<PrometheusQuery> provider = always(Observation.value(1.0));
    AnalysisRunner runner = runner(provider).build();

    runner.start(
        AnalysisRun.of("shop-42", every(MINUTE, 1))
            .withMetadata(ObjectMeta.named("shop-42").inNamespace("shop").withUid("u-1")));
    stage.settle();

    assertThat(provider.asked)
        .extracting(MeasurementContext::run)
        .containsExactly(new MeasurementContext.RunIdentity("u-1", "shop-42", "shop"));
  }

  @Test
  @DisplayName("A-088 the metric that fails stops its sibling in flight")
  void aFailureStopsSiblings() {
    Scripted<KayentaCanary> canary =
        Scripted.kayenta((context, config) -> Observation.inProgress(Map.of("id", "7"), null))
            .resuming((context, config) -> Observation.inProgress(Map.of("id", "7"), null))
            .terminating((context, config) -> Observation.verdict(INCONCLUSIVE));
    AnalysisRunner runner =
        stage.runner().provider(canary).provider(always(Observation.verdict(FAILED))).build();

    RunHandle run =
        runner.start(
            "shop-42",
            AnalysisSpec.of(kayenta(), metric().initialDelay(MINUTE).interval(MINUTE).build()));
    stage.advance(Duration.ofMinutes(2));

    assertThat(canary.terminated).hasSize(1);
    assertThat(run.status().phase()).isEqualTo(FAILED);
  }

  // --- what the rows are made with

  private AnalysisRunner.Builder runner(Scripted<PrometheusQuery> provider) {
    return stage
        .runner()
        .store(store)
        .listener(heard)
        .secrets(MapSecrets.of(Map.of()))
        .provider(provider);
  }

  private static Scripted<PrometheusQuery> always(Observation observation) {
    return Scripted.prometheus((context, query) -> observation);
  }

  private static Metric.Builder metric() {
    return Metric.named("m").provider(PrometheusQuery.of("http://prometheus:9090", "up"));
  }

  private static AnalysisSpec every(Duration interval, int count) {
    return AnalysisSpec.of(metric().interval(interval).count(count).build());
  }

  private static AnalysisSpec shortLived() {
    return AnalysisSpec.builder()
        .metric(metric().build())
        .ttlStrategy(new TtlStrategy(60, null, null))
        .build();
  }

  private static Metric kayenta() {
    return Metric.named("k")
        .provider(Wire.decode(KayentaCanary.class, Map.of("address", "http://k")).value())
        .build();
  }

  private static Measurement newest(AnalysisRunStatus status, String metric) {
    Measurement newest = status.result(metric).orElseThrow().lastMeasurement();
    assertThat(newest).isNotNull();
    return java.util.Objects.requireNonNull(newest);
  }

  /** A store that can be out of order. */
  private static class FlakyStore implements RunStore {
    private final RunStore sound;
    private boolean broken;

    FlakyStore(RunStore sound) {
      this.sound = sound;
    }

    @Override
    public Optional<SavedRun> load(String name) throws IOException {
      return sound.load(name);
    }

    @Override
    public Optional<SavedRun> save(SavedRun changed) throws IOException {
      if (broken) {
        throw new IOException("disk full");
      }
      return sound.save(changed);
    }

    @Override
    public void delete(String name, String uid) throws IOException {
      if (broken) {
        throw new IOException("disk full");
      }
      sound.delete(name, uid);
    }

    @Override
    public List<String> names() throws IOException {
      return sound.names();
    }
  }
}
