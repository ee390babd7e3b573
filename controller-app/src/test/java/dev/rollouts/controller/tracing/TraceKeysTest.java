package dev.rollouts.controller.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.controller.kube.Stores;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceKeysTest {
  @Test
  @DisplayName("Ids follow from what they are about, and differ when that does")
  void ids() {
    assertThat(TraceKeys.trace("uid", "2"))
        .isEqualTo(TraceKeys.trace("uid", "2"))
        .matches("[0-9a-f]{32}");
    assertThat(TraceKeys.span("step", "a", "1"))
        .isEqualTo(TraceKeys.span("step", "a", "1"))
        .matches("[0-9a-f]{16}");
    assertThat(
            Set.of(
                TraceKeys.trace("uid", "2"),
                TraceKeys.trace("uid", "3"),
                TraceKeys.trace("uid2", ""),
                TraceKeys.trace("other", "2")))
        .hasSize(4);
    assertThat(TraceKeys.span("a", "b")).isNotEqualTo(TraceKeys.span("ab"));
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "PATH, /bin",
    "OTEL_TRACES_EXPORTER, none",
    "OTEL_EXPORTER_OTLP_ENDPOINT, ''",
    "OTEL_SERVICE_NAME, shop",
  })
  @DisplayName("Traces are off unless somebody says where they go")
  void off(String name, String value) {
    Tracing tracing = Tracing.of(Map.of(name, value), Stores.empty());
    assertThat(tracing).isNotInstanceOf(OpenTelemetryTracing.class);
    Tracing disabled =
        Tracing.of(
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x", "OTEL_SDK_DISABLED", "true"),
            Stores.empty());
    assertThat(disabled).isNotInstanceOf(OpenTelemetryTracing.class);
  }
}
