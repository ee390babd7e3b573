package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.Golden;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("golden")
class ScreensTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:08:33Z");
  private static final Path FOLDER = Path.of("src", "test", "resources", "screens");

  private static final Path PICTURE = Path.of("..", "docs", "guide", "kubectl-plugin.svg");
  private static final List<String> NAMES =
      List.of("walkthrough", "canary", "blue-green", "experiment", "states", "hostile");

  static List<String> names() {
    return NAMES;
  }

  private static List<String> lines(String name, Screen screen) {
    List<KubeObject> all = Objects.in(FOLDER.resolve(name + ".yaml"));
    KubeObject subject = all.get(0);
    Scene scene =
        Scene.of(
            of(all, "ReplicaSet"), of(all, "Pod"), of(all, "Experiment"), of(all, "AnalysisRun"));
    Look look = new Look(screen);
    return subject.kind().equals("Rollout")
        ? RolloutView.ofRollout(look, subject, scene, NOW)
        : RolloutView.ofExperiment(look, subject, scene, NOW);
  }

  private static String screen(String name, Screen screen) {
    StringBuilder text = new StringBuilder();
    lines(name, screen).forEach(line -> text.append(line.stripTrailing()).append('\n'));
    return text.toString().replace("\u001b", "\\e");
  }

  private static List<KubeObject> of(List<KubeObject> all, String kind) {
    return all.stream().filter(each -> each.kind().equals(kind)).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  @DisplayName("K-080 to K-116 the screen, at any width, with and without colours")
  void screens(String name) {
    Golden.check("screens/" + name + ".txt", screen(name, Screen.plain()));
    Golden.check("screens/" + name + "-colour.txt", screen(name, new Screen(0, true, true)));
    for (int width : new int[] {80, 120}) {
      String file = "screens/%s-%d".formatted(name, width);
      Golden.check(file + ".txt", screen(name, new Screen(width, false, true)));
      Golden.check(file + "-colour.txt", screen(name, new Screen(width, true, true)));
    }
    Golden.check("screens/" + name + "-ascii-40.txt", screen(name, new Screen(40, false, false)));
  }

  @Test
  @DisplayName("the picture of the README is what the watch shows in the walkthrough")
  void picture() throws IOException {
    List<String> lines = lines("walkthrough", new Screen(0, true, true));
    String picture =
        TerminalPicture.of("kubectl argo rollouts get rollout rollouts-demo -w", lines);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PICTURE, picture);
    }
    assertThat(Files.readString(PICTURE)).isEqualTo(picture);
  }

  @Test
  @DisplayName("K-116 colours change nothing but colours, at any width")
  void colours() {
    for (String name : NAMES) {
      for (int width : new int[] {0, 40, 80, 120}) {
        String painted = screen(name, new Screen(width, true, true));
        assertThat(painted.replaceAll("\\\\e\\[[0-9;]*m", "").replaceAll(" +\n", "\n"))
            .isEqualTo(screen(name, new Screen(width, false, true)).replaceAll(" +\n", "\n"));
        assertThat(painted.lines())
            .allSatisfy(
                line ->
                    assertThat(line.split("\\\\e\\[[1-9]", -1).length - 1)
                        .as("no colour goes on behind the end of %s", line)
                        .isLessThanOrEqualTo(line.split("\\\\e\\[0m", -1).length - 1));
      }
    }
  }

  @Test
  @DisplayName("no line is longer than the screen, and none has characters that a terminal acts on")
  void fits() {
    for (String name : NAMES) {
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
