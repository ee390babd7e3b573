package dev.rollouts.engine.explain;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.analysis.explain.Wait;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Finds out where a rollout stands: the first situation that applies names it. */
final class RolloutExplainer {
  private final RolloutScene scene;

  RolloutExplainer(RolloutScene scene) {
    this.scene = scene;
  }

  Account account() {
    Finding finding = find();
    List<Account.Run> runs = new ArrayList<>();
    for (String name : finding.children) {
      scene.runs.stream()
          .filter(each -> each.metadata().name().equals(name))
          .findFirst()
          .ifPresent(
              run ->
                  runs.add(
                      new Account.Run(
                          Words.shown(name), new RunLinks(run, scene.now).explanation())));
    }
    return new Account(
        "Rollout",
        Words.shown(scene.rollout.metadata().name()),
        Words.shown(scene.namespace()),
        scene.now,
        scene.hasStatus() ? scene.phase().wireName() : "",
        finding.situation,
        finding.summary,
        Words.shown(scene.status.message()),
        finding.links,
        sorted(finding.waits),
        finding.actions,
        facts(),
        unseen(),
        runs);
  }

  static List<Wait> sorted(List<Wait> waits) {
    return waits.stream()
        .sorted(Comparator.comparing(Wait::until, Comparator.nullsLast(Comparator.naturalOrder())))
        .toList();
  }

  private Finding find() {
    List<Supplier<Optional<Finding>>> all =
        List.of(
            new Refused(scene)::replicaSet,
            new Unobserved(scene)::find,
            new InvalidSpecs(scene)::find,
            new Aborts(scene)::find,
            new HeldUp(scene)::find,
            new Refused(scene)::find,
            scene.effective.blueGreen() != null
                ? new BlueGreenStages(scene)::find
                : new CanaryStages(scene)::find,
            new AfterUpdate(scene)::find);
    for (Supplier<Optional<Finding>> each : all) {
      Optional<Finding> found = each.get();
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new IllegalStateException("AfterUpdate finds something for every rollout");
  }

  // --- where it stands ---

  private List<String> facts() {
    List<String> facts = new ArrayList<>();
    for (ReplicaSet each : scene.sets) {
      boolean fresh = each.hash().equals(scene.status.currentPodHash());
      boolean stable = each.hash().equals(scene.status.stableRS());
      if (fresh || stable || each.replicas() > 0) {
        facts.add(
            "%s%s: ReplicaSet %s%s, %s"
                .formatted(
                    RolloutScene.version(each),
                    fresh && stable
                        ? ", stable"
                        : fresh ? ", new" : stable ? ", stable" : ", of an earlier update",
                    Words.shown(each.name()),
                    images(each),
                    scene.pods(each).counts()));
      }
    }
    if (facts.isEmpty() && scene.hasStatus()) {
      facts.add(
          "%s wanted; %d of the new version, %d of any version available"
              .formatted(
                  Words.many(scene.effective.replicas(), "pod"),
                  scene.status.updatedReplicas(),
                  scene.status.availableReplicas()));
    }
    TrafficWeights weights = scene.status.canary().weights();
    if (weights != null) {
      facts.add(
          "traffic: %d to %s, %d to %s%s"
              .formatted(
                  weights.canary().weight(),
                  named(weights.canary().podTemplateHash()),
                  weights.stable().weight(),
                  named(weights.stable().podTemplateHash()),
                  Boolean.FALSE.equals(weights.verified()) ? ", not verified" : ""));
    }
    if (scene.effective.blueGreen() != null
        && !scene.status.blueGreen().activeSelector().isEmpty()) {
      facts.add(
          "Service %s points at %s"
              .formatted(
                  Words.shown(scene.effective.blueGreen().activeService()),
                  named(scene.status.blueGreen().activeSelector())));
    }
    return facts;
  }

  private String named(String hash) {
    if (hash.equals(scene.status.stableRS())) {
      return "the stable version";
    }
    if (hash.isEmpty() || hash.equals(scene.status.currentPodHash())) {
      return "the new version";
    }
    return scene.sets.stream()
        .filter(each -> each.hash().equals(hash))
        .findFirst()
        .map(RolloutScene::version)
        .orElse(Words.shown(hash));
  }

  private static String images(ReplicaSet set) {
    Set<String> images = new LinkedHashSet<>();
    for (JsonObject each : ObjectTrees.list(set.template().at("spec", "containers"))) {
      images.add(Words.shown(ObjectTrees.text(each.at("image"))));
    }
    return images.isEmpty() ? "" : " (" + String.join(", ", images) + ")";
  }

  // --- what was not there ---

  private List<String> unseen() {
    List<String> unseen = new ArrayList<>();
    if (!scene.hasStatus() || scene.around.complete()) {
      return unseen;
    }
    if (scene.sets.isEmpty()) {
      unseen.add(
          "ReplicaSets: none of this rollout is given; what is said of pods is from the status: "
              + scene.commands.get("rs,pods")
              + " -o yaml");
    } else if (scene.sets.stream()
        .map(scene::pods)
        .anyMatch(each -> each.isBlind() && !each.areAvailable())) {
      unseen.add(
          "Pods: those that are not available are not given, so their own reasons are not known: "
              + scene.commands.get("pods")
              + " -o yaml");
    }
    if (!scene.decision.missing().isEmpty()) {
      unseen.add("not given, so not checked: " + String.join(", ", scene.decision.missing()));
    }
    Map<String, String> labels = scene.rollout.metadata().labels();
    if (labels.containsKey(RolloutKeys.INSTANCE_ID)) {
      unseen.add(
          "the controller: only one with instance id %s looks after this rollout"
              .formatted(Words.quoted(labels.get(RolloutKeys.INSTANCE_ID))));
    }
    return unseen;
  }
}
