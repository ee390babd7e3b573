package dev.rollouts.testcluster.proxy;

/** Says what becomes of each request. Must be thread-safe. */
@FunctionalInterface
public interface FaultPlan {
  /** All goes well. */
  static FaultPlan none() {
    return request -> Fault.none();
  }

  /** Asked once for each request, in the order of their arrival. */
  Fault on(ProxiedRequest request);
}
