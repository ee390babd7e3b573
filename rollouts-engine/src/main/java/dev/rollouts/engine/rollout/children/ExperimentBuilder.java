package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentAnalysis;
import dev.rollouts.api.experiment.ExperimentSpec;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.rollout.ExperimentStep;
import dev.rollouts.api.rollout.ExperimentStepAnalysis;
import dev.rollouts.api.rollout.ExperimentStepTemplate;
import dev.rollouts.api.rollout.PodTemplateMetadata;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.ServiceRef;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the Experiment of a step. Rules, E-080. Immutable. */
public final class ExperimentBuilder {
  private final Rollout rollout;
  private final ReplicaSet newReplicaSet;
  private final ReplicaSet stable;
  private final String revision;

  private ExperimentBuilder(
      Rollout rollout, ReplicaSet newReplicaSet, ReplicaSet stable, String revision) {
    this.rollout = rollout;
    this.newReplicaSet = newReplicaSet;
    this.stable = stable;
    this.revision = revision;
  }

  /**
   * A builder for experiments about a revision. Without a stable ReplicaSet there is none (E-082).
   *
   * @param rollout with selector and template of its workload where it refers to one
   * @param revision number of the new revision, decimal
   */
  public static ExperimentBuilder of(
      Rollout rollout, ReplicaSet newReplicaSet, ReplicaSet stable, String revision) {
    return new ExperimentBuilder(rollout, newReplicaSet, stable, revision);
  }

  /**
   * The experiment, under the name that it has unless it is taken; {@link Claim#ofExperiment}
   * settles that.
   *
   * @throws CannotBuildException when a template refers to neither version, or an argument has no
   *     value
   */
  public Experiment build(int stepIndex, ExperimentStep step) throws CannotBuildException {
    String name =
        String.join(
            "-",
            rollout.metadata().name(),
            newReplicaSet.hash(),
            revision,
            Integer.toString(stepIndex));
    Map<String, String> labels = new LinkedHashMap<>(rollout.metadata().labels());
    labels.put(RolloutKeys.POD_TEMPLATE_HASH, newReplicaSet.hash());
    return new Experiment(
        Owners.child(rollout, name, labels, Map.of(RolloutKeys.REVISION, revision)),
        spec(step),
        null);
  }

  private ExperimentSpec spec(ExperimentStep step) throws CannotBuildException {
    List<ExperimentTemplate> templates = new ArrayList<>();
    for (ExperimentStepTemplate template : step.templates()) {
      templates.add(template(template));
    }
    RolloutArguments arguments = RolloutArguments.of(rollout, newReplicaSet.hash(), stable.hash());
    List<ExperimentAnalysis> analyses = new ArrayList<>();
    for (ExperimentStepAnalysis analysis : step.analyses()) {
      analyses.add(
          new ExperimentAnalysis(
              analysis.name(),
              analysis.templateName(),
              analysis.isClusterScoped(),
              arguments.resolve(analysis.args()),
              analysis.requiredForCompletion()));
    }
    return new ExperimentSpec(
        templates,
        step.duration(),
        rollout.spec().progressDeadlineSeconds(),
        false,
        analyses,
        step.scaleDownDelaySeconds(),
        step.dryRun(),
        List.of(),
        step.analysisRunMetadata());
  }

  private ExperimentTemplate template(ExperimentStepTemplate template) throws CannotBuildException {
    ReplicaSet version =
        switch (template.specRef()) {
          case "stable" -> stable;
          case "canary" -> newReplicaSet;
          default ->
              throw new CannotBuildException(
                  "Invalid template step SpecRef: must be canary or stable");
        };
    LabelSelector selector = template.selector() == null ? version.selector() : template.selector();
    PodTemplateMetadata extra = template.metadata();
    if (extra != null) {
      for (Map.Entry<String, String> label : extra.labels().entrySet()) {
        selector = selector.with(label.getKey(), label.getValue());
      }
    }
    return new ExperimentTemplate(
        template.name(),
        template.replicas(),
        version.minReadySeconds(),
        selector,
        extra == null
            ? version.template()
            : PodTemplates.withMetadata(version.template(), extra.labels(), extra.annotations()),
        service(template));
  }

  /** Traffic needs a Service. */
  private static @Nullable ServiceRef service(ExperimentStepTemplate template) {
    return template.service() == null && template.weight() != null
        ? new ServiceRef("")
        : template.service();
  }
}
