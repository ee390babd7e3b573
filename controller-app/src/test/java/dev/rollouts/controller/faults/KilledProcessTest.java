package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.testcluster.proxy.FaultProxy;
import dev.rollouts.testcluster.proxy.ProxiedRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that is killed by the operating system, and another one that is started: two scenarios,
 * each in two places; every scenario with {@code -Dcrash.points=all}.
 */
@Tag("it")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class KilledProcessTest {
  private static final boolean ALL = System.getProperty("crash.points", "").equals("all");

  static Stream<String> scenarios() {
    return ALL ? ScenarioFile.names().stream() : Stream.of("canary-istio", "blue-green-analysed");
  }

  @ParameterizedTest(name = "R-525, O-070 {0}")
  @MethodSource("scenarios")
  void anotherProcessGoesOn(String name, @TempDir Path folder)
      throws InterruptedException, ExecutionException, TimeoutException {
    ScenarioFile scenario = ScenarioFile.of(name);
    CalmLife calm = CalmLife.of(scenario);
    int writes = calm.writes().size();
    for (int place = 1; place <= 2; place++) {
      kill(scenario, calm, (long) writes * place / 3, folder);
    }
  }

  private static void kill(ScenarioFile scenario, CalmLife calm, long write, Path folder)
      throws InterruptedException, ExecutionException, TimeoutException {
    try (Life life = new Life(scenario);
        FaultProxy proxy =
            FaultProxy.start(
                life.cluster().cluster().controlPlane(), "controller", "system:masters")) {
      String namespace = life.cluster().namespace();
      List<String> alone = List.of("--metricsPort=-1");
      CompletableFuture<ProxiedRequest> death = proxy.dieAtWrite(write, FaultProxy.Reach.DONE);
      try (ControllerProgram first =
          ControllerProgram.start(folder, "first", proxy.kubeconfig(), namespace, alone)) {
        life.begin();
        assertThat(death.get(3, TimeUnit.MINUTES)).as(first::log).isNotNull();
        first.kill();
      }
      try (ControllerProgram second =
          ControllerProgram.start(
              folder,
              "second",
              life.cluster().cluster().controlPlane().kubeconfigFor("second", "system:masters"),
              namespace,
              alone)) {
        life.awaitEnd(calm.ending(), Optional.of(calm.around()));
        assertThat(second.isAlive()).as(second::log).isTrue();
      }
    }
  }
}
