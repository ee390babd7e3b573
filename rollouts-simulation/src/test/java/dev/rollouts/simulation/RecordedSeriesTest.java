package dev.rollouts.simulation;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedSeriesTest {
  @Test
  void csvIsPlayedBackFromTheStart() {
    RecordedSeries series =
        RecordedSeries.csv(
            "s.csv", "time,a,b\n# measured in May\n100, 1.5 ,2\n\n160,,NaN\n220,3,+Inf\n");
    assertThat(series.length()).isEqualTo(ofMinutes(2));
    assertThat(series.at(ofSeconds(0))).containsExactly(1.5, 2);
    assertThat(series.at(ofSeconds(70))).containsExactly(1.5, Double.NaN);
    assertThat(series.at(ofMinutes(2))).containsExactly(3, Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,1\\n60,2",
        "0s;1\\n1m;2",
        "2026-05-01T10:00:00Z,1\\n2026-05-01T12:01:00+02:00,2",
        "time\\tvalue\\n0\\t1\\n60\\t2"
      })
  void timesMayBeSecondsDurationsOrDates(String text) {
    String csv = text.replace("\\n", "\n").replace("\\t", "\t");
    RecordedSeries series = RecordedSeries.csv("s.csv", csv);
    assertThat(series.at(ofSeconds(59))).containsExactly(1);
    assertThat(series.at(ofSeconds(60))).containsExactly(2);
  }

  @Test
  void anOldSampleNoLongerCounts() {
    RecordedSeries series = RecordedSeries.csv("s.csv", "0,1");
    assertThat(series.at(ofMinutes(5))).containsExactly(1);
    assertThat(series.at(ofSeconds(301))).isEmpty();
    assertThat(series.withLookback(ofSeconds(10)).at(ofSeconds(11))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t,v\\n0,1\\nsoon,2|s.csv:3: \"soon\" is no time; write seconds, 1m30s, or 2026-05-01T10:00:00Z",
        "0,1\\n60,high|s.csv:2: \"high\" is no number; write digits, NaN, +Inf, -Inf, or nothing",
        "0,1\\n60|s.csv:2: \"60\" has no number after the time; write time,number",
        "t,v|s.csv: no samples; write lines such as 60,0.99"
      })
  void aBrokenCsvNamesTheLineAndTheRemedy(String text, String message) {
    assertThatThrownBy(() -> RecordedSeries.csv("s.csv", text.replace("\\n", "\n")))
        .hasMessage(message);
  }

  @Test
  void anAnswerToARangeQueryIsPlayedBack() {
    RecordedSeries series =
        RecordedSeries.prometheus(
            "r.json",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
                + "{\"metric\":{\"pod\":\"a\"},\"values\":[[1714556400,\"0.5\"],[1714556460.5,\"NaN\"]]},"
                + "{\"metric\":{\"pod\":\"b\"},\"values\":[[1714556430,\"7e2\"]]}]}}");
    assertThat(series.at(ofSeconds(0))).containsExactly(0.5);
    assertThat(series.at(ofSeconds(30))).containsExactly(0.5, 700);
    assertThat(series.at(ofSeconds(61))).containsExactly(Double.NaN, 700);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|the document is no object",
        "{\"status\":\"error\"}|status is error; save an answer with status \"success\"",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\"}}|data.resultType is vector; save the answer to a range query",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}|data.result is empty",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[1]]}]}}|data.result[0].values[0] is no [seconds, \"number\"]",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[1,\"x\"]]}]}}|data.result[0].values[0] \"x\" is no number",
        "{\"status\":|r.json:1:"
      })
  void aBrokenAnswerNamesThePlace(String json, String message) {
    assertThatThrownBy(() -> RecordedSeries.prometheus("r.json", json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("r.json:")
        .hasMessageContaining(message);
  }
}
