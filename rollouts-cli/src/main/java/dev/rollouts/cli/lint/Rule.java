package dev.rollouts.cli.lint;

import java.util.Locale;

/** The rules, in the order of docs/spec/lint.md. */
public enum Rule {
  SYNTAX("the text is not YAML or JSON, or is beyond the limits"),
  DUPLICATE_KEY("a key twice in one object"),
  UNKNOWN_KIND("apiVersion and kind do not say what the object is"),
  NOT_CHECKED("an object of a kind that lint does not check yet"),
  NO_NAME("an object without a name"),
  DUPLICATE_OBJECT("two objects of the same kind, namespace and name"),
  UNKNOWN_FIELD("a field that the API does not have"),
  MISPLACED_FIELD("a field that belongs somewhere else"),
  WRONG_TYPE("a value of another type than the API wants"),
  MISSING_FIELD("a required field that is absent"),

  NO_METRICS("nothing to measure"),
  DUPLICATE_METRIC("two metrics of the same name"),
  METRIC_INVALID("a metric that validation refuses"),
  NUMBER_AS_TEXT("a number written as text that is none, which counts as 0"),
  LIMIT_UNREACHABLE("a limit that cannot be exceeded"),
  CANNOT_FAIL("a metric that can never be Failed"),
  ALL_DRY_RUN("every metric is a dry run"),
  INCONCLUSIVE_IMPOSSIBLE("inconclusiveLimit where no measurement can be Inconclusive"),
  NEVER_ENDS("a metric that is measured until something stops the run"),
  LONG_RUN("a metric that takes very long, or much longer than the others"),
  INTERVAL_SHORT("an interval that is too short"),

  CONDITION_ERROR("a condition that cannot be evaluated"),
  CONDITION_PARTIAL("a condition that fits only some of the results the provider can return"),
  CONDITION_CONSTANT("a condition that does not look at the result"),
  CONDITION_NEVER("a condition that is always or never true"),
  CONDITION_IGNORED("a condition on a provider that judges by itself"),
  NO_DATA("a condition that is an Error when there are no data"),
  NAN("a condition that decides about NaN by accident"),

  UNDECLARED_ARG("a placeholder for an argument that is not declared"),
  UNUSED_ARG("an argument that nothing uses"),
  UNSUPPLIED_ARG("an argument that can get no value"),
  DUPLICATE_ARG("two arguments of the same name"),
  ARG_TWO_SOURCES("an argument with a value and a source"),
  PLACEHOLDER("a placeholder that cannot be resolved, or is not resolved at its place"),
  SECRET_IN_SETTING("a setting that the engine reads, from a secret that it does not read"),

  TEMPLATE_CYCLE("templates that refer to each other in a circle"),
  TEMPLATE_CONFLICT("templates that cannot be merged"),
  TEMPLATE_NOT_FOUND("a reference to a template that is not among the files"),
  PATTERN_INVALID("a regular expression that does not compile"),
  PATTERN_UNMATCHED("a rule that matches no metric"),
  RETENTION_DEFAULT("a retention limit that means the default"),

  PROVIDER_ABSENT("a provider that is not on the class path"),
  PROVIDER_SETTING("a provider setting with which every measurement is an Error"),
  PROVIDER_SUSPICIOUS("a provider setting that hardly is what was meant"),
  PROVIDER_IGNORED("a provider setting that has no effect"),
  JOB_INVALID("a Job that the API server refuses"),
  JOB_ENDLESS("a Job that may never finish"),
  SECRET_IN_TEXT("a credential in plain text"),

  ROLLOUT_INVALID("a Rollout that validation refuses"),
  POD_TEMPLATE_INVALID("a pod template that the API server refuses"),
  REFERENCE_INVALID("something that a Rollout refers to and cannot use"),
  REFERENCE_NOT_FOUND("a reference to an object that is not among the files"),
  EXPERIMENT_INVALID("an Experiment that validation refuses"),
  EXPERIMENT_ENDLESS("an Experiment that nothing ends"),
  NO_STEPS("a canary without steps"),
  PAUSE_ENDLESS("a pause that waits for a person"),
  WEIGHT_UNCHANGED("a setWeight that changes nothing"),
  WEIGHT_FALLS("a setWeight that takes traffic away again"),
  WEIGHT_UNREACHABLE("a weight that so few pods cannot have"),
  ANALYSIS_CUT_SHORT("a background analysis that the steps do not leave time for"),
  ARG_IGNORED("an argument that no template declares"),
  DEADLINE_SHORT("a deadline that pods cannot meet"),
  NEVER_SCALED_DOWN("a delay of 0, which means never"),
  SETTING_IGNORED("a setting of a Rollout that has no effect"),
  SAME_PODS("two workloads that select each other's pods"),
  AUTOSCALER("an autoscaler that scales something else, or another's target"),
  PORT_MISMATCH("a port that is not there");

  private final String summary;

  Rule(String summary) {
    this.summary = summary;
  }

  /** As in findings: {@code unknown-field}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the rule finds, in one line. */
  public String summary() {
    return summary;
  }
}
