package dev.rollouts.controller.faults;

import dev.rollouts.testcluster.proxy.FaultProxy;

/**
 * Where a controller dies.
 *
 * @param write its last; 1 is the first
 * @param reach whether the server does it
 */
record CrashPoint(long write, FaultProxy.Reach reach) {
  @Override
  public String toString() {
    return "write %d, which is %s".formatted(write, reach);
  }
}
