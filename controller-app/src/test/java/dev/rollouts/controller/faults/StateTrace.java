package dev.rollouts.controller.faults;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a rollout ever was, without times: its states with equal neighbours collapsed,
 * and within each state the sizes of its versions. How pods come and go one by one is no part of a
 * state, nor is what conditions say of it: Available, and Progressing while it tells of replicas or
 * bounces during a pause. At rest all conditions count, in between those of other types.
 */
final class StateTrace {
  /** The next update has begun; a controller may pass over it, as it lasts for one turn. */
  private static final String BEGINS = "True/NewReplicaSetCreated";

  private static final Set<String> OF_PODS = Set.of("Available", "Progressing");

  private final List<State> states = new ArrayList<>();

  /** One state, as long as it lasted. */
  static final class State {
    private final String text;
    private final boolean resting;
    private final List<Map<String, Integer>> sizes = new ArrayList<>();
    private Map<String, String> conditions = Map.of();

    State(String text, boolean resting) {
      this.text = text;
      this.resting = resting;
    }

    String text() {
      return text;
    }

    boolean resting() {
      return resting;
    }

    List<Map<String, Integer>> sizes() {
      return sizes;
    }

    /** All of them, at its end. */
    String conditions() {
      return conditions.toString();
    }

    /** Those at its end that do not tell how pods come and go. */
    String lastingConditions() {
      Map<String, String> lasting = new TreeMap<>(conditions);
      lasting.keySet().removeAll(OF_PODS);
      return lasting.toString();
    }

    /** Sizes by image at its end. */
    Map<String, Integer> last() {
      return sizes.get(sizes.size() - 1);
    }
  }

  /** Takes in what was stored. */
  void add(Rollout rollout, List<ReplicaSet> sets) {
    Map<String, Integer> sizes = new TreeMap<>();
    sets.forEach(set -> sizes.merge(Ending.image(set), set.replicas(), Integer::sum));
    sizes.values().removeIf(size -> size == 0);
    String text = text(rollout);
    State last = states.isEmpty() ? null : states.get(states.size() - 1);
    if (last == null || !last.text().equals(text)) {
      last = new State(text, isResting(rollout));
      states.add(last);
    }
    Map<String, String> conditions = conditions(rollout);
    if (last.conditions.isEmpty() || !BEGINS.equals(conditions.get("Progressing"))) {
      last.conditions = conditions;
    }
    if (last.sizes().isEmpty() || !last.last().equals(sizes)) {
      last.sizes().add(sizes);
    }
  }

  private static boolean isResting(Rollout rollout) {
    RolloutStatus status = rollout.statusOrEmpty();
    return status.phase() != null
        && switch (status.phase()) {
          case HEALTHY, PAUSED, DEGRADED -> true;
          case PROGRESSING -> false;
        };
  }

  private static String text(Rollout rollout) {
    RolloutStatus status = rollout.statusOrEmpty();
    TrafficWeights weights = status.canary().weights();
    return "%s step %s weight %s%s"
        .formatted(
            Objects.toString(status.phase(), "new"),
            number(status.currentStepIndex()),
            weights == null ? "-" : weights.canary().weight(),
            status.abort() ? " aborted" : "");
  }

  private static Map<String, String> conditions(Rollout rollout) {
    Map<String, String> conditions = new TreeMap<>();
    rollout
        .statusOrEmpty()
        .conditions()
        .forEach(each -> conditions.put(each.type(), each.status() + "/" + each.reason()));
    return conditions;
  }

  private static String number(@Nullable Integer index) {
    return index == null ? "-" : index.toString();
  }

  List<State> states() {
    return states;
  }

  /** Without progress that comes to rest at once: a controller may save the two together. */
  List<String> texts() {
    return settled().stream().map(State::text).toList();
  }

  /** The same with what conditions say that is not about pods. */
  List<String> lasting() {
    return settled().stream().map(each -> each.text() + " " + each.lastingConditions()).toList();
  }

  private List<State> settled() {
    List<State> settled = new ArrayList<>();
    for (State state : states) {
      int last = settled.size() - 1;
      if (last >= 0
          && settled.get(last).text().startsWith(RolloutPhase.PROGRESSING + " ")
          && place(settled.get(last).text()).equals(place(state.text()))) {
        settled.remove(last);
      }
      settled.add(state);
    }
    return settled;
  }

  /** A state without its phase. */
  private static String place(String text) {
    return text.substring(text.indexOf(' '));
  }

  /** Where, between two neighbouring states' ends, a version grew and shrank. */
  List<String> wavering() {
    List<String> found = new ArrayList<>();
    Map<String, Integer> anchor = Map.of();
    for (State state : states) {
      List<Map<String, Integer>> path = new ArrayList<>();
      path.add(anchor);
      path.addAll(state.sizes());
      java.util.Set<String> images = new java.util.TreeSet<>();
      path.forEach(each -> images.addAll(each.keySet()));
      for (String image : images) {
        boolean grew = false;
        boolean shrank = false;
        for (int i = 1; i < path.size(); i++) {
          int step = path.get(i).getOrDefault(image, 0) - path.get(i - 1).getOrDefault(image, 0);
          grew |= step > 0;
          shrank |= step < 0;
        }
        if (grew && shrank) {
          found.add(image + " in " + state.text() + ": " + path);
        }
      }
      anchor = state.last();
    }
    return found;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    states.forEach(each -> text.append(each.text()).append("  ").append(each.sizes()).append('\n'));
    return text.toString();
  }
}
