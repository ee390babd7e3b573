package dev.rollouts.analysis.job;

import static java.util.Objects.requireNonNull;

import dev.rollouts.analysis.job.JobClient.RefusedException.Kind;
import dev.rollouts.api.wire.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cluster for tests that knows Jobs only. They do nothing by themselves: {@link #complete},
 * {@link #fail} and {@link #waiting} say what became of them, {@link #next} what goes wrong.
 * Thread-safe.
 */
public final class InMemoryJobs implements JobClient {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int NAME_MAX = 63;

  private final Clock clock;
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Queue<Trouble> troubles = new ArrayDeque<>();
  private final List<String> created = new ArrayList<>();
  private final List<String> deleted = new ArrayList<>();

  /** What goes wrong with a request. */
  public enum Trouble {
    /** Nothing; to reach the request after it. */
    NONE,
    /** The server refuses. */
    REFUSED,
    /** The connection breaks before the request is there. */
    LOST_REQUEST,
    /** The server does what it is asked, and the connection breaks before the answer is there. */
    LOST_ANSWER,
    /** A read does not see what was written a moment ago. */
    STALE_READ
  }

  /** A Job and what became of it. */
  private record Job(
      JsonObject manifest, Instant createdAt, List<String> conditions, List<PodState> pods) {}

  /** A cluster in which creation times are those of the system's clock. */
  public InMemoryJobs() {
    this(Clock.systemUTC());
  }

  /** A cluster with another clock. */
  public InMemoryJobs(Clock clock) {
    this.clock = requireNonNull(clock, "clock");
  }

  // --- what the test says

  /** The next request meets this trouble, the one after the next call the next. */
  public synchronized InMemoryJobs next(Trouble trouble) {
    troubles.add(trouble);
    return this;
  }

  /** The Job gets condition Complete. */
  public void complete(String namespace, String name) {
    condition(namespace, name, "Complete");
  }

  /** The Job gets condition Failed. */
  public void fail(String namespace, String name) {
    condition(namespace, name, "Failed");
  }

  /** The Job gets one more condition. */
  public synchronized void condition(String namespace, String name, String type) {
    Job job = known(namespace, name);
    List<String> conditions = new ArrayList<>(job.conditions);
    conditions.add(type);
    jobs.put(key(namespace, name), new Job(job.manifest, job.createdAt, conditions, job.pods));
  }

  /** The Job gets one more pod with a container that waits. */
  public synchronized void waiting(String namespace, String name, String pod, Waiting container) {
    Job job = known(namespace, name);
    List<PodState> pods = new ArrayList<>(job.pods);
    pods.add(new PodState(pod, List.of(container)));
    jobs.put(key(namespace, name), new Job(job.manifest, job.createdAt, job.conditions, pods));
  }

  /** There is this Job already, whoever made it. */
  public synchronized void put(JsonObject manifest) {
    jobs.put(
        key(text(manifest, "metadata", "namespace"), text(manifest, "metadata", "name")),
        new Job(manifest, clock.instant(), List.of(), List.of()));
  }

  // --- what the test sees

  /** Manifests of all Jobs that exist, oldest first. */
  public synchronized List<JsonObject> manifests() {
    return jobs.values().stream().map(Job::manifest).toList();
  }

  /** {@code namespace/name} of each Job that was ever created, in order. */
  public synchronized List<String> created() {
    return List.copyOf(created);
  }

  /** {@code namespace/name} of each Job that was deleted, in order. */
  public synchronized List<String> deleted() {
    return List.copyOf(deleted);
  }

  // --- the client

  @Override
  public synchronized void create(JsonObject manifest) throws RefusedException {
    Trouble trouble = meet();
    String namespace = text(manifest, "metadata", "namespace");
    String name = text(manifest, "metadata", "name");
    if (name.length() > NAME_MAX || !NAME.matcher(name).matches()) {
      throw new RefusedException(
          Kind.REFUSED,
          "Job.batch \"%s\" is invalid: metadata.name: Invalid value".formatted(name));
    }
    if (jobs.containsKey(key(namespace, name))) {
      throw new RefusedException(
          Kind.ALREADY_EXISTS, "jobs.batch \"%s\" already exists".formatted(name));
    }
    put(manifest);
    created.add(key(namespace, name));
    loseAnswer(trouble);
  }

  @Override
  public synchronized Optional<JobState> find(String namespace, String name)
      throws RefusedException {
    Trouble trouble = meet();
    Job job = trouble == Trouble.STALE_READ ? null : jobs.get(key(namespace, name));
    loseAnswer(trouble);
    return Optional.ofNullable(job).map(InMemoryJobs::state);
  }

  @Override
  public synchronized void delete(String namespace, String name) throws RefusedException {
    Trouble trouble = meet();
    if (jobs.remove(key(namespace, name)) != null) {
      deleted.add(key(namespace, name));
    }
    loseAnswer(trouble);
  }

  @Override
  public synchronized List<PodState> pods(JobState job, Map.Entry<String, String> label)
      throws RefusedException {
    loseAnswer(meet());
    Job known = jobs.get(key(job.namespace(), job.name()));
    Object labelled =
        known == null
            ? null
            : known.manifest.at("spec", "template", "metadata", "labels", label.getKey());
    return known != null && label.getValue().equals(labelled) ? known.pods : List.of();
  }

  @Override
  public synchronized List<JobState> list(String namespace, Map.Entry<String, String> label)
      throws RefusedException {
    loseAnswer(meet());
    return jobs.values().stream()
        .map(InMemoryJobs::state)
        .filter(job -> job.namespace().equals(namespace))
        .filter(job -> label.getValue().equals(job.labels().get(label.getKey())))
        .toList();
  }

  private @Nullable Trouble meet() throws RefusedException {
    Trouble trouble = troubles.poll();
    if (trouble == Trouble.REFUSED) {
      throw new RefusedException(Kind.REFUSED, "jobs.batch is forbidden");
    }
    if (trouble == Trouble.LOST_REQUEST) {
      throw new RefusedException(Kind.UNCERTAIN, "connection reset");
    }
    return trouble;
  }

  private static void loseAnswer(@Nullable Trouble trouble) throws RefusedException {
    if (trouble == Trouble.LOST_ANSWER) {
      throw new RefusedException(Kind.UNCERTAIN, "timeout");
    }
  }

  private Job known(String namespace, String name) {
    Job job = jobs.get(key(namespace, name));
    if (job == null) {
      throw new IllegalArgumentException(
          "there is no Job %s; there is %s".formatted(key(namespace, name), jobs.keySet()));
    }
    return job;
  }

  private static JobState state(Job job) {
    String controller = null;
    if (job.manifest.at("metadata", "ownerReferences") instanceof List<?> owners) {
      for (Object owner : owners) {
        if (owner instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get("controller"))) {
          controller = String.valueOf(map.get("uid"));
        }
      }
    }
    return new JobState(
        text(job.manifest, "metadata", "namespace"),
        text(job.manifest, "metadata", "name"),
        texts(job.manifest.at("metadata", "labels")),
        texts(job.manifest.at("metadata", "annotations")),
        controller,
        job.createdAt,
        job.conditions,
        JsonObject.empty());
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  private static String text(JsonObject manifest, String... path) {
    Object value = manifest.at(path);
    return value == null ? "" : value.toString();
  }

  private static Map<String, String> texts(@Nullable Object value) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, text) -> texts.put(String.valueOf(key), String.valueOf(text)));
    }
    return texts;
  }
}
