package dev.rollouts.engine.rollout.children;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentSpec;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of runs that are no longer current: docs/spec/children.md, history. */
class RunHistoryTest {
  private static final RunHistory HISTORY =
      RunHistory.of(
          EffectiveRollout.of(
              Children.rollout(
                      "{'analysis': {'successfulRunHistoryLimit': 2, 'unsuccessfulRunHistoryLimit': 1}}")
                  .spec()),
          List.of(Children.replicaSet("live", 1, 0), deleting(Children.replicaSet("dying", 0, 0))));

  private static ReplicaSet deleting(ReplicaSet replicaSet) {
    return replicaSet.withMetadata(Children.meta(replicaSet.name(), replicaSet.hash(), 0, true));
  }

  /** A line of runs: name, phase, hash, flags; each is a minute younger than the one before. */
  private static List<AnalysisRun> runs(String text) {
    List<AnalysisRun> runs = new ArrayList<>();
    for (String each : text.split(", ")) {
      String[] parts = each.split(" ");
      boolean stopping = parts.length > 3 && parts[3].equals("stopping");
      boolean deleting = parts.length > 3 && parts[3].equals("deleting");
      AnalysisRunStatus pending = AnalysisRunStatus.pending();
      runs.add(
          new AnalysisRun(
              Children.meta(
                  parts[0], parts[2].equals("-") ? null : parts[2], runs.size(), deleting),
              new AnalysisSpec(List.of(), List.of(), stopping, List.of(), List.of(), null),
              new AnalysisRunStatus(
                  AnalysisPhase.ofWireName(parts[1]).orElseThrow(),
                  "",
                  null,
                  null,
                  null,
                  pending.dryRunSummary(),
                  List.of())));
    }
    return runs;
  }

  private static List<Experiment> experiments(String text) {
    return runs(text).stream()
        .map(
            run -> {
              @Nullable AnalysisPhase phase = run.statusOrPending().phase();
              return new Experiment(
                  run.metadata(),
                  new ExperimentSpec(
                      List.of(),
                      "",
                      null,
                      run.spec().terminate(),
                      List.of(),
                      null,
                      List.of(),
                      List.of(),
                      null),
                  new ExperimentStatus(
                      phase == AnalysisPhase.PENDING ? null : phase,
                      "",
                      null,
                      List.of(),
                      List.of(),
                      List.of()));
            })
        .toList();
  }

  private static String show(List<ClusterEffect> effects) {
    List<String> words = new ArrayList<>();
    for (ClusterEffect effect : effects) {
      if (effect instanceof ClusterEffect.TerminateAnalysisRun terminate) {
        words.add("stop " + terminate.run().metadata().name());
      } else if (effect instanceof ClusterEffect.DeleteAnalysisRun delete) {
        words.add("delete " + delete.run().metadata().name());
      } else if (effect instanceof ClusterEffect.TerminateExperiment terminate) {
        words.add("stop " + terminate.experiment().metadata().name());
      } else if (effect instanceof ClusterEffect.DeleteExperiment delete) {
        words.add("delete " + delete.experiment().metadata().name());
      } else {
        words.add(effect.toString());
      }
    }
    return String.join(", ", words);
  }

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A-254 | a Running live                                       | stop a",
        "R-344 | a Pending live                                       | stop a",
        "A-253 | a Running live stopping                              | ``",
        "A-254 | current Running live                                 | ``",
        "R-356 | current Successful -                                 | ``",
        "A-255 | a Successful -                                       | delete a",
        "A-255 | a Successful gone                                    | delete a",
        "A-255 | a Failed dying                                       | delete a",
        "A-255 | a Running gone                                       | stop a",
        "R-356 | a Running -                                          | stop a",
        "R-356 | a Successful gone deleting                           | ``",
        "A-255 | a Successful live, b Successful live                 | ``",
        "A-255 | a Successful live, b Successful live, c Successful live | delete a",
        "R-356 | a Failed live, b Error live, c Inconclusive live     | delete b, delete a",
        "R-356 | a Failed live, b Successful live, c Successful live  | ``",
        "R-356 | a Successful live, b Running live, c Successful live, d Successful gone, e Successful live | delete d, stop b, delete a",
      })
  void unfinishedOnesAreStoppedAndFinishedOnesCounted(String rule, String owned, String effects) {
    assertThat(show(HISTORY.ofRuns(runs(owned), Set.of("current")))).as(rule).isEqualTo(effects);
    assertThat(show(HISTORY.ofExperiments(experiments(owned), Set.of("current"))))
        .as("R-376")
        .isEqualTo(effects);
  }

  @Test
  @DisplayName("R-342 R-343 R-375 A-253 cancelling stops what is unfinished and not yet told to")
  void cancelling() {
    String text =
        "a Running live, b Pending live, c Running live stopping, d Failed live, e Running live deleting";
    assertThat(show(RunHistory.cancelRuns(runs(text)))).isEqualTo("stop a, stop b");
    assertThat(show(RunHistory.cancelExperiments(experiments(text)))).isEqualTo("stop a, stop b");
  }

  @Test
  @DisplayName(
      "R-436 A-256 what belongs to a deleted ReplicaSet goes with it, unless it is current")
  void deletedWithTheReplicaSet() {
    String text = "a Running live, b Failed other, current Running live, c Running live deleting";
    assertThat(
            show(
                RunHistory.deleteWith(
                    Children.replicaSet("live", 0, 0),
                    runs(text),
                    experiments("x Successful live, y Successful -"),
                    Set.of("current"))))
        .isEqualTo("delete a, delete x");
  }

  @ParameterizedTest(name = "{0}: keep {1} of {2} -> {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "R-435 | 2 | a b c d          | a b",
        "R-435 | 9 | a b              | ``",
        "R-435 | 2 | a:pods b c d     | b",
        "R-435 | 2 | a:wanted b c d   | b",
        "R-435 | 2 | a:unseen b c d   | b",
        "R-435 | 2 | a:deleting b c d | b",
        "R-437 | 0 | a b              | a b",
        "R-437 | -3 | a b:pods        | a",
      })
  void theOldestReplicaSetsGo(String rule, int limit, String others, String deleted) {
    List<ReplicaSet> replicaSets = new ArrayList<>();
    for (String each : others.split(" ")) {
      String[] parts = each.split(":");
      // Listed youngest first, so that order must come from the creation time.
      ReplicaSet one = Children.replicaSet(parts[0], 0, parts[0].charAt(0) - 'a');
      replicaSets.add(
          0,
          switch (parts.length == 1 ? "" : parts[1]) {
            case "pods" -> one.withStatus(new ReplicaSet.Status(1, 0, 0, 1, List.of()));
            case "wanted" -> one.withReplicas(1);
            case "unseen" -> one.withStatus(ReplicaSet.Status.empty());
            case "deleting" -> deleting(one);
            default -> one;
          });
    }
    assertThat(
            String.join(
                " ",
                RevisionHistory.toDelete(replicaSets, limit).stream()
                    .map(ReplicaSet::hash)
                    .toList()))
        .as(rule)
        .isEqualTo(deleted);
  }
}
