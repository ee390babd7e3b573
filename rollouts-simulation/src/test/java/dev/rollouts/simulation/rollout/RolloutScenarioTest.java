package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenario files of rollouts: what they can say, and what is said about those that are broken. */
class RolloutScenarioTest {
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: shop}
      spec:
        replicas: 4
        selector: {matchLabels: {app: shop}}
        template:
          metadata: {labels: {app: shop}}
          spec: {containers: [{name: web, image: "shop:1"}]}
        strategy:
          canary:
            stableService: shop-stable
            canaryService: shop-canary
            trafficRouting: {istio: {virtualService: {name: shop}}}
            analysis: {templates: [{templateName: errors}], startingStep: 1}
            steps:
            - setWeight: 25
            - pause: {}
            - setWeight: 50
            - pause: {duration: 2m}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: errors}
      spec:
        metrics:
        - name: errors
          interval: 20s
          failureLimit: 1
          successCondition: result[0] < 0.05
          provider: {prometheus: {address: "http://prometheus:9090", query: errors}}
      """;

  private static RolloutTrace run(String scenario) {
    RolloutManifests manifests = RolloutManifests.parse("shop.yaml", ROLLOUT);
    RolloutScenario read = RolloutScenario.parse("scenario.yaml", scenario);
    return read.applyTo(manifests.simulation(read.seed()), manifests).run(read.duration());
  }

  private static final String UPDATE = "acts:\n- {when: healthy, setImage: 'shop:2'}\n";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nobody promotes      | PAUSED      |",
        "somebody does        | HEALTHY     | - {when: waiting, later: 10m, promote: true}",
        "fully                | HEALTHY     | - {when: {weight: 25}, promote: full}",
        "step by step         | HEALTHY     | - {when: waiting, promote: skipCurrentStep}",
        "all steps at once    | HEALTHY     | - {when: {step: 1}, promote: skipAllSteps}",
        "abort                | DEGRADED    | - {when: paused, abort: true}",
        "undo                 | HEALTHY     | - {when: paused, undo: true}",
        "undo to a revision   | HEALTHY     | - {when: paused, undo: 1}",
        "pause by hand        | PAUSED      | - {when: {step: 1}, pause: true}",
      })
  void peopleAct(String name, RolloutPhase phase, String act) {
    RolloutTrace trace = run("duration: 3h\n" + UPDATE + (act == null ? "" : act + "\n"));
    assertThat(trace.phase()).as(trace.timeline()).isEqualTo(phase);
  }

  @Test
  void anAbortedUpdateIsTriedAgain() {
    RolloutTrace trace =
        run(
            UPDATE
                + """
                - {when: waiting, abort: true}
                - {when: degraded, later: 5m, retry: true}
                - {when: waiting, promote: true}
                """);
    assertThat(trace.updates()).hasSize(1);
    assertThat(trace.outcome()).isEqualTo(Outcome.PROMOTED);
  }

  @Test
  void neighboursActToo() {
    RolloutTrace trace =
        run(
            """
            duration: 1h
            acts:
            - {when: healthy, setImage: {web: "shop:2"}}
            - {when: waiting, each: true, promote: true}
            - {every: 10m, reapply: true}
            - {at: 30m, scale: 6}
            - {at: 31m, deletePod: stable}
            - {at: 32m, deletePod: newest}
            - {at: 33m, restart: true}
            - {at: 34m, loseNode: {node: 1, for: 2m}}
            - {at: 35m, terminateAnalyses: true}
            - {at: 36m, editService: {name: shop-canary, hash: ""}}
            """);
    List<String> acts = new ArrayList<>();
    trace
        .rows()
        .forEach(
            row ->
                row.happenings().stream()
                    .filter(each -> each.source().equals("user"))
                    .forEach(each -> acts.add(each.text())));
    assertThat(acts)
        .contains(
            "set image web=shop:2",
            "promote",
            "apply shop",
            "apply Service shop-stable",
            "scale to 6",
            "delete a pod of the stable version",
            "restart",
            "lose node 1 for 2m",
            "terminate analyses");
    // What is in the files is applied again, with the first image: git wins.
    assertThat(trace.end().sizes()).hasSize(1);
    assertThat(trace.updates().get(trace.updates().size() - 1).image()).isEqualTo("shop:1");
  }

  @Test
  void metricsMayDependOnVersionWeightAndTraffic() {
    String promote = UPDATE + "- {when: waiting, each: true, promote: true}\n";
    assertThat(run(promote + "metrics: {errors: {byWeight: {0: 0.01, 50: 0.2}}}").outcome())
        .isEqualTo(Outcome.ABORTED);
    assertThat(
            run(promote + "metrics: {errors: {byVersion: {'shop:3': {value: 1}, '*': {value: 0}}}}")
                .outcome())
        .isEqualTo(Outcome.PROMOTED);
    RolloutTrace slowly =
        run(
            promote
                + """
                metrics:
                  errors:
                    byVersion:
                      shop:2: [{value: 0, until: 1m}, {value: 1}]
                """);
    assertThat(slowly.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(slowly.updates().get(0).timeToVerdict()).isGreaterThan(Duration.ofMinutes(1));
    RolloutTrace served =
        run(
            promote
                + """
                load: 200
                metrics: {errors: {traffic: errorRate}}
                versions: {"shop:2": {errorRate: {0: 0.01, 50: 0.5}}}
                """);
    assertThat(served.outcome()).isEqualTo(Outcome.ABORTED);
    Update update = served.updates().get(0);
    assertThat(update.peakShare()).isEqualTo(0.5);
    // Half of the requests of the last twenty to forty seconds, and one in a hundred before.
    assertThat(update.failed()).isBetween(1_000.0, 2_100.0);
  }

  @Test
  void versionsBehaveAsTheyAreSaidTo() {
    RolloutTrace trace =
        run(UPDATE + "versions: {'shop:2': {neverReady: 1}, '*': {ready: [1s, 2s]}}\n");
    assertThat(trace.phase()).isEqualTo(RolloutPhase.DEGRADED);
    assertThat(trace.status().message()).startsWith("ProgressDeadlineExceeded");
    assertThat(trace.outcome()).isEqualTo(Outcome.DEGRADED);
  }

  @Test
  void theControllerHasItsTroubles() {
    RolloutTrace trace =
        run(
            UPDATE
                + """
                - {when: waiting, promote: true}
                cluster: {nodes: 2, podQuota: 20, disruptionBudget: 2, targetRegistration: 5s,
                  routers: {delay: 10s, partly: true}}
                faults:
                - {at: 10s, fault: CONFLICT}
                - {at: 20s, fault: RESTART, for: 10s}
                - {at: 30s, fault: CLOCK_STEP, by: 5s}
                - {at: 40s, fault: NODE_LOST, node: 1}
                """);
    assertThat(trace.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(trace.timeline())
        .contains("the controller dies", "the clock is set by 5000 ms", "node 1 is lost");
  }

  @Test
  void anAutoscalerFollowsTheLoad() {
    RolloutTrace trace =
        run(
            """
            duration: 20m
            load: [{value: 100, until: 2m}, {value: 300}]
            versions: {"*": {capacity: 50}}
            cluster: {autoscaler: {min: 2, max: 9, utilisation: 0.5, stabilisation: 1m}}
            """);
    assertThat(trace.rollout().spec().replicas()).isEqualTo(9);
    assertThat(trace.outcome()).isEqualTo(Outcome.DEPLOYED);
  }

  @Test
  void manifestsAreAppliedFromFilesAndInline(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("next.yaml"), ROLLOUT.replace("shop:1", "shop:2").split("---")[0]);
    Files.writeString(
        folder.resolve("scenario.yaml"),
        """
        acts:
        - {when: healthy, apply: next.yaml}
        - {when: waiting, promote: true}
        - at: 1h
          apply: {apiVersion: v1, kind: Service, metadata: {name: other}, spec: {}}
        """);
    RolloutManifests manifests = RolloutManifests.parse("shop.yaml", ROLLOUT);
    RolloutTrace trace =
        RolloutScenario.read(folder.resolve("scenario.yaml"))
            .applyTo(manifests.simulation(1), manifests)
            .run(Duration.ofHours(2));
    assertThat(trace.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(trace.updates().get(0).image()).isEqualTo("shop:2");
    assertThat(trace.timeline()).contains("apply Service other");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "acts: [{at: 5m}]                        | s:1:8: acts[0]: says nothing to do; write one of",
        "acts: [{abort: true}]                   | s:1:8: acts[0]: says no time; write at: 5m",
        "acts: [{at: 1m, aboort: true}]          | s:1:17: acts[0].aboort: unknown field; known",
        "acts: [{when: hapy, abort: true}]       | s:1:15: acts[0].when: expected healthy,",
        "acts: [{at: 1m, abort: 1}]              | s:1:24: acts[0].abort: expected true, found 1",
        "versions: {a: {ready: [2s, 1s]}}        | s:1:23: versions.a.ready: expected a duration",
        "versions: {a: {errorRate: {x: 1}}}      | s:1:27: versions.a.errorRate: \"x\" is no weight",
        "faults: [{at: 1m, fault: FIRE}]         | s:1:10: faults[0]: unknown fault \"FIRE\"; known",
        "metrics: {m: {traffic: x}}              | s:1:24: metrics.m.traffic: expected errorRate",
        "cluster: {autoscaler: {min: 1}}         | s:1:23: cluster.autoscaler: max is absent",
        "acts: [{at: 1m, apply: gone.yaml}]      | s:1:24: acts[0].apply: gone.yaml: there is no",
        "act: []                                 | s:1:1: act: unknown field; known here: acts,",
      })
  void everyProblemHasItsPlace(String scenario, String message) {
    assertThatThrownBy(() -> RolloutScenario.parse("s", scenario))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  /** The example of docs/guide/simulation.md is read, and comes out as the guide says. */
  @Test
  void theExampleOfTheGuideRuns() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "guide", "simulation.md"));
    Matcher example =
        Pattern.compile("```yaml\\n(# rollout scenario.*?)```", Pattern.DOTALL).matcher(guide);
    assertThat(example.find()).isTrue();
    RolloutTrace trace = run(example.group(1));
    RolloutStatus status = trace.status();
    assertThat(trace.outcome()).as(trace.summary()).isEqualTo(Outcome.ABORTED);
    assertThat(status.message()).contains("\"errors\" assessed Failed");
    assertThat(trace.updates()).hasSize(1);
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    String noisy = UPDATE + "- {when: waiting, promote: true}\nseed: 5\n";
    assertThat(run(noisy).timeline()).isEqualTo(run(noisy).timeline());
  }

  @Test
  void manySeedsGiveTheOdds() {
    RolloutManifests manifests = RolloutManifests.parse("shop.yaml", ROLLOUT);
    RolloutScenario noisy =
        RolloutScenario.parse(
            "noisy",
            UPDATE
                + "- {when: waiting, promote: true}\n"
                + "metrics: {errors: {value: 0.04, noise: 0.01}}\n");
    RolloutOdds odds =
        RolloutOdds.run(noisy.applyTo(manifests.simulation(1), manifests), 40, Duration.ofHours(1));
    assertThat(odds.results()).hasSize(40);
    Map<Outcome, Long> counts = new java.util.EnumMap<>(Outcome.class);
    odds.results().forEach(each -> counts.merge(each.outcome(), 1L, Long::sum));
    assertThat(counts).containsOnlyKeys(Outcome.PROMOTED, Outcome.ABORTED);
    assertThat(odds)
        .isEqualTo(
            RolloutOdds.run(
                noisy.applyTo(manifests.simulation(1), manifests), 40, Duration.ofHours(1)));
  }
}
