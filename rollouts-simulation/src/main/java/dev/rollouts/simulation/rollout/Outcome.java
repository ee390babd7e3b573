package dev.rollouts.simulation.rollout;

/** What became of an update. */
public enum Outcome {
  /** The new version is the stable one. */
  PROMOTED("promoted"),
  /** It was aborted, by an analysis or a person. */
  ABORTED("aborted"),
  /** The rollout is Degraded without having been aborted. */
  DEGRADED("degraded"),
  /** Somebody went back to the stable version. */
  ROLLED_BACK("rolled back"),
  /** A newer version took its place. */
  SUPERSEDED("superseded"),
  /** Nothing of this happened in time. */
  UNFINISHED("unfinished"),
  /** There was no update; the first version is healthy. */
  DEPLOYED("deployed");

  private final String words;

  Outcome(String words) {
    this.words = words;
  }

  /** Whether all is well. */
  public boolean isGood() {
    return this == PROMOTED || this == DEPLOYED;
  }

  /** As in a sentence: {@code rolled back}. */
  @Override
  public String toString() {
    return words;
  }
}
