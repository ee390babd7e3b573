package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.controller.Controller;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.When;
import dev.rollouts.testcluster.ControlPlane;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The API server or its store goes away in the middle of a canary, and comes back. */
@Tag("it")
class ServerRestartsTest {
  /** What goes away. */
  enum Program {
    API_SERVER,
    ETCD;

    void restart(ControlPlane plane) {
      switch (this) {
        case API_SERVER -> {
          plane.stopApiServer();
          plane.startApiServer();
        }
        case ETCD -> {
          plane.stopEtcd();
          plane.startEtcd();
        }
      }
    }
  }

  @ParameterizedTest(name = "R-002, R-521 {0}")
  @EnumSource
  void theCanaryGoesOn(Program program) throws InterruptedException {
    ScenarioFile scenario = ScenarioFile.of("canary-istio");
    Ending ending = Ending.of(scenario.simulated());
    try (Life life = new Life(scenario)) {
      ControlPlane plane = life.cluster().cluster().controlPlane();
      try (Controller controller =
          Controllers.start(
              life.cluster().namespace(), plane.kubeconfigFor("controller", "system:masters"))) {
        assertThat(controller).isNotNull();
        life.beginWithoutPeople();
        life.await(When.healthy());
        Act.setImage("*", "shop:2").perform(life.cluster());
        program.restart(plane); // before, while, or after the new version is made
        life.await(When.waiting());
        program.restart(plane);
        Act.promote().perform(life.cluster());
        life.awaitEnd(ending, Optional.empty());
      }
    }
  }
}
