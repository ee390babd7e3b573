package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.simulation.cluster.EffectPerformer;
import dev.rollouts.simulation.cluster.Kind;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import dev.rollouts.simulation.cluster.TurnTimer;
import dev.rollouts.simulation.cluster.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rollout controller around the engine, in virtual time: it observes, decides, saves the status,
 * performs effects in their order up to the first that is refused, and observes again.
 */
final class RolloutShell {
  private static final long WATCH_LATENCY = 10;
  private static final long NEXT_TURN = 5;
  private static final long STALE_RETRY = 100;
  static final long RESYNC = Duration.ofMinutes(15).toMillis();

  private final SimulatedCluster cluster;
  private final VirtualTime time;
  private final RolloutDecider decider;
  private final Troubles troubles;
  private final TurnObserver observer;
  private final EffectPerformer performer;
  private final TurnTimer timer;

  // What dies with the process.
  private View view;
  private List<ClusterAnswer> answers = List.of();
  private long lastWritten;
  private boolean down;
  private int life;
  private boolean refused;

  private @Nullable Rollout lastRollout;
  private RolloutObservations lastSeen = RolloutObservations.nothing();

  /** Who looks on. */
  interface TurnObserver {
    /** A decision was taken; nothing of it has been done. */
    void decided(RolloutTurn turn);

    /** Something of it was done, or refused. */
    void performed(ClusterEffect effect, @Nullable ClusterAnswer answer);

    /** The turn is over. */
    void ended(RolloutTurn turn);

    /** Something went wrong around it, in words. */
    void note(String what);
  }

  RolloutShell(
      SimulatedCluster cluster,
      VirtualTime time,
      RolloutDecider decider,
      Troubles troubles,
      TurnObserver observer) {
    this.cluster = cluster;
    this.time = time;
    this.decider = decider;
    this.troubles = troubles;
    this.observer = observer;
    this.performer = new EffectPerformer(cluster);
    this.timer = new TurnTimer(time, this::turn);
    this.view = new View(cluster);
    cluster.watch(this::changed);
    timer.in(WATCH_LATENCY);
    planResync();
  }

  private void planResync() {
    time.inBackground(
        time.now() + RESYNC,
        () -> {
          if (!down) {
            view.relist();
            timer.in(0);
          }
          planResync();
        });
  }

  /** When the controller decides next, if nothing happens before. */
  long nextTurn() {
    return timer.due();
  }

  // -- watches

  private void changed(Kind kind, String owner) {
    if (down || (kind == Kind.POD) || !isOurs(kind, owner)) {
      return;
    }
    if (troubles.hits(ClusterFault.LOST_WATCH_EVENT)) {
      observer.note("a change of " + kind + " is not noticed");
      view.miss(kind);
      return;
    }
    if (!view.isStalled(kind, time.now())) {
      timer.in(WATCH_LATENCY);
    } else if (view.endsAt(kind) > time.now()) {
      timer.at(view.endsAt(kind) + WATCH_LATENCY);
    } else {
      // A later event of the same kind brings what was lost before it.
      view.catchUp(kind);
      timer.in(WATCH_LATENCY);
    }
    if (troubles.hits(ClusterFault.REPEATED_WATCH_EVENT)) {
      observer.note("a change of " + kind + " is noticed again");
      time.at(time.now() + 500, () -> timer.in(0));
    }
  }

  private boolean isOurs(Kind kind, String owner) {
    return switch (kind) {
      case ROLLOUT, OBJECT -> true;
      case POD -> false;
      case REPLICA_SET, ANALYSIS_RUN, EXPERIMENT ->
          owner.isEmpty() || owner.equals(cluster.rollout().metadata().uid());
    };
  }

  // -- turns

  private void turn() {
    if (down) {
      return;
    }
    long now = time.now();
    troubles.stale(
        (kind, until) -> {
          observer.note("watches of " + kind + " stall");
          view.stall(kind, until);
          time.at(until + WATCH_LATENCY, () -> timer.in(0));
        });
    Rollout rollout = view.rollout(now);
    if (Long.parseLong(rollout.metadata().resourceVersion()) < lastWritten) {
      timer.in(STALE_RETRY);
      return;
    }
    RolloutObservations seen = view.observe(rollout, answers, now);
    if (givesUpOnOldCounts(rollout, seen)) {
      observer.note("the controller lists anew before it gives up");
      view.relist();
      timer.in(0);
      return;
    }
    lastRollout = rollout;
    lastSeen = seen;
    decideAndAct(rollout, seen, view.isFresh());
  }

  /** A list that shows nothing else would make no difference, so it is made when it does. */
  private boolean givesUpOnOldCounts(Rollout rollout, RolloutObservations seen) {
    return !view.isFresh()
        && RolloutEngine.givesUp(
            rollout.statusOrEmpty(), decider.decide(rollout, seen, cluster.controllerClock()));
  }

  private void decideAndAct(Rollout rollout, RolloutObservations seen, boolean fresh) {
    Instant clock = cluster.controllerClock();
    Decision<RolloutStatus, ClusterEffect> decision = decider.decide(rollout, seen, clock);
    RolloutTurn turn = new RolloutTurn(time.now(), rollout, seen, clock, fresh, decision);
    observer.decided(turn);
    answers = List.of();
    int mine = life;
    act(turn);
    observer.ended(turn);
    if (mine == life && !down) {
      wakeUp(turn);
    }
  }

  private void act(RolloutTurn turn) {
    refused = false;
    if (!turn.after().equals(turn.before()) && !save(turn)) {
      return;
    }
    List<ClusterAnswer> given = new ArrayList<>();
    for (ClusterEffect effect : turn.decision().effects()) {
      if (refused && !tellsOfStatus(effect)) {
        continue;
      }
      if (effect instanceof ClusterEffect.Retry) {
        refused = true;
        observer.performed(effect, null);
        continue;
      }
      ClusterAnswer answer = perform(effect);
      observer.performed(effect, answer);
      if (answer != null) {
        given.add(answer);
      }
      if (down) {
        return;
      }
      if (answer instanceof ClusterAnswer.Refused no) {
        refused = true;
        lookAgain(no);
      }
    }
    answers = given;
  }

  /** Whether it is done even when an effect before it was refused. */
  private static boolean tellsOfStatus(ClusterEffect effect) {
    return effect instanceof ClusterEffect.Announce announce && announce.ofStatus();
  }

  /** A conflict, or a name that is taken, is settled by reading directly. */
  private void lookAgain(ClusterAnswer.Refused refusal) {
    if (refusal.why() != ClusterAnswer.Refusal.OTHER) {
      for (Kind kind : Kind.values()) {
        if (kind != Kind.ROLLOUT) {
          view.catchUp(kind);
        }
      }
    }
  }

  /** Writes the status, unless somebody wrote since the rollout was looked at. */
  private boolean save(RolloutTurn turn) {
    String seen = turn.rollout().metadata().resourceVersion();
    if (!seen.equals(cluster.rollout().metadata().resourceVersion())) {
      observer.note("the status is not written: the rollout was changed meanwhile");
      view.catchUp(Kind.ROLLOUT);
      refused = true;
      return false;
    }
    if (troubles.hits(ClusterFault.CONFLICT) || troubles.hits(ClusterFault.REFUSED)) {
      observer.note("the status is not written");
      refused = true;
      return false;
    }
    cluster.saveStatus(turn.before(), turn.after());
    if (troubles.hits(ClusterFault.LOST_ANSWER)) {
      observer.note("the status is written, and the answer is lost");
      refused = true;
      return false;
    }
    lastWritten = Long.parseLong(cluster.rollout().metadata().resourceVersion());
    return !dies();
  }

  private @Nullable ClusterAnswer perform(ClusterEffect effect) {
    if (!isWrite(effect)) {
      return effect.accept(performer).orElse(null);
    }
    if (troubles.hits(ClusterFault.CONFLICT)) {
      observer.note("a write is refused: somebody else wrote");
      return new ClusterAnswer.Refused(effect, ClusterAnswer.Refusal.CONFLICT, "conflict");
    }
    if (troubles.hits(ClusterFault.REFUSED)) {
      observer.note("a write is refused");
      return new ClusterAnswer.Refused(
          effect, ClusterAnswer.Refusal.OTHER, "etcdserver: request timed out");
    }
    ClusterAnswer answer = effect.accept(performer).orElse(null);
    if (effect instanceof ClusterEffect.PatchRollout) {
      lastWritten = Long.parseLong(cluster.rollout().metadata().resourceVersion());
    }
    if (answer instanceof ClusterAnswer.Refused) {
      return answer;
    }
    if (troubles.hits(ClusterFault.LOST_ANSWER)) {
      observer.note("a write succeeds, and the answer is lost");
      return new ClusterAnswer.Refused(
          effect, ClusterAnswer.Refusal.OTHER, "context deadline exceeded");
    }
    dies();
    return answer;
  }

  private static boolean isWrite(ClusterEffect effect) {
    return !(effect instanceof ClusterEffect.Announce
        || effect instanceof ClusterEffect.VerifyWeight
        || effect instanceof ClusterEffect.VerifyTargets
        || effect instanceof ClusterEffect.Retry);
  }

  private void wakeUp(RolloutTurn turn) {
    if (refused) {
      timer.afterFailure();
      return;
    }
    timer.succeeded();
    if (!turn.after().equals(turn.before()) || !turn.decision().effects().isEmpty()) {
      // What was just written shows only when the watches go on.
      timer.in(turn.fresh() ? NEXT_TURN : STALE_RETRY);
    }
    turn.decision().wakeUp().ifPresent(at -> timer.in(cluster.millisUntil(at)));
  }

  // -- lives

  /** Whether the process dies now, after a write. */
  private boolean dies() {
    long downtime = troubles.deathAfterWrite();
    if (downtime < 0) {
      return false;
    }
    observer.note("the controller dies");
    down = true;
    life++;
    timer.cancel();
    time.at(time.now() + downtime, this::start);
    return true;
  }

  private void start() {
    down = false;
    view = new View(cluster);
    answers = List.of();
    lastWritten = 0;
    timer.succeeded();
    timer.in(WATCH_LATENCY);
  }

  /** Another process takes over at once; this one acts once more, later, on what it saw last. */
  void changeLeader(long oldOneActsAfter) {
    Rollout rollout = lastRollout;
    RolloutObservations seen = lastSeen;
    life++;
    timer.cancel();
    start();
    if (rollout != null) {
      time.at(
          time.now() + oldOneActsAfter,
          () -> {
            if (!down) {
              observer.note("the old leader decides on what it saw last");
              List<ClusterAnswer> mine = answers;
              decideAndAct(rollout, seen, false);
              answers = mine;
            }
          });
    }
  }
}
