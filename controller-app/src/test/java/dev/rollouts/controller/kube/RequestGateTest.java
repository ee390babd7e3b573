package dev.rollouts.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
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
}
