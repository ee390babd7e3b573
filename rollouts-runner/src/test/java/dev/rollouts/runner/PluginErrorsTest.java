package dev.rollouts.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.MeasurementId;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PluginErrorsTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
  private static final MeasurementId ID = new MeasurementId("m", 1);
  private static final PluginConfig PLUGIN = new PluginConfig("acme/queue", JsonObject.empty());
  private static final Metric METRIC = Metric.named("m").provider(PLUGIN).build();
  private static final Measurement IN_FLIGHT =
      new Measurement(AnalysisPhase.RUNNING, "", NOW, null, "", Map.of(), null);
  private static final Observation NO = Observation.failure("no");

  private static String message(Observation observation) {
    return ((Observation.Failure) observation).message();
  }

  @Test
  @DisplayName("P-220 The error of a plugin begins with what was tried")
  void prefixed() {
    AnalysisEffect.Measure run = new AnalysisEffect.Measure(ID, METRIC, NOW);
    assertThat(message(PluginErrors.named(PLUGIN, run, NO)))
        .isEqualTo("failed to run via plugin: no");
    assertThat(
            message(
                PluginErrors.named(
                    PLUGIN, new AnalysisEffect.Resume(ID, METRIC, NOW, IN_FLIGHT), NO)))
        .isEqualTo("failed to resume via plugin: no");
    assertThat(
            message(
                PluginErrors.named(
                    PLUGIN, new AnalysisEffect.Terminate(ID, METRIC, NOW, IN_FLIGHT), NO)))
        .isEqualTo("failed to terminate via plugin: no");
    Observation.Verdict error =
        new Observation.Verdict(AnalysisPhase.ERROR, "1", "no", Map.of("a", "b"));
    assertThat(PluginErrors.named(PLUGIN, run, error))
        .isEqualTo(
            new Observation.Verdict(
                AnalysisPhase.ERROR, "1", "failed to run via plugin: no", Map.of("a", "b")));
  }

  @Test
  @DisplayName("P-220 What is no error, and errors of others, are left as they are")
  void others() {
    AnalysisEffect.Measure run = new AnalysisEffect.Measure(ID, METRIC, NOW);
    Observation value = Observation.value(7.0);
    Observation failed = new Observation.Verdict(AnalysisPhase.FAILED, "1", "no", Map.of());
    assertThat(PluginErrors.named(PLUGIN, run, value)).isSameAs(value);
    assertThat(PluginErrors.named(PLUGIN, run, failed)).isSameAs(failed);
    assertThat(PluginErrors.named(PrometheusQuery.of("http://p", "up"), run, NO)).isSameAs(NO);
  }
}
