package dev.rollouts.cli.lint;

import java.util.Locale;

/** How bad a finding is; the worst first. */
public enum Severity {
  /** A controller would refuse the object, or every measurement would be an Error. */
  ERROR,
  /** Suspicious: it works, and probably does not do what was meant. */
  WARNING,
  /** Style, and what is good to know. */
  INFO;

  /** {@code error}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
