package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.PodTemplateMetadata;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStrategy;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.minidev.json.JSONObject;
import net.minidev.json.JSONStyle;
import net.minidev.json.parser.JSONParser;
import net.minidev.json.parser.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * Labels and annotations that pods carry while their version has a role: canary or stable, preview
 * or active. Rules.
 *
 * <p>A ReplicaSet's annotation lists what was injected. It keeps listing a key that is no longer
 * wanted until no pod has it any more, so that a shell that stops between ReplicaSet and pods
 * leaves nothing behind.
 */
public final class EphemeralMetadata {
  private static final PodTemplateMetadata NONE = new PodTemplateMetadata(Map.of(), Map.of());
  private static final JSONStyle PLAIN = new JSONStyle(JSONStyle.FLAG_PROTECT_4WEB);

  private EphemeralMetadata() {}

  /** Whether the rollout's strategy has metadata for any role. */
  public static boolean isUsed(Rollout rollout) {
    return ofNew(rollout) != null || ofStable(rollout) != null;
  }

  /**
   * What a new ReplicaSet is made with; null when nothing.
   *
   * @param stableExists whether there is a stable ReplicaSet
   */
  public static @Nullable PodTemplateMetadata atCreation(Rollout rollout, boolean stableExists) {
    return stableExists ? ofNew(rollout) : ofStable(rollout);
  }

  /**
   * Brings ReplicaSets and their pods to what their roles say; nothing when the strategy has no
   * metadata.
   *
   * @param newReplicaSet null when there is none
   * @param stable null when there is none
   * @param others neither new nor stable; they get none
   * @param pods of all of them
   * @param stableHash {@code status.stableRS}
   */
  public static List<ClusterEffect> plan(
      Rollout rollout,
      @Nullable ReplicaSet newReplicaSet,
      @Nullable ReplicaSet stable,
      List<ReplicaSet> others,
      List<Pod> pods,
      String stableHash) {
    if (!isUsed(rollout)) {
      return List.of();
    }
    List<ClusterEffect> effects = new ArrayList<>();
    boolean newIsStable =
        stableHash.isEmpty() || (newReplicaSet != null && newReplicaSet.hash().equals(stableHash));
    if (newReplicaSet != null) {
      effects.addAll(
          applied(newReplicaSet, newIsStable ? ofStable(rollout) : ofNew(rollout), pods));
    }
    if (stable != null && !newIsStable) {
      effects.addAll(applied(stable, ofStable(rollout), pods));
    }
    others.forEach(each -> effects.addAll(applied(each, null, pods)));
    return effects;
  }

  /**
   * Brings one ReplicaSet to some metadata, and then its pods.
   *
   * @param wanted null for none
   * @param pods of any ReplicaSets; those that this one controls are looked at
   */
  public static List<ClusterEffect> applied(
      ReplicaSet replicaSet, @Nullable PodTemplateMetadata wanted, List<Pod> pods) {
    PodTemplateMetadata target = wanted == null ? NONE : wanted;
    PodTemplateMetadata injected = injectedInto(replicaSet);
    Keys stale = Keys.of(injected).without(target);
    List<ClusterEffect> effects = new ArrayList<>();
    boolean podsHaveStale = false;
    for (Pod pod : pods) {
      if (Owners.isControlledBy(pod.metadata(), replicaSet.metadata()) && !pod.isTerminating()) {
        podsHaveStale |= stale.anyIn(pod.metadata());
        ObjectMeta metadata = changed(pod.metadata(), target, stale);
        if (!metadata.equals(pod.metadata())) {
          effects.add(new ClusterEffect.UpdatePod(pod, new Pod(metadata, pod.available())));
        }
      }
    }
    PodTemplateMetadata remembered = podsHaveStale ? with(target, injected, stale) : target;
    JsonObject template =
        PodTemplates.withMetadata(
            PodTemplates.withoutMetadata(replicaSet.template(), stale.labels, stale.annotations),
            target.labels(),
            target.annotations());
    if (!template.equals(replicaSet.template()) || !remembered.equals(injected)) {
      effects.add(
          0,
          new ClusterEffect.UpdateReplicaSet(
              replicaSet, annotated(replicaSet.withTemplate(template), remembered)));
    }
    return effects;
  }

  /** A ReplicaSet that does not exist yet, with metadata in its template. */
  public static ReplicaSet injected(ReplicaSet fresh, @Nullable PodTemplateMetadata wanted) {
    return wanted == null || wanted.isEmpty()
        ? fresh
        : annotated(
            fresh.withTemplate(
                PodTemplates.withMetadata(fresh.template(), wanted.labels(), wanted.annotations())),
            wanted);
  }

  /** The ReplicaSet's template without what was injected, for comparisons. */
  public static JsonObject stripped(ReplicaSet replicaSet) {
    Keys keys = Keys.of(injectedInto(replicaSet));
    return PodTemplates.withoutMetadata(replicaSet.template(), keys.labels, keys.annotations);
  }

  /** What the ReplicaSet's annotation lists; none where it is missing or unreadable. */
  public static PodTemplateMetadata injectedInto(ReplicaSet replicaSet) {
    String text = replicaSet.annotation(RolloutKeys.EPHEMERAL_METADATA);
    if (text == null) {
      return NONE;
    }
    try {
      Object tree = new JSONParser(JSONParser.MODE_RFC4627).parse(text);
      return Wire.decode(PodTemplateMetadata.class, tree).value();
    } catch (ParseException unreadable) {
      return NONE;
    }
  }

  private static ReplicaSet annotated(ReplicaSet replicaSet, PodTemplateMetadata metadata) {
    return replicaSet.withAnnotation(
        RolloutKeys.EPHEMERAL_METADATA, metadata.isEmpty() ? null : json(metadata));
  }

  private static String json(PodTemplateMetadata metadata) {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (!metadata.labels().isEmpty()) {
      tree.put("labels", new TreeMap<>(metadata.labels()));
    }
    if (!metadata.annotations().isEmpty()) {
      tree.put("annotations", new TreeMap<>(metadata.annotations()));
    }
    return JSONObject.toJSONString(tree, PLAIN);
  }

  /** The wanted metadata, and what was injected under keys that are stale. */
  private static PodTemplateMetadata with(
      PodTemplateMetadata wanted, PodTemplateMetadata injected, Keys stale) {
    Map<String, String> labels = new LinkedHashMap<>(injected.labels());
    labels.keySet().retainAll(stale.labels);
    labels.putAll(wanted.labels());
    Map<String, String> annotations = new LinkedHashMap<>(injected.annotations());
    annotations.keySet().retainAll(stale.annotations);
    annotations.putAll(wanted.annotations());
    return new PodTemplateMetadata(labels, annotations);
  }

  private static ObjectMeta changed(ObjectMeta pod, PodTemplateMetadata wanted, Keys stale) {
    return pod.with(
        changed(pod.labels(), wanted.labels(), stale.labels),
        changed(pod.annotations(), wanted.annotations(), stale.annotations),
        pod.ownerReferences());
  }

  private static Map<String, String> changed(
      Map<String, String> entries, Map<String, String> add, Set<String> remove) {
    Map<String, String> changed = new LinkedHashMap<>(entries);
    changed.keySet().removeAll(remove);
    changed.putAll(add);
    return changed;
  }

  private static @Nullable PodTemplateMetadata ofNew(Rollout rollout) {
    RolloutStrategy strategy = rollout.spec().strategy();
    CanaryStrategy canary = strategy.canary();
    BlueGreenStrategy blueGreen = strategy.blueGreen();
    return canary != null
        ? canary.canaryMetadata()
        : blueGreen != null ? blueGreen.previewMetadata() : null;
  }

  private static @Nullable PodTemplateMetadata ofStable(Rollout rollout) {
    RolloutStrategy strategy = rollout.spec().strategy();
    CanaryStrategy canary = strategy.canary();
    BlueGreenStrategy blueGreen = strategy.blueGreen();
    return canary != null
        ? canary.stableMetadata()
        : blueGreen != null ? blueGreen.activeMetadata() : null;
  }

  /** Keys of labels and annotations. */
  private record Keys(Set<String> labels, Set<String> annotations) {
    static Keys of(PodTemplateMetadata metadata) {
      return new Keys(
          new HashSet<>(metadata.labels().keySet()),
          new HashSet<>(metadata.annotations().keySet()));
    }

    Keys without(PodTemplateMetadata metadata) {
      labels.removeAll(metadata.labels().keySet());
      annotations.removeAll(metadata.annotations().keySet());
      return this;
    }

    boolean anyIn(ObjectMeta metadata) {
      return labels.stream().anyMatch(metadata.labels()::containsKey)
          || annotations.stream().anyMatch(metadata.annotations()::containsKey);
    }
  }
}
