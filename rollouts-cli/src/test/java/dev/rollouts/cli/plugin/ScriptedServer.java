package dev.rollouts.cli.plugin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An API server of a handful of objects of the namespace {@code ns}: it notes what it is asked, and
 * answers as it is told, where the real one would not. Thread-safe.
 */
final class ScriptedServer implements AutoCloseable {
  private static final String GROUP = "/apis/argoproj.io/v1alpha1/namespaces/ns/";
  private static final Map<String, String> PLURALS =
      Map.of(
          "Rollout", GROUP + "rollouts",
          "Experiment", GROUP + "experiments",
          "AnalysisRun", GROUP + "analysisruns",
          "AnalysisTemplate", GROUP + "analysistemplates",
          "ClusterAnalysisTemplate", "/apis/argoproj.io/v1alpha1/clusteranalysistemplates",
          "ReplicaSet", "/apis/apps/v1/namespaces/ns/replicasets",
          "Deployment", "/apis/apps/v1/namespaces/ns/deployments",
          "PodTemplate", "/api/v1/namespaces/ns/podtemplates",
          "Pod", "/api/v1/namespaces/ns/pods");

  /**
   * A question.
   *
   * @param target path and query, without what is the same for all
   */
  record Asked(String method, String target, String contentType, String body) {
    boolean isWrite() {
      return !method.equals("GET");
    }

    /** {@code PATCH rollouts/web {"spec":…}}, with sorted keys. */
    @Override
    public String toString() {
      return method + " " + target + (body.isEmpty() ? "" : " " + body);
    }
  }

  /** Who watches the objects of a path. */
  private record Watcher(String path, OutputStream out) {}

  /** An answer that replaces the usual one. */
  record Answer(int code, String body) {
    /** A Status, as the real server sends it when it refuses. */
    static Answer refusal(int code, String reason, String message) {
      return new Answer(
          code,
          Json.write(
              Map.of(
                  "kind", "Status", "status", "Failure", "reason", reason, "message", message,
                  "code", code)));
    }
  }

  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, KubeObject> objects = new TreeMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<Watcher> watches = new CopyOnWriteArrayList<>();
  private volatile Function<Asked, @Nullable Answer> instead = question -> null;
  private volatile boolean silent;

  private ScriptedServer() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/", this::answer);
    http.setExecutor(threads);
    http.start();
  }

  /** One with these objects, as YAML. */
  static ScriptedServer with(String yaml) {
    ScriptedServer server = new ScriptedServer();
    server.put(yaml);
    return server;
  }

  /** Adds objects, or replaces them, and tells those who watch. */
  synchronized void put(String yaml) {
    for (Document each : Codec.standard().read("test.yaml", yaml)) {
      KubeObject read = Create.object(each);
      KubeObject object =
          (read.has("metadata", "namespace") ? read : read.with("ns", "metadata", "namespace"))
              .with("7", "metadata", "resourceVersion");
      String path = PLURALS.get(each.kind()) + "/" + object.name();
      boolean known = objects.put(path, object) != null;
      String event =
          Json.write(
                  Map.of(
                      "type", known ? "MODIFIED" : "ADDED", "object", objects.get(path).fields()))
              + "\n";
      watches.stream()
          .filter(watcher -> path.startsWith(watcher.path() + "/"))
          .forEach(watcher -> send(watcher.out(), event));
    }
  }

  private static void send(OutputStream to, String text) {
    try {
      to.write(text.getBytes(StandardCharsets.UTF_8));
      to.flush();
    } catch (IOException gone) {
      // Whoever watched has left.
    }
  }

  /** From now on it answers so, where the function says anything. */
  void insteadOfAnswering(Function<Asked, @Nullable Answer> other) {
    instead = other;
  }

  /** From now on it takes questions and never answers. */
  void fallSilent() {
    silent = true;
  }

  /** Ends the watches that are open, as a server does that goes away. */
  void endWatches() {
    for (Watcher each : List.copyOf(watches)) {
      watches.remove(each);
      try {
        each.out().close();
      } catch (IOException gone) {
        // Whoever watched has left.
      }
    }
  }

  /** What it was asked so far. */
  List<String> asked() {
    return asked.stream().map(Asked::toString).toList();
  }

  /** What it was asked to change. */
  List<String> writes() {
    return asked.stream().filter(Asked::isWrite).map(Asked::toString).toList();
  }

  /** In which forms changes came. */
  List<String> contentTypes() {
    return asked.stream().filter(Asked::isWrite).map(Asked::contentType).toList();
  }

  String address() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** The plugin of a user of this server. */
  Plugin plugin() {
    return Plugin.at(address(), "ns");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String query =
        exchange.getRequestURI().getRawQuery() == null
            ? ""
            : URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Asked question =
        new Asked(
            exchange.getRequestMethod(),
            path.replaceFirst("^/apis?/([a-z.]+/)?v1(alpha1)?/(namespaces/ns/)?", "")
                + (query.isEmpty() ? "" : "?" + query),
            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
            body.isEmpty() ? "" : Json.write(sorted(Json.read("body", body))));
    asked.add(question);
    if (silent) {
      hold();
      return;
    }
    Answer other = instead.apply(question);
    if (other != null) {
      send(exchange, other);
    } else if (query.contains("watch=true")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      watches.add(new Watcher(path, exchange.getResponseBody()));
      hold();
    } else {
      send(exchange, usual(question, path, query));
    }
  }

  /** With the keys of all objects by their letters, so that a body can be compared as a text. */
  private static @Nullable Object sorted(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> all = new TreeMap<>();
      map.forEach((key, each) -> all.put(String.valueOf(key), sorted(each)));
      return all;
    }
    return value instanceof List<?> list
        ? list.stream().map(ScriptedServer::sorted).toList()
        : value;
  }

  private void hold() {
    try {
      if (!closed.await(10, TimeUnit.MINUTES)) {
        throw new IllegalStateException("nobody has closed this server");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.code(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized Answer usual(Asked question, String path, String query) {
    String target = path.replaceFirst("/status$", "");
    KubeObject found = objects.get(target);
    return switch (question.method()) {
      case "POST" -> created(KubeObject.of(Json.read("body", question.body())));
      case "GET" ->
          found == null && PLURALS.containsValue(target) ? list(target, query) : of(found, target);
      case "PUT" ->
          found == null
              ? of(null, target)
              : of(KubeObject.of(Json.read("body", question.body())), target);
      default -> of(found, target);
    };
  }

  private static Answer created(KubeObject object) {
    String begun = object.text("metadata", "generateName");
    KubeObject named = begun.isEmpty() ? object : object.with(begun + "x7f2k", "metadata", "name");
    return new Answer(201, Json.write(named.fields()));
  }

  private Answer list(String path, String query) {
    List<Object> items = new ArrayList<>();
    objects.forEach(
        (key, object) -> {
          boolean wanted =
              !query.contains("fieldSelector=")
                  || query.contains("fieldSelector=metadata.name=" + object.name());
          if (key.startsWith(path + "/") && wanted) {
            items.add(object.fields());
          }
        });
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("kind", "List");
    list.put("metadata", Map.of("resourceVersion", "7"));
    list.put("items", items);
    return new Answer(200, Json.write(list));
  }

  private static Answer of(@Nullable KubeObject object, String path) {
    if (object != null) {
      return new Answer(200, Json.write(object.fields()));
    }
    String[] parts = path.split("/", -1);
    String plural = parts[parts.length - 2];
    String group = path.startsWith("/api/") ? "" : "." + parts[2];
    return Answer.refusal(
        404, "NotFound", "%s%s \"%s\" not found".formatted(plural, group, parts[parts.length - 1]));
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.shutdownNow();
  }
}
