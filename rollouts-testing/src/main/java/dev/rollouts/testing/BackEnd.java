package dev.rollouts.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * An HTTP server on a free port of the loopback address that answers byte by byte as it is told to,
 * also in ways that no decent server would. One connection carries one request.
 */
final class BackEnd implements AutoCloseable {
  /** What the server does with a request. */
  @FunctionalInterface
  interface Behaviour {
    /** Writes an answer, or part of one; the connection is closed afterwards. */
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  /**
   * A request as it came.
   *
   * @param head request line and headers
   */
  record Request(String head, String body) {}

  private final ServerSocket server;
  private final Behaviour behaviour;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch asked = new CountDownLatch(1);

  BackEnd(Behaviour behaviour) {
    this.behaviour = behaviour;
    try {
      server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on the loopback address", e);
    }
    daemon(this::accept);
  }

  /** A server that answers every request like this. */
  static BackEnd answering(int status, String body) {
    return new BackEnd((request, out) -> out.write(answer(status, "", body)));
  }

  /**
   * An answer.
   *
   * @param headers further ones, each with its line break
   */
  static byte[] answer(int status, String headers, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        "HTTP/1.1 %s Answer\r\nContent-Type: application/json\r\nContent-Length: %s\r\nConnection: close\r\n%s\r\n"
            .formatted(status, content.length, headers)
            .getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  /** Such as {@code http://127.0.0.1:40123}. */
  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** Waits for the first request. */
  void awaitRequest() throws InterruptedException {
    asked.await();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        daemon(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Request request = read(new BufferedInputStream(socket.getInputStream()));
      asked.countDown();
      OutputStream out = socket.getOutputStream();
      behaviour.answer(request, out);
      out.flush();
    } catch (IOException gone) {
      // The client has had enough, which is what some tests want.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private static Request read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client left");
      }
      head.append((char) next);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return new Request(head.toString(), new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "back-end");
    thread.setDaemon(true);
    thread.start();
  }

  /** Stops listening and drops every connection. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the back-end does not close", e);
    }
  }
}
