package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each kind of step once, and Services that take turns, on a real API server. */
@Tag("it")
class StepsTest {
  private Live live;

  @BeforeEach
  void start() {
    RouterDefinitions.install(TestCluster.shared().client());
    live = new Live();
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private JsonObject virtualService() {
    return live.find(
            new ObjectKey("networking.istio.io/v1alpha3", "VirtualService", live.namespace, "web"))
        .orElseThrow();
  }

  private List<String> routes() {
    return virtualService().at("spec", "http") instanceof List<?> list
        ? list.stream().map(each -> String.valueOf(((Map<?, ?>) each).get("name"))).toList()
        : List.of();
  }

  /** Weights of the first two destinations of the last route. */
  private String weights() {
    JsonObject tree = virtualService();
    int last = routes().size() - 1;
    return RouterCase.at(tree, "spec", "http", last, "route", 0, "weight")
        + "/"
        + RouterCase.at(tree, "spec", "http", last, "route", 1, "weight");
  }

  private static String virtualService(String canary, String stable) {
    return """
        ---
        apiVersion: networking.istio.io/v1alpha3
        kind: VirtualService
        metadata: {name: web}
        spec:
          hosts: [web]
          http:
          - name: primary
            route:
            - {destination: {host: %s}, weight: 0}
            - {destination: {host: %s}, weight: 100}
        """
        .formatted(canary, stable);
  }

  @Test
  @DisplayName("R-150 to R-166, T-440 to T-445, E-004 An update takes one step of each kind")
  void everyKindOnce() {
    live.apply(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          strategy:
            canary:
              canaryService: web-canary
              stableService: web-stable
              scaleDownDelaySeconds: 1
              trafficRouting:
                managedRoutes: [{name: mirror}, {name: beta}]
                istio: {virtualService: {name: web, routes: [primary]}}
              steps:
              - setCanaryScale: {replicas: 1}
              - setWeight: 20
              - setHeaderRoute: {name: beta, match: [{headerName: x-user, headerValue: {exact: qa}}]}
              - setMirrorRoute: {name: mirror, percentage: 35, match: [{path: {prefix: /}}]}
              - pause: {}
              - setHeaderRoute: {name: beta}
              - setMirrorRoute: {name: mirror}
              - analysis: {templates: [{templateName: smoke}]}
              - experiment: {duration: 2s, templates: [{name: base, specRef: stable, weight: 5}]}
              - plugin: {name: test/gate, config: {which: main}}
              - setCanaryScale: {matchTrafficWeight: true}
              - setWeight: 60
              - pause: {duration: 1s}
              - pause: {}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: smoke}
        spec:
          metrics:
          - name: smoke
            provider:
              job:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: smoke, image: "smoke:1"}]
        """
            + RouterCase.service("web-canary")
            + RouterCase.service("web-stable")
            + virtualService("web-canary", "web-stable"));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(live.sizes()).isEqualTo("1=2 2=1");
    assertThat(routes()).containsExactly("mirror", "beta", "primary");
    assertThat(weights()).isEqualTo("20/80");
    assertThat(RouterCase.at(virtualService(), "spec", "http", 0, "mirrorPercentage", "value"))
        .isEqualTo(35);

    live.promote("web");
    live.await("web", it -> Integer.valueOf(13).equals(it.statusOrEmpty().currentStepIndex()));
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(routes()).containsExactly("primary");
    assertThat(weights()).isEqualTo("60/40");
    assertThat(live.sizes()).endsWith("1=2 2=2"); // those of the experiment come first
    assertThat(live.list("Experiment"))
        .singleElement()
        .satisfies(it -> assertThat(it.at("status", "phase")).isEqualTo("Successful"));
    assertThat(live.list("AnalysisRun"))
        .singleElement()
        .satisfies(it -> assertThat(it.at("status", "phase")).isEqualTo("Successful"));
    assertThat(live.rollout("web").statusOrEmpty().canary().stepPluginStatuses())
        .singleElement()
        .satisfies(it -> assertThat(it.phase()).isEqualTo("Successful"));

    live.promote("web");
    live.await("web", RolloutPhase.HEALTHY, "");
    live.await("web", it -> live.sizes().endsWith("1=0 2=2"));
    assertThat(weights()).isEqualTo("0/100");
  }

  private String selected(String service) {
    return String.valueOf(
        live.find(ObjectKey.service(live.namespace, service))
            .orElseThrow()
            .at("spec", "selector", RolloutKeys.POD_TEMPLATE_HASH));
  }

  @Test
  @DisplayName(
      "R-146, T-912 Ping and pong take turns as the stable Service, and neither moves under traffic")
  void pingPong() {
    live.apply(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          strategy:
            canary:
              pingPong: {pingService: web-ping, pongService: web-pong}
              scaleDownDelaySeconds: 1
              trafficRouting:
                istio: {virtualService: {name: web, routes: [primary]}}
              steps: [{setWeight: 20}, {pause: {}}]
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
            + RouterCase.service("web-ping")
            + RouterCase.service("web-pong")
            + virtualService("web-pong", "web-ping"));
    live.await("web", RolloutPhase.HEALTHY, "");
    String stable = live.rollout("web").statusOrEmpty().canary().stablePingPong();
    int pong = stable.equals("ping") ? 0 : 1; // position of the canary's destination
    String stableService = stable.equals("ping") ? "web-ping" : "web-pong";
    String canaryService = stable.equals("ping") ? "web-pong" : "web-ping";
    String first = selected(stableService);

    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(weights()).isEqualTo(pong == 0 ? "20/80" : "80/20");
    assertThat(selected(stableService)).isEqualTo(first);
    String second = selected(canaryService);
    assertThat(second).isNotEqualTo(first);

    live.promote("web");
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(live.rollout("web").statusOrEmpty().canary().stablePingPong()).isNotEqualTo(stable);
    Live.await(() -> weights().equals(pong == 0 ? "100/0" : "0/100"), this::weights);
    assertThat(selected(canaryService)).isEqualTo(second);
  }
}
