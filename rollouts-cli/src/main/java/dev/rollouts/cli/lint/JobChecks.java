package dev.rollouts.cli.lint;

import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.wire.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Job specs that the API server refuses, or whose Job may never finish. */
final class JobChecks {
  private static final Set<String> FIELDS =
      Set.of(
          "activeDeadlineSeconds",
          "backoffLimit",
          "backoffLimitPerIndex",
          "completionMode",
          "completions",
          "managedBy",
          "manualSelector",
          "maxFailedIndexes",
          "parallelism",
          "podFailurePolicy",
          "podReplacementPolicy",
          "selector",
          "successPolicy",
          "suspend",
          "template",
          "ttlSecondsAfterFinished");

  private static final Pattern JOB_NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
  private static final int RETRIES_MANY = 20;

  private final MetricView metric;
  private final Path path;
  private final Map<String, ?> spec;

  private JobChecks(MetricView metric, JobTemplate job) {
    this.metric = metric;
    this.path = metric.atProvider(job, "spec");
    this.spec = job.spec().fields();
  }

  static void check(MetricView metric, JobTemplate job) {
    JobChecks checks = new JobChecks(metric, job);
    checks.checkName();
    checks.checkFields();
    if (checks.spec.isEmpty()) {
      return;
    }
    checks.checkPod();
    checks.checkEnd();
  }

  /** The metric's name becomes part of the Job's. */
  private void checkName() {
    String name = metric.known().name();
    if (!name.isEmpty() && !Substitution.isOpen(name) && !JOB_NAME.matcher(name).matches()) {
      metric.report(
          Rule.JOB_INVALID,
          Severity.ERROR,
          metric.at("name"),
          "\"%s\" becomes part of the Job's name, which takes lower-case letters, digits, - and ."
              .formatted(name),
          "write it in lower case, with - between the words");
    }
  }

  private void checkFields() {
    for (String field : spec.keySet()) {
      if (!FIELDS.contains(field)) {
        String similar = FieldAdvice.similar(field, FIELDS);
        boolean pod =
            Set.of(
                    "containers",
                    "restartPolicy",
                    "volumes",
                    "serviceAccountName",
                    "initContainers",
                    "imagePullSecrets",
                    "nodeSelector")
                .contains(field);
        metric.report(
            pod ? Rule.MISPLACED_FIELD : Rule.UNKNOWN_FIELD,
            Severity.WARNING,
            path.key(field),
            "a JobSpec has no such field; the API server drops it",
            pod
                ? "move it to template.spec." + field
                : similar == null ? "remove it" : "write " + similar);
      }
    }
  }

  private void checkPod() {
    Object template = spec.get("template");
    Path pod = path.key("template").key("spec");
    if (!(template instanceof Map<?, ?> map) || !(map.get("spec") instanceof Map<?, ?> podSpec)) {
      metric.report(
          Rule.JOB_INVALID,
          Severity.ERROR,
          path.key("template"),
          "the Job has no template.spec; the API server refuses it",
          "add template.spec with restartPolicy and containers");
      return;
    }
    Object policy = podSpec.get("restartPolicy");
    boolean open = policy instanceof String text && Substitution.isOpen(text);
    if (!open && !Set.of("Never", "OnFailure").contains(String.valueOf(policy))) {
      metric.report(
          Rule.JOB_INVALID,
          Severity.ERROR,
          pod.key("restartPolicy"),
          policy == null
              ? "the pod has no restartPolicy, which means Always; the API server refuses that in a Job"
              : "restartPolicy \"%s\" is refused in a Job".formatted(policy),
          "write restartPolicy: Never");
    }
    checkContainers(podSpec.get("containers"), pod.key("containers"));
  }

  private void checkContainers(@Nullable Object containers, Path path) {
    if (!(containers instanceof List<?> list) || list.isEmpty()) {
      metric.report(
          Rule.JOB_INVALID,
          Severity.ERROR,
          path,
          "the pod has no containers; the API server refuses it",
          "add a container with name and image");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      for (String field : List.of("name", "image")) {
        boolean there =
            list.get(i) instanceof Map<?, ?> container
                && container.get(field) instanceof String text
                && !text.isEmpty();
        if (!there) {
          metric.report(
              Rule.JOB_INVALID,
              Severity.ERROR,
              path.index(i).key(field),
              "the container has no %s; the API server refuses it".formatted(field),
              "add " + field);
        }
      }
    }
  }

  private void checkEnd() {
    boolean deadline = number("activeDeadlineSeconds") > 0 || isOpen("activeDeadlineSeconds");
    if (Boolean.TRUE.equals(spec.get("suspend"))) {
      endless("suspend", "a suspended Job never starts", "remove suspend");
    }
    if (spec.get("parallelism") instanceof Number && number("parallelism") == 0) {
      endless("parallelism", "a Job with parallelism 0 starts no pod", "remove parallelism");
    }
    if (!deadline && number("backoffLimit") > RETRIES_MANY) {
      endless(
          "backoffLimit",
          "%s retries with growing pauses take hours, and nothing limits them"
              .formatted(number("backoffLimit")),
          "lower backoffLimit, or add activeDeadlineSeconds");
    } else if (!deadline) {
      metric.report(
          Rule.JOB_ENDLESS,
          Severity.INFO,
          path,
          "without activeDeadlineSeconds a Job that hangs keeps the run Running",
          "add activeDeadlineSeconds");
    }
    if (spec.get("ttlSecondsAfterFinished") instanceof Number
        && number("ttlSecondsAfterFinished") < 60) {
      metric.report(
          Rule.JOB_ENDLESS,
          Severity.WARNING,
          path.key("ttlSecondsAfterFinished"),
          "the Job may be gone before its end was seen, which is an Error",
          "leave it out: Jobs are removed with their run");
    }
  }

  private void endless(String field, String message, String suggestion) {
    metric.report(Rule.JOB_ENDLESS, Severity.WARNING, path.key(field), message, suggestion);
  }

  private long number(String field) {
    return spec.get(field) instanceof Number number ? number.longValue() : -1;
  }

  private boolean isOpen(String field) {
    return spec.get(field) instanceof String text && Substitution.isOpen(text);
  }
}
