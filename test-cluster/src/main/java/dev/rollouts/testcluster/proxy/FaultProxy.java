package dev.rollouts.testcluster.proxy;

import dev.rollouts.testcluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands on the loopback address between a client and the API server: HTTP/1.1 without TLS to the
 * client, TLS with the certificate of one user to the server. Passes on everything, watches
 * included, unless it was told to fail. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private static final Duration HOLD = Duration.ofMillis(20);

  private final ServerSocket listener;
  private final Upstream upstream;
  private final StaleLists lists = new StaleLists();
  private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private final List<ProxiedRequest> writes = new CopyOnWriteArrayList<>();
  private volatile FaultPlan plan = FaultPlan.none();
  private volatile Optional<Duration> staleness = Optional.empty();
  private volatile Optional<Death> death = Optional.empty();
  private volatile long watchesHeldUntil = System.nanoTime();
  private volatile boolean dark;
  private volatile boolean closed;

  /** Whether the write after which a client is cut off still reaches the server. */
  public enum Reach {
    /** The server has never heard of it. */
    NOT_DONE,
    /** The server has done it, and the client does not know. */
    DONE
  }

  /** The client's last write. */
  record Death(long write, Reach reach, CompletableFuture<ProxiedRequest> happened) {}

  private FaultProxy(ServerSocket listener, Upstream upstream) {
    this.listener = listener;
    this.upstream = upstream;
  }

  /** Starts one that asks the server as this user. */
  public static FaultProxy start(ControlPlane plane, String user, String... groups) {
    try {
      ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
      FaultProxy proxy = new FaultProxy(listener, Upstream.of(plane.kubeconfigFor(user, groups)));
      daemon(proxy::accept, "fault-proxy").start();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free for a proxy", e);
    }
  }

  static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** A kubeconfig, as YAML, whose server is this proxy. */
  public String kubeconfig() {
    return """
        apiVersion: v1
        kind: Config
        current-context: proxy
        clusters: [{name: proxy, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: me, user: {}}]
        contexts: [{name: proxy, context: {cluster: proxy, user: me}}]
        """
        .formatted(listener.getLocalPort());
  }

  /** The address of a path of the server, here. */
  public URI address(String path) {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        if (dark) {
          client.close();
          continue;
        }
        ProxyConnection connection = ProxyConnection.of(this, client, upstream);
        connections.add(connection);
        if (dark) { // it has just become so
          connection.close();
        }
        daemon(connection, "fault-proxy-connection").start();
      } catch (IOException e) {
        if (!closed) {
          LockSupport.parkNanos(HOLD.toNanos());
        }
      }
    }
  }

  void ended(ProxyConnection connection) {
    connections.remove(connection);
  }

  // --- what goes wrong

  /** From now on requests fare as this says. */
  public void plan(FaultPlan other) {
    plan = other;
  }

  /** Closes all watches that are open. */
  public void cutWatches() {
    connections.stream().filter(ProxyConnection::isWatch).forEach(ProxyConnection::close);
  }

  /** Watches tell nothing for that long; then they tell what they have missed. */
  public void holdWatches(Duration span) {
    watchesHeldUntil = System.nanoTime() + span.toNanos();
  }

  /**
   * Asks for every list again that was asked for so far, so that there is something stale to serve.
   */
  public void rememberLists() {
    for (StaleLists.Question each : List.copyOf(lists.questions())) {
      try (ProxyConnection connection = ProxyConnection.ofProxy(this, upstream)) {
        connection.remember(each);
      } catch (IOException e) {
        throw new UncheckedIOException("the server does not answer " + each.request(), e);
      }
    }
  }

  /** From now on lists are answered as they were that long ago, or as long as is known. */
  public void serveStaleLists(Duration age) {
    staleness = Optional.of(age);
  }

  /** Lists are fresh again. */
  public void serveFreshLists() {
    staleness = Optional.empty();
  }

  /**
   * With its so-manieth write from now the client dies, as far as the server and everybody else can
   * see: no request of it gets through any more, and no answer.
   *
   * @return the last write, once it has come to that
   */
  public CompletableFuture<ProxiedRequest> dieAtWrite(long count, Reach reach) {
    Death planned = new Death(writes.size() + count, reach, new CompletableFuture<>());
    death = Optional.of(planned);
    return planned.happened();
  }

  /** Closes all connections and takes no more, until {@link #comeBack}. */
  public void goDark() {
    dark = true;
    connections.forEach(ProxyConnection::close);
  }

  /** Takes connections again. */
  public void comeBack() {
    death = Optional.empty();
    dark = false;
  }

  // --- what was asked

  /** Requests so far by verb. */
  public Map<String, Long> counts() {
    Map<String, Long> copy = new TreeMap<>();
    counts.forEach((verb, count) -> copy.put(verb, count.get()));
    return copy;
  }

  /** What is being watched now, by resource. */
  public List<String> watches() {
    return connections.stream()
        .filter(ProxyConnection::isWatch)
        .map(each -> each.request().resource())
        .sorted()
        .toList();
  }

  /** Writes so far, whatever became of them. */
  public List<ProxiedRequest> writes() {
    return List.copyOf(writes);
  }

  // --- for connections

  Fault fault(ProxiedRequest request) {
    return plan.on(request);
  }

  /** Notes a request; whether it is the client's last, and whether the server is to hear of it. */
  Optional<Death> arrived(ProxiedRequest request) {
    counts.computeIfAbsent(request.verb(), verb -> new AtomicLong()).incrementAndGet();
    if (!request.isWrite()) {
      return Optional.empty();
    }
    synchronized (this) {
      writes.add(request);
      return death.filter(planned -> planned.write() == writes.size());
    }
  }

  boolean isDark() {
    return dark;
  }

  StaleLists lists() {
    return lists;
  }

  Optional<Duration> staleness() {
    return staleness;
  }

  /** Waits while watches are held. */
  void passWatch() {
    while (!closed && System.nanoTime() - watchesHeldUntil < 0) {
      LockSupport.parkNanos(HOLD.toNanos());
    }
  }

  @Override
  public void close() {
    closed = true;
    goDark();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
