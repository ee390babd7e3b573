package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.rollout.RolloutStrategy;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.explain.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Rollouts that cannot be used as they are, and statuses that Argo Rollouts wrote. */
final class ExplainedSpecs {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

  private ExplainedSpecs() {}

  /** A sound canary whose spec is then edited. */
  private static World edited(UnaryOperator<RolloutSpec> edit) {
    World world = ExplainedCanaries.canary("{setWeight: 20}, {pause: {}}").update("web:2");
    world.service("web-stable").service("web-canary");
    world.edit(edit).turn();
    return world;
  }

  private static UnaryOperator<RolloutSpec> strategy(String strategy) {
    RolloutStrategy other = Manifests.rollout("strategy: " + strategy).spec().strategy();
    return spec -> spec.withStrategy(other);
  }

  static void put(Map<String, Told> all) {
    World weight = edited(strategy("{canary: {steps: [{setWeight: 200}]}}"));
    all.put("invalid-weight", Told.of(Situation.INVALID_SPEC, weight).later(Duration.ofMinutes(2)));
    all.put("invalid-weight-status-only", Told.of(Situation.INVALID_SPEC, weight).byItself());
    all.put(
        "no-room-for-an-update",
        Told.of(
            Situation.INVALID_SPEC,
            edited(strategy("{canary: {maxSurge: 0, maxUnavailable: 0}}"))));
    all.put(
        "selector-mismatch",
        Told.of(
            Situation.SELECTOR_MISMATCH,
            edited(
                spec ->
                    spec.withTemplate(
                        Told.tree(
                            "{'metadata': {'labels': {'app': 'other'}}, 'spec': {'containers': [{'name': 'web', 'image': 'web:3'}]}}")))));
    World service =
        edited(strategy("{canary: {stableService: nowhere, canaryService: web-canary}}"));
    all.put("service-missing", Told.of(Situation.SERVICE_MISSING, service));
    World created =
        edited(strategy("{canary: {stableService: nowhere, canaryService: web-canary}}"))
            .service("nowhere");
    all.put(
        "service-created-since",
        Told.of(Situation.SERVICE_MISSING, created).later(Duration.ofSeconds(5)));
    World taken = ExplainedCanaries.canary("{setWeight: 20}").service("web-stable");
    taken.objects.put(
        ObjectKey.service("default", "web-canary"),
        Told.tree(
            "{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'web-canary', 'namespace': 'default',"
                + " 'annotations': {'argo-rollouts.argoproj.io/managed-by-rollouts': 'other'}}, 'spec': {'selector': {'app': 'web'}}}"));
    taken.edit(strategy("{canary: {stableService: web-stable, canaryService: web-canary}}")).turn();
    all.put("service-managed-by-another", Told.of(Situation.SERVICE_MANAGED_BY_ANOTHER, taken));
    World unmatched = ExplainedCanaries.canary("{setWeight: 20}").service("web-stable");
    unmatched.objects.put(
        ObjectKey.service("default", "web-canary"),
        Told.tree(
            "{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'web-canary', 'namespace': 'default'},"
                + " 'spec': {'selector': {'app': 'web', 'tier': 'front'}}}"));
    unmatched
        .edit(strategy("{canary: {stableService: web-stable, canaryService: web-canary}}"))
        .turn();
    all.put("service-selector-mismatch", Told.of(Situation.SERVICE_SELECTOR_MISMATCH, unmatched));
    all.put(
        "ingress-missing",
        Told.of(
            Situation.INGRESS_MISSING,
            edited(
                strategy(
                    "{canary: {stableService: web-stable, canaryService: web-canary, trafficRouting: {nginx: {stableIngress: web}}}}"))));
    all.put(
        "analysis-template-missing",
        Told.of(
            Situation.ANALYSIS_TEMPLATE_MISSING,
            edited(
                strategy(
                    "{canary: {steps: [{analysis: {templates: [{templateName: nowhere}]}}]}}"))));
    all.put(
        "cluster-analysis-template-missing-live",
        Told.of(
                Situation.ANALYSIS_TEMPLATE_MISSING,
                unseen(
                    "{canary: {steps: [{analysis: {templates: [{templateName: nowhere, clusterScope: true}]}}]}}"))
            .live());
    World argument = ExplainedCanaries.canary("{setWeight: 20}");
    argument.templates.put(
        new TemplateRef("args", false),
        AnalysisTemplateSpec.of(
                Metric.named("ok")
                    .provider(
                        PrometheusQuery.of(
                            "http://prometheus:9090", "up{service=\"{{args.service}}\"}"))
                    .build())
            .withArgs(List.of(Argument.required("other"))));
    argument
        .edit(strategy("{canary: {steps: [{analysis: {templates: [{templateName: args}]}}]}}"))
        .turn();
    all.put("argument-unresolved", Told.of(Situation.ARGUMENT_UNRESOLVED, argument));
    World ingress = ExplainedCanaries.canary("{setWeight: 20}");
    ingress.service("web-stable").service("web-canary");
    ingress.objects.put(
        new ObjectKey("networking.k8s.io/v1", "Ingress", "default", "web"),
        Told.tree(
            "{'apiVersion': 'networking.k8s.io/v1', 'kind': 'Ingress', 'metadata': {'name': 'web', 'namespace': 'default'},"
                + " 'spec': {'rules': []}}"));
    ingress
        .edit(
            strategy(
                "{canary: {stableService: web-stable, canaryService: web-canary, trafficRouting: {nginx: {stableIngress: web}}}}"))
        .turn();
    all.put("ingress-unusable", Told.of(Situation.INGRESS_UNUSABLE, ingress));
    World endless = ExplainedCanaries.canary("{setWeight: 20}");
    endless.templates.put(
        new TemplateRef("endless", false),
        AnalysisTemplateSpec.of(
            Metric.named("ok")
                .interval("1m")
                .provider(PrometheusQuery.of("http://prometheus:9090", "up"))
                .build()));
    endless
        .edit(strategy("{canary: {steps: [{analysis: {templates: [{templateName: endless}]}}]}}"))
        .turn();
    all.put("analysis-template-unusable", Told.of(Situation.ANALYSIS_TEMPLATE_UNUSABLE, endless));
    workloads(all);
    written(all);
  }

  /** Edited, and not looked at since. */
  private static World unseen(String strategy) {
    World world = ExplainedCanaries.canary("{setWeight: 20}, {pause: {}}").update("web:2");
    RolloutSpec spec = strategy(strategy).apply(world.rollout.spec());
    world.rollout = world.rollout.withSpec(spec);
    return world;
  }

  private static World workload(String scaleDown) {
    World world =
        new World(
            Codec.standard()
                .readOne(
                    Rollout.class,
                    "rollout.yaml",
                    """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Rollout
                    metadata: {name: web, namespace: default}
                    spec:
                      replicas: 4
                      workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web, scaleDown: '%s'}
                      strategy: {canary: {steps: [{setWeight: 50}, {pause: {}}]}}
                    """
                        .formatted(scaleDown)));
    world.objects.put(new ObjectKey("apps/v1", "Deployment", "default", "web"), deployment(1));
    return world.settle();
  }

  private static JsonObject deployment(int generation) {
    return Told.tree(
        """
        {'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'web', 'namespace': 'default', 'generation': %d},
         'spec': {'replicas': 4, 'selector': {'matchLabels': {'app': 'web'}}, 'template': {'metadata': {'labels': {'app': 'web'}},
          'spec': {'containers': [{'name': 'web', 'image': 'web:1'}]}}}}
        """
            .formatted(generation));
  }

  private static void workloads(Map<String, Told> all) {
    World lost = workload("never");
    lost.objects.clear();
    lost.turn();
    all.put("workload-missing", Told.of(Situation.WORKLOAD_MISSING, lost).live());
    all.put(
        "workload-never-scaled-down", Told.of(Situation.WORKLOAD_STILL_RUNNING, workload("never")));
    World recreated = workload("onsuccess");
    recreated.objects.put(new ObjectKey("apps/v1", "Deployment", "default", "web"), deployment(1));
    all.put("workload-scaled-up-again", Told.of(Situation.WORKLOAD_STILL_RUNNING, recreated));
    World changed = workload("never");
    changed.rollout =
        changed.rollout.withMetadata(
            changed
                .rollout
                .metadata()
                .withAnnotation("rollout.argoproj.io/workload-generation", "7"));
    all.put("workload-not-observed", Told.of(Situation.WORKLOAD_NOT_OBSERVED, changed).byItself());
  }

  private static String argo(String spec, String status) {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    metadata:
      name: shop
      namespace: prod
      generation: 4
      annotations: {rollout.argoproj.io/revision: "7"}
    spec:
      replicas: 4
      selector: {matchLabels: {app: shop}}
      template:
        metadata: {labels: {app: shop}}
        spec: {containers: [{name: shop, image: "shop:7"}]}
    """
        + spec.indent(2)
        + """
        status:
          observedGeneration: "4"
          currentPodHash: 7d4b9f8c6
          stableRS: 5c6d7e8f9
        """
        + status.indent(2);
  }

  private static void written(Map<String, Told> all) {
    String canary =
        "strategy: {canary: {steps: [{setWeight: 25}, {pause: {duration: 1h}}, {setWeight: 50}, {pause: {}}]}}";
    all.put(
        "argo-timed-pause",
        Told.written(
            Situation.TIMED_PAUSE_STEP,
            argo(
                canary,
                """
                phase: Paused
                message: CanaryPauseStep
                controllerPause: true
                currentStepIndex: 1
                replicas: 4
                updatedReplicas: 1
                readyReplicas: 4
                availableReplicas: 4
                pauseConditions: [{reason: CanaryPauseStep, startTime: "2026-05-01T09:20:00Z"}]
                """),
            NOW));
    all.put(
        "argo-aborted-by-a-metric",
        Told.written(
            Situation.ABORTED,
            argo(
                canary,
                """
                phase: Degraded
                message: 'RolloutAborted: Rollout aborted update to revision 7: Metric "success-rate" assessed Failed due to failed (1) > failureLimit (0)'
                abort: true
                abortedAt: "2026-05-01T09:50:00Z"
                currentStepIndex: 0
                replicas: 4
                updatedReplicas: 0
                availableReplicas: 4
                conditions:
                - {type: Progressing, status: "False", reason: RolloutAborted, lastUpdateTime: "2026-05-01T09:50:00Z", lastTransitionTime: "2026-05-01T09:50:00Z", message: 'Rollout aborted update to revision 7: Metric "success-rate" assessed Failed due to failed (1) > failureLimit (0)'}
                """),
            NOW));
    all.put(
        "argo-deadline-exceeded",
        Told.written(
            Situation.PROGRESS_DEADLINE_EXCEEDED,
            argo(
                canary,
                """
                phase: Degraded
                message: 'ProgressDeadlineExceeded: ReplicaSet "shop-7d4b9f8c6" has timed out progressing.'
                currentStepIndex: 0
                replicas: 5
                updatedReplicas: 1
                readyReplicas: 4
                availableReplicas: 4
                conditions:
                - {type: Progressing, status: "False", reason: ProgressDeadlineExceeded, lastUpdateTime: "2026-05-01T09:30:00Z", lastTransitionTime: "2026-05-01T09:30:00Z", message: 'ReplicaSet "shop-7d4b9f8c6" has timed out progressing.'}
                """),
            NOW));
    all.put(
        "argo-service-missing",
        Told.written(
            Situation.SERVICE_MISSING,
            argo(
                "strategy: {blueGreen: {activeService: shop-live}}",
                """
                phase: Degraded
                message: 'InvalidSpec: The Rollout "shop" is invalid: spec.strategy.blueGreen.activeService: Invalid value: "shop-live": service "shop-live" not found'
                conditions:
                - {type: InvalidSpec, status: "True", reason: InvalidSpec, lastUpdateTime: "2026-05-01T09:59:00Z", lastTransitionTime: "2026-05-01T09:59:00Z", message: 'The Rollout "shop" is invalid: spec.strategy.blueGreen.activeService: Invalid value: "shop-live": service "shop-live" not found'}
                """),
            NOW));
    all.put(
        "argo-instance-id",
        Told.written(
            Situation.NOT_OBSERVED,
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata:
              name: shop
              namespace: prod
              creationTimestamp: "2026-05-01T09:00:00Z"
              labels: {argo-rollouts.argoproj.io/controller-instance-id: blue}
            spec: {strategy: {canary: {}}}
            """,
            NOW));
    all.put(
        "old-pods-terminating",
        Told.written(
            Situation.OLD_PODS_TERMINATING,
            argo(
                    canary,
                    """
                    phase: Progressing
                    message: old replicas are pending termination
                    currentStepIndex: 4
                    replicas: 5
                    updatedReplicas: 4
                    readyReplicas: 5
                    availableReplicas: 5
                    """)
                .replace("stableRS: 5c6d7e8f9", "stableRS: 7d4b9f8c6"),
            NOW));
    all.put(
        "argo-aborted-by-a-step-plugin",
        Told.written(
            Situation.ABORTED_BY_STEP_PLUGIN,
            argo(
                canary,
                """
                phase: Degraded
                abort: true
                currentStepIndex: 0
                conditions:
                - {type: Progressing, status: "False", reason: RolloutAborted, lastUpdateTime: "2026-05-01T09:50:00Z", lastTransitionTime: "2026-05-01T09:50:00Z", message: 'Rollout aborted update to revision 7: Step Plugin 1 (org/check) failed: no ticket'}
                """),
            NOW));
    all.put(
        "argo-blue-green-after-the-switch",
        Told.written(
            Situation.POST_PROMOTION,
            argo(
                "strategy: {blueGreen: {activeService: shop}}",
                """
                phase: Progressing
                message: waiting for post-promotion verification to complete
                updatedReplicas: 4
                availableReplicas: 4
                blueGreen: {activeSelector: 7d4b9f8c6}
                """),
            NOW));
    all.put(
        "argo-experiment-about-to-start",
        Told.written(
            Situation.EXPERIMENT_STEP_NOT_STARTED,
            argo(
                "strategy: {canary: {steps: [{experiment: {templates: [{name: a, specRef: canary}]}}]}}",
                """
                phase: Progressing
                currentStepIndex: 0
                replicas: 4
                updatedReplicas: 1
                availableReplicas: 4
                """),
            NOW));
    all.put(
        "argo-between-two-steps",
        Told.written(
            Situation.MOVING,
            argo(
                canary,
                """
                phase: Progressing
                message: more replicas need to be updated
                currentStepIndex: 2
                replicas: 4
                updatedReplicas: 2
                availableReplicas: 4
                """),
            NOW));
    all.put(
        "argo-promoted-and-traffic-returning",
        Told.written(
            Situation.TRAFFIC_RETURNING,
            argo(
                    canary,
                    """
                    phase: Healthy
                    currentStepIndex: 4
                    replicas: 8
                    updatedReplicas: 4
                    availableReplicas: 8
                    canary: {weights: {canary: {weight: 100, podTemplateHash: 7d4b9f8c6}, stable: {weight: 0, podTemplateHash: 5c6d7e8f9}}}
                    """)
                .replace("stableRS: 5c6d7e8f9", "stableRS: 7d4b9f8c6"),
            NOW));
    all.put(
        "broken-status",
        Told.written(
            Situation.WAITING_FOR_CANARY_PODS,
            argo(
                canary,
                """
                phase: Odd
                currentStepIndex: 99
                replicas: -3
                conditions: [7, {type: Progressing}]
                pauseConditions: nothing
                """),
            NOW));
    all.put(
        "hostile-names-and-messages",
        Told.written(
            Situation.INVALID_SPEC,
            argo(
                    canary,
                    """
                phase: Degraded
                message: "a\\e[31m\\u202e"
                conditions:
                - {type: InvalidSpec, status: "True", reason: InvalidSpec, lastUpdateTime: "2026-05-01T09:59:00Z", lastTransitionTime: "2026-05-01T09:59:00Z", message: "line\\none \\e]0;owned\\a \\u202e"}
                """)
                .replace("name: shop\n", "name: \"x; rm -rf /\"\n"),
            NOW));
  }
}
