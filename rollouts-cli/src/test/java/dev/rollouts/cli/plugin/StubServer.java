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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** As much of an API server as the plugin asks for, within this process. */
final class StubServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Map<String, Object>> objects = new LinkedHashMap<>();
  private final List<OutputStream> watches = new ArrayList<>();
  private final Set<String> forbidden = new TreeSet<>();

  /** Everything but reading, as {@code PATCH /apis/…}. */
  final List<String> writes = Collections.synchronizedList(new ArrayList<>());

  final List<String> reads = Collections.synchronizedList(new ArrayList<>());

  StubServer(String... manifests) {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String each : manifests) {
      put(each);
    }
    http.createContext("/", this::answer);
    http.setExecutor(threads);
    http.start();
  }

  /** The plugin, which asks this server; in the namespace {@code shop}. */
  Plugin plugin() {
    return Plugin.alone()
        .flags("-s", "http://127.0.0.1:" + http.getAddress().getPort(), "-n", "shop");
  }

  /** Whoever asks for this kind is told that they may not. */
  StubServer forbid(String plural) {
    forbidden.add(plural);
    return this;
  }

  /** Creates or replaces objects, and tells those who watch. */
  synchronized void put(String yaml) {
    for (Document each : Codec.standard().read("stub.yaml", yaml)) {
      KubeObject object = KubeObject.of(each.tree());
      if (object.namespace().isEmpty() && !object.kind().startsWith("Cluster")) {
        object = object.with("shop", "metadata", "namespace");
      }
      objects.put(path(object), object.with("7", "metadata", "resourceVersion").fields());
      tell("MODIFIED", object);
    }
  }

  /** Deletes an object, and tells those who watch. */
  synchronized void delete(Resource resource, String name) {
    String path =
        "/apis/%s/%s/namespaces/shop/%s/%s"
            .formatted(resource.group(), resource.version(), resource.plural(), name);
    tell("DELETED", KubeObject.of(objects.remove(path)));
  }

  /** How many are watching now. */
  synchronized int watching() {
    return watches.size();
  }

  private void tell(String type, KubeObject object) {
    byte[] line =
        (Json.write(Map.of("type", type, "object", object.fields())) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    for (OutputStream each : watches) {
      try {
        each.write(line);
        each.flush();
      } catch (IOException gone) {
        // Somebody has stopped to watch.
      }
    }
  }

  private static String path(KubeObject object) {
    Resource resource =
        Resource.ofOurs(object.kind())
            .orElseGet(() -> Resource.of(object.apiVersion(), object.kind()));
    String root = resource.group().isEmpty() ? "/api/v1" : "/apis/" + object.apiVersion();
    return root
        + (resource.namespaced() ? "/namespaces/" + object.namespace() : "")
        + "/"
        + resource.plural()
        + "/"
        + object.name();
  }

  // --- answers

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestMethod();
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    (method.equals("GET") ? reads : writes).add(method + " " + path);
    String plural =
        forbidden.stream().filter(each -> path.contains("/" + each)).findFirst().orElse("");
    if (!plural.isEmpty()) {
      send(exchange, 403, status(403, "Forbidden", plural + " is forbidden: User \"me\" may not"));
    } else if (query.containsKey("watch")) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      synchronized (this) {
        watches.add(exchange.getResponseBody());
      }
    } else if (method.equals("GET")) {
      get(exchange, path, query);
    } else {
      write(exchange, path, method, new String(body, StandardCharsets.UTF_8));
    }
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String each : text == null ? new String[0] : text.split("&")) {
      String[] parts = each.split("=", 2);
      query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private synchronized void get(HttpExchange exchange, String path, Map<String, String> query)
      throws IOException {
    Map<String, Object> object = objects.get(path);
    if (object != null) {
      send(exchange, 200, object);
      return;
    }
    String last = path.substring(path.lastIndexOf('/') + 1);
    boolean collection = path.matches("/apis?/.*/[a-z]+") && isKind(path, last);
    if (!collection) {
      String plural = path.substring(0, path.length() - last.length() - 1);
      plural = plural.substring(plural.lastIndexOf('/') + 1);
      String group = path.startsWith("/apis/") ? "." + path.split("/")[2] : "";
      send(
          exchange,
          404,
          status(404, "NotFound", "%s%s \"%s\" not found".formatted(plural, group, last)));
      return;
    }
    List<Object> items = new ArrayList<>();
    objects.forEach(
        (each, fields) -> {
          if (each.startsWith(path + "/") && isSelected(KubeObject.of(fields), query)) {
            items.add(fields);
          }
        });
    send(
        exchange,
        200,
        Map.of("kind", "List", "metadata", Map.of("resourceVersion", "8"), "items", items));
  }

  /** Whether a path is that of a kind; of one in a namespace it has a certain depth. */
  private static boolean isKind(String path, String last) {
    int depth = path.split("/").length - (path.startsWith("/apis/") ? 4 : 3);
    return path.contains("/namespaces/") ? depth == 3 : depth == 1 && !last.isEmpty();
  }

  private static boolean isSelected(KubeObject object, Map<String, String> query) {
    String labels = query.getOrDefault("labelSelector", "");
    String fields = query.getOrDefault("fieldSelector", "");
    boolean labelled =
        labels.isEmpty()
            || (labels.contains("=")
                ? object.label(labels.split("=")[0]).equals(labels.split("=")[1])
                : !object.label(labels).isEmpty());
    return labelled && (fields.isEmpty() || fields.equals("metadata.name=" + object.name()));
  }

  private synchronized void write(HttpExchange exchange, String path, String method, String body)
      throws IOException {
    String main = path.replaceFirst("/status$", "");
    Map<String, Object> object = objects.get(main);
    if (object == null) {
      get(exchange, main, Map.of());
      return;
    }
    Map<String, Object> change = KubeObject.of(Json.read("body", body)).fields();
    Map<String, Object> written =
        method.equals("PATCH") ? MergePatch.apply(object, change) : change;
    objects.put(main, written);
    send(exchange, 200, written);
  }

  private static Map<String, Object> status(int code, String reason, String message) {
    return Map.of("kind", "Status", "code", code, "reason", reason, "message", message);
  }

  private static void send(HttpExchange exchange, int code, Map<String, ?> body)
      throws IOException {
    byte[] json = Json.write(body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, json.length);
    exchange.getResponseBody().write(json);
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
