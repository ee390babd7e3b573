package dev.rollouts.engine.rollout;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.RoutingCall;
import dev.rollouts.engine.cluster.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A small cluster for tests of decisions: it does what effects ask for at once, and pods are
 * available as soon as they are wanted, unless a test holds them back.
 */
final class World implements ClusterEffect.Handler<@Nullable String> {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int TURNS_MAX = 200;

  final RolloutEngine engine;
  final Map<String, ReplicaSet> sets = new LinkedHashMap<>();
  final Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>();
  final Map<String, AnalysisRun> runs = new LinkedHashMap<>();
  final Map<String, Experiment> experiments = new LinkedHashMap<>();
  final Map<TemplateRef, AnalysisTemplateSpec> templates = new LinkedHashMap<>();
  final Map<String, Pod> pods = new LinkedHashMap<>();
  final List<ClusterAnswer> answers = new ArrayList<>();

  /** Everything that was told, oldest first. */
  final List<Event> events = new ArrayList<>();

  /** Every decision, oldest first. */
  final List<Decision<RolloutStatus, ClusterEffect>> decisions = new ArrayList<>();

  /** Pods of a ReplicaSet, by its name, that never become available. */
  final Map<String, Integer> broken = new LinkedHashMap<>();

  /** What traffic plugins were called for. */
  final List<RoutingCall> calls = new ArrayList<>();

  /** What traffic plugins say of the weight; null when they cannot tell. */
  @Nullable Boolean verified;

  /** Whether load balancers know the targets that they are asked for; null when nobody answers. */
  @Nullable Boolean targets;

  /** Every call of a step plugin, oldest first. */
  final List<ClusterEffect.CallStepPlugin> stepCalls = new ArrayList<>();

  /** What step plugins say, by their names; one without an entry never answers. */
  final Map<String, Function<ClusterEffect.CallStepPlugin, ClusterAnswer.StepPluginAnswered>>
      plugins = new LinkedHashMap<>();

  Rollout rollout;
  Instant now = START;
  private final Map<Class<? extends ClusterEffect>, ClusterAnswer.Refusal> refusals =
      new LinkedHashMap<>();
  private boolean holdsPods;
  private long version;

  World(Rollout rollout) {
    this(rollout, new RolloutEngine());
  }

  World(Rollout rollout, RolloutEngine engine) {
    this.engine = engine;
    ObjectMeta named = rollout.metadata().inNamespace("default").withUid("uid-rollout");
    this.rollout = rollout.withMetadata(generation(named, 1));
  }

  // --- what a test arranges ---

  /** A Service that selects {@code app: web}. */
  World service(String name) {
    objects.put(
        ObjectKey.service("default", name),
        JsonObject.of(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Service",
                "metadata",
                Map.of("name", name, "namespace", "default"),
                "spec",
                Map.of("selector", Map.of("app", "web")))));
    return this;
  }

  /** A template with one metric that is measured once. */
  World template(String name) {
    templates.put(
        new TemplateRef(name, false),
        new AnalysisTemplateSpec(
            List.of(
                Metric.named("ok")
                    .provider(PrometheusQuery.of("http://prometheus:9090", "up"))
                    .build()),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
    return this;
  }

  /** Edits the spec as a user does. */
  World edit(UnaryOperator<RolloutSpec> edit) {
    RolloutSpec after = edit.apply(rollout.spec());
    long generation = rollout.metadata().generation();
    if (!after.equals(rollout.spec())) {
      generation++;
    }
    rollout = rollout.withSpec(after).withMetadata(generation(rollout.metadata(), generation));
    return this;
  }

  /** Sets the image of the only container. */
  World image(String image) {
    return edit(spec -> spec.withTemplate(Manifests.template(image)));
  }

  /** Edits the status as a client does. */
  World patch(UnaryOperator<RolloutStatus.Builder> edit) {
    rollout = rollout.withStatus(edit.apply(rollout.statusOrEmpty().toBuilder()).build());
    return this;
  }

  /** Lets time pass. */
  World pass(Duration time) {
    now = now.plus(time);
    return this;
  }

  /** Ends a run. */
  World finish(String run, AnalysisPhase phase, String message) {
    AnalysisRun known = runs.get(run);
    runs.put(
        run,
        known.withStatus(new AnalysisRunStatus(phase, message, now, now, null, null, List.of())));
    return this;
  }

  /** Gives an experiment a phase. */
  World experiment(String name, AnalysisPhase phase, String message) {
    experiments.put(
        name,
        experiments
            .get(name)
            .withStatus(
                new ExperimentStatus(phase, message, now, List.of(), List.of(), List.of())));
    return this;
  }

  /** Lets nothing that is made from now on become available. */
  World holdPods() {
    holdsPods = true;
    return this;
  }

  /** Lets everything that is wanted become available, but for broken pods. */
  World releasePods() {
    holdsPods = false;
    List.copyOf(sets.values()).forEach(this::run);
    return this;
  }

  /** Lets the cluster refuse effects of a kind, until told otherwise with null. */
  World refuse(Class<? extends ClusterEffect> kind, ClusterAnswer.@Nullable Refusal why) {
    if (why == null) {
      refusals.remove(kind);
    } else {
      refusals.put(kind, why);
    }
    return this;
  }

  /** Clears the pause conditions, as {@code promote} does. */
  World resume() {
    return patch(status -> status.pauseConditions(List.of()));
  }

  /** The next image, a minute later, as far as the update gets by itself. */
  World update(String image) {
    return image(image).pass(Duration.ofMinutes(1)).settle();
  }

  // --- what happens ---

  /** One turn: decide, save, perform. */
  Decision<RolloutStatus, ClusterEffect> turn() {
    Decision<RolloutStatus, ClusterEffect> decision = engine.decide(rollout, observations(), now);
    decisions.add(decision);
    answers.clear();
    rollout = rollout.withStatus(decision.status());
    String refused = null;
    for (ClusterEffect effect : decision.effects()) {
      if (refused == null || (effect instanceof ClusterEffect.Announce told && told.ofStatus())) {
        String error = perform(effect);
        refused = refused == null ? error : refused;
      }
    }
    return decision;
  }

  private @Nullable String perform(ClusterEffect effect) {
    ClusterAnswer.Refusal why = refusals.get(effect.getClass());
    if (why == null) {
      return effect.accept(this);
    }
    answers.add(new ClusterAnswer.Refused(effect, why, "refused"));
    return why == ClusterAnswer.Refusal.BLOCKED ? null : "refused";
  }

  /** So many turns. */
  World turns(int turns) {
    for (int i = 0; i < turns; i++) {
      turn();
    }
    return this;
  }

  /** Turns until nothing is left to do at this moment. */
  World settle() {
    for (int i = 0; i < TURNS_MAX; i++) {
      RolloutStatus before = rollout.statusOrEmpty();
      Decision<RolloutStatus, ClusterEffect> decision = turn();
      boolean acted =
          decision.effects().stream().anyMatch(each -> !(each instanceof ClusterEffect.Retry));
      if (!acted && decision.status().equals(before)) {
        return this;
      }
    }
    throw new AssertionError("no end of turns; the last: " + decisions.get(decisions.size() - 1));
  }

  RolloutObservations observations() {
    return new RolloutObservations(
        List.copyOf(sets.values()),
        List.copyOf(pods.values()),
        List.copyOf(runs.values()),
        List.copyOf(experiments.values()),
        templates,
        ClusterObjects.of(objects),
        answers);
  }

  RolloutStatus status() {
    return rollout.statusOrEmpty();
  }

  /** The ReplicaSet of a revision. */
  ReplicaSet revision(long number) {
    return sets.values().stream()
        .filter(each -> each.revision() == number)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no revision " + number + " in " + sets.keySet()));
  }

  /** The revision that a Service points at; empty when at none. */
  String selected(String service) {
    return ClusterObjects.of(objects).service("default", service).orElseThrow().hash();
  }

  /** Messages of the events with a reason. */
  List<String> told(String reason) {
    return events.stream()
        .filter(event -> event.reason().equals(reason))
        .map(Event::message)
        .toList();
  }

  /** Sizes of revisions, new before old: {@code 2/8}. */
  String sizes(long... revisions) {
    return Arrays.stream(revisions)
        .mapToObj(each -> Integer.toString(revision(each).replicas()))
        .collect(Collectors.joining("/"));
  }

  /** Status, reason and message of a condition; empty without it. */
  String condition(String type) {
    return status()
        .condition(type)
        .map(each -> each.status() + " " + each.reason() + " " + each.message())
        .orElse("");
  }

  /** Phase and message. */
  String phase() {
    return (status().phase() + " " + status().message()).strip();
  }

  /** Reasons of the events so far. */
  List<String> told() {
    return events.stream().map(Event::reason).toList();
  }

  /** Brings the status of ReplicaSets to their specs, but for broken pods. */
  void run(ReplicaSet set) {
    int available = Math.max(0, set.replicas() - broken.getOrDefault(set.name(), 0));
    if (holdsPods) {
      ReplicaSet known = sets.get(set.name());
      available = Math.min(available, known == null ? 0 : known.status().availableReplicas());
    }
    sets.put(
        set.name(),
        set.withStatus(
            new ReplicaSet.Status(
                set.replicas(), available, available, set.metadata().generation(), List.of())));
  }

  /** Lets this many pods of a ReplicaSet never become available. */
  World breakPods(ReplicaSet set, int count) {
    broken.put(set.name(), count);
    run(sets.get(set.name()));
    return this;
  }

  private static ObjectMeta generation(ObjectMeta meta, long generation) {
    return new ObjectMeta(
        meta.name(),
        meta.generateName(),
        meta.namespace(),
        meta.uid(),
        meta.resourceVersion(),
        generation,
        meta.creationTimestamp(),
        meta.deletionTimestamp(),
        meta.labels(),
        meta.annotations(),
        meta.ownerReferences());
  }

  private ObjectMeta stored(ObjectMeta meta, String uid, Instant created) {
    version++;
    return new ObjectMeta(
        meta.name(),
        "",
        "default",
        uid,
        Long.toString(version),
        meta.generation() + 1,
        created,
        meta.deletionTimestamp(),
        meta.labels(),
        meta.annotations(),
        meta.ownerReferences());
  }

  // --- effects ---

  @Override
  public @Nullable String createReplicaSet(ClusterEffect.CreateReplicaSet effect) {
    ReplicaSet set = effect.replicaSet();
    if (sets.containsKey(set.name())) {
      answers.add(
          new ClusterAnswer.Refused(effect, ClusterAnswer.Refusal.ALREADY_EXISTS, "exists"));
      return "exists";
    }
    // Creation times are what rollbacks compare, so no two are equal.
    Instant created = now.plusMillis(sets.size());
    run(set.withMetadata(stored(set.metadata(), "uid-" + set.name(), created)));
    return null;
  }

  @Override
  public @Nullable String updateReplicaSet(ClusterEffect.UpdateReplicaSet effect) {
    ReplicaSet live = sets.get(effect.before().name());
    if (live == null || !live.equals(effect.before())) {
      answers.add(new ClusterAnswer.Refused(effect, ClusterAnswer.Refusal.CONFLICT, "conflict"));
      return "conflict";
    }
    ReplicaSet after = effect.after();
    run(
        after.withMetadata(
            stored(after.metadata(), live.metadata().uid(), live.metadata().creationTimestamp())));
    return null;
  }

  @Override
  public @Nullable String deleteReplicaSet(ClusterEffect.DeleteReplicaSet effect) {
    sets.remove(effect.replicaSet().name());
    return null;
  }

  @Override
  public @Nullable String createService(ClusterEffect.CreateService effect) {
    return write(effect.service());
  }

  @Override
  public @Nullable String updateService(ClusterEffect.UpdateService effect) {
    return write(effect.after());
  }

  private @Nullable String write(Service service) {
    objects.put(
        ObjectKey.service("default", service.name()),
        JsonObject.of(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Service",
                "metadata",
                Map.of(
                    "name",
                    service.name(),
                    "namespace",
                    "default",
                    "annotations",
                    service.metadata().annotations()),
                "spec",
                Map.of("selector", service.selector()))));
    return null;
  }

  @Override
  public @Nullable String deleteService(ClusterEffect.DeleteService effect) {
    objects.remove(ObjectKey.service("default", effect.service().name()));
    return null;
  }

  @Override
  public @Nullable String createAnalysisRun(ClusterEffect.CreateAnalysisRun effect) {
    AnalysisRun run = effect.run();
    runs.putIfAbsent(
        run.metadata().name(),
        run.withMetadata(
            stored(run.metadata(), "uid-" + run.metadata().name(), now.plusMillis(runs.size()))));
    return null;
  }

  @Override
  public @Nullable String terminateAnalysisRun(ClusterEffect.TerminateAnalysisRun effect) {
    runs.computeIfPresent(
        effect.run().metadata().name(),
        (name, run) -> new AnalysisRun(run.metadata(), run.spec().terminated(), run.status()));
    return null;
  }

  @Override
  public @Nullable String deleteAnalysisRun(ClusterEffect.DeleteAnalysisRun effect) {
    runs.remove(effect.run().metadata().name());
    return null;
  }

  @Override
  public @Nullable String createExperiment(ClusterEffect.CreateExperiment effect) {
    Experiment experiment = effect.experiment();
    String name = experiment.metadata().name();
    experiments.putIfAbsent(
        name, experiment.withMetadata(stored(experiment.metadata(), "uid-" + name, now)));
    return null;
  }

  @Override
  public @Nullable String terminateExperiment(ClusterEffect.TerminateExperiment effect) {
    experiments.computeIfPresent(
        effect.experiment().metadata().name(),
        (name, each) -> each.withSpec(each.spec().terminated()));
    return null;
  }

  @Override
  public @Nullable String deleteExperiment(ClusterEffect.DeleteExperiment effect) {
    experiments.remove(effect.experiment().metadata().name());
    return null;
  }

  @Override
  public @Nullable String createObject(ClusterEffect.CreateObject effect) {
    objects.put(effect.key(), effect.object());
    return null;
  }

  @Override
  public @Nullable String updateObject(ClusterEffect.UpdateObject effect) {
    objects.put(effect.key(), effect.after());
    return null;
  }

  @Override
  public @Nullable String deleteObject(ClusterEffect.DeleteObject effect) {
    objects.remove(effect.key());
    return null;
  }

  @Override
  public @Nullable String updatePod(ClusterEffect.UpdatePod effect) {
    pods.put(effect.after().name(), effect.after());
    return null;
  }

  @Override
  public @Nullable String evictPod(ClusterEffect.EvictPod effect) {
    pods.remove(effect.pod().name());
    return null;
  }

  @Override
  public @Nullable String patchRollout(ClusterEffect.PatchRollout effect) {
    ObjectMeta meta = rollout.metadata();
    for (Map.Entry<String, String> each : effect.annotations().entrySet()) {
      meta = meta.withAnnotation(each.getKey(), each.getValue());
    }
    rollout = rollout.withMetadata(meta);
    if (effect.replicas() != null) {
      edit(spec -> spec.withReplicas(effect.replicas()));
    }
    return null;
  }

  @Override
  public @Nullable String scaleDeployment(ClusterEffect.ScaleDeployment effect) {
    ObjectKey key = new ObjectKey("apps/v1", "Deployment", "default", effect.name());
    Map<String, Object> tree = new LinkedHashMap<>(objects.get(key).fields());
    @SuppressWarnings("unchecked")
    Map<String, Object> spec = new LinkedHashMap<>((Map<String, Object>) tree.get("spec"));
    spec.put("replicas", effect.replicas());
    tree.put("spec", spec);
    objects.put(key, JsonObject.of(tree));
    return null;
  }

  @Override
  public @Nullable String verifyWeight(ClusterEffect.VerifyWeight effect) {
    return null;
  }

  @Override
  public @Nullable String verifyTargets(ClusterEffect.VerifyTargets effect) {
    if (targets != null) {
      answers.add(
          new ClusterAnswer.TargetsVerified(
              effect.service(), effect.podTemplateHash(), targets, List.of(), null));
    }
    return null;
  }

  @Override
  public @Nullable String callStepPlugin(ClusterEffect.CallStepPlugin effect) {
    stepCalls.add(effect);
    var plugin = plugins.get(effect.name());
    if (plugin != null) {
      answers.add(plugin.apply(effect));
    }
    return null;
  }

  @Override
  public @Nullable String callTrafficPlugin(ClusterEffect.CallTrafficPlugin effect) {
    RoutingCall call = effect.call();
    calls.add(call);
    answers.add(
        new ClusterAnswer.TrafficPluginAnswered(
            effect.plugin(),
            call,
            call instanceof RoutingCall.VerifyWeight ? verified : null,
            null));
    return null;
  }

  @Override
  public @Nullable String announce(ClusterEffect.Announce effect) {
    events.add(effect.event());
    return null;
  }

  @Override
  public @Nullable String retry(ClusterEffect.Retry effect) {
    return null;
  }
}
