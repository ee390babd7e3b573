package dev.rollouts.cli.lint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromQlTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // query                                          | scalar | vector | empty | NaN
        "1                                                | true  | false | false | false",
        "1.5e3 / 0x1F                                     | true  | false | false | true",
        "time() - 5                                       | true  | false | false | false",
        "scalar(sum(up))                                  | true  | false | false | false",
        "scalar(sum(a)) / scalar(sum(rate(b[1m])))        | true  | false | false | true",
        "scalar({{args.query}})                           | true  | false | false | false",
        "up                                               | false | true  | true  | false",
        "sum(up) / 2                                      | false | true  | true  | true",
        "up * scalar(x)                                   | false | true  | true  | false",
        "{__name__=\"up\"}                                | false | true  | true  | false",
        "job:errors:rate5m                                | false | true  | true  | false",
        "vector(1)                                        | false | true  | false | false",
        "sum(errors) or vector(0)                         | false | true  | false | false",
        "rate(errors{path=\"/a\"}[1m])                    | false | true  | true  | false",
        "rate(errors{service=\"{{args.service}}\"}[1m])   | false | true  | true  | false",
        "sum(rate({{args.metric}}[1m]))                   | false | true  | true  | false",
        "histogram_quantile(0.9, x)                       | false | true  | true  | true",
        "{{args.query}}                                   | false | false | false | false",
        "{{args.query}} > 0                               | false | false | false | false",
        "'text'                                           | false | false | false | false",
      })
  void aQueryTellsItsType(
      String query, boolean scalar, boolean vector, boolean mayBeEmpty, boolean mayBeNaN) {
    assertThat(PromQl.of(query.strip()))
        .isEqualTo(new PromQl(scalar, vector, mayBeEmpty, mayBeNaN));
  }
}
