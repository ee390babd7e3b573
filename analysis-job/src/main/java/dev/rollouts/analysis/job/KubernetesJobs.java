package dev.rollouts.analysis.job;

import static java.util.Objects.requireNonNull;

import dev.rollouts.analysis.job.JobClient.RefusedException.Kind;
import dev.rollouts.api.wire.JsonObject;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Jobs in a cluster, through its API server. Needs: create, get, list and delete on jobs, list on
 * pods. Thread-safe.
 */
public final class KubernetesJobs implements JobClient {
  private static final int CONFLICT = 409;
  private static final int SERVER_ERRORS = 500;

  /** A Job goes out as it was written, fields that no model knows included. */
  private static final ResourceDefinitionContext JOBS =
      new ResourceDefinitionContext.Builder()
          .withGroup("batch")
          .withVersion("v1")
          .withKind("Job")
          .withPlural("jobs")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;

  /** Uses this client and does not close it. */
  public KubernetesJobs(KubernetesClient client) {
    this.client = requireNonNull(client, "client");
  }

  @Override
  public void create(JsonObject manifest) throws RefusedException {
    asking(
        () -> {
          GenericKubernetesResource job =
              client
                  .getKubernetesSerialization()
                  .convertValue(manifest.fields(), GenericKubernetesResource.class);
          return client
              .genericKubernetesResources(JOBS)
              .inNamespace(job.getMetadata().getNamespace())
              .resource(job)
              .create();
        });
  }

  @Override
  public Optional<JobState> find(String namespace, String name) throws RefusedException {
    return asking(
        () ->
            Optional.ofNullable(
                    client.batch().v1().jobs().inNamespace(namespace).withName(name).get())
                .map(this::state));
  }

  @Override
  public void delete(String namespace, String name) throws RefusedException {
    asking(
        () ->
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete());
  }

  @Override
  public List<PodState> pods(JobState job, Map.Entry<String, String> label)
      throws RefusedException {
    LabelSelector both =
        new LabelSelectorBuilder(
                client
                    .getKubernetesSerialization()
                    .convertValue(job.selector().fields(), LabelSelector.class))
            .addToMatchLabels(label.getKey(), label.getValue())
            .build();
    return asking(
        () ->
            client
                .pods()
                .inNamespace(job.namespace())
                .withLabelSelector(both)
                .list()
                .getItems()
                .stream()
                .map(KubernetesJobs::state)
                .toList());
  }

  @Override
  public List<JobState> list(String namespace, Map.Entry<String, String> label)
      throws RefusedException {
    return asking(
        () ->
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(label.getKey(), label.getValue())
                .list()
                .getItems()
                .stream()
                .map(this::state)
                .toList());
  }

  private JobState state(Job job) {
    ObjectMeta metadata = job.getMetadata();
    String controller = null;
    for (OwnerReference owner : metadata.getOwnerReferences()) {
      if (Boolean.TRUE.equals(owner.getController())) {
        controller = owner.getUid();
      }
    }
    List<String> conditions = new ArrayList<>();
    if (job.getStatus() != null) {
      for (JobCondition condition : job.getStatus().getConditions()) {
        conditions.add(String.valueOf(condition.getType()));
      }
    }
    LabelSelector selector = job.getSpec() == null ? null : job.getSpec().getSelector();
    return new JobState(
        metadata.getNamespace(),
        metadata.getName(),
        orEmpty(metadata.getLabels()),
        orEmpty(metadata.getAnnotations()),
        controller,
        time(metadata.getCreationTimestamp()),
        conditions,
        selector == null ? JsonObject.empty() : tree(selector));
  }

  @SuppressWarnings("unchecked") // a label selector is an object
  private JsonObject tree(LabelSelector selector) {
    return JsonObject.of(
        (Map<String, Object>)
            client.getKubernetesSerialization().convertValue(selector, Map.class));
  }

  private static PodState state(Pod pod) {
    List<Waiting> waiting = new ArrayList<>();
    if (pod.getStatus() != null) {
      pod.getStatus().getInitContainerStatuses().forEach(each -> addWaiting(each, waiting));
      pod.getStatus().getContainerStatuses().forEach(each -> addWaiting(each, waiting));
    }
    return new PodState(pod.getMetadata().getName(), waiting);
  }

  private static void addWaiting(ContainerStatus status, List<Waiting> waiting) {
    ContainerStateWaiting state = status.getState() == null ? null : status.getState().getWaiting();
    if (state != null) {
      waiting.add(
          new Waiting(status.getName(), orEmpty(state.getReason()), orEmpty(state.getMessage())));
    }
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException notATime) {
      return null;
    }
  }

  /** Asks, and says in the API server's own words what went wrong. */
  private static <T> T asking(Supplier<T> request) throws RefusedException {
    try {
      return request.get();
    } catch (KubernetesClientException e) {
      throw new RefusedException(kind(e), message(e));
    }
  }

  private static String message(KubernetesClientException e) {
    if (e.getStatus() != null && e.getStatus().getMessage() != null) {
      return e.getStatus().getMessage();
    }
    // Without an answer the client's own words say nothing; what lies behind does.
    return e.getCause() == null
        ? String.valueOf(e.getMessage())
        : "the API server cannot be reached: " + e.getCause();
  }

  private static Kind kind(KubernetesClientException e) {
    String reason = e.getStatus() == null ? null : e.getStatus().getReason();
    if (e.getCode() == CONFLICT || "AlreadyExists".equals(reason)) {
      return Kind.ALREADY_EXISTS;
    }
    // Without an answer the connection broke, and the request may have arrived.
    boolean answered = e.getCode() > 0;
    return !answered || e.getCode() >= SERVER_ERRORS ? Kind.UNCERTAIN : Kind.REFUSED;
  }
}
