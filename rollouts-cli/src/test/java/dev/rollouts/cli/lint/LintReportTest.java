package dev.rollouts.cli.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Json;
import dev.rollouts.codec.Position;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LintReportTest {
  private static final LintReport REPORT =
      LintReport.of(
          List.of(
              new Finding(
                  "templates/my file.yaml",
                  new Position(7, 23),
                  Severity.ERROR,
                  Rule.CONDITION_ERROR,
                  Path.of("spec", "metrics", 0, "successCondition"),
                  "it does not compile",
                  "write a\nor b"),
              new Finding(
                  "größe.yaml",
                  Position.START,
                  Severity.WARNING,
                  Rule.SYNTAX,
                  Path.root(),
                  "says \"nothing\"",
                  ""),
              new Finding(
                  "a.yaml",
                  new Position(2, 1),
                  Severity.INFO,
                  Rule.NAN,
                  Path.of("spec"),
                  "info",
                  "")));

  @Test
  void textIsOneLineAFindingWithItsSuggestionBelow() {
    assertThat(REPORT.text())
        .isEqualTo(
            """
            templates/my file.yaml:7:23: error condition-error spec.metrics[0].successCondition: it does not compile
                write a
                or b
            größe.yaml:1:1: warning syntax says "nothing"
            a.yaml:2:1: info nan spec: info
            """);
    assertThat(LintReport.of(List.of()).text()).isEmpty();
    assertThat(REPORT.count(Severity.ERROR)).isEqualTo(1);
  }

  @Test
  void jsonHasEveryField() {
    assertThat(Json.read("json", REPORT.json()))
        .isInstanceOfSatisfying(
            Map.class,
            report ->
                assertThat((List<?>) report.get("findings"))
                    .hasSize(3)
                    .first()
                    .isEqualTo(
                        Map.of(
                            "file", "templates/my file.yaml",
                            "line", 7,
                            "column", 23,
                            "severity", "error",
                            "rule", "condition-error",
                            "path", "spec.metrics[0].successCondition",
                            "message", "it does not compile",
                            "suggestion", "write a\nor b")));
  }

  /** What the schema of SARIF 2.1.0 demands of the properties that are used. */
  @Test
  void sarifIsBuiltAsItsSchemaDemands() {
    JsonObject log = object(Objects.requireNonNull(Json.read("sarif", REPORT.sarif())));

    assertThat(log.fields()).containsOnlyKeys("$schema", "version", "runs");
    assertThat(log.at("version")).isEqualTo("2.1.0");
    assertThat((List<?>) log.at("runs")).hasSize(1);
    JsonObject run = object(((List<?>) Objects.requireNonNull(log.at("runs"))).get(0));
    assertThat(run.fields()).containsOnlyKeys("tool", "columnKind", "results");
    assertThat(run.at("columnKind")).isEqualTo("unicodeCodePoints");
    assertThat(run.at("tool", "driver", "name")).isEqualTo("rollouts lint");
    Set<Object> ids = new HashSet<>();
    for (Object rule : (List<?>) Objects.requireNonNull(run.at("tool", "driver", "rules"))) {
      assertThat(ids.add(object(rule).at("id"))).as("ids are unique").isTrue();
      assertThat((String) object(rule).at("shortDescription", "text")).isNotEmpty();
    }
    List<?> results = (List<?>) Objects.requireNonNull(run.at("results"));
    assertThat(results).hasSize(3);
    for (Object each : results) {
      JsonObject result = object(each);
      assertThat(result.fields()).containsOnlyKeys("ruleId", "level", "message", "locations");
      assertThat(ids).contains(result.at("ruleId"));
      assertThat(result.at("level")).isIn("error", "warning", "note");
      assertThat((String) result.at("message", "text")).isNotEmpty();
      JsonObject location =
          object(((List<?>) Objects.requireNonNull(result.at("locations"))).get(0));
      assertThat(location.fields()).containsOnlyKeys("physicalLocation", "logicalLocations");
      assertThat((Integer) location.at("physicalLocation", "region", "startLine")).isPositive();
      assertThat((Integer) location.at("physicalLocation", "region", "startColumn")).isPositive();
      assertThat((String) location.at("physicalLocation", "artifactLocation", "uri"))
          .matches("[A-Za-z0-9._~/%-]+");
    }
    assertThat(REPORT.sarif()).contains("templates/my%20file.yaml", "gr%C3%B6%C3%9Fe.yaml");
  }

  @SuppressWarnings("unchecked")
  private static JsonObject object(Object tree) {
    return JsonObject.of((Map<String, Object>) tree);
  }
}
