package dev.rollouts.engine.analysis.args;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.Provider;
import dev.rollouts.api.provider.config.DatadogQuery;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholdersTest {
  private static Metric query(String text) {
    return Metric.named("m").provider(PrometheusQuery.of("http://p", text)).build();
  }

  private static String resolved(String text, Map<String, String> values) throws Exception {
    return Placeholders.resolve(query(text), values).provider().prometheus().query();
  }

  @ParameterizedTest(name = "A-020 {0}")
  @CsvSource({
    "A-020,{{args.x}},1",
    "A-020,{{ args.x }},1",
    "A-020,{{   args.x}},1",
    "A-020,a{{args.x}}b{{args.x}}c,a1b1c",
    "A-020,}} { {{args.x}} }},}} { 1 }}",
    "A-021,plain,plain",
  })
  void aPlaceholderIsReplaced(String rule, String text, String expected) throws Exception {
    assertThat(resolved(text, Map.of("x", "1"))).as(rule).isEqualTo(expected);
  }

  @Test
  @DisplayName(
      "A-021 P-001 every string of a metric is templated, keys and number-like strings included")
  void everyStringIsTemplated() throws Exception {
    Metric metric =
        new Metric(
            "{{args.x}}",
            "{{args.x}}s",
            "{{args.x}}m",
            dev.rollouts.api.wire.IntOrString.of("{{args.x}}"),
            "result > {{args.x}}",
            "result < {{args.x}}",
            dev.rollouts.api.wire.IntOrString.of("{{args.x}}"),
            null,
            null,
            null,
            Provider.of(
                new JobTemplate(
                    null,
                    JsonObject.of(
                        Map.of("{{args.x}}", List.of("a", Map.of("k{{args.x}}", "{{args.x}}")))))));
    Metric resolved = Placeholders.resolve(metric, Map.of("x", "7"));
    assertThat(resolved.name()).isEqualTo("7");
    assertThat(resolved.interval()).isEqualTo("7s");
    assertThat(resolved.initialDelay()).isEqualTo("7m");
    assertThat(resolved.count().intValue()).isEqualTo(7);
    assertThat(resolved.failureLimit().intValue()).isEqualTo(7);
    assertThat(resolved.successCondition()).isEqualTo("result > 7");
    assertThat(resolved.failureCondition()).isEqualTo("result < 7");
    assertThat(resolved.provider().job().spec())
        .isEqualTo(JsonObject.of(Map.of("7", List.of("a", Map.of("k7", "7")))));
  }

  @Test
  @DisplayName("A-021 keys of Datadog queries are templated")
  void keysOfQueriesAreTemplated() throws Exception {
    Metric metric =
        Metric.named("m")
            .provider(new DatadogQuery("v2", "", "", Map.of("{{args.x}}", "q"), "", "", null, ""))
            .build();
    assertThat(Placeholders.resolve(metric, Map.of("x", "k")).provider().datadog().queries())
        .containsExactly(Map.entry("k", "q"));
  }

  @Test
  @DisplayName("A-021 what is inserted is not looked at again")
  void whatIsInsertedIsNotScanned() throws Exception {
    assertThat(resolved("{{args.x}}", Map.of("x", "{{args.y}}", "y", "no")))
        .isEqualTo("{{args.y}}");
  }

  @ParameterizedTest
  @DisplayName("A-028 S-14 any text arrives exactly as it is")
  @ValueSource(
      strings = {
        "a\"b\\c\n",
        "\u001b[0m",
        "\u0000",
        "tab\there",
        "\ud83d\ude80",
        "<&>",
        "%s $1 \\1"
      })
  void anyTextArrivesAsItIs(String value) throws Exception {
    assertThat(resolved("[{{ args.x }}]", Map.of("x", value))).isEqualTo("[" + value + "]");
  }

  @ParameterizedTest(name = "A-023 {0} -> {1}")
  @CsvSource({
    "{{workflow.name}},failed to resolve {{workflow.name}}",
    "{{ args.y }},failed to resolve {{ args.y }}",
    "{{args.y}} {{args.z}},failed to resolve {{args.z}}",
    "{{}},failed to resolve {{}}",
    "{{args.x | upper}},failed to resolve {{args.x | upper}}",
    "{{args.{{args.x}}}},failed to resolve {{args.{{args.x}}",
  })
  void anUnknownPlaceholderIsAnError(String text, String message) {
    assertThatThrownBy(() -> resolved(text, Map.of("x", "1")))
        .isInstanceOf(UnresolvedArgumentException.class)
        .hasMessage(message);
  }

  @Test
  @DisplayName("A-020 a line break or tab inside the braces is no white space")
  void aLineBreakInsideIsNoWhiteSpace() {
    assertThatThrownBy(() -> resolved("{{\nargs.x\n}}", Map.of("x", "1")))
        .isInstanceOf(UnresolvedArgumentException.class);
  }

  @Test
  @DisplayName("A-024 a placeholder without end is named with metric and field")
  void aPlaceholderWithoutEndIsNamed() {
    Metric metric =
        Metric.named("m").provider(WebRequest.get("http://x").withHeader("k", "{{args.x")).build();
    assertThatThrownBy(() -> Placeholders.resolve(metric, Map.of("x", "1")))
        .hasMessage(
            "metric \"m\", field provider.web.headers[0].value: the placeholder that starts with"
                + " \"{{args.x\" has no end; add }}");
  }

  @Test
  @DisplayName("A-025 an argument without value is an error, used or not")
  void anArgumentWithoutValueIsAnError() {
    assertThatThrownBy(() -> Arguments.masked(List.of(Argument.required("unused"))))
        .hasMessage("argument \"unused\" was not supplied");
    Argument field =
        new Argument(
            "f", null, new Argument.ValueFrom(null, new Argument.FieldRef("metadata.name")));
    assertThatThrownBy(() -> Arguments.masked(List.of(field)))
        .hasMessage("argument \"f\" was not supplied");
  }

  @Test
  @DisplayName("A-026 A-029 decisions see secrets masked, and the later of two equal names")
  void decisionsSeeSecretsMasked() throws Exception {
    assertThat(
            Arguments.masked(
                List.of(
                    Argument.of("x", "1"),
                    Argument.of("x", "2"),
                    Argument.fromSecret("s", "name", "key"))))
        .containsExactly(Map.entry("x", "2"), Map.entry("s", "temp-for-secret"));
  }
}
