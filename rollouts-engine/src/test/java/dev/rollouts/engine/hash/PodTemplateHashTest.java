package dev.rollouts.engine.hash;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rollouts.api.wire.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import net.minidev.json.JSONValue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PodTemplateHashTest {
  private static final String WEB =
      """
      {"metadata":{"labels":{"app":"web"}},
       "spec":{"containers":[{"name":"web","image":"web:1"}]}}""";

  @SuppressWarnings("unchecked")
  static JsonObject parse(String json) {
    return JsonObject.of((Map<String, Object>) JSONValue.parse(json));
  }

  @Test
  @DisplayName("R-003 the worked example")
  void hashesTheWorkedExample() {
    assertThat(PodTemplateHash.of(parse(WEB), null)).isEqualTo("cb5d95cc5");
    assertThat(PodTemplateHash.of(parse(WEB), 1)).isEqualTo("7bbcdb6c58");
  }

  @Test
  void hashesTheTextThatOlderClientsWrite() {
    String text = PodTemplateHash.json(parse(WEB));
    String older = text.replace("\"metadata\":{", "\"metadata\":{\"creationTimestamp\":null,");

    assertThat(SafeHash.of(older, null)).isEqualTo("747b59b5cf");
  }

  static Stream<Arguments> writtenByTypedClients() throws IOException {
    try (InputStream file =
        requireNonNull(PodTemplateHashTest.class.getResourceAsStream("pod-template-hashes.txt"))) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split("\n\n"))
          .skip(1)
          .map(block -> block.split("\n"))
          .map(lines -> arguments(lines[0], lines[1], lines[2], lines[3]));
    }
  }

  @ParameterizedTest(name = "R-003 {0}")
  @MethodSource("writtenByTypedClients")
  void writesAndHashesWhatATypedClientDoes(String name, String template, String json, String hash) {
    assertThat(PodTemplateHash.json(parse(template))).isEqualTo(json);
    assertThat(PodTemplateHash.of(parse(template), null)).isEqualTo(hash);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text for an object        | {\"metadata\":\"x\",\"spec\":7}",
        "object for a list         | {\"spec\":{\"containers\":{}}}",
        "text for containers       | {\"spec\":{\"containers\":\"web\"}}",
        "object for a text         | {\"spec\":{\"containers\":null,\"nodeName\":{\"a\":1}}}",
        "text for a number         | {\"spec\":{\"terminationGracePeriodSeconds\":\"30\"}}",
        "fraction for a number     | {\"spec\":{\"activeDeadlineSeconds\":1.5}}",
        "number too large          | {\"spec\":{\"priority\":4294967296}}",
        "number far too large      | {\"spec\":{\"priority\":123456789012345678901234567890}}",
        "text for a boolean        | {\"spec\":{\"hostUsers\":\"false\"}}",
        "no time                   | {\"metadata\":{\"deletionTimestamp\":\"soon\"}}",
        "labels that are no object | {\"metadata\":{\"labels\":[\"a\"]}}",
      })
  void takesWhatHasTheWrongTypeAsAbsent(String what, String template) {
    JsonObject nothing = parse("{\"metadata\":{},\"spec\":{\"containers\":null}}");

    assertThat(PodTemplateHash.of(parse(template), null))
        .isEqualTo(PodTemplateHash.of(nothing, null));
  }

  @ParameterizedTest
  @CsvSource({"''", "Mi", ".", "-", "1.2.3", "1Xi", "1 Gi", "1e", "1ee3", "1e99999999999", "NaN"})
  void takesNonsenseForNothing(String quantity) {
    String template = "{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":\"%s\"}}}]}}";

    assertThat(PodTemplateHash.json(parse(template.formatted(quantity))))
        .contains("\"limits\":{\"cpu\":\"0\"}");
  }

  @Test
  void takesElementsOfTheWrongTypeForTheirZeroValue() {
    assertThat(
            PodTemplateHash.json(
                parse("{\"metadata\":{\"labels\":{\"a\":1}},\"spec\":{\"containers\":[\"web\"]}}")))
        .isEqualTo(
            "{\"metadata\":{\"labels\":{\"a\":\"\"}},"
                + "\"spec\":{\"containers\":[{\"name\":\"\",\"resources\":{}}]}}");
  }

  @Test
  void aCollisionChangesTheHash() {
    assertThat(Stream.of(0, 1, 2, -1).map(count -> PodTemplateHash.of(parse(WEB), count)))
        .doesNotHaveDuplicates()
        .doesNotContain(PodTemplateHash.of(parse(WEB), null));
  }
}
