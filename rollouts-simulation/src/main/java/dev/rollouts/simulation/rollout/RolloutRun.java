package dev.rollouts.simulation.rollout;

import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.simulation.cluster.ClusterState;
import dev.rollouts.simulation.cluster.Kind;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import dev.rollouts.simulation.cluster.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A simulation of a rollout under way. */
final class RolloutRun implements RolloutShell.TurnObserver {
  private static final Duration NODE_REPLACED_AFTER = Duration.ofMinutes(5);

  private final RolloutSimulation plan;
  private final VirtualTime time;
  private final SimulatedCluster cluster;
  private final Troubles troubles;
  private final RolloutInvariants invariants;
  private final RolloutShell shell;
  private final @Nullable RolloutFollower follower;
  private final @Nullable Recorder recorder;
  private final List<Pending> pending = new ArrayList<>();
  private long decisions;
  private boolean actsPlanned;

  /** What is still to be done, and in which order. */
  private static final class Pending {
    final ScenarioEvent event;
    boolean planned;
    boolean done;
    boolean held;

    Pending(ScenarioEvent event) {
      this.event = event;
    }
  }

  RolloutRun(RolloutSimulation plan, VirtualTime time, SimulatedCluster cluster) {
    this.plan = plan;
    this.time = time;
    this.cluster = cluster;
    this.troubles = new Troubles(time, plan.faults(), plan.deathAfterWrite());
    this.recorder = plan.isRecorded() ? new Recorder(cluster, time) : null;
    ClusterState state = plan.state();
    if (state == null) {
      plan.objects().forEach(cluster::applyObject);
      cluster.apply(plan.rollout());
    } else {
      cluster.adopt(state);
    }
    this.invariants = new RolloutInvariants(cluster, plan.decider(), plan.checks(), plan.foreign());
    this.shell = new RolloutShell(cluster, time, plan.decider(), troubles, this);
    cluster.listen(this::announced);
    this.follower = plan.follower();
    if (follower != null) {
      follow(follower);
    }
    plan.scenario().forEach(event -> pending.add(new Pending(event)));
    pending.forEach(this::planMoment);
    plan.faults().forEach(this::planFault);
    cluster.watch(
        (kind, owner) -> {
          if (kind == Kind.ROLLOUT) {
            lookAtConditions();
          }
        });
    if (state != null) {
      lookAtConditions();
      if (recorder != null) {
        recorder.row();
      }
    }
  }

  RolloutTrace runFor(long millis) {
    try {
      runToRest(millis);
      if (!plan.faults().isEmpty() && !time.hasWork()) {
        // What a fault has hidden shows at the next resync.
        long resync = Math.min(millis, time.now() + RolloutShell.RESYNC + 1);
        while (time.step(resync)) {
          // Everything happens in there.
        }
        runToRest(millis);
      }
      if (!time.hasWork()) {
        invariants.checkEnd();
      }
      if (recorder != null && plan.state() != null) {
        recorder.close();
      }
      return trace();
    } catch (RolloutViolation violation) {
      throw new RolloutViolation(violation, context());
    }
  }

  private void runToRest(long millis) {
    while (time.hasWork() && time.step(millis)) {
      // Everything happens in there.
    }
  }

  String context() {
    StringBuilder text = new StringBuilder("seed ");
    text.append(plan.clusterSettings().seed()).append("; ").append(plan.replay()).append('\n');
    plan.scenario().forEach(event -> text.append("  ").append(event).append('\n'));
    plan.faults().forEach(fault -> text.append("  ").append(fault).append('\n'));
    if (recorder != null) {
      text.append(RowText.of(recorder.rows()));
    }
    return text.toString();
  }

  RolloutTrace trace() {
    return new RolloutTrace(
        plan.clusterSettings().seed(),
        cluster.rollout(),
        cluster.replicaSets(),
        recorder == null ? List.of() : recorder.rows(),
        recorder == null ? List.of() : recorder.runs(),
        cluster.traffic().minutes(),
        Duration.ofMillis(time.now()),
        decisions,
        troubles.writes(),
        EndState.of(cluster),
        invariants.chances());
  }

  SimulatedCluster cluster() {
    return cluster;
  }

  VirtualTime time() {
    return time;
  }

  RolloutInvariants invariants() {
    return invariants;
  }

  long decisions() {
    return decisions;
  }

  /** Somebody does something now. */
  void perform(Act act) {
    if (recorder != null) {
      recorder.happened("user", act.toString());
    }
    act.perform(cluster);
  }

  // -- what people do

  private void planMoment(Pending each) {
    When when = each.event.when();
    if (when.isMoment() && !when.again()) {
      time.at(when.value() + when.delay(), () -> perform(each));
    } else if (when.isMoment()) {
      repeat(each, when.value() + when.delay());
    }
  }

  private void repeat(Pending each, long at) {
    time.inBackground(
        at,
        () -> {
          perform(each);
          repeat(each, time.now() + each.event.when().value());
        });
  }

  private void perform(Pending each) {
    each.done = true;
    each.planned = false;
    if (recorder != null) {
      recorder.happened("user", each.event.act().toString());
    }
    each.event.act().perform(cluster);
    if (recorder != null) {
      recorder.row();
    }
    lookAtConditions();
  }

  /** Plans what the state of the rollout calls for; soon, never within somebody's write. */
  private void lookAtConditions() {
    if (!pending.isEmpty() && !actsPlanned) {
      actsPlanned = true;
      time.at(
          time.now() + 1,
          () -> {
            actsPlanned = false;
            planConditions();
          });
    }
  }

  private void planConditions() {
    for (Pending each : pending) {
      When when = each.event.when();
      if (when.isMoment()) {
        if (!each.done && !when.again()) {
          return;
        }
        continue;
      }
      boolean holds = when.holds(cluster.rollout(), decisions);
      boolean rises = holds && !each.held;
      each.held = holds;
      if ((when.again() ? rises : holds && !each.done) && !each.planned) {
        each.planned = true;
        time.at(time.now() + when.delay(), () -> perform(each));
      }
      if (!each.done && !when.again()) {
        return;
      }
    }
  }

  // -- what goes wrong

  private void planFault(PlannedFault fault) {
    switch (fault.fault()) {
      case CLOCK_STEP ->
          time.at(
              fault.at(),
              () -> {
                note("the clock is set by " + fault.extent() + " ms");
                cluster.stepClock(Duration.ofMillis(fault.extent()));
              });
      case LEADER_CHANGE ->
          time.at(
              fault.at(),
              () -> {
                note("another controller takes over");
                shell.changeLeader(fault.extent());
              });
      case POD_LOST ->
          time.at(
              fault.at(),
              () -> {
                note("a pod of the newest version is deleted");
                cluster.deletePod(cluster.rollout().statusOrEmpty().currentPodHash());
              });
      case STABLE_POD_LOST ->
          time.at(
              fault.at(),
              () -> {
                note("a pod of the stable version is deleted");
                cluster.deletePod(cluster.rollout().statusOrEmpty().stableRS());
              });
      case NODE_LOST ->
          time.at(
              fault.at(),
              () -> {
                note("node " + fault.extent() + " is lost");
                cluster.loseNode((int) fault.extent(), NODE_REPLACED_AFTER);
              });
      case LOST_WATCH_EVENT,
          REPEATED_WATCH_EVENT,
          STALE_READ,
          STALE_ROLLOUT,
          CONFLICT,
          REFUSED,
          LOST_ANSWER,
          RESTART -> {
        // The shell asks for these when it can be hit.
      }
    }
  }

  // -- looking on

  @Override
  public void decided(RolloutTurn turn) {
    decisions++;
    invariants.decided(turn);
  }

  @Override
  public void performed(ClusterEffect effect, @Nullable ClusterAnswer answer) {
    if (recorder != null) {
      recorder.performed(effect, answer);
    }
    if (follower != null && effect instanceof ClusterEffect.Announce announce) {
      follower.announced(announce.event());
    }
  }

  @Override
  public void ended(RolloutTurn turn) {
    if (recorder != null) {
      recorder.row();
    }
    invariants.ended(turn);
  }

  @Override
  public void note(String what) {
    if (recorder != null) {
      recorder.happened("fault", what);
    }
  }

  private void follow(RolloutFollower follower) {
    follower.stored(cluster.rollout(), cluster.replicaSets());
    cluster.watch(
        (kind, owner) -> {
          if (kind == Kind.ROLLOUT || kind == Kind.REPLICA_SET) {
            follower.stored(cluster.rollout(), cluster.replicaSets());
          }
        });
  }

  private void announced(Event event) {
    if (recorder != null) {
      recorder.happened("event", event.reason() + ": " + event.message());
      time.at(time.now(), recorder::row); // An experiment's turn may be none of the rollout's.
    }
  }
}
