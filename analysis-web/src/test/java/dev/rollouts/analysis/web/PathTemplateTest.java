package dev.rollouts.analysis.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.analysis.http.Json;
import dev.rollouts.analysis.web.PathTemplate.MalformedException;
import dev.rollouts.analysis.web.PathTemplate.Match;
import dev.rollouts.analysis.web.PathTemplate.NoMatchException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
  /** The value as JSON, or what was wrong; {@code none} when nothing was selected. */
  private static String outcome(String body, String path) throws Exception {
    try {
      return PathTemplate.parse(path)
          .firstMatch(Json.parse(body))
          .map(Match::value)
          .map(Json::render)
          .orElse("none");
    } catch (NoMatchException | MalformedException e) {
      return "! " + e.getMessage();
    }
  }

  @ParameterizedTest(name = "P-045 {1} of {0} is {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1}|{$}|{\"a\":1}",
        "{\"a\":1}|{}|{\"a\":1}",
        "{\"a\":1}|{$.a}|1",
        "{\"a\":1}|{.a}|1",
        "{\"a\":1}|{@.a}|1",
        "{\"a\":1}|$.a|\"$.a\"",
        "{\"a\":1}|x={$.a}|\"x=\"",
        "{\"a\":1}|{a}|! unrecognized identifier a",
        "{\"a\":1}|{$.b}|! b is not found",
        "[1,2]|{$}|[1,2]",
        "[1,2]|{$[0]}|1",
        "[1,2]|{$[-1]}|2",
        "{\"a\":[1,2]}|{$.a[5]}|! array index out of bounds: index 5, length 2",
        "{\"a\":[1,2]}|{$.a[*]}|1",
        "{\"a\":[1,2]}|{$.a[0:2]}|1",
        "{\"a\":[1,2]}|{range .a[*]}{@}{end}|1",
        "{\"a\":[]}|{$.a[*]}|none",
        "{\"a\":[{\"n\":\"x\",\"v\":1},{\"n\":\"y\",\"v\":2}]}|{$.a[?(@.n==\"y\")].v}|2",
        "{\"a\":[{\"n\":\"x\",\"v\":1},{\"n\":\"y\",\"v\":2}]}|{$.a[?(@.n==\"z\")].v}|none",
        "{\"a\":[{\"n\":\"x\",\"v\":1},{\"n\":\"y\",\"v\":2}]}|{$..v}|1",
        "{\"a\":{\"b.c\":1}}|{$.a.b\\.c}|1",
        "{\"a\":{\"b.c\":1}}|{$.a['b.c']}|! b is not found",
        "{\"a\":{\"b-c\":1}}|{$.a.b-c}|1",
        "\"s\"|{$.a}|! a is not found",
        "{\"a\":1}|{$.a|! unclosed action: jsonPath \"{$.a\" needs a closing brace",
      })
  void everyRowOfTheDialectTable(String body, String path, String outcome) throws Exception {
    assertThat(outcome(body, path)).isEqualTo(outcome);
  }

  @Test
  @DisplayName("P-045 a null that is selected is a match")
  void nullIsAMatch() throws Exception {
    assertThat(PathTemplate.parse("{$.a}").firstMatch(Json.parse("{\"a\":null}")))
        .contains(new Match(null));
    assertThat(PathTemplate.parse("{$}").firstMatch(null)).contains(new Match(null));
    assertThat(PathTemplate.parse("{$[0]}").firstMatch(Json.parse("[null,1]")))
        .contains(new Match(null));
    assertThat(PathTemplate.parse("{$[*]}").firstMatch(Json.parse("[null,1]")))
        .contains(new Match(null));
    assertThat(PathTemplate.parse("{$[*]}").firstMatch(null)).isEmpty();
    assertThat(outcome("null", "{$.a}")).isEqualTo("! a is not found");
  }

  @ParameterizedTest(name = "{1} of {0} is {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // numbers of any spelling compare (P-045)
        "[{\"v\":10},{\"v\":20}]|{$[?(@.v>15)].v}|20",
        "[{\"v\":10},{\"v\":20}]|{$[?(@.v==20)].v}|20",
        "[{\"v\":10},{\"v\":20}]|{$[?(@.v==20.0)].v}|20",
        "[{\"v\":10},{\"v\":20}]|{$[?(@.v!=10)].v}|20",
        "[{\"v\":10},{\"v\":20}]|{$[?(@.v>=-1.5)].v}|10",
        "[{\"v\":1,\"w\":2},{\"v\":3,\"w\":2}]|{$[?(@.v>$.w)].v}|3",
        "[{\"v\":true},{\"v\":false}]|{$[?(@.v==false)].v}|false",
        "[{\"x\":1},{\"v\":2}]|{$[?(@.v)].v}|2",
        "[{\"x\":1},{\"v\":2}]|{$[?(@.v==2)].v}|2",
        "[{\"n\":\"it's (a) \\\"b\\\" ]\"}]|{$[?(@.n==\"it's (a) \\\"b\\\" ]\")].n}|\"it's (a) \\\"b\\\" ]\"",
        "[{\"n\":\"a=b\"}]|{$[?(@.n=='a=b')].n}|\"a=b\"",
        "[{\"n\":\"ü\"}]|{$[?(@.n=='ü')].n}|\"ü\"",
        "[{\"a\":[{\"b\":7}]}]|{$[?(@.a[0].b==7)].a[0].b}|7",
        "[5,6]|{$[?(@>5)]}|6",
        // keys
        "{\"a b\":1}|{$['a\\ b']}|1",
        "{\"it's\":1}|{$.it's}|1",
        "{\"a\":{\"b\":1}}|{$['a']['b']}|1",
        "{\"a\":{\"b\":1}}|{$['a.b']}|1",
        "{\"ключ\":1}|{$.ключ}|1",
        "{\"*\":1}|{$.\\*}|1",
        "{\"a\":{\"length()\":1}}|{$.a.length()}|1",
        "{\"a\":[1]}|{$..length()}|none",
        "{\"a\":1}|{ $.a }|1",
        "{\"a\":1}|{$.a }|1",
        // slices and unions
        "[1,2,3]|{$[1:]}|2",
        "[1,2,3]|{$[:2]}|1",
        "[1,2,3]|{$[-2:]}|2",
        "[1,2,3]|{$[-2:-1]}|2",
        "[1,2,3]|{$[:]}|1",
        "[1,2,3]|{$[1:2:1]}|2",
        "[1,2,3]|{$[2:9]}|3",
        "[1,2,3]|{$[0:0]}|none",
        "[1,2,3]|{$[2,0]}|3",
        "{\"a\":1,\"b\":2}|{$['b', 'a']}|2",
        "{\"a\":{\"x\":1},\"b\":{\"x\":2}}|{$['b','a'].x}|2",
        // wildcards and descent
        "{\"a\":{\"b\":1}}|{$.a.*}|1",
        "{\"a\":{\"b\":[{\"v\":3}]},\"v\":1}|{$..v}|1",
        "{\"a\":{\"b\":[{\"v\":3}]}}|{$..b[0].v}|3",
        "{\"a\":[1]}|{..}|{\"a\":[1]}",
        "{\"a\":[{\"v\":3}]}|{..[0]}|{\"v\":3}",
        "{\"a\":[{\"v\":3}]}|{...*}|[{\"v\":3}]",
        "{\"a\":[{\"v\":3},{\"v\":4}]}|{..[?(@.v>3)]}|{\"v\":4}",
        "{\"a\":1}|{$..b}|none",
        // texts, literals and ranges
        "{\"a\":1}|{\"x\"}|\"x\"",
        "{\"a\":1}|{'it\\'s'}|\"it's\"",
        "{\"a\":1}|{5}|5",
        "{\"a\":1}|{-1.5}|-1.5",
        "{\"a\":1}|{true}|true",
        "{\"a\":1}|text|\"text\"",
        "{\"a\":[]}|{$.a[*]}{\"fallback\"}|\"fallback\"",
        "{\"a\":1}|{$.a}{$.b}|! b is not found",
        "{\"a\":[{\"b\":[7,8]}]}|{range .a[*]}{range .b[*]}{@}{end}{end}|7",
        "{\"a\":[{\"b\":1}]}|{range .a[*]}n={.b}{end}|\"n=\"",
        "{\"a\":[]}|{range .a[*]}n={.b}{end}{\"none\"}|\"none\"",
        "{\"a\":[1]}|{range .a[*]}{@}|1",
        "{\"a\":[1]}|{end}|! not in range, nothing to end",
        "{\"a\":1}|{.a range}|none",
        // what is missing
        "{\"a\":null}|{$.a.b}|! b is not found",
        "{\"a\":[1]}|{$.a.b}|! b is not found",
        "{\"a\":{}}|{$.a[0]}|! an object is not array or slice",
        "{\"a\":7}|{$.a[0]}|! a single value is not array or slice",
        "[1,2]|{$[-3]}|! array index out of bounds: index -1, length 2",
        "[1,2]|{$[7].x}|! array index out of bounds: index 7, length 2",
        "[null]|{$[0][0]}|none",
        "{\"a\":1}|{$.}|! ` is not found`",
      })
  void theRestOfTheDialect(String body, String path, String outcome) throws Exception {
    assertThat(outcome(body, path)).isEqualTo(outcome.replace("`", ""));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|unclosed action: jsonPath \"{\" needs a closing brace",
        "{$.a[0|unterminated array",
        "{$.a[x]}|invalid array index x",
        "{$.a[]}|`invalid array index `",
        "{$.a[\"b\"]}|invalid array index \"b\"",
        "{$.a[99999999999]}|array index 99999999999 is not a number",
        "{$.a[-]}|array index - is not a number",
        "{$.a[::2]}|a slice with a step other than 1 is not supported: only the first match counts",
        "{$.a[::0]}|a slice with a step other than 1 is not supported: only the first match counts",
        "{$.a[1:-1]}|a slice takes both its ends from the same side of the array",
        "{$....a}|invalid multiple recursive descent",
        "{$..a..b}|jsonPath has more than one \"..\"; name the way to the second",
        "{;}|unrecognized character in action: ;",
        "{..*}|unrecognized character in action: *",
        "`{$.a\t}`|`unrecognized character in action: \t`",
        "{'a}|unterminated quoted string",
        "{'\\x'}|a quoted string may have \\\\ \\' \\\" \\n \\r \\t, not \\x",
        "{1.2.3}|cannot parse number 1.2.3",
        "{'x'.a}|a literal has no fields and no elements",
        "{$.a[?(@.b)}|unclosed array expect ]",
        "{$.a[?(@.b]}|unterminated filter",
        "{$.a[?(@.n=~\"(a+)+$\")]}|unrecognized filter operator =~",
        "{$.a[?(@.n===1)]}|unrecognized filter operator ===",
        "{$.a[?(@.n==y)]}|unrecognized identifier y; texts need quotes",
        "{$.a[?(@.b && @.c)]}|unrecognized character in action: &",
        "{$.a[?(@..b)]}|a filter looks at fields and indices only: @..b",
        "{$.a[?(@.b[*]==1)]}|a filter looks at fields and indices only: @.b[*]",
        "{$.a[?(1)]}|a filter looks at fields and indices only: 1",
        "{$.a[?(@.b in ['x'])]}|unrecognized identifier in; texts need quotes",
      })
  void refusesWhatIsNotOfTheDialect(String path, String message) {
    assertThatThrownBy(() -> PathTemplate.parse(path))
        .isInstanceOf(MalformedException.class)
        .hasMessage(message);
  }

  @Test
  void boundsWhatAPathCanCost() {
    assertThatThrownBy(() -> PathTemplate.parse("{$" + ".a".repeat(65) + "}"))
        .hasMessage("jsonPath has more than 64 steps");
    assertThatThrownBy(() -> PathTemplate.parse("{$" + "['a','b']".repeat(7) + "}"))
        .hasMessage("jsonPath stands for more than 64 paths; use fewer unions");
    assertThatThrownBy(() -> PathTemplate.parse("x".repeat(4097)))
        .hasMessage("jsonPath is longer than 4096 characters");
    assertThatThrownBy(() -> PathTemplate.parse("{range .a[*]}".repeat(40)))
        .hasMessage("jsonPath has more than 64 steps");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{$...*.*.*.*.*.nothing}",
        "{$..a[?(@.b=='c')]}",
        "{$..[*][*][*].nothing}",
        "{$..[?(@.a.a.a.a==1)].nothing}",
      })
  @DisplayName("a search without a match ends on a large and on a deep document")
  void searchesEnd(String path) throws Exception {
    String deep = "{\"a\":".repeat(255) + "[" + "1,".repeat(20_000) + "1]" + "}".repeat(255);
    String wide = "[" + "{\"a\":[{\"a\":{}}]},".repeat(50_000) + "0]";
    assertThat(outcome(deep, path)).isEqualTo("none");
    assertThat(outcome(wide, path)).isEqualTo("none");
  }

  @Test
  @DisplayName("any text is a template or is refused, and any template finds something or nothing")
  void neverFailsOtherwise() throws Exception {
    Random random = new Random(21);
    String[] tokens = {
      "{", "}", "$", "@", ".", "..", "[", "]", "*", "?", "(", ")", "[?(", ")]", "==", "=~", "'",
      "\"", "a", "b", "range ", "end", "0", "-1", ":", ",", " ", "\\", "é", "true", "{$", "[0]",
      "['a']", ".a", "\n", "😀"
    };
    Object document =
        Json.parse("{\"a\":[{\"a\":1,\"b\":\"x\"},[0,[1]],null,true],\"b\":{\"a\":{}}}");
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(14); length >= 0; length--) {
        text.append(tokens[random.nextInt(tokens.length)]);
      }
      try {
        PathTemplate.parse(text.toString()).firstMatch(document);
      } catch (MalformedException | NoMatchException expected) {
        assertThat(expected.getMessage()).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("a key or a text of any characters is looked for and never read as syntax")
  void anyCharacterCanBeLookedFor() throws Exception {
    for (String odd :
        List.of(
            "a']['b",
            "x') || true || ('",
            "\\",
            "\u0000",
            "..",
            "*",
            "$",
            "@.length()",
            "\"",
            "😀",
            "a\\u0062")) {
      String key = "{$.";
      for (int i = 0; i < odd.length(); i++) {
        key += "\\" + odd.charAt(i);
      }
      if (odd.indexOf('\\') < 0) {
        assertThat(outcome(Json.render(java.util.Map.of(odd, 1.0)), key + "}")).isEqualTo("1");
      }
      String text = odd.replace("\\", "\\\\").replace("'", "\\'");
      String list =
          Json.render(List.of(java.util.Map.of("n", "other"), java.util.Map.of("n", odd)));
      assertThat(outcome(list, "{$[?(@.n=='" + text + "')].n}")).isEqualTo(Json.render(odd));
    }
  }
}
