package dev.rollouts.testing;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.wire.JsonObject;
import java.util.Map;

/** The kit with a provider that leaves measurements in progress and is handed over by hand. */
class TicketProviderTest extends MetricProviderKit<PluginConfig> {
  /** Hands out a ticket and is done when asked again. */
  private static final class TicketProvider implements PluginMetricProvider {
    @Override
    public String pluginName() {
      return "acme/ticket";
    }

    @Override
    public Observation run(MeasurementContext context, PluginConfig config) {
      return Observation.inProgress(
          Map.of("ticket", context.metric() + "-" + context.attempt()),
          context.now().plusSeconds(5));
    }

    @Override
    public Observation resume(
        MeasurementContext context, PluginConfig config, Measurement inFlight) {
      return inFlight.metadata().containsKey("ticket")
          ? Observation.verdict(AnalysisPhase.SUCCESSFUL)
          : Observation.failure("the measurement has no ticket");
    }
  }

  @Override
  protected MetricProvider<PluginConfig> provider() {
    return new TicketProvider();
  }

  @Override
  protected PluginConfig config() {
    return new PluginConfig("acme/ticket", JsonObject.empty());
  }

  @Override
  protected boolean answersAtOnce() {
    return false;
  }

  @Override
  protected boolean isRegistered() {
    return false;
  }
}
