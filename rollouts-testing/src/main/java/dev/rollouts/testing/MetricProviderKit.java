package dev.rollouts.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.ProviderConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link MetricProvider} promises, as tests: subclass it, hand over your provider and
 * configurations for a back-end that works, one that cannot be reached and one that never answers.
 * Providers that speak HTTP take {@link HttpMetricProviderKit}, which brings the back-ends along.
 *
 * @param <C> the configuration that the provider answers to
 */
public abstract class MetricProviderKit<C extends ProviderConfig> {
  private static final int THREADS = 16;
  private static final int CALLS = 64;
  private static final int TEXT_MAX = 4 * 1024;

  /** Not a measure of speed: only a provider that hangs takes so long. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The provider, as a service would find it. */
  protected abstract MetricProvider<C> provider();

  /** A configuration with which {@link MetricProvider#run} gets an answer. */
  protected abstract C config();

  /** A configuration whose back-end cannot be reached; empty skips the tests that need it. */
  protected Optional<C> unreachable() {
    return Optional.empty();
  }

  /**
   * A configuration whose back-end takes a call and never answers; empty skips the tests that need
   * it. Its time limit is a second or so, if the configuration has one.
   */
  protected Optional<C> silent() {
    return Optional.empty();
  }

  /** Whether {@link #silent} has a time limit of its own that the provider keeps. */
  protected boolean limitsTime() {
    return true;
  }

  /** Waits until the back-end of {@link #silent} has been asked; does not wait by default. */
  protected void awaitSilence() throws InterruptedException {}

  /**
   * Credentials in the configurations and in the context, of at least four characters; they must
   * never come out again.
   */
  protected Set<String> secrets() {
    return Set.of();
  }

  /** Whether the provider answers at once. False for one that leaves measurements in progress. */
  protected boolean answersAtOnce() {
    return true;
  }

  /** Whether the provider is listed in {@code META-INF/services}. */
  protected boolean isRegistered() {
    return true;
  }

  /** What a measurement is taken in. */
  protected MeasurementContext context() {
    return MeasurementContext.of(
        new RunIdentity("3f0c6c1e-9d2b-4c59-8a55-0f0d2f2a7b10", "run", "default"),
        "metric",
        1,
        Instant.parse("2026-05-01T10:00:00Z"));
  }

  @Test
  void itAnswersToItsOwnConfiguration() {
    assertThat(config()).isInstanceOf(provider().configType());
  }

  @Test
  void aBackEndThatWorksGivesAnAnswer() {
    Observation seen = provider().run(context(), config());
    if (seen instanceof Observation.Failure failure) {
      fail(
          "config() is to describe a back-end that works, and the answer is: " + failure.message());
    }
    checkContent(seen);
    if (answersAtOnce()) {
      assertThat(seen)
          .as("an answer at once; override answersAtOnce() for a provider that takes its time")
          .isNotInstanceOf(Observation.InProgress.class);
    }
  }

  @Test
  void whatItReturnsIsAmongTheKindsThatItDeclares() {
    assertThat(provider().resultKinds(config())).isNotEmpty();
    if (provider().run(context(), config()) instanceof Observation.Value value) {
      assertThat(provider().resultKinds(config())).contains(value.kind());
    }
  }

  @Test
  void manyThreadsMayAskAtOnce() throws Exception {
    MetricProvider<C> provider = provider();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Observation>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(() -> provider.run(context(), config()));
      }
      for (Future<Observation> call :
          threads.invokeAll(calls, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        assertThat(call.isCancelled()).as("a call that hangs").isFalse();
        assertThat(call.get()).isNotInstanceOf(Observation.Failure.class);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aBackEndThatCannotBeReachedIsAFailureAndNoException() {
    C config = unreachable().orElse(null);
    assumeTrue(config != null, "unreachable() gives no configuration");
    assertFailure(provider().run(context(), require(config)));
  }

  @Test
  void aBackEndThatNeverAnswersIsAFailureAfterItsTimeLimit() throws Exception {
    C config = silent().orElse(null);
    assumeTrue(config != null && limitsTime(), "silent() gives no configuration with a limit");
    assertFailure(asked(require(config), false));
  }

  @Test
  void anInterruptEndsAMeasurementEarly() throws Exception {
    C config = silent().orElse(null);
    assumeTrue(config != null, "silent() gives no configuration");
    assertFailure(asked(require(config), true));
  }

  /** What the provider returns within the patience of this kit, in a thread of its own. */
  private Observation asked(C config, boolean interrupted) throws Exception {
    FutureTask<Observation> call = new FutureTask<>(() -> provider().run(context(), config));
    Thread thread = new Thread(call, "asks");
    thread.setDaemon(true);
    thread.start();
    if (interrupted) {
      awaitSilence();
      thread.interrupt();
    }
    try {
      return call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException hangs) {
      return fail("run did not return within " + PATIENCE, hangs);
    } catch (ExecutionException thrown) {
      return fail("run threw instead of returning a failure", thrown.getCause());
    }
  }

  @Test
  void aProviderThatAnswersAtOnceHasNothingToResumeOrTerminate() {
    assumeTrue(answersAtOnce(), "the provider leaves measurements in progress");
    assertFailure(provider().resume(context(), config(), inFlight(Map.of())));
    assertFailure(provider().terminate(context(), config(), inFlight(Map.of())));
  }

  @Test
  void aMeasurementInProgressIsFoundAgainByItsMetadataAndEndsWhenToldTo() {
    assumeTrue(!answersAtOnce(), "the provider answers at once");
    Observation seen = provider().run(context(), config());
    if (seen instanceof Observation.InProgress inProgress) {
      assertThat(inProgress.metadata()).as("what resume needs to find it again").isNotEmpty();
      Measurement stored = inFlight(inProgress.metadata());
      checkContent(provider().resume(context(), config(), stored));
      checkContent(provider().terminate(context(), config(), stored));
      checkContent(provider().terminate(context(), config(), stored));
    }
  }

  @Test
  void aMeasurementInFlightThatItKnowsNothingOfIsAFailure() {
    assertFailure(provider().resume(context(), config(), inFlight(Map.of())));
  }

  private static Measurement inFlight(Map<String, String> metadata) {
    Instant start = Instant.parse("2026-05-01T10:00:00Z");
    return new Measurement(AnalysisPhase.RUNNING, "", start, null, "", metadata, start);
  }

  @Test
  void metadataOfTheMetricComesWithoutReachingOutAndWithoutSecrets() {
    C config = unreachable().orElseGet(this::config);
    Map<String, String> metadata = provider().metadata(config);
    assertThat(metadata).isEqualTo(provider().metadata(config));
    assertNoSecretIn(metadata.toString());
  }

  @Test
  void collectingGarbageTwiceIsHarmless() {
    provider().run(context(), config());
    provider().collectGarbage(context(), config(), 1);
    provider().collectGarbage(context(), config(), 1);
  }

  @Test
  void itWorksWithinTheDefaultSettings() {
    MetricProvider<C> restricted = provider().withSettings(ProviderSettings.defaults());
    assertThat(restricted.configType()).isEqualTo(provider().configType());
    checkContent(restricted.run(context(), config()));
  }

  @Test
  void aServiceFindsIt() {
    assumeTrue(isRegistered(), "the provider is handed over by hand");
    Class<?> wanted = provider().getClass();
    assertThat(wanted.getConstructors())
        .as("a public constructor without parameters")
        .anyMatch(constructor -> constructor.getParameterCount() == 0);
    List<String> found = new ArrayList<>();
    ServiceLoader.load(MetricProvider.class)
        .forEach(provider -> found.add(provider.getClass().getName()));
    assertThat(found)
        .as("META-INF/services/" + MetricProvider.class.getName())
        .contains(wanted.getName());
  }

  /** Fails unless the observation is a failure with a helpful message and without secrets. */
  protected final void assertFailure(Observation seen) {
    checkContent(seen);
    assertThat(seen).isInstanceOf(Observation.Failure.class);
    assertThat(((Observation.Failure) seen).message()).isNotBlank();
  }

  /** What holds for every observation: plain values of a bounded length, and no secrets. */
  protected final void checkContent(Observation seen) {
    assertNoSecretIn(seen.toString());
    assertNoSecretIn(seen.metadata().toString());
    if (seen instanceof Observation.Failure failure) {
      assertThat(failure.message().length()).as("length of the message").isLessThan(TEXT_MAX);
    }
    if (seen instanceof Observation.Value value) {
      assertPlain(value.value());
      assertThat(isOfKind(value.kind(), value.value()))
          .as("whether %s is %s", value.value(), value.kind().description())
          .isTrue();
    }
  }

  private static boolean isOfKind(ResultKind kind, @Nullable Object value) {
    return switch (kind) {
      case NIL -> value == null;
      case SCALAR -> value instanceof Double;
      case STRING -> value instanceof String;
      case BOOLEAN -> value instanceof Boolean;
      case MAP -> value instanceof Map;
      case LIST, RECORDS, ROWS -> value instanceof List;
      case VECTOR ->
          value instanceof List<?> list && list.stream().allMatch(Double.class::isInstance);
    };
  }

  private static void assertPlain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      assertThat(map.keySet()).allMatch(String.class::isInstance);
      map.values().forEach(MetricProviderKit::assertPlain);
    } else if (value instanceof Collection<?> list) {
      assertThat(list).isInstanceOf(List.class);
      list.forEach(MetricProviderKit::assertPlain);
    } else if (value != null) {
      assertThat(value.getClass().getName())
          .as("a value that is no plain JDK value is invisible to conditions: " + value)
          .startsWith("java.");
    }
    if (value instanceof Map || value instanceof List) {
      assertThat(value.getClass().getName())
          .as("the class of a map or list, which conditions see only from the JDK")
          .startsWith("java.");
    }
  }

  private void assertNoSecretIn(String text) {
    for (String secret : secrets()) {
      assertThat(text).doesNotContain(secret);
    }
  }

  private static <T> T require(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("assumed to be there");
    }
    return value;
  }
}
