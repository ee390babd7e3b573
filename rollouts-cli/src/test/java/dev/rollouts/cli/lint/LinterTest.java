package dev.rollouts.cli.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinterTest {
  private static final Linter LINTER = Linter.knowing(KnownProviders.published());

  private static final String OUTER =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: outer, namespace: shop}
      spec:
        args:
        - name: service
        templates:
        - templateName: inner
      """;

  private static final String INNER =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: inner, namespace: %s}
      spec:
        metrics:
        - name: errors
          successCondition: len(result) == 0 || result[0] < 5
          provider:
            prometheus:
              address: http://prometheus:9090
              query: errors{service="{{args.service}}"}
      """;

  @Test
  void documentsAreJudgedTogetherAndReportedByFile() {
    List<Document> documents = new ArrayList<>();
    documents.addAll(Codec.standard().read("b-outer.yaml", OUTER));
    documents.addAll(Codec.standard().read("a-inner.yaml", INNER.formatted("shop")));

    assertThat(LINTER.lint(documents))
        .extracting(Finding::toString)
        .containsExactly(
            "a-inner.yaml:11:16: warning undeclared-arg"
                + " spec.metrics[0].provider.prometheus.query: argument \"service\" is not declared"
                + " by this template; Rollouts refuse it in steps and in pre- and post-promotion"
                + " analysis, even when another template declares it");
  }

  @Test
  void aTemplateOfTheSameNamespaceIsMeantFirst() {
    List<Document> documents = new ArrayList<>();
    documents.addAll(Codec.standard().read("outer.yaml", OUTER));
    documents.addAll(Codec.standard().read("other.yaml", INNER.formatted("other")));
    documents.addAll(Codec.standard().read("third.yaml", INNER.formatted("third")));

    assertThat(LINTER.lint(documents))
        .extracting(Finding::rule)
        .as("two candidates, none of them in the namespace")
        .contains(Rule.TEMPLATE_NOT_FOUND);

    documents.addAll(Codec.standard().read("shop.yaml", INNER.formatted("shop")));

    assertThat(LINTER.lint(documents))
        .extracting(Finding::rule)
        .doesNotContain(Rule.TEMPLATE_NOT_FOUND);
  }

  /** Bounded by counting: what takes too many steps is left out, and nothing overflows a stack. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"templates", "circle", "metrics", "conditions", "rules", "placeholders", "fields"})
  void aFileMadeToTakeHoursIsLintedAllTheSame(String what) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      text.append(hostile(what, i));
    }
    if (what.equals("placeholders")) {
      text.append("  metrics:\n");
      for (int i = 0; i < 2_000; i++) {
        text.append("  - name: '{{args.other").append(i).append("}}'\n");
      }
    }

    assertThat(LINTER.lint(Codec.standard().read(what + ".yaml", text.toString()))).isNotEmpty();
  }

  @Test
  void aCircleOfHundredsIsReportedOnce() {
    StringBuilder text = new StringBuilder(chained(-1, 0));
    for (int i = 0; i < 500; i++) {
      text.append(chained(i, (i + 1) % 500));
    }

    assertThat(LINTER.lint(Codec.standard().read("circle.yaml", text.toString())))
        .filteredOn(finding -> finding.rule() == Rule.TEMPLATE_CYCLE)
        .singleElement()
        .satisfies(finding -> assertThat(finding.position().line()).isEqualTo(12))
        .satisfies(
            finding -> assertThat(finding.message()).contains(": t0 -> t1 -> ", "t499 -> t0"));
  }

  private static String hostile(String what, int i) {
    return switch (what) {
      case "templates" -> chained(i, i + 1);
      case "circle" -> chained(i, (i + 1) % 2_000);
      case "conditions" ->
          (i == 0 ? HEAD + "  metrics:\n" : "")
              + (i < 20 ? metric(i).replace("result[0] > 7", alternatives(300)) : "");
      case "metrics" -> (i == 0 ? HEAD + "  metrics:\n" : "") + metric(i);
      case "rules" ->
          (i == 0 ? HEAD + "  metrics:\n" + metric(0) + "  dryRun:\n" : "")
              + "  - metricName: %s%s\n".formatted("(a|b)*x".repeat(5), i);
      case "placeholders" -> (i == 0 ? HEAD + "  args:\n" : "") + "  - name: arg%s\n".formatted(i);
      default -> (i == 0 ? HEAD : "") + "  unknown%s: 1\n".formatted(i);
    };
  }

  private static String alternatives(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> "result[0] == " + number)
        .collect(Collectors.joining(" || "));
  }

  private static final String HEAD =
      "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: big}\nspec:\n";

  private static String chained(int from, int to) {
    return HEAD.replace("big", "t" + from)
        + "  templates: [{templateName: t%s}]\n  metrics: [{name: m%s}]\n---\n".formatted(to, from);
  }

  private static String metric(int number) {
    return """
      - name: m%s
        interval: 1m
        count: 3
        successCondition: result[0] > 1 && result[0] < %s && result[1] == 5
        failureCondition: result[0] > 7 || result[1] == 0.5
        provider: {prometheus: {address: "http://p", query: up}}
    """
        .formatted(number, number);
  }

  @Test
  void nothingIsSaidOfNothing() {
    assertThat(LINTER.lint(List.of())).isEmpty();
  }

  @Test
  void theProvidersOfTheClassPathAreKnown() {
    assertThat(Linter.standard().lint(Codec.standard().read("inner.yaml", INNER.formatted("x"))))
        .extracting(Finding::rule)
        .doesNotContain(Rule.PROVIDER_ABSENT);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "adress, address",
    "querry, query",
    "timeOut, timeout",
    "header, headers",
    "basic_query, ''",
    "successcondition, ''",
    "x, ''",
  })
  void aMistypedKeyIsRecognised(String key, String meant) {
    String similar = FieldAdvice.similar(key, List.of("address", "query", "timeout", "headers"));

    assertThat(similar == null ? "" : similar).isEqualTo(meant);
  }
}
