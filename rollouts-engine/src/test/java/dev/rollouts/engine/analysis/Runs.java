package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A run in a test: a clock that the test turns, and every effect and event so far. */
final class Runs {
  static final Instant START = Instant.parse("2026-05-01T10:00:00Z");

  private final AnalysisEngine engine = new AnalysisEngine();
  private final AtomicReference<AnalysisSpec> spec;
  private AnalysisRunStatus status = AnalysisRunStatus.pending();
  private Instant now = START;
  private @Nullable Decision<AnalysisRunStatus, AnalysisEffect> last;
  private final List<Event> events = new ArrayList<>();

  private Runs(AnalysisSpec spec) {
    this.spec = new AtomicReference<>(spec);
  }

  static Runs of(AnalysisSpec spec) {
    return new Runs(spec);
  }

  Runs from(AnalysisRunStatus saved) {
    status = saved;
    return this;
  }

  Runs at(Duration sinceStart) {
    now = START.plus(sinceStart);
    return this;
  }

  Runs atSeconds(double seconds) {
    return at(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  Runs edit(java.util.function.UnaryOperator<AnalysisSpec> change) {
    spec.updateAndGet(change);
    return this;
  }

  /** One turn with these observations. */
  Runs decide(Observed... seen) {
    last = engine.decide(spec.get(), status, List.of(seen), now);
    Decision<AnalysisRunStatus, AnalysisEffect> again =
        engine.decide(spec.get(), status, List.of(seen), now);
    if (!again.equals(last)) {
      throw new AssertionError("the same inputs gave two decisions:\n" + last + "\n" + again);
    }
    status = last.status();
    for (AnalysisEffect effect : last.effects()) {
      if (effect instanceof AnalysisEffect.Announce announce) {
        events.add(announce.event());
      }
    }
    return this;
  }

  /** One turn in which every asking effect of the last one is answered at once. */
  Runs answer(Observation observation) {
    return decide(
        asking().stream()
            .map(effect -> Observed.Answer.of(effect, observation, now, now))
            .toArray(Observed[]::new));
  }

  /** One turn in which the metric's effect of the last one is answered. */
  Runs answer(String metric, Observation observation) {
    return decide(answerTo(metric, observation));
  }

  Observed answerTo(String metric, Observation observation) {
    return Observed.Answer.of(effectOn(metric), observation, now, now);
  }

  AnalysisEffect.Asking effectOn(String metric) {
    return asking().stream()
        .filter(effect -> effect.id().metric().equals(metric))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing was asked of " + metric + ": " + last));
  }

  List<AnalysisEffect.Asking> asking() {
    return AnalysisEffect.asking(last().effects());
  }

  Decision<AnalysisRunStatus, AnalysisEffect> last() {
    if (last == null) {
      throw new AssertionError("no turn yet");
    }
    return last;
  }

  AnalysisRunStatus status() {
    return status;
  }

  MetricResult result(String metric) {
    return status
        .result(metric)
        .orElseThrow(() -> new AssertionError("no result of " + metric + ": " + status));
  }

  List<Event> events() {
    return events;
  }

  Instant now() {
    return now;
  }

  /**
   * Runs on, in virtual time, until the run completes or has nothing more to do; outcomes are
   * letters: s, f, i, e.
   *
   * @param outcomes per metric, one letter a measurement; the last one repeats
   */
  Runs play(Map<String, String> outcomes, Duration atMost) {
    Instant end = now.plus(atMost);
    decide();
    while (!status.phase().isCompleted() && !now.isAfter(end)) {
      List<Observed> seen = new ArrayList<>();
      for (AnalysisEffect.Asking effect : asking()) {
        String letters = outcomes.get(effect.id().metric());
        int at = Math.min(effect.id().attempt(), letters.length()) - 1;
        seen.add(Observed.Answer.of(effect, outcome(letters.charAt(at)), now, now));
      }
      if (seen.isEmpty()) {
        Instant wakeUp = last().wakeUp().orElse(null);
        if (wakeUp == null) {
          return this;
        }
        now = wakeUp.isAfter(now) ? wakeUp : now;
      }
      decide(seen.toArray(Observed[]::new));
    }
    return this;
  }

  static Observation outcome(char letter) {
    return switch (letter) {
      case 's' -> Observation.verdict(AnalysisPhase.SUCCESSFUL);
      case 'f' -> Observation.verdict(AnalysisPhase.FAILED);
      case 'i' -> Observation.verdict(AnalysisPhase.INCONCLUSIVE);
      case 'e' -> Observation.failure("boom");
      default -> throw new IllegalArgumentException("no outcome: " + letter);
    };
  }
}
