package dev.rollouts.analysis.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Why there was no answer, in words for who wrote the template. */
final class Failures {
  private static final int LENGTH_MAX = 400;

  private Failures() {}

  static String describe(@Nullable Throwable failure, Deadline deadline) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (deadline.remainingNanos() == 0) {
      return deadline.exceeded();
    }
    if (failure instanceof HttpFailure || failure instanceof EgressRules.RefusedException) {
      return message(failure);
    }
    if (failure instanceof UnknownHostException) {
      return "no such host: " + message(failure);
    }
    if (failure instanceof ConnectException) {
      Throwable cause = failure.getCause();
      return message(failure) + (cause == null ? "" : ": " + message(cause));
    }
    if (failure instanceof SSLHandshakeException || failure instanceof SSLPeerUnverifiedException) {
      return "TLS: "
          + message(failure)
          + "; add the server's CA to the trust store of the JVM, or set insecure: true where that is acceptable";
    }
    if (failure instanceof SSLException) {
      return "TLS: " + message(failure);
    }
    if (failure instanceof InterruptedIOException) {
      return "timed out: " + message(failure);
    }
    if (failure instanceof EOFException) {
      return "the answer broke off before its end";
    }
    if (failure instanceof SocketException) {
      return "the connection broke: " + message(failure);
    }
    if (failure instanceof IOException) {
      return message(failure);
    }
    // Never the text of an exception that nobody expected: it may quote anything.
    return "unexpected "
        + (failure == null ? "end" : failure.getClass().getSimpleName())
        + " while talking to the server";
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return Excerpt.of(message == null ? failure.getClass().getSimpleName() : message, LENGTH_MAX);
  }
}
