package dev.rollouts.analysis.job;

import dev.rollouts.analysis.job.JobClient.JobState;
import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.JobTemplate.JobMetadata;
import dev.rollouts.api.wire.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Job of one measurement. Names, labels and owners: docs/spec/analysis-api.md#names.
 *
 * @param owned whether the AnalysisRun is its owner, so that it goes with it
 */
record JobManifest(String namespace, String name, boolean owned, JsonObject json) {
  static final String UID_LABEL = "analysisrun.argoproj.io/uid";
  static final String METRIC_ANNOTATION = "analysisrun.argoproj.io/metric-name";
  private static final String NAME_ANNOTATION = "analysisrun.argoproj.io/name";
  private static final String NAMESPACE_ANNOTATION = "analysisrun.argoproj.io/namespace";
  private static final int NAME_MAX = 63;

  static JobManifest of(
      MeasurementContext context, JobTemplate template, String namespace, boolean owned) {
    RunIdentity run = context.run();
    String name = name(run.uid(), context.metric(), context.attempt());
    JobMetadata user =
        template.metadata() == null ? new JobMetadata(Map.of(), Map.of()) : template.metadata();
    Map<String, @Nullable Object> labels = new LinkedHashMap<>(user.labels());
    labels.put(UID_LABEL, run.uid());
    Map<String, @Nullable Object> annotations = new LinkedHashMap<>(user.annotations());
    annotations.put(NAME_ANNOTATION, run.name());
    annotations.put(NAMESPACE_ANNOTATION, run.namespace());
    annotations.put(METRIC_ANNOTATION, context.metric());
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("namespace", namespace);
    metadata.put("labels", labels);
    metadata.put("annotations", annotations);
    if (owned) {
      metadata.put("ownerReferences", List.of(owner(run)));
    }
    Map<String, @Nullable Object> job = new LinkedHashMap<>();
    job.put("apiVersion", "batch/v1");
    job.put("kind", "Job");
    job.put("metadata", metadata);
    job.put("spec", labelled(template.spec().fields(), run.uid()));
    return new JobManifest(namespace, name, owned, JsonObject.of(job));
  }

  /**
   * {@code <uid>.<metric>.<attempt>}; the metric is cut so that the whole has 63 characters. What
   * would be left hanging at the cut goes too: no name may have it there.
   */
  static String name(String uid, String metric, int attempt) {
    String end = "." + attempt;
    int room = Math.max(0, NAME_MAX - uid.length() - 1 - end.length());
    if (metric.length() <= room) {
      return uid + "." + metric + end;
    }
    String cut = metric.substring(0, room);
    while (cut.endsWith("-") || cut.endsWith(".")) {
      cut = cut.substring(0, cut.length() - 1);
    }
    return uid + "." + cut + end;
  }

  /** The attempt that a Job's name ends in; 0 when it ends in none. */
  static int attemptOf(JobState job) {
    String end = job.name().substring(job.name().lastIndexOf('.') + 1);
    try {
      return Integer.parseInt(end);
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }

  private static Map<String, @Nullable Object> owner(RunIdentity run) {
    Map<String, @Nullable Object> owner = new LinkedHashMap<>();
    owner.put("apiVersion", KubernetesObject.API_VERSION);
    owner.put("kind", "AnalysisRun");
    owner.put("name", run.name());
    owner.put("uid", run.uid());
    owner.put("controller", true);
    owner.put("blockOwnerDeletion", true);
    return owner;
  }

  /** The spec as written, with the run's uid as a label of the pods. */
  private static Map<String, @Nullable Object> labelled(
      Map<String, @Nullable Object> spec, String uid) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(spec);
    Map<String, @Nullable Object> template = object(spec.get("template"));
    Map<String, @Nullable Object> metadata = object(template.get("metadata"));
    Map<String, @Nullable Object> labels = object(metadata.get("labels"));
    labels.put(UID_LABEL, uid);
    metadata.put("labels", labels);
    template.put("metadata", metadata);
    copy.put("template", template);
    return copy;
  }

  private static Map<String, @Nullable Object> object(@Nullable Object value) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, element) -> copy.put(String.valueOf(key), element));
    }
    return copy;
  }
}
