package dev.rollouts.controller;

import dev.rollouts.analysis.job.JobProvider;
import dev.rollouts.analysis.job.KubernetesJobs;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.analysis.AnalysisReconciler;
import dev.rollouts.controller.analysis.RunEvents;
import dev.rollouts.controller.aws.AwsVerification;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.experiment.ExperimentReconciler;
import dev.rollouts.controller.istio.PrimaryCluster;
import dev.rollouts.controller.kube.AnalysisRunResource;
import dev.rollouts.controller.kube.AnalysisTemplateResource;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiHttp;
import dev.rollouts.controller.kube.ClusterAnalysisTemplateResource;
import dev.rollouts.controller.kube.ExperimentResource;
import dev.rollouts.controller.kube.IngressResource;
import dev.rollouts.controller.kube.LateObjects;
import dev.rollouts.controller.kube.ModelObject;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.ReplicaSetResource;
import dev.rollouts.controller.kube.RequestGate;
import dev.rollouts.controller.kube.RolloutResource;
import dev.rollouts.controller.kube.ServiceResource;
import dev.rollouts.controller.kube.Signals;
import dev.rollouts.controller.kube.StartException;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.kube.WatchedObjects;
import dev.rollouts.controller.kube.WatchedText;
import dev.rollouts.controller.kube.Watches;
import dev.rollouts.controller.kube.Watching;
import dev.rollouts.controller.leftovers.Leftovers;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.controller.metrics.HealthServer;
import dev.rollouts.controller.metrics.ObjectMetrics;
import dev.rollouts.controller.plugins.ConfiguredPlugins;
import dev.rollouts.controller.plugins.InstalledPlugins;
import dev.rollouts.controller.rollout.RolloutReconciler;
import dev.rollouts.controller.services.ServiceCleanUp;
import dev.rollouts.controller.tracing.Tracing;
import dev.rollouts.controller.turns.Plugins;
import dev.rollouts.controller.turns.Surroundings;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutSettings;
import dev.rollouts.engine.traffic.TrafficRouters;
import dev.rollouts.runner.AnalysisRunner;
import dev.rollouts.runner.Providers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Everything that runs in a controller, wired. */
public final class Controller implements AutoCloseable {
  private static final Duration PLUGIN_LIMIT = Duration.ofSeconds(30);
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(2);

  private final Settings settings;
  private final Clock clock;
  private final KubernetesClient client;
  private final Stores stores = Stores.empty();
  private final References references = new References();
  private final Api api;
  private final RequestGate gate;
  private final Leadership leadership;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ControllerMetrics metrics;
  private final Tracing tracing;
  private final EventRecorder events;
  private final ServiceCleanUp services;
  private final InstalledPlugins installed;
  private final Plugins plugins;
  private final AwsVerification aws;
  private final Watching watching;
  private final Watches watches;
  private final Wakes wakes;
  private final Leftovers leftovers;
  private final AnalysisRunner runner;
  private final Operator operator;
  private final Resync resync = new Resync();
  private final Signals<Rollout, RolloutResource> rollouts =
      new Signals<>(RolloutResource.class, stores.rollouts());
  private final Signals<Experiment, ExperimentResource> experiments =
      new Signals<>(ExperimentResource.class, stores.experiments());
  private final Signals<AnalysisRun, AnalysisRunResource> runs =
      new Signals<>(AnalysisRunResource.class, stores.analysisRuns());

  private @Nullable KubernetesClient istio;
  private @Nullable HealthServer health;
  private @Nullable HTTPServer exporter;
  private volatile boolean ready;

  /**
   * A controller that does nothing until it is started.
   *
   * @param config of the cluster
   * @param stopped called when this process was the leader and is it no more
   */
  public Controller(Settings settings, Config config, Clock clock, Runnable stopped) {
    this.settings = settings;
    this.clock = clock;
    this.metrics = new ControllerMetrics(registry, clock);
    this.leadership = new Leadership(settings.leaderElection());
    this.gate = new RequestGate(settings.qps(), settings.burst(), leadership::mayWrite, metrics);
    this.client = client(config);
    this.api = new Api(client);
    registry.register(
        new ObjectMetrics(stores, metrics, () -> ready && leadership.isLeader(), Version.text()));
    JvmMetrics.builder().register(registry);
    this.tracing = Tracing.of(settings.providers().environment(), stores);
    this.events = new EventRecorder(api, clock, metrics::recorded);
    this.services = new ServiceCleanUp(api, stores);
    this.installed =
        InstalledPlugins.load(
            Controller.class.getClassLoader(),
            settings.pluginFolder(),
            settings.providers(),
            PLUGIN_LIMIT);
    this.aws = new AwsVerification(api, stores, settings.routers());
    this.plugins =
        new Plugins(installed.steps(), installed.routers(), PLUGIN_LIMIT, installed.faults());
    this.watching = new Watching(client, settings.watchedNamespace());
    this.leftovers = new Leftovers(api, stores, settings.routers().istioApiVersion());
    this.wakes = new Wakes(stores, references, rollouts, experiments, runs, metrics, events);
    this.watches = new Watches(api, references, settings.watchedNamespace(), this::objectChanged);
    this.runner =
        AnalysisRunner.builder()
            .providers(
                Providers.of(installed.providers())
                    .withFaults(installed.faults())
                    .with(
                        Providers.discover(settings.providers(), Controller.class.getClassLoader()))
                    .with(Providers.of(jobs())))
            .threads(settings.callsPerProvider())
            .clock(clock)
            .listener(new RunEvents(events, metrics, tracing))
            .build();
    this.operator = new Operator(overrider -> configure(overrider, stopped));
    AnalysisReconciler analyses =
        new AnalysisReconciler(runner, api, stores, settings.controllerNamespace(), runs, metrics);
    stores.analysisRuns().listen((before, after) -> wakes.runChanged(before, after, analyses));
    register(analyses, "analysisrun");
  }

  /** A client whose requests pass the gate. */
  private KubernetesClient client(Config config) {
    // As part of the one connection that is looked after, not as connections of their own.
    config.setOnlyHttpWatches(true);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new ApiHttp())
        .withKubernetesSerialization(WatchedObjects.serialization())
        .withHttpClientBuilderConsumer(
            builder -> {
              if (isCertificateAlone(config)) {
                builder.addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, null);
              }
              builder.addOrReplaceInterceptor("rollouts-gate", gate);
              builder.addOrReplaceInterceptor("rollouts-text", new WatchedText());
              builder.addOrReplaceInterceptor("rollouts-lease", leadership);
            })
        .build();
  }

  /** Then there is no token to look for, which the library would do before each request. */
  private static boolean isCertificateAlone(Config config) {
    boolean certificate = config.getClientCertData() != null || config.getClientCertFile() != null;
    return certificate
        && config.getOauthToken() == null
        && config.getAutoOAuthToken() == null
        && config.getOauthTokenProvider() == null
        && config.getAuthProvider() == null
        && config.getUsername() == null;
  }

  /** Jobs are made with the controller's own client, unless they go to another cluster. */
  private JobProvider jobs() {
    boolean elsewhere = settings.providers().variable(JobProvider.KUBECONFIG_VARIABLE) != null;
    JobProvider here = elsewhere ? new JobProvider() : new JobProvider(new KubernetesJobs(client));
    return here.withSettings(settings.providers());
  }

  private void configure(ConfigurationServiceOverrider overrider, Runnable stopped) {
    overrider
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .checkingCRDAndValidateLocalModel(false)
        .withStopOnInformerErrorDuringStartup(false)
        .withConcurrentReconciliationThreads(settings.threads())
        .withReconciliationTerminationTimeout(Duration.ofSeconds(2))
        .withUseSSAToPatchPrimaryResource(false)
        .withMetrics(metrics)
        .withResourceCloner(
            new Cloner() {
              @Override
              public <R extends HasMetadata> R clone(R object) {
                return object; // nothing of it is ever changed
              }
            });
    settings
        .leaderElection()
        .ifPresent(
            election ->
                overrider.withLeaderElectionConfiguration(
                    new LeaderElectionConfiguration(
                        settings.leaseName(),
                        settings.controllerNamespace(),
                        election.leaseDuration(),
                        election.renewDeadline(),
                        election.retryPeriod(),
                        election.identity(),
                        new LeaderCallbacks(
                            this::lead,
                            () -> {
                              leadership.lost();
                              stopped.run();
                            },
                            leader -> {}),
                        false)));
  }

  private <T, P extends ModelObject<T>> void register(Reconciler<P> reconciler, String name) {
    operator.register(
        reconciler,
        overrider -> {
          overrider
              .withName(name)
              .withGenerationAware(false)
              .withLabelSelector(settings.selector())
              // Of its timers, one for each turn, those that are replaced stay until their time.
              .withReconciliationMaxInterval(null)
              .withInformerListLimit(500L);
          if (!settings.watchedNamespace().isEmpty()) {
            overrider.settingNamespace(settings.watchedNamespace());
          }
        });
  }

  /** Rollouts and Experiments, and what they need. */
  private void registerRollouts(Set<String> disabledSteps) {
    Objects objects = new Objects(api, stores, watches);
    RolloutEngine engine =
        new RolloutEngine(
            new RolloutSettings(
                settings.instanceId(),
                settings.routers(),
                plugins.stepNames(),
                disabledSteps,
                installed.faults()),
            TrafficRouters.builtIn());
    LateObjects late =
        new LateObjects(
            api, stores, watches, settings.instanceId(), settings.watchedNamespace().isEmpty());
    Surroundings surroundings =
        new Surroundings(
            api, stores, watches, late, events, plugins, aws, metrics, tracing, gate, clock);
    register(new RolloutReconciler(engine, surroundings, objects, references, rollouts), "rollout");
    register(new ExperimentReconciler(surroundings, objects, experiments), "experiment");
    watching.watch(ReplicaSetResource.class, RolloutKeys.POD_TEMPLATE_HASH, stores.replicaSets());
    watching.watch(ServiceResource.class, "", stores.services());
    watching.watch(IngressResource.class, "", stores.ingresses());
    watching.watch(AnalysisTemplateResource.class, settings.selector(), stores.templates());
    if (settings.watchedNamespace().isEmpty()) {
      watching.watch(
          ClusterAnalysisTemplateResource.class, settings.selector(), stores.clusterTemplates());
    }
    wakes.listen();
    stores.rollouts().listen(services::rolloutChanged);
    stores.services().listen(services::serviceChanged);
    stores.rollouts().listen(leftovers::rolloutChanged);
    stores.ingresses().listen((before, after) -> leftovers.objectSeen(after));
  }

  private void objectChanged(ObjectKey key, @Nullable JsonObject now) {
    wakes.wakeDependents(key);
    leftovers.objectSeen(now);
  }

  // --- life

  /**
   * Starts to watch and, once this process is the leader, to act. Returns when everything that is
   * there is known.
   *
   * @throws TimeoutException when the API server does not tell within two minutes what is there
   * @throws StartException when something that the operator configured cannot be used
   */
  public void start() throws InterruptedException, TimeoutException, IOException {
    if (!settings.analysisOnly()) {
      findIstio();
      registerRollouts(
          ConfiguredPlugins.disabledSteps(api, settings.controllerNamespace(), installed));
    }
    if (settings.healthPort() >= 0) {
      health = new HealthServer(settings.healthPort(), () -> ready);
    }
    if (settings.metricsPort() >= 0) {
      exporter =
          HTTPServer.builder().port(settings.metricsPort()).registry(registry).buildAndStart();
    }
    watching.start(SYNC_LIMIT);
    operator.start();
    resync.start(settings.resync(), wakes::wakeAll);
    if (settings.leaderElection().isEmpty()) {
      lead();
    }
    ready = true;
  }

  private void findIstio() {
    PrimaryCluster.find(api, settings.controllerNamespace())
        .ifPresent(
            config -> {
              istio = client(config);
              api.sendTo(new Api(istio), PrimaryCluster.GROUP);
            });
  }

  private void lead() {
    leadership.won();
    services.lead();
    leftovers.lead();
  }

  /** Port of {@code /healthz}; -1 when there is none. */
  public int healthPort() {
    return health == null ? -1 : health.port();
  }

  /** Port of {@code /metrics}; -1 when there is none. */
  public int metricsPort() {
    return exporter == null ? -1 : exporter.getPort();
  }

  @Override
  public void close() {
    ready = false;
    resync.close();
    operator.stop();
    runner.close();
    services.close();
    leftovers.close();
    plugins.close();
    aws.close();
    installed.close();
    events.close();
    tracing.close();
    leadership.end();
    release();
    watches.close();
    watching.close();
    client.close();
    if (istio != null) {
      istio.close();
    }
    if (health != null) {
      health.close();
    }
    if (exporter != null) {
      exporter.close();
    }
  }

  /** Gives the Lease back; nothing is written any more, so another process may act at once. */
  private void release() {
    settings
        .leaderElection()
        .ifPresent(
            election ->
                LeaseRelease.of(
                    api,
                    settings.controllerNamespace(),
                    settings.leaseName(),
                    election.identity()));
  }
}
