package dev.rollouts.simulation;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.CloudWatchQuery;
import dev.rollouts.api.provider.config.DatadogQuery;
import dev.rollouts.api.provider.config.GraphiteQuery;
import dev.rollouts.api.provider.config.InfluxdbQuery;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.NewRelicQuery;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.SkyWalkingQuery;
import dev.rollouts.api.provider.config.WavefrontQuery;
import dev.rollouts.api.provider.config.WebRequest;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Gives numbers the shape in which a provider would answer with them, so that a template's
 * conditions mean what they say.
 */
final class Shape implements ProviderConfig.Handler<Observation> {
  private final Metric metric;
  private final List<Double> numbers;

  private Shape(Metric metric, List<Double> numbers) {
    this.metric = metric;
    this.numbers = numbers;
  }

  /** As the metric's own provider answers. */
  static Observation ofProvider(Metric metric, List<Double> numbers) {
    List<ProviderConfig> configured = metric.provider().configured();
    return configured.size() == 1
        ? configured.get(0).accept(new Shape(metric, numbers))
        : vector(numbers);
  }

  static Observation vector(List<Double> numbers) {
    return Observation.of(
        ResultKind.VECTOR,
        numbers,
        numbers.stream().map(Shape::plain).collect(Collectors.joining(",", "[", "]")));
  }

  /** The first number; no data is nil. */
  static Observation scalar(List<Double> numbers) {
    return numbers.isEmpty()
        ? Observation.of(ResultKind.NIL, null, "null")
        : Observation.of(ResultKind.SCALAR, numbers.get(0), plain(numbers.get(0)));
  }

  /** The first number inside an object; no data is nil. */
  static Observation field(String name, List<Double> numbers) {
    return numbers.isEmpty()
        ? Observation.of(ResultKind.NIL, null, "null")
        : Observation.of(
            ResultKind.MAP,
            Map.of(name, numbers.get(0)),
            "{\"" + name + "\":" + plain(numbers.get(0)) + "}");
  }

  /** Shortest digits without an exponent, as Prometheus writes them. */
  static String plain(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
  }

  @Override
  public Observation prometheus(PrometheusQuery query) {
    return vector(numbers);
  }

  @Override
  public Observation graphite(GraphiteQuery query) {
    return vector(numbers);
  }

  @Override
  public Observation wavefront(WavefrontQuery query) {
    if (numbers.isEmpty()) {
      return Observation.failure("No TimeSeries found in response from Wavefront");
    }
    return numbers.size() == 1 ? scalar(numbers) : vector(numbers);
  }

  @Override
  public Observation web(WebRequest request) {
    return scalar(numbers);
  }

  @Override
  public Observation datadog(DatadogQuery query) {
    return numbers.size() > 1 ? vector(numbers) : scalar(numbers);
  }

  @Override
  public Observation plugin(PluginConfig config) {
    return scalar(numbers);
  }

  @Override
  public Observation influxdb(InfluxdbQuery query) {
    return numbers.isEmpty()
        ? Observation.failure("no results returned from flux query")
        : Observation.of(
            ResultKind.ROWS,
            numbers,
            numbers.stream().map(Shape::plain).collect(Collectors.joining(" ", "[", "]")));
  }

  @Override
  public Observation cloudWatch(CloudWatchQuery query) {
    if (numbers.isEmpty()) {
      return Observation.of(ResultKind.NIL, null, "[]");
    }
    Map<String, Object> result =
        Map.of(
            "Id", metric.name(),
            "Label", metric.name(),
            "Messages", List.of(),
            "StatusCode", "Complete",
            "Timestamps", List.of(),
            "Values", numbers);
    return Observation.of(
        ResultKind.RECORDS,
        List.of(result),
        numbers.stream().map(Shape::plain).collect(Collectors.joining(" ", "[[", "]]")));
  }

  @Override
  public Observation newRelic(NewRelicQuery query) {
    if (numbers.isEmpty()) {
      return Observation.failure("no results returned from NRQL query");
    }
    throw unshaped("newRelic answers with an object", "asField(\"<name>\") or field: <name>");
  }

  @Override
  public Observation skywalking(SkyWalkingQuery query) {
    throw unshaped("skywalking answers with an object", "asField(\"<name>\") or field: <name>");
  }

  @Override
  public Observation job(JobTemplate job) {
    throw unshaped("a job judges by itself", "Script.verdict(…) or verdict: Successful");
  }

  @Override
  public Observation kayenta(KayentaCanary canary) {
    throw unshaped("kayenta judges by itself", "Script.verdict(…) or verdict: Successful");
  }

  private IllegalArgumentException unshaped(String why, String remedy) {
    return new IllegalArgumentException(
        "metric \"%s\": its script says a number, but %s; use %s"
            .formatted(metric.name(), why, remedy));
  }
}
