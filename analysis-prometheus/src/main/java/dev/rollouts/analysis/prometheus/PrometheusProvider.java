package dev.rollouts.analysis.prometheus;

import dev.rollouts.analysis.http.Deadline;
import dev.rollouts.analysis.http.Exchange;
import dev.rollouts.analysis.http.Exchange.Trait;
import dev.rollouts.analysis.http.HttpAnswer;
import dev.rollouts.analysis.http.HttpFailure;
import dev.rollouts.analysis.http.HttpTransport;
import dev.rollouts.analysis.http.Numbers;
import dev.rollouts.analysis.http.Redaction;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.TimeRange;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.PrometheusQuery.RangeQuery;
import dev.rollouts.api.wire.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * PromQL, at one moment or over a range: one question per measurement, plus what authentication
 * asks for. Thread-safe.
 *
 * <p>Rules: docs/spec/providers.md#prometheus, P-020 to P-028.
 */
public final class PrometheusProvider implements MetricProvider<PrometheusQuery> {
  /** Where servers are when a query does not say. */
  static final String ADDRESS_VARIABLE = "ARGO_ROLLOUTS_PROMETHEUS_ADDRESS";

  /** To these statuses of a POST the same question is put by GET (P-020). */
  private static final Set<Integer> ASK_BY_GET = Set.of(403, 405, 501);

  private final @Nullable OkHttpClient client;
  private final HttpTransport transport;

  /** Uses the transport that all providers share. */
  public PrometheusProvider() {
    this(null, ProviderSettings.defaults());
  }

  /** Uses a client of the caller's; see {@link HttpTransport#over}. */
  public PrometheusProvider(OkHttpClient client) {
    this(client, ProviderSettings.defaults());
  }

  private PrometheusProvider(@Nullable OkHttpClient client, ProviderSettings settings) {
    this.client = client;
    this.transport =
        client == null ? HttpTransport.of(settings) : HttpTransport.over(client, settings);
  }

  @Override
  public MetricProvider<PrometheusQuery> withSettings(ProviderSettings settings) {
    return new PrometheusProvider(client, settings);
  }

  @Override
  public Class<PrometheusQuery> configType() {
    return PrometheusQuery.class;
  }

  /** Blocks for at most the query's time limit; every outcome is an observation. */
  @Override
  public Observation run(MeasurementContext context, PrometheusQuery query) {
    Redaction redaction = new Redaction();
    redaction.addHeaders(query.headers());
    Observation seen;
    try {
      seen = ask(context, query, redaction);
    } catch (HttpFailure failure) {
      seen = Observation.failure(String.valueOf(failure.getMessage()));
    }
    return redaction.clean(seen);
  }

  private Observation ask(MeasurementContext context, PrometheusQuery query, Redaction redaction)
      throws HttpFailure {
    Address address = Address.of(query.address(), transport.settings().variable(ADDRESS_VARIABLE));
    Duration limit = query.timeoutOrDefault();
    if (limit.isNegative()) {
      throw new HttpFailure("prometheus timeout should not be negative");
    }
    Map<String, String> parameters = parameters(context, query);
    Deadline deadline = Deadline.after(limit, "provider.prometheus.timeout");
    Credentials credentials = new Credentials(transport, query, deadline, redaction);
    String path = query.rangeQuery() == null ? "/api/v1/query" : "/api/v1/query_range";

    Exchange post = traits(query, Exchange.of("POST", address.at(path)).withForm(parameters));
    HttpAnswer answer = transport.send(credentials.applied(post), deadline);
    if (ASK_BY_GET.contains(answer.status())) {
      Exchange get = traits(query, Exchange.of("GET", address.at(path, parameters)));
      answer = transport.send(credentials.applied(get), deadline);
    }
    return PrometheusResponse.parse(answer);
  }

  private static Exchange traits(PrometheusQuery query, Exchange exchange) {
    Exchange repeatable = exchange.with(Trait.IDEMPOTENT);
    return query.insecure() ? repeatable.with(Trait.INSECURE) : repeatable;
  }

  private static Map<String, String> parameters(MeasurementContext context, PrometheusQuery query)
      throws HttpFailure {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("query", query.query());
    RangeQuery rangeQuery = query.rangeQuery();
    if (rangeQuery == null) {
      parameters.put("time", seconds(context.now()));
      return parameters;
    }
    TimeRange range = context.range();
    if (range == null) {
      throw new HttpFailure(
          "metric \"%s\": whoever called the provider did not evaluate rangeQuery.start and rangeQuery.end"
              .formatted(context.metric()));
    }
    parameters.put("start", seconds(range.start()));
    parameters.put("end", seconds(range.end()));
    parameters.put("step", step(rangeQuery.step()));
    return parameters;
  }

  private static String step(String step) throws HttpFailure {
    try {
      return Numbers.plain(GoDuration.parse(step).toNanos() / 1e9);
    } catch (IllegalArgumentException e) {
      throw new HttpFailure("failed to parse rangeQuery.step as duration: " + e.getMessage());
    }
  }

  private static String seconds(Instant time) {
    return Numbers.plain(time.getEpochSecond() + time.getNano() / 1e9);
  }

  /** The final query as {@code ResolvedPrometheusQuery}, unless it is empty (P-028). */
  @Override
  public Map<String, String> metadata(PrometheusQuery query) {
    return query.query().isEmpty() ? Map.of() : Map.of("ResolvedPrometheusQuery", query.query());
  }

  /**
   * A range yields a vector; whether a query at one moment yields a scalar or a vector is up to
   * PromQL.
   */
  @Override
  public Set<ResultKind> resultKinds(PrometheusQuery query) {
    return query.rangeQuery() == null
        ? EnumSet.of(ResultKind.SCALAR, ResultKind.VECTOR)
        : EnumSet.of(ResultKind.VECTOR);
  }
}
