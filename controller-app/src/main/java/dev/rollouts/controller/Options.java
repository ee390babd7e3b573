package dev.rollouts.controller;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.engine.traffic.RouterSettings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags of the controller (operations.md, section 2). */
@Command(
    name = "rollouts-controller",
    description = "Looks after the Rollouts, Experiments and AnalysisRuns of a cluster.",
    sortOptions = false,
    usageHelpAutoWidth = true,
    mixinStandardHelpOptions = false)
final class Options implements Callable<Integer> {
  private static final Path SERVICE_ACCOUNT_NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Option(names = "--version", description = "Print the version.")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this page.")
  boolean help;

  @ArgGroup(validate = false, heading = "%nWhat it looks after:%n", order = 1)
  Scope scope = new Scope();

  @ArgGroup(validate = false, heading = "%nHow much at once:%n", order = 2)
  Work work = new Work();

  @ArgGroup(validate = false, heading = "%nLeader election:%n", order = 3)
  Election election = new Election();

  @ArgGroup(validate = false, heading = "%nPorts and logs:%n", order = 4)
  Outside outside = new Outside();

  @ArgGroup(validate = false, heading = "%nTraffic routers:%n", order = 5)
  Routers routers = new Routers();

  @ArgGroup(validate = false, heading = "%nConnection:%n", order = 6)
  Connection connection = new Connection();

  @ArgGroup(validate = false, heading = "%nPlugins:%n", order = 7)
  PluginFlags plugins = new PluginFlags();

  @Spec @Nullable CommandSpec spec;

  static final class Scope {
    @Option(names = "--namespaced", description = "Watch one namespace only.")
    boolean namespaced;

    @Option(
        names = {"-n", "--namespace"},
        paramLabel = "NAME",
        description =
            "The namespace that --namespaced watches. Default: that of the kubeconfig or the service"
                + " account.")
    @Nullable String namespace;

    @Option(
        names = "--instance-id",
        paramLabel = "ID",
        defaultValue = "",
        description =
            "Look only at objects whose label argo-rollouts.argoproj.io/controller-instance-id has this"
                + " value. Without it: only at objects without the label.")
    String instanceId = "";

    @Option(
        names = "--controllers",
        paramLabel = "LIST",
        split = ",",
        description = "analysis: look after AnalysisRuns only. Default: after everything.")
    List<String> controllers = List.of();
  }

  static final class Work {
    @Option(
        names = "--rollout-resync",
        paramLabel = "SECONDS",
        defaultValue = "900",
        description = "After how long everything is looked at again; 0: never." + DEFAULT)
    int resync;

    @Option(
        names = "--rollout-threads",
        paramLabel = "N",
        defaultValue = "10",
        description = "Rollouts." + DEFAULT)
    int rollouts;

    @Option(
        names = "--experiment-threads",
        paramLabel = "N",
        defaultValue = "10",
        description = "Experiments." + DEFAULT)
    int experiments;

    @Option(
        names = "--analysis-threads",
        paramLabel = "N",
        defaultValue = "30",
        description = "Measurements of one provider." + DEFAULT)
    int analyses;

    @Option(
        names = {
          "--service-threads",
          "--ingress-threads",
          "--ephemeral-metadata-threads",
          "--ephemeral-metadata-update-pod-retries",
          "--kloglevel"
        },
        paramLabel = "N",
        description = "Accepted; there is nothing here that they would change.")
    List<Integer> ignored = List.of();

    @Option(
        names = "--qps",
        paramLabel = "N",
        defaultValue = "40",
        description =
            "Requests to the API server per second, in the long run; 0: no limit." + DEFAULT)
    double qps;

    @Option(
        names = "--burst",
        paramLabel = "N",
        defaultValue = "80",
        description = "How many may come at once." + DEFAULT)
    int burst;
  }

  static final class Election {
    @Option(
        names = "--leader-elect",
        paramLabel = "BOOL",
        defaultValue = "true",
        fallbackValue = "true",
        arity = "0..1",
        description = "Whether several controllers agree on who acts." + DEFAULT)
    boolean enabled;

    @Option(
        names = "--leader-election-lease-duration",
        paramLabel = "TIME",
        defaultValue = "15s",
        description = "How long a leader is believed." + DEFAULT)
    String leaseDuration = "15s";

    @Option(
        names = "--leader-election-renew-deadline",
        paramLabel = "TIME",
        defaultValue = "10s",
        description = "How long a leader tries to stay it." + DEFAULT)
    String renewDeadline = "10s";

    @Option(
        names = "--leader-election-retry-period",
        paramLabel = "TIME",
        defaultValue = "2s",
        description = "How often." + DEFAULT)
    String retryPeriod = "2s";
  }

  static final class Outside {
    @Option(
        names = {"--metricsPort", "--metricsport"},
        paramLabel = "PORT",
        defaultValue = "8090",
        description = "/metrics." + DEFAULT)
    int metrics;

    @Option(
        names = "--healthzPort",
        paramLabel = "PORT",
        defaultValue = "8080",
        description = "/healthz and /readyz." + DEFAULT)
    int health;

    @Option(
        names = "--loglevel",
        paramLabel = "LEVEL",
        defaultValue = "info",
        description = "trace, debug, info, warn or error." + DEFAULT)
    String level = "info";

    @Option(
        names = "--logformat",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description = "text or json." + DEFAULT)
    String format = "text";
  }

  static final class Routers {
    @Option(
        names = "--istio-api-version",
        paramLabel = "VERSION",
        defaultValue = "v1alpha3",
        description = "Default: ${DEFAULT-VALUE}.")
    String istio = "v1alpha3";

    @Option(
        names = "--traffic-split-api-version",
        paramLabel = "VERSION",
        defaultValue = "v1alpha1",
        description = "Default: ${DEFAULT-VALUE}.")
    String trafficSplit = "v1alpha1";

    @Option(
        names = "--ambassador-api-version",
        paramLabel = "VERSION",
        defaultValue = "getambassador.io/v2",
        description = "Default: ${DEFAULT-VALUE}.")
    String ambassador = "getambassador.io/v2";

    @Option(
        names = "--traefik-api-version",
        paramLabel = "VERSION",
        defaultValue = "traefik.io/v1alpha1",
        description = "Default: ${DEFAULT-VALUE}.")
    String traefik = "traefik.io/v1alpha1";

    @Option(
        names = "--traefik-api-group",
        paramLabel = "GROUP",
        description = "Group of --traefik-api-version, for older clusters.")
    @Nullable String traefikGroup;

    @Option(
        names = "--appmesh-crd-version",
        paramLabel = "VERSION",
        defaultValue = "v1beta2",
        description = "Default: ${DEFAULT-VALUE}.")
    String appMesh = "v1beta2";

    @Option(
        names = "--ingress-api-version",
        paramLabel = "VERSION",
        defaultValue = "networking/v1",
        description = "Only networking/v1, as older ones are served no more.")
    String ingress = "networking/v1";

    @Option(
        names = {"--alb-ingress-classes", "--nginx-ingress-classes"},
        paramLabel = "CLASS",
        description =
            "Accepted; every Ingress that a Rollout names is looked at, whatever its class.")
    List<String> ingressClasses = List.of();

    @Option(
        names = {"--aws-verify-target-group", "--alb-verify-weight"},
        description = "Ask AWS whether load balancers do as Rollouts with an ALB say.")
    boolean verify;

    @Option(
        names = "--aws-target-group-binding-api-version",
        paramLabel = "VERSION",
        defaultValue = "elbv2.k8s.aws/v1beta1",
        description = "Default: ${DEFAULT-VALUE}.")
    String targetGroupBinding = "elbv2.k8s.aws/v1beta1";

    @Option(
        names = "--alb-tag-key-resource-id",
        paramLabel = "TAG",
        defaultValue = "ingress.k8s.aws/resource",
        description = "By which target groups tell what they are for." + DEFAULT)
    String albTag = "ingress.k8s.aws/resource";

    @Option(
        names = "--allow-cross-namespace-routes",
        description =
            "Let every Rollout change routes of other namespaces that it names. Without it: only those"
                + " annotated with rollouts.argoproj.io/allow-rollouts-from.")
    boolean crossNamespace;
  }

  static final class Connection {
    @Option(
        names = "--kubeconfig",
        paramLabel = "FILE",
        description = "Default: the service account, else KUBECONFIG, else ~/.kube/config.")
    @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "Of the kubeconfig.")
    @Nullable String context;

    @Option(
        names = {"-s", "--server"},
        paramLabel = "URL",
        description = "Address of the API server.")
    @Nullable String server;

    @Option(names = "--token", paramLabel = "TEXT", description = "Bearer token.")
    @Nullable String token;

    @Option(names = "--as", paramLabel = "USER", description = "Impersonate a user.")
    @Nullable String as;

    @Option(
        names = "--as-group",
        paramLabel = "GROUP",
        description = "Impersonate a group; may be given several times.")
    List<String> asGroups = List.of();

    @Option(
        names = "--certificate-authority",
        paramLabel = "FILE",
        description = "Of the API server.")
    @Nullable Path authority;

    @Option(
        names = "--client-certificate",
        paramLabel = "FILE",
        description = "For the API server.")
    @Nullable Path certificate;

    @Option(names = "--client-key", paramLabel = "FILE", description = "Of --client-certificate.")
    @Nullable Path key;

    @Option(names = "--insecure-skip-tls-verify", description = "Believe any server.")
    boolean insecure;

    @Option(names = "--proxy-url", paramLabel = "URL", description = "Proxy to the API server.")
    @Nullable String proxy;

    @Option(names = "--request-timeout", paramLabel = "TIME", description = "Of one request.")
    @Nullable String timeout;
  }

  @Override
  public Integer call() throws Exception {
    if (version) {
      spec().commandLine().getOut().println(Version.text());
      return 0;
    }
    Logs.configure(outside.level, outside.format);
    for (String each : scope.controllers) {
      if (!each.equals("analysis")) {
        throw wrong("unsupported controller: " + each);
      }
    }
    if (!routers.ingress.equals("networking/v1") && !routers.ingress.isEmpty()) {
      throw wrong(
          "--ingress-api-version: only networking/v1 is known, was \"%s\""
              .formatted(routers.ingress));
    }
    atLeast(0, "--rollout-resync", work.resync);
    atLeast(1, "--rollout-threads", work.rollouts);
    atLeast(1, "--experiment-threads", work.experiments);
    atLeast(1, "--analysis-threads", work.analyses);
    Config config = config();
    return Main.run(settings(config, System.getenv()), config);
  }

  private void atLeast(int least, String flag, int value) {
    if (value < least) {
      throw wrong("%s: must be at least %d, was %d".formatted(flag, least, value));
    }
  }

  private CommandSpec spec() {
    return requireNonNull(spec, "spec");
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec().commandLine(), message);
  }

  private Config config() throws IOException {
    Config config;
    if (connection.kubeconfig != null) {
      if (!Files.isReadable(connection.kubeconfig)) {
        throw wrong("--kubeconfig: cannot read \"%s\"".formatted(connection.kubeconfig));
      }
      config = Config.fromKubeconfig(connection.context, connection.kubeconfig.toFile());
    } else {
      config = Config.autoConfigure(connection.context);
    }
    ConfigBuilder changed = new ConfigBuilder(config);
    if (connection.server != null) {
      changed.withMasterUrl(connection.server);
    }
    if (connection.token != null) {
      changed.withOauthToken(connection.token);
    }
    if (connection.as != null) {
      changed
          .withImpersonateUsername(connection.as)
          .withImpersonateGroups(connection.asGroups.toArray(String[]::new));
    }
    if (connection.authority != null) {
      changed.withCaCertFile(connection.authority.toString());
    }
    if (connection.certificate != null) {
      changed.withClientCertFile(connection.certificate.toString());
    }
    if (connection.key != null) {
      changed.withClientKeyFile(connection.key.toString());
    }
    if (connection.insecure) {
      changed.withTrustCerts(true);
    }
    if (connection.proxy != null) {
      changed.withHttpsProxy(connection.proxy).withHttpProxy(connection.proxy);
    }
    if (connection.timeout != null) {
      changed.withRequestTimeout(
          (int) duration("--request-timeout", connection.timeout).toMillis());
    }
    return changed.build();
  }

  /** What the flags say. */
  Settings settings(Config config, Map<String, String> environment) throws IOException {
    String own = controllerNamespace(environment);
    String watched = "";
    if (scope.namespaced) {
      String configured = config.getNamespace() == null ? own : config.getNamespace();
      watched = scope.namespace != null ? scope.namespace : configured;
    }
    return new Settings(
        own,
        watched,
        scope.instanceId,
        scope.controllers.contains("analysis"),
        Duration.ofSeconds(work.resync),
        work.rollouts + work.experiments,
        work.analyses,
        work.qps,
        work.burst,
        outside.health,
        outside.metrics,
        election(),
        new RouterSettings(
            "networking.k8s.io/v1",
            routers.istio,
            routers.trafficSplit,
            routers.ambassador,
            routers.traefikGroup == null
                ? routers.traefik
                : routers.traefikGroup + "/" + routers.traefik.replaceFirst(".*/", ""),
            routers.appMesh,
            routers.verify,
            routers.targetGroupBinding,
            routers.albTag,
            routers.crossNamespace),
        ProviderSettings.defaults().withEnvironment(environment),
        pluginFolder(environment));
  }

  private Optional<Path> pluginFolder(Map<String, String> environment) {
    try {
      return plugins.folder(environment);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Settings.LeaderElection> election() {
    if (!election.enabled) {
      return Optional.empty();
    }
    Duration lease = duration("--leader-election-lease-duration", election.leaseDuration);
    Duration renew = duration("--leader-election-renew-deadline", election.renewDeadline);
    if (renew.compareTo(lease) >= 0) {
      throw wrong(
          "--leader-election-renew-deadline: must be below --leader-election-lease-duration (%s), was %s"
              .formatted(election.leaseDuration, election.renewDeadline));
    }
    return Optional.of(
        new Settings.LeaderElection(
            identity(),
            lease,
            renew,
            duration("--leader-election-retry-period", election.retryPeriod)));
  }

  private static String controllerNamespace(Map<String, String> environment) throws IOException {
    String named = environment.get("POD_NAMESPACE");
    if (named != null && !named.isEmpty()) {
      return named;
    }
    return Files.exists(SERVICE_ACCOUNT_NAMESPACE)
        ? Files.readString(SERVICE_ACCOUNT_NAMESPACE).strip()
        : "argo-rollouts";
  }

  private Duration duration(String flag, String text) {
    return GoDuration.tryParse(text)
        .filter(it -> !it.isNegative() && !it.isZero())
        .orElseThrow(
            () -> wrong("%s: expected a time such as 15s, was \"%s\"".formatted(flag, text)));
  }

  private static String identity() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      host = "controller";
    }
    return host + "_" + UUID.randomUUID();
  }
}
