package dev.rollouts.controller.faults;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.Controller;
import dev.rollouts.controller.kube.ReplicaSetTree;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.testcluster.proxy.FaultProxy;
import dev.rollouts.testcluster.proxy.ProxiedRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a scenario goes on the real API server when nothing goes wrong.
 *
 * @param ending as in the simulation
 * @param writes of the controller, in order
 * @param states all that was stored
 * @param events reasons of the events about the rollout, in order
 */
record CalmLife(
    Ending ending,
    Surroundings around,
    List<ProxiedRequest> writes,
    StateTrace states,
    List<String> events) {
  private static final Map<String, CalmLife> LIVED = new ConcurrentHashMap<>();

  /** Lives it, once for all tests of this JVM. */
  static CalmLife of(ScenarioFile scenario) throws InterruptedException {
    CalmLife known = LIVED.get(scenario.name());
    if (known == null) {
      known = live(scenario);
      LIVED.put(scenario.name(), known);
    }
    return known;
  }

  private static CalmLife live(ScenarioFile scenario) throws InterruptedException {
    Ending ending = Ending.of(scenario.simulated());
    try (Life life = new Life(scenario);
        History sets = new History(life.cluster().api(), life.cluster().key("ReplicaSet", "*"));
        History events = new History(life.cluster().api(), life.cluster().key("Event", "*"));
        FaultProxy proxy =
            FaultProxy.start(
                life.cluster().cluster().controlPlane(), "controller", "system:masters");
        Controller controller = Controllers.start(life.cluster().namespace(), proxy.kubeconfig())) {
      life.begin();
      Surroundings around = life.awaitEnd(ending, Optional.empty());
      controller.close(); // sends the events that are left
      return new CalmLife(
          ending,
          around,
          proxy.writes(),
          states(life.rollouts().all(), sets.all()),
          reasons(events.all()));
    }
  }

  /** One cluster has one order of writes: that of the versions of its objects. */
  private static StateTrace states(List<JsonObject> rollouts, List<JsonObject> sets) {
    List<JsonObject> all = new ArrayList<>(rollouts);
    all.addAll(sets);
    all.sort(
        Comparator.comparingLong(
            each -> Long.parseLong(String.valueOf(each.at("metadata", "resourceVersion")))));
    StateTrace trace = new StateTrace();
    Rollout rollout = null;
    Map<String, ReplicaSet> known = new LinkedHashMap<>();
    for (JsonObject each : all) {
      if ("Rollout".equals(each.at("kind"))) {
        rollout = Wire.decode(Rollout.class, each.fields()).value();
      } else {
        ReplicaSet set = ReplicaSetTree.read(each);
        if (LiveCluster.isOfRollout(set)) {
          known.put(set.name(), set);
        }
      }
      if (rollout != null) {
        trace.add(rollout, List.copyOf(known.values()));
      }
    }
    return trace;
  }

  private static List<String> reasons(List<JsonObject> events) {
    return events.stream()
        .filter(each -> "Rollout".equals(each.at("involvedObject", "kind")))
        .map(each -> String.valueOf(each.at("reason")))
        .toList();
  }
}
