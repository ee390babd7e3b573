package dev.rollouts.controller.kube;

import dev.rollouts.api.ObjectMeta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The newest that is known of the objects of one kind: from watches, from the answers to this
 * process' own writes, from direct reads. Nothing older replaces something newer, so a decision
 * never rests on a state from before an own write. Thread-safe.
 */
public final class Store<T> {
  private static final int GONE_MAX = 1_000;

  private final Function<T, ObjectMeta> metadata;
  private final BinaryOperator<T> sharing;
  private final Map<String, NavigableMap<String, T>> byName = new ConcurrentHashMap<>();
  private final Map<String, Map<String, T>> byOwner = new ConcurrentHashMap<>();

  /**
   * Versions at which objects went, by uid, of the last that did: an answer that arrives later than
   * the news of the deletion does not bring an object back.
   */
  private final Map<String, Long> gone = new LinkedHashMap<>();

  private final List<Listener<T>> listeners = new CopyOnWriteArrayList<>();

  /** An empty store of objects with this metadata. */
  public Store(Function<T, ObjectMeta> metadata) {
    this(metadata, (known, next) -> next);
  }

  /**
   * An empty store of objects with this metadata.
   *
   * @param sharing gives an object that equals its second argument, made of parts of its first, the
   *     state that was known before
   */
  Store(Function<T, ObjectMeta> metadata, BinaryOperator<T> sharing) {
    this.metadata = metadata;
    this.sharing = sharing;
  }

  /** Hears of what is new, wherever it was learned. */
  @FunctionalInterface
  public interface Listener<T> {
    /**
     * Something is new, different or gone.
     *
     * @param before null when it is new
     * @param after null when it is gone
     */
    void changed(@Nullable T before, @Nullable T after);
  }

  /** Adds a listener. */
  public void listen(Listener<T> listener) {
    listeners.add(listener);
  }

  /** The object, or nothing when none is known. */
  public Optional<T> get(String namespace, String name) {
    Map<String, T> there = byName.get(namespace);
    return there == null ? Optional.empty() : Optional.ofNullable(there.get(name));
  }

  /** Objects that another controls. */
  public Collection<T> ownedBy(String uid) {
    Map<String, T> owned = byOwner.get(uid);
    return owned == null || uid.isEmpty() ? List.of() : owned.values();
  }

  /** Objects of a namespace that nobody controls. */
  public List<T> orphans(String namespace) {
    Map<String, T> none = byOwner.get("");
    return none == null
        ? List.of()
        : none.values().stream()
            .filter(each -> metadata.apply(each).namespace().equals(namespace))
            .toList();
  }

  /** Objects of a namespace whose names begin so. */
  public Collection<T> named(String namespace, String prefix) {
    NavigableMap<String, T> there = byName.get(namespace);
    return there == null ? List.of() : there.subMap(prefix, prefix + Character.MAX_VALUE).values();
  }

  /** All objects of a namespace. */
  public Collection<T> in(String namespace) {
    Map<String, T> there = byName.get(namespace);
    return there == null ? List.of() : there.values();
  }

  /** All objects. */
  public List<T> all() {
    List<T> all = new ArrayList<>();
    byName.values().forEach(each -> all.addAll(each.values()));
    return all;
  }

  /**
   * Takes in an object, unless that state of it, or a newer one, is known.
   *
   * @return whether it is news
   */
  public boolean put(T next) {
    T object;
    T known;
    synchronized (this) {
      ObjectMeta meta = metadata.apply(next);
      known = get(meta.namespace(), meta.name()).orElse(null);
      if (known != null && isAsNew(metadata.apply(known), meta.uid(), meta.resourceVersion())) {
        return false;
      }
      Long goneAt = gone.get(meta.uid());
      if (goneAt != null
          && version(meta.resourceVersion()) >= 0
          && version(meta.resourceVersion()) <= goneAt) {
        return false;
      }
      object = known == null ? next : sharing.apply(known, next);
      // Replaced, never taken out and put back: others look without waiting for this.
      byName
          .computeIfAbsent(meta.namespace(), namespace -> new ConcurrentSkipListMap<>())
          .put(meta.name(), object);
      byOwner
          .computeIfAbsent(meta.controllerUid(), owner -> new ConcurrentHashMap<>())
          .put(meta.uid(), object);
      if (known != null) {
        ObjectMeta former = metadata.apply(known);
        if (!former.uid().equals(meta.uid())
            || !former.controllerUid().equals(meta.controllerUid())) {
          takeFromOwner(former);
        }
      }
    }
    tell(known, object);
    return true;
  }

  /** What is known of an object, if that is its state of this version or a later one. */
  Optional<T> atLeast(
      @Nullable String namespace,
      @Nullable String name,
      @Nullable String uid,
      @Nullable String version) {
    if (name == null || uid == null || version == null) {
      return Optional.empty();
    }
    return get(namespace == null ? "" : namespace, name)
        .filter(known -> isAsNew(metadata.apply(known), uid, version));
  }

  private static boolean isAsNew(ObjectMeta known, String uid, String version) {
    long other = version(version);
    return known.uid().equals(uid) && other >= 0 && version(known.resourceVersion()) >= other;
  }

  /** The object of this uid is gone; a newer one of the same name stays. */
  public void remove(String namespace, String name, String uid) {
    remove(namespace, name, uid, -1);
  }

  /** The object is gone, as of the version that it says. */
  public void remove(T object) {
    ObjectMeta meta = metadata.apply(object);
    remove(meta.namespace(), meta.name(), meta.uid(), version(meta.resourceVersion()));
  }

  private void remove(String namespace, String name, String uid, long version) {
    Optional<T> known;
    synchronized (this) {
      known = get(namespace, name).filter(each -> metadata.apply(each).uid().equals(uid));
      known.ifPresent(this::forget);
      long knownVersion =
          known.map(each -> version(metadata.apply(each).resourceVersion())).orElse(-1L);
      gone.put(uid, Math.max(version, knownVersion));
      if (gone.size() > GONE_MAX) {
        gone.remove(gone.keySet().iterator().next());
      }
    }
    known.ifPresent(it -> tell(it, null));
  }

  private void tell(@Nullable T before, @Nullable T after) {
    listeners.forEach(each -> each.changed(before, after));
  }

  private void forget(T object) {
    ObjectMeta meta = metadata.apply(object);
    Map<String, T> there = byName.get(meta.namespace());
    if (there != null) {
      there.remove(meta.name());
      if (there.isEmpty()) {
        byName.remove(meta.namespace());
      }
    }
    takeFromOwner(meta);
  }

  private void takeFromOwner(ObjectMeta meta) {
    Map<String, T> owned = byOwner.get(meta.controllerUid());
    if (owned != null) {
      owned.remove(meta.uid());
      if (owned.isEmpty()) {
        byOwner.remove(meta.controllerUid());
      }
    }
  }

  /** Versions are compared as numbers; one that is none counts as new. */
  private static long version(String version) {
    try {
      return Long.parseLong(version);
    } catch (NumberFormatException opaque) {
      return -1;
    }
  }
}
