package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TrafficRoutersTest {
  @Test
  @DisplayName("T-003 R-135 routers are driven in one order")
  void areInTheirOrder() {
    List<String> order =
        List.of(
            "Istio",
            "Nginx",
            "ALB",
            "SMI",
            "Ambassador",
            "AppMesh",
            "Traefik",
            "Apisix",
            "argoproj-labs/gatewayAPI",
            "Plugin");
    assertThat(TrafficRouters.builtIn().stream().map(TrafficRouter::type).toList())
        .isEqualTo(order);
  }
}
