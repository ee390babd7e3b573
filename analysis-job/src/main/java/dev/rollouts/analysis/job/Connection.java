package dev.rollouts.analysis.job;

import dev.rollouts.analysis.job.JobClient.RefusedException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the provider comes to a cluster: with the first measurement, so that a process without Jobs
 * needs none.
 */
@FunctionalInterface
interface Connection {
  /** Value of the variable that stands for the cluster of the service account. */
  String IN_CLUSTER = "in-cluster";

  /** The client; asked for with each call, so that what is missing may appear later. */
  JobClient get() throws RefusedException;

  /**
   * To the cluster that fabric8 finds: service account, {@code KUBECONFIG}, {@code ~/.kube/config}.
   */
  static Connection found() {
    return new Kept(() -> Config.autoConfigure(null));
  }

  /**
   * To the cluster that a kubeconfig names.
   *
   * @param kubeconfig {@value #IN_CLUSTER} or a path
   * @param environment where {@code KUBERNETES_SERVICE_HOST} is looked up
   */
  static Connection to(String kubeconfig, Map<String, String> environment) {
    return new Kept(
        () ->
            kubeconfig.equals(IN_CLUSTER)
                ? ofServiceAccount(
                    environment, Path.of("/var/run/secrets/kubernetes.io/serviceaccount"))
                : ofFile(kubeconfig));
  }

  private static Config ofFile(String kubeconfig) throws RefusedException {
    try {
      return Config.fromKubeconfig(Files.readString(Path.of(kubeconfig)));
    } catch (IOException | RuntimeException e) {
      throw unusable(kubeconfig, "no readable kubeconfig (" + e.getClass().getSimpleName() + ")");
    }
  }

  /**
   * The cluster in whose pod this process runs.
   *
   * @param account where the cluster mounts token and certificate; the token is read anew each
   *     time, for it changes
   */
  static Config ofServiceAccount(Map<String, String> environment, Path account)
      throws RefusedException {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host == null || host.isEmpty()) {
      throw unusable(IN_CLUSTER, "KUBERNETES_SERVICE_HOST is not set: this is no pod");
    }
    Path token = account.resolve("token");
    if (!Files.isReadable(token)) {
      throw unusable(IN_CLUSTER, "there is no " + token);
    }
    String authority = host.contains(":") ? "[" + host + "]" : host;
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://" + authority + ":" + port)
        .withCaCertFile(account.resolve("ca.crt").toString())
        .withOauthTokenProvider(() -> read(token))
        .build();
  }

  private static String read(Path token) {
    try {
      return Files.readString(token).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the service account's token cannot be read", e);
    }
  }

  private static RefusedException unusable(String kubeconfig, String why) {
    return new RefusedException(
        RefusedException.Kind.REFUSED,
        "%s \"%s\": %s".formatted(JobProvider.KUBECONFIG_VARIABLE, kubeconfig, why));
  }

  /** Connects once. */
  final class Kept implements Connection {
    /** A measurement is tried again by the engine; the client need not insist. */
    private static final int RETRIES = 1;

    private final Address address;
    private @Nullable JobClient connected;

    Kept(Address address) {
      this.address = address;
    }

    @Override
    public synchronized JobClient get() throws RefusedException {
      JobClient client = connected;
      if (client == null) {
        try {
          Config config =
              new ConfigBuilder(address.find()).withRequestRetryBackoffLimit(RETRIES).build();
          client = new KubernetesJobs(new KubernetesClientBuilder().withConfig(config).build());
        } catch (KubernetesClientException e) {
          throw new RefusedException(
              RefusedException.Kind.REFUSED, "no connection to a cluster: " + e.getMessage());
        }
        connected = client;
      }
      return client;
    }
  }

  /** Where the cluster is, and how to be let in. */
  @FunctionalInterface
  interface Address {
    Config find() throws RefusedException;
  }
}
