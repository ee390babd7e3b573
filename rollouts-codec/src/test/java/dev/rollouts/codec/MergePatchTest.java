package dev.rollouts.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{}                         | {}                         | {}",
        "{\"a\":1}                  | {\"a\":1}                  | {}",
        "{\"a\":1}                  | {\"a\":2}                  | {\"a\":2}",
        "{\"a\":1}                  | {}                         | {\"a\":null}",
        "{}                         | {\"a\":1}                  | {\"a\":1}",
        "{\"a\":{\"b\":1,\"c\":2}}  | {\"a\":{\"b\":1,\"c\":3}}  | {\"a\":{\"c\":3}}",
        "{\"a\":{\"b\":1}}          | {\"a\":{}}                 | {\"a\":{\"b\":null}}",
        "{\"a\":{\"b\":1}}          | {\"a\":5}                  | {\"a\":5}",
        "{\"a\":5}                  | {\"a\":{\"b\":1}}          | {\"a\":{\"b\":1}}",
        "{\"a\":[1,2,3]}            | {\"a\":[1,2]}              | {\"a\":[1,2]}",
        "{\"a\":[{\"b\":1}]}        | {\"a\":[{\"b\":2}]}        | {\"a\":[{\"b\":2}]}",
        "{}                         | {\"a\":{}}                 | {\"a\":{}}",
        "{\"a\":null}               | {}                         | {}",
      })
  void aPatchHoldsWhatChanged(String before, String after, String patch) {
    assertThat(Json.write(MergePatch.between(tree(before), tree(after)))).isEqualTo(patch);
    assertThat(withoutNulls(MergePatch.apply(tree(before), tree(patch))))
        .isEqualTo(withoutNulls(tree(after)));
  }

  @Test
  void aPatchAppliedGivesWhatItWasMadeFrom() {
    for (long seed = 0; seed < 1_000; seed++) {
      Map<String, @Nullable Object> before = new RandomTrees(seed).object(4);
      Map<String, @Nullable Object> after = new LinkedHashMap<>(before);
      after.putAll(new RandomTrees(seed / 2 + 5_000).object(4));
      if (!before.isEmpty() && seed % 2 == 0) {
        after.remove(before.keySet().iterator().next());
      }

      Map<String, @Nullable Object> patch = MergePatch.between(before, after);

      assertThat(withoutNulls(MergePatch.apply(before, patch)))
          .as("seed %d", seed)
          .isEqualTo(withoutNulls(after));
      assertThat(MergePatch.between(after, after)).isEmpty();
    }
  }

  @Test
  void aPatchLeavesItsInputsAlone() {
    Map<String, @Nullable Object> before = Map.of("a", Map.of("b", 1));

    MergePatch.apply(before, tree("{\"a\":{\"b\":2}}"));

    assertThat(before).isEqualTo(Map.of("a", Map.of("b", 1)));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> tree(String json) {
    return (Map<String, @Nullable Object>) java.util.Objects.requireNonNull(Json.read("t", json));
  }

  /** Merge patches cannot say null; lists, which they replace, are left as they are. */
  private static Map<String, @Nullable Object> withoutNulls(Map<String, ?> tree) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    tree.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> map) {
            Map<String, Object> inner = new LinkedHashMap<>();
            map.forEach((k, v) -> inner.put((String) k, v));
            copy.put(key, withoutNulls(inner));
          } else if (value instanceof List<?> list) {
            copy.put(key, new ArrayList<>(list));
          } else if (value != null) {
            copy.put(key, value);
          }
        });
    return copy;
  }
}
