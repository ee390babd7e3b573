package dev.rollouts.analysis.http;

import java.io.IOException;

/**
 * An exchange that ended without an answer. Its message is meant for the measurement and holds no
 * credentials.
 */
public final class HttpFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** Without an answer, for the reason that the message gives. */
  public HttpFailure(String message) {
    super(message);
  }
}
