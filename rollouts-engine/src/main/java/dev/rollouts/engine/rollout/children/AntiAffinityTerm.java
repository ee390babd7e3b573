package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.rollout.AntiAffinity;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The term that keeps the pods of a new version off the nodes of the stable one. It belongs to a
 * ReplicaSet's template and not to the rollout's, so hashes do not know it. Rules.
 */
public final class AntiAffinityTerm {
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String HOST = "kubernetes.io/hostname";

  private AntiAffinityTerm() {}

  /**
   * The template of a new ReplicaSet with the term behind the user's own, in the place of an
   * earlier one; unchanged where there is nothing to keep away from.
   *
   * @param wanted the rollout's setting, or null
   * @param hash of the template
   * @param stableHash {@code status.stableRS}; may be empty
   */
  public static JsonObject injected(
      JsonObject template,
      @Nullable AntiAffinity wanted,
      String hash,
      String stableHash,
      String namespace) {
    if (wanted == null || stableHash.isEmpty() || stableHash.equals(hash)) {
      return template;
    }
    Map<String, Object> term =
        Map.of(
            "labelSelector",
            Map.of(
                "matchExpressions",
                List.of(
                    Map.of(
                        "key",
                        RolloutKeys.POD_TEMPLATE_HASH,
                        "operator",
                        "In",
                        "values",
                        List.of(stableHash)))),
            "namespaces",
            List.of(namespace),
            "topologyKey",
            HOST);
    JsonObject result = stripped(template);
    AntiAffinity.Preferred preferred = wanted.preferredDuringSchedulingIgnoredDuringExecution();
    if (preferred != null) {
      result =
          with(result, PREFERRED, Map.of("weight", preferred.weight(), "podAffinityTerm", term));
    }
    return wanted.requiredDuringSchedulingIgnoredDuringExecution() == null
        ? result
        : with(result, REQUIRED, term);
  }

  /**
   * The template of a ReplicaSet that exists, with a term that names another than the stable
   * version brought up to date; otherwise unchanged. A term is neither added nor removed.
   *
   * @param wanted the rollout's setting, or null
   * @param hash of the template
   * @param stableHash {@code status.stableRS}; may be empty
   */
  public static JsonObject refreshed(
      JsonObject template,
      @Nullable AntiAffinity wanted,
      String hash,
      String stableHash,
      String namespace) {
    Set<Object> named = hashes(template);
    return named.isEmpty() || named.equals(Set.of(stableHash))
        ? template
        : injected(template, wanted, hash, stableHash, namespace);
  }

  /** The template without such a term, as the rollout's own is. */
  public static JsonObject stripped(JsonObject template) {
    return without(without(template, PREFERRED), REQUIRED);
  }

  private static JsonObject with(JsonObject template, String kind, Map<String, Object> term) {
    List<@Nullable Object> terms = foreign(template, kind);
    terms.add(term);
    return PodTemplates.replaced(template, terms, path(kind));
  }

  private static JsonObject without(JsonObject template, String kind) {
    List<@Nullable Object> terms = foreign(template, kind);
    if (terms.size() == all(template, kind).size()) {
      return template;
    }
    JsonObject rest = PodTemplates.replaced(template, terms.isEmpty() ? null : terms, path(kind));
    for (String[] level :
        List.of(
            new String[] {"spec", "affinity", "podAntiAffinity"},
            new String[] {"spec", "affinity"})) {
      if (rest.at(level) instanceof Map<?, ?> map && map.isEmpty()) {
        rest = PodTemplates.replaced(rest, null, level);
      }
    }
    return rest;
  }

  private static List<@Nullable Object> foreign(JsonObject template, String kind) {
    List<@Nullable Object> terms = new ArrayList<>();
    for (Object term : all(template, kind)) {
      if (!isOurs(term)) {
        terms.add(term);
      }
    }
    return terms;
  }

  private static List<?> all(JsonObject template, String kind) {
    return template.at(path(kind)) instanceof List<?> list ? list : List.of();
  }

  private static String[] path(String kind) {
    return new String[] {"spec", "affinity", "podAntiAffinity", kind};
  }

  /** The hashes that such terms name. */
  private static Set<Object> hashes(JsonObject template) {
    Set<Object> hashes = new HashSet<>();
    for (String kind : List.of(PREFERRED, REQUIRED)) {
      for (Object term : all(template, kind)) {
        for (Map<?, ?> expression : expressionsOnHash(term)) {
          if (expression.get("values") instanceof List<?> values) {
            hashes.addAll(values);
          }
        }
      }
    }
    return hashes;
  }

  /** Users cannot know a hash, so a term about one is ours. */
  private static boolean isOurs(@Nullable Object term) {
    return !expressionsOnHash(term).isEmpty();
  }

  private static List<Map<?, ?>> expressionsOnHash(@Nullable Object term) {
    List<Map<?, ?>> found = new ArrayList<>();
    if (term instanceof Map<?, ?> map) {
      Map<?, ?> bare = map.get("podAffinityTerm") instanceof Map<?, ?> nested ? nested : map;
      if (bare.get("labelSelector") instanceof Map<?, ?> selector
          && selector.get("matchExpressions") instanceof List<?> expressions) {
        for (Object each : expressions) {
          if (each instanceof Map<?, ?> expression
              && RolloutKeys.POD_TEMPLATE_HASH.equals(expression.get("key"))) {
            found.add(expression);
          }
        }
      }
    }
    return found;
  }
}
