package dev.rollouts.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.Problem.Kind;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {
  /** One value of each JSON type, with the way messages call it. */
  private static final Map<Object, String> VALUES =
      Map.of(
          "x",
          "the string \"x\"",
          5,
          "5",
          1.5,
          "1.5",
          true,
          "true",
          List.of(),
          "a list",
          Map.of(),
          "an object");

  record All(
      String text,
      @Nullable String maybe,
      boolean flag,
      int small,
      long large,
      @Nullable Integer maybeSmall,
      @Nullable Instant at,
      @Nullable IntOrString number,
      JsonObject raw,
      AnalysisPhase phase,
      List<String> texts,
      Map<String, String> labels,
      @Nullable Inner inner,
      List<Inner> inners) {}

  record Inner(@Required String name, @Required int limit) {}

  static List<Arguments> wrongTypes() {
    Map<String, List<Class<?>>> accepted =
        Map.of(
            "text", List.of(String.class),
            "flag", List.of(Boolean.class),
            "small", List.of(Integer.class),
            "large", List.of(Integer.class),
            "at", List.of(),
            "number", List.of(Integer.class, String.class),
            "raw", List.of(Map.class),
            "phase", List.of(),
            "texts", List.of(List.class),
            "labels", List.of(Map.class));
    Map<String, String> wanted =
        Map.of(
            "text", "a string",
            "flag", "true or false",
            "small", "a 32-bit integer",
            "large", "an integer",
            "at", "a time such as 2026-05-01T10:00:00Z",
            "number", "an integer, or a string that holds one",
            "raw", "an object",
            "phase", "one of Pending, Running, Successful, Failed, Error, Inconclusive",
            "texts", "a list",
            "labels", "an object");
    List<Arguments> rows = new ArrayList<>();
    accepted.forEach(
        (field, types) ->
            VALUES.forEach(
                (value, shown) -> {
                  if (types.stream().noneMatch(type -> type.isInstance(value))) {
                    rows.add(
                        Arguments.of(
                            field,
                            value,
                            "expected "
                                + wanted.get(field)
                                + ", found "
                                + shown
                                + remedy(field, value)));
                  }
                }));
    return rows;
  }

  private static String remedy(String field, Object value) {
    boolean unquoted = value instanceof Number || value instanceof Boolean;
    return field.equals("text") && unquoted ? "; put it in quotes" : "";
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("wrongTypes")
  void aValueOfAnotherTypeIsReportedAndReadsAsAbsent(String field, Object value, String message) {
    Decoded<All> decoded = Wire.decode(All.class, Map.of(field, value, "maybe", "kept"));

    assertThat(decoded.problems())
        .containsExactly(new Problem(Path.of(field), Kind.WRONG_TYPE, message));
    assertThat(decoded.value()).isEqualTo(Wire.decode(All.class, Map.of("maybe", "kept")).value());
  }

  @Test
  void absentFieldsHaveTheirZeroValue() {
    All zero = Wire.decode(All.class, Map.of()).value();

    assertThat(zero)
        .isEqualTo(
            new All(
                "",
                null,
                false,
                0,
                0L,
                null,
                null,
                null,
                JsonObject.empty(),
                AnalysisPhase.PENDING,
                List.of(),
                Map.of(),
                null,
                List.of()));
    assertThat(Wire.encode(zero)).containsOnlyKeys("phase");
  }

  @Test
  void numbersOutsideTheRangeOfTheirTypeAreRefused() {
    Map<String, Object> tree =
        Map.of(
            "small",
            3_000_000_000L,
            "large",
            BigInteger.TWO.pow(64),
            "number",
            3_000_000_000L,
            "maybeSmall",
            1.5);

    Decoded<All> decoded = Wire.decode(All.class, tree);

    assertThat(decoded.problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "small: expected a 32-bit integer, found 3000000000",
            "large: expected an integer, found 18446744073709551616",
            "number: expected an integer, or a string that holds one, found 3000000000",
            "maybeSmall: expected a 32-bit integer, found 1.5");
  }

  @Test
  void wholeNumbersMayBeSpelledAsDoubles() {
    Decoded<All> decoded = Wire.decode(All.class, Map.of("small", 5.0, "large", 1e15));

    assertThat(decoded.problems()).isEmpty();
    assertThat(decoded.value().small()).isEqualTo(5);
    assertThat(decoded.value().large()).isEqualTo(1_000_000_000_000_000L);
  }

  @Test
  void everyProblemIsReportedWithItsPath() {
    Map<String, Object> tree =
        Map.of(
            "inners", List.of(Map.of("name", "a"), Map.of("name", 5, "limit", 1, "extra", true)),
            "inner", Map.of());

    assertThat(Wire.decode(All.class, tree).problems())
        .extracting(each -> each.kind() + " " + each)
        .containsExactly(
            "MISSING inner.name: is required and absent; add it",
            "MISSING inner.limit: is required and absent; add it",
            "MISSING inners[0].limit: is required and absent; add it",
            "WRONG_TYPE inners[1].name: expected a string, found 5; put it in quotes",
            "UNKNOWN_FIELD inners[1].extra: unknown field; known here: name, limit");
  }

  @Test
  void aMalformedElementStaysInTheListAsItsZeroValue() {
    List<@Nullable Object> texts = new ArrayList<>(List.of("a", 5));
    texts.add(null);

    Decoded<All> decoded = Wire.decode(All.class, Map.of("texts", texts, "inners", List.of("x")));

    assertThat(decoded.value().texts()).containsExactly("a", "", "");
    assertThat(decoded.value().inners()).containsExactly(new Inner("", 0));
    assertThat(decoded.problems())
        .extracting(Problem::path)
        .extracting(Path::toString)
        .containsExactly("texts[1]", "texts[2]", "inners[0]");
  }

  @Test
  void whatIsNoObjectReadsAsOneWithoutFields() {
    assertThat(Wire.decode(Inner.class, null).value()).isEqualTo(new Inner("", 0));
    assertThat(Wire.decode(Inner.class, "x").problems().get(0))
        .hasToString(".: expected an object, found the string \"x\"");
  }

  @Test
  void longValuesAreCutInMessages() {
    assertThat(Wire.decode(All.class, Map.of("flag", "x".repeat(500))).problems().get(0).message())
        .isEqualTo("expected true or false, found the string \"" + "x".repeat(60) + "…\"");
  }

  @Test
  void timesAreWholeSecondsInUtc() {
    Map<String, Object> tree =
        Map.of("phase", "Running", "startedAt", "2026-05-01T12:00:00.9+02:00");

    AnalysisRunStatus status = Wire.decode(AnalysisRunStatus.class, tree).value();

    assertThat(status.startedAt()).isEqualTo(Instant.parse("2026-05-01T10:00:00Z"));
    assertThat(Wire.encode(status)).containsEntry("startedAt", "2026-05-01T10:00:00Z");
  }

  @Test
  void requiredFieldsAreWrittenEvenWhenTheyAreEmpty() {
    assertThat(Wire.encode(new Inner("", 0))).isEqualTo(Map.of("name", "", "limit", 0));
    assertThat(Wire.encode(WebRequest.get(""))).isEqualTo(Map.of("url", ""));
  }

  @Test
  void anEmptyObjectIsNotAnAbsentOne() {
    Map<String, Object> tree = Map.of("url", "http://x", "jsonBody", Map.of());

    WebRequest request = Wire.decode(WebRequest.class, tree).value();

    assertThat(request.jsonBody()).isEqualTo(JsonObject.empty());
    assertThat(Wire.encode(request)).isEqualTo(tree);
  }

  @Test
  void aChangedRecordIsWrittenOverItsSource() {
    Map<String, Object> source =
        Map.of(
            "metrics",
            List.of(
                Map.of("name", "a", "note", "of a", "count", 5.0, "provider", Map.of()),
                Map.of("name", "b", "note", "of b", "interval", 7)),
            "terminate",
            false,
            "owner",
            "us");
    AnalysisSpec read = Wire.decode(AnalysisSpec.class, source).value();
    Metric a = read.metrics().get(0);
    Metric b = read.metrics().get(1);
    AnalysisSpec changed =
        new AnalysisSpec(
            List.of(
                b,
                new Metric(
                    "a", "1m", null, a.count(), null, null, null, null, null, null, a.provider())),
            List.of(),
            true,
            List.of(),
            List.of(),
            null);

    assertThat(Wire.overlay(source, changed))
        .isEqualTo(
            Map.of(
                "metrics",
                List.of(
                    Map.of("name", "b", "note", "of b", "interval", 7),
                    Map.of(
                        "name",
                        "a",
                        "note",
                        "of a",
                        "count",
                        5.0,
                        "interval",
                        "1m",
                        "provider",
                        Map.of())),
                "terminate",
                true,
                "owner",
                "us"));
  }

  @Test
  void whatARecordNoLongerHasIsRemovedFromItsSource() {
    Map<String, Object> source = Map.of("name", "a", "limit", 3, "labels", "unknown here");
    Map<String, Object> all = Map.of("text", "a", "labels", Map.of("k", "v"), "small", 5, "x", 1);

    assertThat(Wire.overlay(source, new Inner("a", 0)))
        .isEqualTo(Map.of("name", "a", "limit", 0, "labels", "unknown here"));
    assertThat(Wire.overlay(all, Wire.decode(All.class, Map.of()).value()))
        .isEqualTo(Map.of("x", 1));
  }

  @Test
  void elementsOfTheSameNameKeepWhatWasTheirs() {
    Map<String, Object> source =
        Map.of("inners", List.of(Map.of("name", "a", "n", 1), Map.of("name", "a", "n", 2)));
    All changed =
        Wire.decode(
                All.class,
                Map.of(
                    "inners",
                    List.of(Map.of("name", "a", "limit", 7), Map.of("name", "a", "limit", 8))))
            .value();

    assertThat(Wire.overlay(source, changed).get("inners"))
        .isEqualTo(
            List.of(
                Map.of("name", "a", "n", 1, "limit", 7), Map.of("name", "a", "n", 2, "limit", 8)));
  }

  @Test
  void jsonObjectsCannotBeChanged() {
    List<Object> command = new ArrayList<>(List.of("sh"));
    JsonObject spec = JsonObject.of(Map.of("template", Map.of("command", command)));

    command.add("-c");

    assertThat(spec.at("template", "command")).isEqualTo(List.of("sh"));
    assertThat(spec.at("template", "command", "x")).isNull();
    assertThat(spec.at("absent")).isNull();
  }
}
