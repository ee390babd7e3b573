package dev.rollouts.engine.explain;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.explain.text.Words;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.rollout.RolloutSettings;
import dev.rollouts.engine.traffic.RouterSettings;
import dev.rollouts.engine.traffic.TrafficRouters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the engine would decide next, on the objects that are given. Nobody acts on it: it is asked
 * for its reasons.
 *
 * @param decision null where too little is given to ask
 * @param missing what was not given and would have had to be, in words
 */
record DryDecision(
    @Nullable Decision<RolloutStatus, ClusterEffect> decision, List<String> missing) {
  DryDecision {
    missing = List.copyOf(missing);
  }

  static DryDecision of(RolloutScene scene) {
    boolean hasSets =
        scene.fresh().isPresent()
            && (scene.status.stableRS().isEmpty() || scene.stable().isPresent());
    if (scene.rollout.metadata().uid().isEmpty() || !hasSets) {
      return new DryDecision(null, List.of());
    }
    RolloutEngine engine = new RolloutEngine(settings(scene), TrafficRouters.builtIn());
    Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>();
    Map<TemplateRef, AnalysisTemplateSpec> templates = new LinkedHashMap<>();
    while (true) {
      RolloutObservations seen = observations(scene, templates, objects);
      RolloutEngine.Reads reads = engine.reads(scene.rollout, seen);
      int before = objects.size() + templates.size();
      List<String> missing = new ArrayList<>();
      for (ObjectKey key : reads.objects()) {
        if (!find(scene, key, objects)) {
          missing.add(key.kind() + " " + Words.shown(key.name()));
        }
      }
      for (TemplateRef ref : reads.templates()) {
        AnalysisTemplateSpec template = scene.around.templates().get(ref);
        if (template == null) {
          missing.add(
              (ref.isClusterScoped() ? "ClusterAnalysisTemplate " : "AnalysisTemplate ")
                  + Words.shown(ref.templateName()));
        } else {
          templates.put(ref, template);
        }
      }
      if (objects.size() + templates.size() == before) {
        missing.sort(null);
        return missing.isEmpty() || scene.around.complete()
            ? new DryDecision(engine.decide(scene.rollout, seen, scene.now), List.of())
            : new DryDecision(null, missing);
      }
    }
  }

  private static RolloutSettings settings(RolloutScene scene) {
    Set<String> plugins = new HashSet<>();
    for (CanaryStep step : scene.effective.steps()) {
      if (step.plugin() != null) {
        plugins.add(step.plugin().name());
      }
    }
    return new RolloutSettings("", RouterSettings.defaults(), plugins, Set.of(), List.of());
  }

  private static RolloutObservations observations(
      RolloutScene scene,
      Map<TemplateRef, AnalysisTemplateSpec> templates,
      Map<ObjectKey, JsonObject> objects) {
    List<Pod> pods = new ArrayList<>();
    for (JsonObject tree : scene.all("Pod")) {
      pods.add(
          new Pod(
              ClusterObjects.metadata(tree),
              ObjectTrees.condition(tree, "Ready")
                  .filter(each -> "True".equals(each.at("status")))
                  .isPresent()));
    }
    return new RolloutObservations(
        scene.sets,
        pods,
        scene.runs,
        scene.experiments,
        templates,
        ClusterObjects.of(objects),
        List.of());
  }

  /** Finds an object whatever its version, and keeps it under the key it was asked for. */
  private static boolean find(
      RolloutScene scene, ObjectKey key, Map<ObjectKey, JsonObject> objects) {
    if (key.isAll()) {
      scene
          .around
          .all(key.kind(), key.namespace())
          .forEach(tree -> objects.put(ClusterObjects.keyOf(tree), tree));
      return true;
    }
    for (JsonObject tree : scene.around.all(key.kind(), key.namespace())) {
      ObjectKey own = ClusterObjects.keyOf(tree);
      boolean ingress = key.kind().equals("Ingress");
      if (own.name().equals(key.name()) && (own.group().equals(key.group()) || ingress)) {
        objects.put(key, tree);
        return true;
      }
    }
    return false;
  }

  /** The first reason of a rule; empty when it did not speak, or nobody was asked. */
  Optional<Reason> said(String rule) {
    return decision == null
        ? Optional.empty()
        : decision.reasons().stream().filter(each -> each.rule().equals(rule)).findFirst();
  }

  /** Why the engine cannot go on: an error of the turn, or a spec that it refuses. */
  Optional<String> error(String rule) {
    return said(rule).map(each -> String.valueOf(each.facts().get("error")));
  }
}
