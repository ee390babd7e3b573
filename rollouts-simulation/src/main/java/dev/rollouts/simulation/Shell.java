package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEffect.Asking;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import dev.rollouts.engine.analysis.args.Arguments;
import dev.rollouts.engine.analysis.args.Placeholders;
import dev.rollouts.engine.analysis.args.UnresolvedArgumentException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process around the engine, in virtual time: it decides, saves, performs, and waits for an
 * answer or the wake-up, as a real one does. Two clocks matter: the time that has really passed
 * ({@code elapsed}) and what the process reads off its clock, which may be set.
 */
final class Shell {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LATENESS_MAX = Duration.ofMinutes(10);
  private static final Duration DOWNTIME_MAX = Duration.ofMinutes(2);
  private static final Duration TIME_TO_END = Duration.ofDays(1);
  private static final List<Duration> LATER =
      List.of(Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofDays(90));
  private static final int TURNS_PER_MOMENT_MAX = 1_000;
  private static final int ANSWERS_REMEMBERED = 16;

  private final Simulation plan;
  private final Duration atMost;
  private final Duration calmFrom;
  private final Swarm swarm;
  private final AnalysisInvariants invariants;
  private final Map<String, Metric> resolved = new HashMap<>();
  private final List<Turn> turns = new ArrayList<>();

  // What the store and the world know.
  private AnalysisSpec spec;
  private AnalysisRunStatus saved;
  private Duration elapsed = Duration.ZERO;
  private Duration skew;
  private @Nullable Duration terminateAt;
  private final PriorityQueue<Arrival> arrivals =
      new PriorityQueue<>(Comparator.comparing(Arrival::at).thenComparingLong(Arrival::order));

  // What dies with the process.
  private final Set<Call> underWay = new HashSet<>();
  private @Nullable Duration wakeUp = Duration.ZERO;
  private boolean reload;
  private int process;

  private long order;
  private int turnsAtThisMoment;
  private boolean deleted;
  private boolean sawProgress;
  private Duration latencyMax = Duration.ZERO;
  private final Deque<Observed> remembered = new ArrayDeque<>();
  private List<String> notes = new ArrayList<>();
  private @Nullable Map<String, String> maskedArgs;

  /** A call to a provider. */
  private record Call(MeasurementId id, Observed.Asked asked) {}

  /**
   * An answer on its way.
   *
   * @param call what it answers; null for a repetition
   * @param process which life of the process asked
   */
  private record Arrival(
      Duration at, long order, Observed observed, @Nullable Call call, int process) {}

  Shell(Simulation plan, Duration atMost) {
    this.plan = plan;
    this.atMost = atMost;
    this.calmFrom = plan.faults().isEmpty() ? Duration.ZERO : atMost.multipliedBy(3).dividedBy(4);
    this.swarm = new Swarm(plan.faults(), plan.seed(), calmFrom);
    this.invariants = new AnalysisInvariants(plan.decider(), plan.checks());
    this.spec = plan.spec();
    this.saved = plan.status();
    this.terminateAt = plan.terminateAt() != null ? plan.terminateAt() : swarm.termination();
    // Clocks do not start on the second; without faults they do, for the sake of readable
    // timelines.
    this.skew = plan.faults().isEmpty() ? Duration.ZERO : swarm.upTo(Duration.ofMillis(999));
  }

  Trace run() {
    try {
      while (advance()) {
        turn();
      }
      if (plan.checks() != Checks.OFF) {
        checkEnd();
      }
      return trace();
    } catch (InvariantViolation violation) {
      throw new InvariantViolation(
          violation, "seed %s; %s\n%s".formatted(plan.seed(), plan.replay(), trace().timeline()));
    }
  }

  private Trace trace() {
    return new Trace(
        plan.seed(), spec, saved, List.copyOf(turns), elapsed, plan.replay(), invariants.chances());
  }

  /** Goes to the next moment at which something happens; false when there is none in time. */
  private boolean advance() {
    if (deleted) {
      return false;
    }
    Duration next = wakeUp;
    if (!arrivals.isEmpty() && (next == null || arrivals.peek().at().compareTo(next) < 0)) {
      next = arrivals.peek().at();
    }
    if (terminateAt != null
        && !saved.phase().isCompleted()
        && (next == null || terminateAt.compareTo(next) < 0)) {
      next = terminateAt;
    }
    if (next == null) {
      return false;
    }
    if (next.compareTo(atMost) > 0) {
      elapsed = saved.phase().isCompleted() ? elapsed : atMost;
      return false;
    }
    turnsAtThisMoment = next.compareTo(elapsed) > 0 ? 0 : turnsAtThisMoment + 1;
    if (turnsAtThisMoment > TURNS_PER_MOMENT_MAX) {
      throw new IllegalStateException(
          "time stands still at %s: the engine asks again and again and a script answers without latency; give its answers in progress a resumeAt"
              .formatted(elapsed));
    }
    elapsed = next.compareTo(elapsed) > 0 ? next : elapsed;
    return true;
  }

  private Instant clock() {
    return plan.startAt().plus(elapsed).plus(skew);
  }

  private void turn() {
    if (swarm.hits(Fault.CLOCK_STEP, elapsed)) {
      Duration step = swarm.upTo(LATENESS_MAX);
      skew = swarm.coin() ? skew.plus(step) : skew.minus(step);
      note("the clock is set to " + clock());
    }
    if (terminateAt != null && elapsed.compareTo(terminateAt) >= 0) {
      terminateAt = null;
      spec = spec.terminated();
      note("terminate is set");
    }
    List<Observed> seen = arrived();
    if (reload || plan.checks() == Checks.ALL) {
      saved = Wire.decode(AnalysisRunStatus.class, Wire.encode(saved)).value();
      reload = false;
    }
    Instant now = clock();
    Decision<AnalysisRunStatus, AnalysisEffect> decision =
        plan.decider().decide(spec, saved, seen, now);
    boolean completed = saved.phase().isCompleted();
    boolean lost = !completed && swarm.hits(Fault.LOST_STATUS_WRITE, elapsed);
    Turn turn = new Turn(elapsed, now, spec, saved, seen, decision, !lost, notes);
    notes = new ArrayList<>();
    turns.add(turn);
    invariants.check(turn);
    if (lost) {
      if (swarm.coin()) {
        perform(decision.effects());
      }
      restart("the process died before it saved its decision");
      return;
    }
    saved = decision.status();
    perform(decision.effects());
    plan(decision.wakeUp().orElse(null));
    if (!completed && swarm.hits(Fault.CONTROLLER_RESTART, elapsed)) {
      restart("the process died");
    }
  }

  /** The answers that are there, in some order. */
  private List<Observed> arrived() {
    List<Observed> seen = new ArrayList<>();
    while (!arrivals.isEmpty() && arrivals.peek().at().compareTo(elapsed) <= 0) {
      Arrival arrival = arrivals.remove();
      seen.add(arrival.observed());
      if (arrival.process() == process && arrival.call() != null) {
        underWay.remove(arrival.call());
      }
      remembered.add(arrival.observed());
      if (remembered.size() > ANSWERS_REMEMBERED) {
        remembered.remove();
      }
      if (!saved.phase().isCompleted() && swarm.hits(Fault.DUPLICATE_OBSERVATION, elapsed)) {
        note("the answer for " + name(arrival.observed()) + " will come again");
        if (swarm.coin()) {
          seen.add(arrival.observed());
        } else {
          send(arrival.observed(), swarm.upTo(LATENESS_MAX), null);
        }
      }
    }
    if (seen.size() > 1 && swarm.hits(Fault.REORDERED_OBSERVATIONS, elapsed)) {
      note("answers come in another order");
      swarm.shuffle(seen);
    }
    return seen;
  }

  private static String name(Observed observed) {
    return observed.id().metric() + " #" + observed.id().attempt();
  }

  private void perform(List<AnalysisEffect> effects) {
    for (AnalysisEffect effect : effects) {
      if (effect instanceof Asking asking) {
        ask(asking);
      } else if (effect instanceof AnalysisEffect.DeleteRun) {
        deleted = true;
      }
    }
  }

  private void ask(Asking effect) {
    Call call = new Call(effect.id(), Observed.askedBy(effect));
    if (!underWay.add(call)) {
      return;
    }
    Instant now = clock();
    Metric metric;
    try {
      metric = resolve(effect.metric());
    } catch (UnresolvedArgumentException missing) {
      send(
          new Observed.ArgumentsUnresolved(effect.id(), String.valueOf(missing.getMessage())),
          Duration.ZERO,
          call);
      return;
    }
    Reply reply = plan.script(effect.metric()).answer(question(effect, metric, now));
    if (swarm.hits(Fault.PROVIDER_TIMEOUT, elapsed)) {
      note("the provider of " + effect.id().metric() + " does not answer");
      reply = new Reply(Observation.failure("no answer within 30s"), TIMEOUT);
    }
    sawProgress |= reply.observation() instanceof Observation.InProgress;
    Duration delay = reply.latency();
    latencyMax = delay.compareTo(latencyMax) > 0 ? delay : latencyMax;
    Observed answer =
        Observed.Answer.of(effect, reply.observation(), now, now.plus(reply.latency()));
    if (swarm.hits(Fault.LATE_OBSERVATION, elapsed)) {
      note("the answer for " + name(answer) + " is late");
      delay = delay.plus(swarm.upTo(LATENESS_MAX));
    }
    send(answer, delay, call);
  }

  private Metric resolve(Metric metric) throws UnresolvedArgumentException {
    Metric known = resolved.get(metric.name());
    if (known == null) {
      known = Placeholders.resolve(metric, Arguments.masked(spec.args()));
      resolved.put(metric.name(), known);
    }
    return known;
  }

  private Question question(Asking effect, Metric metric, Instant now) {
    return new Question(
        metric,
        args(),
        Observed.askedBy(effect),
        effect.id().attempt(),
        elapsed,
        now,
        inFlight(effect),
        Seeds.mix(plan.seed(), Seeds.mix(metric.name().hashCode(), elapsed.toMillis())));
  }

  private Map<String, String> args() {
    Map<String, String> args = maskedArgs;
    if (args == null) {
      try {
        args = Arguments.masked(spec.args());
      } catch (UnresolvedArgumentException unreachable) {
        throw new IllegalStateException("a metric was resolved without its arguments", unreachable);
      }
      maskedArgs = args;
    }
    return args;
  }

  private static @Nullable Measurement inFlight(Asking effect) {
    if (effect instanceof AnalysisEffect.Resume resume) {
      return resume.inFlight();
    }
    return effect instanceof AnalysisEffect.Terminate terminate ? terminate.inFlight() : null;
  }

  private void send(Observed observed, Duration delay, @Nullable Call call) {
    arrivals.add(new Arrival(elapsed.plus(delay), order++, observed, call, process));
  }

  /** When the next turn is due, if no answer comes first. */
  private void plan(@Nullable Instant wanted) {
    if (wanted == null) {
      wakeUp = null;
      return;
    }
    Duration wait = Duration.between(clock(), wanted);
    if (wait.isNegative()) {
      wait = Duration.ZERO;
    }
    if (swarm.hits(Fault.EARLY_WAKE_UP, elapsed)) {
      wait = swarm.upTo(wait);
      note("the next turn comes early");
    } else if (swarm.hits(Fault.LATE_WAKE_UP, elapsed)) {
      wait = wait.plus(swarm.upTo(LATENESS_MAX));
      note("the next turn comes late");
    }
    wakeUp = elapsed.plus(wait);
  }

  private void restart(String why) {
    note(why);
    process++;
    underWay.clear();
    // A dead process folds nothing, but what it asked of a back-end may be answered to its
    // successor.
    if (!swarm.isChosen(Fault.LATE_OBSERVATION)) {
      arrivals.clear();
    } else {
      arrivals.removeIf(arrival -> swarm.coin());
    }
    reload = true;
    wakeUp = elapsed.plus(swarm.upTo(DOWNTIME_MAX));
  }

  private void note(String what) {
    notes.add(what);
  }

  // -- what must hold at the end

  private void checkEnd() {
    boolean completed = saved.phase().isCompleted();
    Duration needed = timeToFinish();
    if (needed != null && needed.compareTo(atMost.minus(calmFrom)) <= 0) {
      invariants.require(
          Invariant.FINISHES_IN_CALM,
          completed,
          () ->
              "the run is open after %s, though %s of calm were enough".formatted(atMost, needed));
    }
    if (completed) {
      checkStaysCompleted();
      return;
    }
    Trace epilogue =
        new Shell(
                plan.continuedFrom(spec.terminated(), saved, clock()).checking(Checks.OFF),
                TIME_TO_END)
            .run();
    invariants.require(
        Invariant.ENDS_WHEN_TOLD,
        epilogue.phase().isCompleted(),
        () -> "told to stop, it is still open a day later:\n" + epilogue.timeline());
  }

  private void checkStaysCompleted() {
    for (Duration later : LATER) {
      var decision =
          plan.decider()
              .decide(spec.terminated(), saved, List.copyOf(remembered), clock().plus(later));
      invariants.require(
          Invariant.COMPLETED_IS_FINAL,
          decision.status().equals(saved),
          () -> "%s later the run was %s and became %s".formatted(later, saved, decision.status()));
    }
  }

  /** How long a run may take without faults, or null when it may take for ever. */
  private @Nullable Duration timeToFinish() {
    List<MetricFacts> metrics = MetricFacts.of(spec).orElse(null);
    if (metrics == null || sawProgress) {
      return null;
    }
    Duration longest = Duration.ZERO;
    for (MetricFacts metric : metrics) {
      if (metric.wanted() == null) {
        return null;
      }
      Duration wait = metric.spacing() == null ? MetricFacts.ERROR_WAIT : metric.spacing();
      Duration each =
          (wait.compareTo(MetricFacts.ERROR_WAIT) > 0 ? wait : MetricFacts.ERROR_WAIT)
              .plus(latencyMax)
              .plusSeconds(2);
      long most = (long) metric.wanted() * (metric.consecutiveErrorLimit() + 1L) + 1;
      if (most > 1_000_000) {
        return null;
      }
      Duration all = each.multipliedBy(most);
      if (metric.initialDelay() != null) {
        all = all.plus(metric.initialDelay());
      }
      longest = all.compareTo(longest) > 0 ? all : longest;
    }
    // A clock that was set back, and an answer that is late, cost time in calm too.
    return longest.plus(skew.abs()).plus(LATENESS_MAX.multipliedBy(2)).plus(DOWNTIME_MAX);
  }
}
