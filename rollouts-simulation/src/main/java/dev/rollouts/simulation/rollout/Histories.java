package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.RolloutPhase;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/** Lives histories by their numbers, on all cores. Immutable and thread-safe. */
public final class Histories {
  private static final int BLOCK = 500;

  private final RolloutDecider decider;

  /**
   * Histories that a decider decides.
   *
   * @param decider thread-safe
   */
  public Histories(RolloutDecider decider) {
    this.decider = decider;
  }

  /**
   * What became of some histories.
   *
   * @param decisions about rollouts
   * @param medianDecisions per history
   * @param ends how many ended in which phase
   */
  public record Summary(
      long histories,
      long decisions,
      long medianDecisions,
      Map<RolloutPhase, Long> ends,
      RolloutChances chances) {}

  /**
   * Lives the histories from one number up to another, that one excluded.
   *
   * @param done told of each number below which all are done; for going on after an interruption
   * @throws RolloutViolation of the lowest number that breaks an invariant, shrunk
   */
  public Summary run(long from, long to, LongConsumer done) {
    Tally tally = new Tally();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            task -> {
              Thread thread = new Thread(task, "histories");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<Tally>> blocks = new ArrayList<>();
      for (long start = from; start < to; start += BLOCK) {
        long first = start;
        Callable<Tally> block = () -> live(first, Math.min(to, first + BLOCK));
        blocks.add(threads.submit(block));
      }
      long finished = from;
      for (Future<Tally> block : blocks) {
        tally.add(block.get());
        finished = Math.min(to, finished + BLOCK);
        done.accept(finished);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while histories were running", interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RolloutViolation violation) {
        throw violation;
      }
      throw new IllegalStateException("a history could not be simulated", failed.getCause());
    } finally {
      threads.shutdownNow();
    }
    return tally.summary();
  }

  private Tally live(long from, long to) {
    Tally tally = new Tally();
    for (long seed = from; seed < to && !Thread.currentThread().isInterrupted(); seed++) {
      History history = History.of(seed);
      try {
        tally.add(history.run(decider));
      } catch (RolloutViolation violation) {
        throw explained(history, violation);
      }
    }
    return tally;
  }

  /** The same violation in the smallest history that still has it, with its timeline. */
  private RolloutViolation explained(History history, RolloutViolation violation) {
    History smallest = history.shrunk(decider);
    try {
      smallest.simulation(decider).recorded(true).run(History.LENGTH);
    } catch (RolloutViolation shrunk) {
      return new RolloutViolation(
          shrunk,
          "shrunk from history %d; rollout:\n%s"
              .formatted(history.seed(), HistoryEdits.yaml(smallest.rollout())));
    }
    return violation;
  }

  private static final class Tally {
    private final List<Long> decisions = new ArrayList<>();
    private final Map<RolloutPhase, Long> ends = new EnumMap<>(RolloutPhase.class);
    private RolloutChances chances = RolloutChances.none();

    void add(RolloutTrace trace) {
      decisions.add(trace.decisions());
      RolloutPhase phase = trace.phase();
      if (phase != null) {
        ends.merge(phase, 1L, Long::sum);
      }
      chances = chances.plus(trace.chances());
    }

    void add(Tally more) {
      decisions.addAll(more.decisions);
      more.ends.forEach((phase, count) -> ends.merge(phase, count, Long::sum));
      chances = chances.plus(more.chances);
    }

    Summary summary() {
      List<Long> sorted = decisions.stream().sorted().toList();
      return new Summary(
          sorted.size(),
          sorted.stream().mapToLong(each -> each).sum(),
          sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2),
          Map.copyOf(ends),
          chances);
    }
  }
}
