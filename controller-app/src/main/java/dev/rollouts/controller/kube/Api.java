package dev.rollouts.controller.kube;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.dsl.internal.OperationSupport;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the API server about objects of any kind, as trees. Every failure is an {@link
 * ApiException} that says what it means to a decision. Thread-safe.
 */
public final class Api {
  private static final Duration ABSENT_KIND = Duration.ofSeconds(30);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,252}");
  private static final String JSON = "application/json";
  private static final String MERGE_PATCH = "application/merge-patch+json";

  private final KubernetesClient client;
  private final String server;

  /** Takes no for an answer: a budget that forbids an eviction answers as a busy server does. */
  private final KubernetesClient once;

  private final Map<String, ResourceDefinitionContext> kinds = new ConcurrentHashMap<>();
  private final Map<String, Long> absentKinds = new ConcurrentHashMap<>();

  /** By group: objects that are in another cluster. */
  private final Map<String, Api> elsewhere = new ConcurrentHashMap<>();

  private final Set<String> builtIn;

  /** Requests through this client. */
  public Api(KubernetesClient client) {
    this.client = client;
    this.server = client.getMasterUrl().toString().replaceFirst("/+$", "");
    this.once =
        client
            .newClient(new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build())
            .adapt(KubernetesClient.class);
    define("apps/v1", "ReplicaSet", "replicasets", true);
    define("apps/v1", "Deployment", "deployments", true);
    define("v1", "Service", "services", true);
    define("v1", "Pod", "pods", true);
    define("v1", "Event", "events", true);
    define("v1", "Secret", "secrets", true);
    define("v1", "ConfigMap", "configmaps", true);
    define("networking.k8s.io/v1", "Ingress", "ingresses", true);
    define("argoproj.io/v1alpha1", "Rollout", "rollouts", true);
    define("argoproj.io/v1alpha1", "Experiment", "experiments", true);
    define("argoproj.io/v1alpha1", "AnalysisRun", "analysisruns", true);
    define("argoproj.io/v1alpha1", "AnalysisTemplate", "analysistemplates", true);
    define("argoproj.io/v1alpha1", "ClusterAnalysisTemplate", "clusteranalysistemplates", false);
    define("coordination.k8s.io/v1", "Lease", "leases", true);
    builtIn = Set.copyOf(kinds.keySet());
  }

  /** The client itself, for what is not about objects as trees. */
  public KubernetesClient client() {
    return client;
  }

  /** From now on objects of a group are those of another cluster. */
  public void sendTo(Api other, String group) {
    elsewhere.put(group, other);
  }

  /** Requests about objects of a group and version. */
  Api of(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 || elsewhere.isEmpty()
        ? this
        : elsewhere.getOrDefault(apiVersion.substring(0, slash), this);
  }

  /** The object as it is now, or nothing when there is none or nobody serves its kind. */
  public Optional<JsonObject> get(ObjectKey key) throws ApiException {
    if (!isName(key.name()) || !(key.namespace().isEmpty() || isName(key.namespace()))) {
      return Optional.empty();
    }
    try {
      return of(key.apiVersion())
          .named(key)
          .flatMap(it -> Optional.ofNullable(it.get()))
          .map(this::tree);
    } catch (KubernetesClientException e) {
      throw ApiException.of(e);
    }
  }

  /** Whether something can be called that; asked for anything else, the server answers an error. */
  private static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Objects of a kind in a namespace; none when nobody serves the kind. */
  public List<JsonObject> list(ObjectKey all, Map<String, String> labels) throws ApiException {
    try {
      Optional<
              NonNamespaceOperation<
                  GenericKubernetesResource,
                  GenericKubernetesResourceList,
                  Resource<GenericKubernetesResource>>>
          there = of(all.apiVersion()).in(all);
      return there.isEmpty()
          ? List.of()
          : there.get().withLabels(labels).list().getItems().stream().map(this::tree).toList();
    } catch (KubernetesClientException e) {
      throw ApiException.of(e);
    }
  }

  /** Makes an object; gives it as stored. */
  public JsonObject create(ObjectKey key, JsonObject tree) throws ApiException {
    return of(key.apiVersion()).send("POST", JSON, key, "", tree.fields());
  }

  /** Replaces an object whose resourceVersion is that in the tree; gives it as stored. */
  public JsonObject replace(ObjectKey key, JsonObject tree) throws ApiException {
    return of(key.apiVersion()).send("PUT", JSON, key, key.name(), tree.fields());
  }

  /**
   * Merge-patches an object; gives it as stored.
   *
   * @param subresource empty for the object itself
   */
  public JsonObject patch(
      ObjectKey key, String subresource, Map<String, ? extends @Nullable Object> patch)
      throws ApiException {
    String what = subresource.isEmpty() ? key.name() : key.name() + "/" + subresource;
    return of(key.apiVersion()).send("PATCH", MERGE_PATCH, key, what, patch);
  }

  /** Without what the client library would read before, and without its models. */
  private JsonObject send(
      String method,
      String type,
      ObjectKey key,
      String name,
      Map<String, ? extends @Nullable Object> body)
      throws ApiException {
    String path = path(existing(key), key, name);
    HttpClient http = client.getHttpClient();
    int limit = client.getConfiguration().getRequestTimeout();
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(URI.create(server + path))
            .method(method, type, Json.write(body))
            .build();
    try {
      HttpResponse<String> response =
          http.sendAsync(request, String.class)
              .get(limit > 0 ? limit : Long.MAX_VALUE, TimeUnit.MILLISECONDS);
      if (response.isSuccessful()) {
        return answer(response.body());
      }
      throw ApiException.of(
          new KubernetesClientException(
              OperationSupport.createStatus(response, client.getKubernetesSerialization())));
    } catch (ExecutionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw ApiException.of(new KubernetesClientException(String.valueOf(why.getMessage()), why));
    } catch (TimeoutException e) {
      throw ApiException.of(new KubernetesClientException("no answer in time", e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.of(new KubernetesClientException("interrupted", e));
    }
  }

  /**
   * Deletes an object; one that is gone already is fine.
   *
   * @param uid only if it is still this one; empty for any
   */
  public void delete(ObjectKey key, String uid) throws ApiException {
    try {
      Optional<ResourceDefinitionContext> definition = definition(key.apiVersion(), key.kind());
      if (definition.isPresent()) {
        of(key.apiVersion())
            .client
            .raw(
                path(definition.get(), key, key.name()),
                "DELETE",
                uid.isEmpty() ? Map.of() : Map.of("preconditions", Map.of("uid", uid)));
      }
    } catch (KubernetesClientException e) {
      ApiException failure = ApiException.of(e);
      boolean anotherOne = !uid.isEmpty() && failure.refusal() == ClusterAnswer.Refusal.CONFLICT;
      if (failure.refusal() != ClusterAnswer.Refusal.NOT_FOUND && !anotherOne) {
        throw failure;
      }
    }
  }

  /** Evicts a pod; refused as blocked where a disruption budget does not allow it for now. */
  public void evict(String namespace, String pod) throws ApiException {
    try {
      once.raw(
          "/api/v1/namespaces/%s/pods/%s/eviction".formatted(namespace, pod),
          "POST",
          Map.of(
              "apiVersion",
              "policy/v1",
              "kind",
              "Eviction",
              "metadata",
              Map.of("name", pod, "namespace", namespace)));
    } catch (KubernetesClientException e) {
      ApiException failure = ApiException.of(e);
      if (failure.refusal() != ClusterAnswer.Refusal.NOT_FOUND) {
        throw failure;
      }
    }
  }

  /** Of an object, or of all of its kind where the name is empty. */
  private static String path(ResourceDefinitionContext kind, ObjectKey key, String name) {
    String group =
        kind.getGroup().isEmpty()
            ? "/api/" + kind.getVersion()
            : "/apis/" + kind.getGroup() + "/" + kind.getVersion();
    String where = kind.isNamespaceScoped() ? "/namespaces/" + key.namespace() : "";
    return group + where + "/" + kind.getPlural() + (name.isEmpty() ? "" : "/" + name);
  }

  /** How to ask for a kind; empty when nobody serves it. */
  public Optional<ResourceDefinitionContext> definition(String apiVersion, String kind) {
    Api at = of(apiVersion);
    if (at != this) {
      return at.definition(apiVersion, kind);
    }
    String id = apiVersion + "/" + kind;
    ResourceDefinitionContext known = kinds.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Long absentUntil = absentKinds.get(id);
    if (absentUntil != null && System.nanoTime() - absentUntil < 0) {
      return Optional.empty();
    }
    APIResourceList served = client.getApiResources(apiVersion);
    List<APIResource> resources = served == null ? List.of() : served.getResources();
    for (APIResource each : resources) {
      if (each.getKind().equals(kind) && !each.getName().contains("/")) {
        return Optional.of(define(apiVersion, kind, each.getName(), each.getNamespaced()));
      }
    }
    absentKinds.put(id, System.nanoTime() + ABSENT_KIND.toNanos());
    return Optional.empty();
  }

  /** Has the server asked again which kinds it serves, when this one is asked for. */
  void forget(String apiVersion, String kind) {
    Api at = of(apiVersion);
    if (at != this) {
      at.forget(apiVersion, kind);
      return;
    }
    String id = apiVersion + "/" + kind;
    absentKinds.remove(id);
    if (!builtIn.contains(id)) {
      kinds.remove(id);
    }
  }

  private ResourceDefinitionContext define(
      String apiVersion, String kind, String plural, boolean namespaced) {
    int slash = apiVersion.indexOf('/');
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup(slash < 0 ? "" : apiVersion.substring(0, slash))
            .withVersion(apiVersion.substring(slash + 1))
            .withKind(kind)
            .withPlural(plural)
            .withNamespaced(namespaced)
            .build();
    kinds.put(apiVersion + "/" + kind, context);
    return context;
  }

  private Optional<
          NonNamespaceOperation<
              GenericKubernetesResource,
              GenericKubernetesResourceList,
              Resource<GenericKubernetesResource>>>
      in(ObjectKey key) {
    return definition(key.apiVersion(), key.kind())
        .map(
            context -> {
              MixedOperation<
                      GenericKubernetesResource,
                      GenericKubernetesResourceList,
                      Resource<GenericKubernetesResource>>
                  all = client.genericKubernetesResources(context);
              return key.namespace().isEmpty() ? all : all.inNamespace(key.namespace());
            });
  }

  private Optional<Resource<GenericKubernetesResource>> named(ObjectKey key) {
    return in(key).map(it -> it.withName(key.name()));
  }

  private ResourceDefinitionContext existing(ObjectKey key) throws ApiException {
    try {
      return definition(key.apiVersion(), key.kind()).orElseThrow(() -> absent(key));
    } catch (KubernetesClientException e) {
      throw ApiException.of(e);
    }
  }

  private static ApiException absent(ObjectKey key) {
    return new ApiException(
        ClusterAnswer.Refusal.OTHER,
        "the server serves no kind %s in %s; install its CustomResourceDefinition"
            .formatted(key.kind(), key.apiVersion()),
        null);
  }

  /** What the server answered, as a tree without book-keeping of who wrote what. */
  private static JsonObject answer(String json) throws ApiException {
    try {
      return Trees.read(json);
    } catch (IOException e) {
      throw new ApiException(ClusterAnswer.Refusal.OTHER, "the answer is no JSON object", e);
    }
  }

  /** What the client library read, as a tree without book-keeping of who wrote what. */
  public JsonObject tree(GenericKubernetesResource resource) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", resource.getApiVersion());
    tree.put("kind", resource.getKind());
    resource.getMetadata().setManagedFields(null);
    tree.put(
        "metadata",
        client.getKubernetesSerialization().convertValue(resource.getMetadata(), Map.class));
    tree.putAll(resource.getAdditionalProperties());
    return JsonObject.of(tree);
  }
}
