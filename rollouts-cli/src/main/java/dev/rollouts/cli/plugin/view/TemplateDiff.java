package dev.rollouts.cli.plugin.view;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.cli.jsonpath.JsonPath;
import dev.rollouts.cli.kube.KubeObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two pod templates, field by field. What the API server fills in counts as
 * absent. Values of environment variables that are called like secrets do not appear.
 */
public final class TemplateDiff {
  /** By what the items of a list are told apart. */
  private static final List<String> KEYS = List.of("name", "mountPath", "containerPort", "key");

  private static final Pattern SECRET =
      Pattern.compile("(?i).*(passw|secret|token|credential|private|api_?key|access_?key).*");

  /** What the API server fills in where nothing is written. */
  private static final Map<String, Set<String>> DEFAULTS =
      Map.ofEntries(
          Map.entry("terminationMessagePath", Set.of("/dev/termination-log")),
          Map.entry("terminationMessagePolicy", Set.of("File")),
          Map.entry("imagePullPolicy", Set.of("Always", "IfNotPresent")),
          Map.entry("dnsPolicy", Set.of("ClusterFirst")),
          Map.entry("restartPolicy", Set.of("Always")),
          Map.entry("schedulerName", Set.of("default-scheduler")),
          Map.entry("terminationGracePeriodSeconds", Set.of("30")),
          Map.entry("protocol", Set.of("TCP")),
          Map.entry("failureThreshold", Set.of("3")),
          Map.entry("periodSeconds", Set.of("10")),
          Map.entry("successThreshold", Set.of("1")),
          Map.entry("timeoutSeconds", Set.of("1")),
          Map.entry("scheme", Set.of("HTTP")),
          Map.entry("apiVersion", Set.of("v1")),
          Map.entry("defaultMode", Set.of("420")),
          Map.entry("divisor", Set.of("0")),
          Map.entry("enableServiceLinks", Set.of("true")));

  private final List<Change> changes = new ArrayList<>();

  private TemplateDiff() {}

  /**
   * A field that differs.
   *
   * @param path such as {@code spec.containers[web].image}
   * @param before null where there was nothing
   * @param after null where there is nothing any more
   */
  public record Change(String path, @Nullable String before, @Nullable String after) {}

  /** What differs, in the order of the fields. */
  public static List<Change> between(KubeObject before, KubeObject after) {
    TemplateDiff diff = new TemplateDiff();
    diff.objects("", before.fields(), after.fields());
    return List.copyOf(diff.changes);
  }

  /**
   * The template of a ReplicaSet without what controllers have put into it.
   *
   * @param written as the user wrote it; what is in there is left
   * @param strategy of the rollout, whose metadata for pods may be in the ReplicaSet
   */
  public static KubeObject cleaned(KubeObject template, KubeObject written, KubeObject strategy) {
    KubeObject clean = template.without("metadata", "labels", RolloutKeys.POD_TEMPLATE_HASH);
    for (String each :
        List.of("canaryMetadata", "stableMetadata", "activeMetadata", "previewMetadata")) {
      for (String kind : List.of("canary", "blueGreen")) {
        for (String part : List.of("labels", "annotations")) {
          for (String key : strategy.child(kind, each, part).fields().keySet()) {
            clean =
                written.has("metadata", part, key) ? clean : clean.without("metadata", part, key);
          }
        }
      }
    }
    for (String each :
        List.of(
            "requiredDuringSchedulingIgnoredDuringExecution",
            "preferredDuringSchedulingIgnoredDuringExecution")) {
      String[] path = {"spec", "affinity", "podAntiAffinity", each};
      if (clean.at(path) instanceof List<?> terms) {
        List<?> own =
            terms.stream()
                .filter(term -> !JsonPath.text(term).contains(RolloutKeys.POD_TEMPLATE_HASH))
                .toList();
        clean = clean.with(own, path);
      }
    }
    return clean;
  }

  private void objects(String path, Map<?, ?> before, Map<?, ?> after) {
    Set<Object> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (Object key : keys) {
      Object was = before.get(key);
      Object is = after.get(key);
      String name = String.valueOf(key);
      if ((was == null && isDefault(name, is)) || (is == null && isDefault(name, was))) {
        continue;
      }
      if (name.equals("serviceAccount") && (was == null || is == null)) {
        // Another name for serviceAccountName, which the API server adds.
        continue;
      }
      String inner = path.isEmpty() ? name : path + dot(name);
      boolean hidden =
          name.equals("value") && (isSecret(before.get("name")) || isSecret(after.get("name")));
      values(inner, was, is, hidden);
    }
  }

  private static String dot(String name) {
    return name.matches("[A-Za-z0-9_-]+") ? "." + name : "[" + name + "]";
  }

  private static boolean isSecret(@Nullable Object name) {
    return name instanceof String text && SECRET.matcher(text).matches();
  }

  private static boolean isDefault(String key, @Nullable Object value) {
    return value == null
        || value instanceof Map<?, ?> map && isEmpty(map)
        || value instanceof List<?> list && list.isEmpty()
        || DEFAULTS.getOrDefault(key, Set.of()).contains(JsonPath.text(value));
  }

  /** Whether there is nothing in it, at any depth. */
  private static boolean isEmpty(Map<?, ?> map) {
    return map.values().stream()
        .allMatch(
            each ->
                each == null
                    || each instanceof Map<?, ?> inner && isEmpty(inner)
                    || each instanceof List<?> list && list.isEmpty());
  }

  private void values(String path, @Nullable Object was, @Nullable Object is, boolean hidden) {
    if ((was == null || was instanceof Map) && (is == null || is instanceof Map)) {
      objects(path, KubeObject.of(was).fields(), KubeObject.of(is).fields());
      return;
    }
    if ((was == null || was instanceof List) && (is == null || is instanceof List)) {
      lists(
          path,
          was instanceof List<?> list ? list : List.of(),
          is instanceof List<?> list ? list : List.of());
      return;
    }
    String before = was == null ? null : JsonPath.text(was);
    String after = is == null ? null : JsonPath.text(is);
    if (Objects.equals(before, after)) {
      return;
    }
    changes.add(
        hidden
            ? new Change(
                path,
                before == null ? null : "(not shown)",
                after == null ? null : before == null ? "(not shown)" : "(another one, not shown)")
            : new Change(path, before, after));
  }

  private void lists(String path, List<?> before, List<?> after) {
    for (String key : KEYS) {
      Map<String, Object> was = byKey(before, key);
      Map<String, Object> is = byKey(after, key);
      if (was.size() == before.size() && is.size() == after.size()) {
        Set<String> names = new LinkedHashSet<>(was.keySet());
        names.addAll(is.keySet());
        for (String name : names) {
          values(path + "[" + name + "]", was.get(name), is.get(name), false);
        }
        return;
      }
    }
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      values(
          path + "[" + i + "]",
          i < before.size() ? before.get(i) : null,
          i < after.size() ? after.get(i) : null,
          false);
    }
  }

  /** The items by what tells them apart; fewer than there are where that is not possible. */
  private static Map<String, Object> byKey(List<?> items, String key) {
    Map<String, Object> byKey = new LinkedHashMap<>();
    Set<String> twice = new HashSet<>();
    for (Object each : items) {
      Object name = KubeObject.of(each).at(key);
      if (each != null && (name instanceof String || name instanceof Number)) {
        if (byKey.put(String.valueOf(name), each) != null) {
          twice.add(String.valueOf(name));
        }
      }
    }
    twice.forEach(byKey::remove);
    return byKey;
  }
}
