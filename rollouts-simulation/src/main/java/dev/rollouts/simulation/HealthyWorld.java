package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.Observed;
import dev.rollouts.engine.analysis.explain.Comparison;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.engine.condition.ConditionOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What back-ends answer when nobody says: for each metric a value with which its conditions are
 * content, found by trying.
 *
 * @param scripts by name of metric as the spec has it, placeholders included
 * @param words what each metric was given, for people; or that nothing was found
 */
public record HealthyWorld(Map<String, Script> scripts, List<String> words) {
  private static final double[] ORDINARY = {0, 1, 0.5, 0.99, 100, -1, 0.01, 10, 1000};

  /** Finds values for the metrics of a spec whose arguments have been given. */
  public static HealthyWorld of(AnalysisSpec spec) {
    ConditionEvaluator conditions = new ConditionEvaluator();
    Map<String, Script> scripts = new LinkedHashMap<>();
    List<String> words = new ArrayList<>();
    List<AnalysisForecast.Outlook> resolved =
        AnalysisForecast.of(spec, AnalysisRunStatus.pending(), Instant.EPOCH).metrics();
    for (int i = 0; i < resolved.size(); i++) {
      Metric metric = resolved.get(i).metric();
      Found found = judgesItself(metric) ? Found.verdict() : find(conditions, metric);
      scripts.put(spec.metrics().get(i).name(), found.script());
      words.add(metric.name() + " answers " + found.words());
    }
    return new HealthyWorld(scripts, words);
  }

  /**
   * Answers for every metric that is asked about, whatever its template: the value is looked for
   * when the metric is first measured, its placeholders resolved.
   */
  public static Script everything() {
    Map<Metric, Script> known = new ConcurrentHashMap<>();
    ConditionEvaluator conditions = new ConditionEvaluator();
    return Script.delegating(
        question ->
            known.computeIfAbsent(
                question.metric(),
                metric ->
                    judgesItself(metric)
                        ? Found.verdict().script()
                        : find(conditions, metric).script()));
  }

  private record Found(Script script, String words) {
    static Found verdict() {
      return new Found(Script.verdict(AnalysisPhase.SUCCESSFUL), "Successful");
    }
  }

  private static boolean judgesItself(Metric metric) {
    List<ProviderConfig> configured = metric.provider().configured();
    if (configured.size() != 1) {
      return false;
    }
    ProviderConfig config = configured.get(0);
    boolean conditions = metric.successCondition() != null || metric.failureCondition() != null;
    return config instanceof JobTemplate
        || config instanceof KayentaCanary
        || (config instanceof PluginConfig && !conditions);
  }

  private static Found find(ConditionEvaluator conditions, Metric metric) {
    for (double candidate : candidates(metric)) {
      Script script = Script.constant(candidate);
      if (isContent(conditions, metric, script)) {
        return new Found(script, plain(candidate));
      }
    }
    for (Object shaped : Likeness.of(metric)) {
      ResultKind kind = ResultKind.ofJson(shaped);
      Script script = Script.always(Observation.of(kind, shaped, Json.write(shaped)));
      if (isContent(conditions, metric, script)) {
        return new Found(script, Json.write(shaped));
      }
    }
    return new Found(
        Script.constant(1), "1, for want of an answer that its conditions are content with");
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }

  /** Whether the success condition holds and the failure condition does not. */
  private static boolean isContent(ConditionEvaluator conditions, Metric metric, Script script) {
    Question question =
        new Question(
            metric, Map.of(), Observed.Asked.MEASURE, 1, Duration.ZERO, Instant.EPOCH, null, 0);
    return script.answer(question).observation() instanceof Observation.Value value
        && says(conditions, metric.successCondition(), value, true)
        && says(conditions, metric.failureCondition(), value, false);
  }

  private static boolean says(
      ConditionEvaluator conditions,
      @Nullable String condition,
      Observation.Value value,
      boolean wanted) {
    if (condition == null || condition.isEmpty()) {
      return true;
    }
    ConditionOutcome outcome =
        conditions.evaluate(
            conditions.compile(condition, value.kind()), value.value(), Instant.EPOCH);
    return wanted
        ? outcome instanceof ConditionOutcome.True
        : outcome instanceof ConditionOutcome.False;
  }

  /** Numbers near those that the conditions compare with, on either side, then ordinary ones. */
  private static Set<Double> candidates(Metric metric) {
    Set<Double> candidates = new LinkedHashSet<>();
    for (String condition : conditionsOf(metric)) {
      for (Comparison comparison : Comparison.in(condition)) {
        candidates.add(content(comparison));
        candidates.add(round(comparison.threshold() / 2));
        candidates.add(comparison.threshold());
        candidates.add(round(comparison.threshold() + 1));
        candidates.add(round(comparison.threshold() - 1));
      }
    }
    for (double ordinary : ORDINARY) {
      candidates.add(ordinary);
    }
    return candidates;
  }

  static List<String> conditionsOf(Metric metric) {
    List<String> conditions = new ArrayList<>();
    Optional.ofNullable(metric.successCondition()).ifPresent(conditions::add);
    Optional.ofNullable(metric.failureCondition()).ifPresent(conditions::add);
    return conditions;
  }

  /** A number on the side that the comparison wants; between it and 1 for a share. */
  static double content(Comparison comparison) {
    double threshold = comparison.threshold();
    boolean share = threshold > 0 && threshold < 1;
    return comparison.operator().startsWith(">")
        ? share ? round((1 + threshold) / 2) : round(threshold * 1.25)
        : round(threshold / 2);
  }

  private static double round(double number) {
    return Math.round(number * 10_000) / 10_000.0;
  }
}
