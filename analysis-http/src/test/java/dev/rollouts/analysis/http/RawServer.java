package dev.rollouts.analysis.http;

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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A server on a free port of this machine that answers with bytes, so that it can do what a good
 * server never does.
 */
public final class RawServer implements AutoCloseable {
  private final ServerSocket server;
  private final Answer answer;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Starts at once. */
  public RawServer(Answer answer) {
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.answer = answer;
    start("raw-server", this::accept);
  }

  /**
   * Writes the answer to a request; false closes the connection, true waits for the next request on
   * it.
   */
  @FunctionalInterface
  public interface Answer {
    boolean to(String request, OutputStream out) throws IOException;
  }

  /** {@code http://127.0.0.1:<port><path>}. */
  public String url(String path) {
    return "http://127.0.0.1:" + server.getLocalPort() + path;
  }

  /** Heads and bodies of the requests so far, in the order of their arrival. */
  public List<String> requests() {
    return requests;
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        start("raw-server-connection", () -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String request = read(in);
      while (request != null) {
        requests.add(request);
        if (!answer.to(request, socket.getOutputStream())) {
          return;
        }
        socket.getOutputStream().flush();
        request = read(in);
      }
    } catch (IOException gone) {
      // The client went away, which is what some tests are about.
    } finally {
      open.remove(socket);
    }
  }

  private static @Nullable String read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.write(b);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    for (String line : text.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        int length = Integer.parseInt(line.substring("content-length:".length()).strip());
        return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
      }
    }
    return text;
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Closes every connection. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
