package dev.rollouts.runner;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A provider that answers as the test says, and remembers what it was asked. */
class Scripted<C extends ProviderConfig> implements MetricProvider<C> {
  /** An answer to one call. */
  interface Answer<C> {
    Observation to(MeasurementContext context, C config) throws Exception;
  }

  private final Class<C> type;
  final List<MeasurementContext> asked = new ArrayList<>();
  final List<Measurement> resumed = new ArrayList<>();
  final List<Measurement> terminated = new ArrayList<>();
  final List<Integer> garbage = new ArrayList<>();
  private final Answer<C> run;
  private Answer<C> resume = (context, config) -> Observation.failure("not scripted");
  private Answer<C> terminate = (context, config) -> Observation.failure("not scripted");
  private Answer<C> collect = (context, config) -> Observation.value(true);
  private Map<String, String> metadata = Map.of();

  Scripted(Class<C> type, Answer<C> run) {
    this.type = type;
    this.run = run;
  }

  static Scripted<PrometheusQuery> prometheus(Answer<PrometheusQuery> run) {
    return new Scripted<>(PrometheusQuery.class, run);
  }

  static Scripted<KayentaCanary> kayenta(Answer<KayentaCanary> run) {
    return new Scripted<>(KayentaCanary.class, run);
  }

  Scripted<C> resuming(Answer<C> answer) {
    resume = answer;
    return this;
  }

  Scripted<C> terminating(Answer<C> answer) {
    terminate = answer;
    return this;
  }

  Scripted<C> collecting(Answer<C> answer) {
    collect = answer;
    return this;
  }

  Scripted<C> describedAs(Map<String, String> of) {
    metadata = of;
    return this;
  }

  @Override
  public Class<C> configType() {
    return type;
  }

  @Override
  public Observation run(MeasurementContext context, C config) {
    synchronized (this) {
      asked.add(context);
    }
    return answer(run, context, config);
  }

  @Override
  public Observation resume(MeasurementContext context, C config, Measurement inFlight) {
    synchronized (this) {
      resumed.add(inFlight);
    }
    return answer(resume, context, config);
  }

  @Override
  public Observation terminate(MeasurementContext context, C config, Measurement inFlight) {
    synchronized (this) {
      terminated.add(inFlight);
    }
    return answer(terminate, context, config);
  }

  @Override
  public void collectGarbage(MeasurementContext context, C config, int keep) {
    synchronized (this) {
      garbage.add(keep);
    }
    answer(collect, context, config);
  }

  @Override
  public Map<String, String> metadata(C config) {
    return metadata;
  }

  private Observation answer(Answer<C> answer, MeasurementContext context, C config) {
    try {
      return answer.to(context, config);
    } catch (Exception e) {
      throw Scripted.<RuntimeException>sneak(e);
    }
  }

  /** Providers in other languages throw checked exceptions without saying so. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E sneak(Exception e) throws E {
    throw (E) e;
  }
}
