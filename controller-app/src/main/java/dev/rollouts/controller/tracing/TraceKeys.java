package dev.rollouts.controller.tracing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Ids that follow from what they are about, so that every process finds the same ones: a trace is
 * an object and its revision.
 */
final class TraceKeys {
  private static final int TRACE_BYTES = 16;
  private static final int SPAN_BYTES = 8;

  private TraceKeys() {}

  /** Id of the trace of an update, or of a run that belongs to none, whose revision is empty. */
  static String trace(String uid, String revision) {
    return hash("trace", TRACE_BYTES, uid, revision);
  }

  /** Id of a span. */
  static String span(String... about) {
    return hash("span", SPAN_BYTES, about);
  }

  private static String hash(String what, int bytes, String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((what + '\n' + String.join("\n", parts)).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
