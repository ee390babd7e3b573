package dev.rollouts.api.provider.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PromQL query.
 *
 * @param address base URL; a path prefix is kept. Absent: the environment variable {@code
 *     ARGO_ROLLOUTS_PROMETHEUS_ADDRESS}
 * @param timeout seconds for the whole exchange, default 30; 0 expires at once, negative is refused
 * @param insecure skip TLS verification
 * @param headers set on every request, token requests included; they win over other credentials
 *     (P-022)
 * @param rangeQuery present: a range query instead of an instant one
 */
public record PrometheusQuery(
    @Nullable String address,
    String query,
    @Nullable Long timeout,
    boolean insecure,
    List<Header> headers,
    @Nullable RangeQuery rangeQuery,
    @Nullable Authentication authentication)
    implements ProviderConfig {

  /** Default of {@code timeout}. */
  public static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(30);

  public PrometheusQuery {
    headers = List.copyOf(headers);
  }

  /** An instant query against a server such as {@code http://prometheus:9090}. */
  public static PrometheusQuery of(String address, String query) {
    return new PrometheusQuery(address, query, null, false, List.of(), null, null);
  }

  /**
   * The time for the whole exchange; the default when absent. May be negative, which the provider
   * refuses.
   */
  public Duration timeoutOrDefault() {
    return timeout == null ? TIMEOUT_DEFAULT : Duration.ofSeconds(timeout);
  }

  /** The same query with another time limit, in whole seconds. */
  public PrometheusQuery withTimeout(Duration limit) {
    return new PrometheusQuery(
        address, query, limit.toSeconds(), insecure, headers, rangeQuery, authentication);
  }

  /** The same query over a range of time. */
  public PrometheusQuery withRange(String start, String end, String step) {
    return new PrometheusQuery(
        address,
        query,
        timeout,
        insecure,
        headers,
        new RangeQuery(start, end, step),
        authentication);
  }

  /** The same query with one more header. */
  public PrometheusQuery withHeader(String headerKey, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(headerKey, value));
    return new PrometheusQuery(address, query, timeout, insecure, more, rangeQuery, authentication);
  }

  /** The same query with credentials. */
  public PrometheusQuery withAuthentication(Authentication credentials) {
    return new PrometheusQuery(address, query, timeout, insecure, headers, rangeQuery, credentials);
  }

  /**
   * The range of a range query.
   *
   * @param start expression that yields a time, such as {@code now() - duration("1h")}
   * @param end expression that yields a time
   * @param step resolution, a duration
   */
  public record RangeQuery(String start, String end, String step) {}

  @Override
  public String key() {
    return "prometheus";
  }

  @Override
  public String typeName() {
    return "Prometheus";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.prometheus(this);
  }
}
