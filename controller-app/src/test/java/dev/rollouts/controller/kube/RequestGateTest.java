package dev.rollouts.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestGateTest {
  @ParameterizedTest(name = "{0} {1}: {2} {3} {4}")
  @DisplayName("O-080 Requests are counted by kind, namespace, name and verb")
  @CsvSource({
    "GET, /api/v1/namespaces/a/services, services, N/A, List, false, false",
    "GET, /api/v1/namespaces/a/services/s, services, s, Get, false, false",
    "GET, /api/v1/services?watch=true, services, N/A, Watch, false, true",
    "PATCH, /apis/argoproj.io/v1alpha1/namespaces/a/rollouts/r/status, rollouts, r, Patch, true, false",
    "PATCH, /apis/apps/v1/namespaces/a/replicasets/x, replicasets, N/A, Patch, true, false",
    "POST, /api/v1/namespaces/a/events, events, N/A, Create, true, true",
    "PUT, /apis/coordination.k8s.io/v1/namespaces/a/leases/l, leases, l, Update, true, true",
    "DELETE, /apis/batch/v1/namespaces/a/jobs/j, jobs, j, Delete, true, false",
    "POST, /apis/authorization.k8s.io/v1/selfsubjectrulesreviews, selfsubjectrulesreviews, N/A, Create, false, false",
    "GET, /version, Unknown, N/A, Unknown, false, true",
  })
  void reads(
      String method,
      String path,
      String kind,
      String name,
      String verb,
      boolean write,
      boolean free) {
    int query = path.indexOf('?');
    RequestGate.Request request =
        query < 0
            ? RequestGate.Request.of(path, null, method)
            : RequestGate.Request.of(path.substring(0, query), path.substring(query + 1), method);
    assertThat(request.kind()).isEqualTo(kind);
    assertThat(request.name()).isEqualTo(name);
    assertThat(request.verb()).isEqualTo(verb);
    assertThat(request.isWrite()).isEqualTo(write);
    assertThat(request.isFree()).isEqualTo(free);
  }

  private static HttpRequest request(String method, String path) {
    return new StandardHttpRequest.Builder()
        .uri(URI.create("https://127.0.0.1" + path))
        .method(method, "application/json", "{}")
        .build();
  }

  @Test
  @DisplayName("O-033 Who waits for a token while the Lease goes to another process writes no more")
  void isAskedAgainAfterTheWait() throws Exception {
    AtomicBoolean leads = new AtomicBoolean(true);
    RequestGate gate = new RequestGate(2, 1, leads::get, (kind, space, name, verb, code) -> {});
    HttpRequest patch = request("PATCH", "/apis/apps/v1/namespaces/a/replicasets/r");
    gate.before(null, patch, null); // takes the only token
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> gate.before(null, patch, null));
    leads.set(false);
    assertThatThrownBy(() -> waiting.get(1, TimeUnit.MINUTES))
        .hasRootCauseMessage("nothing is written: this process is not the leader");
    gate.before(null, request("POST", "/api/v1/namespaces/a/events"), null); // what it did before
    gate.before(null, request("PUT", "/apis/coordination.k8s.io/v1/namespaces/a/leases/l"), null);
  }
}
