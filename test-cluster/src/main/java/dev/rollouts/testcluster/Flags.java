package dev.rollouts.testcluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the three programs. */
record Flags(ClusterPrograms programs, Ports ports, ClusterFolder folder) {
  // Not node-lifecycle and pod-gc: they evict pods from a node without a heartbeat.
  private static final List<String> CONTROLLERS =
      List.of(
          "replicaset-controller",
          "deployment-controller",
          "job-controller",
          "garbage-collector-controller",
          "disruption-controller",
          "namespace-controller",
          "serviceaccount-controller",
          "endpointslice-controller",
          "endpoints-controller",
          "horizontal-pod-autoscaler-controller");

  List<String> etcd() {
    String client = "http://127.0.0.1:" + ports.etcd();
    String peer = "http://127.0.0.1:" + ports.etcdPeer();
    return List.of(
        programs.etcd().toString(),
        "--data-dir=" + folder.resolve("etcd/data"),
        // A test needs no data after the machine has lost its power.
        "--unsafe-no-fsync",
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer);
  }

  List<String> apiServer(boolean audited) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                programs.apiServer().toString(),
                "--etcd-servers=http://127.0.0.1:" + ports.etcd(),
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + ports.apiServer(),
                "--tls-cert-file=" + pki("server.crt"),
                "--tls-private-key-file=" + pki("server.key"),
                "--client-ca-file=" + pki("ca.crt"),
                "--service-account-key-file=" + pki("service-accounts.pub"),
                "--service-account-signing-key-file=" + pki("service-accounts.key"),
                "--service-account-issuer=https://127.0.0.1",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--authorization-mode=RBAC",
                // Pods run nowhere, so none waits for a token.
                "--disable-admission-plugins=ServiceAccount"));
    if (audited) {
      flags.add("--audit-policy-file=" + folder.resolve("audit-policy.yaml"));
      flags.add("--audit-log-path=" + AuditLog.in(folder));
      flags.add("--audit-log-mode=blocking");
    }
    return flags;
  }

  List<String> controllerManager(Path kubeconfig) {
    return List.of(
        programs.controllerManager().toString(),
        "--kubeconfig=" + kubeconfig,
        "--bind-address=127.0.0.1",
        "--secure-port=" + ports.controllerManager(),
        "--leader-elect=false",
        "--service-account-private-key-file=" + pki("service-accounts.key"),
        "--root-ca-file=" + pki("ca.crt"),
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--horizontal-pod-autoscaler-sync-period=1s",
        "--controllers=" + String.join(",", CONTROLLERS));
  }

  private String pki(String file) {
    return folder.resolve("pki").resolve(file).toString();
  }
}
