package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.explain.Situation;
import java.time.Duration;
import java.util.Map;

/** Canaries whose traffic is routed, each in a situation. */
final class ExplainedRoutes {
  private static final ObjectKey VIRTUAL_SERVICE =
      new ObjectKey("networking.istio.io/v1alpha3", "VirtualService", "default", "web");
  private static final String STEPS = "- setWeight: 20\n- pause: {}\n- setWeight: 60\n- pause: {}";

  private ExplainedRoutes() {}

  private static World istio(String options, String steps) {
    return RoutedCanaryTest.istio(options, steps).template("smoke").settle();
  }

  static void put(Map<String, Told> all) {
    all.put("routed-pause-step", Told.of(Situation.PAUSE_STEP, istio("", STEPS).update("web:2")));
    all.put(
        "routed-waiting-for-canary-pods",
        Told.of(Situation.WAITING_FOR_CANARY_PODS, istio("", STEPS).holdPods().update("web:2")));
    all.put(
        "routed-waiting-for-canary-scale",
        Told.of(
            Situation.WAITING_FOR_CANARY_SCALE,
            istio("", "- setCanaryScale: {replicas: 3}\n- pause: {}").holdPods().update("web:2")));
    all.put(
        "routed-replica-progress-threshold",
        Told.of(
            Situation.WAITING_FOR_CANARY_PODS,
            istio("replicaProgressThreshold: {type: Percent, value: 80}", STEPS)
                .holdPods()
                .update("web:2")));
    all.put(
        "stable-holds-the-traffic",
        Told.of(
                Situation.STABLE_NOT_AVAILABLE,
                Play.of(
                    istio("", "- setWeight: 60\n- pause: {}\n- setWeight: 20\n- pause: {}"),
                    "web:2; break 1 6; promote"))
            .container(
                1,
                "web-1-x",
                "'restartCount': 7, 'state': {'waiting': {'reason': 'CrashLoopBackOff'}},"
                    + " 'lastState': {'terminated': {'exitCode': 2, 'reason': 'Error'}}"));
    all.put(
        "abort-keeps-pods-for-a-while",
        Told.of(Situation.ABORTED_BY_USER, Play.of(istio("", STEPS), "web:2; (abort); turn"))
            .later(Duration.ofSeconds(10)));
    all.put(
        "abort-keeps-pods-for-good",
        Told.of(
            Situation.ABORTED_BY_USER,
            Play.of(istio("abortScaleDownDelaySeconds: 0", STEPS), "web:2; abort")));
    World dynamic =
        Play.of(istio("dynamicStableScale: true", STEPS), "web:2; promote; (hold); abort");
    all.put("dynamic-abort-waits-for-stable", Told.of(Situation.ABORTED_BY_USER, dynamic));
    World promoted = Play.of(istio("", STEPS), "web:2; full");
    all.put("scale-down-delay", Told.of(Situation.SCALE_DOWN_DELAY, promoted));
    World back = Play.of(istio("", STEPS), "web:2; web:1");
    all.put("routed-rollback-to-stable", Told.of(Situation.ROLLBACK_TO_STABLE, back));
    World returning =
        Play.of(istio("dynamicStableScale: true", STEPS), "web:2; promote; (hold); web:1");
    all.put("dynamic-rollback-waits-for-stable", Told.of(Situation.ROLLBACK_TO_STABLE, returning));
    errors(all);
    all.put(
        "weight-not-verified",
        Told.of(
                Situation.WEIGHT_NOT_VERIFIED,
                Play.of(istio("", "- setWeight: 20\n- setWeight: 60"), "(hold); web:2; release"))
            .status(
                """
                {'stableRS': 'stable', 'currentPodHash': 'fresh', 'currentStepIndex': 0, 'pauseConditions': [], 'canary': {'weights':
                  {'canary': {'weight': 20, 'podTemplateHash': 'fresh'}, 'stable': {'weight': 80, 'podTemplateHash': 'stable'}, 'verified': false}}}
                """)
            .byItself());
    World plugin = istio("", "- plugin: {name: org/check}\n- pause: {}").update("web:2");
    all.put(
        "step-plugin-running",
        Told.of(Situation.STEP_PLUGIN_RUNNING, plugin)
            .status(
                """
                {'canary': {'stepPluginStatuses': [{'index': 0, 'name': 'org/check', 'operation': 'Run', 'phase': 'Running', 'message': 'half done',
                  'backoff': '2m', 'executions': 3, 'startedAt': '2026-01-01T00:01:00Z', 'updatedAt': '2026-01-01T00:01:00Z'}]}}
                """)
            .byItself());
    all.put(
        "step-plugin-in-error",
        Told.of(Situation.STEP_PLUGIN_ERROR, plugin)
            .status(
                """
                {'canary': {'stepPluginStatuses': [{'index': 0, 'name': 'org/check', 'operation': 'Run', 'phase': 'Error', 'message': 'cannot reach the ticket system',
                  'backoff': '30s', 'executions': 9, 'startedAt': '2026-01-01T00:01:00Z', 'updatedAt': '2026-01-01T00:01:00Z'}]}}
                """)
            .byItself());
    experiments(all);
  }

  private static void errors(Map<String, Told> all) {
    World lost = istio("", STEPS).update("web:2");
    lost.objects.remove(VIRTUAL_SERVICE);
    lost.turn();
    all.put("virtual-service-missing", Told.of(Situation.VIRTUAL_SERVICE_MISSING, lost).live());
    World emptied = istio("", STEPS).update("web:2");
    emptied.objects.put(
        VIRTUAL_SERVICE,
        Told.tree(
            "{'apiVersion': 'networking.istio.io/v1alpha3', 'kind': 'VirtualService',"
                + " 'metadata': {'name': 'web', 'namespace': 'default'}, 'spec': {'http': [{'route': [{'destination': {'host': 'elsewhere'}}]}]}}"));
    emptied.turn();
    all.put(
        "virtual-service-without-the-route", Told.of(Situation.VIRTUAL_SERVICE_UNUSABLE, emptied));
    all.put(
        "traffic-routing-error-in-events",
        Told.of(
                Situation.TRAFFIC_ROUTING_ERROR,
                istio("", "- setWeight: 20\n- setWeight: 60").holdPods().update("web:2"))
            .byItself()
            .with(
                "{'apiVersion': 'v1', 'kind': 'Event', 'metadata': {'name': 'web.1', 'namespace': 'default'},"
                    + " 'involvedObject': {'kind': 'Rollout', 'name': 'web'}, 'reason': 'TrafficRoutingError', 'type': 'Warning',"
                    + " 'message': 'destinationrules.networking.istio.io \\\\'web\\\\' is forbidden', 'lastTimestamp': '2026-01-01T00:00:50Z'}"
                        .replace("\\\\'", "`")));
    World subsets = subsets();
    subsets.turns(10);
    all.put("destination-rule-missing", Told.of(Situation.ROUTER_OBJECT_MISSING, subsets).live());
    all.put("waiting-for-routes", Told.of(Situation.WAITING_FOR_ROUTES, waiting()));
  }

  private static World subsets() {
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 4
                strategy:
                  canary:
                    trafficRouting:
                      istio:
                        virtualService: {name: web}
                        destinationRule: {name: web, canarySubsetName: canary, stableSubsetName: stable}
                    steps: [{setWeight: 20}, {pause: {}}]
                """));
    world.objects.put(
        VIRTUAL_SERVICE,
        Told.tree(
            "{'apiVersion': 'networking.istio.io/v1alpha3', 'kind': 'VirtualService', 'metadata': {'name': 'web', 'namespace': 'default'},"
                + " 'spec': {'http': [{'route': [{'destination': {'host': 'web', 'subset': 'stable'}, 'weight': 100},"
                + " {'destination': {'host': 'web', 'subset': 'canary'}, 'weight': 0}]}]}}"));
    return world;
  }

  /** Another version while the first canary still has its weight: the subsets must wait. */
  private static World waiting() {
    World world = subsets();
    world.objects.put(
        new ObjectKey("networking.istio.io/v1alpha3", "DestinationRule", "default", "web"),
        Told.tree(
            "{'apiVersion': 'networking.istio.io/v1alpha3', 'kind': 'DestinationRule', 'metadata': {'name': 'web', 'namespace': 'default'},"
                + " 'spec': {'host': 'web', 'subsets': [{'name': 'canary', 'labels': {'app': 'web'}}, {'name': 'stable', 'labels': {'app': 'web'}}]}}"));
    world.settle().update("web:2").image("web:3").pass(Duration.ofMinutes(1));
    for (int i = 0; i < 20; i++) {
      boolean waits =
          world.engine.decide(world.rollout, world.observations(), world.now).reasons().stream()
              .anyMatch(each -> each.rule().equals("T-430"));
      if (waits) {
        return world;
      }
      world.turn();
    }
    throw new AssertionError("the subsets never waited: " + world.status());
  }

  private static void experiments(Map<String, Told> all) {
    String steps =
        """
        - experiment:
            duration: 10m
            templates: [{name: canary, specRef: canary}, {name: baseline, specRef: stable}]
        - pause: {}
        """;
    World begun = istio("", steps).update("web:2");
    all.put("experiment-step-not-acted-on", Told.of(Situation.EXPERIMENT_STEP_RUNNING, begun));
    World pods = istio("", steps).update("web:2");
    String name = pods.experiments.keySet().iterator().next();
    pods.experiments.put(
        name,
        pods.experiments
            .get(name)
            .withStatus(Wire.decode(ExperimentStatus.class, experiment(0).fields()).value()));
    all.put("experiment-step-waits-for-pods", Told.of(Situation.EXPERIMENT_STEP_PODS, pods));
    World runs = istio("", steps).update("web:2");
    runs.experiments.put(
        name,
        runs.experiments
            .get(name)
            .withStatus(Wire.decode(ExperimentStatus.class, experiment(1).fields()).value()));
    all.put("experiment-step-running", Told.of(Situation.EXPERIMENT_STEP_RUNNING, runs));
    all.put(
        "experiment-step-status-only",
        Told.of(Situation.EXPERIMENT_STEP_RUNNING, runs.turns(2)).byItself());
    World failed = istio("", steps).update("web:2");
    failed
        .experiment(
            name,
            AnalysisPhase.FAILED,
            "Template 'canary' exceeded its progressDeadlineSeconds (600)")
        .settle();
    all.put("aborted-by-experiment", Told.of(Situation.ABORTED_BY_EXPERIMENT, failed));
    World unsure = istio("", steps).update("web:2");
    unsure.experiment(name, AnalysisPhase.INCONCLUSIVE, "").settle();
    all.put("inconclusive-experiment", Told.of(Situation.INCONCLUSIVE_EXPERIMENT, unsure));
  }

  private static JsonObject experiment(int available) {
    boolean runs = available > 0;
    return Told.tree(
        """
        {'phase': '%s', %s 'templateStatuses': [
          {'name': 'canary', 'status': '%s', 'availableReplicas': %d, 'replicas': 1, 'updatedReplicas': 1, 'readyReplicas': 0, 'lastTransitionTime': '2026-01-01T00:01:00Z'},
          {'name': 'baseline', 'status': 'Running', 'availableReplicas': 1, 'replicas': 1, 'updatedReplicas': 1, 'readyReplicas': 1, 'lastTransitionTime': '2026-01-01T00:01:00Z'}]}
        """
            .formatted(
                runs ? "Running" : "Pending",
                runs ? "'availableAt': '2026-01-01T00:01:00Z'," : "",
                runs ? "Running" : "Progressing",
                available));
  }
}
