package dev.rollouts.runner;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Argument.SecretKeyRef;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.MeasurementContext.TimeRange;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.provider.SecretSource.Scope;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.PrometheusQuery.RangeQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEffect.Asking;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import dev.rollouts.engine.analysis.args.Arguments;
import dev.rollouts.engine.analysis.args.Placeholders;
import dev.rollouts.engine.analysis.args.UnresolvedArgumentException;
import dev.rollouts.engine.condition.ConditionError;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.engine.condition.TimeOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the measurements that a decision asks for: resolves the arguments, secrets included, asks
 * the provider, and hands back what to fold. Every outcome is an {@link Observed}: nothing that a
 * provider throws gets past it, and nothing that a back-end echoes of a secret.
 *
 * <p>Blocks as long as the provider does; a call that must not outlast a limit belongs on a thread
 * that can be interrupted, as {@link AnalysisRunner} does it. An interrupted thread stays
 * interrupted. Thread-safe.
 */
public final class Measurer {
  private static final int TEXT_MAX = 64 * 1024;
  private static final int METADATA_MAX = 64;

  private final Providers providers;
  private final ConditionEvaluator conditions;
  private final SecretSource secrets;
  private final Clock clock;

  /**
   * A measurer that asks these providers.
   *
   * @param conditions evaluates the start and end of range queries, and conditions that mention
   *     secrets
   * @param secrets read anew for every measurement
   */
  public Measurer(
      Providers providers, ConditionEvaluator conditions, SecretSource secrets, Clock clock) {
    this.providers = requireNonNull(providers, "providers");
    this.conditions = requireNonNull(conditions, "conditions");
    this.secrets = requireNonNull(secrets, "secrets");
    this.clock = requireNonNull(clock, "clock");
  }

  /** The same measurer with other secrets. */
  Measurer with(SecretSource others) {
    return new Measurer(providers, conditions, others, clock);
  }

  /**
   * Performs an effect that an observation answers. Doing it twice is harmless: see {@link
   * MeasurementId}.
   */
  public Observed measure(RunIdentity run, AnalysisSpec spec, Asking effect) {
    Instant startedAt = clock.instant();
    Redactor redactor = new Redactor();
    Call<?> call;
    try {
      call = prepare(run, spec, effect.metric(), effect.id(), effect.runStartedAt(), redactor);
    } catch (SecretSource.UnavailableException | UnresolvedArgumentException e) {
      return new Observed.ArgumentsUnresolved(
          effect.id(), redactor.text(bounded(String.valueOf(e.getMessage()))));
    } catch (CannotMeasureException e) {
      return failed(effect, redactor, String.valueOf(e.getMessage()), startedAt);
    } catch (Throwable e) {
      return failed(effect, redactor, "could not be prepared: " + describe(e), startedAt);
    }
    try {
      Observation answer = PluginErrors.named(call.config, effect, call.ask(effect));
      Instant finishedAt = clock.instant();
      Observation observation =
          SecretConditions.judge(conditions, spec, effect.metric(), call.metric, answer, finishedAt)
              .accept(new Safe(redactor));
      return new Observed.Answer(
          effect.id(),
          Observed.askedBy(effect),
          observation,
          effect instanceof AnalysisEffect.Measure ? metadata(call, redactor) : Map.of(),
          startedAt,
          finishedAt);
    } catch (Throwable e) {
      return failed(
          effect,
          redactor,
          PluginErrors.prefix(call.config, effect)
              + "provider %s broke: %s".formatted(call.config.typeName(), describe(e)),
          startedAt);
    }
  }

  /**
   * Removes what dropped measurements left in the back-end.
   *
   * @param attempt number of the newest measurement, for the provider's context
   * @return why it could not be done; what was left stays until measurements of this metric are
   *     dropped again
   */
  public Optional<String> collectGarbage(
      RunIdentity run, AnalysisSpec spec, AnalysisEffect.CollectGarbage effect, int attempt) {
    Redactor redactor = new Redactor();
    try {
      MeasurementId id = new MeasurementId(effect.metric().name(), attempt);
      prepare(run, spec, effect.metric(), id, null, redactor).collectGarbage(effect.keep());
      return Optional.empty();
    } catch (Throwable e) {
      String message =
          "metric \"%s\": what old measurements left could not be removed: %s"
              .formatted(effect.metric().name(), describe(e));
      return Optional.of(redactor.text(bounded(message)));
    }
  }

  /** Everything that a provider needs, resolved. */
  private Call<?> prepare(
      RunIdentity run,
      AnalysisSpec spec,
      Metric template,
      MeasurementId id,
      @Nullable Instant runStartedAt,
      Redactor redactor)
      throws SecretSource.UnavailableException,
          UnresolvedArgumentException,
          CannotMeasureException {
    Map<String, String> values = values(spec, redactor);
    Metric metric = Placeholders.resolve(template, values);
    ProviderConfig config = config(metric);
    Instant now = clock.instant();
    MeasurementContext context =
        MeasurementContext.of(run, id.metric(), id.attempt(), now)
            .within(runStartedAt, interval(metric))
            .withSecrets(
                (scope, name) -> {
                  Map<String, Secret> read = secrets.read(scope, name);
                  read.values().forEach(redactor::add);
                  return read;
                });
    if (config instanceof PrometheusQuery query && query.rangeQuery() != null) {
      context = context.withRange(range(query.rangeQuery(), now));
    }
    return Call.of(providers, metric, config, context);
  }

  /** The values of all arguments, used or not. */
  private Map<String, String> values(AnalysisSpec spec, Redactor redactor)
      throws SecretSource.UnavailableException, UnresolvedArgumentException {
    Map<String, Map<String, Secret>> read = new HashMap<>();
    Map<String, String> values = new LinkedHashMap<>();
    for (Argument arg : spec.args()) {
      SecretKeyRef ref = arg.secretKeyRef();
      if (ref == null) {
        values.put(arg.name(), Arguments.literal(arg));
        continue;
      }
      Map<String, Secret> keys = read.get(ref.name());
      if (keys == null) {
        keys = secrets.read(Scope.RUN, ref.name());
        read.put(ref.name(), keys);
      }
      Secret secret = keys.get(ref.key());
      if (secret == null) {
        throw new SecretSource.UnavailableException(
            "key '%s' does not exist in secret '%s'".formatted(ref.key(), ref.name()));
      }
      redactor.add(secret);
      values.put(arg.name(), secret.reveal());
    }
    return values;
  }

  private static ProviderConfig config(Metric metric) throws CannotMeasureException {
    try {
      return metric.provider().only();
    } catch (IllegalStateException noneOrMany) {
      throw new CannotMeasureException(String.valueOf(noneOrMany.getMessage()));
    }
  }

  private static @Nullable Duration interval(Metric metric) {
    String interval = metric.interval();
    return interval == null || interval.isEmpty()
        ? null
        : GoDuration.tryParse(interval).orElse(null);
  }

  private TimeRange range(RangeQuery range, Instant now) throws CannotMeasureException {
    return new TimeRange(time("start", range.start(), now), time("end", range.end(), now));
  }

  private Instant time(String field, String expression, Instant now) throws CannotMeasureException {
    TimeOutcome outcome = conditions.evaluateTime(expression, now);
    if (outcome instanceof TimeOutcome.At at) {
      return at.instant();
    }
    ConditionError error = ((TimeOutcome.Failed) outcome).error();
    throw new CannotMeasureException(
        "failed to parse rangeQuery.%s as time: %s".formatted(field, error.detail()));
  }

  /**
   * What the provider says of the metric itself; if it fails at that, so much is recorded instead.
   */
  private static Map<String, String> metadata(Call<?> call, Redactor redactor) {
    try {
      return redactor.text(bounded(call.metadata()));
    } catch (Throwable e) {
      return Map.of("error", redactor.text(bounded(describe(e))));
    }
  }

  private Observed failed(Asking effect, Redactor redactor, String message, Instant startedAt) {
    return Observed.Answer.of(
        effect, Observation.failure(redactor.text(bounded(message))), startedAt, clock.instant());
  }

  /** One line about something thrown; never its stack, which names nothing that a user knows. */
  private static String describe(Throwable thrown) {
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    try {
      String message = thrown.getMessage();
      if (thrown instanceof CannotMeasureException
          || thrown instanceof SecretSource.UnavailableException
          || thrown instanceof UnresolvedArgumentException) {
        return String.valueOf(message);
      }
      String name = thrown.getClass().getName();
      return message == null || message.isBlank() ? name : name + ": " + message;
    } catch (Throwable hostile) {
      return thrown.getClass().getName();
    }
  }

  private static String bounded(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX - 1) + "…";
  }

  private static Map<String, String> bounded(Map<String, String> metadata) {
    Map<String, String> bounded = new LinkedHashMap<>();
    metadata.entrySet().stream()
        .limit(METADATA_MAX)
        .forEach(each -> bounded.put(bounded(each.getKey()), bounded(each.getValue())));
    return bounded;
  }

  /** A measurement that cannot even be tried; an Error, retried like any other. */
  private static final class CannotMeasureException extends Exception {
    private static final long serialVersionUID = 1L;

    CannotMeasureException(String message) {
      super(message);
    }
  }

  /** A provider, what it is asked and in which context. */
  private record Call<C extends ProviderConfig>(
      MetricProvider<C> provider, Metric metric, C config, MeasurementContext context) {
    static <C extends ProviderConfig> Call<C> of(
        Providers providers, Metric metric, C config, MeasurementContext context)
        throws CannotMeasureException {
      MetricProvider<C> provider =
          providers
              .find(config)
              .orElseThrow(
                  () ->
                      new CannotMeasureException(
                          "metric \"%s\": %s"
                              .formatted(context.metric(), providers.missing(config))));
      return new Call<>(provider, metric, config, context);
    }

    Observation ask(Asking effect) {
      Observation observation;
      if (effect instanceof AnalysisEffect.Resume resume) {
        observation = provider.resume(context, config, resume.inFlight());
      } else if (effect instanceof AnalysisEffect.Terminate terminate) {
        observation = provider.terminate(context, config, terminate.inFlight());
      } else {
        observation = provider.run(context, config);
      }
      return requireNonNull(observation, "it answered null; every outcome is an Observation");
    }

    Map<String, String> metadata() {
      return provider.metadata(config);
    }

    void collectGarbage(int keep) {
      provider.collectGarbage(context, config, keep);
    }
  }

  /** An observation without secrets, no longer than a status could ever use. */
  private record Safe(Redactor redactor) implements Observation.Handler<Observation> {
    private static final Set<ResultKind> NUMBERS =
        Set.of(ResultKind.SCALAR, ResultKind.VECTOR, ResultKind.BOOLEAN, ResultKind.NIL);

    @Override
    public Observation value(Observation.Value value) {
      String rendered = bounded(value.rendered());
      return new Observation.Value(
          value.kind(),
          redactor.carefulTree(value.value()),
          NUMBERS.contains(value.kind()) ? redactor.careful(rendered) : redactor.text(rendered),
          redactor.text(bounded(value.metadata())),
          value.keptOnError(),
          value.data());
    }

    @Override
    public Observation verdict(Observation.Verdict verdict) {
      return new Observation.Verdict(
          verdict.phase(),
          redactor.text(bounded(verdict.value())),
          redactor.text(bounded(verdict.message())),
          redactor.text(bounded(verdict.metadata())));
    }

    /** What a resume needs must come back as it was, so a coincidence must not change it. */
    @Override
    public Observation inProgress(Observation.InProgress inProgress) {
      return Observation.inProgress(
          redactor.careful(bounded(inProgress.metadata())), inProgress.resumeAt());
    }

    @Override
    public Observation failure(Observation.Failure failure) {
      return new Observation.Failure(
          redactor.text(bounded(failure.message())), redactor.text(bounded(failure.metadata())));
    }
  }
}
