package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Screen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which rows the tree has, where, and in which order. */
class TreeTest {
  private static final Instant NOW = Instant.parse("2026-05-01T11:00:00Z");
  private static final String OWNED = "ownerReferences: [{uid: r, controller: true}]";
  private static final KubeObject ROLLOUT =
      Objects.of("{metadata: {name: web, uid: r}, spec: {strategy: {canary: {}}}}");

  private final List<KubeObject> replicaSets = new ArrayList<>();
  private final List<KubeObject> pods = new ArrayList<>();
  private final List<KubeObject> experiments = new ArrayList<>();
  private final List<KubeObject> runs = new ArrayList<>();

  private static String meta(String name, String revision, int minute, String more) {
    String annotations =
        revision.isEmpty() ? "" : "annotations: {rollout.argoproj.io/revision: '%s'}, ";
    return "metadata: {name: %s, uid: %s, creationTimestamp: '2026-05-01T10:%02d:00Z', %s%s}"
        .formatted(name, name, minute, annotations.formatted(revision), more);
  }

  private static String ownedBy(String uid) {
    return "ownerReferences: [{uid: %s}]".formatted(uid);
  }

  private void add(List<KubeObject> to, String meta) {
    to.add(Objects.of("{" + meta + "}"));
  }

  /** The first column below the root. */
  private List<String> names(KubeObject root) {
    Scene scene = Scene.of(replicaSets, pods, experiments, runs);
    Look look = new Look(Screen.plain());
    Rows rows = new Rows(look, scene, NOW);
    TreeTable.Row row =
        root.name().equals("web") && root.uid().equals("r")
            ? rows.rollout(root)
            : rows.experiment(root);
    List<String> lines = TreeTable.lines(look, row);
    int width = lines.get(0).indexOf("KIND");
    return lines.stream().skip(2).map(line -> line.substring(0, width).stripTrailing()).toList();
  }

  @Test
  @DisplayName(
      "K-090, K-091 every row hangs below what it belongs to: ReplicaSets before experiments before runs, pods and Jobs below those")
  void nesting() {
    add(runs, meta("run", "1", 0, OWNED));
    runs.set(
        0,
        runs.get(0)
            .with(
                List.of(
                    java.util.Map.of(
                        "measurements",
                        List.of(
                            java.util.Map.of("metadata", java.util.Map.of("job-name", "job"))))),
                "status",
                "metricResults"));
    add(experiments, meta("exp", "1", 0, OWNED));
    add(replicaSets, meta("set", "1", 0, OWNED));
    add(replicaSets, meta("template", "", 0, ownedBy("exp")));
    add(pods, meta("pod", "", 0, ownedBy("set")));
    add(pods, meta("tried", "", 0, ownedBy("template")));
    add(runs, meta("check", "", 0, ownedBy("exp")));
    add(replicaSets, meta("older", "0", 0, OWNED));
    assertThat(names(ROLLOUT))
        .containsExactly(
            "├──# revision:1",
            "│  ├──⧉ set",
            "│  │  └──□ pod",
            "│  ├──Σ exp",
            "│  │  ├──⧉ template",
            "│  │  │  └──□ tried",
            "│  │  └──α check",
            "│  └──α run",
            "│     └──⊞ job",
            "└──# revision:0",
            "   └──⧉ older");
    assertThat(names(experiments.get(0)))
        .containsExactly("├──⧉ template", "│  └──□ tried", "└──α check");
  }

  @Test
  @DisplayName(
      "K-092 revisions are those of ReplicaSets, experiments and runs together, the highest first; what is no number is 0")
  void revisions() {
    add(replicaSets, meta("two", "2", 0, OWNED));
    add(experiments, meta("ten", "10", 0, OWNED));
    add(runs, meta("three", "3", 0, OWNED));
    add(replicaSets, meta("none", "", 0, OWNED));
    add(replicaSets, meta("odd", "many", 0, OWNED));
    assertThat(names(ROLLOUT))
        .containsExactly(
            "├──# revision:10",
            "│  └──Σ ten",
            "├──# revision:3",
            "│  └──α three",
            "├──# revision:2",
            "│  └──⧉ two",
            "└──# revision:0",
            "   ├──⧉ none",
            "   └──⧉ odd");
  }

  @Test
  @DisplayName(
      "K-093, K-099 any owner counts, not the controlling one only; what belongs to nobody here is left out, and what ends stays until it is gone")
  void owners() {
    add(replicaSets, meta("shared", "1", 0, "ownerReferences: [{uid: other}, {uid: r}]"));
    add(replicaSets, meta("foreign", "1", 0, ownedBy("other")));
    add(pods, meta("mine", "", 0, "ownerReferences: [{uid: other}, {uid: shared}]"));
    add(pods, meta("ends", "", 1, "deletionTimestamp: x, " + ownedBy("shared")));
    add(pods, meta("theirs", "", 2, ownedBy("foreign")));
    add(pods, meta("orphan", "", 3, ""));
    assertThat(names(ROLLOUT))
        .containsExactly("└──# revision:1", "   └──⧉ shared", "      ├──□ mine", "      └──□ ends");
  }

  @Test
  @DisplayName("K-094, K-095 ReplicaSets go by name whatever their age, pods by age and then name")
  void replicaSetsAndPods() {
    add(replicaSets, meta("b", "1", 1, OWNED));
    add(replicaSets, meta("a", "1", 9, OWNED));
    add(replicaSets, meta("c", "1", 5, OWNED));
    add(pods, meta("young", "", 9, ownedBy("a")));
    add(pods, meta("z-old", "", 1, ownedBy("a")));
    add(pods, meta("twin-b", "", 5, ownedBy("a")));
    add(pods, meta("twin-a", "", 5, ownedBy("a")));
    assertThat(names(ROLLOUT))
        .containsExactly(
            "└──# revision:1",
            "   ├──⧉ a",
            "   │  ├──□ z-old",
            "   │  ├──□ twin-a",
            "   │  ├──□ twin-b",
            "   │  └──□ young",
            "   ├──⧉ b",
            "   └──⧉ c");
  }

  @Test
  @DisplayName(
      "K-096, K-097 runs and experiments go by age; runs of one age by name, backwards, and those below an experiment by revision first")
  void runsAndExperiments() {
    add(experiments, meta("late", "1", 9, OWNED));
    add(experiments, meta("early", "1", 1, OWNED));
    add(runs, meta("b-late", "1", 9, OWNED));
    add(runs, meta("a-twin", "1", 1, OWNED));
    add(runs, meta("b-twin", "1", 1, OWNED));
    add(runs, meta("low", "1", 0, ownedBy("early")));
    add(runs, meta("high", "2", 5, ownedBy("early")));
    assertThat(names(ROLLOUT))
        .containsExactly(
            "└──# revision:1",
            "   ├──Σ early",
            "   │  ├──α high",
            "   │  └──α low",
            "   ├──Σ late",
            "   ├──α b-twin",
            "   ├──α a-twin",
            "   └──α b-late");
  }

  @Test
  @DisplayName(
      "K-098 a Job is a measurement that names it, in the order of metrics and measurements")
  void jobs() {
    runs.add(
        Objects.of(
            """
            metadata: {name: run, uid: run, ownerReferences: [{uid: r}]}
            status:
              metricResults:
              - name: z
                measurements:
                - {phase: Failed, metadata: {job-name: second}}
                - {phase: Failed, metadata: {other: x}}
                - {phase: Running, metadata: {job-name: first}}
              - {name: web, measurements: [{phase: Failed}]}
              - {name: a, measurements: [{phase: Successful, metadata: {job-name: third}}]}
            """));
    assertThat(names(ROLLOUT))
        .containsExactly(
            "└──# revision:0",
            "   └──α run",
            "      ├──⊞ second",
            "      ├──⊞ first",
            "      └──⊞ third");
  }
}
