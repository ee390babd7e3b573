package dev.rollouts.simulation;

import static dev.rollouts.api.analysis.AnalysisPhase.ERROR;
import static dev.rollouts.api.analysis.AnalysisPhase.FAILED;
import static dev.rollouts.api.analysis.AnalysisPhase.INCONCLUSIVE;
import static dev.rollouts.api.analysis.AnalysisPhase.PENDING;
import static dev.rollouts.api.analysis.AnalysisPhase.RUNNING;
import static dev.rollouts.api.analysis.AnalysisPhase.SUCCESSFUL;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.analysis.RunSummary;
import dev.rollouts.api.wire.Decoded;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEffect.Asking;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks every {@link Invariant} of an analysis, decision by decision, and counts how often each
 * had a chance to fail. One instance per run; not thread-safe.
 */
public final class AnalysisInvariants {
  private static final int STATUS_BYTES_MAX = 256 << 10;

  /**
   * A metric that fails makes the next turn terminate, and that turn completes the run: two turns,
   * and one to see that it stays.
   */
  private static final int TURNS_TO_SETTLE = 4;

  private static final int FIRST_TURNS = 32;
  private static final int EVERY = 64;

  private final AnalysisDecider decider;
  private final Checks checks;
  private final long[] chances = new long[Invariant.values().length];
  private @Nullable AnalysisSpec factsOf;
  private Optional<List<MetricFacts>> facts = Optional.empty();
  private int turns;

  /**
   * Invariants of the decisions of one run.
   *
   * @param decider what took the decisions; asked again for comparison
   */
  public AnalysisInvariants(AnalysisDecider decider, Checks checks) {
    this.decider = decider;
    this.checks = checks;
  }

  /**
   * Checks one decision.
   *
   * @throws InvariantViolation for the first invariant that does not hold
   */
  public void check(Turn turn) {
    if (checks == Checks.OFF) {
      return;
    }
    turns++;
    checkRun(turn);
    checkMetrics(turn);
    checkEffects(turn);
    if (checks == Checks.ALL || turns <= FIRST_TURNS || turns % EVERY == 0) {
      checkRepetition(turn);
      checkSettled(turn);
      checkStored(turn);
    }
  }

  /** In how many decisions each invariant could have failed. */
  @SuppressWarnings("EnumOrdinal") // an array: counting is most of what a cheap invariant costs
  public Map<Invariant, Long> chances() {
    Map<Invariant, Long> counted = new EnumMap<>(Invariant.class);
    for (Invariant invariant : Invariant.values()) {
      if (chances[invariant.ordinal()] > 0) {
        counted.put(invariant, chances[invariant.ordinal()]);
      }
    }
    return Collections.unmodifiableMap(counted);
  }

  @SuppressWarnings("EnumOrdinal")
  void require(Invariant invariant, boolean holds, Supplier<String> detail) {
    chances[invariant.ordinal()]++;
    if (!holds) {
      throw new InvariantViolation(invariant, detail.get());
    }
  }

  // -- the run

  private void checkRun(Turn turn) {
    AnalysisRunStatus before = turn.before();
    AnalysisRunStatus after = turn.after();
    if (before.phase().isCompleted()) {
      require(
          Invariant.COMPLETED_IS_FINAL,
          before.equals(after),
          () -> "the run was " + before + " and became " + after);
      return;
    }
    checkPhase(turn);
    checkTimes(before, after);
    checkWorst(turn);
    checkSummaries(turn);
    if (after.phase().isCompleted()) {
      require(
          Invariant.CHANGES_HAVE_REASONS,
          !turn.decision().reasons().isEmpty(),
          () -> "the run completed as " + after.phase() + " without a reason");
    }
  }

  private void checkPhase(Turn turn) {
    AnalysisRunStatus before = turn.before();
    AnalysisRunStatus after = turn.after();
    require(
        Invariant.PHASES_ARE_LEGAL,
        before.phase() == PENDING || after.phase() != PENDING,
        () -> "the run went from " + before.phase() + " back to Pending");
    if (!after.phase().isCompleted()) {
      require(
          Invariant.PHASES_ARE_LEGAL,
          after.completedAt() == null && after.message().isEmpty(),
          () ->
              "the run is open, completedAt %s, message \"%s\""
                  .formatted(after.completedAt(), after.message()));
    } else if (!endedEarly(after)) {
      require(
          Invariant.PHASES_ARE_LEGAL,
          after.completedAt() != null && after.startedAt() != null,
          () ->
              "the run is %s, startedAt %s, completedAt %s"
                  .formatted(after.phase(), after.startedAt(), after.completedAt()));
    }
  }

  /** Ended by an unusable spec or argument. */
  private static boolean endedEarly(AnalysisRunStatus status) {
    return status.phase() == ERROR
        && (status.message().startsWith("Unable to resolve metric arguments: ")
            || status.message().startsWith("Analysis spec invalid: "));
  }

  private void checkTimes(AnalysisRunStatus before, AnalysisRunStatus after) {
    require(
        Invariant.TIMES_IN_ORDER,
        before.startedAt() == null || before.startedAt().equals(after.startedAt()),
        () -> "startedAt went from %s to %s".formatted(before.startedAt(), after.startedAt()));
    require(
        Invariant.TIMES_IN_ORDER,
        isWhole(after.startedAt())
            && isWhole(after.completedAt())
            && (after.startedAt() == null
                || after.completedAt() == null
                || !after.completedAt().isBefore(after.startedAt())),
        () -> "startedAt %s, completedAt %s".formatted(after.startedAt(), after.completedAt()));
  }

  private static boolean isWhole(@Nullable Instant time) {
    return time == null || time.equals(time.truncatedTo(ChronoUnit.SECONDS));
  }

  private void checkWorst(Turn turn) {
    AnalysisRunStatus after = turn.after();
    List<MetricFacts> metrics = facts(turn.spec()).orElse(null);
    if (metrics == null || endedEarly(after)) {
      return;
    }
    AnalysisPhase worst = SUCCESSFUL;
    boolean open = false;
    for (MetricFacts metric : metrics) {
      MetricResult result = after.result(metric.name()).orElse(null);
      if (result == null || !result.phase().isCompleted()) {
        open = true;
      } else if (!metric.dry() && result.phase().isWorseThan(worst)) {
        worst = result.phase();
      }
    }
    AnalysisPhase bad = worst;
    if (after.phase().isCompleted()) {
      require(
          Invariant.WORST_METRIC_DECIDES,
          after.phase() == bad,
          () -> "the run is %s, its worst metric %s".formatted(after.phase(), bad));
      require(
          Invariant.WORST_METRIC_DECIDES,
          !open || isTerminating(turn.spec(), turn.before()),
          () -> "the run is " + after.phase() + " while a metric is open and nothing stops it");
    } else {
      require(
          Invariant.WORST_METRIC_DECIDES,
          open || after.metricResults().isEmpty(),
          () -> "every metric is completed and the run is " + after.phase());
    }
  }

  /** Whether the run is to end: it was told to, or something that counts went wrong. */
  private static boolean isTerminating(AnalysisSpec spec, AnalysisRunStatus status) {
    if (spec.terminate()) {
      return true;
    }
    for (MetricResult result : status.metricResults()) {
      if (!result.dryRun() && isBad(result.phase())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBad(AnalysisPhase phase) {
    return phase == FAILED || phase == ERROR || phase == INCONCLUSIVE;
  }

  private void checkSummaries(Turn turn) {
    AnalysisRunStatus after = turn.after();
    List<MetricFacts> metrics = facts(turn.spec()).orElse(null);
    if (metrics == null || endedEarly(after) || after.startedAt() == null) {
      return;
    }
    checkSummary("runSummary", after.runSummary(), after, metrics, false);
    checkSummary("dryRunSummary", after.dryRunSummary(), after, metrics, true);
  }

  private void checkSummary(
      String field,
      @Nullable RunSummary summary,
      AnalysisRunStatus after,
      List<MetricFacts> metrics,
      boolean dry) {
    if (summary == null) {
      return;
    }
    int count = 0;
    int completed = 0;
    for (MetricFacts metric : metrics) {
      if (metric.dry() == dry) {
        count++;
        if (after.result(metric.name()).filter(it -> it.phase().isCompleted()).isPresent()) {
          completed++;
        }
      }
    }
    int outcomes =
        summary.successful() + summary.failed() + summary.inconclusive() + summary.error();
    int wantedCount = count;
    int wantedOutcomes = completed;
    require(
        Invariant.SUMMARY_ADDS_UP,
        summary.count() == wantedCount && outcomes == wantedOutcomes,
        () ->
            "%s is %s, with %s metrics of which %s are completed"
                .formatted(field, summary, wantedCount, wantedOutcomes));
  }

  // -- its metrics

  private void checkMetrics(Turn turn) {
    for (MetricResult earlier : turn.before().metricResults()) {
      require(
          Invariant.COUNTERS_NEVER_FALL,
          turn.after().result(earlier.name()).isPresent(),
          () -> "the result of metric \"" + earlier.name() + "\" vanished");
    }
    for (MetricResult result : turn.after().metricResults()) {
      MetricResult earlier = turn.before().result(result.name()).orElse(null);
      if (result.equals(earlier)) {
        continue; // nothing that was not checked before
      }
      checkTallies(turn, earlier, result);
      checkStreaks(result);
      checkMeasurements(result);
      MetricFacts metric = facts(turn.spec(), result.name());
      if (metric != null && !endedEarly(turn.after())) {
        checkLimits(turn, metric, earlier, result);
        require(
            Invariant.RETENTION_IS_KEPT,
            result.measurements().size() <= metric.kept(),
            () ->
                "metric \"%s\" keeps %s measurements, its limit is %s"
                    .formatted(result.name(), result.measurements().size(), metric.kept()));
      }
    }
  }

  private void checkTallies(Turn turn, @Nullable MetricResult earlier, MetricResult result) {
    require(
        Invariant.COUNT_IS_THE_SUM,
        result.count() == result.successful() + result.failed() + result.inconclusive(),
        () -> "metric " + tallies(result));
    int grown = taken(result) - taken(earlier);
    require(
        Invariant.ONE_ANSWER_ONE_MEASUREMENT,
        grown == 0 || (grown == 1 && isAnswered(turn.seen(), result.name(), taken(result))),
        () ->
            "metric \"%s\" counts %s measurements more after the answers %s"
                .formatted(result.name(), grown, turn.seen()));
    if (earlier == null) {
      return;
    }
    require(
        Invariant.COUNTERS_NEVER_FALL,
        result.successful() >= earlier.successful()
            && result.failed() >= earlier.failed()
            && result.inconclusive() >= earlier.inconclusive()
            && result.error() >= earlier.error(),
        () -> "metric %s came after %s".formatted(tallies(result), tallies(earlier)));
    if (earlier.phase().isCompleted()) {
      require(
          Invariant.COMPLETED_IS_FINAL,
          earlier.phase() == result.phase()
              && grown == 0
              // Values may be shortened later, when the whole status grows too large.
              && earlier.measurements().size() >= result.measurements().size(),
          () ->
              "metric \"%s\" was completed as %s and became %s"
                  .formatted(result.name(), earlier, result));
    }
  }

  private static boolean isAnswered(List<Observed> seen, String metric, int attempt) {
    MeasurementId id = new MeasurementId(metric, attempt);
    return seen.stream().anyMatch(observed -> observed.id().equals(id));
  }

  private static int taken(@Nullable MetricResult result) {
    return result == null ? 0 : result.count() + result.error();
  }

  private static String tallies(MetricResult result) {
    return "\"%s\": count %s, successful %s, failed %s, inconclusive %s, error %s, consecutiveError %s, consecutiveSuccess %s"
        .formatted(
            result.name(),
            result.count(),
            result.successful(),
            result.failed(),
            result.inconclusive(),
            result.error(),
            result.consecutiveError(),
            result.consecutiveSuccess());
  }

  private void checkStreaks(MetricResult result) {
    AnalysisPhase last = null;
    for (Measurement measurement : result.measurements()) {
      last = measurement.isInFlight() ? last : measurement.phase();
    }
    AnalysisPhase newest = last;
    require(
        Invariant.STREAKS_FIT_THE_TALLIES,
        result.consecutiveError() <= result.error()
            && result.consecutiveSuccess() <= result.successful()
            && (newest == null
                || ((newest == ERROR) == (result.consecutiveError() > 0)
                    && (newest == SUCCESSFUL) == (result.consecutiveSuccess() > 0))),
        () -> "metric %s, newest measurement %s".formatted(tallies(result), newest));
  }

  private void checkMeasurements(MetricResult result) {
    Measurement newest = result.lastMeasurement();
    if (newest == null) {
      return;
    }
    Instant started = newest.startedAt();
    Instant finished = newest.finishedAt();
    require(
        Invariant.TIMES_IN_ORDER,
        started != null
            && isWhole(started)
            && isWhole(finished)
            && isWhole(newest.resumeAt())
            && (finished == null || !finished.isBefore(started)),
        () -> "metric \"%s\": %s".formatted(result.name(), newest));
    int last = result.measurements().size() - 1;
    for (int i = 0; i <= last; i++) {
      Measurement each = result.measurements().get(i);
      boolean newestOfAll = i == last;
      require(
          Invariant.PHASES_ARE_LEGAL,
          each.isInFlight() ? newestOfAll && each.phase() == RUNNING : each.phase().isCompleted(),
          () -> "metric \"%s\": %s".formatted(result.name(), each));
    }
  }

  /** Section 5 of the specification of analyses, told from the outcome. */
  private void checkLimits(
      Turn turn, MetricFacts metric, @Nullable MetricResult earlier, MetricResult result) {
    if (earlier != null && earlier.phase().isCompleted()) {
      return;
    }
    boolean terminating = isTerminating(turn.spec(), turn.after());
    Set<AnalysisPhase> legal = legalPhases(metric, result, terminating);
    require(
        Invariant.LIMITS_DECIDE,
        legal.contains(result.phase()),
        () ->
            "metric %s is %s, expected %s; failureLimit %s, inconclusiveLimit %s, consecutiveErrorLimit %s, consecutiveSuccessLimit %s, count %s, terminating %s"
                .formatted(
                    tallies(result),
                    result.phase(),
                    legal,
                    metric.failureLimit(),
                    metric.inconclusiveLimit(),
                    metric.consecutiveErrorLimit(),
                    metric.consecutiveSuccessLimit(),
                    metric.wanted(),
                    terminating));
    if (result.phase() == SUCCESSFUL && result.count() == 0) {
      require(
          Invariant.NO_SUCCESS_BY_DEFAULT,
          terminating,
          () -> "metric %s is Successful and nothing stops the run".formatted(tallies(result)));
    }
  }

  private static Set<AnalysisPhase> legalPhases(
      MetricFacts metric, MetricResult result, boolean terminating) {
    if (result.isInFlight()) {
      return Set.of(RUNNING);
    }
    if (result.consecutiveError() > metric.consecutiveErrorLimit()) {
      return Set.of(ERROR);
    }
    if (result.inconclusive() > metric.inconclusiveLimit()) {
      return Set.of(INCONCLUSIVE);
    }
    if (metric.failureLimit() >= 0 && result.failed() > metric.failureLimit()) {
      return Set.of(FAILED);
    }
    int streak = metric.consecutiveSuccessLimit();
    if (streak > 0 && result.consecutiveSuccess() >= streak) {
      return Set.of(SUCCESSFUL);
    }
    Integer wanted = metric.wanted();
    if (wanted != null && result.count() >= wanted) {
      if (streak == 0) {
        return Set.of(SUCCESSFUL);
      }
      return Set.of(metric.failureLimit() == -1 ? FAILED : INCONCLUSIVE);
    }
    // The turn in which another metric fails is not yet terminating, the next one is.
    return terminating ? Set.of(SUCCESSFUL, RUNNING) : Set.of(RUNNING);
  }

  // -- what it asks for

  private void checkEffects(Turn turn) {
    AnalysisRunStatus after = turn.after();
    List<Asking> asked = AnalysisEffect.asking(turn.decision().effects());
    if (after.phase().isCompleted()) {
      require(
          Invariant.NOTHING_ASKED_AFTER_THE_END,
          asked.isEmpty(),
          () -> "the run is %s and asks for %s".formatted(after.phase(), asked));
      return;
    }
    require(
        Invariant.FINITE_EXIT,
        !asked.isEmpty() || turn.decision().wakeUp().isPresent(),
        () -> "the run is open, asks nobody and has no wake-up: " + after);
    if (turn.seen().isEmpty() && turn.before().equals(after)) {
      Optional<Instant> wakeUp = turn.decision().wakeUp();
      require(
          Invariant.WAKE_UP_LIES_AHEAD,
          wakeUp.isEmpty() || wakeUp.get().isAfter(turn.now()),
          () ->
              "it is %s, the wake-up is at %s and nothing changed"
                  .formatted(turn.now(), wakeUp.get()));
    }
    Set<MeasurementId> ids = new HashSet<>();
    for (Asking effect : asked) {
      MetricResult result = after.result(effect.id().metric()).orElse(null);
      require(
          Invariant.EFFECTS_HAVE_AN_IDENTITY,
          ids.add(effect.id())
              && effect.id().attempt() == taken(result) + 1
              && (effect instanceof AnalysisEffect.Measure)
                  != (result != null && result.isInFlight()),
          () -> "%s asked about %s".formatted(effect, result));
      require(
          Invariant.NOTHING_ASKED_AFTER_THE_END,
          result == null || !result.phase().isCompleted(),
          () -> "%s is asked for, the metric is completed".formatted(effect.id()));
      if (effect instanceof AnalysisEffect.Measure) {
        checkStart(turn, effect.id(), result);
      }
    }
  }

  private void checkStart(Turn turn, MeasurementId id, @Nullable MetricResult result) {
    require(
        Invariant.NOTHING_STARTED_WHEN_TERMINATING,
        !isTerminating(turn.spec(), turn.before()),
        () -> id + " is to be measured while the run is terminating");
    MetricFacts metric = facts(turn.spec(), id.metric());
    if (metric == null) {
      return;
    }
    Measurement last = result == null ? null : result.lastMeasurement();
    Instant finished = last == null ? null : last.finishedAt();
    if (last != null && finished != null) {
      Duration interval = Objects.requireNonNullElse(metric.spacing(), MetricFacts.ERROR_WAIT);
      Instant due = finished.plus(last.phase() == ERROR ? MetricFacts.ERROR_WAIT : interval);
      require(
          Invariant.NOT_TOO_SOON,
          turn.now().isAfter(due),
          () -> "%s is to be measured at %s, due after %s".formatted(id, turn.now(), due));
    } else if (metric.initialDelay() != null) {
      Instant started = turn.after().startedAt();
      Duration delay = metric.initialDelay();
      require(
          Invariant.NOT_TOO_SOON,
          started != null && !turn.now().isBefore(started.plus(delay)),
          () ->
              "%s is to be measured at %s, the run started at %s, the delay is %s"
                  .formatted(id, turn.now(), started, delay));
    }
  }

  // -- the same turn again, the next ones, and the store

  private void checkRepetition(Turn turn) {
    var decision = turn.decision();
    var again = decider.decide(turn.spec(), turn.before(), turn.seen(), turn.now());
    require(
        Invariant.DECIDING_TWICE_IS_EQUAL,
        decision.equals(again),
        () -> "first %s, then %s".formatted(decision, again));
    if (turn.seen().isEmpty()) {
      return;
    }
    List<Observed> twice = new ArrayList<>(turn.seen());
    twice.addAll(turn.seen());
    var folded = decider.decide(turn.spec(), turn.before(), twice, turn.now());
    require(
        Invariant.OBSERVATIONS_COUNT_ONCE,
        folded.status().equals(turn.after()) && folded.effects().equals(decision.effects()),
        () -> "%s in one turn, with each answer twice %s".formatted(turn.after(), folded.status()));
    var next = decider.decide(turn.spec(), turn.after(), List.of(), turn.now());
    var repeated = decider.decide(turn.spec(), turn.after(), turn.seen(), turn.now());
    require(
        Invariant.OBSERVATIONS_COUNT_ONCE,
        next.status().equals(repeated.status()),
        () ->
            "%s in the next turn, with the same answers again %s"
                .formatted(next.status(), repeated.status()));
  }

  private void checkSettled(Turn turn) {
    Instant now = turn.now();
    Decision<AnalysisRunStatus, AnalysisEffect> settled = turn.decision();
    boolean changes = true;
    for (int i = 0; changes && i < TURNS_TO_SETTLE; i++) {
      var next = decider.decide(turn.spec(), settled.status(), List.of(), now);
      changes = !next.status().equals(settled.status());
      settled = next;
    }
    boolean restless = changes;
    require(
        Invariant.NOTHING_NEW_CHANGES_NOTHING,
        !restless,
        () ->
            "the status still changes after %s turns without anything new"
                .formatted(TURNS_TO_SETTLE));
    Instant wakeUp = settled.wakeUp().orElse(null);
    if (wakeUp == null) {
      return;
    }
    require(
        Invariant.WAKE_UP_LIES_AHEAD,
        wakeUp.isAfter(now),
        () -> "it is %s and nothing is new, the wake-up is at %s".formatted(now, wakeUp));
    var due = decider.decide(turn.spec(), settled.status(), List.of(), wakeUp);
    var idle = settled;
    require(
        Invariant.WAKE_UP_IS_WORTH_IT,
        !due.status().equals(idle.status()) || !due.effects().equals(idle.effects()),
        () -> "at the wake-up, %s, the decision is the same as before: %s".formatted(wakeUp, due));
  }

  private void checkStored(Turn turn) {
    AnalysisRunStatus after = turn.after();
    Map<String, @Nullable Object> tree = Wire.encode(after);
    Decoded<AnalysisRunStatus> back = Wire.decode(AnalysisRunStatus.class, tree);
    require(
        Invariant.STATUS_SURVIVES_A_RESTART,
        back.value().equals(after) && back.problems().isEmpty(),
        () ->
            "%s was read back as %s, problems %s".formatted(after, back.value(), back.problems()));
    int size = JsonSize.of(tree);
    require(
        Invariant.STATUS_STAYS_SMALL,
        size < STATUS_BYTES_MAX,
        () -> "the status has " + size + " bytes as JSON");
  }

  // -- the spec

  private Optional<List<MetricFacts>> facts(AnalysisSpec spec) {
    if (!spec.equals(factsOf)) {
      facts = MetricFacts.of(spec);
      factsOf = spec;
    }
    return facts;
  }

  private @Nullable MetricFacts facts(AnalysisSpec spec, String metric) {
    for (MetricFacts each : facts(spec).orElse(List.of())) {
      if (each.name().equals(metric)) {
        return each;
      }
    }
    return null;
  }
}
