package dev.rollouts.analysis.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsPlainValues() throws Json.MalformedException {
    assertThat(Json.parse(" {\"a\":[1,-2.5e1,true,false,null,\"x\"],\"b\":{},\"c\":[]} "))
        .isEqualTo(
            Map.of(
                "a",
                Arrays.asList(1.0, -25.0, true, false, null, "x"),
                "b",
                Map.of(),
                "c",
                List.of()));
    assertThat(Json.parse("null")).isNull();
    assertThat(Json.parse("1")).isEqualTo(1.0);
    assertThat(Json.parse("-0")).isEqualTo(-0.0);
    assertThat(Json.parse("9007199254740993")).isEqualTo(9007199254740992.0);
  }

  @Test
  void readsEscapesAndRepairsHalfSurrogates() throws Json.MalformedException {
    assertThat(Json.parse("\"\\u0041\\n\\\"\\\\\\/\\ud83d\\ude00\"")).isEqualTo("A\n\"\\/😀");
    assertThat(Json.parse("\"\\ud83d!\\udc00\"")).isEqualTo("\uFFFD!\uFFFD");
  }

  @Test
  void takesTheLastOfDuplicateKeys() throws Json.MalformedException {
    assertThat(Json.parse("{\"a\":1,\"b\":2,\"a\":3}")).isEqualTo(Map.of("a", 3.0, "b", 2.0));
  }

  @Test
  @SuppressWarnings("unchecked")
  void givesUnmodifiableContainersThatMayBeAskedForNull() throws Json.MalformedException {
    for (String text : List.of("{}", "{\"a\":1}")) {
      Map<Object, Object> map = requireNonNull((Map<Object, Object>) Json.parse(text));
      assertThat(map.get(null)).isNull();
      assertThatThrownBy(() -> map.put("b", 1)).isInstanceOf(UnsupportedOperationException.class);
    }
    for (String text : List.of("[]", "[1]")) {
      List<Object> list = requireNonNull((List<Object>) Json.parse(text));
      assertThat(list.contains(null)).isFalse();
      assertThatThrownBy(() -> list.add(1)).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @ParameterizedTest(name = "{0} is not JSON")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|unexpected end of JSON input",
        "`  `|unexpected end of JSON input",
        "[1,|unexpected end of JSON input",
        "[1 2]|invalid character '2' after an element of an array (position 3)",
        "{} x|invalid character 'x' after the end of the document (position 3)",
        "01|invalid character '1' after the end of the document (position 1)",
        "1.|unexpected end of JSON input",
        "[1.x]|invalid character 'x' in a number (position 3)",
        "+1|invalid character '+' looking for the beginning of a value (position 0)",
        ".5|invalid character '.' looking for the beginning of a value (position 0)",
        "NaN|invalid character 'N' looking for the beginning of a value (position 0)",
        "Infinity|invalid character 'I' looking for the beginning of a value (position 0)",
        "-Infinity|invalid character 'I' in a number (position 1)",
        "1e999|the number 1e999 is too large",
        "{a:1}|invalid character 'a' looking for the beginning of a key (position 1)",
        "{\"a\" 1}|invalid character '1' after a key (position 5)",
        "{\"a\":1,}|invalid character '}' looking for the beginning of a key (position 7)",
        "[1,]|invalid character ']' looking for the beginning of a value (position 3)",
        "'a'|invalid character ''' looking for the beginning of a value (position 0)",
        "\"\\x\"|invalid character 'x' in a string escape (position 2)",
        "\"\\u00g0\"|invalid character 'g' in a \\u escape (position 5)",
        "\"a|unexpected end of JSON input",
        "nul|invalid character 'n' in the literal null (position 0)",
        "/* */ 1|invalid character '/' looking for the beginning of a value (position 0)",
      })
  void saysWhatIsWrong(String text, String message) {
    Json.MalformedException malformed =
        catchThrowableOfType(Json.MalformedException.class, () -> Json.parse(text));
    assertThat(malformed).hasMessage(message);
    assertThat(malformed.isBeyondLimits()).isFalse();
  }

  @Test
  void refusesControlCharactersInStringsAndAByteOrderMark() {
    assertThatThrownBy(() -> Json.parse("\"a\nb\"")).hasMessageContaining("in a string");
    assertThatThrownBy(() -> Json.parse("\uFEFF1")).hasMessageContaining("position 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {Json.DEPTH_MAX + 2, 1_000_000})
  void refusesDeepDocumentsWithoutDescending(int depth) {
    Json.MalformedException malformed =
        catchThrowableOfType(Json.MalformedException.class, () -> Json.parse("[".repeat(depth)));
    assertThat(malformed).hasMessage("the document is nested deeper than 256");
    assertThat(malformed.isBeyondLimits()).isTrue();
  }

  @Test
  void readsToTheDeepestLevelAllowed() throws Json.MalformedException {
    int depth = Json.DEPTH_MAX;
    assertThat(Json.render(Json.parse("[".repeat(depth) + "1" + "]".repeat(depth))))
        .startsWith("[[[[")
        .contains("[1]");
  }

  @Test
  void refusesDocumentsOfVeryManyValues() {
    String text = "[" + "0,".repeat(Json.VALUES_MAX) + "0]";
    assertThatThrownBy(() -> Json.parse(text))
        .hasMessage("the document has more than 2000000 values");
  }

  @Test
  @DisplayName(
      "P-007 keys are sorted by code point, there are no blanks, and what HTML would read is escaped")
  void rendersCompactAndSorted() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", List.of(1.0, "<&>", true));
    map.put("a", Map.of());
    map.put("\uD83D\uDE00", 1e21);
    map.put("\uFFEE", 1e-7);
    map.put("B", List.of());
    map.put("ab", "\u2028\u0001\"\\\t\u007f");
    assertThat(Json.render(map))
        .isEqualTo(
            "{\"B\":[],\"a\":{},\"ab\":\"\\u2028\\u0001\\\"\\\\\\t\u007f\","
                + "\"b\":[1,\"\\u003c\\u0026\\u003e\",true],\"\uFFEE\":1e-7,\"😀\":1e+21}");
    assertThat(Json.render(null)).isEqualTo("null");
  }

  @Test
  void writesCompactlyInTheOrderGivenWithEveryDigit() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", List.of(9007199254740993L, new BigDecimal("1.50"), 0.5, "é"));
    map.put("a", true);
    assertThat(Json.compact(map)).isEqualTo("{\"b\":[9007199254740993,1.50,0.5,\"é\"],\"a\":true}");
  }

  @Test
  @DisplayName("P-007 what was rendered reads back as the same value")
  void rendersWhatReadsBack() throws Json.MalformedException {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      Object value = Json.parse(Json.render(any(random, 4)));
      String once = Json.render(value);
      assertThat(Json.parse(once)).isEqualTo(value);
      assertThat(Json.render(Json.parse(once))).isEqualTo(once);
    }
  }

  @Test
  void mutatedTextIsReadOrRefusedAndNothingElse() {
    Random random = new Random(8);
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder(Json.render(any(random, 3)));
      for (int edit = random.nextInt(4); edit >= 0 && text.length() > 0; edit--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, "{}[]\",:\\eE+-.0u\u0000\uD800".charAt(random.nextInt(17)));
          default -> text.setLength(at);
        }
      }
      try {
        Json.render(Json.parse(text.toString()));
      } catch (Json.MalformedException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  private static Object any(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> random.nextGaussian() * Math.pow(10, random.nextInt(50) - 25);
      case 1 -> random.nextBoolean();
      case 2 -> (double) random.nextInt();
      case 3 ->
          random
              .ints(random.nextInt(6), 0, 0x11000)
              .mapToObj(Character::toString)
              .reduce("", String::concat);
      case 4 -> random.ints(random.nextInt(4)).mapToObj(i -> any(random, depth - 1)).toList();
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        random.ints(random.nextInt(4)).forEach(i -> map.put("k" + i, any(random, depth - 1)));
        yield map;
      }
    };
  }
}
