package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.ProviderConfig;
import java.util.List;

/** Who judges a metric's measurements. */
final class Judged {
  private Judged() {}

  /**
   * Whether the metric's conditions do; false where the back-end judges by itself. A plugin
   * may do either.
   */
  static boolean byConditions(Metric metric) {
    List<ProviderConfig> configured = metric.provider().configured();
    if (configured.isEmpty()) {
      return true;
    }
    ProviderConfig config = configured.get(0);
    if (config instanceof PluginConfig) {
      return !success(metric).isEmpty() || !failure(metric).isEmpty();
    }
    return !(config instanceof JobTemplate || config instanceof KayentaCanary);
  }

  /** The text of the success condition; empty when there is none. */
  static String success(Metric metric) {
    return metric.successCondition() == null ? "" : metric.successCondition();
  }

  /** The text of the failure condition; empty when there is none. */
  static String failure(Metric metric) {
    return metric.failureCondition() == null ? "" : metric.failureCondition();
  }

  /** The key of the provider in YAML, for sentences. */
  static String provider(Metric metric) {
    List<ProviderConfig> configured = metric.provider().configured();
    return configured.isEmpty() ? "provider" : configured.get(0).key();
  }
}
