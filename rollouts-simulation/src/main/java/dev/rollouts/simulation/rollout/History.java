package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutSettings;
import dev.rollouts.engine.traffic.RouterSettings;
import dev.rollouts.engine.traffic.TrafficRouters;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.cluster.ClusterSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A small life of a rollout as data: what is deployed, who does what when, and what goes wrong.
 * Immutable.
 *
 * @param seed that it was drawn from, and from which the cluster draws
 */
public record History(
    long seed,
    Rollout rollout,
    List<JsonObject> objects,
    Set<String> foreign,
    ClusterSettings cluster,
    List<ScenarioEvent> scenario,
    List<PlannedFault> faults) {
  /** Virtual time that is enough for every history. */
  public static final Duration LENGTH = Duration.ofHours(2);

  public History {
    objects = List.copyOf(objects);
    foreign = Set.copyOf(foreign);
    scenario = List.copyOf(scenario);
    faults = List.copyOf(faults);
  }

  private static final RolloutSettings SETTINGS =
      new RolloutSettings(
          "", RouterSettings.defaults(), Set.of(HistoryPlugin.NAME), Set.of(), List.of());

  /** The engine that histories are drawn for: it can call their step plugin. */
  public static RolloutEngine engine() {
    return new RolloutEngine(SETTINGS, TrafficRouters.builtIn());
  }

  /** The history with this number; always the same. */
  public static History of(long seed) {
    return new HistoryDraw(seed).draw();
  }

  /** The simulation that lives it. */
  public RolloutSimulation simulation(RolloutDecider decider) {
    return RolloutSimulation.of(rollout, seed)
        .cluster(any -> cluster)
        .decidedBy(decider)
        .objects(objects)
        .foreign(foreign)
        .scenario(scenario)
        .faults(faults)
        .recorded(false)
        .checking(Checks.SAMPLED)
        .replayedBy("to replay: ./dev sim --history " + seed);
  }

  /** Lives it. */
  public RolloutTrace run(RolloutDecider decider) {
    return simulation(decider).run(LENGTH);
  }

  /**
   * Smaller histories that may fail in the same way: each lacks one event, one fault, or one step.
   */
  List<History> smaller() {
    List<History> all = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      List<PlannedFault> fewer = new ArrayList<>(faults);
      fewer.remove(i);
      all.add(new History(seed, rollout, objects, foreign, cluster, scenario, fewer));
    }
    for (int i = 0; i < scenario.size(); i++) {
      List<ScenarioEvent> fewer = new ArrayList<>(scenario);
      fewer.remove(i);
      all.add(new History(seed, rollout, objects, foreign, cluster, fewer, faults));
    }
    HistoryEdits.simpler(rollout)
        .forEach(
            each -> all.add(new History(seed, each, objects, foreign, cluster, scenario, faults)));
    return all;
  }

  /**
   * A smallest history that breaks the same invariant: nothing can be left out of it.
   *
   * @return this one where it breaks none
   */
  public History shrunk(RolloutDecider decider) {
    RolloutInvariant broken = broken(decider);
    if (broken == null) {
      return this;
    }
    History smallest = this;
    boolean again = true;
    while (again) {
      again = false;
      for (History each : smallest.smaller()) {
        if (broken == each.broken(decider)) {
          smallest = each;
          again = true;
          break;
        }
      }
    }
    return smallest;
  }

  /** The invariant that it breaks, or null. */
  @org.jspecify.annotations.Nullable
  RolloutInvariant broken(RolloutDecider decider) {
    try {
      run(decider);
      return null;
    } catch (RolloutViolation violation) {
      return violation.invariant();
    }
  }
}
