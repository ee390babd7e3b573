package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.engine.explain.Account;
import dev.rollouts.engine.explain.Action;
import dev.rollouts.engine.explain.Situation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where rollouts get stuck and what is said of it; the texts are in golden/explain-rollout. */
class RolloutAccountTest {
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "golden", "explain-rollout");
  private static final Map<String, Told> STORIES = stories();

  private static Map<String, Told> stories() {
    Map<String, Told> all = new LinkedHashMap<>();
    ExplainedCanaries.put(all);
    ExplainedRoutes.put(all);
    ExplainedBlueGreens.put(all);
    ExplainedSpecs.put(all);
    return all;
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
  void everySituationOfARolloutHasAStory() {
    Set<Situation> told = EnumSet.noneOf(Situation.class);
    STORIES.values().forEach(each -> told.add(each.situation()));
    assertThat(EnumSet.complementOf(EnumSet.copyOf(told)))
        .as("situations of rollouts that no story is about")
        .allMatch(each -> each.name().startsWith("EXPERIMENT_"));
  }

  @Test
  void everyGoldenFileBelongsToASituation() throws IOException {
    Set<String> names = STORIES.keySet();
    assertThat(STORIES.values().stream().map(Told::situation).distinct().count())
        .as("situations that are told apart")
        .isGreaterThanOrEqualTo(60);
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
          .allMatch(names::contains);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void isOneLineEachWithoutControlCharacters(String name) {
    assertThat(story(name).account().text()).matches("[\\P{Cntrl}\\n]+").doesNotContain("\u202e");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void commandsMayBePastedIntoAShell(String name) {
    assertThat(story(name).account().actions())
        .extracting(Action::command)
        .allMatch(each -> each.matches("[A-Za-z0-9 ./,=-]*"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void stillSaysSomethingOfTheRolloutAlone(String name) {
    Account account = story(name).byItself().account();
    assertThat(account.summary()).isNotEmpty();
    assertThat(account.text(40)).startsWith(account.phase());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void saysSomethingWhateverTheObjectsHold(String name) {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      Told told = story(name).garbled(random);
      assertThat(told.account().text(80)).as("%s, seed %d", name, seed).isNotBlank();
    }
  }

  @Test
  void idsAreInKebabCase() {
    assertThat(Situation.values())
        .extracting(Situation::id)
        .allMatch(each -> each.matches("[a-z-]+"));
    assertThat(Situation.TIMED_PAUSE_STEP.id()).isEqualTo("timed-pause-step");
  }

  @Test
  void theTreeHasWhatProgramsAskFor() {
    Map<String, Object> tree = new LinkedHashMap<>(story("timed-pause-step").account().tree());
    assertThat(tree)
        .containsEntry("situation", "timed-pause-step")
        .containsEntry("phase", "Paused")
        .containsKeys("summary", "why", "waitsFor", "actions", "facts", "notLookedAt");
    assertThat(tree.get("waitsFor").toString()).contains("until=2026-01-01T00:11:00Z");
    assertThat(tree.get("actions").toString())
        .contains("kubectl argo rollouts promote web -n default");
  }
}
