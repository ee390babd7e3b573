package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.AnalysisRunMetadata;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.analysis.templates.MergedTemplates;
import dev.rollouts.engine.analysis.templates.Supplied;
import dev.rollouts.engine.analysis.templates.TemplateLookup;
import dev.rollouts.engine.analysis.templates.TemplateMerge;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the AnalysisRuns of a rollout. Rules. Immutable. */
public final class RunBuilder {
  private final Rollout rollout;
  private final String newHash;
  private final String stableHash;
  private final String revision;

  private RunBuilder(Rollout rollout, String newHash, String stableHash, String revision) {
    this.rollout = rollout;
    this.newHash = newHash;
    this.stableHash = stableHash;
    this.revision = revision;
  }

  /**
   * A builder for runs about a revision.
   *
   * @param rollout with selector and template of its workload where it refers to one
   * @param newHash hash label of the new ReplicaSet
   * @param stableHash hash label of the stable ReplicaSet; empty when there is none
   * @param revision number of the new revision, decimal
   */
  public static RunBuilder of(Rollout rollout, String newHash, String stableHash, String revision) {
    return new RunBuilder(rollout, newHash, stableHash, revision);
  }

  /** The name that a run of this type has unless it is taken. */
  public String name(RunType type, int stepIndex) {
    return rollout.metadata().name() + "-" + newHash + "-" + revision + type.suffix(stepIndex);
  }

  /**
   * The run, under the name that it has unless it is taken; {@link Claim#ofRun} settles that.
   *
   * @param stepIndex of the current step; looked at for {@link RunType#STEP} only
   * @throws CannotBuildException when a template is missing, templates contradict each other or an
   *     argument has no value
   */
  public AnalysisRun build(
      RunType type, int stepIndex, RolloutAnalysis analysis, TemplateLookup templates)
      throws CannotBuildException {
    Supplied supplied =
        new Supplied(
            RolloutArguments.of(rollout, newHash, stableHash).resolve(analysis.args()),
            analysis.dryRun(),
            analysis.measurementRetention());
    MergedTemplates merged = TemplateMerge.of(templates).merge(analysis.templates(), supplied);
    if (!merged.problems().isEmpty()) {
      throw new CannotBuildException(merged.problems().get(0).message());
    }
    AnalysisRunMetadata extra = analysis.analysisRunMetadata();
    return new AnalysisRun(
        Owners.child(
            rollout, name(type, stepIndex), labels(type, stepIndex, extra), annotations(extra)),
        merged.spec(),
        null);
  }

  /** The last writer wins: the rollout's selector over the user's labels over ours. */
  private Map<String, String> labels(
      RunType type, int stepIndex, @Nullable AnalysisRunMetadata extra) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(RolloutKeys.POD_TEMPLATE_HASH, newHash);
    labels.put(RolloutKeys.RUN_TYPE, type.wireName());
    if (type == RunType.STEP) {
      labels.put(RolloutKeys.STEP_INDEX, Integer.toString(stepIndex));
    }
    String instance = rollout.metadata().labels().get(RolloutKeys.INSTANCE_ID);
    if (instance != null) {
      labels.put(RolloutKeys.INSTANCE_ID, instance);
    }
    if (extra != null) {
      labels.putAll(extra.labels());
    }
    LabelSelector selector = rollout.spec().selector();
    if (selector != null) {
      labels.putAll(selector.matchLabels());
    }
    return labels;
  }

  private Map<String, String> annotations(@Nullable AnalysisRunMetadata extra) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(RolloutKeys.REVISION, revision);
    if (extra != null) {
      annotations.putAll(extra.annotations());
    }
    return annotations;
  }
}
