package dev.rollouts.cli.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.codec.Codec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Argo Rollouts' plugin says about a file. */
class ArgoLintTest {
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
        strategy:
          canary: {stableService: stable, canaryService: canary}
      """;

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: stable}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      """;

  private static ArgoLint lint(String... documents) {
    return ArgoLint.of(Codec.standard().read("file.yaml", String.join("---\n", documents)));
  }

  @Test
  @DisplayName("K-140 K-144 a clean file says nothing, and what is not in it is not missed")
  void aCleanFileSaysNothing() {
    assertThat(lint("", ROLLOUT, SERVICE)).isEqualTo(lint());
    assertThat(lint().lines()).isEmpty();
    assertThat(lint().error()).isEmpty();
  }

  @Test
  @DisplayName("K-140 K-147 findings without their fields, then the first with its field")
  void findingsAreListed() {
    ArgoLint outcome =
        lint(ROLLOUT.replace("canary: {", "canary: {maxSurge: 0, maxUnavailable: 0, "));
    assertThat(outcome.lines())
        .containsExactly("Invalid value: 0: MaxSurge and MaxUnavailable both can not be zero");
    assertThat(outcome.error())
        .contains(
            "spec.strategy.maxSurge: Invalid value: 0: MaxSurge and MaxUnavailable both can not be"
                + " zero");
    assertThat(lint(ROLLOUT.replace("  selector: {matchLabels: {app: web}}\n", "")).lines())
        .containsExactly("Required value: Rollout has missing field '.spec.selector'");
    assertThat(lint(ROLLOUT.replace("labels: {app: web}}\n", "labels: {app: x}}\n")).error())
        .contains(
            "spec.template.metadata.labels: Invalid value: {\"app\":\"x\"}: `selector` does not match"
                + " template `labels`");
  }

  @Test
  @DisplayName("K-147 experiment weights with a router that cannot")
  void experimentWeights() {
    String steps =
        "canary: {trafficRouting: {nginx: {stableIngress: web}}, steps: [{experiment: {templates:"
            + " [{name: a, specRef: canary, weight: 5}]}}], ";
    assertThat(lint(ROLLOUT.replace("canary: {", steps)).lines())
        .containsExactly(
            "Invalid value: 5: Experiment template weight is only available for TrafficRouting with"
                + " SMI, ALB, Istio and Plugins at this time");
  }

  @Test
  @DisplayName("K-144 K-145 K-147 a service is found by its name in whatever namespace")
  void servicesAreJudgedWithTheirRollout() {
    String foreign =
        SERVICE
            .replace("{name: stable}", "{name: stable, namespace: other}")
            .replace("{app: web}", "{app: web, tier: front}");
    assertThat(lint(ROLLOUT, foreign).error())
        .contains(
            "spec.strategy.canary.stableService: Invalid value: \"stable\": Service \"stable\" has"
                + " unmatch label \"tier\" in rollout");
  }

  @Test
  @DisplayName("K-145 K-146 every rollout is judged, whatever stands before it")
  void everyRolloutIsJudged() {
    String plain = ROLLOUT.replace("{name: web}", "{name: plain}");
    String routed =
        ROLLOUT.replace(
            "canary: {", "canary: {trafficRouting: {istio: {virtualService: {name: routes}}}, ");
    String routes =
        """
        apiVersion: networking.istio.io/v1beta1
        kind: VirtualService
        metadata: {name: routes}
        spec: {hosts: [web]}
        """;
    String expected =
        "spec.strategy.canary.trafficRouting.istio.virtualService.name: Invalid value: \"routes\":"
            + " Unable to get any of the HTTP, TCP or TLS routes for the Istio VirtualService";
    assertThat(lint(routed, routes).error()).contains(expected);
    assertThat(lint(plain, routed, routes).error()).contains(expected);
  }

  @Test
  @DisplayName("K-142 unknown fields of rollouts, pod templates, services and ingresses")
  void unknownFieldsAreRefused() {
    assertThat(lint(ROLLOUT.replace("replicas", "replcas")).error()).contains(unknown("replcas"));
    assertThat(lint(ROLLOUT.replace("image", "imagee")).error()).contains(unknown("imagee"));
    assertThat(lint(SERVICE.replace("port:", "prt:")).error()).contains(unknown("prt"));
    assertThat(
            lint("""
                    apiVersion: networking.k8s.io/v1
                    kind: Ingress
                    metadata: {name: web}
                    spec: {rules: [{http: {paths: [{backend: {serviceName: web}}]}}]}
                    """)
                .error())
        .contains(unknown("serviceName"));
    assertThat(
            lint("""
                    apiVersion: extensions/v1beta1
                    kind: Ingress
                    metadata: {name: web}
                    spec: {rules: [{http: {paths: [{backend: {serviceName: web}}]}}]}
                    """)
                .error())
        .isEmpty();
  }

  private static String unknown(String field) {
    return "error unmarshaling JSON: while decoding JSON: json: unknown field \"" + field + "\"";
  }

  @Test
  @DisplayName("K-142 a key twice, another type, and text that is no YAML")
  void malformedFilesAreRefused() {
    assertThat(lint(ROLLOUT.replace("spec:\n", "spec:\n  replicas: 3\n")).error())
        .contains(
            "error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key \"replicas\""
                + " already set in map");
    assertThat(lint(ROLLOUT.replace("replicas: 2", "replicas: two")).error().get())
        .startsWith("error unmarshaling JSON: while decoding JSON: json: spec.replicas: expected");
    assertThat(lint(ROLLOUT.replace("{name: web}", "{name: web")).error().get())
        .startsWith("error converting YAML to JSON: yaml: line ");
    assertThat(lint("metadata: {name: web}\n").error().get())
        .startsWith("Object 'Kind' is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AnalysisTemplate", "Experiment", "AnalysisRun"})
  @DisplayName("K-143 other objects only have to be objects")
  void otherKindsAreNotJudged(String kind) {
    assertThat(
            lint("apiVersion: argoproj.io/v1alpha1\nkind: " + kind + "\nspec: {templates: [{}]}\n")
                .error())
        .isEmpty();
  }

  @Test
  @DisplayName("K-143 rollouts of any version")
  void rolloutsOfAnyVersionAreJudged() {
    assertThat(
            lint(ROLLOUT.replace("v1alpha1", "v1").replace("replicas: 2", "replicas: -2")).lines())
        .containsExactly("Invalid value: -2: must be greater than or equal to 0");
  }
}
