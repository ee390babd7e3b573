package dev.rollouts.controller.kube;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What every request to the API server passes: a token bucket for all but watches, Leases and
 * events, which have budgets of their own; no write but events by a process that may be the leader
 * no more; a count of the answers. Thread-safe.
 */
public final class RequestGate implements Interceptor {
  private final double perSecond;
  private final double burst;
  private final BooleanSupplier mayWrite;
  private final Counter counter;

  private double tokens;
  private long filledAt = System.nanoTime();

  /** Counts answers. */
  @FunctionalInterface
  public interface Counter {
    /** The server has answered; {@code code} 0 when it could not be reached. */
    void answered(String kind, String namespace, String name, String verb, int code);
  }

  /**
   * A gate.
   *
   * @param qps requests per second in the long run; 0 or less for no limit
   * @param burst how many may come at once
   * @param mayWrite false when the Lease may have gone to another process
   */
  public RequestGate(double qps, int burst, BooleanSupplier mayWrite, Counter counter) {
    this.perSecond = qps;
    this.burst = Math.max(1, burst);
    this.tokens = this.burst;
    this.mayWrite = mayWrite;
    this.counter = counter;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    Request what = Request.of(request.uri().getPath(), request.uri().getQuery(), request.method());
    check(what);
    if (!what.isFree()) {
      await();
      check(what); // the Lease may have gone meanwhile
    }
  }

  private void check(Request what) {
    if (what.isFenced() && !mayWrite.getAsBoolean()) {
      throw new IllegalStateException("nothing is written: this process is not the leader");
    }
  }

  private void await() {
    if (perSecond <= 0) {
      return;
    }
    long wait = take();
    while (wait > 0) {
      LockSupport.parkNanos(wait);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      wait = take();
    }
  }

  /** Whether a request would have to wait now, so that what can wait lets others go first. */
  public synchronized boolean isCrowded() {
    if (perSecond <= 0) {
      return false;
    }
    fill();
    return tokens < 1;
  }

  private void fill() {
    long now = System.nanoTime();
    tokens =
        Math.min(
            burst, tokens + (now - filledAt) / (double) TimeUnit.SECONDS.toNanos(1) * perSecond);
    filledAt = now;
  }

  /** Takes a token; how long to wait before trying again, or 0. */
  private synchronized long take() {
    fill();
    if (tokens >= 1) {
      tokens--;
      return 0;
    }
    return (long) Math.ceil((1 - tokens) / perSecond * TimeUnit.SECONDS.toNanos(1));
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    count(request, response.code());
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    count(request, 0);
  }

  private void count(HttpRequest request, int code) {
    Request what = Request.of(request.uri().getPath(), request.uri().getQuery(), request.method());
    counter.answered(what.kind, what.namespace, what.name, what.verb, code);
  }

  /** What is asked for. */
  record Request(String kind, String namespace, String name, String verb) {
    static Request of(String path, @Nullable String query, String method) {
      String[] parts = path.split("/", -1);
      int at = parts.length < 2 ? 0 : parts[1].equals("api") ? 3 : parts[1].equals("apis") ? 4 : 0;
      String namespace = "";
      if (parts.length > at + 2 && parts[at].equals("namespaces")) {
        namespace = parts[at + 1];
        at += 2;
      }
      if (at == 0 || parts.length <= at || parts.length > at + 3) {
        return new Request("Unknown", "", "N/A", "Unknown");
      }
      String kind = parts[at];
      String name = parts.length > at + 1 ? parts[at + 1] : "";
      boolean watch = query != null && query.contains("watch=true");
      String verb =
          switch (method.toUpperCase(Locale.ROOT)) {
            case "GET" -> watch ? "Watch" : name.isEmpty() ? "List" : "Get";
            case "POST" -> "Create";
            case "PUT" -> "Update";
            case "PATCH" -> "Patch";
            case "DELETE" -> "Delete";
            default -> "Unknown";
          };
      boolean nameless = name.isEmpty() || kind.equals("events") || kind.equals("replicasets");
      return new Request(kind, namespace, nameless ? "N/A" : name, verb);
    }

    boolean isWrite() {
      return switch (verb) {
        // What one may do is asked by creating something that is not kept.
        case "Create" -> !kind.startsWith("selfsubject");
        case "Update", "Patch", "Delete" -> true;
        default -> false;
      };
    }

    /** Whether only the leader may do it. Events tell what it did while it was. */
    boolean isFenced() {
      return isWrite() && !kind.equals("leases") && !kind.equals("events");
    }

    /** Whether it has a budget of its own. */
    boolean isFree() {
      return verb.equals("Watch")
          || verb.equals("Unknown")
          || kind.equals("leases")
          || kind.equals("events");
    }
  }
}
