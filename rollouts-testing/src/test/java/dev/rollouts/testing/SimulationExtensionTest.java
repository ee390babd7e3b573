package dev.rollouts.testing;

import static dev.rollouts.testing.RolloutsAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.Simulation;
import dev.rollouts.simulation.Templates;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulationExtensionTest {
  @Test
  void aSimulationComesFromAFileBesideTheTest(@Template("error-rate.yaml") Simulation simulation) {
    assertThat(simulation.spec().metrics()).hasSize(2);
    assertThat(simulation.seed()).isEqualTo(1);
  }

  @Test
  void aSlashStartsAtTheRoot(@Template("/dev/rollouts/testing/error-rate.yaml") Simulation it) {
    assertThat(it.spec().metrics()).hasSize(2);
  }

  @Test
  void oneOfSeveralIsChosenByName(
      @Template(value = "two.yaml", name = "second") Simulation second,
      @Template("two.yaml") Templates both) {
    assertThat(second.spec().metrics()).hasSize(1);
    assertThat(both.names()).containsExactlyInAnyOrder("first", "second");
  }

  @SeededTest(value = 3, first = 40)
  void everySeedRunsOnceWithItsOwnSimulation(
      @Seed long seed, @Template("error-rate.yaml") Simulation simulation) {
    assertThat(seed).isBetween(40L, 42L);
    assertThat(simulation.seed()).isEqualTo(seed);
  }

  /** Fails with every second seed. */
  static class FailsSometimes {
    @SeededTest(4)
    void test(@Template("error-rate.yaml") Simulation simulation, @Seed long seed) {
      assertThat(
              simulation
                  .arg("service", "shop")
                  .provider(Script.constant(seed % 2 == 0 ? 0 : 1))
                  .run(Duration.ofHours(1)))
          .succeeded();
    }
  }

  @Test
  void aFailureNamesItsSeedAndHowToReplayIt() {
    Map<String, String> outcomes = Launched.tests(FailsSometimes.class, Map.of());
    assertThat(outcomes).containsOnlyKeys("seed 1", "seed 2", "seed 3", "seed 4");
    assertThat(outcomes).containsEntry("seed 2", "").containsEntry("seed 4", "");
    assertThat(outcomes.get("seed 3"))
        .contains("Expected the run to end as Successful")
        .contains("-Drollouts.seed=3 -Dtest=FailsSometimes#test");
  }

  @Test
  void oneSeedCanBeChosen() {
    assertThat(Launched.tests(FailsSometimes.class, Map.of("rollouts.seed", "17")))
        .containsOnlyKeys("seed 17");
    assertThat(Launched.tests(FailsSometimes.class, Map.of("rollouts.seed", "x")).toString())
        .contains("rollouts.seed=x: expected a whole number");
  }

  /** What a user may get wrong. */
  static class Mistaken {
    @Test
    void missing(@Template("nowhere.yaml") Simulation simulation) {}

    @Test
    void misspelt(@Template("misspelt.yaml") Simulation simulation) {}

    @Test
    void several(@Template("two.yaml") Simulation simulation) {}

    @Test
    void ofAnotherType(@Template("two.yaml") String text) {}

    @Test
    void seed(@Seed String text) {}

    @SeededTest(0)
    void none(@Seed long seed) {}
  }

  @Test
  void mistakesAreNamedWithTheirRemedy() {
    assertThat(Launched.tests(Mistaken.class, Map.of()).values().toString())
        .contains("@Template(\"nowhere.yaml\"): no such file on the class path")
        .contains("misspelt.yaml:13:")
        .contains("sucessCondition")
        .contains("which one of [first, second] is to be simulated")
        .contains("@Template is for a Simulation or for Templates, not for java.lang.String")
        .contains("@Seed is for a long, not for java.lang.String")
        .contains("@SeededTest(0): a test needs at least one seed");
  }
}
