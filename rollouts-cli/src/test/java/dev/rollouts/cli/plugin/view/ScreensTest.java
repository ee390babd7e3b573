package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.Golden;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Screen;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("golden")
class ScreensTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:08:33Z");
  private static final Path FOLDER = Path.of("src", "test", "resources", "screens");

  private static String screen(String name, Screen screen) {
    List<KubeObject> all = Objects.in(FOLDER.resolve(name + ".yaml"));
    KubeObject subject = all.get(0);
    Scene scene =
        Scene.of(
            of(all, "ReplicaSet"), of(all, "Pod"), of(all, "Experiment"), of(all, "AnalysisRun"));
    Look look = new Look(screen);
    List<String> lines =
        subject.kind().equals("Rollout")
            ? RolloutView.ofRollout(look, subject, scene, NOW)
            : RolloutView.ofExperiment(look, subject, scene, NOW);
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.stripTrailing()).append('\n'));
    return text.toString().replace("\u001b", "\\e");
  }

  private static List<KubeObject> of(List<KubeObject> all, String kind) {
    return all.stream().filter(each -> each.kind().equals(kind)).toList();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"canary", "blue-green", "experiment", "hostile"})
  @DisplayName("K-080 to K-116 the screen, at any width, with and without colours")
  void screens(String name) {
    Golden.check("screens/" + name + ".txt", screen(name, Screen.plain()));
    Golden.check("screens/" + name + "-colour.txt", screen(name, new Screen(0, true, true)));
    Golden.check("screens/" + name + "-80.txt", screen(name, new Screen(80, false, true)));
    Golden.check("screens/" + name + "-120.txt", screen(name, new Screen(120, false, true)));
    Golden.check("screens/" + name + "-ascii-40.txt", screen(name, new Screen(40, false, false)));
  }

  @Test
  @DisplayName("no line is longer than the screen, and none has characters that a terminal acts on")
  void fits() {
    for (String name : List.of("canary", "blue-green", "experiment", "hostile")) {
      for (int width : new int[] {40, 80, 120}) {
        screen(name, new Screen(width, false, true))
            .lines()
            .forEach(
                line -> {
                  assertThat(Look.width(line)).as(line).isLessThanOrEqualTo(width);
                  assertThat(line.chars().allMatch(c -> c >= ' ')).as(line).isTrue();
                });
      }
    }
  }
}
