package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.experiment.Experiment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/**
 * The object that a wanted one turns out to be: one that exists already and is as good, or the
 * wanted one under the first free name. Rules A-247, E-083.
 *
 * <p>As long as a shell shows the objects whose names are wanted, the answer to AlreadyExists is
 * what it shows, and making the same object twice comes to one object (pains 14 and 66).
 *
 * @param object to be made, or as read
 * @param exists whether it need not be made
 */
public record Claim<T extends KubernetesObject>(T object, boolean exists) {

  /**
   * Claims a run. One that exists is as good while it is unfinished, not told to stop, has the same
   * controller, and equals the wanted one in metrics, dryRun, measurementRetention and args.
   * Suffixes: {@code .1}, {@code .2}.
   *
   * @param seen every run whose name begins with the wanted one
   */
  public static Claim<AnalysisRun> ofRun(AnalysisRun wanted, List<AnalysisRun> seen) {
    return of(wanted, seen, ".", Claim::isSameRun, Claim::renamed);
  }

  /**
   * Claims an experiment. One that exists is as good while it is unfinished, not told to stop, has
   * the same controller, and has an equal spec. Suffixes: {@code -1}, {@code -2}.
   *
   * @param seen every experiment whose name begins with the wanted one
   */
  public static Claim<Experiment> ofExperiment(Experiment wanted, List<Experiment> seen) {
    return of(wanted, seen, "-", Claim::isSameExperiment, Claim::renamed);
  }

  private static <T extends KubernetesObject> Claim<T> of(
      T wanted,
      List<T> seen,
      String separator,
      BiPredicate<T, T> isSame,
      BiFunction<T, ObjectMeta, T> renamed) {
    Map<String, T> byName = new HashMap<>();
    seen.forEach(each -> byName.put(each.metadata().name(), each));
    ObjectMeta metadata = wanted.metadata();
    String name = metadata.name();
    for (int suffix = 1; ; suffix++) {
      T found = byName.get(name);
      if (found == null) {
        return new Claim<>(
            name.equals(metadata.name()) ? wanted : renamed.apply(wanted, metadata.withName(name)),
            false);
      }
      if (isUsable(found.metadata(), metadata) && isSame.test(found, wanted)) {
        return new Claim<>(found, true);
      }
      name = metadata.name() + separator + suffix;
    }
  }

  private static boolean isUsable(ObjectMeta found, ObjectMeta wanted) {
    return found.deletionTimestamp() == null
        && !wanted.controllerUid().isEmpty()
        && found.controllerUid().equals(wanted.controllerUid());
  }

  private static boolean isSameRun(AnalysisRun found, AnalysisRun wanted) {
    AnalysisSpec one = found.spec();
    AnalysisSpec other = wanted.spec();
    return !found.statusOrPending().phase().isCompleted()
        && !one.terminate()
        && one.metrics().equals(other.metrics())
        && one.dryRun().equals(other.dryRun())
        && one.measurementRetention().equals(other.measurementRetention())
        && one.args().equals(other.args());
  }

  private static boolean isSameExperiment(Experiment found, Experiment wanted) {
    return !Phases.isFinished(found)
        && !found.spec().terminate()
        && found.spec().equals(wanted.spec());
  }

  private static AnalysisRun renamed(AnalysisRun run, ObjectMeta metadata) {
    return run.withMetadata(metadata);
  }

  private static Experiment renamed(Experiment experiment, ObjectMeta metadata) {
    return experiment.withMetadata(metadata);
  }
}
