package dev.rollouts.engine.rollout;

import dev.rollouts.api.Condition;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.Situation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Canaries by pod counts, each in a situation. */
final class ExplainedCanaries {
  private ExplainedCanaries() {}

  static World canary(String steps, String more) {
    World world =
        new World(
            Manifests.rollout(
                "replicas: 5\n%s\nstrategy: {canary: {steps: [%s]}}".formatted(more, steps)));
    return world.template("smoke").settle();
  }

  static World canary(String steps) {
    return canary(steps, "");
  }

  static void put(Map<String, Told> all) {
    pauses(all);
    aborts(all);
    pods(all);
    analysis(all);
    others(all);
  }

  private static void pauses(Map<String, Told> all) {
    World paused = canary("{setWeight: 20}, {pause: {}}, {setWeight: 60}").update("web:2");
    all.put("pause-step", Told.of(Situation.PAUSE_STEP, paused).later(Duration.ofMinutes(12)));
    all.put("pause-step-status-only", Told.of(Situation.PAUSE_STEP, paused).byItself());
    World timed = canary("{setWeight: 20}, {pause: {duration: 10m}}").update("web:2");
    all.put(
        "timed-pause-step",
        Told.of(Situation.TIMED_PAUSE_STEP, timed).later(Duration.ofMinutes(4)));
    all.put(
        "timed-pause-nobody-ends",
        Told.of(Situation.CONTROLLER_NOT_ACTING, timed).later(Duration.ofHours(1)));
    all.put(
        "paused-by-user",
        Told.of(
            Situation.PAUSED_BY_USER,
            Play.of(canary("{setWeight: 20}, {pause: {}}, {setWeight: 60}"), "web:2; pause")));
    all.put(
        "paused-by-user-with-no-update",
        Told.of(Situation.PAUSED_BY_USER, Play.of(canary("{setWeight: 20}"), "pause")));
    World resumed = canary("{setWeight: 20}, {pause: {}}, {setWeight: 60}").update("web:2");
    all.put("resumed-and-not-acted-on", Told.of(Situation.RESUME_PENDING, resumed.resume()));
    all.put(
        "paused-while-a-canary-pod-crashes",
        crashing(
            Told.of(
                Situation.PAUSE_STEP,
                Play.of(canary("{setWeight: 20}, {pause: {}}"), "web:2; break 2 1"))));
    World inconclusive =
        canary("{setWeight: 20}, {analysis: {templates: [{templateName: smoke}]}}");
    Play.of(inconclusive, "web:2; run Inconclusive");
    all.put("inconclusive-analysis", Told.of(Situation.INCONCLUSIVE_ANALYSIS, inconclusive));
    all.put(
        "inconclusive-analysis-status-only",
        Told.of(Situation.INCONCLUSIVE_ANALYSIS, inconclusive).byItself());
  }

  private static Told crashing(Told told) {
    return told.container(
        2,
        "web-2-x",
        "'restartCount': 7, 'state': {'waiting': {'reason': 'CrashLoopBackOff'}},"
            + " 'lastState': {'terminated': {'exitCode': 1, 'reason': 'Error'}}");
  }

  private static void aborts(Map<String, Told> all) {
    String steps = "{setWeight: 20}, {pause: {}}, {setWeight: 60}";
    all.put(
        "aborted-by-user",
        Told.of(Situation.ABORTED_BY_USER, Play.of(canary(steps), "web:2; abort"))
            .later(Duration.ofMinutes(3)));
    World asked = Play.of(canary(steps), "web:2; (abort)");
    all.put("abort-not-acted-on", Told.of(Situation.ABORT_PENDING, asked));
    World retried = Play.of(canary(steps), "web:2; abort; (retry)");
    all.put("retry-not-acted-on", Told.of(Situation.RETRY_PENDING, retried));
    World analysed = canary("{setWeight: 20}, {analysis: {templates: [{templateName: smoke}]}}");
    Play.of(analysed, "web:2");
    fails(analysed);
    all.put(
        "aborted-by-step-analysis", Told.of(Situation.ABORTED_BY_STEP_ANALYSIS, analysed.settle()));
    World background =
        new World(
                Manifests.rollout(
                    "replicas: 5\nstrategy: {canary: {analysis: {templates: [{templateName: smoke}]}, steps: [{setWeight: 20}, {pause: {}}]}}"))
            .template("smoke")
            .settle()
            .update("web:2");
    fails(background);
    all.put(
        "aborted-by-background-analysis",
        Told.of(Situation.ABORTED_BY_BACKGROUND_ANALYSIS, background.settle()));
    World late =
        Play.of(
            canary("{setWeight: 20}, {pause: {}}", "progressDeadlineAbort: true"),
            "(hold); web:2; +601s");
    all.put(
        "aborted-by-progress-deadline",
        Told.of(Situation.ABORTED_BY_PROGRESS_DEADLINE, late)
            .container(
                2,
                "web-2-x",
                "'state': {'waiting': {'reason': 'ErrImagePull', 'message': 'manifest unknown'}}"));
  }

  /** The youngest run fails: its metric measured too low. */
  private static void fails(World world) {
    report(
        world,
        """
        {'phase': 'Failed', 'message': 'Metric \\"ok\\" assessed Failed due to failed (1) > failureLimit (0)',
         'startedAt': '2026-01-01T00:01:00Z', 'completedAt': '2026-01-01T00:02:00Z', 'metricResults': [{'name': 'ok', 'phase': 'Failed',
          'failed': 1, 'count': 1, 'measurements': [{'phase': 'Failed', 'value': '[0.4]', 'startedAt': '2026-01-01T00:01:00Z',
          'finishedAt': '2026-01-01T00:02:00Z'}]}]}
        """);
  }

  private static void report(World world, String status) {
    String last = new ArrayList<>(world.runs.keySet()).get(world.runs.size() - 1);
    AnalysisRun run = world.runs.get(last);
    world.runs.put(
        last,
        run.withStatus(Wire.decode(AnalysisRunStatus.class, Told.tree(status).fields()).value()));
  }

  private static void pods(Map<String, Told> all) {
    String steps = "{setWeight: 40}, {pause: {}}";
    World held = Play.of(canary(steps), "(hold); web:2");
    all.put("waiting-for-canary-pods", Told.of(Situation.WAITING_FOR_CANARY_PODS, held));
    all.put(
        "waiting-for-canary-pods-status-only",
        Told.of(Situation.WAITING_FOR_CANARY_PODS, held).byItself());
    all.put(
        "image-pull-error",
        Told.of(Situation.IMAGE_PULL_ERROR, held)
            .container(
                2,
                "web-2-x",
                "'state': {'waiting': {'reason': 'ImagePullBackOff', 'message': 'Back-off pulling image'}}")
            .container(
                2,
                "web-2-y",
                "'state': {'waiting': {'reason': 'ErrImagePull', 'message': 'not found'}}"));
    all.put("crash-loop", crashing(Told.of(Situation.CRASH_LOOP, held)));
    all.put(
        "out-of-memory",
        Told.of(Situation.OUT_OF_MEMORY, held)
            .container(
                2,
                "web-2-x",
                "'restartCount': 3, 'state': {'waiting': {'reason': 'CrashLoopBackOff'}},"
                    + " 'lastState': {'terminated': {'exitCode': 137, 'reason': 'OOMKilled'}}"));
    all.put(
        "container-config-error",
        Told.of(Situation.CONTAINER_CONFIG_ERROR, held)
            .container(
                2,
                "web-2-x",
                "'state': {'waiting': {'reason': 'CreateContainerConfigError', 'message': 'secret db not found'}}"));
    all.put(
        "container-creating",
        Told.of(Situation.CONTAINER_CREATING, held)
            .container(2, "web-2-x", "'state': {'waiting': {'reason': 'ContainerCreating'}}"));
    all.put(
        "init-container",
        Told.of(Situation.INIT_CONTAINER, held)
            .pod(
                2,
                "web-2-x",
                "'status': {'phase': 'Pending', 'initContainerStatuses': [{'name': 'migrate', 'ready': false, 'state': {'running': {}}}]}"));
    all.put(
        "unschedulable",
        Told.of(Situation.UNSCHEDULABLE, held)
            .pod(
                2,
                "web-2-x",
                "'status': {'phase': 'Pending', 'conditions': [{'type': 'PodScheduled', 'status': 'False', 'reason': 'Unschedulable', 'message': '0/3 nodes are available: 3 Insufficient cpu.'}]}"));
    all.put(
        "pod-evicted",
        Told.of(Situation.POD_FAILED, held)
            .pod(
                2,
                "web-2-x",
                "'status': {'phase': 'Failed', 'reason': 'Evicted', 'message': 'The node was low on resource: memory.'}"));
    all.put(
        "readiness-gate",
        Told.of(Situation.READINESS_GATE, held)
            .pod(
                2,
                "web-2-x",
                "'spec': {'readinessGates': [{'conditionType': 'target-health.elbv2.k8s.aws/web'}]}, 'status': {'phase': 'Running', 'conditions': [{'type': 'ContainersReady', 'status': 'True'}, {'type': 'Ready', 'status': 'False'}]}"));
    all.put(
        "readiness-probe",
        Told.of(Situation.READINESS_PROBE, held)
            .pod(
                2,
                "web-2-x",
                "'status': {'phase': 'Running', 'conditions': [{'type': 'Ready', 'status': 'False'}], 'containerStatuses': [{'name': 'web', 'ready': false, 'state': {'running': {}}}]}"));
    World slow = Play.of(canary(steps, "minReadySeconds: 60"), "(hold); web:2");
    all.put(
        "min-ready-seconds",
        Told.of(Situation.MIN_READY_SECONDS, slow)
            .pod(
                2,
                "web-2-x",
                "'status': {'phase': 'Running', 'conditions': [{'type': 'Ready', 'status': 'True', 'lastTransitionTime': '2026-01-01T00:00:40Z'}]}"));
    World quota = Play.of(canary(steps), "(hold); web:2");
    refusesPods(quota, "pods \"web-2-x\" is forbidden: exceeded quota: team, requested: cpu=1");
    all.put("quota-exceeded", Told.of(Situation.QUOTA_EXCEEDED, quota));
    all.put("quota-exceeded-status-only", Told.of(Situation.QUOTA_EXCEEDED, quota).byItself());
    World admission = Play.of(canary(steps), "(hold); web:2");
    refusesPods(admission, "admission webhook \"policy\" denied the request: no latest tags");
    all.put("pods-refused", Told.of(Situation.PODS_REFUSED, admission));
    World refused = canary(steps);
    refused.refuse(ClusterEffect.CreateReplicaSet.class, Refusal.OTHER);
    refused.image("web:2").pass(Duration.ofMinutes(1)).turns(3);
    all.put("replica-set-refused", Told.of(Situation.REPLICA_SET_REFUSED, refused));
    World late = Play.of(canary(steps), "(hold); web:2; +601s");
    all.put("progress-deadline-exceeded", Told.of(Situation.PROGRESS_DEADLINE_EXCEEDED, late));
    all.put(
        "progress-deadline-exceeded-status-only",
        Told.of(Situation.PROGRESS_DEADLINE_EXCEEDED, late).byItself());
    all.put("progress-deadline-exceeded-by-a-crash", crashing(Told.of(Situation.CRASH_LOOP, late)));
    all.put(
        "paused-while-stable-crashes",
        Told.of(
                Situation.PAUSE_STEP,
                Play.of(canary("{setWeight: 60}, {pause: {}}"), "break 1 3; web:2"))
            .container(
                1,
                "web-1-x",
                "'restartCount': 7, 'state': {'waiting': {'reason': 'CrashLoopBackOff'}},"
                    + " 'lastState': {'terminated': {'exitCode': 2, 'reason': 'Error'}}"));
  }

  /** The ReplicaSet of revision 2 may not create its pods, and the rollout says so. */
  private static void refusesPods(World world, String message) {
    var set = world.revision(2);
    world.sets.put(
        set.name(),
        set.withStatus(
            new ReplicaSet.Status(
                0,
                0,
                0,
                set.metadata().generation(),
                List.of(
                    new Condition(
                        "ReplicaFailure",
                        "True",
                        world.now,
                        world.now,
                        "FailedCreate",
                        message)))));
    world.turn();
  }

  private static void analysis(Map<String, Told> all) {
    String steps =
        "{setWeight: 20}, {analysis: {templates: [{templateName: rate}]}}, {setWeight: 60}";
    World running = rate(steps, 5);
    report(
        running,
        """
        {'phase': 'Running', 'startedAt': '2026-01-01T00:01:00Z', 'metricResults': [{'name': 'success-rate', 'phase': 'Running',
          'successful': 1, 'count': 1, 'measurements': [{'phase': 'Successful', 'value': '[0.99]', 'startedAt': '2026-01-01T00:01:00Z',
          'finishedAt': '2026-01-01T00:01:00Z'}]}]}
        """);
    all.put(
        "step-analysis-running",
        Told.of(Situation.STEP_ANALYSIS_RUNNING, running.turns(2)).later(Duration.ofSeconds(30)));
    all.put(
        "step-analysis-running-status-only",
        Told.of(Situation.STEP_ANALYSIS_RUNNING, running).byItself());
    all.put(
        "step-analysis-not-started", Told.of(Situation.STEP_ANALYSIS_NOT_STARTED, rate(steps, 5)));
    World erroring = rate(steps, 5);
    report(erroring, error("connection refused"));
    all.put(
        "step-analysis-erroring",
        Told.of(Situation.STEP_ANALYSIS_ERRORING, erroring.turns(2)).later(Duration.ofSeconds(5)));
    World empty = rate(steps, 5);
    report(
        empty, error("metric result is nil or empty: no data returned from the metric provider"));
    all.put(
        "step-analysis-without-data",
        Told.of(Situation.STEP_ANALYSIS_WITHOUT_DATA, empty.turns(2)).later(Duration.ofSeconds(5)));
    World endless = rate(steps, 5);
    String name = endless.runs.keySet().iterator().next();
    AnalysisRun run = endless.runs.get(name);
    endless.runs.put(
        name,
        new AnalysisRun(
            run.metadata(), AnalysisSpec.builder().metric(metric(0)).build(), run.status()));
    report(
        endless,
        """
        {'phase': 'Running', 'startedAt': '2026-01-01T00:01:00Z', 'metricResults': [{'name': 'success-rate', 'phase': 'Running',
          'successful': 40, 'count': 40, 'measurements': [{'phase': 'Successful', 'value': '[0.99]', 'startedAt': '2026-01-01T00:40:00Z',
          'finishedAt': '2026-01-01T00:40:00Z'}]}]}
        """);
    all.put(
        "step-analysis-endless",
        Told.of(Situation.STEP_ANALYSIS_ENDLESS, endless.turns(2)).later(Duration.ofMinutes(39)));
  }

  private static String error(String message) {
    return """
    {'phase': 'Running', 'startedAt': '2026-01-01T00:01:00Z', 'metricResults': [{'name': 'success-rate', 'phase': 'Running',
      'error': 1, 'consecutiveError': 1, 'measurements': [{'phase': 'Error', 'message': '%s', 'startedAt': '2026-01-01T00:01:00Z',
      'finishedAt': '2026-01-01T00:01:00Z'}]}]}
    """
        .formatted(message);
  }

  private static Metric metric(int count) {
    Metric.Builder metric =
        Metric.named("success-rate")
            .interval("1m")
            .successCondition("result[0] >= 0.95")
            .provider(PrometheusQuery.of("http://prometheus:9090", "up"));
    return (count == 0 ? metric : metric.count(count)).build();
  }

  /** An update that stands at a step with an analysis. */
  private static World rate(String steps, int count) {
    World world =
        new World(
            Manifests.rollout("replicas: 5\nstrategy: {canary: {steps: [%s]}}".formatted(steps)));
    world.templates.put(new TemplateRef("rate", false), AnalysisTemplateSpec.of(metric(count)));
    return world.settle().update("web:2");
  }

  private static void others(Map<String, Told> all) {
    World over = canary("{setWeight: 20}, {pause: {}}");
    all.put("healthy", Told.of(Situation.HEALTHY, over));
    all.put("healthy-status-only", Told.of(Situation.HEALTHY, over).byItself());
    World fresh = new World(Manifests.rollout("replicas: 5\nstrategy: {canary: {}}"));
    all.put("not-observed", Told.of(Situation.NOT_OBSERVED, fresh));
    all.put(
        "status-malformed",
        Told.of(Situation.STATUS_MALFORMED, fresh)
            .status("{'observedGeneration': 1, 'conditions': 'none\u001b[2J'}"));
    World edited = canary("{setWeight: 20}, {pause: {}}");
    all.put("spec-not-observed", Told.of(Situation.SPEC_NOT_OBSERVED, edited.image("web:2")));
    World first = new World(Manifests.rollout("replicas: 5\nstrategy: {canary: {}}"));
    all.put(
        "waiting-for-first-pods",
        Told.of(Situation.WAITING_FOR_FIRST_PODS, first.holdPods().settle()));
    all.put(
        "promoted-and-lost-pods",
        Told.of(
            Situation.STABLE_NOT_AVAILABLE,
            Play.of(canary("{setWeight: 20}"), "web:2; break 2 2")));
    all.put(
        "superseded-pods-terminating",
        Told.of(Situation.SUPERSEDED_PODS_TERMINATING, superseded()));
    World back = Play.of(canary("{setWeight: 40}, {pause: {}}"), "web:2; (web:1)");
    for (int i = 0; i < 3; i++) {
      back.turn();
    }
    all.put("rollback-to-stable", Told.of(Situation.ROLLBACK_TO_STABLE, back));
    World full = Play.of(canary("{setWeight: 20}, {pause: {}}"), "web:2; (hold); full");
    World window = canary("{setWeight: 20}", "rollbackWindow: {revisions: 3}");
    Play.of(window, "web:2; (hold); (web:1)");
    window.turns(6);
    all.put("rollback-within-window", Told.of(Situation.ROLLBACK_WITHIN_WINDOW, window));
    all.put("full-promotion", Told.of(Situation.FULL_PROMOTION, full));
    all.put(
        "restart-scheduled",
        Told.of(
            Situation.RESTART_SCHEDULED,
            canary("{setWeight: 20}")
                .edit(spec -> spec.withRestartAt(World.START.plusSeconds(3600)))
                .settle()));
    World restarting = canary("{setWeight: 20}");
    restarting
        .edit(spec -> spec.withRestartAt(World.START.plusSeconds(60)))
        .pass(Duration.ofMinutes(2));
    restarting.refuse(ClusterEffect.EvictPod.class, Refusal.BLOCKED);
    var set = restarting.revision(1);
    for (int i = 0; i < 5; i++) {
      String name = "web-1-" + i;
      restarting.pods.put(
          name,
          new Pod(
              new ObjectMeta(
                  name,
                  "",
                  "default",
                  "uid-" + name,
                  "1",
                  1,
                  World.START,
                  null,
                  Map.of("app", "web"),
                  Map.of(),
                  List.of(
                      new ObjectMeta.OwnerReference(
                          "apps/v1", "ReplicaSet", set.name(), set.metadata().uid(), true, true))),
              true));
    }
    restarting.turns(3);
    all.put("restarting", Told.of(Situation.RESTARTING, restarting));
    all.put(
        "restart-blocked-by-a-disruption-budget",
        Told.of(Situation.RESTART_BLOCKED, restarting)
            .with(
                "{'apiVersion': 'policy/v1', 'kind': 'PodDisruptionBudget', 'metadata': {'name': 'web', 'namespace': 'default'},"
                    + " 'spec': {'minAvailable': 5, 'selector': {'matchLabels': {'app': 'web'}}},"
                    + " 'status': {'disruptionsAllowed': 0, 'currentHealthy': 5, 'desiredHealthy': 5}}"));
    all.put(
        "autoscaler-at-its-maximum",
        Told.of(Situation.AUTOSCALER_AT_LIMIT, over)
            .with(
                "{'apiVersion': 'autoscaling/v2', 'kind': 'HorizontalPodAutoscaler', 'metadata': {'name': 'web', 'namespace': 'default'},"
                    + " 'spec': {'minReplicas': 2, 'maxReplicas': 5, 'scaleTargetRef': {'kind': 'Rollout', 'name': 'web'}},"
                    + " 'status': {'conditions': [{'type': 'ScalingLimited', 'status': 'True', 'reason': 'TooManyReplicas',"
                    + " 'message': 'the desired replica count is more than the maximum replica count'}]}}"));
    World deleted = canary("{setWeight: 20}");
    var meta = deleted.rollout.metadata();
    deleted.rollout =
        deleted.rollout.withMetadata(
            new ObjectMeta(
                meta.name(),
                "",
                meta.namespace(),
                meta.uid(),
                "",
                meta.generation(),
                null,
                World.START,
                meta.labels(),
                meta.annotations(),
                meta.ownerReferences()));
    all.put("being-deleted", Told.of(Situation.BEING_DELETED, deleted));
  }

  private static World superseded() {
    World world = canary("{setWeight: 60}, {pause: {}}");
    Play.of(world, "web:2");
    world.image("web:3").pass(Duration.ofMinutes(1)).turns(3);
    return world;
  }
}
