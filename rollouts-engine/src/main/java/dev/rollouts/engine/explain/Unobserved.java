package dev.rollouts.engine.explain;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.explain.text.Words;
import java.util.Optional;

/** Rollouts that no controller has looked at, in whole or since the last change. */
final class Unobserved {
  private final RolloutScene scene;

  Unobserved(RolloutScene scene) {
    this.scene = scene;
  }

  Optional<Finding> find() {
    ObjectMeta metadata = scene.rollout.metadata();
    RolloutStatus status = scene.status;
    if (metadata.deletionTimestamp() != null) {
      return Optional.of(
          Finding.of(
                  Situation.BEING_DELETED,
                  "it is being deleted since %s; no controller touches it any more"
                      .formatted(scene.ago(metadata.deletionTimestamp())))
              .why("an object with a deletionTimestamp is left alone", "R-004")
              .awaits("its finalizers, and the garbage collection of what it owns", "R-004")
              .act("see which finalizers hold it", scene.commands.get("rollout -o yaml")));
    }
    if (status.observedGeneration().isEmpty() && status.conditions().isEmpty()) {
      return Optional.of(
          scene.unread.isEmpty()
              ? neverObserved(metadata)
              : looksNot(
                  Finding.malformedStatus(Situation.STATUS_MALFORMED, scene.unread)
                      .act(
                          "see the status, and find out who writes it",
                          scene.commands.get("rollout -o yaml"))));
    }
    if (isBehind(metadata, status)) {
      return Optional.of(
          looksNot(
              Finding.of(
                      Situation.SPEC_NOT_OBSERVED,
                      "the spec was changed and no controller has looked at it since")
                  .why(
                      "metadata.generation is %d, status.observedGeneration is %s"
                          .formatted(
                              metadata.generation(), Words.shown(status.observedGeneration())),
                      "R-464")
                  .why("everything else in the status is about the spec before", "R-464")));
    }
    String noted = metadata.annotations().getOrDefault(RolloutKeys.WORKLOAD_GENERATION, "");
    if (scene.rollout.spec().workloadRef() != null
        && !noted.equals(status.workloadObservedGeneration())) {
      return Optional.of(
          looksNot(
              Finding.of(
                      Situation.WORKLOAD_NOT_OBSERVED,
                      "%s \"%s\", which has the pod template, was changed and no controller has looked at it since"
                          .formatted(
                              Words.shown(scene.rollout.spec().workloadRef().kind()),
                              Words.shown(scene.rollout.spec().workloadRef().name())))
                  .why(
                      "its generation is %s, status.workloadObservedGeneration is %s"
                          .formatted(
                              noted.isEmpty() ? "unknown" : Words.shown(noted),
                              status.workloadObservedGeneration().isEmpty()
                                  ? "empty"
                                  : Words.shown(status.workloadObservedGeneration())),
                      "R-464")));
    }
    return Optional.empty();
  }

  private static boolean isBehind(ObjectMeta metadata, RolloutStatus status) {
    String seen = status.observedGeneration();
    return seen.matches("[0-9]{1,18}") && Long.parseLong(seen) < metadata.generation();
  }

  private Finding neverObserved(ObjectMeta metadata) {
    Finding finding =
        Finding.of(Situation.NOT_OBSERVED, "no controller has looked at it: there is no status");
    if (metadata.creationTimestamp() != null) {
      finding.why("it exists since " + scene.ago(metadata.creationTimestamp()), "");
    }
    String instance = metadata.labels().get(RolloutKeys.INSTANCE_ID);
    finding.why(
        instance == null
            ? "it has no instance id, so a controller that was given one passes it by"
            : "it is labelled %s: %s, so only a controller with that instance id looks at it"
                .formatted(RolloutKeys.INSTANCE_ID, Words.quoted(instance)),
        "R-001");
    return looksNot(finding);
  }

  private Finding looksNot(Finding finding) {
    return finding
        .awaits("a controller that looks at it, which takes seconds where one runs", "")
        .act(
            "see whether a controller runs for this namespace and instance id, and what it says",
            scene.commands.controllerLogs());
  }
}
