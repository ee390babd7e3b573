package dev.rollouts.controller.events;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.logs.LogFields;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ObjectKey;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends Kubernetes events in the background, so that they delay no decision and count as no failure
 * of one. The same event again raises the count of the first. When more come than the server takes,
 * the newest are dropped and counted. Thread-safe.
 *
 * <p>Source: docs/spec/operations.md#events.
 */
public final class EventRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("dev.rollouts.controller.events");
  private static final String COMPONENT = "rollouts-controller";
  private static final int QUEUE_MAX = 4096;
  private static final int REMEMBERED_MAX = 4096;
  private static final int MESSAGE_MAX = 1024;

  private final Api api;
  private final Clock clock;
  private final Listener listener;
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong sequence = new AtomicLong();
  private final Thread sender;
  private volatile boolean closing;

  /** Events that were sent, so that the same again raises their count. Sender's thread only. */
  private final Map<Waiting.Identity, Sent> sent =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Waiting.Identity, Sent> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /** Hears of every event, at once. */
  @FunctionalInterface
  public interface Listener {
    /** Something happened to an object. */
    void recorded(KubernetesObject object, Event event);
  }

  /** A recorder that sends through this client. */
  public EventRecorder(Api api, Clock clock, Listener listener) {
    this.api = api;
    this.clock = clock;
    this.listener = listener;
    this.sender = new Thread(this::send, "rollouts-events");
    this.sender.setDaemon(true);
    this.sender.start();
  }

  private record Sent(String name, int count, Instant first) {}

  private record Waiting(Identity identity, Instant at) {
    record Identity(
        String kind, ObjectMeta object, boolean warning, String reason, String message) {
      @Override
      public boolean equals(@Nullable Object other) {
        return other instanceof Identity that
            && kind.equals(that.kind)
            && object.uid().equals(that.object.uid())
            && warning == that.warning
            && reason.equals(that.reason)
            && message.equals(that.message);
      }

      @Override
      public int hashCode() {
        return java.util.Objects.hash(kind, object.uid(), reason, message);
      }
    }
  }

  /** Tells of something that happened to an object. Returns at once. */
  public void record(KubernetesObject object, Event event) {
    log(object, event);
    listener.recorded(object, event);
    String message =
        event.message().length() <= MESSAGE_MAX
            ? event.message()
            : event.message().substring(0, MESSAGE_MAX - 1) + "…";
    Waiting waiting =
        new Waiting(
            new Waiting.Identity(
                object.kind(), object.metadata(), event.warning(), event.reason(), message),
            clock.instant().truncatedTo(ChronoUnit.SECONDS));
    if (!queue.offer(waiting)) {
      dropped.incrementAndGet();
    }
  }

  /** How many events were dropped because the server did not take them fast enough. */
  public long dropped() {
    return dropped.get();
  }

  private static void log(KubernetesObject object, Event event) {
    String kind = object.kind().toLowerCase(Locale.ROOT);
    ObjectMeta meta = object.metadata();
    try (LogFields fields =
        LogFields.of(kind, meta.namespace(), meta.name()).and("event_reason", event.reason())) {
      if (event.warning()) {
        LOG.warn("{}", event.message());
      } else {
        LOG.info("{}", event.message());
      }
    }
  }

  private void send() {
    try {
      while (true) {
        Waiting next = queue.poll(100, TimeUnit.MILLISECONDS);
        if (next != null) {
          send(next);
        } else if (closing) {
          return;
        }
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(Waiting event) {
    Sent before = sent.get(event.identity());
    try {
      if (before != null && count(event, before)) {
        return;
      }
      create(event);
    } catch (ApiException | RuntimeException e) {
      LOG.debug("event {} could not be sent: {}", event.identity().reason(), e.getMessage());
    }
  }

  /** Raises the count of an event that was sent; false when it is there no more. */
  private boolean count(Waiting event, Sent before) throws ApiException {
    Sent next = new Sent(before.name(), before.count() + 1, before.first());
    try {
      api.patch(
          key(event, before.name()),
          "",
          Map.of("count", next.count(), "lastTimestamp", event.at().toString()));
    } catch (ApiException e) {
      if (e.refusal() == ClusterAnswer.Refusal.NOT_FOUND) {
        sent.remove(event.identity());
        return false;
      }
      throw e;
    }
    sent.put(event.identity(), next);
    return true;
  }

  private void create(Waiting event) throws ApiException {
    Waiting.Identity identity = event.identity();
    ObjectMeta object = identity.object();
    String name = "%s.%x%x".formatted(object.name(), clock.millis(), sequence.incrementAndGet());
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "v1");
    tree.put("kind", "Event");
    tree.put("metadata", Map.of("name", name, "namespace", object.namespace()));
    tree.put(
        "involvedObject",
        Map.of(
            "apiVersion", KubernetesObject.API_VERSION,
            "kind", identity.kind(),
            "namespace", object.namespace(),
            "name", object.name(),
            "uid", object.uid(),
            "resourceVersion", object.resourceVersion()));
    tree.put("reason", identity.reason());
    tree.put("message", identity.message());
    tree.put("type", identity.warning() ? "Warning" : "Normal");
    tree.put("source", Map.of("component", COMPONENT));
    tree.put("reportingComponent", COMPONENT);
    tree.put("firstTimestamp", event.at().toString());
    tree.put("lastTimestamp", event.at().toString());
    tree.put("count", 1);
    api.create(key(event, name), JsonObject.of(tree));
    sent.put(identity, new Sent(name, 1, event.at()));
  }

  private static ObjectKey key(Waiting event, String name) {
    return new ObjectKey("v1", "Event", event.identity().object().namespace(), name);
  }

  /** Sends what waits, for two seconds at most. */
  @Override
  public void close() {
    closing = true;
    try {
      sender.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sender.interrupt();
  }
}
