package dev.rollouts.runner;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.engine.analysis.args.Placeholders;
import dev.rollouts.engine.condition.Assessment;
import dev.rollouts.engine.condition.ConditionEvaluator;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Judges values whose conditions mention a secret. Decisions see secrets masked, so such a
 * condition can be evaluated only where the measurement is taken; the decision gets the verdict.
 */
final class SecretConditions {
  private SecretConditions() {}

  /**
   * The observation itself, or the verdict on its value when a condition mentions a secret
   * argument.
   *
   * @param template the metric as the spec has it
   * @param resolved the metric with secrets
   */
  static Observation judge(
      ConditionEvaluator conditions,
      AnalysisSpec spec,
      Metric template,
      Metric resolved,
      Observation observation,
      Instant now) {
    if (!(observation instanceof Observation.Value value) || !mentionsSecret(spec, template)) {
      return observation;
    }
    Assessment assessment =
        conditions.assess(
            resolved.successCondition(),
            resolved.failureCondition(),
            value.kind(),
            value.value(),
            now);
    boolean error = assessment.phase() == AnalysisPhase.ERROR;
    return new Observation.Verdict(
        assessment.phase(),
        error && !value.keptOnError().contains(Observation.Value.Part.VALUE)
            ? ""
            : value.rendered(),
        assessment.message(),
        error && !value.keptOnError().contains(Observation.Value.Part.METADATA)
            ? Map.of()
            : value.metadata());
  }

  private static boolean mentionsSecret(AnalysisSpec spec, Metric template) {
    Set<String> secrets = new HashSet<>();
    for (Argument arg : spec.args()) {
      if (arg.secretKeyRef() != null) {
        secrets.add(arg.name());
      }
    }
    return !secrets.isEmpty()
        && (mentions(template.successCondition(), secrets)
            || mentions(template.failureCondition(), secrets));
  }

  private static boolean mentions(@Nullable String condition, Set<String> names) {
    AtomicBoolean found = new AtomicBoolean();
    if (condition != null) {
      Placeholders.scan(
          condition,
          inner -> {
            String name = Placeholders.argumentName(inner);
            if (name != null && names.contains(name)) {
              found.set(true);
            }
          });
    }
    return found.get();
  }
}
