package dev.rollouts.testcluster.proxy;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A bad day: some requests are refused, cut, slow, or done without an answer, as a seed has it.
 * Watches and Leases are left alone. Thread-safe.
 */
public final class SeededFaults implements FaultPlan {
  private static final Duration SLOW = Duration.ofMillis(300);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Random random;
  private final double share;
  private final Map<String, Integer> done = new TreeMap<>();

  /**
   * Faults of a seed.
   *
   * @param share of the requests that do not go well, from 0 to 1
   */
  public SeededFaults(long seed, double share) {
    this.random = new Random(seed);
    this.share = share;
  }

  @Override
  public synchronized Fault on(ProxiedRequest request) {
    boolean mayFail =
        !request.isWatch() && !request.resource().equals("leases") && !request.resource().isEmpty();
    if (!mayFail || random.nextDouble() >= share) {
      return Fault.none();
    }
    boolean write = request.isWrite();
    return switch (random.nextInt(write ? 6 : 4)) {
      case 0 -> noted("500", Fault.answer(500));
      case 1 -> noted("429", Fault.busy(RETRY_AFTER));
      case 2 -> noted("cut", Fault.cut());
      case 3 -> noted("slow", Fault.delay(SLOW));
      case 4 -> noted("lost answer", Fault.loseAnswer());
      // A creation meets what is there already, and no other conflict.
      default ->
          request.method().equals("POST")
              ? noted("lost answer", Fault.loseAnswer())
              : noted("409", Fault.answer(409));
    };
  }

  private Fault noted(String what, Fault fault) {
    done.merge(what, 1, Integer::sum);
    return fault;
  }

  /** How often each fault happened. */
  public synchronized Map<String, Integer> done() {
    return new TreeMap<>(done);
  }
}
