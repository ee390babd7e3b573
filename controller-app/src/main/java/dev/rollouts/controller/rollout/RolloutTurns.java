package dev.rollouts.controller.rollout;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.ReplicaSetTree;
import dev.rollouts.controller.kube.Store;
import dev.rollouts.controller.turns.Surroundings;
import dev.rollouts.controller.turns.Turns;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutEngine;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Turns of Rollouts. */
final class RolloutTurns extends Turns<Rollout, RolloutStatus> {
  private static final String INVALID = "InvalidSpec";

  private final RolloutEngine engine;
  private final Surroundings surroundings;
  private final RolloutObserver observer;
  private final References references;

  /** Names of the versions that this process made the newest last, by uid of the rollout. */
  private final Map<String, String> newest = new ConcurrentHashMap<>();

  RolloutTurns(
      RolloutEngine engine, Surroundings surroundings, Objects objects, References references) {
    super(surroundings, "rollout", "status", surroundings.stores().rollouts());
    this.engine = engine;
    this.surroundings = surroundings;
    this.observer =
        new RolloutObserver(engine, surroundings.api(), surroundings.stores(), objects, references);
    this.references = references;
    surroundings
        .stores()
        .rollouts()
        .listen(
            (before, after) -> {
              if (before != null && after == null) {
                newest.remove(before.metadata().uid());
              }
            });
  }

  @Override
  protected Decision<RolloutStatus, ClusterEffect> decide(
      Rollout rollout, List<ClusterAnswer> given, Instant now) throws ApiException {
    return engine.decide(rollout, observer.observe(rollout, given, now), now);
  }

  @Override
  protected RolloutStatus status(Rollout rollout) {
    return rollout.statusOrEmpty();
  }

  @Override
  protected Rollout with(Rollout rollout, RolloutStatus status) {
    return rollout.withStatus(status);
  }

  @Override
  protected boolean isFigures(RolloutStatus before, RolloutStatus after) {
    return Figures.areAllThatIsNew(before, after);
  }

  @Override
  protected Rollout read(JsonObject tree) {
    return Wire.decode(Rollout.class, tree.fields()).value();
  }

  /**
   * That nothing has moved for so long is looked at directly (pain 1), that the rollout still
   * exists, before a version is made or taken up again for it (pain 67), that what it names does
   * not, before it is called invalid, and that its stable version does not, before another takes
   * its place for that. Nothing is read before a version that follows one which this process has
   * made the newest: its template is news, so the rollout was there.
   */
  @Override
  protected boolean isSure(
      Question<Rollout> question, Decision<RolloutStatus, ClusterEffect> decision)
      throws ApiException {
    Rollout rollout = question.object();
    Optional<String> next = next(decision);
    boolean givesUp = RolloutEngine.givesUp(rollout.statusOrEmpty(), decision);
    boolean missesStable = RolloutEngine.missesStable(rollout.statusOrEmpty(), decision);
    boolean condemns = condemns(rollout, decision);
    boolean creates =
        next.isPresent() || decision.effects().stream().anyMatch(it -> countsBack(it, rollout));
    if (!givesUp && !missesStable && !condemns && !creates) {
      return true;
    }
    boolean follows = next.filter(name -> follows(rollout, name)).isPresent();
    boolean news = (givesUp || (creates && !follows)) && readsNews(rollout);
    if (missesStable || (creates && !(follows && knowsRevisions(rollout)))) {
      news |= readsRevisions(rollout);
    }
    if (condemns) {
      news |= surroundings.late().arrive(references.of(rollout.metadata()));
    }
    if (givesUp) {
      news |= readsSets(rollout);
    }
    if (news || !standsStill(question, decision)) {
      return false;
    }
    next.ifPresent(name -> newest.put(rollout.metadata().uid(), name));
    return true;
  }

  /** Whether a version follows another one that this process has made the newest. */
  private boolean follows(Rollout rollout, String next) {
    String last = newest.get(rollout.metadata().uid());
    return last != null && !last.equals(next);
  }

  /** Whether the rollout is called invalid, and was not before. */
  private static boolean condemns(
      Rollout rollout, Decision<RolloutStatus, ClusterEffect> decision) {
    return decision.status().condition(INVALID).isPresent()
        && rollout.statusOrEmpty().condition(INVALID).isEmpty();
  }

  /**
   * The version that is made, or taken up again as the newest: with a rollout as it was a while ago
   * that would undo an update, and the status, which does not change by it, is not saved first.
   */
  private static Optional<String> next(Decision<RolloutStatus, ClusterEffect> decision) {
    for (ClusterEffect effect : decision.effects()) {
      if (effect instanceof ClusterEffect.CreateReplicaSet create) {
        return Optional.of(create.replicaSet().name());
      }
      if (effect instanceof ClusterEffect.UpdateReplicaSet update
          && update.before().revision() != update.after().revision()) {
        return Optional.of(update.after().name());
      }
    }
    return Optional.empty();
  }

  /** Whether the revision of a rollout is said to be one from before. */
  private static boolean countsBack(ClusterEffect effect, Rollout rollout) {
    if (!(effect instanceof ClusterEffect.PatchRollout patch)) {
      return false;
    }
    String noted = rollout.metadata().annotations().get(RolloutKeys.REVISION);
    String now = patch.annotations().get(RolloutKeys.REVISION);
    return noted != null
        && now != null
        && (now.length() < noted.length()
            || (now.length() == noted.length() && now.compareTo(noted) < 0));
  }

  /** Whether the version that the rollout says is its last one is among those that are known. */
  private boolean knowsRevisions(Rollout rollout) {
    String noted = rollout.metadata().annotations().get(RolloutKeys.REVISION);
    return noted != null
        && surroundings.stores().replicaSets().ownedBy(rollout.metadata().uid()).stream()
            .anyMatch(each -> noted.equals(each.annotation(RolloutKeys.REVISION)));
  }

  /**
   * Whether versions of a rollout are other than was known: the number of a new one is that of the
   * last one and one, so each of them counts.
   */
  private boolean readsRevisions(Rollout rollout) throws ApiException {
    LabelSelector selector = rollout.spec().selector();
    ObjectMeta meta = rollout.metadata();
    Store<ReplicaSet> store = surroundings.stores().replicaSets();
    Set<String> listed = new HashSet<>();
    boolean news = false;
    if (selector != null && !selector.matchLabels().isEmpty()) {
      ObjectKey all = ObjectKey.all("apps/v1", "ReplicaSet", meta.namespace());
      for (JsonObject tree : surroundings.api().list(all, selector.matchLabels())) {
        ReplicaSet each = ReplicaSetTree.read(tree);
        listed.add(each.metadata().uid());
        if (each.metadata().controllerUid().equals(meta.uid())
            && each.metadata().labels().containsKey(RolloutKeys.POD_TEMPLATE_HASH)) {
          news |= store.put(each);
        }
      }
    }
    for (ReplicaSet each : List.copyOf(store.ownedBy(meta.uid()))) {
      news |= !listed.contains(each.metadata().uid()) && readsNews(each);
    }
    return news;
  }

  /** Whether it is other than decided on; a watch may have told of that since, too. */
  private boolean readsNews(Rollout rollout) throws ApiException {
    Store<Rollout> store = surroundings.stores().rollouts();
    Optional<JsonObject> live = surroundings.api().get(key(rollout));
    if (live.isEmpty()) {
      store.remove(rollout);
      return true;
    }
    Rollout read = read(live.get());
    store.put(read);
    return !read.metadata().resourceVersion().equals(rollout.metadata().resourceVersion());
  }

  /** Whether any of the known ReplicaSets is other than was known. */
  private boolean readsSets(Rollout rollout) throws ApiException {
    boolean news = false;
    for (ReplicaSet each :
        List.copyOf(surroundings.stores().replicaSets().ownedBy(rollout.metadata().uid()))) {
      news |= readsNews(each);
    }
    return news;
  }

  private boolean readsNews(ReplicaSet set) throws ApiException {
    Store<ReplicaSet> store = surroundings.stores().replicaSets();
    ObjectMeta meta = set.metadata();
    Api api = surroundings.api();
    Optional<JsonObject> live =
        api.get(new ObjectKey("apps/v1", "ReplicaSet", meta.namespace(), meta.name()));
    if (live.isEmpty()) {
      store.remove(set);
      return true;
    }
    return store.put(ReplicaSetTree.read(live.get()));
  }

  @Override
  protected void saved(Rollout rollout, RolloutStatus after) {
    RolloutStatus before = rollout.statusOrEmpty();
    Instant now = surroundings.clock().instant();
    surroundings.metrics().saved(before, after, now);
    DurationLines.tell(before, after, now);
    surroundings.tracing().saved(rollout, after, now);
  }
}
