package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code rollouts simulate} tells of rollouts. */
class SimulatedRolloutTest {
  private static final String CASES = "src/test/resources/cases/rollouts/";

  private static Cli.Result simulate(String file, String... more) {
    String[] args = new String[more.length + 2];
    args[0] = "simulate";
    args[1] = CASES + file;
    System.arraycopy(more, 0, args, 2, more.length);
    return Cli.plain().run(args);
  }

  @Test
  void eachOfSeveralUpdatesIsPromoted() {
    Cli.Result result =
        simulate("basic.yaml", "--update", "image=shop:1.5.0", "--update", "image=shop:1.6.0");
    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out())
        .contains(
            "update to revision 2 (1.5.0): Completed all 6 canary steps",
            "update to revision 3 (1.6.0): Completed all 6 canary steps");
  }

  @Test
  void whatHappensToAnExperimentIsToldWhenItHappens() {
    assertThat(simulate("experiment-with-analysis.yaml").out())
        .containsSubsequence(
            "45s  0/3",
            "AnalysisRun 'compare' transitioned from  -> Pending",
            "3m45s  0/3",
            "step 1 analysis is Successful",
            "5m45s  1/3");
  }

  @Test
  void anExperimentBelongsToItsStepThoughItsVersionNeverHadPods(@TempDir Path folder)
      throws IOException {
    Path scenario =
        Files.writeString(
            folder.resolve("bad.yaml"), "metrics: {latency-ratio: {steps: {0s: 1.0, 2m: 1.8}}}\n");
    Cli.Result result =
        simulate("experiment-with-analysis.yaml", "--scenario", scenario.toString());
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out())
        .contains("step 1 Running", "step 1 analysis is Failed")
        .doesNotContain("step 3 ")
        .containsPattern("Created Experiment 'api-[a-z0-9]{8,10}-2-0'");
  }

  @Test
  void theDeploymentOfAWorkloadIsSeenToShrink() {
    assertThat(simulate("workload-ref.yaml").out())
        .contains("scale Deployment search to 3", "scale Deployment search to 0");
  }
}
