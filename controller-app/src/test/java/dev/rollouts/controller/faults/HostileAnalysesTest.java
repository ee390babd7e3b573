package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Json;
import dev.rollouts.controller.Controller;
import dev.rollouts.testcluster.TestCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Conditions and answers that nobody should write, in AnalysisRuns of a running controller. */
@Tag("it")
class HostileAnalysesTest {
  /** Of the abuse cases of the condition language; each is an error of its own. */
  private static final List<String> CONDITIONS =
      List.of(
          "result.getClass()",
          "\"\".getClass().forName(\"java.lang.Runtime\").getRuntime().exec(\"id\")",
          "new(\"java.io.File\", \"/etc/passwd\")",
          "new java.lang.ProcessBuilder(\"sh\")",
          "java.lang.System.exit(0)",
          "T(java.lang.Runtime)",
          "result.clear()",
          "result.a = 1",
          "while(true){}",
          "let f = asInt; f(f)",
          "return true",
          "len(1..2000000000) > 0",
          "len((0-9223372036854775807)..9223372036854775807) > 0",
          "all(1..1000, all(1..1000, all(1..1000, # > 0)))",
          "len(map(1..1000, 1..999999)) > 0",
          "len(repeat(\"x\", 1000000000)) > 0",
          "let a = repeat(\"x\", 999999); let b = a + a; let c = b + b; len(c) > 0",
          "len(reduce(1..100, #acc + #acc, \"x\")) > 0",
          "len(replace(repeat(\"x\", 999999), \"x\", repeat(\"y\", 999999))) > 0",
          "repeat(\"a\", 900000) matches \"(a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a)*b\"",
          "\"a\" matches \"a{1000}{1000}\"",
          "1e400 > 0",
          "fromJSON(repeat(\"[\", 100000)) == nil",
          "timezone(\"../../etc/passwd\") == nil",
          "sleep(1)",
          "let result = true; result",
          "(".repeat(20_000) + "true" + ")".repeat(20_000),
          "not ".repeat(50_000) + "true",
          "result == " + "1 + ".repeat(20_000) + "1",
          "\u0000",
          "result[\"v\"] > \"\ud83d\ude00\"",
          "");

  private final List<String> names = new ArrayList<>();

  private static String quoted(String text) {
    return Json.write(text);
  }

  private void apply(LiveCluster live, String name, String metric) {
    live.applyText(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisRun
        metadata: {name: %s}
        spec: {metrics: [{name: probe, consecutiveErrorLimit: 0, %s}]}
        """
            .formatted(name, metric));
    names.add(name);
  }

  private static String web(String url) {
    return "provider: {web: {url: \"%s\", jsonPath: \"{$.v}\", timeoutSeconds: 3}}".formatted(url);
  }

  private static Map<String, AnalysisRun> runs(LiveCluster live) {
    Map<String, AnalysisRun> runs = new LinkedHashMap<>();
    live.list("AnalysisRun")
        .forEach(
            each -> {
              AnalysisRun run = Wire.decode(AnalysisRun.class, each.fields()).value();
              runs.put(run.metadata().name(), run);
            });
    return runs;
  }

  private static AnalysisPhase phase(AnalysisRun run) {
    return run.statusOrPending().phase();
  }

  private static String told(AnalysisRun run) {
    return Json.write(Wire.encode(run.statusOrPending()));
  }

  @Test
  @DisplayName(
      "X1 to X30, A-012 Hostile conditions and answers end in errors that name metric and condition; others' runs go on")
  void everyOneEnds() throws InterruptedException {
    TestCluster cluster = TestCluster.shared();
    try (HostileWeb web = new HostileWeb();
        LogRecords log = new LogRecords();
        LiveCluster live = new LiveCluster(cluster, "none");
        Controller controller =
            Controllers.start(
                live.namespace(),
                cluster.controlPlane().kubeconfigFor("controller", "system:masters"))) {
      assertThat(controller).isNotNull();
      String good = "successCondition: result == 1, " + web(web.url("good")).replace("3}", "60}");
      apply(live, "neighbour", "count: 20, interval: 1s, " + good);
      Map<String, String> conditions = new LinkedHashMap<>();
      for (String each : CONDITIONS) {
        String name = "condition-" + conditions.size();
        conditions.put(name, each);
        String field = conditions.size() % 2 == 0 ? "failureCondition" : "successCondition";
        apply(live, name, field + ": " + quoted(each) + ", " + web(web.url("good")));
      }
      List<String> answers = new ArrayList<>();
      for (String each : web.paths()) {
        apply(live, "web-" + each, "successCondition: asFloat(result) > 1, " + web(web.url(each)));
        apply(
            live,
            "prometheus-" + each,
            "successCondition: \"result[0] > 1\", provider: {prometheus: {address: \"%s\", query: up, timeout: 3}}"
                .formatted(web.url(each)));
        answers.add("web-" + each);
        answers.add("prometheus-" + each);
      }
      Waiting.until(
          () -> runs(live).values().stream().allMatch(each -> phase(each).isCompleted()),
          () ->
              runs(live).values().stream()
                  .filter(each -> !phase(each).isCompleted())
                  .map(each -> each.metadata().name() + ": " + told(each))
                  .toList()
                  .toString());
      Map<String, AnalysisRun> ended = runs(live);
      assertThat(ended.keySet()).containsExactlyInAnyOrderElementsOf(names);
      assertThat(phase(ended.get("neighbour")))
          .as(told(ended.get("neighbour")))
          .isEqualTo(AnalysisPhase.SUCCESSFUL);
      conditions.forEach(
          (name, condition) -> {
            AnalysisRun run = ended.get(name);
            if (condition.isEmpty()) {
              return; // none at all: every measurement is good
            }
            assertThat(phase(run))
                .as("%s: %s", condition, told(run))
                .isEqualTo(AnalysisPhase.ERROR);
            assertThat(told(run))
                .as(condition)
                .contains("probe", "Condition")
                .hasSizeLessThan(20_000);
          });
      for (String name : answers) {
        AnalysisRun run = ended.get(name);
        assertThat(phase(run))
            .as("%s: %s", name, told(run))
            .isIn(AnalysisPhase.ERROR, AnalysisPhase.FAILED);
        assertThat(told(run)).as(name).contains("probe").hasSizeLessThan(400_000);
      }
      assertThat(log.errors()).as("turns that broke").isEmpty();
      apply(live, "afterwards", good);
      Waiting.until(
          () -> phase(runs(live).get("afterwards")) == AnalysisPhase.SUCCESSFUL,
          () -> told(runs(live).get("afterwards")));
    }
  }

  @Test
  @DisplayName("Answers that no status could hold are cut, so that the run is saved and ends")
  void novels() throws InterruptedException {
    TestCluster cluster = TestCluster.shared();
    try (HostileWeb web = new HostileWeb();
        LiveCluster live = new LiveCluster(cluster, "none");
        Controller controller =
            Controllers.start(
                live.namespace(),
                cluster.controlPlane().kubeconfigFor("controller", "system:masters"))) {
      assertThat(controller).isNotNull();
      StringBuilder metrics = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        metrics.append(
            "  - {name: m%d, count: 5, interval: 1s, successCondition: \"len(result) > 9\", %s}\n"
                .formatted(i, web(web.url("novel"))));
      }
      live.applyText(
          "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\nmetadata: {name: novels}\nspec:\n  metrics:\n"
              + metrics);
      Waiting.until(
          () -> phase(runs(live).get("novels")).isCompleted(),
          () -> told(runs(live).get("novels")).substring(0, 2000));
      assertThat(phase(runs(live).get("novels"))).isEqualTo(AnalysisPhase.SUCCESSFUL);
    }
  }
}
