package dev.rollouts.api.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.InvalidObjectException;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricRulesTest {
  private static final PrometheusQuery QUERY = PrometheusQuery.of("http://prometheus:9090", "up");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "consecutiveSuccessLimit: -1 | consecutiveSuccessLimit: consecutiveSuccessLimit must be >= 0",
        "failureLimit: -2 | failureLimit: failureLimit must be >= 0, or -1 to be disabled",
        "failureLimit: -1 | failureLimit: failureLimit and consecutiveSuccessLimit cannot both be disabled",
        "failureLimit: -1, consecutiveSuccessLimit: 1 | -",
        "failureLimit: -1, consecutiveSuccessLimit: {{args.n}} | -",
        "inconclusiveLimit: -1 | inconclusiveLimit: inconclusiveLimit must be >= 0",
        "consecutiveErrorLimit: -1 | consecutiveErrorLimit: consecutiveErrorLimit must be >= 0",
        "count: 2, interval: 1m, failureLimit: 3 | count: count (2) must be >= failureLimit + consecutiveSuccessLimit (3 + 0) if both >= 0",
        "count: 4, interval: 1m, failureLimit: 3, consecutiveSuccessLimit: 2 | count: count (4) must be >= failureLimit + consecutiveSuccessLimit (3 + 2) if both >= 0",
        "count: 5, interval: 1m, failureLimit: 3, consecutiveSuccessLimit: 2 | -",
        "count: 1, failureLimit: -1, consecutiveSuccessLimit: 2 | count: count must be >= consecutiveSuccessLimit",
        "count: 1, inconclusiveLimit: 2 | count: count must be >= inconclusiveLimit",
        "count: 2 | interval: interval must be specified when count > 1",
        "count: 2, interval: '' | interval: interval must be specified when count > 1",
        "count: {{args.n}} | -",
        "count: -3 | -",
        "count: 0, failureLimit: 3 | -",
        "failureLimit: 3 | -",
        "interval: 5 minutes | interval: invalid interval string: time: unknown unit \" minutes\" in duration \"5 minutes\"",
        "interval: '5' | interval: invalid interval string: time: missing unit in duration \"5\"",
        "interval: {{args.i}} | -",
        "interval: 0s | -",
        "initialDelay: 1d | initialDelay: invalid startDelay string: time: unknown unit \"d\" in duration \"1d\"",
        "initialDelay: '' | -",
      })
  void aMetricIsCheckedLikeByArgoRollouts(String fields, @Nullable String problem) {
    Map<String, Object> tree = new HashMap<>();
    for (String field : fields.split(", ")) {
      String[] keyAndValue = field.split(": ", 2);
      String value = keyAndValue[1];
      boolean number = value.matches("-?[0-9]+");
      tree.put(keyAndValue[0], number ? (Object) Integer.valueOf(value) : value.replace("'", ""));
    }
    tree.put("name", "m");
    tree.put("provider", Map.of("web", Map.of("url", "http://x")));

    List<Problem> problems = MetricRules.check(Wire.decode(Metric.class, tree).value());

    assertThat(problems)
        .extracting(Problem::toString)
        .isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @Test
  void exactlyOneProviderIsWanted() {
    Metric metric = Metric.named("m").provider(QUERY).build();
    Provider two =
        new Provider(
            QUERY,
            null,
            WebRequest.get("http://x"),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Map.of());
    Provider plugins =
        Wire.decode(Provider.class, Map.of("plugin", Map.of("a/b", Map.of(), "c/d", Map.of())))
            .value();

    assertThat(MetricRules.check(metric.withProvider(Provider.none())))
        .extracting(Problem::toString)
        .containsExactly("provider: no provider specified");
    assertThat(MetricRules.check(metric.withProvider(two)))
        .extracting(Problem::toString)
        .containsExactly("provider: multiple providers specified");
    assertThat(MetricRules.check(metric.withProvider(plugins)))
        .extracting(Problem::toString)
        .containsExactly("provider: multiple providers specified");
  }

  @Test
  void aRunIsCheckedMetricByMetric() {
    Metric good = Metric.named("a").provider(QUERY).build();
    Metric bad = Wire.decode(Metric.class, Map.of("name", "a", "count", -1)).value();

    assertThat(MetricRules.checkAll(List.of()))
        .extracting(Problem::toString)
        .containsExactly("metrics: no metrics specified");
    assertThat(MetricRules.checkAll(List.of(good, bad)))
        .extracting(Problem::toString)
        .containsExactly(
            "metrics[1].name: duplicate name 'a'", "metrics[1].provider: no provider specified");
  }

  @Test
  void aBuilderReportsEveryProblemAtOnce() {
    assertThatThrownBy(
            () ->
                Metric.named("success-rate")
                    .count(3)
                    .failureLimit(-2)
                    .inconclusiveLimit(-1)
                    .initialDelay("soon")
                    .build())
        .isInstanceOf(InvalidObjectException.class)
        .hasMessage(
            """
            metric "success-rate" is invalid:
              failureLimit: failureLimit must be >= 0, or -1 to be disabled
              inconclusiveLimit: inconclusiveLimit must be >= 0
              interval: interval must be specified when count > 1
              initialDelay: invalid startDelay string: time: invalid duration "soon"
              provider: no provider specified""");
  }

  @Test
  void aBuiltMetricIsWhatYamlWouldSay() {
    Metric metric =
        Metric.named("success-rate")
            .interval(Duration.ofSeconds(90))
            .initialDelay(Duration.ofMinutes(5))
            .count("{{args.n}}")
            .successCondition("result[0] >= 0.95")
            .failureCondition("result[0] < 0.5")
            .failureLimit(1)
            .inconclusiveLimit(2)
            .consecutiveErrorLimit(3)
            .consecutiveSuccessLimit(4)
            .provider(QUERY)
            .build();

    assertThat(Wire.encode(metric))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("name", "success-rate"),
                Map.entry("interval", "1m30s"),
                Map.entry("initialDelay", "5m"),
                Map.entry("count", "{{args.n}}"),
                Map.entry("successCondition", "result[0] >= 0.95"),
                Map.entry("failureCondition", "result[0] < 0.5"),
                Map.entry("failureLimit", 1),
                Map.entry("inconclusiveLimit", 2),
                Map.entry("consecutiveErrorLimit", 3),
                Map.entry("consecutiveSuccessLimit", 4),
                Map.entry(
                    "provider",
                    Map.of(
                        "prometheus",
                        Map.of("address", "http://prometheus:9090", "query", "up")))));
  }

  @Test
  void aBuiltSpecIsCheckedAsAWhole() {
    Metric metric = Metric.named("m").provider(QUERY).build();

    assertThatThrownBy(
            () ->
                AnalysisSpec.builder()
                    .metric(metric)
                    .metric(metric)
                    .arg(Argument.required("service"))
                    .arg("empty", "")
                    .arg(Argument.fromSecret("token", "s", "k"))
                    .build())
        .isInstanceOf(InvalidObjectException.class)
        .hasMessage(
            """
            analysis is invalid:
              metrics[1].name: duplicate name 'm'
              args[0]: argument "service" has no value; give it one, or a secretKeyRef""");
    assertThatThrownBy(AnalysisSpec::of)
        .hasMessage("analysis is invalid:\n  metrics: no metrics specified");
  }

  @Test
  void aBuiltSpecHoldsWhatWasPutIn() {
    Metric metric = Metric.named("m").provider(QUERY).build();
    TtlStrategy ttl = new TtlStrategy(60, null, 3600);

    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(metric)
            .arg("service", "shop")
            .dryRun("m")
            .measurementRetention("m", 20)
            .ttlStrategy(ttl)
            .build();

    assertThat(spec)
        .isEqualTo(
            new AnalysisSpec(
                List.of(metric),
                List.of(Argument.of("service", "shop")),
                false,
                List.of(new DryRun("m")),
                List.of(new MeasurementRetention("m", 20)),
                ttl));
    assertThat(spec.terminated().terminate()).isTrue();
    assertThat(spec.withArgs(List.of()).args()).isEmpty();
  }

  @Test
  void everyProviderFindsItsPlace() {
    List<String> keys = new ArrayList<>();
    Map<String, Object> blocks = new HashMap<>();
    for (String key :
        List.of(
            "prometheus",
            "kayenta",
            "web",
            "datadog",
            "wavefront",
            "newRelic",
            "job",
            "cloudWatch",
            "graphite",
            "influxdb",
            "skywalking")) {
      blocks.put(key, Map.of());
    }
    blocks.put("plugin", Map.of("acme/queue", Map.of("queue", "orders")));
    Provider all = Wire.decode(Provider.class, blocks).value();

    all.configured()
        .forEach(
            config -> {
              keys.add(config.key());
              Provider alone = Provider.of(config);
              assertThat(alone.only()).isEqualTo(config);
              assertThat(Wire.encode(alone)).containsOnlyKeys(config.key());
            });

    assertThat(keys)
        .containsExactly(
            "prometheus",
            "kayenta",
            "web",
            "datadog",
            "wavefront",
            "newRelic",
            "job",
            "cloudWatch",
            "graphite",
            "influxdb",
            "skywalking",
            "plugin");
    assertThat(all.plugin()).containsEntry("acme/queue", JsonObject.of(Map.of("queue", "orders")));
    assertThatThrownBy(all::only).hasMessage("multiple providers specified");
    assertThatThrownBy(() -> Provider.none().only()).hasMessage("no provider specified");
  }

  @Test
  void credentialsAreNotPrinted() {
    Map<String, Object> tree =
        Map.of(
            "prometheus",
            Map.of(
                "headers", List.of(Map.of("key", "Authorization", "value", "hunter2")),
                "authentication",
                    Map.of(
                        "basicAuth", Map.of("username", "u", "password", "hunter2"),
                        "oauth2", Map.of("clientId", "c", "clientSecret", "hunter2"))));

    assertThat(Wire.decode(Provider.class, tree).value().toString()).doesNotContain("hunter2");
    assertThat(Argument.of("token", "hunter2").toString()).doesNotContain("hunter2");
  }
}
