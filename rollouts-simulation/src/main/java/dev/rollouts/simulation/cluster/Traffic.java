package dev.rollouts.simulation.cluster;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the requests, and what becomes of them. Where they go follows from the live objects: the
 * routers' weights, the Services' selectors and the pods that are ready. Counted exactly, from one
 * change to the next.
 */
public final class Traffic {
  private static final long MINUTE = 60_000;

  private final SimulatedCluster cluster;
  private final VirtualTime time;
  private final ClusterSettings settings;

  /** What routers do now: destinations by weight; empty where Services alone decide. */
  private List<Destination> routes = List.of();

  private List<Destination> wanted = List.of();
  private long routersSettledAt;
  private long routerChange;

  private @Nullable Map<LiveReplicaSet, Double> shares;
  private double lost;
  private long counted;
  private final Map<String, TreeMap<Long, double[]>> byMinute = new LinkedHashMap<>();
  private final Map<String, double[]> totals = new LinkedHashMap<>();

  Traffic(SimulatedCluster cluster, VirtualTime time, ClusterSettings settings) {
    this.cluster = cluster;
    this.time = time;
    this.settings = settings;
  }

  /**
   * Where a router sends a share of the requests.
   *
   * @param service name of the Service; may be empty with a hash
   * @param hash revision, where the router selects pods itself; else empty
   * @param share from 0 to 1
   */
  record Destination(String service, String hash, double share) {}

  /**
   * Requests of one version in one minute.
   *
   * @param minute since the start, from 0
   * @param hash empty for requests that no version got
   */
  public record Minute(long minute, String hash, double requests, double failed) {}

  // -- what is asked about

  /** The version of the rollout's current template. */
  public VersionTraffic newest() {
    Rollout rollout = cluster.rolloutOrNull();
    return rollout == null
        ? VersionTraffic.NONE
        : version(rollout.statusOrEmpty().currentPodHash());
  }

  /** The version that was last promoted. */
  public VersionTraffic stable() {
    Rollout rollout = cluster.rolloutOrNull();
    return rollout == null ? VersionTraffic.NONE : version(rollout.statusOrEmpty().stableRS());
  }

  /** One version; all zero when it gets nothing. */
  public VersionTraffic version(String hash) {
    for (Map.Entry<LiveReplicaSet, Double> each : shares().entrySet()) {
      LiveReplicaSet set = each.getKey();
      if (set.hash.equals(hash)) {
        double rate = settings.load().at(time.now()) * each.getValue();
        double capacity = set.ready * set.model.capacity();
        return new VersionTraffic(
            hash,
            each.getValue(),
            rate,
            failureShare(set, rate, each.getValue()),
            rate == 0 ? 0 : capacity == 0 ? Double.MAX_VALUE : rate / capacity,
            set.ready);
      }
    }
    return hash.isEmpty() ? VersionTraffic.NONE : new VersionTraffic(hash, 0, 0, 0, 0, 0);
  }

  /** Share of the requests that a version gets now, from 0 to 1. */
  public double share(String hash) {
    double sum = 0;
    for (Map.Entry<LiveReplicaSet, Double> each : shares().entrySet()) {
      sum += each.getKey().hash.equals(hash) ? each.getValue() : 0;
    }
    return sum;
  }

  /**
   * Shares by version as the live objects ask for, whether or not the routers do so already; from 0
   * to 1. Versions without pods are included, requests that nobody gets are not.
   */
  public Map<String, Double> asked() {
    Map<String, Double> byHash = new LinkedHashMap<>();
    Rollout rollout = cluster.rolloutOrNull();
    if (rollout != null) {
      double lostNow = lost;
      Map<LiveReplicaSet, Double> bySet = new LinkedHashMap<>();
      divide(rollout, wanted, bySet);
      bySet.forEach((set, share) -> byHash.merge(set.hash, share, Double::sum));
      lost = lostNow;
    }
    return byHash;
  }

  /** Shares of the requests by version, from 0 to 1; only versions that get any. */
  public Map<String, Double> sharesByVersion() {
    Map<String, Double> byHash = new LinkedHashMap<>();
    shares().forEach((set, share) -> byHash.merge(set.hash, share, Double::sum));
    return byHash;
  }

  /** Share of the requests that nobody gets, from 0 to 1. */
  public double lost() {
    shares();
    return lost;
  }

  /** All requests so far, by minute and version. */
  public List<Minute> minutes() {
    settle();
    List<Minute> all = new ArrayList<>();
    byMinute.forEach(
        (hash, minutes) ->
            minutes.forEach(
                (minute, counts) -> all.add(new Minute(minute, hash, counts[0], counts[1]))));
    return all;
  }

  /**
   * Requests of one version since the start.
   *
   * @param hash empty for requests that no version got
   */
  public record Total(String hash, double requests, double failed) {}

  /** All requests so far, by version; only versions that got any. */
  public List<Total> totals() {
    settle();
    List<Total> all = new ArrayList<>();
    totals.forEach((hash, counts) -> all.add(new Total(hash, counts[0], counts[1])));
    return all;
  }

  /** Whether the routers do what their objects say, and have for a while. */
  boolean isRouted() {
    return time.now() >= routersSettledAt;
  }

  private static double failureShare(LiveReplicaSet set, double rate, double share) {
    if (rate <= 0) {
      return 0;
    }
    double served = Math.min(rate, set.ready * set.model.capacity());
    return 1 - served / rate * (1 - set.model.errorRate(share));
  }

  // -- what changes

  /** Counts the requests since the last change, before another one. */
  void settle() {
    long now = time.now();
    if (now == counted) {
      return;
    }
    if (cluster.rolloutOrNull() == null) {
      counted = now;
      return;
    }
    Map<LiveReplicaSet, Double> sharesNow = shares();
    while (counted < now) {
      long minute = counted / MINUTE;
      long until = Math.min(now, (minute + 1) * MINUTE);
      double requests = settings.load().at(counted) * (until - counted) / 1000;
      for (Map.Entry<LiveReplicaSet, Double> each : sharesNow.entrySet()) {
        LiveReplicaSet set = each.getKey();
        double own = requests * each.getValue();
        if (own > 0) {
          double rate = own * 1000 / (until - counted);
          count(set.hash, minute, own, own * failureShare(set, rate, each.getValue()));
        }
      }
      if (lost > 0) {
        count("", minute, requests * lost, requests * lost);
      }
      counted = until;
    }
  }

  private void count(String hash, long minute, double requests, double failed) {
    double[] counts =
        byMinute
            .computeIfAbsent(hash, each -> new TreeMap<>())
            .computeIfAbsent(minute, each -> new double[2]);
    counts[0] += requests;
    counts[1] += failed;
    double[] total = totals.computeIfAbsent(hash, each -> new double[2]);
    total[0] += requests;
    total[1] += failed;
  }

  void podsChanged() {
    shares = null;
  }

  /** The rollout or an object changed: routers may have something else to do. */
  void objectsChanged() {
    shares = null;
    Rollout rollout = cluster.rolloutOrNull();
    List<Destination> now =
        rollout == null ? List.of() : new RouteReader(cluster, rollout).destinations();
    if (now.equals(wanted)) {
      return;
    }
    wanted = now;
    long delay = settings.routerDelay();
    long mine = ++routerChange;
    routersSettledAt = time.now() + delay;
    if (delay == 0) {
      routes = now;
      return;
    }
    List<Destination> before = routes;
    if (settings.routersApplyPartly()) {
      time.at(time.now() + delay / 2, () -> apply(mine, half(before, now)));
    }
    time.at(time.now() + delay, () -> apply(mine, now));
  }

  /** The routers have done already what their objects say. */
  void routersHaveSettled() {
    routerChange++;
    routersSettledAt = time.now();
    routes = wanted;
    shares = null;
  }

  private void apply(long change, List<Destination> to) {
    if (change == routerChange) {
      settle();
      routes = to;
      shares = null;
    }
  }

  private static List<Destination> half(List<Destination> before, List<Destination> after) {
    List<Destination> both = new ArrayList<>();
    for (Destination each : before) {
      both.add(new Destination(each.service(), each.hash(), each.share() / 2));
    }
    for (Destination each : after) {
      both.add(new Destination(each.service(), each.hash(), each.share() / 2));
    }
    return both;
  }

  // -- where requests go

  private Map<LiveReplicaSet, Double> shares() {
    Map<LiveReplicaSet, Double> known = shares;
    if (known != null) {
      return known;
    }
    Map<LiveReplicaSet, Double> fresh = new LinkedHashMap<>();
    Rollout rollout = cluster.rolloutOrNull();
    lost = 0;
    if (rollout != null) {
      divide(rollout, routes, fresh);
    }
    shares = fresh;
    return fresh;
  }

  private void divide(Rollout rollout, List<Destination> routes, Map<LiveReplicaSet, Double> into) {
    BlueGreenStrategy blueGreen = rollout.spec().strategy().blueGreen();
    CanaryStrategy canary = rollout.spec().strategy().canary();
    if (blueGreen != null) {
      toService(blueGreen.activeService(), 1, into);
    } else if (canary != null && canary.trafficRouting() != null && !routes.isEmpty()) {
      double sum = 0;
      for (Destination each : routes) {
        sum += each.share();
        if (!each.hash().isEmpty()) {
          toHash(each.hash(), each.share(), into);
        } else {
          toService(each.service(), each.share(), into);
        }
      }
      lost += Math.max(0, 1 - sum);
    } else if (canary != null
        && canary.trafficRouting() != null
        && !canary.stableService().isEmpty()) {
      toService(canary.stableService(), 1, into);
    } else {
      LabelSelector selector = rollout.spec().selector();
      toPods(selector == null ? LabelSelector.of(Map.of()) : selector, 1, into);
    }
  }

  private void toService(String name, double share, Map<LiveReplicaSet, Double> into) {
    JsonObject service = cluster.find("Service", name);
    if (service == null || share == 0) {
      lost += share;
      return;
    }
    if (service.at("spec", "selector") instanceof Map<?, ?> selector
        && selector.get(RolloutKeys.POD_TEMPLATE_HASH) instanceof String hash) {
      toHash(hash, share, into);
    } else {
      toPods(LabelSelector.of(LiveReplicaSet.texts(service.at("spec", "selector"))), share, into);
    }
  }

  private void toHash(String hash, double share, Map<LiveReplicaSet, Double> into) {
    if (share == 0) {
      return;
    }
    for (LiveReplicaSet set : cluster.sets().all()) {
      if (set.hash.equals(hash)) {
        into.merge(set, share, Double::sum);
        return;
      }
    }
    lost += share;
  }

  private void toPods(LabelSelector selector, double share, Map<LiveReplicaSet, Double> into) {
    int ready = 0;
    for (LiveReplicaSet set : cluster.sets().all()) {
      ready += selector.matches(set.podLabels) ? set.ready : 0;
    }
    if (ready == 0) {
      lost += share;
      return;
    }
    for (LiveReplicaSet set : cluster.sets().all()) {
      if (set.ready > 0 && selector.matches(set.podLabels)) {
        into.merge(set, share * set.ready / ready, Double::sum);
      }
    }
  }
}
