package dev.rollouts.engine.rollout.children;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentSpec;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.experiment.ExperimentTemplatePhase;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.ExperimentStep;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.ServiceRef;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The experiments of a rollout: docs/spec/children.md, experiments of a rollout. */
class ExperimentBuilderTest {
  private static final Rollout ROLLOUT =
      Children.rollout(
          "{'progressDeadlineSeconds': 77, 'selector': {'matchLabels': {'app': 'web'}}}");
  private static final ReplicaSet CANARY = Children.replicaSet("new", 1, 1);
  private static final ReplicaSet STABLE = Children.replicaSet("old", 4, 0);

  private static ExperimentStep step(String json) {
    return Wire.decode(ExperimentStep.class, Children.json(json)).value();
  }

  private static Experiment build(String json) throws CannotBuildException {
    return ExperimentBuilder.of(ROLLOUT, CANARY, STABLE, "3").build(2, step(json));
  }

  @Test
  @DisplayName("R-370 E-083 A-259 name, labels, annotation and owner of a step's experiment")
  void metadata() throws CannotBuildException {
    ObjectMeta metadata = build("{'templates': []}").metadata();
    assertThat(metadata.name()).isEqualTo("web-new-3-2");
    assertThat(metadata.namespace()).isEqualTo("shop");
    assertThat(metadata.labels())
        .isEqualTo(
            Map.of(
                "team",
                "red",
                "argo-rollouts.argoproj.io/controller-instance-id",
                "two",
                "rollouts-pod-template-hash",
                "new"));
    assertThat(metadata.annotations()).isEqualTo(Map.of("rollout.argoproj.io/revision", "3"));
    assertThat(metadata.ownerReferences()).containsExactly(Owners.reference(ROLLOUT));
  }

  @Test
  @DisplayName("R-371 E-080 settings come from the step and the progress deadline from the rollout")
  void spec() throws CannotBuildException {
    ExperimentSpec spec =
        build(
                """
                {'templates': [], 'duration': '5m', 'scaleDownDelaySeconds': 9,
                 'dryRun': [{'metricName': 'a'}],
                 'analysisRunMetadata': {'labels': {'a': 'b'}},
                 'analyses': [{'name': 'purchase', 'templateName': 'rate', 'clusterScope': true,
                   'requiredForCompletion': true,
                   'args': [{'name': 'h', 'valueFrom': {'podTemplateHashValue': 'Stable'}},
                            {'name': 'p', 'value': '{{templates.a.podTemplateHash}}'}]}]}
                """)
            .spec();
    assertThat(spec.duration()).isEqualTo("5m");
    assertThat(spec.scaleDownDelaySeconds()).isEqualTo(9);
    assertThat(spec.progressDeadlineSeconds()).isEqualTo(77);
    assertThat(spec.dryRun()).hasSize(1);
    assertThat(spec.measurementRetention()).isEmpty();
    assertThat(spec.terminate()).isFalse();
    assertThat(String.valueOf(spec.analysisRunMetadata())).contains("a=b");
    assertThat(spec.analyses())
        .singleElement()
        .satisfies(
            analysis -> {
              assertThat(analysis.name()).isEqualTo("purchase");
              assertThat(analysis.templateName()).isEqualTo("rate");
              assertThat(analysis.clusterScope()).isTrue();
              assertThat(analysis.requiredForCompletion()).isTrue();
              assertThat(analysis.args())
                  .containsExactly(
                      Argument.of("h", "old"), Argument.of("p", "{{templates.a.podTemplateHash}}"));
            });
  }

  @Test
  @DisplayName("E-080 E-081 a template is that of a version with the step's metadata on top")
  void templates() throws CannotBuildException {
    List<ExperimentTemplate> templates =
        build(
                """
                {'templates': [
                  {'name': 'baseline', 'specRef': 'stable', 'replicas': 2,
                   'metadata': {'labels': {'role': 'base'}, 'annotations': {'n': '1'}}},
                  {'name': 'canary', 'specRef': 'canary', 'weight': 5,
                   'selector': {'matchLabels': {'only': 'mine'}}},
                  {'name': 'named', 'specRef': 'canary', 'service': {'name': 'svc'}}]}
                """)
            .spec()
            .templates();
    ExperimentTemplate baseline = templates.get(0);
    assertThat(baseline.replicas()).isEqualTo(2);
    assertThat(baseline.minReadySeconds()).isEqualTo(STABLE.minReadySeconds());
    assertThat(baseline.service()).isNull();
    assertThat(PodTemplates.labels(baseline.template()))
        .isEqualTo(Map.of("app", "web", "rollouts-pod-template-hash", "old", "role", "base"));
    assertThat(PodTemplates.annotations(baseline.template())).isEqualTo(Map.of("n", "1"));
    assertThat(selector(baseline))
        .isEqualTo(Map.of("app", "web", "rollouts-pod-template-hash", "old", "role", "base"));

    ExperimentTemplate canary = templates.get(1);
    assertThat(canary.replicas()).isNull();
    assertThat(canary.template()).isEqualTo(CANARY.template());
    assertThat(selector(canary)).isEqualTo(Map.of("only", "mine"));
    assertThat(canary.service()).isEqualTo(new ServiceRef(""));
    assertThat(templates.get(2).service()).isEqualTo(new ServiceRef("svc"));
  }

  private static Map<String, String> selector(ExperimentTemplate template) {
    LabelSelector selector = template.selector();
    return selector == null ? Map.of() : selector.matchLabels();
  }

  @Test
  @DisplayName("E-080 a template refers to canary or stable")
  void anotherVersionIsRefused() {
    assertThatThrownBy(() -> build("{'templates': [{'name': 'a', 'specRef': 'preview'}]}"))
        .isInstanceOf(CannotBuildException.class)
        .hasMessage("Invalid template step SpecRef: must be canary or stable");
  }

  @ParameterizedTest(name = "{0}: with {1} the experiment is {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "E-083 | ``                                | new x",
        "E-083 | x none same                       | taken x",
        "R-370 | x Running same                    | taken x",
        "R-370 | x Running terminated              | new x-1",
        "R-370 | x Running different               | new x-1",
        "R-370 | x Successful same                 | new x-1",
        "R-370 | x Running foreign                 | new x-1",
        "E-083 | x Inconclusive same, x-1 Running same | taken x-1",
        "E-083 | x Failed same, x-1 Failed same    | new x-2",
      })
  void aTakenNameIsTakenOverOrPassedBy(String rule, String existing, String outcome) {
    List<Experiment> seen = new ArrayList<>();
    for (String each : existing.split(", ")) {
      String[] parts = each.split(" ");
      if (parts.length == 3) {
        seen.add(experiment(parts[0], parts[1], parts[2], List.of()));
      }
    }
    Claim<Experiment> claim = Claim.ofExperiment(experiment("x", "none", "same", List.of()), seen);
    assertThat((claim.exists() ? "taken " : "new ") + claim.object().metadata().name())
        .as(rule)
        .isEqualTo(outcome);
  }

  private static Experiment experiment(
      String name, String phase, String kind, List<ExperimentTemplateStatus> statuses) {
    ObjectMeta metadata = Children.meta(name, "new", 0, false);
    if (kind.equals("foreign")) {
      metadata = metadata.with(Map.of(), Map.of(), List.of());
    }
    ExperimentSpec spec =
        new ExperimentSpec(
            List.of(),
            kind.equals("different") ? "9m" : "5m",
            null,
            kind.equals("terminated"),
            List.of(),
            null,
            List.of(),
            List.of(),
            null);
    @Nullable AnalysisPhase parsed = AnalysisPhase.ofWireName(phase).orElse(null);
    return new Experiment(
        metadata, spec, new ExperimentStatus(parsed, "", null, statuses, List.of(), List.of()));
  }

  @ParameterizedTest(
      name = "{0}: at step {1} an experiment that is {2} with templates {3} gets {4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "E-087 | 1 | Running    | a:Running b:Running           | 5=svc-a/h-a",
        "R-131 | 2 | Running    | a:Running b:Running           | 5=svc-a/h-a",
        "R-131 | 3 | Running    | a:Running b:Running c:Running | 7=svc-a/h-a 8=svc-c/h-c",
        "R-131 | 4 | Running    | a:Running c:Running           | 7=svc-a/h-a 8=svc-c/h-c",
        "R-131 | 0 | Running    | a:Running                     | ``",
        "E-087 | 1 | Pending    | a:Running                     | ``",
        "R-377 | 1 | Pending    | a:Running                     | ``",
        "E-087 | 1 | Successful | a:Running                     | ``",
        "E-087 | 1 | none       | a:Running                     | ``",
        "R-131 | 3 | Running    | a:Progressing c:Running       | 8=svc-c/h-c",
        "R-131 | 3 | Running    | a:noService c:Running         | 8=svc-c/h-c",
      })
  void onlyRunningTemplatesWithAServiceGetTraffic(
      String rule, int index, String phase, String templates, String destinations) {
    List<CanaryStep> steps =
        Wire.decode(
                dev.rollouts.api.rollout.CanaryStrategy.class,
                Children.json(
                    """
                    {'steps': [{'setWeight': 1},
                      {'experiment': {'templates': [{'name': 'a', 'specRef': 'canary', 'weight': 5},
                                                    {'name': 'b', 'specRef': 'stable'}]}},
                      {'pause': {}},
                      {'experiment': {'templates': [{'name': 'a', 'specRef': 'canary', 'weight': 7},
                                                    {'name': 'c', 'specRef': 'stable', 'weight': 8}]}}]}
                    """))
            .value()
            .steps();
    List<ExperimentTemplateStatus> statuses = new ArrayList<>();
    for (String each : templates.split(" ")) {
      String name = each.substring(0, 1);
      boolean hasService = !each.endsWith("noService");
      statuses.add(
          new ExperimentTemplateStatus(
              name,
              1,
              1,
              1,
              1,
              null,
              each.endsWith("Progressing")
                  ? ExperimentTemplatePhase.PROGRESSING
                  : ExperimentTemplatePhase.RUNNING,
              "",
              null,
              hasService ? "svc-" + name : "",
              hasService ? "h-" + name : ""));
    }
    List<WeightDestination> result =
        ExperimentWeights.of(steps, index, experiment("x", phase, "same", statuses));
    assertThat(
            String.join(
                " ",
                result.stream()
                    .map(d -> d.weight() + "=" + d.serviceName() + "/" + d.podTemplateHash())
                    .toList()))
        .as(rule)
        .isEqualTo(destinations);
    assertThat(ExperimentWeights.of(steps, index, null)).isEmpty();
  }
}
