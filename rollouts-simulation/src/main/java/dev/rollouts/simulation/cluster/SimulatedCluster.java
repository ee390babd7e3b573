package dev.rollouts.simulation.cluster;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.RoutingCall;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.simulation.Release;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One namespace with one rollout, its API server and everybody in it but the rollout controller.
 * Driven by {@link VirtualTime}; not thread-safe.
 */
public final class SimulatedCluster implements ClusterAccess {
  private final VirtualTime time;
  private final ClusterSettings settings;
  private final Traffic traffic;
  private final ReplicaSets sets;
  private final Analyses analyses;
  private final Experiments experiments;
  private final Deployments deployments;
  private final Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>();
  private final Map<String, PluginRouter> pluginRouters = new HashMap<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private final List<Consumer<Event>> listeners = new ArrayList<>();
  private final List<Consumer<AnalysisRun>> runFollowers = new ArrayList<>();
  private final long[] versions = new long[Kind.values().length];

  private @Nullable Rollout rollout;
  private @Nullable ClusterObjects objectsNow;
  private @Nullable List<Service> servicesNow;
  private long resourceVersion = 1000;
  private long uids;
  private long skew;
  private long newestSince;
  private boolean podsAreDriven;

  /** An empty cluster. */
  public SimulatedCluster(VirtualTime time, ClusterSettings settings) {
    this.time = time;
    this.settings = settings;
    this.traffic = new Traffic(this, time, settings);
    this.sets = new ReplicaSets(this, time, settings);
    this.analyses = new Analyses(this, time, settings);
    this.experiments = new Experiments(this, time, settings);
    this.deployments = new Deployments(this);
    if (settings.autoscaler() != null) {
      new AutoscalerLoop(this, time, settings, settings.autoscaler()).start();
    }
  }

  // -- time

  /** The API server's clock, in whole seconds as its timestamps are. */
  @Override
  public Instant now() {
    return at(time.now());
  }

  Instant at(long millis) {
    return settings.startAt().plusMillis(millis).truncatedTo(ChronoUnit.SECONDS);
  }

  /** Milliseconds since the start; negative before it. */
  long millisAt(Instant moment) {
    return Duration.between(settings.startAt(), moment).toMillis();
  }

  /** The clock that controllers read. */
  public Instant controllerClock() {
    return settings.startAt().plusMillis(time.now() + skew);
  }

  /** Milliseconds until the controllers' clock shows at least this; 0 when it does. */
  public long millisUntil(Instant at) {
    Duration wait = Duration.between(controllerClock(), at);
    return wait.isNegative() ? 0 : wait.plusNanos(999_999).toMillis();
  }

  /** Sets the controllers' clock forwards, or backwards when negative. */
  public void stepClock(Duration by) {
    skew += by.toMillis();
  }

  /** Lets pods become ready only by {@link #makeOneReady}; for exploration. */
  public void drivePods() {
    podsAreDriven = true;
  }

  boolean podsAreDriven() {
    return podsAreDriven;
  }

  // -- watching

  /** Tells somebody of every change from now on. */
  public void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  /** Tells somebody of every event from now on. */
  public void listen(Consumer<Event> listener) {
    listeners.add(listener);
  }

  /** Shows somebody every status of every run from now on. */
  public void followRuns(Consumer<AnalysisRun> follower) {
    runFollowers.add(follower);
  }

  void runChanged(AnalysisRun run) {
    runFollowers.forEach(follower -> follower.accept(run));
  }

  /** How often things of a kind have changed; unequal numbers mean different content. */
  @SuppressWarnings("EnumOrdinal") // an array: read at every turn
  public long version(Kind kind) {
    return versions[kind.ordinal()];
  }

  @SuppressWarnings("EnumOrdinal")
  void touched(Kind kind) {
    versions[kind.ordinal()]++;
  }

  void notify(Kind kind, String owner) {
    touched(kind);
    for (Watcher watcher : watchers) {
      watcher.changed(kind, owner);
    }
    if (!owner.isEmpty()) {
      experiments.changed(owner);
    }
  }

  void announced(Event event) {
    listeners.forEach(listener -> listener.accept(event));
  }

  // -- metadata

  ObjectMeta born(ObjectMeta wanted, String prefix) {
    return new ObjectMeta(
        wanted.name(),
        wanted.generateName(),
        wanted.namespace(),
        "uid-" + prefix + "-" + ++uids,
        nextVersion(),
        1,
        now(),
        null,
        wanted.labels(),
        wanted.annotations(),
        wanted.ownerReferences());
  }

  /** Of something that is older than the simulation: as it is, in a version of this cluster. */
  ObjectMeta kept(ObjectMeta old) {
    return new ObjectMeta(
        old.name(),
        old.generateName(),
        old.namespace(),
        old.uid(),
        nextVersion(),
        old.generation(),
        old.creationTimestamp(),
        old.deletionTimestamp(),
        old.labels(),
        old.annotations(),
        old.ownerReferences());
  }

  ObjectMeta changed(ObjectMeta old, ObjectMeta wanted, boolean specChanged) {
    return new ObjectMeta(
        old.name(),
        old.generateName(),
        old.namespace(),
        old.uid(),
        nextVersion(),
        old.generation() + (specChanged ? 1 : 0),
        old.creationTimestamp(),
        old.deletionTimestamp(),
        wanted.labels(),
        wanted.annotations(),
        wanted.ownerReferences());
  }

  private String nextVersion() {
    return Long.toString(++resourceVersion);
  }

  // -- a beginning that is none

  /** Everything as it is now; another cluster can go on from it. */
  public ClusterState state() {
    List<ReplicaSet> all = new ArrayList<>();
    sets.all().forEach(each -> all.add(each.value));
    return new ClusterState(
        rollout(),
        all,
        sets.allPods(),
        List.copyOf(analyses.all()),
        experiments.all(),
        List.copyOf(objects.values()));
  }

  /**
   * Goes on from the state of another cluster, in the place of an empty one: names, uids,
   * generations and times stay as they are; pods get new names.
   *
   * @throws IllegalStateException when there is a rollout already
   */
  public void adopt(ClusterState state) {
    if (rollout != null) {
      throw new IllegalStateException("the cluster is not empty: it has " + rolloutName());
    }
    uids = state.highestUid();
    Rollout old = state.rollout();
    rollout = old.withMetadata(kept(old.metadata()));
    state.replicaSets().forEach(each -> sets.adopt(each, state.pods()));
    for (JsonObject tree : state.objects()) {
      ObjectKey key = ClusterObjects.keyOf(tree);
      objects.put(key, Trees.with(tree, nextVersion(), "metadata", "resourceVersion"));
      if (key.kind().equals("Deployment")) {
        deployments.adopt(key, tree);
      }
    }
    state.analysisRuns().forEach(analyses::adopt);
    state.experiments().forEach(experiments::adopt);
    objectsChanged();
    traffic.routersHaveSettled();
    notify(Kind.ROLLOUT, "");
  }

  // -- the rollout

  /** The rollout. */
  @Override
  public Rollout rollout() {
    Rollout known = rollout;
    if (known == null) {
      throw new IllegalStateException("no rollout has been applied yet");
    }
    return known;
  }

  @Nullable Rollout rolloutOrNull() {
    return rollout;
  }

  String rolloutName() {
    return rollout == null ? "" : rollout.metadata().name();
  }

  /** Creates the rollout, or replaces its spec and adds its labels and annotations. */
  @Override
  public void apply(Rollout manifest) {
    if (rollout == null) {
      traffic.settle();
      rollout =
          new Rollout(born(manifest.metadata(), "rollout"), manifest.spec(), manifest.status());
      traffic.objectsChanged();
      notify(Kind.ROLLOUT, "");
      return;
    }
    editRollout(
        live -> {
          Map<String, String> labels = new LinkedHashMap<>(live.metadata().labels());
          labels.putAll(manifest.metadata().labels());
          Map<String, String> annotations = new LinkedHashMap<>(live.metadata().annotations());
          annotations.putAll(manifest.metadata().annotations());
          return new Rollout(
              live.metadata().with(labels, annotations, live.metadata().ownerReferences()),
              manifest.spec(),
              live.status());
        });
  }

  /** Writes the rollout; its generation grows when the spec is another one. */
  @Override
  public void editRollout(UnaryOperator<Rollout> edit) {
    Rollout live = rollout();
    Rollout wanted = edit.apply(live);
    boolean specChanged = !wanted.spec().equals(live.spec());
    if (!specChanged
        && wanted.metadata().equals(live.metadata())
        && wanted.statusOrEmpty().equals(live.statusOrEmpty())) {
      return;
    }
    traffic.settle();
    if (!wanted.statusOrEmpty().currentPodHash().equals(live.statusOrEmpty().currentPodHash())) {
      newestSince = time.now();
    }
    rollout =
        new Rollout(
            changed(live.metadata(), wanted.metadata(), specChanged),
            wanted.spec(),
            wanted.status());
    traffic.objectsChanged();
    notify(Kind.ROLLOUT, "");
  }

  /** Merge-patches the rollout's status, as a client does. */
  @Override
  public void patchStatus(Map<String, ? extends @Nullable Object> patch) {
    editRollout(
        live ->
            live.withStatus(
                Wire.decode(
                        RolloutStatus.class,
                        MergePatch.apply(Wire.encode(live.statusOrEmpty()), patch))
                    .value()));
  }

  /**
   * Saves a decision as a merge patch of what it changes: what others have written since the
   * rollout was read, and the decision leaves alone, stays.
   */
  public void saveStatus(RolloutStatus read, RolloutStatus decided) {
    editRollout(
        live -> {
          RolloutStatus now = live.statusOrEmpty();
          if (now.equals(read)) {
            return live.withStatus(decided);
          }
          Map<String, @Nullable Object> patch =
              MergePatch.between(Wire.encode(read), Wire.encode(decided));
          return live.withStatus(
              Wire.decode(RolloutStatus.class, MergePatch.apply(Wire.encode(now), patch)).value());
        });
  }

  // -- objects

  /** Writes an object as its owner does, whatever its version. */
  @Override
  public void applyObject(JsonObject tree) {
    ObjectKey key = ClusterObjects.keyOf(tree);
    if (objects.containsKey(key)) {
      putObject(key, tree);
    } else {
      createObject(key, tree);
    }
  }

  @Nullable Refusal createObject(ObjectKey key, JsonObject tree) {
    if (objects.containsKey(key)) {
      return Refusal.alreadyExists(key.kind(), key.name());
    }
    JsonObject born = Trees.with(tree, "uid-object-" + ++uids, "metadata", "uid");
    born = Trees.with(born, now().toString(), "metadata", "creationTimestamp");
    write(key, Trees.with(born, 1, "metadata", "generation"));
    return null;
  }

  void putObject(ObjectKey key, JsonObject tree) {
    JsonObject old = objects.get(key);
    JsonObject written = tree;
    if (old != null) {
      boolean specChanged = !java.util.Objects.equals(old.at("spec"), tree.at("spec"));
      int generation = Trees.number(old.at("metadata", "generation"), 1) + (specChanged ? 1 : 0);
      written = Trees.with(written, old.at("metadata", "uid"), "metadata", "uid");
      written =
          Trees.with(
              written, old.at("metadata", "creationTimestamp"), "metadata", "creationTimestamp");
      written = Trees.with(written, generation, "metadata", "generation");
    }
    write(key, written);
  }

  private void write(ObjectKey key, JsonObject tree) {
    traffic.settle();
    objects.put(key, Trees.with(tree, nextVersion(), "metadata", "resourceVersion"));
    objectsChanged();
    if (key.kind().equals("Deployment")) {
      deployments.written(key, tree);
    }
  }

  void removeObject(ObjectKey key) {
    if (objects.containsKey(key)) {
      traffic.settle();
      objects.remove(key);
      objectsChanged();
    }
  }

  private void objectsChanged() {
    objectsNow = null;
    servicesNow = null;
    traffic.objectsChanged();
    notify(Kind.OBJECT, "");
  }

  /** An object, or null when it does not exist. */
  @Override
  public @Nullable JsonObject object(ObjectKey key) {
    return objects.get(key);
  }

  Map<ObjectKey, JsonObject> objectMap() {
    return objects;
  }

  @Nullable JsonObject find(String kind, String name) {
    for (Map.Entry<ObjectKey, JsonObject> each : objects.entrySet()) {
      if (each.getKey().kind().equals(kind) && each.getKey().name().equals(name)) {
        return each.getValue();
      }
    }
    return null;
  }

  /** All objects that are trees. */
  public ClusterObjects objects() {
    ClusterObjects known = objectsNow;
    if (known == null) {
      known = ClusterObjects.of(objects);
      objectsNow = known;
    }
    return known;
  }

  List<Service> services() {
    List<Service> known = servicesNow;
    if (known == null) {
      List<Service> found = new ArrayList<>();
      for (ObjectKey key : objects.keySet()) {
        if (key.kind().equals("Service")) {
          objects().service(key.namespace(), key.name()).ifPresent(found::add);
        }
      }
      known = List.copyOf(found);
      servicesNow = known;
    }
    return known;
  }

  /** What an owner leaves behind goes with it. */
  void collectGarbage(String owner) {
    for (LiveReplicaSet each : List.copyOf(sets.all())) {
      if (each.owner.equals(owner)) {
        sets.delete(each.value.name(), each.meta().uid());
      }
    }
    for (AnalysisRun run : analyses.all()) {
      if (run.metadata().controllerUid().equals(owner)) {
        analyses.delete(run.metadata().name());
      }
    }
    for (Service service : services()) {
      if (service.metadata().controllerUid().equals(owner)) {
        removeObject(ObjectKey.service(service.metadata().namespace(), service.name()));
      }
    }
  }

  // -- what a controller reads

  /** ReplicaSets with a hash label that are the rollout's, or nobody's and match its selector. */
  @Override
  public List<ReplicaSet> replicaSets() {
    return sets.of(rollout().metadata().uid(), rollout().spec().selector());
  }

  /** Pods of the rollout's ReplicaSets. */
  public List<Pod> pods() {
    return sets.podsOf(rollout().metadata().uid());
  }

  /** Runs of the rollout, and those whose names begin like its own. */
  @Override
  public List<AnalysisRun> analysisRuns() {
    return analyses.of(rollout().metadata().uid(), rolloutName() + "-");
  }

  /** Experiments of the rollout, and those whose names begin like its own. */
  public List<Experiment> experiments() {
    return experiments.of(rollout().metadata().uid(), rolloutName() + "-");
  }

  /** Templates by reference. */
  public Map<TemplateRef, AnalysisTemplateSpec> templates() {
    return settings.templates();
  }

  /** The newest version, as it stands now. */
  public Release newest() {
    RolloutStatus status = rollout().statusOrEmpty();
    VersionTraffic newest = traffic.version(status.currentPodHash());
    return new Release(
        image(status.currentPodHash()),
        Duration.ofMillis(time.now() - newestSince),
        !status.currentPodHash().equals(status.stableRS()),
        newest.share(),
        newest.failureShare(),
        newest.utilisation(),
        newest.readyPods());
  }

  /** The image of a version's first container; empty when there is no such version. */
  public String image(String hash) {
    for (LiveReplicaSet set : sets.all()) {
      if (set.hash.equals(hash)) {
        return LiveReplicaSet.image(set.value.template());
      }
    }
    return "";
  }

  /** Who gets the requests. */
  public Traffic traffic() {
    return traffic;
  }

  // -- what else happens

  /** Pods of a version that are ready, and available, this moment, whatever its status says. */
  public int ready(String hash) {
    int count = 0;
    for (LiveReplicaSet set : sets.all()) {
      count += set.hash.equals(hash) ? set.ready : 0;
    }
    return count;
  }

  /** Deletes the oldest pod of a version; nothing when it has none. */
  @Override
  public void deletePod(String hash) {
    live(hash).forEach(sets::deleteSomePod);
  }

  /** Stops a node: its pods are not ready any more, and are replaced after a while. */
  public void loseNode(int node, Duration replacedAfter) {
    sets.loseNode(node, replacedAfter);
  }

  /** One more pod of a version becomes ready; false when all are. */
  public boolean makeOneReady(String hash) {
    for (LiveReplicaSet set : live(hash)) {
      if (sets.makeOneReady(set)) {
        return true;
      }
    }
    return false;
  }

  /** One pod of a version stops being ready; false when none was. */
  public boolean makeOneNotReady(String hash) {
    for (LiveReplicaSet set : live(hash)) {
      if (sets.makeOneNotReady(set)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void terminate(AnalysisRun run) {
    new ClusterEffect.TerminateAnalysisRun(run).accept(new EffectPerformer(this));
  }

  /** Sets a Deployment's size, as GitOps or a person does. */
  @Override
  public void scaleDeployment(String name, int replicas) {
    deployments.scale(name, replicas);
  }

  /** Creates a ReplicaSet, as a neighbour does. */
  public void createReplicaSet(ReplicaSet wanted) {
    sets.create(wanted);
  }

  private List<LiveReplicaSet> live(String hash) {
    List<LiveReplicaSet> found = new ArrayList<>();
    for (LiveReplicaSet set : sets.all()) {
      if (set.hash.equals(hash)) {
        found.add(set);
      }
    }
    return found;
  }

  // -- for those who live here

  ReplicaSets sets() {
    return sets;
  }

  Analyses analyses() {
    return analyses;
  }

  Experiments experimentStore() {
    return experiments;
  }

  Deployments deployments() {
    return deployments;
  }

  PluginRouter pluginRouter(String name) {
    return pluginRouters.computeIfAbsent(name, each -> new PluginRouter());
  }

  void tellPlugin(String name, RoutingCall call) {
    traffic.settle();
    if (pluginRouter(name).told(call)) {
      traffic.objectsChanged();
    }
  }

  boolean areTargetsRegistered(String hash) {
    long delay = settings.targetRegistration();
    for (LiveReplicaSet set : live(hash)) {
      for (LivePod pod : set.pods) {
        if (pod.isReady() && time.now() - pod.readySince < delay) {
          return false;
        }
      }
    }
    return true;
  }

  ClusterAnswer.StepPluginAnswered callStepPlugin(ClusterEffect.CallStepPlugin call) {
    return settings.stepPlugin(call.name()).answer(call, time.now());
  }
}
