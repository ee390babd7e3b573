package dev.rollouts.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.codec.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedTextTest {
  private static final String TEXT = "grün … 日本 \ud83d\ude00 \" \\ \n plain";

  @ParameterizedTest(name = "pieces of {0} bytes")
  @ValueSource(ints = {1, 2, 3, 5, 7, 1000})
  @DisplayName("Every character comes through as it was, wherever an answer is cut")
  void comesThrough(int size) throws Exception {
    byte[] answer =
        (Json.write(Map.of("a", TEXT)) + "\n" + Json.write(Map.of("b", "x")) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    StringBuilder seen = new StringBuilder();
    WatchedText.Escaping escaping =
        new WatchedText.Escaping(
            (pieces, body) -> {
              for (ByteBuffer each : pieces) {
                // As the client library does it, with characters that are not there.
                seen.append(StandardCharsets.UTF_8.decode(each).array());
              }
            });
    for (int from = 0; from < answer.length; from += size) {
      int length = Math.min(size, answer.length - from);
      escaping.consume(new ArrayList<>(List.of(ByteBuffer.wrap(answer, from, length))), null);
    }
    List<String> lines = seen.toString().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(Json.read("a", lines.get(0))).isEqualTo(Map.of("a", TEXT));
    assertThat(Json.read("b", lines.get(1))).isEqualTo(Map.of("b", "x"));
  }
}
