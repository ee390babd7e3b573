package dev.rollouts.engine.rollout.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is said about a value that is refused. */
class FieldErrorTest {
  private static FieldError of(String value) {
    return new FieldError(
        "spec.x", Path.root(), FieldError.Kind.INVALID, value, "must be short", false);
  }

  @Test
  @DisplayName("R-511 A value is shown as it is, unless it would fill the status")
  void aLongValueIsCut() {
    assertThat(of("a\"b")).hasToString("spec.x: Invalid value: \"a\\\"b\": must be short");
    assertThat(of("x".repeat(1_000_000)).toString())
        .hasSizeLessThan(1_100)
        .startsWith("spec.x: Invalid value: \"xxx")
        .endsWith("x…: must be short");
  }
}
