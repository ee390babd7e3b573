package dev.rollouts.controller;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Whether this process acts. A process that was the leader writes nothing later than the last
 * renewal of its Lease plus the renew deadline, on a clock that does not jump: a process that was
 * suspended does not act beside its successor. Thread-safe.
 */
final class Leadership implements Interceptor {
  private final Optional<Settings.LeaderElection> election;
  private volatile long askedAt;
  private volatile long renewedAt;
  private volatile boolean held;
  private volatile boolean leading;
  private volatile boolean ended;

  Leadership(Optional<Settings.LeaderElection> election) {
    this.election = election;
  }

  void won() {
    leading = true;
  }

  void lost() {
    held = false;
    leading = false;
  }

  /** Nothing is written any more but the Lease itself, for good. */
  void end() {
    ended = true;
    lost();
  }

  boolean isLeader() {
    return leading;
  }

  /** Whether nobody else can be the leader now. */
  boolean mayWrite() {
    if (ended) {
      return false;
    }
    return election.isEmpty()
        || (held && System.nanoTime() - renewedAt < election.get().renewDeadline().toNanos());
  }

  /** A renewal counts from when it was asked for: its answer may lie unread while time passes. */
  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (isRenewal(request)) {
      askedAt = System.nanoTime();
    }
  }

  /** The Lease is written for this process only; when that works, it holds it. */
  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    boolean written = response.code() / 100 == HttpURLConnection.HTTP_OK / 100;
    if (written && isRenewal(request)) {
      renewedAt = askedAt;
      held = true;
    }
  }

  private static boolean isRenewal(HttpRequest request) {
    return !request.method().equals("GET")
        && request.uri().getPath().contains("/apis/coordination.k8s.io/");
  }
}
