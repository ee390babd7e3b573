package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.analysis.templates.TemplateLookup;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.rollout.validation.RolloutValidation;
import dev.rollouts.engine.traffic.RouterSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files in place of a cluster: what they have of what validation looks at. */
final class FileObservations {
  private FileObservations() {}

  static RolloutObservations of(
      Rollout rollout, String namespace, ObjectSet objects, TemplateLookup templates) {
    Map<ObjectKey, JsonObject> found = new LinkedHashMap<>();
    Map<TemplateRef, AnalysisTemplateSpec> specs = new LinkedHashMap<>();
    while (true) {
      RolloutObservations seen =
          new RolloutObservations(
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              specs,
              ClusterObjects.of(found),
              List.of());
      int before = found.size() + specs.size();
      RolloutEngine.Reads reads = RolloutValidation.reads(rollout, seen, RouterSettings.defaults());
      for (ObjectKey key : reads.objects()) {
        find(key, namespace, objects).ifPresent(each -> found.put(key, ObjectSet.tree(each)));
      }
      for (TemplateRef ref : reads.templates()) {
        templates.find(ref).ifPresent(template -> specs.put(ref, template));
      }
      if (found.size() + specs.size() == before) {
        return seen;
      }
    }
  }

  /** Files may have an older version, and no namespace. */
  private static Optional<Judged> find(ObjectKey key, String namespace, ObjectSet objects) {
    String where = key.namespace().isEmpty() ? namespace : key.namespace();
    Optional<Judged> found = objects.find(key.group(), key.kind(), where, key.name());
    return found.isEmpty() && key.kind().equals("Ingress")
        ? objects.find("extensions", key.kind(), where, key.name())
        : found;
  }
}
