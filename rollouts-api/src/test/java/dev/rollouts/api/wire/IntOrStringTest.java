package dev.rollouts.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntOrStringTest {
  @ParameterizedTest(name = "\"{0}\" counts as {1}")
  @CsvSource({
    "5, 5, true",
    "+5, 5, true",
    "-1, -1, true",
    "007, 7, true",
    "'', 0, false",
    "' 5', 0, false",
    "5.0, 0, false",
    "0x10, 0, false",
    "1_000, 0, false",
    "٣, 0, false",
    "{{args.n}}, 0, false",
    "2147483648, 2147483647, true",
    "-99999999999, -2147483648, true",
    "99999999999999999999999, 2147483647, true",
  })
  void aStringIsADecimalIntegerOrZero(String text, int number, boolean isNumber) {
    assertThat(IntOrString.of(text).intValue()).isEqualTo(number);
    assertThat(IntOrString.of(text).isNumber()).isEqualTo(isNumber);
    assertThat(IntOrString.of(text)).hasToString(text);
  }

  @Test
  void aNumberIsItself() {
    assertThat(IntOrString.of(-7).intValue()).isEqualTo(-7);
    assertThat(IntOrString.of(-7).isNumber()).isTrue();
    assertThat(IntOrString.of(7)).isNotEqualTo(IntOrString.of("7"));
  }

  @Test
  void nothingElseFitsIn() {
    assertThatThrownBy(() -> new IntOrString(5L)).isInstanceOf(IllegalArgumentException.class);
  }
}
