package dev.rollouts.cli.kube;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one kind, kept current by a watch. Survives watches that end, versions that expire
 * and a server that goes away: then it lists again, a second later. Thread-safe.
 */
public final class Mirror implements AutoCloseable {
  private static final long PAUSE_MILLIS = 1000;

  private final ApiServer server;
  private final Resource resource;
  private final String namespace;
  private final Selection selection;
  private final Runnable changed;
  private final Consumer<String> trouble;
  private final Map<String, KubeObject> objects = new LinkedHashMap<>();
  private final Thread thread;
  private String version = "";
  private @Nullable Watch open;
  private boolean closed;

  private Mirror(
      ApiServer server,
      Resource resource,
      String namespace,
      Selection selection,
      Runnable changed,
      Consumer<String> trouble) {
    this.server = server;
    this.resource = resource;
    this.namespace = namespace;
    this.selection = selection;
    this.changed = changed;
    this.trouble = trouble;
    this.thread = new Thread(this::follow, "mirror of " + resource.plural());
    thread.setDaemon(true);
  }

  /**
   * Lists the objects, and follows them from there.
   *
   * @param changed is called on another thread, after each change
   * @param trouble gets a line when something is in the way that may pass
   * @throws KubeException when the first list fails
   */
  public static Mirror of(
      ApiServer server,
      Resource resource,
      String namespace,
      Selection selection,
      Runnable changed,
      Consumer<String> trouble) {
    Mirror mirror = new Mirror(server, resource, namespace, selection, changed, trouble);
    mirror.list(server);
    mirror.thread.start();
    return mirror;
  }

  /** The objects as they are now. */
  public synchronized List<KubeObject> objects() {
    return new ArrayList<>(objects.values());
  }

  private void list(ApiServer from) {
    ObjectList list = from.list(resource, namespace, selection);
    synchronized (this) {
      objects.clear();
      list.items().forEach(each -> objects.put(key(each), each));
      version = list.resourceVersion();
    }
  }

  private static String key(KubeObject object) {
    return object.namespace() + "/" + object.name();
  }

  private void follow() {
    boolean listed = true;
    while (!isClosed()) {
      try {
        if (!listed) {
          list(server.following());
          listed = true;
          changed.run();
        }
        watch();
      } catch (ApiException e) {
        listed = false;
        if (!e.isExpired()) {
          complain(e.getMessage());
        }
      } catch (UncheckedIOException e) {
        // A watch that breaks goes on from where it was.
        complain("watch of %s ended: %s".formatted(resource.plural(), e.getMessage()));
      } catch (KubeException e) {
        complain(e.getMessage());
      }
    }
  }

  private void complain(String message) {
    if (isClosed()) {
      return;
    }
    trouble.accept(message);
    long end = System.nanoTime() + PAUSE_MILLIS * 1_000_000;
    synchronized (this) {
      try {
        long left = PAUSE_MILLIS;
        while (!closed && left > 0) {
          wait(left);
          left = (end - System.nanoTime()) / 1_000_000;
        }
      } catch (InterruptedException e) {
        closed = true;
      }
    }
  }

  private void watch() {
    String from;
    synchronized (this) {
      from = version;
    }
    try (Watch watch = server.watch(resource, namespace, selection, from)) {
      synchronized (this) {
        open = watch;
        if (closed) {
          return;
        }
      }
      var event = watch.next();
      while (event.isPresent() && !isClosed()) {
        if (take(event.get())) {
          changed.run();
        }
        event = watch.next();
      }
    }
  }

  private synchronized boolean take(Watch.Event event) {
    version = event.object().resourceVersion();
    if (event.isBookmark()) {
      return false;
    }
    if (event.isDeletion()) {
      objects.remove(key(event.object()));
    } else {
      objects.put(key(event.object()), event.object());
    }
    return true;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends the watch. */
  @Override
  public void close() {
    Watch now;
    synchronized (this) {
      closed = true;
      now = open;
      notifyAll();
    }
    if (now != null) {
      now.close();
    }
  }
}
