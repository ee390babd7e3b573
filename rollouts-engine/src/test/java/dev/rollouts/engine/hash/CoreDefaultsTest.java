package dev.rollouts.engine.hash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** rollout-api 12.2: a template is found again in what a real API server has made of it. */
class CoreDefaultsTest {
  private static final Path FOLDER = Path.of("src/test/resources/core-defaults");

  private static List<JsonObject> read(String file) throws IOException {
    List<JsonObject> templates = new ArrayList<>();
    for (Document each :
        Codec.standard().read(file, Files.readString(FOLDER.resolve(file), UTF_8))) {
      templates.add(JsonObject.of(each.tree()));
    }
    return templates;
  }

  static Stream<Arguments> templates() throws IOException {
    List<JsonObject> written = read("written.yaml");
    List<JsonObject> stored = read("stored.yaml");
    assertThat(stored).hasSameSizeAs(written);
    return IntStream.range(0, written.size())
        .mapToObj(
            i ->
                Arguments.of(
                    written.get(i).at("metadata", "labels", "app"), written.get(i), stored.get(i)));
  }

  @DisplayName("rollout-api 12.2: what the server stores is what was written")
  @ParameterizedTest(name = "rollout-api 12.2: {0}")
  @MethodSource("templates")
  void whatIsStoredIsWhatWasWritten(String name, JsonObject written, JsonObject stored) {
    assertThat(DefaultedTemplate.same(written, stored)).isTrue();
  }

  @DisplayName("rollout-api 12.2: every other value makes another template")
  @ParameterizedTest(name = "rollout-api 12.2: any other value in {0} is told apart")
  @MethodSource("templates")
  void anyOtherValueIsToldApart(String name, JsonObject written, JsonObject stored) {
    List<String> missed = new ArrayList<>();
    change(
        stored.fields(),
        "",
        (path, changed) -> {
          @SuppressWarnings("unchecked")
          Map<String, Object> tree = (Map<String, Object>) changed;
          if (DefaultedTemplate.same(written, JsonObject.of(tree))) {
            missed.add(path);
          }
        });
    missed.remove(".spec.serviceAccount"); // deprecated, and ignored where the new name is set
    assertThat(missed).isEmpty();
  }

  private interface Change {
    void made(String path, Object tree);
  }

  /** Every leaf in turn gets another value; {@code change} is shown the tree around it. */
  private static void change(Object tree, String path, Change change) {
    if (tree instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) ->
              change(
                  value,
                  path + "." + key,
                  (at, changed) -> {
                    Map<Object, Object> copy = new LinkedHashMap<>(map);
                    copy.put(key, changed);
                    change.made(at, copy);
                  }));
    } else if (tree instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        int index = i;
        change(
            list.get(i),
            path + "[" + i + "]",
            (at, changed) -> {
              List<Object> copy = new ArrayList<>(list);
              copy.set(index, changed);
              change.made(at, copy);
            });
      }
    } else if (tree instanceof Boolean yes) {
      change.made(path, !yes);
    } else if (tree instanceof Number number) {
      change.made(path, number.longValue() + 1);
    } else if (tree instanceof String text) {
      change.made(path, text.matches("[0-9.]+[A-Za-z]*") ? "7" + text : text + "x");
    }
  }
}
