package dev.rollouts.cli.kube;

/** The API server cannot be asked; the message says why, and is meant to be shown as it is. */
public class KubeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KubeException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
