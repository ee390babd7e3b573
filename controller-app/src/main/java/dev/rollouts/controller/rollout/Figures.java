package dev.rollouts.controller.rollout;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What of a status follows from the ReplicaSets alone and changes with every pod: counts, and how
 * an update that goes on is worded.
 */
final class Figures {
  private static final String PROGRESSING = "Progressing";

  private Figures() {}

  /** Whether nothing else is new. */
  static boolean areAllThatIsNew(RolloutStatus before, RolloutStatus after) {
    RolloutStatus.Builder same =
        after.toBuilder()
            .replicas(before.replicas())
            .updatedReplicas(before.updatedReplicas())
            .readyReplicas(before.readyReplicas())
            .availableReplicas(before.availableReplicas())
            .HPAReplicas(before.HPAReplicas())
            .conditions(before.conditions());
    if (after.phase() == RolloutPhase.PROGRESSING) {
      same.message(before.message());
    }
    return same.build().equals(before)
        && Set.copyOf(reworded(before, after)).equals(Set.copyOf(before.conditions()));
  }

  /** The conditions with the words and times of those before, where they say the same. */
  private static List<Condition> reworded(RolloutStatus before, RolloutStatus after) {
    List<Condition> conditions = new ArrayList<>();
    for (Condition each : after.conditions()) {
      conditions.add(
          before
              .condition(each.type())
              .filter(
                  known ->
                      each.type().equals(PROGRESSING)
                          && known.status().equals(each.status())
                          && each.status().equals(Condition.TRUE))
              .orElse(each));
    }
    return conditions;
  }
}
