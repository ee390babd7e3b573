package dev.rollouts.analysis.http;

import static java.util.Objects.requireNonNull;

/**
 * An answer, whatever its status.
 *
 * @param reason the reason phrase that goes with the status, in the server's words or HTTP's
 * @param contentType empty when the server gave none
 * @param text the body as UTF-8, with U+FFFD for what is not; of a status outside 200–299 only the
 *     first 64 KiB
 */
public record HttpAnswer(int status, String reason, String contentType, String text) {
  public HttpAnswer {
    requireNonNull(reason, "reason");
    requireNonNull(contentType, "contentType");
    requireNonNull(text, "text");
  }

  /** Whether the status is 200–299. */
  public boolean isSuccessful() {
    return status >= 200 && status < 300;
  }

  /** Status and reason: {@code 404 Not Found}. */
  public String statusLine() {
    return reason.isEmpty() ? Integer.toString(status) : status + " " + reason;
  }
}
