package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.Controller;
import dev.rollouts.testcluster.AuditLog;
import dev.rollouts.testcluster.TestCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Who may write Rollouts and analyses in one namespace names objects of another one in every field
 * that has a name, in every way that a path could be read.
 */
@Tag("it")
class IntruderTest {
  private static final String USER = "cluster-wide-controller";

  private static String victim() {
    return """
        apiVersion: v1
        kind: Secret
        metadata: {name: planted}
        stringData: {token: x}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: victim}
        spec: {selector: {app: shop}, ports: [{port: 80}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: victim}
        spec:
          rules:
          - http:
              paths: [{path: /, pathType: Prefix, backend: {service: {name: victim, port: {number: 80}}}}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: victim}
        spec:
          replicas: 1
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: shop}}
            spec: {containers: [{name: web, image: "shop:1"}]}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: victim}
        spec: {metrics: [{name: a, provider: {job: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}}}}}}]}
        """;
  }

  private static String intruder(String name, String strategy, String more) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: %s}
        spec:
          replicas: 1
          selector: {matchLabels: {app: %s}}
        %s
          strategy: %s
        """
        .formatted(name, name, more, strategy);
  }

  private static String template(String name) {
    return """
          template:
            metadata: {labels: {app: %s}}
            spec: {containers: [{name: web, image: "shop:1"}]}
        """
        .formatted(name)
        .indent(0);
  }

  @Test
  @DisplayName("O-050, R-510 No field of an object reaches into another namespace")
  void staysInItsNamespace() throws InterruptedException {
    TestCluster cluster = TestCluster.shared();
    try (LiveCluster other = new LiveCluster(cluster, "victim");
        LiveCluster own = new LiveCluster(cluster, "n0-services")) {
      other.applyText(victim());
      List<String> before = versions(other);
      int audited = cluster.controlPlane().audit().requests().size();
      List<String> names = new ArrayList<>();
      int number = 0;
      for (String path : paths(other.namespace())) {
        number++;
        for (String each : objects(number, path)) {
          own.applyText(each);
        }
        for (String each : List.of("services", "ingress", "workload", "template")) {
          names.add("n" + number + "-" + each);
        }
      }
      try (Controller controller =
          Controllers.start("", cluster.controlPlane().kubeconfigFor(USER, "system:masters"))) {
        assertThat(controller).isNotNull();
        Waiting.until(
            () ->
                own.list("Rollout").stream().allMatch(IntruderTest::isJudged)
                    && own.list("AnalysisRun").stream().allMatch(IntruderTest::isJudged),
            () -> own.list("Rollout").toString() + own.list("AnalysisRun"));
        assertThat(own.list("Rollout")).hasSameSizeAs(names);
      }
      assertThat(versions(other)).isEqualTo(before);
      List<AuditLog.Request> requests = cluster.controlPlane().audit().requests();
      assertThat(requests.subList(audited, requests.size()))
          .filteredOn(each -> each.user().equals(USER))
          .isNotEmpty()
          .filteredOn(
              each -> each.namespace().equals(other.namespace()) || each.name().contains("planted"))
          .filteredOn(each -> !each.namespace().equals(own.namespace()))
          .isEmpty();
    }
  }

  /** Ways to write that. */
  private static List<String> paths(String namespace) {
    return List.of(
        namespace + "/%s/victim",
        "../../" + namespace + "/%s/victim",
        "..%%2f..%%2f" + namespace + "%%2f%s%%2fvictim",
        "victim." + namespace,
        "x?/../../" + namespace + "/%s/victim",
        "victim%%23");
  }

  private static List<String> objects(int number, String path) {
    String n = "n" + number;
    return List.of(
        intruder(
            n + "-services",
            "{blueGreen: {activeService: \"%s\", previewService: \"%s\"}}"
                .formatted(path.formatted("services"), path.formatted("services")),
            template(n + "-services")),
        intruder(
            n + "-ingress",
            "{canary: {stableService: victim, canaryService: victim2, trafficRouting: {nginx: {stableIngress: \"%s\"}}}}"
                .formatted(path.formatted("ingresses")),
            template(n + "-ingress")),
        intruder(
            n + "-workload",
            "{canary: {}}",
            "  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: \"%s\", scaleDown: onsuccess}"
                .formatted(path.formatted("deployments"))),
        intruder(
            n + "-template",
            "{canary: {analysis: {templates: [{templateName: \"%s\"}]}}}"
                .formatted(path.formatted("analysistemplates")),
            template(n + "-template")),
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisRun
        metadata: {name: %s-run}
        spec:
          args: [{name: token, valueFrom: {secretKeyRef: {name: "%s", key: token}}}]
          metrics:
          - name: a
            successCondition: result == 1
            provider: {web: {url: "http://127.0.0.1:1/{{args.token}}"}}
        """
            .formatted(n, path.formatted("secrets").replace("victim", "planted")));
  }

  private static boolean isJudged(JsonObject tree) {
    Object phase = tree.at("status", "phase");
    return phase != null && !phase.equals("");
  }

  private static List<String> versions(LiveCluster cluster) {
    List<String> versions = new ArrayList<>();
    for (String kind : List.of("Service", "Ingress", "AnalysisTemplate")) {
      cluster
          .list(kind)
          .forEach(
              each ->
                  versions.add(
                      each.at("metadata", "name") + " " + each.at("metadata", "resourceVersion")));
    }
    cluster
        .list("Deployment")
        .forEach(each -> versions.add(each.at("metadata", "name") + " " + each.at("spec")));
    return versions;
  }
}
