package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.WavefrontQuery;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.runner.Providers;
import java.util.EnumSet;
import java.util.Set;

/** Stand-ins for the published providers, so that findings do not depend on who builds. */
final class KnownProviders {
  private KnownProviders() {}

  static Providers published() {
    EnumSet<ResultKind> none = EnumSet.noneOf(ResultKind.class);
    EnumSet<ResultKind> numbers = EnumSet.of(ResultKind.SCALAR, ResultKind.VECTOR);
    return Providers.of(
        new Known<>(PrometheusQuery.class, numbers),
        new Known<>(WebRequest.class, EnumSet.allOf(ResultKind.class)),
        new Known<>(WavefrontQuery.class, numbers),
        new Known<>(KayentaCanary.class, none),
        new Known<>(JobTemplate.class, none));
  }

  private record Known<C extends ProviderConfig>(Class<C> configType, Set<ResultKind> kinds)
      implements MetricProvider<C> {
    @Override
    public Set<ResultKind> resultKinds(C config) {
      return kinds;
    }

    @Override
    public Observation run(MeasurementContext context, C config) {
      return Observation.failure("nothing is measured here");
    }
  }
}
