package dev.rollouts.analysis.job;

import static java.util.Objects.requireNonNull;

import dev.rollouts.analysis.job.JobClient.JobState;
import dev.rollouts.analysis.job.JobClient.PodState;
import dev.rollouts.analysis.job.JobClient.RefusedException;
import dev.rollouts.analysis.job.JobClient.Waiting;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.JobTemplate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a Job for each measurement; its completion is the verdict. A Job's name follows from run,
 * metric and attempt, so that a measurement that is asked for twice finds its Job instead of
 * creating a second one. Thread-safe.
 *
 * <p>Jobs go to the namespace of the run, in the cluster that fabric8's client finds by itself. Two
 * variables of the {@link ProviderSettings} change that: {@value #NAMESPACE_VARIABLE}, and {@value
 * #KUBECONFIG_VARIABLE} with {@code in-cluster} or the path of a kubeconfig. Only Jobs beside their
 * AnalysisRun are owned by it; others stay when the run is deleted. A run that is no object
 * of a cluster has no namespace, so it needs the first variable.
 *
 * <p>Source: docs/spec/analysis.md#jobs.
 */
public final class JobProvider implements MetricProvider<JobTemplate> {
  /** Variable that names the namespace of all Jobs. */
  public static final String NAMESPACE_VARIABLE = "ARGO_ROLLOUTS_ANALYSIS_JOB_NAMESPACE";

  /** Variable that names the kubeconfig of the cluster in which Jobs run. */
  public static final String KUBECONFIG_VARIABLE = "ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG";

  /** Measurement metadata: name of the Job. */
  public static final String JOB_NAME = "job-name";

  /** Measurement metadata: namespace of the Job. */
  public static final String JOB_NAMESPACE = "job-namespace";

  /** A Job that was created a moment ago may not be visible yet. */
  private static final Duration APPEARS_WITHIN = Duration.ofSeconds(10);

  private static final Duration LOOK_AGAIN_MIN = Duration.ofSeconds(1);

  private static final Set<String> TERMINAL_REASONS =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName");

  private final Connection connection;
  private final @Nullable String namespace;
  private final boolean foreignCluster;

  /** A provider for the cluster that this process is in, or that its kubeconfig names. */
  public JobProvider() {
    this(Connection.found(), null, false);
  }

  /** A provider that uses this client, with Jobs in the namespace of each run. */
  public JobProvider(JobClient client) {
    this(() -> client, null, false);
  }

  private JobProvider(Connection connection, @Nullable String namespace, boolean foreignCluster) {
    this.connection = requireNonNull(connection, "connection");
    this.namespace = namespace;
    this.foreignCluster = foreignCluster;
  }

  /** The same provider with all Jobs in one namespace. */
  public JobProvider inNamespace(String name) {
    return new JobProvider(connection, requireNonNull(name, "name"), foreignCluster);
  }

  @Override
  public JobProvider withSettings(ProviderSettings settings) {
    String everywhere = settings.variable(NAMESPACE_VARIABLE);
    String elsewhere = settings.variable(KUBECONFIG_VARIABLE);
    JobProvider moved = everywhere == null || everywhere.isEmpty() ? this : inNamespace(everywhere);
    return elsewhere == null || elsewhere.isEmpty()
        ? moved
        : new JobProvider(Connection.to(elsewhere, settings.environment()), moved.namespace, true);
  }

  @Override
  public Class<JobTemplate> configType() {
    return JobTemplate.class;
  }

  /** None: the Job's completion is the verdict, conditions are not evaluated. */
  @Override
  public Set<ResultKind> resultKinds(JobTemplate template) {
    return Set.of();
  }

  /** Creates the Job of this attempt, or finds that it did so before. */
  @Override
  public Observation run(MeasurementContext context, JobTemplate template) {
    String where = namespaceOf(context);
    if (where.isEmpty()) {
      return Observation.failure(
          "metric \"%s\": the run has no namespace to put its Job in; set %s"
              .formatted(context.metric(), NAMESPACE_VARIABLE));
    }
    boolean owned = !foreignCluster && where.equals(context.run().namespace());
    JobManifest manifest = JobManifest.of(context, template, where, owned);
    try {
      JobClient client = connection.get();
      try {
        client.create(manifest.json());
      } catch (RefusedException e) {
        if (!isOurs(client, e, manifest, context)) {
          throw e;
        }
      }
    } catch (RefusedException e) {
      return Observation.failure(String.valueOf(e.getMessage()));
    }
    return Observation.inProgress(metadata(where, manifest.name()), context.now());
  }

  /**
   * Whether the Job is there all the same: created by an earlier try, or by this one whose answer
   * was lost.
   */
  private static boolean isOurs(
      JobClient client, RefusedException refusal, JobManifest manifest, MeasurementContext context)
      throws RefusedException {
    if (refusal.kind() == RefusedException.Kind.REFUSED) {
      return false;
    }
    Optional<JobState> there;
    try {
      there = client.find(manifest.namespace(), manifest.name());
    } catch (RefusedException unreachable) {
      throw refusal;
    }
    return there.isPresent()
        && (manifest.owned()
            ? context.run().uid().equals(there.get().controllerUid())
            : belongs(there.get(), context));
  }

  /** Looks at the Job, and at its pods as long as it runs. */
  @Override
  public Observation resume(
      MeasurementContext context, JobTemplate template, Measurement inFlight) {
    String name = inFlight.metadata().get(JOB_NAME);
    if (name == null || name.isEmpty()) {
      return missingReference();
    }
    String where = namespaceOf(context, inFlight);
    Instant startedAt = inFlight.startedAt() == null ? context.now() : inFlight.startedAt();
    Duration elapsed = Duration.between(startedAt, context.now());
    try {
      JobClient client = connection.get();
      JobState job = client.find(where, name).orElse(null);
      if (job == null) {
        return elapsed.compareTo(APPEARS_WITHIN) < 0
            ? Observation.inProgress(metadata(where, name), context.now().plus(LOOK_AGAIN_MIN))
            : Observation.failure("job.batch \"" + name + "\" not found");
      }
      Optional<AnalysisPhase> verdict = verdict(job.conditions());
      if (verdict.isPresent()) {
        return Observation.verdict(verdict.get());
      }
      String terminal =
          terminalErrors(client.pods(job, Map.entry(JobManifest.UID_LABEL, context.run().uid())));
      if (!terminal.isEmpty()) {
        return new Observation.Verdict(AnalysisPhase.INCONCLUSIVE, "", terminal, Map.of());
      }
    } catch (RefusedException e) {
      return Observation.failure(String.valueOf(e.getMessage()));
    }
    return Observation.inProgress(
        metadata(where, name), context.now().plus(untilNextLook(elapsed)));
  }

  /** Deletes the Job. A Job of another run is not touched, whatever the status says. */
  @Override
  public Observation terminate(
      MeasurementContext context, JobTemplate template, Measurement inFlight) {
    String name = inFlight.metadata().get(JOB_NAME);
    if (name == null || name.isEmpty()) {
      return missingReference();
    }
    String where = namespaceOf(context, inFlight);
    try {
      JobClient client = connection.get();
      JobState job = client.find(where, name).orElse(null);
      if (job != null && !belongs(job, context)) {
        return Observation.failure(
            "job.batch \"%s\" in namespace \"%s\" was not created for run \"%s\"; it is left alone"
                .formatted(name, where, context.run().name()));
      }
      if (job != null) {
        client.delete(where, name);
      }
      return Observation.verdict(AnalysisPhase.INCONCLUSIVE);
    } catch (RefusedException e) {
      return Observation.failure(String.valueOf(e.getMessage()));
    }
  }

  /** Deletes the oldest Jobs of this metric, and of no other. */
  @Override
  public void collectGarbage(MeasurementContext context, JobTemplate template, int keep) {
    String where = namespaceOf(context);
    try {
      JobClient client = connection.get();
      List<JobState> jobs = new ArrayList<>();
      for (JobState job :
          client.list(where, Map.entry(JobManifest.UID_LABEL, context.run().uid()))) {
        if (context.metric().equals(job.annotations().get(JobManifest.METRIC_ANNOTATION))) {
          jobs.add(job);
        }
      }
      jobs.sort(Comparator.comparing(JobProvider::createdAt).thenComparing(JobManifest::attemptOf));
      for (JobState job : jobs.subList(0, Math.max(0, jobs.size() - keep))) {
        client.delete(job.namespace(), job.name());
      }
    } catch (RefusedException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private String namespaceOf(MeasurementContext context) {
    return namespace == null ? context.run().namespace() : namespace;
  }

  private static String namespaceOf(MeasurementContext context, Measurement inFlight) {
    return inFlight.metadata().getOrDefault(JOB_NAMESPACE, context.run().namespace());
  }

  private static Map<String, String> metadata(String namespace, String name) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(JOB_NAME, name);
    metadata.put(JOB_NAMESPACE, namespace);
    return metadata;
  }

  private static Observation missingReference() {
    return Observation.failure("job metadata reference missing");
  }

  private static boolean belongs(JobState job, MeasurementContext context) {
    return context.run().uid().equals(job.labels().get(JobManifest.UID_LABEL));
  }

  /** By type alone, the last one counts. */
  private static Optional<AnalysisPhase> verdict(List<String> conditions) {
    Optional<AnalysisPhase> verdict = Optional.empty();
    for (String condition : conditions) {
      if (condition.equals("Complete")) {
        verdict = Optional.of(AnalysisPhase.SUCCESSFUL);
      } else if (condition.equals("Failed")) {
        verdict = Optional.of(AnalysisPhase.FAILED);
      }
    }
    return verdict;
  }

  /** Images that will not come: the Job would wait for them for ever. */
  private static String terminalErrors(List<PodState> pods) {
    StringBuilder errors = new StringBuilder();
    for (PodState pod : pods) {
      for (Waiting container : pod.waiting()) {
        if (TERMINAL_REASONS.contains(container.reason())) {
          errors
              .append(
                  "Pod %s, container %s has terminal error (%s): %s"
                      .formatted(
                          pod.name(),
                          container.container(),
                          container.reason(),
                          container.message()))
              .append('\n');
        }
      }
    }
    return errors.toString();
  }

  /** The longer a Job runs the less often it is looked at: √(2·elapsed) seconds. */
  private static Duration untilNextLook(Duration elapsed) {
    double seconds = Math.sqrt(2 * Math.max(0, elapsed.toMillis()) / 1000.0);
    Duration wait = Duration.ofMillis(Math.round(seconds * 1000));
    return wait.compareTo(LOOK_AGAIN_MIN) < 0 ? LOOK_AGAIN_MIN : wait;
  }

  private static Instant createdAt(JobState job) {
    return job.createdAt() == null ? Instant.EPOCH : job.createdAt();
  }
}
