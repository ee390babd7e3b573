package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {
  @ParameterizedTest(name = "K-110 {0} is {1}")
  @CsvSource({
    "PT-3S, <invalid>",
    "PT-2S, <invalid>",
    "PT-1.999S, 0s",
    "PT-1S, 0s",
    "PT0.9S, 0s",
    "PT114S, 114s",
    "PT119.9S, 119s",
    "PT2M, 2m",
    "PT2M4S, 2m4s",
    "PT5M, 5m",
    "PT8M33S, 8m33s",
    "PT9M59S, 9m59s",
    "PT10M, 10m",
    "PT17M59S, 17m",
    "PT119M, 119m",
    "PT179M59S, 179m",
    "PT3H, 3h",
    "PT3H59M, 3h59m",
    "PT7H59M59S, 7h59m",
    "PT8H, 8h",
    "PT26H30M, 26h",
    "PT47H59M, 47h",
    "PT48H, 2d",
    "P5DT3H, 5d3h",
    "P7D, 7d",
    "P7DT23H59M, 7d23h",
    "P8D, 8d",
    "P118DT5H, 118d",
    "P729D, 729d",
    "P730D, 2y",
    "P770D, 2y40d",
    "P2919D, 7y364d",
    "P2920D, 8y",
    "P4000D, 10y"
  })
  void spans(Duration span, String shown) {
    assertThat(Ages.of(span)).isEqualTo(shown);
  }

  @Test
  @DisplayName("K-111 without a beginning it is as old as Go can tell")
  void withoutBeginning() {
    assertThat(Ages.since(null, Instant.now())).isEqualTo("292y");
  }
}
