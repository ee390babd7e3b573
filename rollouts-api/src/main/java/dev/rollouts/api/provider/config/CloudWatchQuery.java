package dev.rollouts.api.provider.config;

import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GetMetricData call.
 *
 * @param interval window length, default 5m
 */
public record CloudWatchQuery(String interval, @Required List<MetricDataQuery> metricDataQueries)
    implements ProviderConfig {

  public CloudWatchQuery {
    metricDataQueries = List.copyOf(metricDataQueries);
  }

  /** One query, either an expression or a metric. */
  public record MetricDataQuery(
      String id,
      @Nullable String expression,
      @Nullable String label,
      @Nullable MetricStat metricStat,
      @Nullable IntOrString period,
      @Nullable Boolean returnData) {}

  /** A metric and how to aggregate it. */
  public record MetricStat(
      @Nullable CloudWatchMetric metric, @Nullable IntOrString period, String stat, String unit) {}

  /** Which metric. */
  public record CloudWatchMetric(
      List<Dimension> dimensions, String metricName, @Nullable String namespace) {
    public CloudWatchMetric {
      dimensions = List.copyOf(dimensions);
    }
  }

  /** A dimension to select by. */
  public record Dimension(String name, String value) {}

  @Override
  public String key() {
    return "cloudWatch";
  }

  @Override
  public String typeName() {
    return "CloudWatch";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.cloudWatch(this);
  }
}
