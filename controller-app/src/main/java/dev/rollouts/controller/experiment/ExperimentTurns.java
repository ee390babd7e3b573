package dev.rollouts.controller.experiment;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentRunStatus;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.LateObjects;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.turns.Surroundings;
import dev.rollouts.controller.turns.Turns;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.experiment.ExperimentEngine;
import dev.rollouts.engine.experiment.ExperimentObservations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Turns of Experiments. */
final class ExperimentTurns extends Turns<Experiment, ExperimentStatus> {
  private static final int ROUNDS_MAX = 5;

  private final ExperimentEngine engine = new ExperimentEngine();
  private final Stores stores;
  private final Objects objects;
  private final LateObjects late;

  ExperimentTurns(Surroundings surroundings, Objects objects) {
    super(surroundings, "experiment", "", surroundings.stores().experiments());
    this.stores = surroundings.stores();
    this.objects = objects;
    this.late = surroundings.late();
  }

  @Override
  protected Decision<ExperimentStatus, ClusterEffect> decide(
      Experiment experiment, List<ClusterAnswer> given, Instant now) {
    return engine.decide(experiment, observe(experiment, given), now);
  }

  @Override
  protected ExperimentStatus status(Experiment experiment) {
    return experiment.statusOrEmpty();
  }

  @Override
  protected Experiment with(Experiment experiment, ExperimentStatus status) {
    return new Experiment(experiment.metadata(), experiment.spec(), status);
  }

  @Override
  protected boolean isFigures(ExperimentStatus before, ExperimentStatus after) {
    return false;
  }

  @Override
  protected Experiment read(JsonObject tree) {
    return Wire.decode(Experiment.class, tree.fields()).value();
  }

  /** An error is for good, so what is missing for one is looked for directly. */
  @Override
  protected boolean isSure(
      Question<Experiment> question, Decision<ExperimentStatus, ClusterEffect> decision)
      throws ApiException {
    Experiment experiment = question.object();
    return errors(decision.status()) <= errors(experiment.statusOrEmpty())
        || (!missed(experiment) && standsStill(question, decision));
  }

  private static long errors(ExperimentStatus status) {
    return Stream.concat(
            Stream.ofNullable(status.phase()),
            status.analysisRuns().stream().map(ExperimentRunStatus::phase))
        .filter(AnalysisPhase.ERROR::equals)
        .count();
  }

  /** Whether there are templates or runs that were not known. */
  private boolean missed(Experiment experiment) throws ApiException {
    String namespace = experiment.metadata().namespace();
    Set<ObjectKey> named = new HashSet<>();
    engine
        .reads(experiment, observe(experiment, List.of()))
        .forEach(ref -> named.add(References.template(namespace, ref)));
    for (ExperimentRunStatus each : experiment.statusOrEmpty().analysisRuns()) {
      if (!each.analysisRun().isEmpty()) { // it may have erred before there was one
        named.add(
            new ObjectKey(
                KubernetesObject.API_VERSION, "AnalysisRun", namespace, each.analysisRun()));
      }
    }
    return late.arrive(named);
  }

  @Override
  protected void saved(Experiment experiment, ExperimentStatus after) {
    // Nothing is counted.
  }

  private ExperimentObservations observe(Experiment experiment, List<ClusterAnswer> given) {
    ObjectMeta meta = experiment.metadata();
    List<ReplicaSet> sets =
        related(
            stores.replicaSets().ownedBy(meta.uid()),
            stores.replicaSets().named(meta.namespace(), meta.name() + "-"),
            ReplicaSet::metadata);
    List<AnalysisRun> runs =
        related(
            stores.analysisRuns().ownedBy(meta.uid()),
            stores.analysisRuns().named(meta.namespace(), meta.name() + "-"),
            AnalysisRun::metadata);
    List<Service> services = new ArrayList<>();
    Map<ObjectKey, JsonObject> trees = new LinkedHashMap<>();
    for (JsonObject tree :
        related(
            stores.services().ownedBy(meta.uid()),
            stores.services().named(meta.namespace(), meta.name() + "-"),
            ClusterObjects::metadata)) {
      trees.put(ObjectKey.service(meta.namespace(), ClusterObjects.metadata(tree).name()), tree);
    }
    ClusterObjects read = ClusterObjects.of(trees);
    trees
        .keySet()
        .forEach(key -> read.service(key.namespace(), key.name()).ifPresent(services::add));
    Map<TemplateRef, AnalysisTemplateSpec> templates = Map.of();
    ExperimentObservations seen =
        new ExperimentObservations(sets, services, runs, templates, given);
    for (int round = 0; round < ROUNDS_MAX; round++) {
      Set<TemplateRef> named = engine.reads(experiment, seen);
      Map<TemplateRef, AnalysisTemplateSpec> found = objects.templates(meta.namespace(), named);
      if (found.equals(templates)) {
        break;
      }
      templates = found;
      seen = new ExperimentObservations(sets, services, runs, templates, given);
    }
    return seen;
  }

  private static <T> List<T> related(
      Iterable<T> owned, Iterable<T> named, Function<T, ObjectMeta> metadata) {
    Map<String, T> found = new LinkedHashMap<>();
    named.forEach(each -> found.put(metadata.apply(each).name(), each));
    owned.forEach(each -> found.put(metadata.apply(each).name(), each));
    return List.copyOf(found.values());
  }
}
