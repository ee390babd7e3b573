package dev.rollouts.simulation.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.cluster.ClusterSettings;
import dev.rollouts.simulation.cluster.ClusterState;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import dev.rollouts.simulation.cluster.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A rollout that is about to run in virtual time, from its creation in an empty cluster. Immutable:
 * every method returns another simulation. Thread-safe, if the functions given to it are.
 */
public final class RolloutSimulation {
  private static final RolloutDecider ENGINE = new RolloutEngine()::decide;

  private Rollout rollout;
  private ClusterSettings cluster;
  private RolloutDecider decider = ENGINE;
  private List<JsonObject> objects = List.of();
  private @Nullable ClusterState state;
  private Set<String> foreign = Set.of();
  private List<ScenarioEvent> scenario = List.of();
  private List<PlannedFault> faults = List.of();
  private long deathAfterWrite;
  private Checks checks = Checks.SAMPLED;
  private boolean recorded = true;
  private @Nullable RolloutFollower follower;
  private String replay;

  private RolloutSimulation(Rollout rollout, ClusterSettings cluster) {
    this.rollout = requireNonNull(rollout, "rollout");
    this.cluster = cluster;
    this.replay = "to replay, run the same simulation with seed " + cluster.seed();
  }

  /** A rollout that is created at the start; one with a status goes on from it. */
  public static RolloutSimulation of(Rollout rollout, long seed) {
    return new RolloutSimulation(rollout, ClusterSettings.defaults().withSeed(seed));
  }

  /** Changes the cluster. */
  public RolloutSimulation cluster(UnaryOperator<ClusterSettings> edit) {
    return change(it -> it.cluster = edit.apply(cluster));
  }

  /** Puts something else in the engine's place, or an engine with other settings. */
  public RolloutSimulation decidedBy(RolloutDecider other) {
    return change(it -> it.decider = requireNonNull(other, "other"));
  }

  /** Objects that exist before the rollout does: Services, routers' objects, Deployments. */
  public RolloutSimulation objects(List<JsonObject> trees) {
    return change(it -> it.objects = with(objects, trees));
  }

  /**
   * Starts from a cluster as it stands, in the place of an empty one, for the rollout in it.
   * Objects that were given before do not count: those of the state do.
   *
   * @param at what the clock shows at the start
   */
  public RolloutSimulation continuing(ClusterState from, Instant at) {
    return change(
        it -> {
          it.state = from;
          it.rollout = from.rollout();
          it.objects = from.objects();
          it.cluster = cluster.startingAt(at);
        });
  }

  /** Names of objects that are none of the rollout's business; it is checked that they are left. */
  public RolloutSimulation foreign(Set<String> names) {
    return change(it -> it.foreign = Set.copyOf(names));
  }

  /** Adds something that somebody does. */
  public RolloutSimulation act(When when, Act act) {
    return scenario(List.of(new ScenarioEvent(when, act)));
  }

  /** Adds what people and neighbours do. */
  public RolloutSimulation scenario(List<ScenarioEvent> events) {
    return change(it -> it.scenario = with(scenario, events));
  }

  /** Adds faults. */
  public RolloutSimulation faults(List<PlannedFault> some) {
    return change(it -> it.faults = with(faults, some));
  }

  /** Kills the controller after its so-manieth write; 0 for never. */
  public RolloutSimulation dyingAfterWrite(long write) {
    return change(it -> it.deathAfterWrite = write);
  }

  /** How much is checked after each decision; {@link Checks#SAMPLED} by default. */
  public RolloutSimulation checking(Checks howMuch) {
    return change(it -> it.checks = requireNonNull(howMuch, "howMuch"));
  }

  /** Whether the trace gets rows; true by default. */
  public RolloutSimulation recorded(boolean rows) {
    return change(it -> it.recorded = rows);
  }

  /** Shows somebody all that is stored. */
  public RolloutSimulation followedBy(RolloutFollower somebody) {
    return change(it -> it.follower = requireNonNull(somebody, "somebody"));
  }

  /** What to tell somebody who wants to see a failure again. */
  public RolloutSimulation replayedBy(String instruction) {
    return change(it -> it.replay = instruction);
  }

  /** The same simulation with other luck. */
  public RolloutSimulation withSeed(long seed) {
    return change(it -> it.cluster = cluster.withSeed(seed));
  }

  /**
   * Runs it, until nothing more happens or the time is up.
   *
   * @param atMost virtual time
   * @throws RolloutViolation if a decision breaks a {@link RolloutInvariant}
   */
  public RolloutTrace run(Duration atMost) {
    if (atMost.isNegative() || atMost.isZero()) {
      throw new IllegalArgumentException("a simulation needs a positive time, was " + atMost);
    }
    return start().runFor(atMost.toMillis());
  }

  /** A simulation that somebody drives by hand, as exploration does. */
  RolloutRun start() {
    VirtualTime time = new VirtualTime();
    return new RolloutRun(this, time, new SimulatedCluster(time, cluster));
  }

  Rollout rollout() {
    return rollout;
  }

  ClusterSettings clusterSettings() {
    return cluster;
  }

  RolloutDecider decider() {
    return decider;
  }

  List<JsonObject> objects() {
    return objects;
  }

  @Nullable ClusterState state() {
    return state;
  }

  Set<String> foreign() {
    return foreign;
  }

  List<ScenarioEvent> scenario() {
    return scenario;
  }

  List<PlannedFault> faults() {
    return faults;
  }

  long deathAfterWrite() {
    return deathAfterWrite;
  }

  Checks checks() {
    return checks;
  }

  @Nullable RolloutFollower follower() {
    return follower;
  }

  boolean isRecorded() {
    return recorded;
  }

  /** What to do to see a failure again. */
  public String replay() {
    return replay;
  }

  private static <T> List<T> with(List<T> list, List<T> more) {
    List<T> all = new ArrayList<>(list);
    all.addAll(more);
    return List.copyOf(all);
  }

  private RolloutSimulation change(Consumer<RolloutSimulation> edit) {
    RolloutSimulation copy = new RolloutSimulation(rollout, cluster);
    copy.decider = decider;
    copy.objects = objects;
    copy.state = state;
    copy.foreign = foreign;
    copy.scenario = scenario;
    copy.faults = faults;
    copy.deathAfterWrite = deathAfterWrite;
    copy.checks = checks;
    copy.recorded = recorded;
    copy.follower = follower;
    copy.replay = replay;
    edit.accept(copy);
    return copy;
  }
}
