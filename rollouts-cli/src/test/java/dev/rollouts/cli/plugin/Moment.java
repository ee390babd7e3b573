package dev.rollouts.cli.plugin;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Yaml;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.When;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A rollout in the middle of an update, as a cluster has it: its objects, and when that is. */
final class Moment {
  static final String MANIFESTS =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web, namespace: shop}
      spec:
        replicas: 5
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - name: web
              image: "web:1"
              env:
              - {name: MODE, value: blue}
              - {name: DB_PASSWORD, value: hunter2}
              - {name: API, valueFrom: {secretKeyRef: {name: api, key: token}}}
        strategy:
          canary:
            canaryService: web-canary
            stableService: web-stable
            trafficRouting: {nginx: {stableIngress: web}}
            steps: [{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {duration: 60s}}]
            analysis: {templates: [{templateName: errors}]}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: errors, namespace: shop}
      spec:
        metrics:
        - name: error-rate
          interval: 30s
          failureLimit: 2
          failureCondition: result[0] > 0.05
          provider: {prometheus: {address: "http://prometheus:9090", query: errors}}
      """;

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LATER = Duration.ofMinutes(7);

  private Moment() {}

  /** The time at which the rollout waits at its pause. */
  static Clock clock() {
    return Clock.fixed(START.plus(LATER), ZoneOffset.UTC);
  }

  /** A server that has it, with an analysis that has measured 0.03 of the error rate. */
  static ScriptedServer server() {
    RolloutManifests manifests = RolloutManifests.parse("web.yaml", MANIFESTS);
    RolloutTrace trace =
        manifests
            .simulation(1)
            .act(When.at(Duration.ofMinutes(5)), Act.setImage("web", "web:2"))
            .run(LATER);
    ScriptedServer server = ScriptedServer.with();
    String uid = trace.rollout().metadata().uid();
    server.put(Yaml.write(Codec.tree(trace.rollout())));
    for (ReplicaSet each : trace.replicaSets()) {
      server.put(Yaml.write(tree(each)));
      for (int i = 0; i < each.status().replicas(); i++) {
        server.put(pod(each, i));
      }
    }
    manifests
        .templates()
        .forEach(
            (ref, spec) ->
                server.put(
                    Yaml.write(
                        Map.of(
                            "apiVersion",
                            "argoproj.io/v1alpha1",
                            "kind",
                            "AnalysisTemplate",
                            "metadata",
                            Map.of("name", ref.templateName(), "namespace", "shop"),
                            "spec",
                            Wire.encode(spec)))));
    // The trace has routes as they were made up: these are what stands in the cluster.
    for (String[] each :
        new String[][] {
          {"web-stable", trace.status().stableRS()}, {"web-canary", trace.status().currentPodHash()}
        }) {
      server.put(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: %s, namespace: shop, uid: uid-%s}
          spec: {selector: {app: web, rollouts-pod-template-hash: %s}, ports: [{port: 80}]}
          """
              .formatted(each[0], each[0], each[1]));
    }
    server.put(ingress("web", "web-stable", uid, ""));
    server.put(
        ingress(
            "web-web-canary",
            "web-canary",
            uid,
            "annotations: {nginx.ingress.kubernetes.io/canary: \"true\", nginx.ingress.kubernetes.io/canary-weight: \"20\"}, "));
    RolloutTrace.Run run = trace.runs().get(0);
    server.put(Yaml.write(run(run, uid)));
    return server;
  }

  private static String ingress(String name, String service, String uid, String annotations) {
    return """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: %s, namespace: shop, uid: uid-%s, %sownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web, uid: %s, controller: true}]}
    spec: {rules: [{host: example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: %s, port: {number: 80}}}}]}}]}
    """
        .formatted(name, name, annotations, uid, service);
  }

  private static Map<String, Object> tree(ReplicaSet set) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "apps/v1");
    tree.put("kind", "ReplicaSet");
    tree.put("metadata", Wire.encode(set.metadata()));
    tree.put(
        "spec",
        Map.of(
            "replicas", set.replicas(),
            "selector", Wire.encode(set.selector()),
            "template", set.template().fields()));
    tree.put(
        "status",
        Map.of(
            "replicas", set.status().replicas(),
            "readyReplicas", set.status().readyReplicas(),
            "availableReplicas", set.status().availableReplicas(),
            "observedGeneration", set.status().observedGeneration()));
    return tree;
  }

  private static String pod(ReplicaSet set, int number) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s-%d
      namespace: shop
      uid: uid-%s-%d
      creationTimestamp: "%s"
      labels: {app: web, rollouts-pod-template-hash: %s}
      ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: %s, uid: %s, controller: true}]
    status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
    """
        .formatted(
            set.name(),
            number,
            set.name(),
            number,
            set.metadata().creationTimestamp(),
            set.hash(),
            set.name(),
            set.metadata().uid());
  }

  /** The run as it is, but that its last answer was 0.03. */
  private static Map<String, ?> run(RolloutTrace.Run run, String owner) {
    AnalysisSpec spec = run.spec();
    ObjectMeta meta =
        ObjectMeta.named(run.name())
            .inNamespace("shop")
            .withUid("uid-of-the-run")
            .with(
                Map.of("rollout-type", "Background"),
                Map.of("rollout.argoproj.io/revision", "2"),
                List.of(
                    new ObjectMeta.OwnerReference(
                        "argoproj.io/v1alpha1", "Rollout", "web", owner, true, true)));
    Map<String, ?> tree =
        Codec.tree(
            new AnalysisRun(meta, spec, run.changes().get(run.changes().size() - 1).status()));
    return Map.copyOf(replaced(tree));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> replaced(Map<String, ?> tree) {
    return (Map<String, Object>)
        dev.rollouts.codec.Json.read(
            "run",
            dev.rollouts.codec.Json.write(tree)
                .replaceAll("\"value\":\"\\[[^\"]*\\]\"", "\"value\":\"[0.03]\""));
  }
}
