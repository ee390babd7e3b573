package dev.rollouts.examples;

import static dev.rollouts.api.analysis.AnalysisPhase.ERROR;
import static dev.rollouts.api.analysis.AnalysisPhase.FAILED;
import static dev.rollouts.simulation.Script.constant;
import static dev.rollouts.simulation.Script.empty;
import static dev.rollouts.testing.RolloutsAssertions.assertThat;
import static dev.rollouts.testing.RolloutsAssertions.lessThan;
import static java.util.concurrent.TimeUnit.MINUTES;

import dev.rollouts.simulation.Fault;
import dev.rollouts.simulation.Simulation;
import dev.rollouts.simulation.Trace;
import dev.rollouts.testing.SeededTest;
import dev.rollouts.testing.Template;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a service team writes about its template before it ships. */
class SuccessRateTemplateTest {
  // tag::first[]
  @Test
  void aBrokenCanaryFailsSoon(@Template("/success-rate.yaml") Simulation simulation) {
    Trace trace =
        simulation
            .arg("service", "shop")
            .metric("success-rate", constant(0.99).then(Duration.ofMinutes(2), constant(0.80)))
            .run(Duration.ofHours(1));

    assertThat(trace).failed().becauseOf("success-rate").after(lessThan(5, MINUTES));
  }

  // end::first[]

  @Test
  void aCanaryWithoutTrafficIsAnErrorAndNoSuccess(
      @Template("/success-rate.yaml") Simulation simulation) {
    Trace trace =
        simulation.arg("service", "shop").metric("success-rate", empty()).run(Duration.ofHours(1));

    assertThat(trace).erred().becauseOfRule("A-063").hasMessageContaining("no data returned");
  }

  // tag::seeds[]
  @SeededTest(200)
  void aBrokenCanaryNeverPassesWhateverElseGoesWrong(
      @Template("/success-rate.yaml") Simulation simulation) {
    Trace trace =
        simulation
            .arg("service", "shop")
            .metric("success-rate", constant(0.80).withNoise(0.02))
            .swarm(Fault.PROVIDER_TIMEOUT, Fault.CONTROLLER_RESTART, Fault.LATE_OBSERVATION)
            .run(Duration.ofHours(2));

    assertThat(trace).endedAsOneOf(FAILED, ERROR).measuredAtMost(2, FAILED);
  }
  // end::seeds[]
}
