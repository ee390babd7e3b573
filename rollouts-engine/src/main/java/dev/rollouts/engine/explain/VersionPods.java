package dev.rollouts.engine.explain;

import dev.rollouts.api.Condition;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.analysis.explain.Wait;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pods of one ReplicaSet, and what keeps them from being available. */
final class VersionPods {
  private static final String REPLICA_FAILURE = "ReplicaFailure";

  private final ReplicaSet set;
  private final boolean podsGiven;
  private final List<PodTrouble> troubles = new ArrayList<>();
  private final int seen;
  private final Instant now;

  VersionPods(ReplicaSet set, Neighbours around, String namespace, Instant now) {
    this.set = set;
    this.now = now;
    List<JsonObject> all = around.all("Pod", namespace);
    this.podsGiven = !all.isEmpty();
    int count = 0;
    for (JsonObject pod : all) {
      if (isOf(pod)) {
        count++;
        PodTrouble.of(pod, set.minReadySeconds(), now).ifPresent(troubles::add);
      }
    }
    this.seen = count;
    troubles.sort(
        Comparator.comparing(
                (PodTrouble each) -> each.situation() == Situation.OLD_PODS_TERMINATING)
            .thenComparing(each -> -count(each.situation())));
  }

  private int count(Situation situation) {
    return (int) troubles.stream().filter(each -> each.situation() == situation).count();
  }

  private boolean isOf(JsonObject pod) {
    for (JsonObject owner : ObjectTrees.list(pod.at("metadata", "ownerReferences"))) {
      if ("ReplicaSet".equals(owner.at("kind"))) {
        String uid = set.metadata().uid();
        return uid.isEmpty() ? set.name().equals(owner.at("name")) : uid.equals(owner.at("uid"));
      }
    }
    return false;
  }

  ReplicaSet set() {
    return set;
  }

  /** Whether every pod that the ReplicaSet wants is available. */
  boolean areAvailable() {
    return set.available() >= set.replicas() && set.isObserved();
  }

  /** What the cluster refuses to the ReplicaSet; empty when it refuses nothing. */
  Optional<Condition> failure() {
    return set.status().conditions().stream()
        .filter(each -> each.type().equals(REPLICA_FAILURE) && each.isTrue())
        .findFirst();
  }

  /** What to blame first; empty when neither ReplicaSet nor pods tell. */
  Optional<Situation> situation() {
    Optional<Condition> failure = failure();
    if (failure.isPresent()) {
      return Optional.of(refusal(failure.get().message()));
    }
    if (!troubles.isEmpty() && troubles.get(0).situation() != Situation.OLD_PODS_TERMINATING) {
      return Optional.of(troubles.get(0).situation());
    }
    return areReadyOnly() ? Optional.of(Situation.MIN_READY_SECONDS) : Optional.empty();
  }

  static Situation refusal(String message) {
    return message.contains("exceeded quota") ? Situation.QUOTA_EXCEEDED : Situation.PODS_REFUSED;
  }

  /** Whether the counts alone tell that pods wait for {@code minReadySeconds}. */
  private boolean areReadyOnly() {
    return set.minReadySeconds() > 0
        && set.status().readyReplicas() >= set.replicas()
        && set.status().availableReplicas() < set.replicas();
  }

  /** {@code 1 of 3 pods available}. */
  String counts() {
    return set.replicas() == 0 && set.available() == 0
        ? "no pods"
        : set.available() + " of " + Words.many(set.replicas(), "pod") + " available";
  }

  /** What keeps pods from being available. */
  List<Link> links() {
    List<Link> links = new ArrayList<>();
    failure()
        .ifPresent(
            each ->
                links.add(
                    Link.of(
                        "the cluster refuses to create its pods: " + Words.shown(each.message()),
                        "R-470")));
    Map<Situation, PodTrouble> first = new LinkedHashMap<>();
    troubles.forEach(each -> first.putIfAbsent(each.situation(), each));
    first.forEach(
        (situation, each) -> {
          int more = count(situation) - 1;
          links.add(
              Link.of(
                  "pod %s: %s%s"
                      .formatted(
                          Words.shown(each.pod()),
                          each.text(),
                          more == 0 ? "" : "; likewise " + Words.many(more, "other pod")),
                  ""));
        });
    int missing = set.replicas() - set.status().replicas();
    if (links.isEmpty() && !set.isObserved()) {
      links.add(Link.of("its controller has not seen the current size yet", "R-078"));
    } else if (links.isEmpty() && missing > 0) {
      links.add(Link.of("not created yet: " + Words.many(missing, "pod"), ""));
    } else if (links.isEmpty() && areReadyOnly()) {
      links.add(
          Link.of(
              "its pods are ready and count as available after minReadySeconds (%ds)"
                  .formatted(set.minReadySeconds()),
              ""));
    } else if (links.isEmpty() && podsGiven && seen > 0) {
      links.add(Link.of("its pods do not say what they lack", ""));
    }
    return links;
  }

  /** When pods become available by themselves. */
  List<Wait> waits() {
    return troubles.stream()
        .map(PodTrouble::until)
        .filter(each -> each != null && each.isAfter(now))
        .max(Comparator.naturalOrder())
        .map(until -> List.of(new Wait("", "minReadySeconds of its pods", until, false, "")))
        .orElse(List.of());
  }

  /** Whether there are no pods to look at although the ReplicaSet wants some. */
  boolean isBlind() {
    return set.status().replicas() > 0 && seen == 0;
  }

  /** What usually helps. */
  void advise(Finding finding, Commands commands) {
    Situation what = situation().orElse(null);
    PodTrouble first = troubles.isEmpty() ? null : troubles.get(0);
    if (failure().isPresent()) {
      finding.act("see what the namespace allows", commands.get("resourcequota,limitrange"));
    } else if (what == Situation.IMAGE_PULL_ERROR) {
      finding.act("name an image that exists and may be pulled", commands.setImage());
    } else if (first != null && (what == Situation.CRASH_LOOP || what == Situation.OUT_OF_MEMORY)) {
      finding.act("see why it ended", commands.logs(first.pod(), first.container(), true));
    } else if (first != null
        && (what == Situation.READINESS_PROBE || what == Situation.INIT_CONTAINER)) {
      finding.act("see what it says", commands.logs(first.pod(), first.container(), false));
    } else if (first != null && what != Situation.MIN_READY_SECONDS) {
      finding.act("see its events", commands.kubectl("describe", "pod", first.pod()));
    }
  }
}
