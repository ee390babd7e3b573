package dev.rollouts.engine.rollout.children;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.RolloutArgument;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.analysis.templates.TemplateLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runs of a rollout: docs/spec/children.md, runs of a rollout. */
class RunBuilderTest {
  private static final Rollout ROLLOUT =
      Children.rollout("{'selector': {'matchLabels': {'app': 'web', 'mine': 'selector'}}}");
  private static final RunBuilder BUILDER = RunBuilder.of(ROLLOUT, "new", "old", "3");

  private static final TemplateLookup TEMPLATES =
      ref ->
          ref.templateName().equals("rate")
              ? Optional.of(
                  AnalysisTemplateSpec.of(metric("rate"))
                      .withArgs(List.of(Argument.required("hash"))))
              : Optional.empty();

  private static Metric metric(String name) {
    return Metric.named(name).provider(WebRequest.get("http://metrics.test")).build();
  }

  private static RolloutAnalysis analysis() {
    return RolloutAnalysis.of(
        "rate",
        new RolloutArgument("hash", "", new RolloutArgument.ValueFrom("Latest", null)),
        RolloutArgument.of("other", "ignored"));
  }

  @ParameterizedTest(name = "{0}: {1} is {2}")
  @CsvSource({
    "R-340,BACKGROUND,web-new-3,Background",
    "R-340,STEP,web-new-3-2,Step",
    "R-340,PRE_PROMOTION,web-new-3-pre,PrePromotion",
    "R-340,POST_PROMOTION,web-new-3-post,PostPromotion",
  })
  void namesAndTypes(String rule, RunType type, String name, String label)
      throws CannotBuildException {
    AnalysisRun run = BUILDER.build(type, 2, analysis(), TEMPLATES);
    assertThat(run.metadata().name()).as(rule).isEqualTo(name).isEqualTo(BUILDER.name(type, 2));
    assertThat(run.metadata().labels()).containsEntry("rollout-type", label);
    assertThat(run.metadata().labels().containsKey("step-index")).isEqualTo(type == RunType.STEP);
  }

  @Test
  @DisplayName("R-340 A-259 labels, annotations and owner, the last writer of a label winning")
  void metadata() throws CannotBuildException {
    RolloutAnalysis analysis =
        Wire.decode(
                RolloutAnalysis.class,
                Children.json(
                    """
                    {'templates': [{'templateName': 'rate'}], 'args': [{'name': 'hash', 'value': 'h'}],
                     'analysisRunMetadata': {'labels': {'rollout-type': 'Mine', 'mine': 'user', 'extra': 'x'},
                       'annotations': {'rollout.argoproj.io/revision': '9', 'more': 'y'}}}
                    """))
            .value();
    ObjectMeta metadata = BUILDER.build(RunType.STEP, 0, analysis, TEMPLATES).metadata();
    assertThat(metadata.labels())
        .isEqualTo(
            Map.of(
                "rollouts-pod-template-hash",
                "new",
                "rollout-type",
                "Mine",
                "step-index",
                "0",
                "argo-rollouts.argoproj.io/controller-instance-id",
                "two",
                "extra",
                "x",
                "app",
                "web",
                "mine",
                "selector"));
    assertThat(metadata.annotations())
        .isEqualTo(Map.of("rollout.argoproj.io/revision", "9", "more", "y"));
    assertThat(metadata.namespace()).isEqualTo("shop");
    assertThat(metadata.ownerReferences())
        .containsExactly(
            new ObjectMeta.OwnerReference(
                "argoproj.io/v1alpha1", "Rollout", "web", "u-1", true, true));
  }

  @Test
  @DisplayName("R-341 arguments are resolved, and those that no template declares are left out")
  void arguments() throws CannotBuildException {
    AnalysisSpec spec = BUILDER.build(RunType.BACKGROUND, 0, analysis(), TEMPLATES).spec();
    assertThat(spec.args()).containsExactly(Argument.of("hash", "new"));
    assertThat(spec.metrics()).containsExactly(metric("rate"));
    assertThat(spec.terminate()).isFalse();
  }

  @Test
  @DisplayName("R-357 what cannot be built says why")
  void problems() {
    assertThatThrownBy(
            () -> BUILDER.build(RunType.STEP, 0, RolloutAnalysis.of("absent"), TEMPLATES))
        .isInstanceOf(CannotBuildException.class)
        .hasMessage("AnalysisTemplate 'absent' not found");
    assertThatThrownBy(() -> BUILDER.build(RunType.STEP, 0, RolloutAnalysis.of("rate"), TEMPLATES))
        .hasMessage("args.hash was not resolved");
    assertThatThrownBy(
            () ->
                BUILDER.build(
                    RunType.STEP,
                    0,
                    new RolloutAnalysis(
                        List.of(new TemplateRef("rate", false)),
                        List.of(
                            new RolloutArgument(
                                "hash",
                                "",
                                new RolloutArgument.ValueFrom(
                                    null, new RolloutArgument.FieldRef("spec.no")))),
                        List.of(),
                        List.of(),
                        null),
                    TEMPLATES))
        .hasMessage("invalid path spec.no in rollout");
  }

  @ParameterizedTest(name = "{0}: with {1} the run is {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A-247 | ``                               | new w",
        "A-247 | w Running same                   | taken w",
        "A-247 | w Pending same                   | taken w",
        "A-247 | w Successful same                | new w.1",
        "A-247 | w Running different              | new w.1",
        "A-247 | w Running foreign                | new w.1",
        "A-247 | w Running deleting               | new w.1",
        "A-247 | w Running terminated             | new w.1",
        "A-247 | w Failed same, w.1 Running same  | taken w.1",
        "A-247 | w Failed same, w.1 Error same    | new w.2",
        "A-247 | w.1 Running same                 | new w",
      })
  void aTakenNameIsTakenOverOrPassedBy(String rule, String existing, String outcome) {
    AnalysisRun wanted = run("w", "", "same");
    List<AnalysisRun> seen = new ArrayList<>();
    for (String each : existing.split(", ")) {
      String[] parts = each.split(" ");
      if (parts.length == 3) {
        seen.add(run(parts[0], parts[1], parts[2]));
      }
    }
    Claim<AnalysisRun> claim = Claim.ofRun(wanted, seen);
    assertThat((claim.exists() ? "taken " : "new ") + claim.object().metadata().name())
        .as(rule)
        .isEqualTo(outcome);
    if (!claim.exists()) {
      assertThat(claim.object().spec()).isEqualTo(wanted.spec());
      assertThat(claim.object().metadata().ownerReferences())
          .isEqualTo(wanted.metadata().ownerReferences());
    }
  }

  private static AnalysisRun run(String name, String phase, String kind) {
    ObjectMeta metadata = Children.meta(name, "new", 0, kind.equals("deleting"));
    if (kind.equals("foreign")) {
      metadata = metadata.with(Map.of(), Map.of(), List.of());
    }
    AnalysisSpec spec = AnalysisSpec.of(metric(kind.equals("different") ? "other" : "rate"));
    AnalysisRun run =
        new AnalysisRun(metadata, kind.equals("terminated") ? spec.terminated() : spec, null);
    return phase.isEmpty()
        ? run
        : run.withStatus(
            new AnalysisRunStatus(
                AnalysisPhase.ofWireName(phase).orElseThrow(),
                "",
                null,
                null,
                null,
                AnalysisRunStatus.pending().dryRunSummary(),
                List.of()));
  }
}
