package dev.rollouts.cli.lint;

/**
 * What one call of lint may spend on checks whose cost grows faster than the files. Far beyond what
 * anybody writes by hand; a file made to take hours gets fewer hints instead.
 */
final class Effort {
  private long left;

  Effort(long steps) {
    this.left = steps;
  }

  /** Whether that many steps are still there; if so they are gone. */
  boolean spend(long steps) {
    if (steps > left) {
      return false;
    }
    left -= steps;
    return true;
  }
}
