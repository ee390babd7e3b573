package dev.rollouts.simulation.rollout;

import static dev.rollouts.simulation.rollout.Pains.CHECK;
import static dev.rollouts.simulation.rollout.Pains.LENGTH;
import static dev.rollouts.simulation.rollout.Pains.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Json;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.TrafficScript;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Troubles of users of Argo Rollouts with analysis in the life of a rollout; the numbers in
 * brackets are those of the threads there.
 */
class AnalysisPainsTest {
  private static final String STEP =
      """
      canary:
        steps:
        - setWeight: 25
        - analysis: {templates: [{templateName: check}]}
        - pause: {duration: 1m}
      """;

  /** A template with one metric with these settings. */
  private static String template(String settings) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: check}
        spec:
          metrics:
          - name: check
            provider: {prometheus: {address: "http://prometheus:9090", query: up}}
        """
        + settings.indent(4);
  }

  private static RolloutSimulation checked(String template, Script script) {
    return Pains.shop(4, STEP, template)
        .cluster(it -> it.otherMetrics(TrafficScript.of(script)))
        .act(When.healthy(), UPDATE);
  }

  @Test
  @DisplayName("Pain 43 (#1466, #363, #2101), A-056 Without data the message says so")
  void noData() {
    RolloutTrace trace =
        checked(
                template("interval: 10s\ncount: 5\nsuccessCondition: result[0] >= 0.95"),
                Script.empty())
            .run(LENGTH);
    assertThat(trace.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(trace.status().message()).contains("no data");

    RolloutTrace provided =
        checked(
                template(
                    "interval: 10s\ncount: 3\nsuccessCondition: len(result) == 0 || result[0] >= 0.95"),
                Script.empty())
            .run(LENGTH);
    assertThat(Pains.isAllOn(provided, "shop:2")).as(provided.timeline()).isTrue();
  }

  @Test
  @DisplayName("Pain 44 (#1905, #1945), A-064 A check can wait until there is data")
  void waitsForData() {
    RolloutTrace trace =
        checked(
                template(
                    """
                    interval: 10s
                    count: 90
                    consecutiveSuccessLimit: 3
                    inconclusiveLimit: 60
                    successCondition: len(result) > 0 && result[0] >= 0.95
                    failureCondition: len(result) > 0 && result[0] < 0.95
                    """),
                Script.delegating(
                    question ->
                        question.elapsed().toMinutes() < 4 ? Script.empty() : Script.constant(1)))
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    Duration step =
        Pains.first(trace, row -> row.step() == 1 && !row.newest().equals(row.stable()));
    Duration over =
        Pains.first(
            trace, row -> row.step() == 2 && row.newest().equals(trace.status().stableRS()));
    assertThat(over.minus(step)).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
  }

  @Test
  @DisplayName(
      "Pain 49 (#1052, #1832, #872), R-357, R-510 What cannot be built is named in the status")
  void errorsAreNamed() {
    RolloutTrace missing = RolloutSimulation.of(Rollouts.rollout(4, STEP), 1).run(LENGTH);
    assertThat(missing.phase()).isEqualTo(RolloutPhase.DEGRADED);
    assertThat(missing.status().message()).startsWith("InvalidSpec").contains("check");

    RolloutTrace argument =
        checked(
                CHECK
                    .replace("spec:\n", "spec:\n  args: [{name: service-name}]\n")
                    .replace("query: up", "query: \"up{service='{{args.service-name}}'}\""),
                Script.constant(1))
            .run(LENGTH);
    assertThat(argument.status().message()).contains("service-name");
  }

  @Test
  @DisplayName("Pain 49 (#1358, #3361), A-021, A-022 Arguments reach intervals and counts")
  void argumentsOfSettings() {
    RolloutTrace trace =
        Pains.shop(
                4,
                STEP.replace(
                    "[{templateName: check}]",
                    "[{templateName: check}], args: [{name: times, value: '3'}, {name: every, value: 20s}]"),
                template(
                        "interval: '{{args.every}}'\ncount: '{{args.times}}'\nsuccessCondition: result[0] >= 0.95")
                    .replace("spec:\n", "spec:\n  args: [{name: times}, {name: every}]\n"))
            .cluster(it -> it.otherMetrics(TrafficScript.of(Script.constant(1))))
            .act(When.healthy(), UPDATE)
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    AnalysisRunStatus status = last(trace.runs().get(0));
    assertThat(status.metricResults().get(0).measurements()).hasSize(3);
  }

  private static AnalysisRunStatus last(RolloutTrace.Run run) {
    return run.changes().get(run.changes().size() - 1).status();
  }

  @Test
  @DisplayName("Pain 50 (#2866), A-063, R-350 A failure can pause instead of abort")
  void pausesInsteadOfAborting() {
    RolloutSimulation trusting =
        checked(
            template("successCondition: result[0] >= 0.95\nfailureCondition: 'false'"),
            Script.constant(0.2));
    RolloutTrace waits = trusting.run(LENGTH);
    assertThat(waits.phase()).isEqualTo(RolloutPhase.PAUSED);
    assertThat(waits.status().message()).isEqualTo("InconclusiveAnalysisRun");
    assertThat(waits.status().currentStepIndex()).isEqualTo(1);
    RolloutTrace goesOn =
        trusting.act(When.paused().later(Duration.ofHours(1)), Act.promote()).run(LENGTH);
    assertThat(Pains.isAllOn(goesOn, "shop:2")).as(goesOn.timeline()).isTrue();
    RolloutTrace aborted =
        trusting.act(When.paused().later(Duration.ofHours(1)), Act.abort()).run(LENGTH);
    assertThat(aborted.outcome()).isEqualTo(Outcome.ABORTED);
  }

  @Test
  @DisplayName("R-254, R-350 A run that somebody terminates tells nothing, and the update waits")
  void terminatedRun() {
    RolloutTrace trace =
        checked(
                template("interval: 1m\ncount: 10\nsuccessCondition: result[0] >= 0.95"),
                Script.constant(1))
            .act(When.step(1).later(Duration.ofMinutes(3)), Act.terminateAnalyses())
            .run(LENGTH);
    assertThat(trace.phase()).as(trace.timeline()).isEqualTo(RolloutPhase.PAUSED);
    assertThat(trace.status().currentStepIndex()).isEqualTo(1);
    assertThat(trace.runs()).hasSize(1);
  }

  @Test
  @DisplayName("Pain 51 (#1850), A-064 A check ends once success is certain")
  void endsEarly() {
    RolloutTrace trace =
        checked(
                template(
                    "interval: 1m\ncount: 60\nconsecutiveSuccessLimit: 3\nsuccessCondition: result[0] >= 0.95"),
                Script.constant(1))
            .run(LENGTH);
    assertThat(Pains.isAllOn(trace, "shop:2")).as(trace.timeline()).isTrue();
    assertThat(last(trace.runs().get(0)).metricResults().get(0).measurements()).hasSize(3);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a step       | canary: {steps: [{setWeight: 25}, {analysis: {templates: [{templateName: check}]}}, {pause: {duration: 1m}}]}",
        "background   | canary: {analysis: {templates: [{templateName: check}]}, steps: [{setWeight: 25}, {pause: {duration: 10m}}]}",
        "experiment   | canary: {steps: [{experiment: {templates: [{name: a, specRef: canary}], analyses: [{name: check, templateName: check, requiredForCompletion: true}]}}, {pause: {duration: 1m}}]}",
        "before blue-green | blueGreen: {activeService: a, prePromotionAnalysis: {templates: [{templateName: check}]}}",
        "after blue-green  | blueGreen: {activeService: a, postPromotionAnalysis: {templates: [{templateName: check}]}}"
      })
  @DisplayName(
      "Pain 52 (#926, #3850, #3015), R-215, R-346, R-374 What cannot tell waits for a person")
  void inconclusiveIsSticky(String name, String strategy) {
    RolloutSimulation update =
        Pains.shop(4, strategy, CHECK)
            .cluster(it -> it.otherMetrics(TrafficScript.of(Script.constant(0.7))))
            .act(When.healthy(), UPDATE);
    RolloutTrace waits = update.run(Duration.ofHours(24));
    assertThat(waits.phase()).as(waits.timeline()).isEqualTo(RolloutPhase.PAUSED);
    assertThat(waits.status().message()).startsWith("Inconclusive");
    assertThat(waits.runs()).hasSize(1);

    RolloutTrace promoted =
        update.act(When.paused().later(Duration.ofHours(1)), Act.promoteFull()).run(LENGTH);
    assertThat(Pains.isAllOn(promoted, "shop:2")).as(promoted.timeline()).isTrue();
    assertThat(promoted.runs()).hasSize(1);

    RolloutTrace again =
        update.act(When.paused().later(Duration.ofHours(1)), Act.promote()).run(LENGTH);
    // A step is gone past; anything else is asked once more, and waits again.
    assertThat(again.runs()).as(again.timeline()).hasSizeLessThanOrEqualTo(2);
    assertThat(again.phase()).isIn(RolloutPhase.PAUSED, RolloutPhase.HEALTHY);
  }

  @Test
  @DisplayName("Pain 54 (#3259), A-160 A run that lasts for days stays small")
  void statusStaysSmall() {
    RolloutTrace trace =
        Pains.shop(
                4,
                """
                canary:
                  analysis: {templates: [{templateName: check}]}
                  steps: [{setWeight: 25}, {pause: {}}]
                """,
                template("interval: 30s\nfailureLimit: -1\nsuccessCondition: result[0] >= 0.95"))
            .cluster(
                it ->
                    it.otherMetrics(
                        TrafficScript.of(
                            Script.error("a long story: " + "of what went wrong, ".repeat(200)))))
            .act(When.healthy(), UPDATE)
            .run(Duration.ofDays(2));
    assertThat(trace.runs()).hasSize(1);
    for (RolloutTrace.RunChange change : trace.runs().get(0).changes()) {
      assertThat(Json.write(Wire.encode(change.status())).length()).isLessThan(256 * 1024);
    }
  }
}
