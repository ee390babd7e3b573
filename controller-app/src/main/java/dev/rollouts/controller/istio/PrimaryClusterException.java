package dev.rollouts.controller.istio;

/**
 * The cluster of Istio cannot be used as the Secret says. The message has nothing of the Secret.
 */
public final class PrimaryClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PrimaryClusterException(String message) {
    super(message);
  }
}
