package dev.rollouts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.config.WebRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WritingTest {
  private static final int SEEDS = 2_000;

  @Test
  void whateverIsWrittenAsYamlReadsBack() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Map<String, @Nullable Object> tree = new RandomTrees(seed).object(4);
      tree.put("kind", "Any");
      tree.put("apiVersion", "v1");

      String text = Yaml.write(tree);
      List<Document> documents = Codec.standard().read("t.yaml", text);

      assertThat(documents).as("seed %d:%n%s", seed, text).hasSize(1);
      assertThat(documents.get(0).problems()).as("seed %d:%n%s", seed, text).isEmpty();
      assertThat(documents.get(0).tree()).as("seed %d:%n%s", seed, text).isEqualTo(tree);
    }
  }

  @Test
  void whateverIsWrittenAsJsonReadsBack() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Map<String, @Nullable Object> tree = new RandomTrees(seed).object(4);

      assertThat(Json.read("t", Json.write(tree))).as("seed %d", seed).isEqualTo(tree);
      assertThat(Json.read("t", Json.writePretty(tree))).as("seed %d", seed).isEqualTo(tree);
    }
  }

  @Test
  void yamlLooksLikeThatOfKubectl() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("empty", Map.of());
    tree.put("none", null);
    tree.put("list", List.of(Map.of("name", "a"), List.of(1, 2), List.of(), "x"));
    tree.put("query", "sum(rate(errors[1m]))\n  / 2\n");
    tree.put("script", "set -e\n\ntest -f x");
    tree.put("trailing", "a\n\n");

    assertThat(Yaml.write(tree))
        .isEqualTo(
            """
            empty: {}
            none: null
            list:
            - name: a
            - - 1
              - 2
            - []
            - x
            query: |
              sum(rate(errors[1m]))
                / 2
            script: |-
              set -e

              test -f x
            trailing: |+
              a

            """);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "result[0] >= 0.95 | result[0] >= 0.95",
        "http://prometheus:9090/base | http://prometheus:9090/base",
        "5m | 5m",
        "v1.2.3 | v1.2.3",
        "yes | 'yes'",
        "y | 'y'",
        "Off | 'Off'",
        "null | 'null'",
        "~ | '~'",
        "5 | '5'",
        "007 | '007'",
        "1e3 | '1e3'",
        "0x1F | '0x1F'",
        "1_000 | '1_000'",
        "1:30 | '1:30'",
        "2026-05-01T10:00:00Z | '2026-05-01T10:00:00Z'",
        ".inf | '.inf'",
        "{{args.x}} | '{{args.x}}'",
        "up{job=\"x\"} | up{job=\"x\"}",
        "a: b | 'a: b'",
        "a #b | 'a #b'",
        "a#b | a#b",
        "it's | it's",
        "'quoted' | \"'quoted'\"",
        "- a | '- a'",
        "*all | '*all'",
        "!(a) | '!(a)'",
        "<< | '<<'",
        "= | '='",
        "größe | größe",
        "über | 'über'",
      })
  void stringsAreQuotedOnlyWhenSomebodyMightMisreadThem(String text, String yaml) {
    assertThat(Yaml.write(Map.of("v", text))).isEqualTo("v: " + yaml + "\n");
  }

  @Test
  void severalDocumentsAreSeparated() {
    assertThat(Yaml.writeAll(List.of(Map.of("a", 1), Map.of(), Map.of("b", 2))))
        .isEqualTo("a: 1\n---\n{}\n---\nb: 2\n");
  }

  @Test
  void jsonIsCompactOrIndented() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("a", List.of(1, "x/y"));
    tree.put("b", null);

    assertThat(Json.write(tree)).isEqualTo("{\"a\":[1,\"x/y\"],\"b\":null}");
    assertThat(Json.writePretty(tree))
        .isEqualTo(
            """
            {
              "a": [
                1,
                "x/y"
              ],
              "b": null
            }
            """);
  }

  @Test
  void whatJsonCannotHoldIsRefused() {
    assertThatThrownBy(() -> Json.write(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("JSON has no number like NaN");
    assertThatThrownBy(() -> Yaml.write(Map.of("a", Double.POSITIVE_INFINITY)))
        .hasMessage("JSON has no number like Infinity");
    assertThatThrownBy(() -> Json.write(java.time.Instant.EPOCH))
        .hasMessage("JSON has no value like Instant");
  }

  @Test
  void aJsonTextIsReadWithItsFaults() {
    assertThat(Json.read("s", " [1.0, 2.5, \"x\", null] "))
        .isEqualTo(java.util.Arrays.asList(1, 2.5, "x", null));
    assertThatThrownBy(() -> Json.read("status.json", "{\"a\": 1,\n \"a\": 2}"))
        .isInstanceOf(CodecException.class)
        .hasMessage(
            "status.json:2:2: key \"a\" is already there at 1:2; the later one counts, remove one"
                + " of them");
    assertThatThrownBy(() -> Json.read("status.json", "{} {}"))
        .hasMessage("status.json:1:4: a second value after the first; remove it");
    assertThatThrownBy(() -> Json.read("status.json", " "))
        .hasMessage("status.json:1:1: empty; expected a JSON value");
  }

  @Test
  void anObjectIsWrittenWithItsKind() {
    AnalysisRun run =
        AnalysisRun.of(
            "r", AnalysisSpec.of(Metric.named("m").provider(WebRequest.get("http://x")).build()));

    assertThat(Codec.yaml(run))
        .isEqualTo(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisRun
            metadata:
              name: r
            spec:
              metrics:
              - name: m
                provider:
                  web:
                    url: http://x
            """);
    assertThat(Codec.standard().readOne(AnalysisRun.class, "r.json", Codec.json(run)))
        .isEqualTo(run);
  }
}
