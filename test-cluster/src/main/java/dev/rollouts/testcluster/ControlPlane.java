package dev.rollouts.testcluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * etcd, kube-apiserver and kube-controller-manager on free ports of this machine, with a folder of
 * their own. There is no scheduler and no kubelet: pods stay Pending without a {@link Kubelet}.
 * They end with this JVM, however it ends. Thread-safe.
 *
 * <pre>{@code
 * try (ControlPlane plane = ControlPlane.setup().audited().start()) {
 *   plane.client().namespaces().list();
 * }
 * }</pre>
 */
public final class ControlPlane implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final String ALL_RIGHTS = "system:masters";
  private static final int ATTEMPTS = 3;

  private final ClusterFolder folder;
  private final Authority authority;
  private final Ports ports;
  private final boolean audited;
  private final ClusterProcess etcd;
  private final ClusterProcess apiServer;
  private final ClusterProcess controllerManager;
  private final Path kubeconfig;
  private final KubernetesClient client;
  private final KubernetesClient impatient;

  private ControlPlane(Setup setup, ClusterPrograms programs) {
    folder = setup.folder.map(ClusterFolder::of).orElseGet(ClusterFolder::temporary);
    authority = Authority.create();
    ports = Ports.free();
    audited = setup.audited;
    writeFiles();
    Flags flags = new Flags(programs, ports, folder);
    etcd = process(ClusterPrograms.ETCD, flags.etcd());
    apiServer = process(ClusterPrograms.API_SERVER, flags.apiServer(audited));
    controllerManager =
        process(
            ClusterPrograms.CONTROLLER_MANAGER,
            flags.controllerManager(
                folder.write(
                    "pki/controller-manager.kubeconfig",
                    kubeconfigFor("kube-controller-manager", ALL_RIGHTS))));
    kubeconfig = folder.write("admin.kubeconfig", kubeconfigFor("admin", ALL_RIGHTS));
    client = clientFor("admin", ALL_RIGHTS);
    impatient = impatientClient("test-cluster");
  }

  /** What to start. */
  public static Setup setup() {
    return new Setup();
  }

  /** What a control plane is started with. */
  public static final class Setup {
    private Optional<Path> folder = Optional.empty();
    private boolean audited;

    private Setup() {}

    /** Keeps data, logs and {@code admin.kubeconfig} in that folder, which is emptied first. */
    public Setup in(Path where) {
      folder = Optional.of(where);
      return this;
    }

    /** Has an {@link #audit()} log. */
    public Setup audited() {
      audited = true;
      return this;
    }

    /**
     * Starts the programs and waits until they do their work.
     *
     * @throws ClusterException with the end of a program's log, when that does not happen
     */
    public ControlPlane start() {
      ControlPlane plane = launch();
      try {
        plane.awaitControllers();
        return plane;
      } catch (ClusterException e) {
        plane.close();
        throw e;
      }
    }

    /** Starts the programs and waits for the API server only. */
    ControlPlane launch() {
      ClusterPrograms programs = ClusterPrograms.find();
      // Between looking for free ports and listening on them somebody else may take one.
      for (int attempt = 1; ; attempt++) {
        ControlPlane plane = new ControlPlane(this, programs);
        try {
          plane.launch();
          return plane;
        } catch (ClusterException e) {
          plane.close();
          if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).contains("in use")) {
            throw e;
          }
        }
      }
    }
  }

  private void writeFiles() {
    Authority.Identity server = authority.server();
    folder.write("pki/ca.crt", authority.certificate());
    folder.write("pki/server.crt", server.certificate());
    folder.write("pki/server.key", server.privateKey());
    Authority.TokenKeys tokens = Authority.TokenKeys.create();
    folder.write("pki/service-accounts.key", tokens.privateKey());
    folder.write("pki/service-accounts.pub", tokens.publicKey());
    folder.write("audit-policy.yaml", AuditLog.POLICY);
  }

  private ClusterProcess process(String name, List<String> command) {
    return new ClusterProcess(name, command, folder.resolve("log").resolve(name));
  }

  private void launch() {
    etcd.start();
    startApiServer();
    controllerManager.start();
  }

  /** Waits until the controllers do their work. */
  void awaitControllers() {
    await(
        "a ServiceAccount, which the controllers make",
        controllerManager,
        () -> impatient.serviceAccounts().inNamespace("default").withName("default").get() != null);
  }

  /** A client with all rights. */
  public KubernetesClient client() {
    return client;
  }

  /** The kubeconfig of a user with all rights. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** A new client of a user who has no rights but those that RBAC gives; the caller closes it. */
  public KubernetesClient clientFor(String user, String... groups) {
    return client(Config.fromKubeconfig(kubeconfigFor(user, groups)));
  }

  /** A client that gives up at once, for loops that ask again themselves. */
  KubernetesClient impatientClient(String user) {
    Config config = Config.fromKubeconfig(kubeconfigFor(user, ALL_RIGHTS));
    config.setRequestRetryBackoffLimit(0);
    config.setConnectionTimeout(2_000);
    config.setRequestTimeout(10_000);
    config.setWatchReconnectInterval(100);
    return client(config);
  }

  private static KubernetesClient client(Config config) {
    // A WebSocket of the JDK that loses its connection within a frame may stop without a word.
    config.setOnlyHttpWatches(true);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /**
   * A kubeconfig, as YAML, of a user who has no rights but those that RBAC gives.
   *
   * @param user such as {@code system:serviceaccount:argo-rollouts:argo-rollouts}
   */
  public String kubeconfigFor(String user, String... groups) {
    Authority.Identity identity = authority.user(user, List.of(groups));
    return """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters:
        - name: test
          cluster:
            server: https://127.0.0.1:%d
            certificate-authority-data: %s
        users:
        - name: me
          user:
            client-certificate-data: %s
            client-key-data: %s
        contexts:
        - name: test
          context:
            cluster: test
            user: me
        """
        .formatted(
            ports.apiServer(),
            base64(authority.certificate()),
            base64(identity.certificate()),
            base64(identity.privateKey()));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** What the API server was asked for. */
  public AuditLog audit() {
    if (!audited) {
      throw new IllegalStateException(
          "this control plane keeps no audit log: start it with ControlPlane.setup().audited()");
    }
    return new AuditLog(folder);
  }

  /** The folder with a log for each program. */
  public Path logs() {
    return folder.resolve("log");
  }

  /** Kills the API server, as a node does that fails. */
  public void stopApiServer() {
    apiServer.kill();
  }

  /** Starts the API server on its old port and waits until it is ready. */
  public void startApiServer() {
    apiServer.start();
    await("/readyz to say ok", apiServer, () -> "ok".equals(impatient.raw("/readyz")));
  }

  /** Lets the API server hang: connections stay open, nobody answers. */
  public void freezeApiServer() {
    apiServer.signal("STOP");
  }

  /** Lets the API server go on after {@link #freezeApiServer}. */
  public void thawApiServer() {
    apiServer.signal("CONT");
  }

  /** Kills etcd; the API server stays and can neither read nor write. */
  public void stopEtcd() {
    etcd.kill();
  }

  /** Starts etcd with its data and waits until the API server is ready again. */
  public void startEtcd() {
    etcd.start();
    await("/readyz to say ok", etcd, () -> "ok".equals(impatient.raw("/readyz")));
  }

  private void await(String what, ClusterProcess process, BooleanSupplier happened) {
    long end = System.nanoTime() + START.toNanos();
    while (!holds(happened)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new ClusterException(
            "waited for %s, and %s. %s"
                .formatted(
                    what,
                    process.isAlive() ? START.toSeconds() + " s were too few" : "the program ended",
                    process.lastWords()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static boolean holds(BooleanSupplier happened) {
    try {
      return happened.getAsBoolean();
    } catch (KubernetesClientException notYet) {
      return false;
    }
  }

  /** Ends the programs and removes the data; the logs stay. */
  @Override
  public void close() {
    client.close();
    impatient.close();
    controllerManager.kill();
    apiServer.kill();
    etcd.kill();
    folder.close();
  }
}
