package dev.rollouts.cli.plugin;

import java.time.Duration;

/** Where one thread waits for others to say that something has happened. Thread-safe. */
final class Pulse {
  private boolean rung;
  private boolean ended;

  /** Something has happened. */
  synchronized void ring() {
    rung = true;
    notifyAll();
  }

  /** Nothing more is to be waited for. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized boolean isEnded() {
    return ended;
  }

  /**
   * Waits until something happens, but not longer than that.
   *
   * @return whether something has happened since the last call
   */
  synchronized boolean await(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    try {
      while (!rung && !ended) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          break;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ended = true;
    }
    boolean was = rung;
    rung = false;
    return was;
  }

  /** Waits that long, whatever happens, unless it is ended. */
  synchronized void rest(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try {
      while (!ended) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ended = true;
    }
  }
}
