package dev.rollouts.api.analysis;

import dev.rollouts.api.wire.WireEnum;
import java.util.Optional;

/** Where an analysis run, a metric or a measurement stands. Rule A-082 orders them. */
public enum AnalysisPhase implements WireEnum {
  /** Nothing has happened yet; also what an absent phase reads as. */
  PENDING("Pending", 2),
  /** Measuring, or waiting to measure. */
  RUNNING("Running", 1),
  SUCCESSFUL("Successful", 0),
  FAILED("Failed", 5),
  /** No verdict because measuring itself went wrong. */
  ERROR("Error", 4),
  /** Neither good enough nor bad enough. */
  INCONCLUSIVE("Inconclusive", 3);

  private final String wireName;
  private final int severity;

  AnalysisPhase(String wireName, int severity) {
    this.wireName = wireName;
    this.severity = severity;
  }

  /** The phase that YAML spells so; exact case. */
  public static Optional<AnalysisPhase> ofWireName(String name) {
    for (AnalysisPhase phase : values()) {
      if (phase.wireName.equals(name)) {
        return Optional.of(phase);
      }
    }
    return Optional.empty();
  }

  /** As on the wire: {@code Successful}. */
  @Override
  public String wireName() {
    return wireName;
  }

  /** Whether this phase is final: Successful, Failed, Error or Inconclusive. */
  public boolean isCompleted() {
    return this != PENDING && this != RUNNING;
  }

  /**
   * Whether this phase is strictly worse than the other: Successful, Running, Pending,
   * Inconclusive, Error, Failed, best first. Rule A-082.
   */
  public boolean isWorseThan(AnalysisPhase other) {
    return severity > other.severity;
  }
}
