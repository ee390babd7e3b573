package dev.rollouts.cli.kube;

import dev.rollouts.codec.Json;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The API server as a user sees it. Every method blocks, and throws {@link ApiException} when the
 * server refuses, {@link KubeException} when it cannot be asked. Thread-safe.
 */
public final class ApiServer implements AutoCloseable {
  private static final int PAGE = 500;

  /** For how long the server is asked to keep a watch open. */
  private static final Duration WATCH = Duration.ofMinutes(2);

  /** How long the beginning of an answer may take where nobody has said it. */
  private static final Duration BEGINNING = Duration.ofMinutes(1);

  private final Http http;
  private final String namespace;
  private final boolean dryRun;
  private final Duration atMost;
  private final Duration watchSpan;

  private ApiServer(
      Http http, String namespace, boolean dryRun, Duration atMost, Duration watchSpan) {
    this.http = http;
    this.namespace = namespace;
    this.dryRun = dryRun;
    this.atMost = atMost;
    this.watchSpan = watchSpan;
  }

  /**
   * The API server that choice, kubeconfig and environment name. Nothing is asked yet.
   *
   * @param agent how to call oneself, such as {@code rollouts/1.0}
   * @throws KubeException when they name none, or what they say cannot be used
   */
  public static ApiServer of(Choice choice, Map<String, String> environment, String agent) {
    Connection connection = Connections.of(choice, environment);
    return new ApiServer(
        new Http(connection, agent), connection.namespace(), false, Duration.ZERO, WATCH);
  }

  /** The namespace that applies when nothing else is said. */
  public String namespace() {
    return namespace;
  }

  /** The same server, which then only says what it would do with what is written. */
  public ApiServer dryRun() {
    return new ApiServer(http, namespace, true, atMost, watchSpan);
  }

  /** The same server for somebody who stays: no question waits for ever for its answer. */
  public ApiServer following() {
    return new ApiServer(http, namespace, dryRun, BEGINNING, watchSpan);
  }

  /** The same server, where a watch is given up when nothing is heard for about that long. */
  ApiServer watchingFor(Duration span) {
    return new ApiServer(http, namespace, dryRun, atMost, span);
  }

  /** Reads an object. */
  public KubeObject get(Resource resource, String namespace, String name) {
    return object(
        send("get", resource, name, path(resource, namespace, name, ""), null, ""), resource);
  }

  /** Reads all objects of a namespace, in pages; of all namespaces when it is empty. */
  public ObjectList list(Resource resource, String namespace, Selection selection) {
    try {
      return list(resource, namespace, selection, PAGE);
    } catch (ApiException e) {
      if (e.isExpired()) {
        // The pages took longer than the server keeps them: all at once then.
        return list(resource, namespace, selection, 0);
      }
      throw e;
    }
  }

  private ObjectList list(Resource resource, String namespace, Selection selection, int page) {
    List<KubeObject> items = new ArrayList<>();
    Map<String, String> parameters = new LinkedHashMap<>(selection.parameters());
    if (page > 0) {
      parameters.put("limit", String.valueOf(page));
    }
    while (true) {
      KubeObject answer =
          KubeObject.of(
              Json.read(
                  "answer",
                  send(
                      "list",
                      resource,
                      "",
                      resource.path(namespace) + Urls.query(parameters),
                      null,
                      "")));
      for (KubeObject each : answer.children("items")) {
        items.add(named(each, resource));
      }
      String more = answer.text("metadata", "continue");
      if (more.isEmpty()) {
        return new ObjectList(items, answer.text("metadata", "resourceVersion"));
      }
      parameters.put("continue", more);
    }
  }

  /** Starts to read all objects, so that several requests are under way at the same time. */
  public Pending<List<KubeObject>> listSoon(
      Resource resource, String namespace, Selection selection) {
    return new Pending<>(
        CompletableFuture.supplyAsync(() -> list(resource, namespace, selection).items()));
  }

  /** Starts to read an object. */
  public Pending<KubeObject> getSoon(Resource resource, String namespace, String name) {
    return new Pending<>(CompletableFuture.supplyAsync(() -> get(resource, namespace, name)));
  }

  /** An answer that is under way. */
  public record Pending<T>(CompletableFuture<T> future) {
    /** Hands it on when it comes; never, if it fails. */
    public void whenThere(Consumer<T> consumer) {
      CompletableFuture<T> unused =
          future.whenComplete(
              (answer, failure) -> {
                if (failure == null) {
                  consumer.accept(answer);
                }
              });
    }

    /** Waits for it. */
    public T get() {
      try {
        return future.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  /**
   * Changes an object by a JSON merge patch.
   *
   * @param subresource such as {@code status}; empty for the object itself
   */
  public KubeObject merge(
      Resource resource, String namespace, String name, String subresource, Object patch) {
    return object(
        send(
            "patch",
            resource,
            name,
            path(resource, namespace, name, subresource) + written(),
            Json.write(patch),
            "application/merge-patch+json"),
        resource);
  }

  /** Changes an object by a JSON patch, a list of operations. */
  public KubeObject jsonPatch(Resource resource, String namespace, String name, Object patch) {
    return object(
        send(
            "patch",
            resource,
            name,
            path(resource, namespace, name, "") + written(),
            Json.write(patch),
            "application/json-patch+json"),
        resource);
  }

  /** Replaces an object, unless it has changed since it was read. */
  public KubeObject replace(Resource resource, KubeObject object) {
    return object(
        send(
            "put",
            resource,
            object.name(),
            path(resource, object.namespace(), object.name(), "") + written(),
            Json.write(object.fields()),
            "application/json"),
        resource);
  }

  /** Creates an object. */
  public KubeObject create(Resource resource, String namespace, KubeObject object) {
    return object(
        send(
            "post",
            resource,
            "",
            resource.path(namespace) + written(),
            Json.write(object.fields()),
            "application/json"),
        resource);
  }

  /**
   * Opens a watch. The server ends it now and then; when it does not, and says nothing either, the
   * connection is taken for lost.
   *
   * @param resourceVersion from there
   */
  public Watch watch(
      Resource resource, String namespace, Selection selection, String resourceVersion) {
    Map<String, String> parameters = new LinkedHashMap<>(selection.parameters());
    parameters.put("watch", "true");
    parameters.put("allowWatchBookmarks", "true");
    parameters.put("timeoutSeconds", String.valueOf(Math.max(1, watchSpan.toSeconds())));
    parameters.put("resourceVersion", resourceVersion);
    String path = resource.path(namespace) + Urls.query(parameters);
    HttpResponse<java.io.InputStream> response =
        http.open(
            path,
            builder -> builder.GET().setHeader("Accept", "application/json").timeout(BEGINNING));
    if (response.statusCode() != 200) {
      try (java.io.InputStream body = response.body()) {
        throw ApiException.of(
            response.statusCode(),
            new String(body.readAllBytes(), StandardCharsets.UTF_8),
            "watch",
            resource,
            "");
      } catch (IOException e) {
        throw new KubeException("watch %s: %s".formatted(resource.plural(), e.getMessage()));
      }
    }
    return new Watch(resource, response.body(), watchSpan, http::reconnect);
  }

  private String written() {
    return dryRun ? "?dryRun=All" : "";
  }

  private static String path(Resource resource, String namespace, String name, String subresource) {
    return resource.path(namespace)
        + "/"
        + Urls.segment(name)
        + (subresource.isEmpty() ? "" : "/" + subresource);
  }

  private String send(
      String verb,
      Resource resource,
      String name,
      String path,
      @Nullable String body,
      String contentType) {
    String method = verb.equals("list") ? "GET" : verb.toUpperCase(java.util.Locale.ROOT);
    Http.Answer answer =
        http.send(
            path,
            atMost,
            builder -> {
              builder.setHeader("Accept", "application/json");
              if (body == null) {
                builder.GET();
              } else {
                builder
                    .setHeader("Content-Type", contentType)
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
              }
            });
    if (answer.code() >= 200 && answer.code() < 300) {
      return answer.body();
    }
    throw ApiException.of(answer.code(), answer.body(), verb, resource, name);
  }

  private static KubeObject object(String body, Resource resource) {
    return named(KubeObject.of(Json.read("answer", body)), resource);
  }

  /** Items of lists do not say what they are. */
  static KubeObject named(KubeObject object, Resource resource) {
    if (object.has("kind")) {
      return object;
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("apiVersion", resource.apiVersion());
    fields.put("kind", resource.kind());
    fields.putAll(object.fields());
    return new KubeObject(fields);
  }

  /** Ends all connections; nothing can be asked after that. */
  @Override
  public void close() {
    http.close();
  }
}
