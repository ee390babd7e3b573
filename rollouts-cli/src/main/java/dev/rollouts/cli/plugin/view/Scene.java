package dev.rollouts.cli.plugin.view;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.cli.kube.KubeObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects of a namespace that belong to a rollout or an experiment, in the order of the tree.
 *
 * @param replicaSets of the whole namespace, as are the others
 */
public record Scene(
    List<KubeObject> replicaSets,
    List<KubeObject> pods,
    List<KubeObject> experiments,
    List<KubeObject> runs,
    Map<String, List<KubeObject>> podsByOwner) {

  private static final Comparator<KubeObject> BY_NAME = Comparator.comparing(KubeObject::name);

  /** As texts: the server writes all of these times alike, and a watch compares very many. */
  private static final Comparator<KubeObject> BY_CREATION =
      Comparator.comparing(each -> each.text("metadata", "creationTimestamp"));

  private static final Comparator<KubeObject> NEWEST_REVISION =
      Comparator.comparingLong(Scene::revision).reversed();

  /** A namespace with these objects. */
  public static Scene of(
      List<KubeObject> replicaSets,
      List<KubeObject> pods,
      List<KubeObject> experiments,
      List<KubeObject> runs) {
    Map<String, List<KubeObject>> byOwner = new HashMap<>();
    for (KubeObject pod : pods) {
      for (KubeObject owner : pod.children("metadata", "ownerReferences")) {
        byOwner.computeIfAbsent(owner.text("uid"), uid -> new ArrayList<>()).add(pod);
      }
    }
    return new Scene(replicaSets, pods, experiments, runs, byOwner);
  }

  /** The revision of something; 0 without one. */
  static long revision(KubeObject object) {
    String text = object.annotation(RolloutKeys.REVISION);
    return text.matches("-?[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  private static List<KubeObject> owned(
      List<KubeObject> all, KubeObject owner, Comparator<KubeObject> order) {
    String uid = owner.uid();
    return all.stream().filter(each -> each.isOwnedBy(uid)).sorted(order).toList();
  }

  /** K-094. */
  List<KubeObject> replicaSetsOf(KubeObject owner) {
    return owned(replicaSets, owner, NEWEST_REVISION.thenComparing(BY_NAME));
  }

  /** K-095. */
  List<KubeObject> podsOf(KubeObject replicaSet) {
    return podsByOwner.getOrDefault(replicaSet.uid(), List.of()).stream()
        .sorted(BY_CREATION.thenComparing(BY_NAME))
        .toList();
  }

  /** K-096. */
  List<KubeObject> runsOf(KubeObject owner) {
    return owned(
        runs, owner, NEWEST_REVISION.thenComparing(BY_CREATION).thenComparing(BY_NAME.reversed()));
  }

  /** K-097. */
  List<KubeObject> experimentsOf(KubeObject owner) {
    return owned(experiments, owner, NEWEST_REVISION.thenComparing(BY_CREATION));
  }
}
