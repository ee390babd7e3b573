package dev.rollouts.engine.analysis.explain;

import static dev.rollouts.api.analysis.AnalysisPhase.ERROR;
import static dev.rollouts.api.analysis.AnalysisPhase.FAILED;
import static dev.rollouts.api.analysis.AnalysisPhase.INCONCLUSIVE;
import static dev.rollouts.api.analysis.AnalysisPhase.RUNNING;
import static dev.rollouts.api.analysis.AnalysisPhase.SUCCESSFUL;
import static dev.rollouts.engine.analysis.explain.Story.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TtlStrategy;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.analysis.explain.Cause.Level;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Situations and what is said of them; the texts are in golden/explain. */
class ExplanationTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "explain");
  private static final String NO_DATA =
      "could not evaluate successCondition \"result[0] >= 0.95\": metric result is nil or empty: no data"
          + " returned from the metric provider";

  private static Metric.Builder rate(String name) {
    return Metric.named(name)
        .interval("1m")
        .count(5)
        .successCondition("result[0] >= 0.95")
        .provider(query());
  }

  private static Metric.Builder errors(String name) {
    return Metric.named(name)
        .interval("1m")
        .count(5)
        .failureCondition("result[0] > 0.05")
        .provider(query());
  }

  private static ProviderConfig query() {
    return PrometheusQuery.of("http://prometheus:9090", "up");
  }

  private static ProviderConfig job() {
    return new JobTemplate(null, JsonObject.empty());
  }

  private static AnalysisSpec spec(Metric.Builder... metrics) {
    AnalysisSpec.Builder spec = AnalysisSpec.builder();
    for (Metric.Builder metric : metrics) {
      spec.metric(metric.build());
    }
    return spec.build();
  }

  /** As it may come from YAML: nothing is checked. */
  private static AnalysisSpec unchecked(AnalysisSpec sound, Argument... args) {
    return sound.withArgs(List.of(args));
  }

  private static String assessed(String metric, String phase, String why) {
    return "Metric \"%s\" assessed %s due to %s".formatted(metric, phase, why);
  }

  static Map<String, Story> stories() {
    Map<String, Story> all = new LinkedHashMap<>();
    open(all);
    successful(all);
    wrong(all);
    return all;
  }

  private static void open(Map<String, Story> all) {
    all.put("pending", Story.of(spec(rate("success-rate"))).notStarted());
    all.put(
        "pending-with-initial-delay",
        Story.of(spec(rate("success-rate").initialDelay("30s"))).notStarted());
    all.put(
        "initial-delay-not-over", Story.of(spec(rate("success-rate").initialDelay("5m"))).at(90));
    all.put(
        "waits-for-interval",
        Story.of(spec(rate("success-rate")))
            .metric(result("success-rate", RUNNING).ok(0, "[0.99]").ok(60, "[0.98]"))
            .at(75));
    all.put(
        "overdue",
        Story.of(spec(rate("success-rate")))
            .metric(result("success-rate", RUNNING).ok(0, "[0.99]"))
            .at(3600));
    all.put(
        "one-failure-tolerated-so-far",
        Story.of(spec(rate("success-rate").failureLimit(2)))
            .metric(result("success-rate", RUNNING).ok(0, "[0.99]").failed(60, "[0.9]"))
            .at(70));
    all.put(
        "retries-after-error",
        Story.of(spec(rate("success-rate")))
            .metric(
                result("success-rate", RUNNING).error(0, "connection refused").error(10, NO_DATA))
            .at(15));
    all.put(
        "job-in-flight",
        Story.of(spec(Metric.named("smoke").provider(job())))
            .metric(result("smoke", RUNNING).inFlight(0, 40L))
            .at(25));
    all.put(
        "job-in-flight-without-resume-time",
        Story.of(spec(Metric.named("smoke").provider(job())))
            .metric(result("smoke", RUNNING).inFlight(0, null))
            .at(5));
    all.put(
        "a-metric-failed-and-the-next-decision-ends-the-run",
        Story.of(spec(errors("error-rate"), rate("success-rate")))
            .metric(result("error-rate", FAILED).failed(0, "[0.2]"))
            .metric(result("success-rate", RUNNING).ok(0, "[0.99]"))
            .at(1));
    all.put(
        "waits-for-a-job-to-be-stopped",
        Story.of(spec(errors("error-rate"), Metric.named("smoke").provider(job())))
            .metric(result("error-rate", FAILED).failed(0, "[0.2]"))
            .metric(result("smoke", RUNNING).inFlight(0, 40L))
            .at(1));
    all.put(
        "told-to-stop",
        Story.of(spec(rate("success-rate")).terminated())
            .metric(result("success-rate", RUNNING).ok(0, "[0.99]"))
            .at(30));
    all.put(
        "only-a-dry-run-metric-is-open",
        Story.of(
                AnalysisSpec.builder()
                    .metric(rate("success-rate").count(1).build())
                    .metric(errors("experimental").count(3).build())
                    .dryRun("experimental")
                    .build())
            .metric(result("success-rate", SUCCESSFUL).ok(0, "[0.99]"))
            .metric(result("experimental", RUNNING).dry().ok(0, "[0]"))
            .at(10));
    all.put(
        "endless",
        Story.of(
                spec(
                    Metric.named("success-rate")
                        .interval("30s")
                        .successCondition("result[0] >= 0.95")
                        .provider(query())))
            .metric(result("success-rate", RUNNING).counted(SUCCESSFUL, 20).ok(600, "[1]"))
            .at(610));
    all.put(
        "needs-a-streak",
        Story.of(spec(rate("success-rate").count(10).failureLimit(-1).consecutiveSuccessLimit(3)))
            .metric(result("success-rate", RUNNING).failed(0, "[0.9]").ok(60, "[1]").ok(120, "[1]"))
            .at(130));
    all.put(
        "the-next-decision-refuses-the-spec",
        Story.of(unchecked(spec(rate("success-rate")), Argument.required("service"))).notStarted());
  }

  private static void successful(Map<String, Story> all) {
    all.put(
        "successful-by-count",
        Story.of(spec(rate("success-rate").count(2), errors("error-rate").count(1)))
            .metric(result("success-rate", SUCCESSFUL).ok(0, "[0.99]").ok(60, "[0.97]"))
            .metric(result("error-rate", SUCCESSFUL).ok(0, "[0.01]"))
            .ended(SUCCESSFUL, 60, ""));
    all.put(
        "successful-with-a-tolerated-failure",
        Story.of(spec(rate("success-rate").count(3).failureLimit(1)))
            .metric(
                result("success-rate", SUCCESSFUL)
                    .ok(0, "[0.99]")
                    .failed(60, "[0.94]")
                    .ok(120, "[1]"))
            .ended(SUCCESSFUL, 120, ""));
    all.put(
        "successful-although-the-only-measurement-failed",
        Story.of(
                spec(
                    Metric.named("success-rate")
                        .failureLimit(1)
                        .successCondition("result[0] >= 0.95")
                        .provider(query())))
            .metric(result("success-rate", SUCCESSFUL).failed(0, "[0.1]"))
            .ended(SUCCESSFUL, 0, ""));
    all.put(
        "successful-by-streak",
        Story.of(spec(rate("success-rate").count(10).consecutiveSuccessLimit(2)))
            .metric(result("success-rate", SUCCESSFUL).ok(0, "[1]").ok(60, "[1]"))
            .ended(SUCCESSFUL, 60, ""));
    all.put(
        "successful-without-conditions",
        Story.of(spec(Metric.named("reachable").provider(query())))
            .metric(result("reachable", SUCCESSFUL).ok(0, "[0.2]"))
            .ended(SUCCESSFUL, 0, ""));
    all.put(
        "stopped",
        Story.of(spec(rate("success-rate")).terminated())
            .metric(result("success-rate", SUCCESSFUL).ok(0, "[0.99]"))
            .ended(SUCCESSFUL, 30, "Run Terminated"));
    all.put(
        "stopped-before-anything-was-measured",
        Story.of(spec(rate("success-rate")).terminated()).ended(SUCCESSFUL, 0, "Run Terminated"));
    all.put(
        "successful-while-a-dry-run-metric-failed",
        Story.of(
                AnalysisSpec.builder()
                    .metric(rate("success-rate").count(1).build())
                    .metric(errors("experimental").build())
                    .dryRun("experi")
                    .build())
            .metric(result("success-rate", SUCCESSFUL).ok(0, "[0.99]"))
            .metric(
                result("experimental", FAILED)
                    .dry()
                    .failed(0, "[0.5]")
                    .says("Metric assessed Failed due to failed (1) > failureLimit (0)"))
            .ended(SUCCESSFUL, 0, ""));
    all.put(
        "every-metric-dry-run",
        Story.of(AnalysisSpec.builder().metric(errors("a").build()).dryRun(".*").build())
            .metric(result("a", FAILED).dry().failed(0, "[0.5]"))
            .ended(SUCCESSFUL, 0, ""));
    all.put(
        "to-be-deleted",
        Story.of(
                AnalysisSpec.builder()
                    .metric(rate("success-rate").count(1).build())
                    .ttlStrategy(new TtlStrategy(null, null, 3600))
                    .build())
            .metric(result("success-rate", SUCCESSFUL).ok(0, "[0.99]"))
            .ended(SUCCESSFUL, 0, ""));
  }

  private static void wrong(Map<String, Story> all) {
    all.put(
        "failed-by-success-condition",
        Story.of(spec(rate("success-rate").failureLimit(1)))
            .metric(
                result("success-rate", FAILED)
                    .ok(0, "[0.99]")
                    .failed(60, "[0.93]")
                    .failed(120, "[0.9]"))
            .ended(
                FAILED, 120, assessed("success-rate", "Failed", "failed (2) > failureLimit (1)")));
    all.put(
        "failed-by-failure-condition-and-a-sibling-never-measured",
        Story.of(spec(errors("error-rate"), rate("success-rate").initialDelay("10m")))
            .metric(result("error-rate", FAILED).failed(0, "[0.071]"))
            .ended(FAILED, 1, assessed("error-rate", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "failed-while-both-conditions-held",
        Story.of(spec(rate("success-rate").failureCondition("0.5 < result[0]")))
            .metric(result("success-rate", FAILED).failed(0, "[0.97]"))
            .ended(FAILED, 0, assessed("success-rate", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "failed-by-one-part-of-a-condition",
        Story.of(
                spec(
                    Metric.named("latency")
                        .successCondition(
                            "len(result) > 0 and result[0] < 0.3 && max(result) <= 1.5")
                        .provider(query())))
            .metric(result("latency", FAILED).failed(0, "[0.2,1.75]"))
            .ended(FAILED, 0, assessed("latency", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "failed-by-some-elements",
        Story.of(
                spec(
                    Metric.named("latency")
                        .successCondition("all(result, # < 0.3)")
                        .provider(query())))
            .metric(result("latency", FAILED).failed(0, "[0.2,0.31,0.1,0.9]"))
            .ended(FAILED, 0, assessed("latency", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "failed-by-nan",
        Story.of(spec(rate("success-rate")))
            .metric(result("success-rate", FAILED).failed(0, "[NaN]"))
            .ended(FAILED, 0, assessed("success-rate", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "failed-with-measurements-no-longer-kept",
        Story.of(
                AnalysisSpec.builder()
                    .metric(errors("error-rate").count(50).failureLimit(9).build())
                    .measurementRetention("error", 2)
                    .build())
            .metric(
                result("error-rate", FAILED)
                    .counted(FAILED, 8)
                    .failed(540, "[0.06]")
                    .failed(600, "[0.061]"))
            .ended(
                FAILED, 600, assessed("error-rate", "Failed", "failed (10) > failureLimit (9)")));
    all.put(
        "failed-for-want-of-a-streak",
        Story.of(spec(rate("success-rate").count(4).failureLimit(-1).consecutiveSuccessLimit(3)))
            .metric(
                result("success-rate", FAILED)
                    .ok(0, "[1]")
                    .failed(60, "[0.5]")
                    .ok(120, "[1]")
                    .ok(180, "[1]"))
            .ended(FAILED, 180, ""));
    all.put(
        "inconclusive-for-want-of-a-streak",
        Story.of(spec(rate("success-rate").count(3).failureLimit(1).consecutiveSuccessLimit(2)))
            .metric(
                result("success-rate", INCONCLUSIVE)
                    .ok(0, "[1]")
                    .failed(60, "[0.5]")
                    .ok(120, "[1]"))
            .ended(INCONCLUSIVE, 120, ""));
    all.put(
        "inconclusive-between-the-conditions",
        Story.of(spec(rate("success-rate").failureCondition("result[0] < 0.9")))
            .metric(result("success-rate", INCONCLUSIVE).inconclusive(0, "[0.92]"))
            .ended(
                INCONCLUSIVE,
                0,
                assessed(
                    "success-rate", "Inconclusive", "inconclusive (1) > inconclusiveLimit (0)")));
    all.put(
        "inconclusive-as-a-job-was-stopped",
        Story.of(spec(Metric.named("smoke").provider(job())).terminated())
            .metric(
                result("smoke", INCONCLUSIVE)
                    .measured(INCONCLUSIVE, 30, "", "Metric Terminated")
                    .says("Metric Terminated"))
            .ended(
                INCONCLUSIVE,
                30,
                assessed("smoke", "Inconclusive", "inconclusive (1) > inconclusiveLimit (0)")
                    + ": \"Error Message: Metric Terminated\""));
    Story.Result unreachable = result("success-rate", ERROR).says("boom");
    for (int i = 0; i < 5; i++) {
      unreachable.error(
          10L * i, "Post \"http://prometheus:9090/api/v1/query\": connection refused");
    }
    all.put(
        "error-as-the-provider-does-not-answer",
        Story.of(spec(rate("success-rate")))
            .metric(unreachable)
            .ended(
                ERROR,
                40,
                assessed(
                    "success-rate", "Error", "consecutiveErrors (5) > consecutiveErrorLimit (4)")));
    all.put(
        "error-as-there-are-no-data",
        Story.of(spec(rate("success-rate").consecutiveErrorLimit(0)))
            .metric(result("success-rate", ERROR).error(0, NO_DATA).says(NO_DATA))
            .ended(
                ERROR,
                0,
                assessed(
                    "success-rate", "Error", "consecutiveErrors (1) > consecutiveErrorLimit (0)")));
    all.put(
        "error-as-the-condition-does-not-fit",
        Story.of(
                spec(
                    Metric.named("success-rate")
                        .consecutiveErrorLimit(0)
                        .successCondition("result >= 0.95")
                        .provider(query())))
            .metric(
                result("success-rate", ERROR)
                    .error(
                        0,
                        "could not evaluate successCondition \"result >= 0.95\": invalid operation: >="
                            + " (mismatched types []float64 and float64)"))
            .ended(
                ERROR,
                0,
                assessed(
                    "success-rate", "Error", "consecutiveErrors (1) > consecutiveErrorLimit (0)")));
    all.put(
        "two-went-wrong-and-failed-is-worse-than-error",
        Story.of(spec(rate("success-rate").consecutiveErrorLimit(0), errors("error-rate")))
            .metric(result("success-rate", ERROR).error(0, "HTTP 503"))
            .metric(result("error-rate", FAILED).failed(0, "[0.4]"))
            .ended(FAILED, 1, assessed("error-rate", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "two-failed-and-the-first-counts",
        Story.of(spec(errors("one"), errors("two")))
            .metric(result("two", FAILED).failed(0, "[0.4]"))
            .metric(result("one", FAILED).failed(0, "[0.3]"))
            .ended(FAILED, 1, assessed("one", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "job-failed-and-a-sibling-left-running",
        Story.of(spec(Metric.named("smoke").provider(job()), Metric.named("load").provider(job())))
            .metric(result("smoke", FAILED).measured(FAILED, 20, "", ""))
            .metric(result("load", RUNNING).inFlight(0, 40L))
            .ended(FAILED, 21, assessed("smoke", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "argument-not-supplied",
        Story.of(unchecked(spec(rate("success-rate")), Argument.required("service")))
            .unusable("Unable to resolve metric arguments: argument \"service\" was not supplied"));
    all.put(
        "placeholder-unknown",
        Story.of(spec(rate("success-rate").interval("{{args.every}}")))
            .unusable("Unable to resolve metric arguments: failed to resolve {{args.every}}"));
    all.put(
        "secret-gone",
        Story.of(
                unchecked(
                    spec(rate("success-rate")), Argument.fromSecret("token", "prom", "token")))
            .metric(result("success-rate", RUNNING).ok(0, "[1]"))
            .unusable("Unable to resolve metric arguments: secrets \"prom\" not found"));
    all.put(
        "spec-invalid",
        Story.of(
                new AnalysisSpec(
                    List.of(rate("a").build(), rate("a").build()),
                    List.of(),
                    false,
                    List.of(),
                    List.of(),
                    null))
            .unusable("Analysis spec invalid: metrics[1]: duplicate name 'a'"));
    all.put(
        "dry-run-rule-matches-nothing",
        Story.of(AnalysisSpec.builder().metric(rate("a").build()).dryRun("*").build())
            .unusable("Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)"));
    all.put(
        "spec-edited-after-the-end",
        Story.of(spec(errors("error-rate").failureLimit(3)))
            .metric(result("error-rate", FAILED).failed(0, "[0.4]"))
            .ended(FAILED, 0, assessed("error-rate", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "metric-removed-after-the-end",
        Story.of(spec(rate("success-rate")))
            .metric(result("error-rate", FAILED).failed(0, "[0.4]"))
            .ended(FAILED, 0, assessed("error-rate", "Failed", "failed (1) > failureLimit (0)")));
    all.put(
        "hostile-names-and-messages",
        Story.of(
                spec(
                    Metric.named("a\u001b[31m\"\n<script>\u202e")
                        .consecutiveErrorLimit(0)
                        .provider(query())))
            .metric(
                result("a\u001b[31m\"\n<script>\u202e", ERROR)
                    .error(0, "line one\nline two\u0007\u0000" + "x".repeat(2000)))
            .ended(ERROR, 0, "Metric \u001b]0;owned\u0007"));
  }

  static Stream<String> names() {
    return stories().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  @Tag("golden")
  void saysAsTheGoldenFileHasIt(String name) throws IOException {
    String text = stories().get(name).explain().text(100);
    Path file = GOLDEN.resolve(name + ".txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, text, StandardCharsets.UTF_8);
    }
    assertThat(text).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
  }

  @Test
  void everyGoldenFileBelongsToASituation() throws IOException {
    Set<String> names = stories().keySet();
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
          .hasSizeGreaterThanOrEqualTo(30)
          .allMatch(names::contains);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void isOneLineEachWithoutControlCharacters(String name) {
    assertThat(stories().get(name).explain().text())
        .matches("[\\P{Cntrl}\\n]+")
        .doesNotContain("\u202e");
  }

  @Test
  void theChainGoesFromTheRunDownToTheNumbers() {
    Explanation explanation = stories().get("failed-by-success-condition").explain();
    List<Level> levels = new ArrayList<>();
    for (Cause cause = explanation.causes().get(0); ; cause = cause.because().get(0)) {
      levels.add(cause.level());
      if (cause.because().isEmpty()) {
        break;
      }
    }
    assertThat(levels).containsExactlyElementsOf(EnumSet.allOf(Level.class));
    assertThat(explanation.causes().get(0).because().get(0).because().get(0).reason().facts())
        .containsEntry("failed", 2)
        .containsEntry("failureLimit", 1);
  }

  @Test
  void linesAreBrokenAtTheWidth() {
    for (Story story : stories().values()) {
      for (String line : story.explain().text(80).lines().toList()) {
        if (line.strip().indexOf(' ') >= 0 && line.length() > 80) {
          // Only a single word may be longer, behind its bullet.
          assertThat(line.strip().replaceFirst("^(- |because )", "")).doesNotContain(" ");
        }
      }
    }
  }
}
