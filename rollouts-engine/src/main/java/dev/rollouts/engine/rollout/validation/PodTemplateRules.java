package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.LabelSelector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the API server says about the pod template of a ReplicaSet: row 7. What it checks beyond
 * this is in docs/spec/rollout-api.md#pod-templates.
 */
final class PodTemplateRules {
  private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
  private static final List<String> DNS_POLICIES =
      List.of("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
  private static final int ANNOTATIONS_MAX = 256 * 1024;

  private final FieldErrors errors;
  private final Set<String> volumes = new HashSet<>();

  private PodTemplateRules(FieldErrors errors) {
    this.errors = errors;
  }

  /**
   * Reports what is wrong with a pod template, defaults taken for granted.
   *
   * @param selector that the labels must satisfy; null when there is none to ask
   */
  static void check(
      Map<String, ?> template, @Nullable LabelSelector selector, Place place, FieldErrors errors) {
    PodTemplateRules rules = new PodTemplateRules(errors);
    Tree tree = new Tree(template, place, errors);
    Map<String, String> labels = labels(tree);
    if (selector != null && !selector.isEmpty() && !selector.matches(labels)) {
      errors.invalid(
          place.key("metadata").key("labels"),
          labels,
          "`selector` does not match template `labels`");
    }
    rules.checkMetadata(tree, labels);
    Tree pod = tree.object("spec");
    rules.checkPod(pod);
    Object policy = pod.get("restartPolicy");
    if (policy instanceof String text && !text.isEmpty() && !text.equals("Always")) {
      errors.unsupported(pod.at("restartPolicy"), text, List.of("Always"));
    }
    if (pod.get("activeDeadlineSeconds") != null) {
      errors.forbidden(
          pod.at("activeDeadlineSeconds"), "activeDeadlineSeconds in ReplicaSet is not Supported");
    }
  }

  /** Whether a part of a template says nothing. */
  static boolean isEmpty(@Nullable Object tree) {
    return tree == null
        || (tree instanceof Map<?, ?> map && map.isEmpty())
        || (tree instanceof List<?> list && list.isEmpty());
  }

  private static Map<String, String> labels(Tree template) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (template.fields().get("metadata") instanceof Map<?, ?> metadata
        && metadata.get("labels") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> labels.put(String.valueOf(key), String.valueOf(value)));
    }
    return labels;
  }

  private void checkMetadata(Tree template, Map<String, String> labels) {
    Tree metadata = template.hidden("metadata");
    Names.checkLabels(labels, metadata.object("labels").place(), errors);
    Tree annotations = metadata.object("annotations");
    checkTexts(metadata.object("labels"));
    checkTexts(annotations);
    Names.checkAnnotations(annotations.fields(), annotations.place(), errors);
    long size = 0;
    for (Map.Entry<?, ?> each : annotations.fields().entrySet()) {
      size += String.valueOf(each.getKey()).length() + String.valueOf(each.getValue()).length();
    }
    if (size > ANNOTATIONS_MAX) {
      errors.invalid(
          annotations.place(), size, "may not be more than " + ANNOTATIONS_MAX + " bytes");
    }
  }

  private void checkTexts(Tree texts) {
    texts
        .fields()
        .forEach(
            (key, value) -> {
              if (value != null && !(value instanceof String)) {
                errors.invalid(texts.at(String.valueOf(key)), value, "must be a string");
              }
            });
  }

  private void checkPod(Tree pod) {
    checkVolumes(pod.objects("volumes"));
    List<Tree> containers = pod.objects("containers");
    if (isEmpty(pod.get("containers"))) {
      errors.required(pod.at("containers"), "");
    }
    ContainerRules rules = new ContainerRules(volumes, errors);
    rules.check(containers, false);
    rules.check(pod.objects("initContainers"), true);
    pod.oneOf("restartPolicy", RESTART_POLICIES);
    pod.oneOf("dnsPolicy", DNS_POLICIES);
    Tree nodeSelector = pod.object("nodeSelector");
    Names.checkLabels(nodeSelector.fields(), nodeSelector.place(), errors);
    named(pod, "serviceAccountName", Names::subdomain);
    named(pod, "nodeName", Names::subdomain);
    named(pod, "hostname", Names::label);
    named(pod, "subdomain", Names::label);
    named(pod, "priorityClassName", Names::subdomain);
    pod.nonNegative("terminationGracePeriodSeconds");
    for (Tree each : pod.objects("imagePullSecrets")) {
      each.requireText("name");
    }
    for (Tree each : pod.objects("tolerations")) {
      checkToleration(each);
    }
    for (Tree each : pod.objects("topologySpreadConstraints")) {
      checkSpread(each);
    }
    if (!pod.objects("ephemeralContainers").isEmpty()) {
      errors.forbidden(
          pod.at("ephemeralContainers"), "ephemeral containers not allowed in pod template");
    }
  }

  private void checkVolumes(List<Tree> list) {
    for (Tree volume : list) {
      String name = volume.requireText("name");
      if (!name.isEmpty()) {
        Names.label(name).forEach(each -> errors.invalid(volume.at("name"), name, each));
        if (!volumes.add(name)) {
          errors.duplicate(volume.at("name"), name);
        }
      }
      List<String> sources = new ArrayList<>();
      volume
          .fields()
          .forEach(
              (key, value) -> {
                if (!key.equals("name") && value != null) {
                  sources.add(String.valueOf(key));
                }
              });
      for (int i = 1; i < sources.size(); i++) {
        errors.forbidden(volume.at(sources.get(i)), "may not specify more than 1 volume type");
      }
      require(volume, "hostPath", "path");
      require(volume, "secret", "secretName");
      require(volume, "configMap", "name");
      require(volume, "persistentVolumeClaim", "claimName");
      require(volume, "csi", "driver");
      require(volume, "nfs", "server");
    }
  }

  private static void require(Tree volume, String source, String field) {
    if (volume.get(source) instanceof Map<?, ?>) {
      volume.object(source).requireText(field);
    }
  }

  private void named(Tree pod, String field, Function<String, List<String>> is) {
    String text = pod.text(field);
    if (!text.isEmpty()) {
      is.apply(text).forEach(each -> errors.invalid(pod.at(field), text, each));
    }
  }

  private void checkToleration(Tree toleration) {
    String key = toleration.text("key");
    String operator = toleration.text("operator");
    if (!key.isEmpty()) {
      Names.qualified(key).forEach(each -> errors.invalid(toleration.at("key"), key, each));
    } else if (!operator.equals("Exists")) {
      errors.invalid(
          toleration.at("operator"),
          operator,
          "operator must be Exists when `key` is empty, which means \"match all values and all"
              + " keys\"");
    }
    toleration.oneOf("operator", List.of("Equal", "Exists"));
    if (operator.equals("Exists") && !toleration.text("value").isEmpty()) {
      errors.invalid(
          toleration.at("operator"),
          toleration.text("value"),
          "value must be empty when `operator` is 'Exists'");
    }
    toleration.oneOf("effect", List.of("NoSchedule", "PreferNoSchedule", "NoExecute"));
    if (toleration.get("tolerationSeconds") != null
        && !toleration.text("effect").equals("NoExecute")) {
      errors.invalid(
          toleration.at("effect"),
          toleration.text("effect"),
          "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
  }

  private void checkSpread(Tree constraint) {
    Long skew = constraint.number("maxSkew");
    if (skew == null || skew <= 0) {
      errors.invalid(
          constraint.at("maxSkew"), skew == null ? 0 : skew, "must be greater than zero");
    }
    constraint.requireText("topologyKey");
    String when = constraint.requireText("whenUnsatisfiable");
    if (!when.isEmpty()) {
      constraint.oneOf("whenUnsatisfiable", List.of("DoNotSchedule", "ScheduleAnyway"));
    }
  }
}
