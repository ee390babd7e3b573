package dev.rollouts.simulation.cluster;

import dev.rollouts.api.Condition;
import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** ReplicaSets, the controller that gives them pods, and the kubelets that make these ready. */
final class ReplicaSets {
  private static final long SYNC_MIN = 10;
  private static final long SYNC_SPREAD = 190;
  private static final long QUOTA_RETRY = 5_000;

  /** A pod that is older than the simulation and is still not ready has something that stays. */
  private static final long STUCK_AFTER = 300_000;

  /** Not ready before ready, then the youngest: the order in which pods are given up. */
  private static final Comparator<LivePod> GIVEN_UP_FIRST =
      Comparator.comparing(LivePod::isReady)
          .thenComparing(Comparator.comparingLong((LivePod pod) -> pod.number).reversed());

  private final SimulatedCluster cluster;
  private final VirtualTime time;
  private final ClusterSettings settings;
  private final SplittableRandom random;
  private final Map<String, LiveReplicaSet> byName = new LinkedHashMap<>();
  private long numbers;
  private int existing;

  ReplicaSets(SimulatedCluster cluster, VirtualTime time, ClusterSettings settings) {
    this.cluster = cluster;
    this.time = time;
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed() ^ 0x5e7L);
  }

  // -- reading

  Collection<LiveReplicaSet> all() {
    return byName.values();
  }

  @Nullable LiveReplicaSet named(String name) {
    return byName.get(name);
  }

  /** Those with a hash label that an owner has, or that nobody has and the selector matches. */
  List<ReplicaSet> of(String owner, @Nullable LabelSelector selector) {
    List<ReplicaSet> found = new ArrayList<>(byName.size());
    for (LiveReplicaSet each : byName.values()) {
      if (each.hash.isEmpty()) {
        continue;
      }
      if (each.owner.equals(owner)
          || (each.owner.isEmpty() && selector != null && selector.matches(each.meta().labels()))) {
        found.add(each.value);
      }
    }
    return found;
  }

  /** All pods. */
  List<Pod> allPods() {
    List<Pod> found = new ArrayList<>();
    byName.values().forEach(each -> each.pods.forEach(pod -> found.add(read(pod))));
    return found;
  }

  /** Pods of the ReplicaSets of an owner. */
  List<Pod> podsOf(String owner) {
    List<Pod> found = new ArrayList<>();
    for (LiveReplicaSet each : byName.values()) {
      if (each.owner.equals(owner)) {
        each.pods.forEach(pod -> found.add(read(pod)));
      }
    }
    return found;
  }

  private Pod read(LivePod pod) {
    ReplicaSet set = pod.owner.value;
    Map<String, String> labels = pod.labels == null ? pod.owner.podLabels : pod.labels;
    Map<String, String> annotations =
        pod.annotations == null
            ? LiveReplicaSet.texts(set.template().at("metadata", "annotations"))
            : pod.annotations;
    return new Pod(
        new ObjectMeta(
            pod.name,
            "",
            set.metadata().namespace(),
            "uid-" + pod.name,
            "",
            0,
            cluster.at(pod.createdAt),
            null,
            labels,
            annotations,
            List.of(
                new ObjectMeta.OwnerReference(
                    "apps/v1", "ReplicaSet", set.name(), set.metadata().uid(), true, true))),
        pod.available);
  }

  // -- the API server

  @Nullable Refusal create(ReplicaSet wanted) {
    String name = wanted.name();
    if (byName.containsKey(name)) {
      return Refusal.alreadyExists("replicasets.apps", name);
    }
    ObjectMeta meta = cluster.born(wanted.metadata(), "rs");
    ReplicaSet value = wanted.withMetadata(meta).withStatus(ReplicaSet.Status.empty());
    LiveReplicaSet live =
        new LiveReplicaSet(value, settings.model(LiveReplicaSet.image(value.template())));
    byName.put(name, live);
    changed(live);
    planSync(live, syncDelay());
    return null;
  }

  /**
   * One that is older than the simulation, with its pods: the oldest are those that are ready. A
   * pod that has not become ready for {@link #STUCK_AFTER} does not any more.
   */
  void adopt(ReplicaSet old, List<Pod> pods) {
    ReplicaSet value = old.withMetadata(cluster.kept(old.metadata()));
    LiveReplicaSet live =
        new LiveReplicaSet(value, settings.model(LiveReplicaSet.image(value.template())));
    byName.put(value.name(), live);
    List<Pod> own =
        pods.stream()
            .filter(each -> !each.isTerminating())
            .filter(each -> each.metadata().controllerUid().equals(value.metadata().uid()))
            .sorted(Comparator.comparing(each -> bornAt(each.metadata())))
            .toList();
    int count = own.isEmpty() ? value.status().replicas() : own.size();
    for (int i = 0; i < count; i++) {
      ObjectMeta meta = own.isEmpty() ? value.metadata() : own.get(i).metadata();
      LivePod pod = exists(live, cluster.millisAt(bornAt(meta)));
      if (!own.isEmpty()) {
        pod.labels = meta.labels();
        pod.annotations = meta.annotations();
      }
      if (i < value.status().readyReplicas()) {
        wasReady(pod, i < value.status().availableReplicas());
      } else if (time.now() - pod.createdAt < STUCK_AFTER) {
        planReady(pod);
      }
    }
    changed(live);
    planSync(live, syncDelay());
  }

  private Instant bornAt(ObjectMeta meta) {
    Instant at = meta.creationTimestamp();
    return at == null ? cluster.now() : at;
  }

  private void wasReady(LivePod pod, boolean available) {
    LiveReplicaSet set = pod.owner;
    long since = Math.min(pod.createdAt, LivePod.NOT_READY - 1);
    pod.readySince = since;
    set.ready++;
    if (available || set.value.minReadySeconds() <= 0) {
      becomeAvailable(pod);
    } else {
      planAvailable(pod, since);
    }
  }

  @Nullable Refusal update(ReplicaSet before, ReplicaSet after) {
    LiveReplicaSet live = byName.get(before.name());
    if (live == null || !live.meta().uid().equals(before.metadata().uid())) {
      return Refusal.notFound("replicasets.apps", before.name());
    }
    if (!live.meta().resourceVersion().equals(before.metadata().resourceVersion())) {
      return Refusal.conflict("replicasets.apps", before.name());
    }
    ReplicaSet old = live.value;
    boolean specChanged =
        old.replicas() != after.replicas()
            || old.minReadySeconds() != after.minReadySeconds()
            || !old.template().equals(after.template());
    live.value =
        new ReplicaSet(
            cluster.changed(old.metadata(), after.metadata(), specChanged),
            after.replicas(),
            after.minReadySeconds(),
            old.selector(),
            after.template(),
            old.status());
    if (!old.template().equals(after.template())) {
      live.model = settings.model(LiveReplicaSet.image(after.template()));
      live.podLabels = LiveReplicaSet.labels(after.template());
    }
    changed(live);
    if (specChanged) {
      planSync(live, syncDelay());
    }
    return null;
  }

  @Nullable Refusal delete(String name, String uid) {
    LiveReplicaSet live = byName.get(name);
    if (live == null || !live.meta().uid().equals(uid)) {
      return null;
    }
    byName.remove(name);
    live.gone = true;
    new ArrayList<>(live.pods).forEach(this::terminate);
    changed(live);
    cluster.collectGarbage(uid);
    return null;
  }

  @Nullable Refusal updatePod(Pod before, Pod after) {
    LivePod pod = pod(before.name());
    if (pod == null) {
      return Refusal.notFound("pods", before.name());
    }
    pod.labels = after.metadata().labels();
    pod.annotations = after.metadata().annotations();
    cluster.notify(Kind.POD, pod.owner.owner);
    return null;
  }

  /** Evicts a pod, unless the disruption budget forbids it. */
  @Nullable Refusal evict(String name) {
    LivePod pod = pod(name);
    if (pod == null) {
      return Refusal.notFound("pods", name);
    }
    if (pod.available && settings.minAvailable() > 0) {
      int available = 0;
      for (LiveReplicaSet each : byName.values()) {
        available += each.owner.equals(pod.owner.owner) ? each.available : 0;
      }
      if (available - 1 < settings.minAvailable()) {
        return Refusal.other("Cannot evict pod as it would violate the pod's disruption budget.");
      }
    }
    terminate(pod);
    planSync(pod.owner, syncDelay());
    return null;
  }

  private @Nullable LivePod pod(String name) {
    for (LiveReplicaSet each : byName.values()) {
      for (LivePod pod : each.pods) {
        if (pod.name.equals(name)) {
          return pod;
        }
      }
    }
    return null;
  }

  // -- neighbours

  /** Deletes some pod of a version, the oldest first; nothing when it has none. */
  void deleteSomePod(LiveReplicaSet set) {
    if (!set.pods.isEmpty()) {
      LivePod pod = set.pods.get(0);
      terminate(pod);
      planSync(pod.owner, syncDelay());
    }
  }

  /** The pods of a node stop being ready, and are replaced after a while. */
  void loseNode(int node, Duration replacedAfter) {
    for (LiveReplicaSet set : byName.values()) {
      for (LivePod pod : List.copyOf(set.pods)) {
        if (pod.node == node % settings.nodes()) {
          notReady(pod);
          time.at(
              time.now() + replacedAfter.toMillis(),
              () -> {
                if (!pod.gone) {
                  terminate(pod);
                  planSync(pod.owner, syncDelay());
                }
              });
        }
      }
    }
  }

  /** One more pod of a version becomes ready at once; false when all are. */
  boolean makeOneReady(LiveReplicaSet set) {
    for (LivePod pod : set.pods) {
      if (!pod.isReady()) {
        ready(pod);
        return true;
      }
    }
    return false;
  }

  /** One pod of a version stops being ready; false when none was. */
  boolean makeOneNotReady(LiveReplicaSet set) {
    for (LivePod pod : set.pods) {
      if (pod.isReady()) {
        notReady(pod);
        return true;
      }
    }
    return false;
  }

  // -- the controller and the kubelets

  private long syncDelay() {
    return SYNC_MIN + random.nextLong(SYNC_SPREAD);
  }

  private void planSync(LiveReplicaSet set, long delay) {
    if (!set.syncPlanned) {
      set.syncPlanned = true;
      time.at(time.now() + delay, () -> sync(set));
    }
  }

  private void sync(LiveReplicaSet set) {
    set.syncPlanned = false;
    if (set.gone) {
      return;
    }
    int missing = set.value.replicas() - set.pods.size();
    boolean refused = false;
    for (int i = 0; i < missing; i++) {
      if (existing >= settings.podQuota()) {
        refused = true;
        break;
      }
      start(set);
    }
    if (missing < 0) {
      List<LivePod> order = new ArrayList<>(set.pods);
      order.sort(GIVEN_UP_FIRST);
      order.subList(0, -missing).forEach(this::terminate);
    }
    report(set, refused);
    if (refused) {
      planSync(set, QUOTA_RETRY);
    }
  }

  private void report(LiveReplicaSet set, boolean refused) {
    ReplicaSet.Status old = set.value.status();
    List<Condition> conditions = refused ? quotaExceeded(old) : List.of();
    ReplicaSet.Status status =
        new ReplicaSet.Status(
            set.pods.size(), set.ready, set.available, set.meta().generation(), conditions);
    if (!status.equals(old)) {
      set.value =
          set.value.withMetadata(cluster.changed(set.meta(), set.meta(), false)).withStatus(status);
      changed(set);
    }
  }

  private List<Condition> quotaExceeded(ReplicaSet.Status old) {
    if (!old.conditions().isEmpty()) {
      return old.conditions();
    }
    Instant now = cluster.now();
    return List.of(
        new Condition(
            "ReplicaFailure",
            Condition.TRUE,
            now,
            now,
            "FailedCreate",
            "pods is forbidden: exceeded quota: pods, used: pods=%d, limited: pods=%d"
                .formatted(existing, settings.podQuota())));
  }

  private void start(LiveReplicaSet set) {
    LivePod pod = exists(set, time.now());
    cluster.notify(Kind.POD, set.owner);
    planReady(pod);
  }

  private LivePod exists(LiveReplicaSet set, long since) {
    long number = ++numbers;
    LivePod pod =
        new LivePod(
            set,
            set.value.name() + "-" + Long.toString(number, 36),
            number,
            since,
            (int) (number % settings.nodes()));
    set.pods.add(pod);
    existing++;
    return pod;
  }

  private void planReady(LivePod pod) {
    VersionModel model = pod.owner.model;
    if (cluster.podsAreDriven() || random.nextDouble() < model.neverReady()) {
      return;
    }
    long min = model.readyMin().toMillis();
    long spread = Math.max(0, model.readyMax().toMillis() - min);
    long delay = min + (spread == 0 ? 0 : random.nextLong(spread + 1)) + model.gate().toMillis();
    boolean crashes = random.nextDouble() < model.crashing();
    time.at(
        time.now() + delay,
        () -> {
          ready(pod);
          if (crashes) {
            planCrash(pod);
          }
        });
  }

  private void planCrash(LivePod pod) {
    VersionModel model = pod.owner.model;
    long within = Math.max(1, model.crashAfter().toMillis());
    time.at(
        time.now() + 1 + random.nextLong(within),
        () -> {
          notReady(pod);
          Duration recovers = model.recoversAfter();
          if (recovers != null) {
            time.at(time.now() + recovers.toMillis(), () -> ready(pod));
          }
        });
  }

  private void ready(LivePod pod) {
    if (pod.gone || pod.isReady()) {
      return;
    }
    cluster.traffic().settle();
    LiveReplicaSet set = pod.owner;
    pod.readySince = time.now();
    set.ready++;
    cluster.traffic().podsChanged();
    int minReady = set.value.minReadySeconds();
    if (minReady <= 0) {
      becomeAvailable(pod);
    } else {
      planAvailable(pod, pod.readySince);
    }
    cluster.notify(Kind.POD, set.owner);
    planSync(set, syncDelay());
  }

  private void planAvailable(LivePod pod, long readySince) {
    time.at(
        time.now() + pod.owner.value.minReadySeconds() * 1000L,
        () -> {
          if (!pod.gone && pod.readySince == readySince) {
            becomeAvailable(pod);
            planSync(pod.owner, syncDelay());
          }
        });
  }

  private static void becomeAvailable(LivePod pod) {
    if (!pod.available) {
      pod.available = true;
      pod.owner.available++;
    }
  }

  private void notReady(LivePod pod) {
    if (pod.gone || !pod.isReady()) {
      return;
    }
    unready(pod);
    cluster.notify(Kind.POD, pod.owner.owner);
    planSync(pod.owner, syncDelay());
  }

  private void unready(LivePod pod) {
    cluster.traffic().settle();
    pod.readySince = LivePod.NOT_READY;
    pod.owner.ready--;
    if (pod.available) {
      pod.available = false;
      pod.owner.available--;
    }
    cluster.traffic().podsChanged();
  }

  private void terminate(LivePod pod) {
    if (pod.gone) {
      return;
    }
    if (pod.isReady()) {
      unready(pod);
    }
    pod.gone = true;
    LiveReplicaSet set = pod.owner;
    set.pods.remove(pod);
    cluster.notify(Kind.POD, set.owner);
    time.inBackground(time.now() + set.model.termination().toMillis(), () -> existing--);
  }

  private void changed(LiveReplicaSet set) {
    cluster.traffic().settle();
    cluster.traffic().podsChanged();
    cluster.notify(Kind.REPLICA_SET, set.owner);
  }
}
