package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.simulation.rollout.RolloutFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is simulated is what happens on the real API server, state by state, event by event. */
@Tag("it")
class TracesTest {
  /** Whether pods become ready one by one or at once decides how often these are sent. */
  private static final Set<String> AS_OFTEN_AS_PODS = Set.of("ScalingReplicaSet");

  /** A simulation has nobody who watches. */
  private static final Set<String> LIVE_ONLY = Set.of("RolloutAddedToInformer");

  /** One life of a scenario, seen from outside. */
  private record Seen(StateTrace states, List<String> events) {}

  static List<String> scenarios() {
    return ScenarioFile.names();
  }

  @ParameterizedTest(name = "R-002, R-525 {0}")
  @MethodSource("scenarios")
  void goesAsItIsSimulated(String name) throws InterruptedException {
    ScenarioFile scenario = ScenarioFile.of(name);
    Seen simulated = simulated(scenario);
    CalmLife calm = CalmLife.of(scenario);
    List<String> events = new ArrayList<>();
    calm.events().forEach(reason -> note(events, reason));
    Seen live = new Seen(calm.states(), events);
    assertSame("states", simulated.states().texts(), live.states().texts());
    assertSame("lasting conditions", simulated.states().lasting(), live.states().lasting());
    assertThat(live.states().wavering()).as(live.states()::toString).isEmpty();
    assertSame("conditions and sizes at rest", rests(simulated.states()), rests(live.states()));
    assertSame("events", simulated.events(), live.events());
  }

  private static void assertSame(String what, List<String> simulated, List<String> live) {
    if (!live.equals(simulated)) {
      throw new AssertionError(
          "%s: - simulated, + on the API server%n%s"
              .formatted(what, Differences.between(simulated, live)));
    }
  }

  /** Conditions and sizes where it rests. */
  private static List<String> rests(StateTrace trace) {
    return trace.states().stream()
        .filter(StateTrace.State::resting)
        .map(each -> each.text() + " " + each.conditions() + " " + each.last())
        .toList();
  }

  private static Seen simulated(ScenarioFile scenario) {
    StateTrace states = new StateTrace();
    List<String> events = new ArrayList<>();
    scenario
        .simulation()
        .decidedBy(new SettlingDecider(new RolloutEngine()::decide))
        .followedBy(
            new RolloutFollower() {
              @Override
              public void stored(Rollout rollout, List<ReplicaSet> replicaSets) {
                states.add(rollout, replicaSets);
              }

              @Override
              public void announced(Event event) {
                note(events, event.reason());
              }
            })
        .run(scenario.scenario().duration());
    return new Seen(states, events);
  }

  private static void note(List<String> events, String reason) {
    if (!AS_OFTEN_AS_PODS.contains(reason) && !LIVE_ONLY.contains(reason)) {
      events.add(reason);
    }
  }
}
