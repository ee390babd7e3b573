package dev.rollouts.analysis.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.analysis.http.HttpAnswer;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ObservedData.Sample;
import dev.rollouts.api.provider.ObservedData.Series;
import dev.rollouts.api.provider.ObservedData.SeriesData;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusResponseTest {
  private static final Instant AT = Instant.parse("2024-05-01T10:00:00.123Z");

  private static Observation parse(int status, String body) {
    return PrometheusResponse.parse(new HttpAnswer(status, "", "application/json", body));
  }

  private static Observation success(String data) {
    return parse(200, "{\"status\":\"success\",\"data\":" + data + "}");
  }

  private static Observation.Value value(Observation observation) {
    assertThat(observation).isInstanceOf(Observation.Value.class);
    return (Observation.Value) observation;
  }

  @ParameterizedTest(name = "scalar {0} is {1}")
  @CsvSource({
    "0.5, 0.5, 0.5",
    "1e21, 1e21, 1000000000000000000000",
    "-0, -0.0, -0",
    "NaN, NaN, NaN",
    "+Inf, Infinity, +Inf",
    "-Inf, -Infinity, -Inf",
    "1e-7, 1e-7, 0.0000001",
    "1e999, Infinity, +Inf",
  })
  void aScalarIsANumber(String sample, double number, String rendered) {
    Observation.Value value =
        value(
            success("{\"resultType\":\"scalar\",\"result\":[1714557600.123,\"" + sample + "\"]}"));
    assertThat(value.kind()).isEqualTo(ResultKind.SCALAR);
    assertThat(value.value()).isEqualTo(number);
    assertThat(value.rendered()).isEqualTo(rendered);
    assertThat(value.data())
        .isEqualTo(new SeriesData(List.of(new Series(Map.of(), List.of(new Sample(AT, number))))));
  }

  @Test
  void aVectorIsAListInTheOrderOfItsSeries() {
    Observation.Value value =
        value(
            success(
                """
                {"resultType":"vector","result":[
                  {"metric":{"app":"shop"},"value":[1714557600.123,"0.9934"]},
                  {"metric":{"app":"cart"},"value":[1714557600.123,"NaN"]}]}
                """));
    assertThat(value.kind()).isEqualTo(ResultKind.VECTOR);
    assertThat(value.value()).isEqualTo(List.of(0.9934, Double.NaN));
    assertThat(value.rendered()).isEqualTo("[0.9934,NaN]");
    assertThat(value.metadata()).isEmpty();
    assertThat(value.keptOnError()).as("P-004").isEmpty();
    assertThat(value.data())
        .isEqualTo(
            new SeriesData(
                List.of(
                    new Series(Map.of("app", "shop"), List.of(new Sample(AT, 0.9934))),
                    new Series(Map.of("app", "cart"), List.of(new Sample(AT, Double.NaN))))));
  }

  @ParameterizedTest(name = "no series in {0}: an empty vector")
  @CsvSource(
      delimiter = '|',
      value = {"vector|[]", "vector|null", "matrix|[]", "matrix|null"})
  void noSeriesIsAnEmptyVector(String type, String result) {
    Observation.Value value =
        value(success("{\"resultType\":\"" + type + "\",\"result\":" + result + "}"));
    assertThat(value.kind()).isEqualTo(ResultKind.VECTOR);
    assertThat(value.value()).isEqualTo(List.of());
    assertThat(value.rendered()).isEqualTo("[]");
  }

  @Test
  void aMatrixIsAllSamplesSeriesAfterSeries() {
    Observation.Value value =
        value(
            success(
                """
                {"resultType":"matrix","result":[
                  {"metric":{"app":"shop"},"values":[[1714557600.123,"1"],[1714557660.123,"2"]]},
                  {"metric":{"app":"cart"},"values":[[1714557600.123,"3"],[1714557660.123,"4"]]}]}
                """));
    assertThat(value.kind()).isEqualTo(ResultKind.VECTOR);
    assertThat(value.value()).isEqualTo(List.of(1.0, 2.0, 3.0, 4.0));
    assertThat(value.rendered()).isEqualTo("[1,2,3,4]");
    assertThat(((SeriesData) value.data()).series().get(1).samples())
        .containsExactly(new Sample(AT, 3), new Sample(AT.plusSeconds(60), 4));
  }

  @Test
  @DisplayName("P-026 a native histogram counts as 0 in a vector and is left out of a matrix")
  void nativeHistogramsHaveNoValue() {
    String histogram = "[1714557600.123,{\"count\":\"5\",\"sum\":\"2.5\",\"buckets\":[]}]";
    assertThat(
            value(
                    success(
                        "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"histogram\":%s},{\"metric\":{},\"value\":[1,\"7\"]}]}"
                            .formatted(histogram)))
                .rendered())
        .isEqualTo("[0,7]");
    assertThat(
            value(
                    success(
                        "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"histograms\":[%s]},{\"metric\":{},\"values\":[[1,\"7\"]]}]}"
                            .formatted(histogram)))
                .rendered())
        .isEqualTo("[7]");
  }

  @Test
  @DisplayName("P-027 warnings are metadata: each quoted, joined by comma and blank")
  void warningsAreMetadata() {
    Observation.Value value =
        value(
            parse(
                200,
                """
                {"status":"success","data":{"resultType":"scalar","result":[1,"1"]},
                 "warnings":["query hit the \\"sample\\" limit","b\\\\c"]}
                """));
    assertThat(value.metadata())
        .containsExactly(
            Map.entry("warnings", "\"query hit the \\\"sample\\\" limit\", \"b\\\\c\""));
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "400|{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:5: parse error\"}|bad_data: 1:5: parse error",
        "422|{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"many-to-many\"}|execution: many-to-many",
        "200|{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"x\"}|execution: x",
        "400|{\"status\":\"success\",\"data\":{}}|bad_response: inconsistent body for response code",
        "422|{}|bad_response: inconsistent body for response code",
        "401|Unauthorized|client_error: client error: 401",
        "404|<html>|client_error: client error: 404",
        "429|{}|client_error: client error: 429",
        "500|{}|server_error: server error: 500",
        "503|{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"x\"}|server_error: server error: 503",
        "302||bad_response: bad response code 302",
        "200|<html>|bad_response: invalid character '<' looking for the beginning of a value (position 0)",
        "204|``|bad_response: unexpected end of JSON input",
        "400|``|bad_response: unexpected end of JSON input",
        "200|[]|bad_response: the answer has to be an object; is this a Prometheus server?",
        "200|{}|bad_response: data has to be an object; is this a Prometheus server?",
        "200|{\"data\":{\"resultType\":\"string\",\"result\":[1,\"x\"]}}|unexpected value type \"string\": the query has to yield numbers",
        "200|{\"data\":{\"result\":[]}}|unexpected value type \"\": the query has to yield numbers",
        "200|{\"data\":{\"resultType\":\"vector\",\"result\":{}}}|bad_response: data.result has to be an array",
        "200|{\"data\":{\"resultType\":\"vector\",\"result\":[7]}}|bad_response: data.result[0] has to be an object; is this a Prometheus server?",
        "200|{\"data\":{\"resultType\":\"vector\",\"result\":[{}]}}|bad_response: data.result[0]: a sample has to be a pair of time and value",
        "200|{\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1,2]}]}}|bad_response: data.result[0]: a sample's value has to be a string with a number",
        "200|{\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1e300,\"2\"]}]}}|bad_response: data.result[0]: a sample has to be a pair of time and value",
        "200|{\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"0x10\"]}}|bad_response: data.result: \"0x10\" is not the value of a sample",
        "200|{\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"\"]}}|bad_response: data.result: \"\" is not the value of a sample",
        "200|{\"data\":{\"resultType\":\"scalar\",\"result\":[1]}}|bad_response: data.result: a sample has to be a pair of time and value",
        "200|{\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":7}]}}|bad_response: data.result[0].values has to be an array",
      })
  void saysWhatTheServerSaidWasWrong(int status, String body, String message) {
    assertThat(parse(status, body == null ? "" : body)).isEqualTo(Observation.failure(message));
  }

  @Test
  @DisplayName("P-002 whatever the body, the outcome is an observation")
  void neverThrows() {
    Random random = new Random(11);
    String valid =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"a\":\"b\"},\"values\":[[1714557600.123,\"1\"]]}]},\"warnings\":[\"w\"]}";
    for (int i = 0; i < 10_000; i++) {
      StringBuilder body = new StringBuilder(valid);
      for (int edit = random.nextInt(5); edit >= 0 && body.length() > 0; edit--) {
        int at = random.nextInt(body.length());
        switch (random.nextInt(4)) {
          case 0 -> body.deleteCharAt(at);
          case 1 -> body.setCharAt(at, "{}[]\",:0x".charAt(random.nextInt(9)));
          case 2 -> body.replace(at, Math.min(body.length(), at + 8), "null");
          default -> body.setLength(at + 1);
        }
      }
      int status = random.nextBoolean() ? 200 : 100 + random.nextInt(500);
      assertThat(parse(status, body.toString())).isNotNull();
    }
  }
}
