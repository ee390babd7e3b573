package dev.rollouts.engine.rollout.children;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rollouts.api.rollout.AntiAffinity;
import dev.rollouts.api.rollout.PodTemplateMetadata;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.minidev.json.JSONValue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PodTemplatesTest {
  /** Different ways to write the same template. */
  private static final List<Set<String>> SYNONYMS =
      List.of(
          Set.of("plain", "empties", "affinity-empty", "affinity-empty2"),
          Set.of("sa", "sa-old"),
          Set.of("v-none", "v-emptydir"));

  private record Pair(String name, JsonObject written, JsonObject live) {}

  private static List<Pair> pairs() throws IOException {
    try (InputStream file =
        requireNonNull(PodTemplatesTest.class.getResourceAsStream("defaulted-templates.txt"))) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split("\n\n"))
          .skip(1)
          .map(block -> block.split("\n"))
          .map(lines -> new Pair(lines[0], parse(lines[1]), parse(lines[2])))
          .toList();
    }
  }

  static Stream<Arguments> named() throws IOException {
    return pairs().stream().map(pair -> arguments(pair.name(), pair));
  }

  @SuppressWarnings("unchecked")
  private static JsonObject parse(String json) {
    return JsonObject.of((Map<String, Object>) JSONValue.parse(json));
  }

  @ParameterizedTest(name = "R-030 {0}")
  @MethodSource("named")
  void knowsATemplateAgainAfterTheApiServerHasDefaultedIt(String name, Pair pair) {
    assertThat(PodTemplates.sameTemplate(pair.written(), pair.live())).isTrue();
    assertThat(PodTemplates.sameTemplate(pair.live(), pair.live())).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("named")
  void tellsItFromAllOthers(String name, Pair pair) throws IOException {
    for (Pair other : pairs()) {
      boolean synonym =
          name.equals(other.name())
              || SYNONYMS.stream()
                  .anyMatch(each -> each.contains(name) && each.contains(other.name()));
      assertThat(PodTemplates.sameTemplate(pair.written(), other.live()))
          .as(other.name())
          .isEqualTo(synonym);
    }
  }

  @ParameterizedTest(name = "R-030 {0}")
  @MethodSource("named")
  void seesTheChangeOfAnyValue(String name, Pair pair) {
    List<Object> changed = new ArrayList<>();
    change(pair.live().fields(), changed);

    assertThat(changed).hasSizeGreaterThan(8);
    for (Object each : changed) {
      assertThat(PodTemplates.sameTemplate(pair.written(), new JsonObject(object(each))))
          .as("%s", each)
          .isFalse();
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object tree) {
    return (Map<String, Object>) tree;
  }

  /** All trees that differ from this one in one leaf. */
  private static void change(Object tree, List<Object> into) {
    if (tree instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (key.equals("serviceAccount")) {
              return;
            }
            List<Object> inner = new ArrayList<>();
            change(value, inner);
            for (Object each : inner) {
              Map<Object, Object> copy = new LinkedHashMap<>(map);
              copy.put(key, each);
              into.add(copy);
            }
          });
    } else if (tree instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        List<Object> inner = new ArrayList<>();
        change(list.get(i), inner);
        for (Object each : inner) {
          List<Object> copy = new ArrayList<>(list);
          copy.set(i, each);
          into.add(copy);
        }
      }
    } else if (tree instanceof Number number) {
      into.add(number.longValue() + 1);
    } else if (tree instanceof Boolean flag) {
      into.add(!flag);
    } else {
      into.add("7" + tree);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1000m, true",
    "1Gi, 1073741824, true",
    "1e3, 1k, true",
    "0.5, 500m, true",
    "500m, 501m, false",
    "1Gi, 1G, false",
    "0.0001, 1m, true",
    "0, 0Gi, true",
  })
  void comparesQuantitiesByTheirAmount(String one, String other, boolean same) {
    String text = "{'spec': {'containers': [{'resources': {'limits': {'cpu': '%s'}}}]}}";

    assertThat(
            PodTemplates.sameTemplate(
                Children.tree(text.formatted(one)), Children.tree(text.formatted(other))))
        .isEqualTo(same);
  }

  @Test
  @DisplayName("R-404, R-411 hash label, injected metadata and injected anti-affinity do not count")
  void ignoresWhatWasInjected() {
    JsonObject desired =
        Children.tree(
            "{'metadata': {'labels': {'app': 'web'}}, 'spec': {'containers': [{'name': 'web'}]}}");
    JsonObject labelled =
        PodTemplates.withMetadata(
            desired, Map.of(RolloutKeys.POD_TEMPLATE_HASH, "new"), Map.of("own", "x"));
    JsonObject live =
        AntiAffinityTerm.injected(
            labelled,
            new AntiAffinity(new AntiAffinity.Preferred(5), new AntiAffinity.RequiredTerm()),
            "new",
            "old",
            "shop");
    ReplicaSet replicaSet =
        EphemeralMetadata.injected(
            Children.replicaSet("new", 1, 0).withTemplate(live),
            new PodTemplateMetadata(Map.of("role", "canary"), Map.of()));

    assertThat(PodTemplates.sameTemplate(desired, replicaSet)).isFalse();
    assertThat(
            PodTemplates.sameTemplate(
                PodTemplates.withMetadata(desired, Map.of(), Map.of("own", "x")), replicaSet))
        .isTrue();
    assertThat(PodTemplates.withoutHash(labelled).at("metadata", "labels"))
        .isEqualTo(Map.of("app", "web"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {"{}", "{'spec': 7}", "{'spec': {'containers': 'x', 'volumes': [3, null]}}"})
  void comparesBrokenTemplatesToo(String text) {
    JsonObject broken = Children.tree(text);

    assertThat(PodTemplates.sameTemplate(broken, broken)).isTrue();
    assertThat(
            PodTemplates.sameTemplate(
                broken, Children.tree("{'spec': {'containers': [{'name': 'web'}]}}")))
        .isFalse();
  }
}
