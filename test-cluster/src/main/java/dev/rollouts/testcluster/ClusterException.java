package dev.rollouts.testcluster;

/** The cluster could not be had or does not do its part; the message says what to do about it. */
public final class ClusterException extends RuntimeException {
  ClusterException(String message) {
    super(message);
  }

  ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
