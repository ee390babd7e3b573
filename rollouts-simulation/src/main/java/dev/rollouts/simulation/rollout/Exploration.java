package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.simulation.cluster.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Every order of what people do and what pods do, up to a depth: at each rest one more thing
 * happens, and all things that can are tried. A state that was seen before is not gone on from.
 */
public final class Exploration {
  private static final long REST = 1_000;
  private static final Duration LENGTH = Duration.ofDays(1);

  private final RolloutSimulation simulation;
  private final List<Act> acts;
  private final int failures;
  private final int depth;

  /**
   * An exploration.
   *
   * @param simulation with small numbers, without scenario and faults; its pods become ready only
   *     when the exploration says so
   * @param acts each happens at most once, in any order
   * @param failures pods that may fail on one path
   * @param depth things that happen on one path
   */
  public Exploration(RolloutSimulation simulation, List<Act> acts, int failures, int depth) {
    this.simulation = simulation.recorded(false);
    this.acts = List.copyOf(acts);
    this.failures = failures;
    this.depth = depth;
  }

  /**
   * What was found.
   *
   * @param states distinct states at rest
   * @param paths that were walked from the start
   * @param complete whether nothing was left out for want of states
   */
  public record Report(
      long states, long paths, long decisions, boolean complete, RolloutChances chances) {}

  /** One thing that can happen. */
  private record Option(Kind kind, int act, String hash) {
    enum Kind {
      ACT,
      POD_READY,
      POD_FAILS,
      TIME_PASSES
    }
  }

  /**
   * Explores.
   *
   * @param statesMax where to stop
   * @throws RolloutViolation if a decision breaks a {@link RolloutInvariant}; the message has the
   *     choices that lead there
   */
  public Report explore(long statesMax) {
    Set<String> seen = new HashSet<>();
    Deque<int[]> open = new ArrayDeque<>();
    open.add(new int[0]);
    long paths = 0;
    long decisions = 0;
    RolloutChances chances = RolloutChances.none();
    while (!open.isEmpty() && seen.size() < statesMax) {
      Walk walk = new Walk(open.removeLast());
      walk.go(seen, open);
      paths++;
      decisions += walk.run.decisions();
      chances = chances.plus(walk.run.invariants().chances());
    }
    return new Report(seen.size(), paths, decisions, open.isEmpty(), chances);
  }

  /** One path from the start: along its prefix, then always by the first option. */
  private final class Walk {
    private final RolloutRun run = simulation.start();
    private final int[] prefix;
    private final List<Integer> taken = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final Set<Integer> done = new HashSet<>();
    private int failed;

    Walk(int[] prefix) {
      this.prefix = prefix;
      run.cluster().drivePods();
    }

    void go(Set<String> seen, Deque<int[]> open) {
      try {
        rest();
        while (taken.size() < depth) {
          boolean isNew = taken.size() >= prefix.length;
          if (isNew && !seen.add(state())) {
            return;
          }
          List<Option> options = options();
          if (options.isEmpty()) {
            return;
          }
          int choice = isNew ? 0 : prefix[taken.size()];
          if (isNew) {
            for (int other = options.size() - 1; other > 0; other--) {
              open.add(with(other));
            }
          }
          take(options.get(choice), choice);
          rest();
        }
      } catch (RolloutViolation violation) {
        throw new RolloutViolation(violation, "after: " + String.join("; ", words));
      }
    }

    private int[] with(int choice) {
      int[] path = new int[taken.size() + 1];
      for (int i = 0; i < taken.size(); i++) {
        path[i] = taken.get(i);
      }
      path[taken.size()] = choice;
      return path;
    }

    /** Everybody does what takes no longer than a moment. */
    private void rest() {
      VirtualTime time = run.time();
      while (time.next() <= time.now() + REST) {
        time.step(time.now() + REST);
      }
    }

    private List<Option> options() {
      List<Option> options = new ArrayList<>();
      for (ReplicaSet set : run.cluster().replicaSets()) {
        int pods = set.status().replicas();
        int ready = run.cluster().ready(set.hash());
        if (ready < pods) {
          options.add(new Option(Option.Kind.POD_READY, 0, set.hash()));
        }
        if (ready > 0 && failed < failures) {
          options.add(new Option(Option.Kind.POD_FAILS, 0, set.hash()));
        }
      }
      for (int i = 0; i < acts.size(); i++) {
        if (!done.contains(i)) {
          options.add(new Option(Option.Kind.ACT, i, ""));
        }
      }
      if (run.time().hasWork()) {
        options.add(new Option(Option.Kind.TIME_PASSES, 0, ""));
      }
      return options;
    }

    private void take(Option option, int choice) {
      taken.add(choice);
      switch (option.kind()) {
        case ACT -> {
          done.add(option.act());
          words.add(acts.get(option.act()).toString());
          run.perform(acts.get(option.act()));
        }
        case POD_READY -> {
          words.add("a pod of " + option.hash() + " is ready");
          run.cluster().makeOneReady(option.hash());
        }
        case POD_FAILS -> {
          failed++;
          words.add("a pod of " + option.hash() + " fails");
          run.cluster().makeOneNotReady(option.hash());
        }
        case TIME_PASSES -> {
          words.add("time passes");
          run.time().step(Math.min(LENGTH.toMillis(), run.time().next()));
        }
      }
    }

    /** What tells states apart: everything but times and versions. */
    private String state() {
      RolloutStatus status = run.cluster().rollout().statusOrEmpty();
      StringBuilder text = new StringBuilder(256);
      text.append(run.cluster().rollout().spec().replicas())
          .append(run.cluster().rollout().spec().paused())
          .append(' ')
          .append(status.abort())
          .append(status.promoteFull())
          .append(status.controllerPause())
          .append(status.currentPodHash())
          .append(' ')
          .append(status.stableRS())
          .append(' ')
          .append(status.currentStepIndex())
          .append(status.phase())
          .append(status.message())
          .append(status.canary().weights())
          .append(status.blueGreen());
      for (PauseCondition each : status.pauseConditions()) {
        text.append(each.reason());
      }
      for (ReplicaSet set : run.cluster().replicaSets()) {
        text.append(' ')
            .append(set.hash())
            .append(set.replicas())
            .append('/')
            .append(set.available())
            .append('/')
            .append(run.cluster().ready(set.hash()))
            .append(set.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) != null);
      }
      text.append(EndState.of(run.cluster()).services())
          .append(run.cluster().traffic().asked())
          .append(done)
          .append(failed)
          .append(run.time().hasWork());
      return text.toString();
    }
  }
}
