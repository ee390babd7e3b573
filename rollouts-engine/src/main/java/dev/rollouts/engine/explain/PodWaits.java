package dev.rollouts.engine.explain;

import dev.rollouts.api.Condition;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rollouts that wait for pods: of which version, and what these pods lack. */
final class PodWaits {
  private final RolloutScene scene;

  PodWaits(RolloutScene scene) {
    this.scene = scene;
  }

  /**
   * The wait for pods of a version.
   *
   * @param plain the situation where nothing tells what they lack
   * @param whose such as {@code revision 2}
   * @param rule why they are waited for
   */
  Finding forPods(ReplicaSet set, Situation plain, String whose, String what, String rule) {
    VersionPods pods = scene.pods(set);
    boolean stable = plain == Situation.STABLE_NOT_AVAILABLE;
    Situation named = stable ? plain : pods.situation().orElse(plain(plain));
    Finding finding =
        Finding.of(named, "%s%s".formatted(what, because(pods.situation().orElse(null))));
    finding.why(whose + " has " + pods.counts(), rule, pods.links());
    late(finding);
    finding.awaits(pods.waits());
    finding.awaits(
        Words.many(Math.max(1, set.replicas() - set.available()), "more pod")
            + " of "
            + whose
            + " to become available",
        rule);
    deadline(finding);
    pods.advise(finding, scene.commands);
    return finding;
  }

  private Situation plain(Situation situation) {
    return scene.isDeadlineExceeded() ? Situation.PROGRESS_DEADLINE_EXCEEDED : situation;
  }

  static String because(@Nullable Situation situation) {
    if (situation == null) {
      return "";
    }
    return switch (situation) {
      case QUOTA_EXCEEDED -> ", which the quota of the namespace does not allow";
      case PODS_REFUSED -> ", which the cluster refuses to create";
      case IMAGE_PULL_ERROR -> ", whose image cannot be pulled";
      case CRASH_LOOP -> ", which crash";
      case OUT_OF_MEMORY -> ", which run out of memory";
      case CONTAINER_CONFIG_ERROR -> ", whose containers cannot be started";
      case INIT_CONTAINER -> ", whose init containers have not finished";
      case CONTAINER_CREATING -> ", whose containers are being created";
      case UNSCHEDULABLE -> ", which no node takes";
      case POD_FAILED -> ", which failed";
      case READINESS_GATE -> ", whose readiness gate is not met";
      case READINESS_PROBE -> ", which run and are not ready";
      case MIN_READY_SECONDS -> ", which have to be ready for minReadySeconds";
      default -> "";
    };
  }

  /** Says that the deadline has gone by already. */
  void late(Finding finding) {
    if (scene.isDeadlineExceeded()) {
      Condition condition = scene.condition(RolloutScene.PROGRESSING).orElseThrow();
      finding.why(
          "Degraded since %s: no progress within progressDeadlineSeconds (%s); it goes on by itself as soon as there is some"
              .formatted(
                  scene.ago(condition.lastUpdateTime()),
                  Words.span(scene.effective.progressDeadline())),
          "R-389");
    }
  }

  /** Says when lack of progress makes the rollout Degraded. */
  void deadline(Finding finding) {
    Optional<Instant> deadline = scene.deadline();
    deadline.ifPresent(
        at ->
            finding.awaits(
                scene.rollout.spec().progressDeadlineAbort()
                    ? "progress, without which it is aborted"
                    : "progress, without which it becomes Degraded (and still goes on)",
                at,
                scene.now,
                "R-389"));
  }

  /** The wait told by the status alone. */
  Finding byStatus(Situation plain, String what, String counts, String rule) {
    Optional<Condition> failure = scene.condition("ReplicaFailure").filter(Condition::isTrue);
    Situation named = failure.map(each -> VersionPods.refusal(each.message())).orElse(plain(plain));
    Finding finding =
        Finding.of(named, what + because(failure.isPresent() ? named : null)).why(counts, rule);
    failure.ifPresent(
        each -> {
          finding.why(
              "the cluster refuses to create pods: " + Words.shown(each.message()), "R-470");
          finding.act(
              "see what the namespace allows", scene.commands.get("resourcequota,limitrange"));
        });
    late(finding);
    finding.awaits("its pods to become available", rule);
    deadline(finding);
    return finding;
  }

  /** What can always be done about an update that waits for pods. */
  Finding escapable(Finding finding) {
    return finding
        .act("take the update back", scene.commands.abort())
        .act("or deliver another version", scene.commands.setImage());
  }
}
