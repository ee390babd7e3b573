package dev.rollouts.runner;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.WebRequest;
import java.time.Duration;
import java.util.List;

/**
 * How long a call may take before it is given up. A provider keeps its own time limit; this one is
 * for those that do not.
 *
 * @param least limit of providers whose configuration names no limit of their own
 */
record CallLimits(Duration least) {
  /** Beyond a limit of its own a provider has this long to give its answer. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Duration MOST = Duration.ofDays(1);

  /** The longer of the least limit and the metric's own limit with some grace. */
  Duration of(Metric metric) {
    Duration longest = least;
    for (ProviderConfig config : metric.provider().configured()) {
      Duration own = own(config).plus(GRACE);
      longest = own.compareTo(longest) > 0 ? own : longest;
    }
    return longest;
  }

  /** Whose threads a metric's calls use. */
  static String laneOf(Metric metric) {
    List<ProviderConfig> configured = metric.provider().configured();
    if (configured.isEmpty()) {
      return "none";
    }
    ProviderConfig config = configured.get(0);
    return config instanceof PluginConfig plugin ? "plugin " + plugin.name() : config.key();
  }

  private static Duration own(ProviderConfig config) {
    Duration own = Duration.ZERO;
    if (config instanceof PrometheusQuery query) {
      own = query.timeoutOrDefault();
    } else if (config instanceof WebRequest request) {
      own = request.timeoutOrDefault();
    }
    return own.compareTo(MOST) > 0 ? MOST : own;
  }
}
