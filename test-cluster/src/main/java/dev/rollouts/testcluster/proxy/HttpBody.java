package dev.rollouts.testcluster.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Passes on what follows a head, as it comes. */
final class HttpBody {
  private static final int BUFFER = 1 << 14;

  private HttpBody() {}

  /** Waits as long as nothing may get through. */
  @FunctionalInterface
  interface Gate {
    void pass() throws IOException;
  }

  /** The body of a request: as long as it says, or in chunks, or none. */
  static void ofRequest(HttpHead head, InputStream in, OutputStream out) throws IOException {
    Optional<String> length = head.field("Content-Length");
    if (isChunked(head)) {
      chunks(in, out, () -> {});
    } else if (length.isPresent()) {
      bytes(in, out, Long.parseLong(length.get()), () -> {});
    }
  }

  /**
   * The body of an answer.
   *
   * @return whether another answer can follow on this connection
   */
  static boolean ofAnswer(HttpHead head, InputStream in, OutputStream out, Gate gate)
      throws IOException {
    int status = head.status();
    Optional<String> length = head.field("Content-Length");
    if (status == 204 || status == 304 || status / 100 == 1) {
      return true;
    }
    if (isChunked(head)) {
      chunks(in, out, gate);
      return true;
    }
    if (length.isPresent()) {
      bytes(in, out, Long.parseLong(length.get()), gate);
      return true;
    }
    all(in, out, gate);
    return false;
  }

  private static boolean isChunked(HttpHead head) {
    return head.field("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent();
  }

  private static void chunks(InputStream in, OutputStream out, Gate gate) throws IOException {
    while (true) {
      String line = HttpHead.line(in, false);
      gate.pass();
      out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      long size = Long.parseLong(line.split(";", 2)[0].trim(), 16);
      if (size == 0) {
        break;
      }
      bytes(in, out, size + 2, gate);
      out.flush();
    }
    for (String line = HttpHead.line(in, false); ; line = HttpHead.line(in, false)) {
      out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      if (line.isEmpty()) {
        out.flush();
        return;
      }
    }
  }

  private static void bytes(InputStream in, OutputStream out, long count, Gate gate)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = count;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException("the connection ended within a body");
      }
      gate.pass();
      out.write(buffer, 0, read);
      left -= read;
    }
    out.flush();
  }

  /** Everything until the other side closes. */
  static void all(InputStream in, OutputStream out, Gate gate) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      gate.pass();
      out.write(buffer, 0, read);
      out.flush();
    }
  }
}
