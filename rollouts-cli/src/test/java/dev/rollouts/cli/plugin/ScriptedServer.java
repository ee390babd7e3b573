package dev.rollouts.cli.plugin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Json;
import dev.rollouts.codec.MergePatch;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An API server of a handful of objects, all of the namespace {@code shop}: it notes what it is
 * asked, keeps what is written but for JSON patches, and answers as it is told, where the real one
 * would not. Thread-safe.
 */
final class ScriptedServer implements AutoCloseable {
  private static final String NAMESPACE = "shop";
  private static final String COLLECTION = "/(api|apis/[^/]+)/[^/]+(/namespaces/[^/]+)?/[^/]+";

  /**
   * A question.
   *
   * @param target path and query, without what is the same for all
   */
  record Asked(String method, String target, String contentType, String body) {
    boolean isWrite() {
      return !method.equals("GET");
    }

    boolean isOf(String plural) {
      return target.split("[/?]", 2)[0].equals(plural);
    }

    /** {@code PATCH rollouts/web {"spec":…}}, with sorted keys. */
    @Override
    public String toString() {
      return method + " " + target + (body.isEmpty() ? "" : " " + body);
    }
  }

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

  /**
   * Which objects somebody wants: those of a path, with a name and labels where these are given.
   */
  private record Wanted(String path, Map<String, String> query) {
    boolean has(String key, KubeObject object) {
      String fields = query.getOrDefault("fieldSelector", "");
      String labels = query.getOrDefault("labelSelector", "");
      return key.startsWith(path + "/")
          && (fields.isEmpty() || fields.equals("metadata.name=" + object.name()))
          && (labels.isEmpty()
              || Stream.of(labels.split(",")).allMatch(each -> isLabelled(object, each)));
    }

    private static boolean isLabelled(KubeObject object, String label) {
      String[] parts = label.split("=", 2);
      String value = object.label(parts[0]);
      return parts.length == 1 ? !value.isEmpty() : value.equals(parts[1]);
    }
  }

  private record Watcher(Wanted wanted, OutputStream out) {}

  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, KubeObject> objects = new LinkedHashMap<>();
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
  static ScriptedServer with(String... manifests) {
    ScriptedServer server = new ScriptedServer();
    Stream.of(manifests).forEach(server::put);
    return server;
  }

  String address() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** The plugin of a user of this server. */
  Plugin plugin() {
    return Plugin.at(address(), NAMESPACE);
  }

  // --- what there is

  /** Adds objects, or replaces them, and tells those who watch. */
  synchronized void put(String yaml) {
    for (Document each : Codec.standard().read("test.yaml", yaml)) {
      KubeObject read = Create.object(each);
      Resource resource =
          Resource.ofOurs(read.kind()).orElseGet(() -> Resource.of(read.apiVersion(), read.kind()));
      KubeObject object =
          resource.namespaced() && read.namespace().isEmpty()
              ? read.with(NAMESPACE, "metadata", "namespace")
              : read;
      store(path(resource) + "/" + object.name(), object.with("7", "metadata", "resourceVersion"));
    }
  }

  /** Deletes an object, and tells those who watch. */
  synchronized void delete(Resource resource, String name) {
    String path = path(resource) + "/" + name;
    tell("DELETED", path, objects.remove(path));
  }

  private static String path(Resource resource) {
    return (resource.group().isEmpty() ? "/api/" : "/apis/")
        + resource.apiVersion()
        + (resource.namespaced() ? "/namespaces/" + NAMESPACE + "/" : "/")
        + resource.plural();
  }

  private void store(String path, KubeObject object) {
    tell(objects.put(path, object) == null ? "ADDED" : "MODIFIED", path, object);
  }

  private void tell(String type, String path, KubeObject object) {
    String event = Json.write(Map.of("type", type, "object", object.fields())) + "\n";
    for (Watcher each : watches) {
      if (each.wanted().has(path, object)) {
        try {
          each.out().write(event.getBytes(StandardCharsets.UTF_8));
          each.out().flush();
        } catch (IOException gone) {
          // Whoever watched has left.
        }
      }
    }
  }

  /** How many are watching, or have been. */
  int watching() {
    return watches.size();
  }

  // --- what it does instead

  /** From now on it answers so, where the function says anything. */
  void insteadOfAnswering(Function<Asked, @Nullable Answer> other) {
    instead = other;
  }

  /** From now on whoever asks for this kind is told that they may not. */
  ScriptedServer forbid(String plural) {
    Function<Asked, @Nullable Answer> others = instead;
    instead =
        question ->
            question.isOf(plural)
                ? Answer.refusal(
                    403, "Forbidden", plural + " is forbidden: User \"me\" may not do that")
                : others.apply(question);
    return this;
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

  // --- what it was asked

  /** All of it so far. */
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

  // --- answers

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    Wanted wanted = new Wanted(path, query(exchange.getRequestURI().getRawQuery()));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Asked question =
        new Asked(
            exchange.getRequestMethod(),
            target(wanted),
            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
            body.isEmpty() ? "" : Json.write(sorted(Json.read("body", body))));
    asked.add(question);
    if (silent) {
      return;
    }
    Answer other = instead.apply(question);
    if (other != null) {
      send(exchange, other);
    } else if (wanted.query().containsKey("watch")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      watches.add(new Watcher(wanted, exchange.getResponseBody()));
    } else {
      send(exchange, question.isWrite() ? written(question, path) : read(wanted));
    }
  }

  private static Map<String, String> query(@Nullable String text) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String each : text == null ? new String[0] : text.split("&")) {
      String[] parts = each.split("=", 2);
      query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private static String target(Wanted wanted) {
    StringBuilder target =
        new StringBuilder(
            wanted
                .path()
                .replaceFirst("^/(api|apis/[^/]+)/[^/]+/(namespaces/" + NAMESPACE + "/)?", ""));
    wanted
        .query()
        .forEach(
            (key, value) ->
                target
                    .append(target.indexOf("?") < 0 ? '?' : '&')
                    .append(key)
                    .append('=')
                    .append(value));
    return target.toString();
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

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.code(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized Answer read(Wanted wanted) {
    KubeObject found = objects.get(wanted.path());
    if (found != null) {
      return new Answer(200, Json.write(found.fields()));
    }
    return wanted.path().matches(COLLECTION) ? list(wanted) : missing(wanted.path());
  }

  private Answer list(Wanted wanted) {
    List<Map<String, @Nullable Object>> items =
        objects.entrySet().stream()
            .filter(each -> wanted.has(each.getKey(), each.getValue()))
            .map(each -> each.getValue().fields())
            .toList();
    return new Answer(
        200,
        Json.write(
            Map.of("kind", "List", "metadata", Map.of("resourceVersion", "7"), "items", items)));
  }

  private static Answer missing(String path) {
    String[] parts = path.split("/", -1);
    String plural = parts[parts.length - 2];
    String group = path.startsWith("/api/") ? "" : "." + parts[2];
    return Answer.refusal(
        404, "NotFound", "%s%s \"%s\" not found".formatted(plural, group, parts[parts.length - 1]));
  }

  private synchronized Answer written(Asked question, String path) {
    KubeObject change = KubeObject.of(Json.read("body", question.body()));
    if (question.method().equals("POST")) {
      String begun = change.text("metadata", "generateName");
      KubeObject named =
          begun.isEmpty() ? change : change.with(begun + "x7f2k", "metadata", "name");
      store(path + "/" + named.name(), named);
      return new Answer(201, Json.write(named.fields()));
    }
    String target = path.replaceFirst("/status$", "");
    KubeObject before = objects.get(target);
    if (before == null) {
      return missing(target);
    }
    KubeObject after =
        question.method().equals("PUT")
            ? change
            : new KubeObject(MergePatch.apply(before.fields(), change.fields()));
    store(target, after);
    return new Answer(200, Json.write(after.fields()));
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
