package dev.rollouts.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.Path;
import java.math.BigInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scalars mean what they mean to kubectl. */
class YamlScalarTest {
  static Stream<Arguments> scalars() {
    return Stream.of(
        // booleans of YAML 1.1, only in these spellings
        row("true", true),
        row("True", true),
        row("TRUE", true),
        row("tRUE", "tRUE"),
        row("yes", true),
        row("Yes", true),
        row("y", true),
        row("Y", true),
        row("on", true),
        row("ON", true),
        row("no", false),
        row("N", false),
        row("off", false),
        row("False", false),
        row("oN", "oN"),
        row("\"yes\"", "yes"),
        row("'off'", "off"),
        row("!!str yes", "yes"),
        row("!!bool \"yes\"", true),
        row("! yes", "yes"),
        // null
        row("", null),
        row("~", null),
        row("null", null),
        row("Null", null),
        row("NULL", null),
        row("nULL", "nULL"),
        row("\"\"", ""),
        row("!!null null", null),
        // integers
        row("0", 0),
        row("-0", 0),
        row("5", 5),
        row("+5", 5),
        row("-5", -5),
        row("1_000", 1000),
        row("0x1F", 31),
        row("-0x1f", -31),
        row("0o17", 15),
        row("017", 15),
        row("00", 0),
        row("0b101", 5),
        row("-0b101", -5),
        row("08", 8),
        row("019", 19),
        row("2147483648", 2147483648L),
        row("9223372036854775807", Long.MAX_VALUE),
        row("9223372036854775808", new BigInteger("9223372036854775808")),
        row("18446744073709551615", new BigInteger("18446744073709551615")),
        row("18446744073709551616", 1.8446744073709552E19),
        row("-9223372036854775809", -9.223372036854776E18),
        row("!!int 5", 5),
        row("!!int \"5\"", 5),
        row("0x", "0x"),
        row("0xg", "0xg"),
        row("0b12", "0b12"),
        row("0o8", "0o8"),
        row("_1", "_1"),
        row("1a", "1a"),
        row("+", "+"),
        row("٣", "٣"),
        // floats; whole ones become integers on their way through JSON
        row("1.5", 1.5),
        row("-1.5", -1.5),
        row(".5", 0.5),
        row("+.5", 0.5),
        row("5.", 5),
        row("5.0", 5),
        row("1e3", 1000),
        row("1.5e-3", 0.0015),
        row("1E+2", 100),
        row("0.1", 0.1),
        row("1e300", 1e300),
        row("!!float 5", 5),
        row("!!float 0.5", 0.5),
        row("1e", "1e"),
        row("1.2.3", "1.2.3"),
        row(".", "."),
        row("inf", "inf"),
        row("NaN", "NaN"),
        // base 60 and times stay strings
        row("1:30", "1:30"),
        row("190:20:30", "190:20:30"),
        row("2026-05-01", "2026-05-01"),
        row("2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z"),
        row("2026-05-01 10:00:00", "2026-05-01 10:00:00"),
        row("!!timestamp 2026-05-01", "2026-05-01"),
        // strings
        row("5m", "5m"),
        row("1h30m", "1h30m"),
        row("result[0] >= 0.95", "result[0] >= 0.95"),
        row("http://prometheus:9090", "http://prometheus:9090"),
        row("a{{args.x}}", "a{{args.x}}"),
        row("=", "="),
        row("<", "<"));
  }

  private static Arguments row(String yaml, @Nullable Object value) {
    return Arguments.of(yaml, value);
  }

  @ParameterizedTest(name = "[{index}] {0} is {1}")
  @MethodSource("scalars")
  void aScalarMeansWhatItMeansToKubectl(String yaml, @Nullable Object value) {
    Document document = Codec.standard().read("s.yaml", "v: " + yaml + "\nkind: Any\n").get(0);

    assertThat(document.problems()).isEmpty();
    assertThat(document.tree()).containsKey("v");
    assertThat(document.valueAt(Path.of("v"))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {".nan", ".NaN", ".inf", "-.INF", "+.Inf"})
  void numbersThatJsonDoesNotHaveAreReported(String yaml) {
    Document document = Codec.standard().read("s.yaml", "v: " + yaml + "\nkind: Any\n").get(0);

    assertThat(document.problems())
        .extracting(DocumentProblem::toString)
        .containsExactly(
            "s.yaml:1:4: the number "
                + yaml
                + " does not fit into JSON; put it in quotes or use another one");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"yes: 1", "y: 1", "on: 1", "'true': 1", "true: 1", "!!bool yes: 1"})
  void aBooleanKeyIsTheWordTrue(String yaml) {
    Document document = Codec.standard().read("s.yaml", yaml + "\nkind: Any\n").get(0);

    assertThat(document.valueAt(Path.of("true"))).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"16: x", "0x10: x", "'16': x", "1_6: x"})
  void aNumberAsKeyIsItsDecimalText(String yaml) {
    Document document = Codec.standard().read("s.yaml", yaml + "\nkind: Any\n").get(0);

    assertThat(document.valueAt(Path.of("16"))).isEqualTo("x");
  }
}
