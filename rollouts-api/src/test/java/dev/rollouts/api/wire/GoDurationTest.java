package dev.rollouts.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "0, PT0S",
    "+0, PT0S",
    "-0, PT0S",
    "0s, PT0S",
    "90s, PT1M30S",
    "+5m, PT5M",
    "-5m, PT-5M",
    "1h30m, PT1H30M",
    "30m1h, PT1H30M",
    "1.5h, PT1H30M",
    ".5s, PT0.5S",
    "1.s, PT1S",
    "250ms, PT0.25S",
    "3us, PT0.000003S",
    "3µs, PT0.000003S",
    "3μs, PT0.000003S",
    "7ns, PT0.000000007S",
    "0.1ns, PT0S",
    "9223372036854775807ns, PT9223372036.854775807S",
  })
  void aDurationIsRead(String text, String iso) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.parse(iso));
    assertThat(GoDuration.tryParse(text)).contains(Duration.parse(iso));
  }

  @ParameterizedTest(name = "\"{0}\"")
  @CsvSource(
      delimiter = '|',
      value = {
        "''              | time: invalid duration \"\"",
        "-               | time: invalid duration \"-\"",
        "5               | time: missing unit in duration \"5\"",
        "1h5             | time: missing unit in duration \"1h5\"",
        "1d              | time: unknown unit \"d\" in duration \"1d\"",
        "5 s             | time: unknown unit \" s\" in duration \"5 s\"",
        "5S              | time: unknown unit \"S\" in duration \"5S\"",
        "1e3s            | time: unknown unit \"e\" in duration \"1e3s\"",
        "s               | time: invalid duration \"s\"",
        ".s              | time: invalid duration \".s\"",
        "1.2.3s          | time: invalid duration \"1.2.3s\"",
        "--5s            | time: invalid duration \"--5s\"",
        "3000000h        | time: invalid duration \"3000000h\"",
        "9223372036854775808ns | time: invalid duration \"9223372036854775808ns\"",
        "{{args.x}}      | time: invalid duration \"{{args.x}}\"",
        "a\"b            | time: invalid duration \"a\\\"b\"",
      })
  void anythingElseIsRefusedWithTheTextOfArgoRollouts(String text, String message) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(GoDuration.tryParse(text)).isEmpty();
  }

  @Test
  void aVeryLongTextIsRefusedWithoutReadingIt() {
    assertThatThrownBy(() -> GoDuration.parse("9".repeat(1_000_000) + "s"))
        .hasMessage("time: invalid duration \"" + "9".repeat(32) + "…\"");
  }

  @ParameterizedTest(name = "{0} is written {1}")
  @CsvSource({
    "PT0S, 0s",
    "PT1M30S, 1m30s",
    "PT2H, 2h",
    "PT-5M, -5m",
    "PT0.25S, 0.25s",
    "PT49H0.000000001S, 49h0.000000001s",
  })
  void aDurationIsWritten(String iso, String text) {
    assertThat(GoDuration.format(Duration.parse(iso))).isEqualTo(text);
  }

  @Test
  void whatIsWrittenReadsBack() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      Duration duration = Duration.ofNanos(random.nextLong() >> random.nextInt(63));
      assertThat(GoDuration.parse(GoDuration.format(duration))).isEqualTo(duration);
    }
  }
}
