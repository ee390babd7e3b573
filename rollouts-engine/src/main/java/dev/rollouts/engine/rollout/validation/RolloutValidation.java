package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.rollout.validation.References.Named;
import dev.rollouts.engine.traffic.RouterSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a controller refuses a rollout for, in the order of docs/spec/rollout-api.md#validation.
 * Stateless and thread-safe.
 */
public final class RolloutValidation {
  private RolloutValidation() {}

  /**
   * What a controller reports: the text after {@code is invalid: }, or empty when nothing is wrong
   * (R-510, R-511).
   *
   * @param resolved with the template and selector of the workload, where it refers to one
   * @param seen its objects and templates are looked at; what is absent does not exist
   */
  public static Optional<String> firstError(
      Rollout resolved, RolloutObservations seen, RouterSettings settings) {
    List<FieldError> errors = spec(resolved, true);
    if (errors.isEmpty()) {
      errors = lookups(resolved, seen, settings);
    }
    if (errors.isEmpty()) {
      errors = contents(resolved, seen, settings);
    }
    return errors.stream().findFirst().map(FieldError::toString);
  }

  /** Everything that is wrong, with {@link #spec} first. */
  public static List<FieldError> allProblems(
      Rollout resolved, RolloutObservations seen, RouterSettings settings) {
    List<FieldError> errors = new ArrayList<>(spec(resolved, true));
    errors.addAll(lookups(resolved, seen, settings));
    errors.addAll(contents(resolved, seen, settings));
    return errors;
  }

  /**
   * What can be seen from the rollout alone: rows 1 to 41.
   *
   * @param resolved whether template and selector are those of the workload, where the rollout
   *     refers to one; if not, an empty template is passed over
   */
  public static List<FieldError> spec(Rollout rollout, boolean resolved) {
    FieldErrors errors = new FieldErrors();
    SpecRules.check(rollout.spec(), resolved, errors);
    return errors.toList();
  }

  /**
   * What is wrong with the pod template of a ReplicaSet: row 7. Paths start at {@code template}.
   *
   * @param selector that its labels must satisfy; null when there is none to ask
   */
  public static List<FieldError> podTemplate(
      JsonObject template, @Nullable LabelSelector selector) {
    FieldErrors errors = new FieldErrors();
    PodTemplateRules.check(template.fields(), selector, Place.of("template"), errors);
    return errors.toList();
  }

  /** References that lead nowhere, and routers that name nothing: rows 50 to 58. */
  public static List<FieldError> lookups(
      Rollout rollout, RolloutObservations seen, RouterSettings settings) {
    FieldErrors errors = new FieldErrors();
    new LookupRules(new References(rollout, settings), seen, errors).check();
    return errors.toList();
  }

  /** Referents that cannot be used: rows 60 to 70. What is absent is passed over. */
  public static List<FieldError> contents(
      Rollout rollout, RolloutObservations seen, RouterSettings settings) {
    FieldErrors errors = new FieldErrors();
    new ContentRules(rollout, new References(rollout, settings), seen, errors).check();
    return errors.toList();
  }

  /**
   * What validation looks at beside the rollout.
   *
   * @param soFar what has been read; references inside it lead further
   */
  public static RolloutEngine.Reads reads(
      Rollout rollout, RolloutObservations soFar, RouterSettings settings) {
    References references = new References(rollout, settings);
    Set<ObjectKey> objects = new LinkedHashSet<>();
    references.objects().map(Named::key).forEach(objects::add);
    references
        .meshServices()
        .forEach(each -> LookupRules.router(each, soFar).ifPresent(objects::add));
    Set<TemplateRef> templates = new LinkedHashSet<>();
    for (References.Analysis each : references.analyses()) {
      each.analysis().templates().forEach(ref -> collect(ref, soFar, templates));
    }
    return new RolloutEngine.Reads(objects, templates);
  }

  private static void collect(
      TemplateRef ref, RolloutObservations soFar, Set<TemplateRef> templates) {
    AnalysisTemplateSpec template = soFar.templates().get(ref);
    if (templates.add(ref) && template != null) {
      template.templates().forEach(nested -> collect(nested, soFar, templates));
    }
  }
}
