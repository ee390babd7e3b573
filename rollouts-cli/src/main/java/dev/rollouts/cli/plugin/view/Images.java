package dev.rollouts.cli.plugin.view;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.plugin.view.Look.Colour;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which images run, and as what (K-083 to K-085). */
final class Images {
  private final Look look;
  private final Map<String, Map<String, String>> tagsByImage = new TreeMap<>();

  private Images(Look look) {
    this.look = look;
  }

  /** The images of a rollout and its experiments, each with its tags. */
  static List<String> ofRollout(Look look, Scene scene, KubeObject rollout) {
    Images images = new Images(look);
    for (KubeObject each : scene.replicaSetsOf(rollout)) {
      Map<String, String> tags = new LinkedHashMap<>();
      Tag.of(rollout, each).forEach(tag -> tags.put(tag.word(), tag.shown(look)));
      images.add(each, tags);
    }
    scene.experimentsOf(rollout).forEach(each -> images.addExperiment(scene, each));
    return images.lines();
  }

  /** The images of an experiment. */
  static List<String> ofExperiment(Look look, Scene scene, KubeObject experiment) {
    Images images = new Images(look);
    images.addExperiment(scene, experiment);
    return images.lines();
  }

  private void addExperiment(Scene scene, KubeObject experiment) {
    for (KubeObject each : scene.replicaSetsOf(experiment)) {
      String template = each.annotation(RolloutKeys.EXPERIMENT_TEMPLATE);
      String tag = look.glyph("Σ:", "S:") + look.shown(template);
      add(each, template.isEmpty() ? Map.of() : Map.of(tag, look.paint(Colour.NONE, tag)));
    }
  }

  private void add(KubeObject replicaSet, Map<String, String> tags) {
    if (replicaSet.number("status", "replicas") <= 0) {
      return;
    }
    for (KubeObject each : replicaSet.children("spec", "template", "spec", "containers")) {
      Map<String, String> before = tagsByImage.get(each.text("image"));
      Map<String, String> all = before == null ? new LinkedHashMap<>() : new TreeMap<>(before);
      all.putAll(tags);
      tagsByImage.put(each.text("image"), all);
    }
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    tagsByImage.forEach(
        (image, tags) ->
            lines.add(
                look.shown(image)
                    + (tags.isEmpty() ? "" : " (" + String.join(", ", tags.values()) + ")")));
    return lines;
  }
}
