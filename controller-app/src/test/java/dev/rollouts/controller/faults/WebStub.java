package dev.rollouts.controller.faults;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A service that analyses ask: each path has an answer, in which {@code %s} is what it was sent.
 */
final class WebStub implements AutoCloseable {
  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  WebStub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          Answer answer =
              answers.getOrDefault(exchange.getRequestURI().getPath(), new Answer(404, "%s"));
          String sent =
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
          byte[] body = answer.body().replace("%s", sent).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  WebStub answer(String path, int status, String body) {
    answers.put(path, new Answer(status, body));
    return this;
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
