package dev.rollouts.testing;

import static dev.rollouts.api.analysis.AnalysisPhase.ERROR;
import static dev.rollouts.api.analysis.AnalysisPhase.FAILED;
import static dev.rollouts.api.analysis.AnalysisPhase.INCONCLUSIVE;
import static dev.rollouts.api.analysis.AnalysisPhase.RUNNING;
import static dev.rollouts.api.analysis.AnalysisPhase.SUCCESSFUL;
import static dev.rollouts.simulation.Script.constant;
import static dev.rollouts.testing.RolloutsAssertions.assertThat;
import static dev.rollouts.testing.RolloutsAssertions.atLeast;
import static dev.rollouts.testing.RolloutsAssertions.atMost;
import static dev.rollouts.testing.RolloutsAssertions.lessThan;
import static dev.rollouts.testing.RolloutsAssertions.moreThan;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.Simulation;
import dev.rollouts.simulation.Trace;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TraceAssertTest {
  private Simulation simulation;

  TraceAssertTest(@Template("error-rate.yaml") Simulation simulation) {
    this.simulation = simulation;
  }

  @BeforeEach
  void supplyTheArgument() {
    simulation = simulation.arg("service", "shop");
  }

  /** Errors after three minutes; the second of them is one too many. */
  private Trace failing() {
    return simulation
        .metric("error-rate", constant(0.01).then(Duration.ofMinutes(3), constant(0.2)))
        .metric("latency", constant(100))
        .run(Duration.ofHours(1));
  }

  private Trace healthy() {
    return simulation
        .metric("error-rate", constant(0.01))
        .metric("latency", constant(100))
        .run(Duration.ofHours(1));
  }

  @Test
  void whatHappenedIsAccepted() {
    assertThat(failing())
        .failed()
        .endedAs(FAILED)
        .endedAsOneOf(FAILED, ERROR)
        .becauseOf("error-rate")
        .becauseOfRule("A-063")
        .after(lessThan(5, MINUTES))
        .after(atLeast(4, MINUTES).and(atMost(Duration.ofSeconds(241))))
        .after(moreThan(3, ChronoUnit.MINUTES))
        .measuredAtMost(2, FAILED)
        .measuredAtLeast(3, SUCCESSFUL)
        .metricEndedAs("error-rate", FAILED)
        .neverMeasured("latency")
        .hasMessage("Metric \"error-rate\" assessed Failed due to failed (2) > failureLimit (1)")
        .hasMessageContaining("failureLimit");
    assertThat(healthy())
        .succeeded()
        .becauseOf("error-rate")
        .after(moreThan(8, ChronoUnit.MINUTES));
    assertThat(simulation.provider(Script.error("down")).run(Duration.ofHours(1))).erred();
    assertThat(simulation.provider(constant(0)).run(Duration.ofMinutes(1))).isStillRunning();
  }

  @Test
  void whatDidNotHappenIsRefusedWithTheTimelineAndTheSeed() {
    Trace trace = failing();
    List<Consumer<TraceAssert>> wrong =
        List.of(
            TraceAssert::succeeded,
            TraceAssert::erred,
            TraceAssert::wasInconclusive,
            TraceAssert::isStillRunning,
            it -> it.endedAsOneOf(SUCCESSFUL, INCONCLUSIVE),
            it -> it.becauseOf("latency"),
            it -> it.becauseOfRule("A-064"),
            it -> it.after(lessThan(4, MINUTES)),
            it -> it.after(atLeast(5, MINUTES)),
            it -> it.measuredAtMost(1, FAILED),
            it -> it.measuredAtLeast(4, SUCCESSFUL),
            it -> it.metricEndedAs("error-rate", SUCCESSFUL),
            it -> it.metricEndedAs("latency", SUCCESSFUL),
            it -> it.neverMeasured("error-rate"),
            it -> it.hasMessage("Run Terminated"),
            it -> it.hasMessageContaining("Run Terminated"));
    assertThat(wrong)
        .allSatisfy(
            assertion ->
                assertThatThrownBy(() -> assertion.accept(assertThat(trace)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Expected ")
                    .hasMessageContaining("error-rate  #4 Failed  [0.2]")
                    .hasMessageContaining(
                        "Seed 1; to replay: -Drollouts.seed=1 -Dtest=TraceAssertTest"));
  }

  @Test
  void aFailureReadsLikeASentence() {
    assertThatThrownBy(() -> assertThat(failing()).after(lessThan(4, MINUTES)))
        .hasMessageContaining("Expected the verdict after less than 4m,")
        .hasMessageContaining("but it came after 240s.");
    assertThatThrownBy(() -> assertThat(healthy()).failed())
        .hasMessageContaining("Expected the run to end as Failed,")
        .hasMessageContaining("but it is Successful.");
    assertThatThrownBy(
            () ->
                assertThat(simulation.provider(constant(0)).run(Duration.ofMinutes(1)))
                    .after(lessThan(1, MINUTES)))
        .hasMessageContaining("but there was none; the run is Running.");
  }

  @Test
  void runningIsNoOutcomeOfAMeasurement() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(healthy()).measuredAtMost(1, RUNNING));
  }
}
