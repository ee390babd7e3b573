package dev.rollouts.cli.migrate;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.cli.migrate.Finding.Severity;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import dev.rollouts.codec.PluginConfigMap;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.traffic.ForeignObjects;
import dev.rollouts.engine.traffic.RouterSettings;
import dev.rollouts.engine.traffic.TrafficRouter;
import dev.rollouts.engine.traffic.TrafficRouters;
import dev.rollouts.runner.Providers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds what would not work, or differently, when another controller takes over. A function of what
 * it is given; thread-safe as long as each thread makes its own.
 *
 * <p>Source: docs/guide/migration.md.
 */
public final class MigrationCheck {
  private static final String NOTIFICATIONS = "notifications.argoproj.io/";
  private static final int NAMES_SHOWN = 5;

  private final Direction direction;
  private final Providers providers;
  private final Set<String> own;
  private final Set<Finding> findings = new TreeSet<>();

  /**
   * @param providers those that the controller is known to have, Jobs apart
   * @param own names of providers and plugins that the operator's image has besides
   */
  public MigrationCheck(Direction direction, Providers providers, Set<String> own) {
    this.direction = direction;
    this.providers = providers;
    this.own = Set.copyOf(own);
  }

  /** Everything there is to say, the worst first. */
  public List<Finding> check(Snapshot snapshot) {
    findings.clear();
    snapshot
        .unread()
        .forEach(
            (kind, reason) ->
                add(
                    Severity.WARNING,
                    "not-checked",
                    kind,
                    "could not be read, so nothing is said of it: " + reason,
                    ""));
    List<RunningController> controllers =
        snapshot.ofKind("Deployment").stream()
            .map(RunningController::of)
            .flatMap(java.util.Optional::stream)
            .sorted(Comparator.comparing(RunningController::name))
            .toList();
    controllers(controllers);
    PluginConfigMap plugins = PluginConfigMap.of(snapshot.ofKind("ConfigMap"));
    for (String each : plugins.problems()) {
      add(
          direction == Direction.BACK ? Severity.PROBLEM : Severity.WARNING,
          "plugin-settings",
          "ConfigMap " + PluginConfigMap.NAME,
          each,
          "mend it; Argo Rollouts' controller does not start with it, and this one ignores what it cannot read");
    }
    Set<String> used = new TreeSet<>();
    snapshot.ofType(Rollout.class).forEach(each -> rollout(each, plugins, used));
    if (direction == Direction.HERE && controllers.stream().noneMatch(MigrationCheck::letsAll)) {
      snapshot.ofType(Rollout.class).forEach(each -> routes(each.as(Rollout.class)));
    }
    templates(snapshot, plugins, used);
    if (direction == Direction.HERE) {
      unusedPlugins(plugins, used);
      notifications(snapshot);
      fields(snapshot);
    }
    inFlight(snapshot);
    return List.copyOf(findings);
  }

  private void add(Severity severity, String rule, String object, String message, String remedy) {
    findings.add(new Finding(severity, rule, object, message, remedy));
  }

  // --- controllers

  private void controllers(List<RunningController> controllers) {
    List<RunningController> running =
        controllers.stream().filter(each -> each.replicas() > 0).toList();
    for (RunningController each : running) {
      String object = "Deployment " + each.name();
      boolean leaves = each.ours() == (direction == Direction.BACK);
      add(
          Severity.NOTE,
          leaves ? "controller-running" : "controller-taking-over",
          object,
          "runs %s%s, replicas: %d"
              .formatted(
                  each.image(),
                  each.scope().isEmpty() ? "" : ", for namespace " + each.scope() + " only",
                  each.replicas()),
          leaves
              ? "scale it to 0, or replace it under its name: the Lease keeps the two from acting at once"
              : "");
      if (leaves && direction == Direction.HERE) {
        each.flags().forEach(flag -> flag(object, flag));
      }
    }
    for (RunningController one : running) {
      for (RunningController other : running) {
        if (one.name().compareTo(other.name()) < 0
            && one.instanceId().equals(other.instanceId())
            && overlap(one, other)
            && !one.lease().equals(other.lease())) {
          add(
              Severity.PROBLEM,
              "controllers-overlap",
              "Deployment " + one.name(),
              "looks after the same objects as Deployment %s, and their Leases are different: %s and %s; both would act"
                  .formatted(other.name(), one.lease(), other.lease()),
              "run both in one namespace, or scale one of them to 0 first");
        }
      }
    }
  }

  private static boolean overlap(RunningController one, RunningController other) {
    return one.scope().isEmpty() || other.scope().isEmpty() || one.scope().equals(other.scope());
  }

  private void flag(String object, ControllerFlags.Given flag) {
    if (ControllerFlags.isRefused(flag)) {
      add(
          Severity.PROBLEM,
          "flag-refused",
          object,
          "the controller would not start with %s".formatted(flag),
          "leave it out; see docs/spec/operations.md");
    } else if (ControllerFlags.IGNORED.contains(flag.name())) {
      add(
          Severity.NOTE,
          "flag-ignored",
          object,
          "%s is accepted, and there is nothing that it would change".formatted(flag),
          "");
    }
  }

  // --- plugins and providers

  private void rollout(Document document, PluginConfigMap plugins, Set<String> used) {
    Rollout rollout = document.as(Rollout.class);
    CanaryStrategy canary = rollout.spec().strategy().canary();
    if (canary == null) {
      return;
    }
    String object = "Rollout " + place(rollout);
    if (canary.trafficRouting() != null) {
      for (String name : canary.trafficRouting().plugins().keySet()) {
        used.add(name);
        if (!(direction == Direction.HERE && name.equals(TrafficRouters.GATEWAY_API_PLUGIN))) {
          plugin(
              object, "routes by plugin " + name, name, plugins.routers(), "trafficRouterPlugins");
        }
      }
    }
    int index = 0;
    for (CanaryStep step : canary.steps() == null ? List.<CanaryStep>of() : canary.steps()) {
      if (step.plugin() != null) {
        used.add(step.plugin().name());
      }
      if (step.plugin() != null && !plugins.disabledSteps().contains(step.plugin().name())) {
        plugin(
            object,
            "step %d is plugin %s".formatted(index, step.plugin().name()),
            step.plugin().name(),
            plugins.steps(),
            "stepPlugins");
      }
      index++;
    }
  }

  /** Whether it is a controller that changes routes of every namespace for every Rollout. */
  private static boolean letsAll(RunningController controller) {
    return controller.ours()
        && controller.replicas() > 0
        && controller
            .flag("--allow-cross-namespace-routes")
            .filter(value -> !value.equals("false"))
            .isPresent();
  }

  /** Whether the route itself lets them is not known here: routes are not read. */
  private void routes(Rollout rollout) {
    String namespace = rollout.metadata().namespace();
    for (TrafficRouter router : TrafficRouters.builtIn()) {
      for (ObjectKey key :
          router.reads(rollout, ClusterObjects.none(), RouterSettings.defaults())) {
        if (!namespace.isEmpty()
            && !key.namespace().isEmpty()
            && !key.namespace().equals(namespace)) {
          add(
              Severity.WARNING,
              "route-elsewhere",
              "Rollout " + place(rollout),
              "routes by %s %s/%s of another namespace; unless that says so, the Rollout would be InvalidSpec"
                  .formatted(key.kind(), key.namespace(), key.name()),
              "annotate it with \"%s: %s\", or start the controller with --allow-cross-namespace-routes"
                  .formatted(ForeignObjects.ALLOWED, namespace));
        }
      }
    }
  }

  private void plugin(String object, String use, String name, Set<String> configured, String list) {
    if (direction == Direction.HERE) {
      if (!own.contains(name)) {
        add(
            Severity.PROBLEM,
            "plugin-program",
            object,
            use + ", a program of Argo Rollouts that this controller cannot call",
            "put a class of that name into the controller's image and say so with --have " + name);
      }
    } else if (!configured.contains(name)) {
      add(
          Severity.PROBLEM,
          "plugin-missing",
          object,
          use + ", which the config map %s does not name".formatted(PluginConfigMap.NAME),
          "add it to %s there".formatted(list));
    }
  }

  private void templates(Snapshot snapshot, PluginConfigMap plugins, Set<String> used) {
    for (Document document : snapshot.documents()) {
      KubernetesObject object = document.object().orElse(null);
      List<Metric> metrics = List.of();
      if (object instanceof AnalysisTemplate template) {
        metrics = template.spec().metrics();
      } else if (object instanceof ClusterAnalysisTemplate template) {
        metrics = template.spec().metrics();
      } else if (object instanceof AnalysisRun run
          && !run.statusOrPending().phase().isCompleted()) {
        metrics = run.spec().metrics();
      }
      for (Metric metric : metrics) {
        for (ProviderConfig config : metric.provider().configured()) {
          provider(document.kind() + " " + place(object), metric, config, plugins, used);
        }
      }
    }
  }

  private void provider(
      String object,
      Metric metric,
      ProviderConfig config,
      PluginConfigMap plugins,
      Set<String> used) {
    if (config instanceof PluginConfig plugin) {
      used.add(plugin.name());
      if (direction == Direction.BACK || providers.find(config).isEmpty()) {
        plugin(
            object,
            "metric %s asks plugin %s".formatted(metric.name(), plugin.name()),
            plugin.name(),
            plugins.metrics(),
            "metricProviderPlugins");
      }
    } else if (direction == Direction.HERE
        && !(config instanceof JobTemplate)
        && providers.find(config).isEmpty()
        && !own.contains(config.key())) {
      add(
          Severity.PROBLEM,
          "provider-missing",
          object,
          "metric %s asks %s, and there is no such provider on the controller's class path; every measurement would be an Error"
              .formatted(metric.name(), config.key()),
          "write it for another provider, or put one into the controller's image and say so with --have "
              + config.key());
    }
  }

  private void unusedPlugins(PluginConfigMap plugins, Set<String> used) {
    Set<String> all = new LinkedHashSet<>(plugins.metrics());
    all.addAll(plugins.routers());
    all.addAll(plugins.steps());
    for (String each : all) {
      if (each.equals(TrafficRouters.GATEWAY_API_PLUGIN)) {
        add(
            Severity.NOTE,
            "plugin-built-in",
            "ConfigMap " + PluginConfigMap.NAME,
            "plugin %s is built in; nothing is downloaded".formatted(each),
            "");
      } else if (!used.contains(each)) {
        add(
            Severity.NOTE,
            "plugin-unused",
            "ConfigMap " + PluginConfigMap.NAME,
            "plugin %s is named and not used by any object that was read; it is not loaded"
                .formatted(each),
            "");
      }
    }
  }

  // --- notifications, fields, updates under way

  private void notifications(Snapshot snapshot) {
    List<String> subscribed = new ArrayList<>();
    for (Document document : snapshot.ofType(Rollout.class)) {
      Rollout rollout = document.as(Rollout.class);
      if (rollout.metadata().annotations().keySet().stream()
          .anyMatch(key -> key.startsWith(NOTIFICATIONS))) {
        subscribed.add(place(rollout));
      }
    }
    boolean everybody =
        snapshot.ofKind("ConfigMap").stream()
            .filter(
                each -> "argo-rollouts-notification-configmap".equals(each.at("metadata", "name")))
            .anyMatch(each -> each.at("data", "subscriptions") != null);
    if (everybody || !subscribed.isEmpty()) {
      add(
          Severity.PROBLEM,
          "notifications",
          "",
          "notifications are in use and would not be sent any more: "
              + (everybody ? "the config map subscribes all Rollouts" : names(subscribed)),
          "watch events or metrics instead, such as rollout_info and rollout_events_total");
    }
  }

  private void fields(Snapshot snapshot) {
    for (Document document : snapshot.documents()) {
      if (document.object().isEmpty()) {
        continue;
      }
      for (DocumentProblem problem : document.problems()) {
        boolean status = problem.path().toString().startsWith("status");
        boolean unknown = problem.kind() == DocumentProblem.Kind.UNKNOWN_FIELD;
        if (problem.kind() == DocumentProblem.Kind.WRONG_TYPE || (unknown && !status)) {
          add(
              Severity.WARNING,
              unknown ? "field-unknown" : "field-malformed",
              document.kind() + " " + place(document.object().orElseThrow()),
              unknown
                  ? "%s is not known here and would be passed over".formatted(problem.path())
                  : "%s: %s; it would be passed over".formatted(problem.path(), problem.message()),
              "");
        }
      }
    }
  }

  private void inFlight(Snapshot snapshot) {
    Map<String, List<String>> byPhase = new TreeMap<>();
    for (Document document : snapshot.ofType(Rollout.class)) {
      Rollout rollout = document.as(Rollout.class);
      RolloutPhase phase = rollout.statusOrEmpty().phase();
      if (phase == RolloutPhase.PROGRESSING || phase == RolloutPhase.PAUSED) {
        byPhase.computeIfAbsent(phase.wireName(), key -> new ArrayList<>()).add(place(rollout));
      }
    }
    byPhase.forEach(
        (phase, names) ->
            add(
                Severity.WARNING,
                "rollout-in-flight",
                "",
                "%s: %s; the other controller goes on from their status"
                    .formatted(phase, names(names)),
                "calmer: swap when nothing is rolling out"));
    List<String> experiments =
        snapshot.ofType(Experiment.class).stream()
            .map(each -> each.as(Experiment.class))
            .filter(
                each ->
                    each.statusOrEmpty().phase() != null
                        && !each.statusOrEmpty().phase().isCompleted())
            .map(MigrationCheck::place)
            .toList();
    if (!experiments.isEmpty()) {
      add(
          Severity.WARNING,
          "experiment-in-flight",
          "",
          "Experiments that run: %s; the other controller goes on from their status"
              .formatted(names(experiments)),
          "");
    }
  }

  private static String names(List<String> all) {
    List<String> shown = all.stream().sorted().limit(NAMES_SHOWN).toList();
    return String.join(", ", shown)
        + (all.size() > shown.size() ? " and %d more".formatted(all.size() - shown.size()) : "");
  }

  private static String place(@org.jspecify.annotations.Nullable KubernetesObject object) {
    if (object == null) {
      return "";
    }
    String namespace = object.metadata().namespace();
    return (namespace.isEmpty() ? "" : namespace + "/") + object.metadata().name();
  }
}
