package dev.rollouts.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PluginConfigMapTest {
  private static JsonObject configMap(String name, Map<String, Object> data) {
    return JsonObject.of(Map.of("metadata", Map.of("name", name), "data", data));
  }

  @Test
  @DisplayName("R-564, O-023 Plugins by their sort; a step may be disabled, nothing else")
  void lists() {
    JsonObject ours =
        configMap(
            "argo-rollouts-config",
            Map.of(
                "metricProviderPlugins",
                "- {name: acme/queue, location: file:///queue, disabled: true}",
                "trafficRouterPlugins",
                "[{\"name\": \"acme/edge\", \"args\": [\"-v\"]}]",
                "stepPlugins",
                "# two\n- name: acme/off\n  disabled: true\n- name: acme/on\n  sha256: abc\n"));
    JsonObject other =
        configMap("argo-rollouts-other", Map.of("stepPlugins", "- name: acme/other"));
    PluginConfigMap read = PluginConfigMap.of(List.of(other, ours));
    assertThat(read.metrics()).containsExactly("acme/queue");
    assertThat(read.routers()).containsExactly("acme/edge");
    assertThat(read.steps()).containsExactlyInAnyOrder("acme/off", "acme/on");
    assertThat(read.disabledSteps()).containsExactly("acme/off");
    assertThat(read.problems()).isEmpty();
  }

  @Test
  @DisplayName("O-003 What cannot be read is said; the rest counts")
  void malformed() {
    PluginConfigMap read =
        PluginConfigMap.of(
            List.of(
                configMap(
                    "argo-rollouts-config",
                    Map.of(
                        "metricProviderPlugins",
                        "{",
                        "trafficRouterPlugins",
                        "name: acme/edge",
                        "stepPlugins",
                        "- location: file:///nameless\n- name: 7\n- acme/text\n- name: acme/on"))));
    assertThat(read.metrics()).isEmpty();
    assertThat(read.routers()).isEmpty();
    assertThat(read.steps()).containsExactly("acme/on");
    assertThat(read.problems())
        .containsExactly(
            "argo-rollouts-config, metricProviderPlugins: expected a list of plugins, each with a name",
            "argo-rollouts-config, trafficRouterPlugins: expected a list of plugins, each with a name",
            "argo-rollouts-config, stepPlugins: a plugin without a name is left out",
            "argo-rollouts-config, stepPlugins: a plugin without a name is left out",
            "argo-rollouts-config, stepPlugins: a plugin without a name is left out");
    assertThat(PluginConfigMap.of(List.of(configMap("argo-rollouts-config", Map.of()))).problems())
        .isEmpty();
  }
}
