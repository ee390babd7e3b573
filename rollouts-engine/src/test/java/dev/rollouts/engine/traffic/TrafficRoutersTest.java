package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
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
            "argoproj-labs/gatewayAPI");
    assertThat(TrafficRouters.builtIn().stream().map(TrafficRouter::type).toList())
        .contains("Istio", "SMI", "argoproj-labs/gatewayAPI")
        .isSubsetOf(order)
        .isSortedAccordingTo(Comparator.comparing(order::indexOf));
  }
}
