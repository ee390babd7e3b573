package dev.rollouts.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.Provider;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.provider.config.DatadogQuery;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.runner.secrets.MapSecrets;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeasurerTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
  private static final RunIdentity RUN = new RunIdentity("u-1", "shop-42", "shop");

  @Test
  void aProviderSeesTheRunTheMetricAndTheAttempt() {
    Scripted<PrometheusQuery> provider =
        Scripted.prometheus((context, query) -> Observation.value(1.0));
    Metric metric = prometheus("up").interval(Duration.ofMinutes(1)).count(2).build();

    Observed observed =
        measurer(provider)
            .measure(
                RUN,
                AnalysisSpec.of(metric),
                new AnalysisEffect.Measure(
                    new MeasurementId("m", 2), metric, NOW.minusSeconds(60)));

    assertThat(observed).isInstanceOf(Observed.Answer.class);
    assertThat(provider.asked)
        .singleElement()
        .satisfies(
            context -> {
              assertThat(context.run()).isEqualTo(RUN);
              assertThat(context.metric()).isEqualTo("m");
              assertThat(context.attempt()).isEqualTo(2);
              assertThat(context.now()).isEqualTo(NOW);
              assertThat(context.runStartedAt()).isEqualTo(NOW.minusSeconds(60));
              assertThat(context.interval()).isEqualTo(Duration.ofMinutes(1));
              assertThat(context.range()).isNull();
            });
  }

  @Test
  @DisplayName("P-003 the clock is read before the request and after the answer")
  void theClockIsReadBeforeAndAfter() {
    Stage clock = new Stage();
    Scripted<PrometheusQuery> slow =
        Scripted.prometheus(
            (context, query) -> {
              clock.takes(Duration.ofSeconds(3));
              return Observation.value(1.0);
            });
    Metric metric = prometheus("up").build();

    Observed observed =
        new Measurer(Providers.of(slow), new ConditionEvaluator(), SecretSource.none(), clock)
            .measure(RUN, AnalysisSpec.of(metric), first(metric));

    assertThat(observed)
        .isInstanceOfSatisfying(
            Observed.Answer.class,
            answer -> {
              assertThat(answer.startedAt()).isEqualTo(Stage.START);
              assertThat(answer.finishedAt()).isEqualTo(Stage.START.plusSeconds(3));
            });
  }

  @Test
  @DisplayName(
      "A-005, A-027 a secret wins over a literal of the same argument and is read for each measurement")
  void secretsAreReadWhenAMeasurementIsDue() {
    Scripted<PrometheusQuery> provider =
        Scripted.prometheus(
            (context, query) -> Observation.failure("asked " + query.query().length()));
    Argument both =
        new Argument(
            "token", "literal", new Argument.ValueFrom(new Argument.SecretKeyRef("s", "k"), null));
    AnalysisSpec spec = spec(prometheus("{{args.token}}").build(), both);

    Observation first = observation(measure(provider, MapSecrets.of("s", "k", "four"), spec));
    Observation second = observation(measure(provider, MapSecrets.of("s", "k", "sixsix"), spec));

    assertThat(first).isEqualTo(Observation.failure("asked 4"));
    assertThat(second).isEqualTo(Observation.failure("asked 6"));
  }

  @Test
  @DisplayName(
      "A-027 A-030 a condition that mentions a secret is judged with it, and never shows it")
  void aConditionMayMentionASecret() {
    Metric metric =
        prometheus("up").successCondition("result[0] < asFloat(\"{{args.limit}}\")").build();
    AnalysisSpec spec = spec(metric, Argument.fromSecret("limit", "s", "k"));
    Scripted<PrometheusQuery> low =
        Scripted.prometheus((context, query) -> Observation.value(List.of(12.0)));

    assertThat(observation(measure(low, MapSecrets.of("s", "k", "12.5"), spec)))
        .isInstanceOfSatisfying(
            Observation.Verdict.class,
            verdict -> assertThat(verdict.phase()).isEqualTo(AnalysisPhase.SUCCESSFUL));
    assertThat(observation(measure(low, MapSecrets.of("s", "k", "hunter2"), spec)))
        .isInstanceOfSatisfying(
            Observation.Verdict.class,
            verdict -> {
              assertThat(verdict.phase()).isEqualTo(AnalysisPhase.ERROR);
              assertThat(verdict.message()).contains("*****").doesNotContain("hunter2");
            });
  }

  static Stream<Arguments> unresolved() {
    return Stream.of(
        Arguments.of(
            "A-027 missing secret",
            Argument.fromSecret("a", "gone", "k"),
            "secrets \"gone\" not found"),
        Arguments.of(
            "A-027 missing key",
            Argument.fromSecret("a", "s", "gone"),
            "key 'gone' does not exist in secret 's'"),
        Arguments.of(
            "A-025 no value, though nobody uses it",
            Argument.required("a"),
            "argument \"a\" was not supplied"),
        Arguments.of(
            "A-025 a fieldRef is no value",
            new Argument(
                "a", null, new Argument.ValueFrom(null, new Argument.FieldRef("metadata.name"))),
            "argument \"a\" was not supplied"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void unresolved(String rule, Argument argument, String message) {
    Scripted<PrometheusQuery> provider =
        Scripted.prometheus((context, query) -> Observation.value(1.0));

    Observed observed =
        measure(provider, MapSecrets.of("s", "k", "v"), spec(prometheus("up").build(), argument));

    assertThat(observed)
        .isEqualTo(new Observed.ArgumentsUnresolved(new MeasurementId("m", 1), message));
    assertThat(provider.asked).isEmpty();
  }

  @Test
  @DisplayName("A-023 an unknown placeholder is found when the metric is resolved for real too")
  void anUnknownPlaceholder() {
    assertThat(measure(spec(prometheus("{{args.nope}}").build(), Argument.of("a", "b"))))
        .isEqualTo(
            new Observed.ArgumentsUnresolved(
                new MeasurementId("m", 1), "failed to resolve {{args.nope}}"));
  }

  @Test
  @DisplayName("A-029 of two arguments with one name the later one counts")
  void theLaterArgumentCounts() {
    Scripted<PrometheusQuery> echo =
        Scripted.prometheus((context, query) -> Observation.failure(query.query()));

    Observed observed =
        measure(
            echo,
            SecretSource.none(),
            spec(
                prometheus("{{args.a}}").build(),
                Argument.of("a", "one"),
                Argument.of("a", "two")));

    assertThat(observation(observed)).isEqualTo(Observation.failure("two"));
  }

  @Test
  void aSecretSourceThatBreaksIsAnErrorMeasurementAndDoesNotEndTheRun() {
    SecretSource broken =
        (scope, name) -> {
          throw new IllegalStateException("vault is sealed");
        };

    Observed observed =
        measure(
            Scripted.prometheus((context, query) -> Observation.value(1.0)),
            broken,
            spec(prometheus("up").build(), Argument.fromSecret("a", "s", "k")));

    assertThat(observation(observed))
        .isEqualTo(
            Observation.failure(
                "could not be prepared: java.lang.IllegalStateException: vault is sealed"));
  }

  static Stream<Arguments> thrown() {
    return Stream.of(
        Arguments.of(
            new IllegalArgumentException("boom"), "java.lang.IllegalArgumentException: boom"),
        Arguments.of(new NullPointerException(), "java.lang.NullPointerException"),
        Arguments.of(new StackOverflowError(), "java.lang.StackOverflowError"),
        Arguments.of(new OutOfMemoryError("heap"), "java.lang.OutOfMemoryError: heap"),
        Arguments.of(
            new NoClassDefFoundError("acme/Client"), "java.lang.NoClassDefFoundError: acme/Client"),
        Arguments.of(new InterruptedException("stop"), "java.lang.InterruptedException: stop"),
        Arguments.of(
            new RuntimeException() {
              private static final long serialVersionUID = 1L;

              @Override
              public String getMessage() {
                throw new IllegalStateException("even this");
              }
            },
            "dev.rollouts.runner.MeasurerTest$1"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  @DisplayName("A-012 whatever a provider throws is an Error measurement")
  void thrown(Throwable thrown, String described) {
    Scripted<PrometheusQuery> hostile =
        Scripted.prometheus(
            (context, query) -> {
              if (thrown instanceof Error error) {
                throw error;
              }
              throw (Exception) thrown;
            });

    Observed observed =
        measure(hostile, SecretSource.none(), AnalysisSpec.of(prometheus("up").build()));
    boolean interrupted = Thread.interrupted();

    assertThat(observation(observed))
        .isEqualTo(Observation.failure("provider Prometheus broke: " + described));
    assertThat(interrupted).isEqualTo(thrown instanceof InterruptedException);
  }

  @Test
  @DisplayName("A-012 a provider that answers nothing is an Error measurement")
  void nothing() {
    @SuppressWarnings("NullAway") // what a provider in another language may do
    Scripted<PrometheusQuery> silent = Scripted.prometheus((context, query) -> null);

    assertThat(
            observation(
                measure(silent, SecretSource.none(), AnalysisSpec.of(prometheus("up").build()))))
        .isEqualTo(
            Observation.failure(
                "provider Prometheus broke: java.lang.NullPointerException: it answered null; every outcome is an Observation"));
  }

  @Test
  @DisplayName(
      "P-221 metadata that a provider cannot give is recorded as such and costs no measurement")
  void brokenMetadata() {
    MetricProvider<PrometheusQuery> provider =
        new MetricProvider<>() {
          @Override
          public Class<PrometheusQuery> configType() {
            return PrometheusQuery.class;
          }

          @Override
          public Observation run(MeasurementContext context, PrometheusQuery config) {
            return Observation.value(1.0);
          }

          @Override
          public Map<String, String> metadata(PrometheusQuery config) {
            throw new IllegalStateException("no idea");
          }
        };

    Observed.Answer answer =
        (Observed.Answer)
            measure(provider, SecretSource.none(), AnalysisSpec.of(prometheus("up").build()));

    assertThat(answer.observation()).isEqualTo(Observation.value(1.0));
    assertThat(answer.metricMetadata())
        .isEqualTo(Map.of("error", "java.lang.IllegalStateException: no idea"));
  }

  @Test
  @DisplayName("start and end of a range query are instants when the provider sees them")
  void aRange() {
    Scripted<PrometheusQuery> provider =
        Scripted.prometheus((context, query) -> Observation.value(1.0));
    Metric metric = ranged("now() - duration(\"{{args.window}}\")", "now()");

    measure(provider, SecretSource.none(), spec(metric, Argument.of("window", "1h")));

    assertThat(provider.asked)
        .singleElement()
        .extracting(MeasurementContext::range)
        .isEqualTo(new MeasurementContext.TimeRange(NOW.minusSeconds(3600), NOW));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"start", "end"})
  @DisplayName("a range that is no time is an Error, and the provider is not asked")
  void anImpossibleRange(String field) {
    Scripted<PrometheusQuery> provider =
        Scripted.prometheus((context, query) -> Observation.value(1.0));
    Metric metric =
        ranged(field.equals("start") ? "1 + 1" : "now()", field.equals("end") ? "1 + 1" : "now()");

    Observed observed = measure(provider, SecretSource.none(), AnalysisSpec.of(metric));

    assertThat(observation(observed))
        .isInstanceOfSatisfying(
            Observation.Failure.class,
            failure ->
                assertThat(failure.message())
                    .startsWith("failed to parse rangeQuery." + field + " as time: "));
    assertThat(provider.asked).isEmpty();
  }

  private static Metric ranged(String start, String end) {
    return Metric.named("m")
        .provider(PrometheusQuery.of("http://prometheus:9090", "up").withRange(start, end, "1m"))
        .build();
  }

  static Stream<Arguments> missing() {
    return Stream.of(
        Arguments.of(
            WebRequest.get("http://x"),
            "metric \"m\": provider web is not on the class path; add dev.rollouts:analysis-web; there is: plugin acme/queue, prometheus"),
        Arguments.of(
            new JobTemplate(null, JsonObject.empty()),
            "metric \"m\": provider job is not on the class path; add dev.rollouts:analysis-job; there is: plugin acme/queue, prometheus"),
        Arguments.of(
            new PluginConfig("acme/other", JsonObject.empty()),
            "metric \"m\": plugin \"acme/other\" is not on the class path; add a PluginMetricProvider of that name; there is: plugin acme/queue, prometheus"),
        Arguments.of(
            Wire.decode(DatadogQuery.class, Map.of("query", "q")).value(),
            "metric \"m\": provider datadog is not on the class path; add a MetricProvider for DatadogQuery; there is: plugin acme/queue, prometheus"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  @DisplayName("A-050 a provider that is not there is an Error measurement that says what to add")
  void missing(ProviderConfig config, String message) {
    Metric metric = Metric.named("m").provider(config).build();
    Providers providers =
        Providers.of(
            Scripted.prometheus((context, query) -> Observation.value(1.0)), new QueuePlugin());

    Observed observed =
        new Measurer(providers, new ConditionEvaluator(), SecretSource.none(), fixed())
            .measure(RUN, AnalysisSpec.of(metric), first(metric));

    assertThat(observation(observed)).isEqualTo(Observation.failure(message));
  }

  @Test
  void aPluginIsFoundByItsName() {
    Metric metric =
        Metric.named("m").provider(new PluginConfig("acme/queue", JsonObject.empty())).build();

    Observed observed =
        new Measurer(
                Providers.of(new QueuePlugin()),
                new ConditionEvaluator(),
                SecretSource.none(),
                fixed())
            .measure(RUN, AnalysisSpec.of(metric), first(metric));

    assertThat(observation(observed)).isEqualTo(Observation.value(7.0));
  }

  @Test
  void aMetricWithoutProviderIsAnErrorMeasurement() {
    Metric metric = prometheus("up").build().withProvider(Provider.none());

    assertThat(observation(measurer(new QueuePlugin()).measure(RUN, spec(metric), first(metric))))
        .isEqualTo(Observation.failure("no provider specified"));
  }

  @Test
  void twoProvidersForOneConfigurationAreRefused() {
    assertThatThrownBy(
            () ->
                Providers.of(
                    Scripted.prometheus((context, query) -> Observation.value(1.0)),
                    Scripted.prometheus((context, query) -> Observation.value(2.0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two providers for prometheus: dev.rollouts.runner.Scripted");
  }

  @Test
  @DisplayName("a provider that was replaced while its measurement was in flight gives an Error")
  void aReplacedProviderCannotResume() {
    MetricProvider<WebRequest> web =
        new MetricProvider<>() {
          @Override
          public Class<WebRequest> configType() {
            return WebRequest.class;
          }

          @Override
          public Observation run(MeasurementContext context, WebRequest config) {
            return Observation.value(1.0);
          }
        };
    Metric metric = Metric.named("m").provider(WebRequest.get("http://x")).build();
    Measurement startedByAnother =
        new Measurement(
            AnalysisPhase.RUNNING, "", NOW, null, "", Map.of("canaryExecutionId", "1"), NOW);

    for (AnalysisEffect.Asking effect :
        List.of(
            new AnalysisEffect.Resume(new MeasurementId("m", 1), metric, NOW, startedByAnother),
            new AnalysisEffect.Terminate(
                new MeasurementId("m", 1), metric, NOW, startedByAnother))) {
      Observed observed = measurer(web).measure(RUN, AnalysisSpec.of(metric), effect);

      assertThat(observation(observed))
          .isInstanceOfSatisfying(
              Observation.Failure.class,
              failure ->
                  assertThat(failure.message())
                      .startsWith("metric \"m\": provider Web answers at once"));
    }
  }

  @Test
  @DisplayName("A-162 garbage collection that fails says so and throws nothing")
  void garbage() {
    Metric metric = prometheus("up").build();
    Scripted<PrometheusQuery> works =
        Scripted.prometheus((context, query) -> Observation.value(1.0));
    Scripted<PrometheusQuery> fails =
        Scripted.prometheus((context, query) -> Observation.value(1.0))
            .collecting(
                (context, query) -> {
                  throw new IllegalStateException("forbidden");
                });
    AnalysisEffect.CollectGarbage effect = new AnalysisEffect.CollectGarbage(metric, 10);

    assertThat(measurer(works).collectGarbage(RUN, AnalysisSpec.of(metric), effect, 11)).isEmpty();
    assertThat(works.garbage).containsExactly(10);
    assertThat(measurer(fails).collectGarbage(RUN, AnalysisSpec.of(metric), effect, 11))
        .contains(
            "metric \"m\": what old measurements left could not be removed: java.lang.IllegalStateException: forbidden");
  }

  static Stream<Arguments> echoes() {
    String secret = "s3cr3t/\"p\\w\"+ä&=<x>";
    return Stream.of(
        Arguments.of("as it is", secret, secret),
        Arguments.of("in a form", secret, URLEncoder.encode(secret, UTF_8)),
        Arguments.of("in a URL", secret, "s3cr3t%2F%22p%5Cw%22+%C3%A4&=%3Cx%3E"),
        Arguments.of("in a URL, lower-case", secret, "s3cr3t%2f%22p%5cw%22+%c3%a4&=%3cx%3e"),
        Arguments.of("in JSON", secret, "s3cr3t/\\\"p\\\\w\\\"+ä&=<x>"),
        Arguments.of("in cautious JSON", secret, "s3cr3t/\\\"p\\\\w\\\"+ä\\u0026=\\u003cx\\u003e"),
        Arguments.of("in base64", secret, base64(secret)),
        Arguments.of("in a Basic header", secret, base64("user:" + secret)),
        Arguments.of("in a Basic header, one on", secret, base64("user1:" + secret + "!")),
        Arguments.of("in a Basic header, two on", secret, base64("user12:" + secret + "!!")),
        Arguments.of("cut at the end", secret, secret.substring(0, 9)),
        Arguments.of("cut by an ellipsis", secret, secret.substring(0, 9) + "… (1 kB)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  @DisplayName("A-030 a secret that comes back is replaced in message, value and metadata")
  void echoes(String form, String secret, String echo) {
    List<Observation> answers =
        List.of(
            Observation.failure("upstream said " + echo),
            new Observation.Failure("no", Map.of("body", echo, echo, "key")),
            Observation.value(echo).withMetadata(Map.of("warnings", echo)),
            Observation.value(Map.of("nested", List.of(echo))),
            new Observation.Verdict(AnalysisPhase.FAILED, echo, echo, Map.of("a", echo)),
            Observation.inProgress(Map.of("id", echo), null));
    for (Observation answer : answers) {
      Scripted<PrometheusQuery> provider =
          Scripted.prometheus((context, query) -> answer)
              .describedAs(Map.of("ResolvedPrometheusQuery", echo));

      Observed observed =
          measure(
              provider,
              MapSecrets.of("s", "k", secret),
              spec(prometheus("up{t=\"{{args.t}}\"}").build(), Argument.fromSecret("t", "s", "k")));

      String recognisable = echo.length() > 12 ? echo.substring(4, 12) : echo.substring(0, 6);
      assertThat(observed.toString()).contains("*****").doesNotContain(recognisable);
    }
  }

  @Test
  @DisplayName("A-030 secrets that a provider reads by itself are replaced too")
  void secretsOfTheProvider() {
    Scripted<PrometheusQuery> provider =
        Scripted.prometheus(
            (context, query) -> {
              Secret token = context.secrets().read(SecretSource.Scope.CONTROLLER, "s").get("k");
              throw new IllegalStateException("401 for " + token.reveal());
            });

    Observed observed =
        measure(
            provider,
            MapSecrets.of("s", "k", "hunter22"),
            AnalysisSpec.of(prometheus("up").build()));

    assertThat(observation(observed))
        .isEqualTo(
            Observation.failure(
                "provider Prometheus broke: java.lang.IllegalStateException: 401 for *****"));
  }

  @Test
  @DisplayName("A-030 a short secret changes messages, and neither numbers nor resume handles")
  void coincidences() {
    AnalysisSpec spec = spec(prometheus("up").build(), Argument.fromSecret("t", "s", "k"));
    MapSecrets short1 = MapSecrets.of("s", "k", "1");

    assertThat(
            observation(
                measure(Scripted.prometheus((c, q) -> Observation.value(0.91)), short1, spec)))
        .isEqualTo(Observation.value(0.91));
    assertThat(
            observation(
                measure(
                    Scripted.prometheus((c, q) -> Observation.inProgress(Map.of("id", "a1"), NOW)),
                    short1,
                    spec)))
        .isEqualTo(Observation.inProgress(Map.of("id", "a1"), NOW));
    assertThat(
            observation(
                measure(
                    Scripted.prometheus((c, q) -> Observation.failure("code 1")), short1, spec)))
        .isEqualTo(Observation.failure("code *****"));
  }

  @Test
  @DisplayName("A-030 of two secrets the longer one is replaced as a whole")
  void longestFirst() {
    Observed observed =
        measure(
            Scripted.prometheus((c, q) -> Observation.failure("a hunter22-long b hunter22 c")),
            MapSecrets.of(
                Map.of(
                    "s",
                    Map.of("short", Secret.of("hunter22"), "long", Secret.of("hunter22-long")))),
            spec(
                prometheus("up").build(),
                Argument.fromSecret("a", "s", "short"),
                Argument.fromSecret("b", "s", "long")));

    assertThat(observation(observed)).isEqualTo(Observation.failure("a ***** b ***** c"));
  }

  @Test
  void anAnswerOfManyMegabytesIsCutBeforeItIsKept() {
    Observed observed =
        measure(
            Scripted.prometheus((c, q) -> Observation.failure("x".repeat(10_000_000))),
            SecretSource.none(),
            AnalysisSpec.of(prometheus("up").build()));

    assertThat(((Observation.Failure) observation(observed)).message())
        .hasSize(64 * 1024)
        .endsWith("x…");
  }

  // --- what the rows are made with

  private static Metric.Builder prometheus(String query) {
    return Metric.named("m").provider(PrometheusQuery.of("http://prometheus:9090", query));
  }

  private static AnalysisSpec spec(Metric metric, Argument... args) {
    return new AnalysisSpec(List.of(metric), List.of(args), false, List.of(), List.of(), null);
  }

  private static AnalysisEffect.Measure first(Metric metric) {
    return new AnalysisEffect.Measure(new MeasurementId("m", 1), metric, NOW);
  }

  private static Observed measure(AnalysisSpec spec) {
    return measure(
        Scripted.prometheus((context, query) -> Observation.value(1.0)), SecretSource.none(), spec);
  }

  private static Observed measure(
      MetricProvider<PrometheusQuery> provider, SecretSource secrets, AnalysisSpec spec) {
    return new Measurer(Providers.of(provider), new ConditionEvaluator(), secrets, fixed())
        .measure(RUN, spec, first(spec.metrics().get(0)));
  }

  private static Measurer measurer(MetricProvider<?> provider) {
    return new Measurer(
        Providers.of(provider), new ConditionEvaluator(), SecretSource.none(), fixed());
  }

  private static Observation observation(Observed observed) {
    assertThat(observed).isInstanceOf(Observed.Answer.class);
    return ((Observed.Answer) observed).observation();
  }

  private static Clock fixed() {
    return Clock.fixed(NOW, ZoneOffset.UTC);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** A provider that a stranger wrote. */
  private static final class QueuePlugin implements PluginMetricProvider {
    @Override
    public String pluginName() {
      return "acme/queue";
    }

    @Override
    public Observation run(MeasurementContext context, PluginConfig config) {
      return Observation.value(7.0);
    }
  }
}
