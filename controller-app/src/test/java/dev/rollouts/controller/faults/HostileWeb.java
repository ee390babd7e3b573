package dev.rollouts.controller.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** A server that answers as no server should; each path has its own way. */
final class HostileWeb implements AutoCloseable {
  private final ServerSocket socket;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "hostile-web");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Answer> answers = new LinkedHashMap<>();

  private interface Answer {
    void write(OutputStream out) throws IOException;
  }

  HostileWeb() {
    try {
      socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    body("good", "{\"v\": 1}");
    body("empty", "");
    body("blank", " ");
    body("brace", "{");
    body("array-cut", "[1,");
    body("html", "<html>busy</html>");
    body("quote", "\"");
    body("word-cut", "nul");
    body("brace-more", "{\"a\":1}}");
    body("zero", "\u0000");
    body("null", "null");
    body("infinite", "{\"v\": 1e999}");
    body("deep", "[".repeat(100_000));
    body("deep-object", "{\"v\":".repeat(50_000) + "1" + "}".repeat(50_000));
    body("twice", "{\"v\": 0, \"v\": {}}");
    body("long-number", "{\"v\": " + "9".repeat(1_000_000) + "}");
    body("novel", "{\"v\": \"" + "x".repeat(1 << 20) + "\"}");
    body("too-large", "{\"v\": \"" + "x".repeat(9 << 20) + "\"}");
    body("surrogates", "{\"v\": \"\\ud800\"}");
    raw("not-http", "220 mail.example ESMTP\r\n");
    raw("hang-up", "");
    raw("cut-head", "HTTP/1.1 200 O");
    raw("cut-body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"v\":");
    raw("negative", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{\"v\": 1}");
    raw("chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n{\"v\": 1}\r\n");
    raw("no-gzip", head("Content-Encoding: gzip\r\n", 8) + "{\"v\": 1}");
    raw("loop", "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
    raw("away", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
    raw("long-head", "HTTP/1.1 200 OK\r\nX: " + "y".repeat(1 << 20) + "\r\n\r\n{\"v\": 1}");
    raw("broken", "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops");
    raw("denied", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
    answers.put("bomb", out -> out.write(bomb()));
    answers.put(
        "endless",
        out -> {
          out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
          byte[] chunk = bytes("400\r\n" + " ".repeat(0x400) + "\r\n");
          while (!socket.isClosed()) {
            out.write(chunk);
          }
        });
    answers.put(
        "slow",
        out -> {
          out.write(bytes(head("", 1000)));
          out.flush();
          try {
            Thread.sleep(600_000);
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
        });
    threads.execute(this::serve);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String head(String more, int length) {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n"
        .formatted(more, length);
  }

  private void body(String path, String body) {
    byte[] content = bytes(body);
    answers.put(
        path,
        out -> {
          out.write(bytes(head("Content-Type: application/json\r\n", content.length)));
          out.write(content);
        });
  }

  private void raw(String path, String answer) {
    answers.put(path, out -> out.write(bytes(answer)));
  }

  /** Little that becomes much. */
  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
      byte[] block = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        zip.write(block);
      }
    }
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.write(bytes(head("Content-Encoding: gzip\r\n", packed.size())));
    answer.write(packed.toByteArray());
    return answer.toByteArray();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> answer(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void answer(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      StringBuilder head = new StringBuilder();
      for (int next = in.read(); next >= 0; next = in.read()) {
        head.append((char) next);
        if (head.toString().endsWith("\r\n\r\n")) {
          break;
        }
      }
      String path = head.toString().replaceAll("(?s)^\\w+ /([a-z-]*).*", "$1");
      Answer answer = answers.get(path);
      if (answer != null) {
        OutputStream out = client.getOutputStream();
        answer.write(out);
        out.flush();
      }
    } catch (IOException goneAway) {
      // The client had enough of it.
    }
  }

  /** Everything but the good one. */
  Iterable<String> paths() {
    return answers.keySet().stream().filter(each -> !each.equals("good")).toList();
  }

  String url(String path) {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/" + path;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
