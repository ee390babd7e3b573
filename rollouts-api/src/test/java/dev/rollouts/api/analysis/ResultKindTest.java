package dev.rollouts.api.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultKindTest {

  @Test
  void everyKindHasALetterOfItsOwn() {
    assertThat(Arrays.stream(ResultKind.values()).map(ResultKind::letter))
        .containsExactly('F', 'V', 'S', 'B', 'N', 'M', 'L', 'C', 'I');
  }

  @Test
  void aJsonValueHasAKind() {
    assertThat(ResultKind.ofJson(0.5)).isEqualTo(ResultKind.SCALAR);
    assertThat(ResultKind.ofJson(5L)).isEqualTo(ResultKind.SCALAR);
    assertThat(ResultKind.ofJson("")).isEqualTo(ResultKind.STRING);
    assertThat(ResultKind.ofJson(false)).isEqualTo(ResultKind.BOOLEAN);
    assertThat(ResultKind.ofJson(null)).isEqualTo(ResultKind.NIL);
    assertThat(ResultKind.ofJson(Map.of())).isEqualTo(ResultKind.MAP);
    assertThat(ResultKind.ofJson(List.of(1.0))).isEqualTo(ResultKind.LIST);
    assertThatThrownBy(() -> ResultKind.ofJson('x'))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a JSON value: java.lang.Character");
  }
}
