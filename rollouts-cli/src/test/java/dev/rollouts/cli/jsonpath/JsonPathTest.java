package dev.rollouts.cli.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.codec.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPathTest {
  private static final Object TREE =
      Json.read(
          "tree",
          """
          {"kind": "List",
           "items": [
             {"metadata": {"name": "web", "labels": {"app.example.com/name": "shop"}},
              "spec": {"replicas": 5, "paused": true},
              "status": {"phase": "Paused", "weight": 0.5,
                "conditions": [{"type": "Available", "status": "True"}, {"type": "Healthy", "status": "False"}]}},
             {"metadata": {"name": "api"}, "spec": {"replicas": 12}, "status": {"phase": "Healthy"}},
             {"metadata": {"name": "job"}, "spec": {"replicas": 1}}]}
          """);

  private static String render(String template) {
    return JsonPath.template(template).render(TREE, UnaryOperator.identity());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{.kind}|List",
        ".kind|List",
        "kind: {.kind}!|`kind: List!`",
        "{.items[0].metadata.name}|web",
        "{.items[-1].metadata.name}|job",
        "{.items[*].metadata.name}|web api job",
        "{.items[0:2].metadata.name}|web api",
        "{.items[:2].metadata.name}|web api",
        "{.items[1:].metadata.name}|api job",
        "{.items[::2].metadata.name}|web job",
        "{.items[0,2].metadata.name}|web job",
        "{.items[0]['metadata']['name']}|web",
        "{.items[0].metadata['name','labels'].app\\.example\\.com/name}|shop",
        "{.items[0].metadata.labels.app\\.example\\.com/name}|shop",
        "{.items[0].metadata.labels['app\\.example\\.com/name']}|shop",
        "{.items[0]['metadata.name', 'status.phase']}|web Paused",
        "{['kind']}|List",
        "{..name}|web api job",
        "{.items[0].status..type}|Available Healthy",
        "{.items[?(@.status.phase==\"Healthy\")].metadata.name}|api",
        "{.items[?(@.status.phase!=\"Healthy\")].metadata.name}|web",
        "{.items[?(@.spec.replicas>4)].metadata.name}|web api",
        "{.items[?(@.spec.replicas<=1)].metadata.name}|job",
        "{.items[?(@.status)].metadata.name}|web api",
        "{.items[?(@.spec.paused==true)].metadata.name}|web",
        "{.items[?( @.status.phase == 'Paused' )].status.conditions[?(@.type==\"Available\")].status}|True",
        "{range .items[*]}{.metadata.name}={.spec.replicas},{end}|web=5,api=12,job=1,",
        "{range .items[*]}{.metadata.name}:{range .status.conditions[*]} {.type}{end};{end}|web: Available Healthy;api:;job:;",
        "{range .items[*]}[{.status.phase}]{\"\\t\"}{end}|`[Paused]\t[Healthy]\t[]\t`",
        "{.items[0].metadata.*}|`web {\"app.example.com/name\":\"shop\"}`",
        "{.items[0].spec}|`{\"paused\":true,\"replicas\":5}`",
        "{.items[0].status.weight}|0.5",
        "{.nothing.at.all}|``",
        "{$.kind}{@.kind}|ListList",
        "{'a b'}|a b",
        "|``",
      })
  @DisplayName("K-190 a template is filled in as kubectl does it")
  void templates(String template, String filled) {
    assertThat(render(template == null ? "" : template)).isEqualTo(filled);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{.items[|unterminated array",
        "{.items[0|unterminated array",
        "{.items[x]}|invalid array index",
        "{.items[]}|invalid array index",
        "{.kind|unclosed action",
        "{|unclosed action",
        "{.items[?(@.a==\"b\"}|unterminated filter",
        "{.items[?(@.a==\"b)]}|unterminated quoted string",
        "{.items[?(@.a=~\"b\")]}|unrecognized filter operator =~",
        "{range .items[*]}{.a}|a {range} without its {end}",
        "{.a}{end}|not in range, nothing to end",
        "{kind}|unrecognized identifier \"kind\"; a path begins with a dot",
        "{....a}|invalid multiple recursive descent",
        "{.items[0:2:0]}|step must be > 0",
        "{.a & .b}|unrecognized character \"&\"",
        "{'\\q'}|an escape that nothing is known of",
      })
  @DisplayName(
      "K-190 what is wrong with a template is told with its place, before anything is read")
  void malformed(String template, String message) {
    assertThatThrownBy(() -> JsonPath.template(template))
        .isInstanceOf(JsonPathException.class)
        .hasMessageStartingWith("error parsing jsonpath \"" + template + "\" at character ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{.items[3].metadata}|array index out of bounds: index 3, length 3",
        "{.items[-4]}|array index out of bounds: index -1, length 3",
        "{.items[0:9]}|array index out of bounds: index 8, length 3",
        "{.items[2:1]}|starting index 2 is greater than ending index 1",
        "{.kind[0]}|what [0] is asked of is a text, and not a list",
        "{.kind[?(@.a==1)]}|a filter wants a list, and here is a text",
        "{.items[?(@..type==\"a\")]}|can only compare one element at a time",
        "{.items[?(@.metadata.name>1)]}|incompatible types for comparison: a text and a BigDecimal",
      })
  @DisplayName("K-190 a template that does not fit says why")
  void unfit(String template, String message) {
    assertThatThrownBy(() -> render(template))
        .isInstanceOf(JsonPathException.class)
        .hasMessage("error executing jsonpath \"%s\": %s".formatted(template, message));
  }

  @Test
  @DisplayName(
      "K-190 texts of others are shown as they should be, those of the template are not touched")
  void shown() {
    assertThat(
            JsonPath.template("{.kind}{\"\\n\"}{.items[0].spec.replicas}")
                .render(TREE, text -> "<" + text + ">"))
        .isEqualTo("<List>\n<5>");
  }

  @Test
  @DisplayName(
      "K-190 no template is endless: length, depth and the values that it looks at have limits")
  void limits() {
    assertThatThrownBy(() -> JsonPath.template("{.a}".repeat(5000)))
        .hasMessageContaining("20000 characters are too many");
    assertThatThrownBy(
            () -> JsonPath.template("{range .a}".repeat(40) + "{.b}" + "{end}".repeat(40)))
        .hasMessageContaining("more than 32 levels");
    assertThatThrownBy(() -> JsonPath.template("{.a" + "[?(@.a".repeat(40) + ")]".repeat(40) + "}"))
        .hasMessageContaining("more than 32 levels");
    List<Object> wide = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      wide.add(Map.of("a", i));
    }
    Object tree = Map.of("w", wide);
    String nested = "{range .w[*]}{range $}" + "{range ..a}{end}".repeat(3) + "{end}{end}";
    assertThat(JsonPath.template(nested).render(tree, UnaryOperator.identity())).isEmpty();
    Object deep = wide;
    for (int i = 0; i < 12; i++) {
      deep = List.of(deep, deep);
    }
    Object bottom = deep;
    assertThatThrownBy(
            () -> JsonPath.template("{..a}{..a}").render(bottom, UnaryOperator.identity()))
        .hasMessageContaining("looks at more than 2000000 values");
  }

  @Test
  @DisplayName("K-190 one expression gives its values")
  void expression() {
    assertThat(
            JsonPath.expression("{.items[*].spec.replicas}").find(TREE).stream()
                .map(String::valueOf))
        .containsExactly("5", "12", "1");
    assertThat(JsonPath.expression("kind").find(TREE)).containsExactly("List");
    assertThatThrownBy(() -> JsonPath.expression("{.a} {.b}"))
        .hasMessageContaining("one path is expected");
  }
}
