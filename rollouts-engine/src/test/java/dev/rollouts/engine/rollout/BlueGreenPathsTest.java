package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.engine.SpecPage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways through a blue-green update, and the diagrams of docs/spec/blue-green.md. */
class BlueGreenPathsTest {
  /** One update: rule, options, what happens, the states after the first version is live. */
  private static final String ONE_UPDATE =
      """
      R-272 | auto      | update                          | Previewing Switched Promoted
      R-269 | hand      | update                          | Previewing Paused
      R-273 | hand      | update resume                   | Previewing Paused Previewing Switched Promoted
      R-270 | seconds   | update 61s                      | Previewing Paused Switched Promoted
      R-267 | small     | update                          | Previewing Switched Promoted
      R-267 | small hand | update resume                  | Previewing Paused Previewing Switched Promoted
      R-351 | pre       | update pass                     | Previewing Switched Promoted
      R-351 | pre       | update fail                     | Previewing Aborted
      R-351 | pre       | update unsure                   | Previewing Inconclusive
      R-352 | pre       | update unsure resume            | Previewing Inconclusive Previewing
      R-352 | pre       | update unsure resume pass       | Previewing Inconclusive Previewing Switched Promoted
      R-225 | pre       | update unsure abort             | Previewing Inconclusive Aborted
      R-258 | pre       | update unsure full              | Previewing Inconclusive Previewing Switched Promoted
      R-236 | pre       | update fail retry               | Previewing Aborted Previewing
      R-225 | hand      | update abort                    | Previewing Paused Aborted
      R-236 | hand      | update abort retry              | Previewing Paused Aborted Previewing Paused
      R-258 | hand      | update full                     | Previewing Paused Switched Promoted
      R-239 | hand      | update abort full               | Previewing Paused Aborted Switched Promoted
      R-274 | post      | update pass                     | Previewing Switched Promoted
      R-275 | post      | update fail                     | Previewing Switched Aborted
      R-351 | post      | update unsure                   | Previewing Switched Inconclusive
      R-352 | post      | update unsure resume            | Previewing Switched Inconclusive Switched
      R-351 | post      | update unsure resume fail       | Previewing Switched Inconclusive Switched Aborted
      R-258 | post      | update unsure full              | Previewing Switched Inconclusive Promoted
      R-234 | post      | update breakOld abort           | Previewing Switched Aborted
      R-236 | post      | update breakOld abort retry     | Previewing Switched Aborted Switched
      R-239 | post      | update breakOld abort full      | Previewing Switched Aborted Promoted
      R-272 | hand      | update lose                     | Previewing Paused
      """;

  /** Another template before the update is over; likewise. */
  private static final String ANOTHER_TEMPLATE =
      """
      R-038 | pre       | update third                    | Previewing
      R-056 | pre       | update back                     | Previewing Promoted
      R-038 | hand      | update third                    | Previewing Paused Previewing Paused
      R-056 | hand      | update back                     | Previewing Paused Promoted
      R-237 | hand      | update abort third              | Previewing Paused Aborted Previewing Paused
      R-237 | hand      | update abort back               | Previewing Paused Aborted Promoted
      R-031 | pre       | update unsure third             | Previewing Inconclusive Previewing
      R-031 | pre       | update unsure back              | Previewing Inconclusive Promoted
      R-038 | post      | update third                    | Previewing Switched Previewing Switched
      R-056 | post      | update back                     | Previewing Switched Returning Promoted
      R-031 | post      | update unsure back              | Previewing Switched Inconclusive Returning Promoted
      R-056 | post pre  | update pass third back          | Previewing Switched Previewing Returning Promoted
      R-056 | post hand | update resume third back        | Previewing Paused Previewing Switched Previewing Paused Returning Promoted
      R-237 | post      | update breakOld abort third     | Previewing Switched Aborted Previewing Switched
      R-237 | post      | update breakOld abort back      | Previewing Switched Aborted Returning
      R-272 | post      | update breakOld back            | Previewing Switched Returning
      R-038 | post      | update breakOld back third      | Previewing Switched Returning Previewing Switched
      R-059 | hand      | update resume back              | Previewing Paused Previewing Switched Promoted Previewing Switched Promoted
      R-058 | hand      | update resume 61s back          | Previewing Paused Previewing Switched Promoted Previewing Paused
      """;

  /** Before the first version is live; states from the beginning. */
  private static final String FIRST_VERSION =
      """
      R-044 | auto      | settle                          | Starting Promoted
      R-044 | hand pre post | settle                      | Starting Promoted
      R-045 | auto      | breakOld update                 | Starting Previewing Switched Promoted
      R-045 | auto pre  | breakOld update                 | Starting Previewing Switched Promoted
      R-045 | hand      | breakOld update                 | Starting Previewing Paused
      R-045 | hand      | breakOld update resume          | Starting Previewing Paused Previewing Switched Promoted
      R-045 | auto      | breakOld update abort           | Starting Previewing Switched Promoted
      R-045 | hand      | breakOld update abort           | Starting Previewing Paused Aborted
      """;

  private static Stream<List<String>> rows(String... tables) {
    return Arrays.stream(tables)
        .flatMap(String::lines)
        .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList());
  }

  static Stream<List<String>> afterTheFirst() {
    return rows(ONE_UPDATE, ANOTHER_TEMPLATE);
  }

  static Stream<List<String>> first() {
    return rows(FIRST_VERSION);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("afterTheFirst")
  void anUpdateTakesItsWay(List<String> row) {
    assertThat(String.join(" ", afterTheFirst(row)))
        .isEqualTo("[*] Starting Promoted " + row.get(3));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("first")
  void theFirstVersionTakesItsWay(List<String> row) {
    assertThat(String.join(" ", first(row))).isEqualTo("[*] " + row.get(3));
  }

  @Test
  @DisplayName("R-260 to R-291 The diagrams show these ways, and no other")
  void diagrams() {
    SpecPage page = SpecPage.read("blue-green.md");
    Set<String> update = new TreeSet<>();
    rows(ONE_UPDATE).forEach(row -> update.addAll(arrows(afterTheFirst(row))));
    assertThat(page.diagram("## One update")).isEqualTo(update);

    Set<String> another = new TreeSet<>();
    rows(ANOTHER_TEMPLATE).forEach(row -> another.addAll(arrows(afterTheFirst(row))));
    rows(FIRST_VERSION).forEach(row -> another.addAll(arrows(first(row))));
    another.removeAll(update);
    assertThat(page.diagram("## Another template")).isEqualTo(another);
  }

  private static List<String> arrows(List<String> path) {
    return Stream.iterate(1, i -> i < path.size(), i -> i + 1)
        .map(i -> path.get(i - 1) + " --> " + path.get(i))
        .toList();
  }

  private static List<String> afterTheFirst(List<String> row) {
    BlueGreenWorld it = BlueGreenWorld.of(options(row.get(1))).settle();
    return acted(it, row.get(2));
  }

  private static List<String> first(List<String> row) {
    BlueGreenWorld it = BlueGreenWorld.of(options(row.get(1)));
    it.turn(); // makes the ReplicaSet, without pods
    return acted(it, row.get(2));
  }

  private static List<String> acted(BlueGreenWorld it, String acts) {
    for (String act : acts.split(" ")) {
      switch (act) {
        case "settle" -> it.settle();
        case "update" -> it.update();
        case "third" -> it.then(each -> each.world.image("web:3"));
        case "back" -> it.then(each -> each.world.image("web:1"));
        case "resume" -> it.resume();
        case "abort" -> it.then(each -> each.world.patch(status -> status.abort(true)));
        case "retry" -> it.then(each -> each.world.patch(status -> status.abort(false)));
        case "full" -> it.then(each -> each.world.patch(status -> status.promoteFull(true)));
        case "61s" -> it.later(61);
        case "breakOld" -> it.breakPods(1, 3).settle();
        case "lose" -> it.then(each -> each.world.service("web-active"));
        case "pass" -> finish(it, AnalysisPhase.SUCCESSFUL);
        case "fail" -> finish(it, AnalysisPhase.FAILED);
        case "unsure" -> finish(it, AnalysisPhase.INCONCLUSIVE);
        default -> throw new IllegalArgumentException(act);
      }
    }
    return it.path;
  }

  private static void finish(BlueGreenWorld it, AnalysisPhase phase) {
    List<String> open =
        it.world.runs.values().stream()
            .filter(run -> !run.statusOrPending().phase().isCompleted())
            .map(run -> run.metadata().name())
            .toList();
    assertThat(open).hasSize(1);
    it.world.finish(open.get(0), phase, "");
    it.settle();
  }

  private static final Map<String, String> OPTIONS =
      Map.of(
          "auto", "",
          "hand", "autoPromotionEnabled: false\n",
          "seconds", "autoPromotionSeconds: 60\n",
          "small", "previewReplicaCount: 1\n",
          "pre", "prePromotionAnalysis: {templates: [{templateName: smoke}]}\n",
          "post", "postPromotionAnalysis: {templates: [{templateName: smoke}]}\n");

  private static String options(String words) {
    StringBuilder text = new StringBuilder();
    for (String word : words.split(" ")) {
      text.append(OPTIONS.get(word));
    }
    return text.toString();
  }
}
