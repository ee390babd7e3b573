package dev.rollouts.engine.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.explain.Account;
import dev.rollouts.engine.explain.Neighbours;
import dev.rollouts.engine.explain.Situation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where experiments stand and what is said of it; the texts are in golden/explain-experiment. */
class ExperimentAccountTest {
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "golden", "explain-experiment");
  private static final String ANALYSIS =
      "'analyses': [{'name': 'rate', 'templateName': 'good', 'requiredForCompletion': %s}]";
  private static final Map<String, Told> STORIES = stories();

  /**
   * An experiment in a situation.
   *
   * @param unread what is wrong with its status
   * @param alone whether only the experiment is given
   */
  private record Told(Situation situation, Trial trial, List<String> unread, boolean alone) {
    static Told of(Situation situation, Trial trial) {
      return new Told(situation, trial, List.of(), false);
    }

    Told byItself() {
      return new Told(situation, trial, unread, true);
    }

    Told unread(String... more) {
      return new Told(situation, trial, List.of(more), alone);
    }

    Account account() {
      Neighbours around =
          alone
              ? Neighbours.nothing()
              : new Neighbours(
                  List.of(),
                  List.copyOf(trial.replicaSets.values()),
                  List.copyOf(trial.runs.values()),
                  List.of(),
                  trial.templates,
                  ClusterObjects.none(),
                  false);
      return Account.of(trial.experiment(), unread, around, trial.now());
    }
  }

  private static Map<String, Told> stories() {
    Map<String, Told> all = new LinkedHashMap<>();
    all.put("not-observed", Told.of(Situation.EXPERIMENT_NOT_OBSERVED, Trial.single("", "")));
    all.put(
        "status-malformed",
        Told.of(Situation.EXPERIMENT_STATUS_MALFORMED, Trial.single("", ""))
            .unread("status: expected an object, found the string \"Running\""));
    all.put(
        "invalid",
        Told.of(
            Situation.EXPERIMENT_INVALID,
            Trial.of("{'templates': [{'name': 'a', 'template': {}}]}").settle()));
    Trial pods = Trial.single("'replicas': 2", "'duration': '10m'").settle();
    all.put(
        "template-pods", Told.of(Situation.EXPERIMENT_TEMPLATE_PODS, pods.pods("a", 1).settle()));
    all.put(
        "template-pods-status-only", Told.of(Situation.EXPERIMENT_TEMPLATE_PODS, pods).byItself());
    all.put(
        "template-never-available",
        Told.of(
            Situation.EXPERIMENT_TEMPLATE_NEVER_AVAILABLE,
            Trial.single("", "'progressDeadlineSeconds': 60")
                .settle()
                .wait(Duration.ofSeconds(61))
                .settle()));
    all.put(
        "running",
        Told.of(
            Situation.EXPERIMENT_RUNNING,
            Trial.single("", "'duration': '10m'").settleGrowing().wait(Duration.ofMinutes(4))));
    all.put(
        "overdue",
        Told.of(
            Situation.CONTROLLER_NOT_ACTING,
            Trial.single("", "'duration': '10m'").settleGrowing().wait(Duration.ofMinutes(20))));
    all.put("endless", Told.of(Situation.EXPERIMENT_ENDLESS, Trial.single("", "").settleGrowing()));
    all.put(
        "endless-with-an-analysis",
        Told.of(
            Situation.EXPERIMENT_ENDLESS,
            Trial.single("", ANALYSIS.formatted("false")).settleGrowing()));
    all.put(
        "awaits-required-analysis",
        Told.of(
            Situation.EXPERIMENT_AWAITS_ANALYSIS,
            Trial.single("", ANALYSIS.formatted("true")).settleGrowing()));
    all.put(
        "analysis-failed",
        Told.of(
            Situation.EXPERIMENT_ANALYSIS_FAILED,
            Trial.single("", "'duration': '10m', " + ANALYSIS.formatted("false"))
                .settleGrowing()
                .run("rate", AnalysisPhase.FAILED, "too many errors")
                .settle()));
    all.put(
        "analysis-inconclusive",
        Told.of(
            Situation.EXPERIMENT_INCONCLUSIVE,
            Trial.single("", "'duration': '10m', " + ANALYSIS.formatted("false"))
                .settleGrowing()
                .run("rate", AnalysisPhase.INCONCLUSIVE, "")
                .settle()));
    all.put(
        "told-to-stop",
        Told.of(
            Situation.EXPERIMENT_TERMINATING,
            Trial.single("", "'duration': '10m'").settleGrowing().terminate()));
    all.put(
        "stopped",
        Told.of(
            Situation.EXPERIMENT_TERMINATED,
            Trial.single("", "'duration': '10m'").settleGrowing().terminate().settleGrowing()));
    all.put(
        "successful-and-pods-kept-for-a-while",
        Told.of(
            Situation.EXPERIMENT_SUCCESSFUL,
            Trial.single("", "'duration': '10m'")
                .settleGrowing()
                .wait(Duration.ofSeconds(601))
                .settle()
                .wait(Duration.ofSeconds(5))));
    all.put(
        "replica-set-refused",
        Told.of(
            Situation.EXPERIMENT_TEMPLATE_ERROR,
            Trial.single("", "'duration': '10m'")
                .refuse(ClusterEffect.CreateReplicaSet.class, ClusterAnswer.Refusal.OTHER)
                .settle()));
    all.put(
        "service-refused",
        Told.of(
            Situation.EXPERIMENT_TEMPLATE_ERROR,
            Trial.single("'service': {}", "'duration': '10m'")
                .refuse(ClusterEffect.CreateService.class, ClusterAnswer.Refusal.OTHER)
                .settle()));
    all.put("name-taken", Told.of(Situation.EXPERIMENT_TEMPLATE_PODS, taken()));
    return all;
  }

  /** Somebody else's ReplicaSet has the name that the template wants. */
  private static Trial taken() {
    Trial first = Trial.single("", "'duration': '10m'").settle();
    Trial second = Trial.single("", "'duration': '10m'");
    first.replicaSets.forEach(
        (name, set) ->
            second.replicaSets.put(
                name,
                set.withMetadata(
                    set.metadata().with(set.metadata().labels(), Map.of(), List.of()))));
    return second.settle();
  }

  static Stream<String> names() {
    return STORIES.keySet().stream();
  }

  private static Told story(String name) {
    return Objects.requireNonNull(STORIES.get(name), name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void namesTheSituation(String name) {
    Account account = story(name).account();
    assertThat(account.situation()).as(account.text()).isEqualTo(story(name).situation());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  @Tag("golden")
  void saysAsTheGoldenFileHasIt(String name) throws IOException {
    String text = story(name).account().text(100);
    Path file = GOLDEN.resolve(name + ".txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, text, StandardCharsets.UTF_8);
    }
    assertThat(text).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
  }

  @Test
  void everyGoldenFileBelongsToASituation() throws IOException {
    Set<String> names = STORIES.keySet();
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
          .allMatch(names::contains);
    }
  }
}
