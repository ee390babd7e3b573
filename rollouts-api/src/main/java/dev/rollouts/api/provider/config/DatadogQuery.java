package dev.rollouts.api.provider.config;

import dev.rollouts.api.wire.OrderedMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Datadog query.
 *
 * @param apiVersion {@code v1} or {@code v2}; default v1
 * @param interval window length, default 5m
 * @param query for v1, or a single one for v2
 * @param queries several, by name; v2
 * @param formula over {@code queries}; v2
 * @param aggregator v2; empty means last
 * @param requestTimeout default 10s
 */
public record DatadogQuery(
    String apiVersion,
    String interval,
    String query,
    Map<String, String> queries,
    String formula,
    String aggregator,
    @Nullable SecretRef secretRef,
    String requestTimeout)
    implements ProviderConfig {

  public DatadogQuery {
    queries = OrderedMap.copyOf(queries);
  }

  /**
   * Where the credentials are.
   *
   * @param namespaced true: in the namespace of the run; false: in that of the controller
   */
  public record SecretRef(String name, boolean namespaced) {}

  @Override
  public String key() {
    return "datadog";
  }

  @Override
  public String typeName() {
    return "Datadog";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.datadog(this);
  }
}
